package mailview_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/golden"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/web/mailview"
)

// letter is one in every language; directors and companies are invented.
func letter(lang, code string, reminder int) mailview.Letter {
	names := map[string]string{"uz": "Zarafshon Sut", "ru": "Зарафшон Сут", "en": "Zarafshon Sut"}
	return mailview.Letter{
		Language: lang, Organization: names[lang], TIN: taxid.TIN("302118447"), Director: "Gʻulomjon Oʻrinboyev",
		Portal: "https://kabinet.example", Link: "https://kabinet.example/activate/k3m5qv7xw2b4c6d7e5f3g2h4i6j5k7l3",
		Code: code, ExpiresAt: time.Date(2025, 12, 11, 18, 59, 0, 0, time.UTC), Number: "100318", Reminder: reminder,
		MessageID: "letter.1001.100318.0@kabinet.example",
	}
}

var phrases = map[string]string{
	"en": "ASL BELGISI account activation",
	"ru": "Активация учетной записи ASL BELGISI",
	"uz": "ASL BELGISI hisobini faollashtirish",
}

func TestActivationLetters(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"uz", "ru", "en"} {
		for kind, code := range map[string]string{"code": "7QK4-29MX-01AB-HPTY", "link": ""} {
			for reminder := range 3 {
				name := fmt.Sprintf("activation.%s.%s.%d", lang, kind, reminder)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					m, err := mailview.Activation(t.Context(), letter(lang, code, reminder))
					if err != nil {
						t.Fatal(err)
					}
					golden.Check(t, name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
					if reminder == 0 {
						golden.Check(t, name+".html", m.HTML)
					}
					if !strings.Contains(m.Subject, phrases[lang]) || utf8.RuneCountInString(m.Subject) > 60 {
						t.Errorf("subject %q", m.Subject)
					}
					if size := len(m.Text) + len(m.HTML); size > 20<<10 { // base64 makes 30 KB of 22
						t.Errorf("%d bytes", size)
					}
					for line := range strings.SplitSeq(m.Text, "\n") {
						if utf8.RuneCountInString(line) > 72 && !strings.HasPrefix(line, "https://") {
							t.Errorf("a line of %d characters: %s", utf8.RuneCountInString(line), line)
						}
					}
					for part, text := range map[string]string{"text": m.Text, "html": m.HTML} {
						if strings.Contains(text, "{") && part == "text" || strings.Contains(text, "mail.activation") {
							t.Errorf("the %s part has a hole: %s", part, text)
						}
						for _, want := range []string{"302\u00a0118\u00a0447", "Gʻulomjon", "Oʻrinboyev", "11.12.2025, 23:59", "100318", "/activate/k3m5qv7xw2b4c6d7e5f3g2h4i6j5k7l3", code} {
							if !strings.Contains(text, want) {
								t.Errorf("the %s part lacks %q", part, want)
							}
						}
					}
					for _, foreign := range []string{"<img", "<script", "src=", "http://", "@import"} {
						if strings.Contains(m.HTML, foreign) {
							t.Errorf("the HTML part has %s", foreign)
						}
					}
				})
			}
		}
	}
}

func TestNamesAreTextInALetter(t *testing.T) {
	t.Parallel()
	l := letter("en", "", 0)
	l.Organization, l.Director = `<b>"A&B"</b>`, "{tin} <i>"
	m, err := mailview.Activation(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(m.HTML, "<b>") || strings.Contains(m.HTML, "<i>") || !strings.Contains(m.HTML, "{tin} &lt;i&gt;") {
		t.Errorf("names became markup: %s", m.HTML)
	}
	if !strings.Contains(m.Text, `account of <b>"A&B"</b>`) {
		t.Errorf("the name was changed: %s", m.Text)
	}
}

func TestAnUnknownLanguageIsUzbek(t *testing.T) {
	t.Parallel()
	l := letter("uz", "", 0)
	l.Language = "kaa"
	m, err := mailview.Activation(t.Context(), l)
	if err != nil || m.Lang != i18n.Uz.Tag() || !strings.Contains(m.Subject, phrases["uz"]) {
		t.Errorf("%q in %s, %v", m.Subject, m.Lang, err)
	}
}

func BenchmarkActivation(b *testing.B) {
	l := letter("ru", "7QK4-29MX-01AB-HPTY", 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := mailview.Activation(b.Context(), l); err != nil {
			b.Fatal(err)
		}
	}
}
