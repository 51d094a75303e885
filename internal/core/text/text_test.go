package text_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/core/text"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", " \t\n": "", "a": "a", "  a\u00a0 b\u2003c\r\n": "a b c", "a\u200bb\ufeff": "ab", "choy \u2615\ufe0f": "choy \u2615", "<b>& ʻʼ’«»№": "<b>& ʻʼ’«»№",
	} {
		if got, err := text.Line(in, 20); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"<b>Ombor</b>", "a</b", "<!-- a", "<?php", "a < b <Img src=x"} {
		if _, err := text.Plain(bad, 40); !errors.Is(err, text.ErrMarkup) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{"", "<", "a <", "5 < 6 > 4", "<3", "<<", "Sut <ў>", "“A & B” MChJ"} {
		if got, err := text.Plain(good, 40); got != good || err != nil {
			t.Errorf("%q: %q, %v", good, got, err)
		}
	}
	if _, err := text.Plain("<b>"+strings.Repeat("a", 40), 40); !errors.Is(err, text.ErrLong) {
		t.Errorf("too long comes first: %v", err)
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "\n\n": "", "a\r\nb": "a\nb", "\na\n\nb ": "a\n\nb", "a\tb": "a\tb"} {
		if got, err := text.Lines(in, 20); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"a\x00", "a\x07", "a\xff", "a\u202eb", "a\u200fb", "a\ue000", "\ufffd",
		"\u3164", "a\u3164b", "\u2800", "Suv\u2800", "\u115f\u1160", "\uffa0", "a\u034fb", "\u17b4", "\u180b", "\ufe00", "\U000e0100", "\U0001d159",
	} {
		_, one := text.Line(bad, 20)
		_, many := text.Lines(bad, 20)
		if !errors.Is(one, text.ErrUnprintable) || !errors.Is(many, text.ErrUnprintable) {
			t.Errorf("%q: %v, %v", bad, one, many)
		}
	}
	if _, err := text.Line(strings.Repeat("ў", 20), 20); err != nil {
		t.Errorf("20 letters are too many: %v", err)
	}
	if _, err := text.Line(strings.Repeat("ў", 21), 20); !errors.Is(err, text.ErrLong) {
		t.Errorf("21 letters: %v", err)
	}
}

func TestUzbek(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Yog'-moy": "Yogʻ-moy", "O`g‘it": "Oʻgʻit", "a’lo": "aʼlo", "'x": "'x", "Suv": "Suv",
	} {
		if got := text.Uzbek(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLinked(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"https://evil.example", "HTTP://X", "x://", "www.evil.example", "Qarang: WWW.evil.example",
		"evil.uz", "evil.uz/pay", "evil.com", "Evil.COM.", "(evil.ru)", "«kabinet-login.online»", "pay.asl-belgisi.xyz:8080/a?b=c",
		"Toʻlang: evil.uz, soʻng kiring", "a.b.c.site", "t.me/evil", "bit.ly/x", "почта.рф", "зло.com", "hr@evil.uz", "evil.uz_pay", "-evil.top-",
		"evil.xn--p1ai/pay", "kabinet。uz", "kabinet．com", "kabinet｡xyz", "кабинет.онлайн",
	} {
		if !text.Linked(bad) {
			t.Errorf("%q leads somewhere", bad)
		}
	}
	for _, good := range []string{
		"", ".", "...", "uz", ".uz", "Com", "a..uz", "Sirdaryo 2.0", "OOO A.B.Savdo", "Dr.Fresh", "Karimov A.A.", "A.A. Karimov", "Karimov A.A. ru",
		"“Zarafshon Sut” MChJ", "ООО «Т.М.К.»", "St.Petersburg", "Ningbo Trade Co.Ltd", "Trading Co. Ltd.", "Ombor No.2", "Suv 0.5 l", "Suv 330.ml",
		"22.11.2026", "v1.2.3", "Ishdan boʻshadi. Uz tili", "Shartnoma tugadi.Rahmat", "Уволен. Ru", "com-uz", "xn--p1ai", "Sut。", "ООО.Сайт.Плюс", "evil. uz", "evil .uz", "a.comb", "a.uzb",
	} {
		if text.Linked(good) {
			t.Errorf("%q is refused, and leads nowhere", good)
		}
	}
}

func TestAddressed(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"http://x": true, "Sut WWW.evil.example": true, "Misol.uz: Sut // www": false, "": false} {
		if text.Addressed(s) != want {
			t.Errorf("%q: %t", s, !want)
		}
	}
}

// Whatever stands around a host, it stays one; and no dot makes one by itself.
func TestLinkedWhateverStandsAround(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		host := rapid.StringMatching(`([a-zʻа-я0-9][a-z0-9-]{0,8}\.){0,2}[a-zа-я0-9]\.(uz|com|RU|Online|рф|io)`).Draw(t, "host")
		before := rapid.StringMatching(`([ -~]{0,10}[ (,;:"/@])?`).Draw(t, "before")
		after := rapid.StringMatching(`([ /?#:,;)"!_][ -~]{0,10})?`).Draw(t, "after")
		if s := before + host + after; !text.Linked(s) {
			t.Errorf("%q leads somewhere", s)
		}
		name := rapid.StringMatching(`([A-ZА-Я]\.){1,3}[A-Z][b-df-hj-np-tv-xz]{3,9}( [0-9]{1,2}\.[0-9]{1,2})?`).Draw(t, "name")
		if text.Linked(name) {
			t.Errorf("%q is refused, and leads nowhere", name)
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add("a\r\n\x00b")
	f.Fuzz(func(t *testing.T, s string) {
		once, err := text.Lines(s, 1000)
		if twice, again := text.Lines(once, 1000); err == nil && (twice != once || again != nil) {
			t.Errorf("%q becomes %q, then %q, %v", s, once, twice, again)
		}
	})
}
