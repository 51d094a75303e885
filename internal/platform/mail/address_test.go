package mail_test

import (
	"errors"
	netmail "net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/mail"
)

func TestParseAddressTakes(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]mail.Address{
		"director@zavod.example":               "director@zavod.example",
		"  Director@Zavod.Example\t":           "director@zavod.example",
		"a.b+tag@sub.zavod.example":            "a.b+tag@sub.zavod.example",
		"o'brien_x@zavod.example":              "o'brien_x@zavod.example",
		"info@завод.example":                   "info@xn--80aegj1b.example",
		"info@XN--80AEGJ1B.example":            "info@xn--80aegj1b.example",
		"1@1.example":                          "1@1.example",
		strings.Repeat("a", 64) + "@b.example": mail.Address(strings.Repeat("a", 64) + "@b.example"),
	} {
		got, err := mail.ParseAddress(given)
		if err != nil || got != want {
			t.Errorf("%q = %q, %v, want %q", given, got, err, want)
		}
		if again, err := mail.ParseAddress(string(got)); err != nil || again != got {
			t.Errorf("%q read again = %q, %v", got, again, err)
		}
	}
}

func TestParseAddressRefuses(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]*fault.Error{
		"":                                           mail.ErrAddressMissing,
		" \t":                                        mail.ErrAddressMissing,
		"a@x.example, b@y.example":                   mail.ErrAddressSeveral,
		"a@x.example;b@y.example":                    mail.ErrAddressSeveral,
		"a@x.example b@y.example":                    mail.ErrAddressSeveral,
		"a@b@c.example":                              mail.ErrAddressSeveral,
		"zavod.example":                              mail.ErrAddressShape,
		"@zavod.example":                             mail.ErrAddressShape,
		"director@":                                  mail.ErrAddressShape,
		`"quoted local"@zavod.example`:               mail.ErrAddressShape,
		"Director <director@zavod.example>":          mail.ErrAddressShape,
		"<director@zavod.example>":                   mail.ErrAddressShape,
		"dir ector@zavod.example":                    mail.ErrAddressShape,
		".director@zavod.example":                    mail.ErrAddressShape,
		"director.@zavod.example":                    mail.ErrAddressShape,
		"dir..ector@zavod.example":                   mail.ErrAddressShape,
		"director\r\nRCPT TO:<x>@zavod.example":      mail.ErrAddressShape,
		"dir\x00ector@zavod.example":                 mail.ErrAddressShape,
		"директор@zavod.example":                     mail.ErrAddressLetters,
		"\u212Aate@zavod.example":                    mail.ErrAddressLetters, // Kelvin sign, folds to k
		"\u0130brohim@zavod.example":                 mail.ErrAddressLetters, // dotted I, folds to i
		"ａdmin@zavod.example":                        mail.ErrAddressLetters, // fullwidth a
		"director@[192.0.2.1]":                       mail.ErrAddressHost,
		"director@192.0.2.1":                         mail.ErrAddressHost,
		"director@localhost":                         mail.ErrAddressHost,
		"director@-zavod.example":                    mail.ErrAddressHost,
		"director@zavod-.example":                    mail.ErrAddressHost,
		"director@zavod..example":                    mail.ErrAddressHost,
		"director@zavod.example.":                    mail.ErrAddressHost,
		"director@za_vod.example":                    mail.ErrAddressHost,
		"director@zavod.example\r\nDATA":             mail.ErrAddressHost,
		"director@xn--.example":                      mail.ErrAddressHost,
		"director@\ufffd.example":                    mail.ErrAddressHost,
		"director@\xff\xfe.example":                  mail.ErrAddressHost,
		strings.Repeat("a", 65) + "@b.example":       mail.ErrAddressLength,
		"a@" + strings.Repeat("b", 64) + ".example":  mail.ErrAddressHost,
		"a@" + strings.Repeat("b.", 123) + "example": mail.ErrAddressLength,
		strings.Repeat("a", 64) + "@" + strings.Repeat("b.", 95) + "uz": mail.ErrAddressLength,
	} {
		if got, err := mail.ParseAddress(given); !errors.Is(err, want) {
			t.Errorf("%q = %q, %v, want %v", given, got, err, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{
		"director@zavod.example", "a@завод.example", "\u212A@x.example", "a@x,b@y", `"a b"@c.example`, "a@[::1]", "a@xn--80aegj1b.example", "a\r\n@b.example",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		a, err := mail.ParseAddress(given)
		if err != nil {
			if _, ok := fault.As(err); !ok || a != "" {
				t.Fatalf("%q: %q with %v, want a fault", given, a, err)
			}
			return
		}
		if again, err := mail.ParseAddress(string(a)); err != nil || again != a {
			t.Fatalf("%q gives %q, which gives %q, %v", given, a, again, err)
		}
		parsed, err := netmail.ParseAddress(string(a))
		if err != nil || parsed.Address != string(a) {
			t.Fatalf("%q: the standard library reads %v, %v", a, parsed, err)
		}
		if len(a) > 254 || strings.ToLower(string(a)) != string(a) || strings.ContainsFunc(string(a), func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Fatalf("%q is not in the one form", a)
		}
	})
}

func TestMask(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"gulom@zarafshon.example": "g•••@zarafshon.example",
		"a@b.example":             "a•••@b.example",
		"nonsense":                "•••",
		"@b.example":              "•••",
	} {
		if got := mail.Mask(address); got != want || !utf8.ValidString(got) {
			t.Errorf("Mask(%q) = %q, want %q", address, got, want)
		}
	}
}
