package technical

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/fault"
)

const login = "t-302118447-k7m2qp"

func TestJudge(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]error{
		"quiet river under stones":                        nil,
		"тихая река под камнями":                          nil,
		"Xk7#mQ2vLp9!sTzR":                                nil,
		"8472 9911 3057 6620 4":                           nil,
		strings.Repeat("a quiet river ", 9):               nil, // 126 characters
		"":                                                errPasswordShort,
		"fourteen chars":                                  errPasswordShort,
		"четырнадцать!!":                                  errPasswordShort, // 14 characters, more bytes
		strings.Repeat("quiet river ", 11):                errPasswordLong,
		"quiet river\nunder stones":                       errPasswordBytes,
		"quiet river \xff under stones":                   errPasswordBytes,
		login:                                             errPasswordLogin,
		strings.ToUpper(login) + "-2026":                  errPasswordLogin,
		login + " quiet river stones":                     nil,
		"aaaaaaaaaaaaaaaaaa":                              errPasswordCommon,
		"abcabcabcabcabcabc":                              errPasswordCommon,
		"abcdefghijklmnopqrst":                            errPasswordCommon,
		"01234567890123456789":                            errPasswordCommon,
		"poiuytrewq987654321":                             errPasswordCommon,
		"qwertyuiopasdfghjkl":                             errPasswordCommon,
		"password123456789":                               errPasswordCommon,
		"Password!Password!1":                             errPasswordCommon,
		"AslBelgisi2026Uzbekistan":                        errPasswordCommon,
		"admin admin admin 1234":                          errPasswordCommon,
		"пароль12345 пароль":                              errPasswordCommon,
		"1234567890123456":                                errPasswordCommon,
		"the winter of 1 belgisi administrator was quiet": nil,
	} {
		if got := judge(login, password); !errors.Is(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%q: %v, want %v", password, got, want)
		}
	}
}

func TestAllIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	cs, ok := fault.ComplaintsOf(NewPassword{"short", "other"}.check(login))
	if !ok || len(cs) != 2 || cs[0].Field != "password" || cs[1].Field != "again" {
		t.Errorf("%+v", cs)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("quiet river under stones")
	f.Add("password123456789")
	f.Fuzz(func(t *testing.T, password string) {
		err := judge(login, password)
		n := utf8.RuneCountInString(password)
		if err == nil && (n < MinPassword || n > MaxPassword || !utf8.ValidString(password)) {
			t.Errorf("%q passes", password)
		}
	})
}

func TestParseNetworks(t *testing.T) {
	t.Parallel()
	got, err := parseNetworks(" 192.0.2.10\n192.0.2.77/24, 192.0.2.0/24;2001:db8::1\t::ffff:198.51.100.7 2001:db8::/32 ")
	want := []string{"192.0.2.10/32", "192.0.2.0/24", "2001:db8::1/128", "198.51.100.7/32", "2001:db8::/32"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := parseNetworks(" \n "); err != nil || len(got) != 0 {
		t.Errorf("nothing: %v, %v", got, err)
	}
	for _, typed := range []string{"office", "192.0.2.256", "192.0.2.0/33", "192.0.2", "fe80::1%eth0", "::ffff:1.2.3.4/100", "0x7f.1", strings.Repeat("x", 500), "192.0.2.0/-1", "<b>"} {
		if got, err := parseNetworks(typed); err == nil {
			t.Errorf("%q: %v", typed, got)
		}
	}
	many := ""
	for i := range maxNetworks + 1 {
		many += "10.0.0." + string(rune('0'+i%10)) + string(rune('0'+i/10)) + " "
	}
	if _, err := parseNetworks(many); err == nil {
		t.Error("too many, or leading zeros, pass")
	}
}

// TestAHugeListOfNetworksCostsNothing: each address was compared with all before.
func TestAHugeListOfNetworksCostsNothing(t *testing.T) {
	t.Parallel()
	var typed strings.Builder
	for n := range 65536 {
		fmt.Fprintf(&typed, "10.0.%d.%d\n", n/256, n%256)
	}
	begun := time.Now()
	if _, err := parseNetworks(typed.String()); err == nil {
		t.Error("taken")
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestMayCome(t *testing.T) {
	t.Parallel()
	list := []string{"192.0.2.0/24", "2001:db8::/32"}
	for ip, want := range map[string]bool{
		"192.0.2.1": true, "192.0.3.1": false, "2001:db8:1::1": true, "2001:db9::1": false, "::ffff:192.0.2.9": true, "": false, "x": false,
	} {
		if got := mayCome(list, ip); got != want {
			t.Errorf("%q: %v", ip, got)
		}
	}
	if !mayCome(nil, "") {
		t.Error("no list keeps somebody out")
	}
}

func FuzzParseNetworks(f *testing.F) {
	f.Add("192.0.2.0/24, 2001:db8::1")
	f.Fuzz(func(t *testing.T, typed string) {
		list, err := parseNetworks(typed)
		if err != nil {
			return
		}
		again, err := parseNetworks(strings.Join(list, "\n"))
		if err != nil || !slices.Equal(list, again) {
			t.Errorf("%q gives %v, and that gives %v (%v)", typed, list, again, err)
		}
	})
}
