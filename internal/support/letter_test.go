package support_test

import (
	"strings"
	"testing"

	"kabinet/internal/core/golden"
	"kabinet/internal/platform/i18n"
	"kabinet/web/mailview"
)

// Every letter of this package in every language, as its reader gets it.
func TestLetters(t *testing.T) {
	t.Parallel()
	args := []any{
		"number", "ASL-2026-000123", "title", "Kartochka yuborilmayapti",
		"answer", "Assalomu alaykum.\n\nRasmni <b>qayta</b> yuklang: https://kabinet.example/cards/17",
	}
	for _, what := range []string{"answer", "ask", "closed"} {
		for _, lang := range i18n.Langs() {
			words := func(part string) string { return i18n.Text(lang, "support.notice."+what+"."+part, args...) }
			m, err := mailview.Write(t.Context(), mailview.Note{
				Language: lang.Code(), Subject: words("subject"), Heading: words("subject"), Paragraphs: strings.Split(words("text"), "\n\n"),
				Link: "https://kabinet.example/support/123", Button: words("button"), Number: "N-1", MessageID: "notice.2.1@kabinet.example",
			})
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(m.HTML, "<b>qayta") || strings.Contains(m.HTML, `href="https://kabinet.example/cards/17`) {
				t.Errorf("%s in %s: what somebody wrote is markup or a link", what, lang.Code())
			}
			golden.Check(t, "letters/"+what+"."+lang.Code()+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
		}
	}
}
