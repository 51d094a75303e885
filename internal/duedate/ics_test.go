package duedate_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/golden"
	"kabinet/internal/duedate"
)

var noon = time.Date(2025, 12, 4, 7, 0, 0, 0, time.UTC)

func TestCalendar(t *testing.T) {
	t.Parallel()
	golden.Check(t, "dates.ics", duedate.Calendar("Важные даты", []duedate.Entry{
		{UID: "key-7@kabinet.example", At: noon.AddDate(0, 0, 7), Summary: `Заканчивается API-ключ «1C; склад, \ главный», владелец Барно Содикова`, About: "API-ключи\nhttps://kabinet.example/me/keys", URL: "https://kabinet.example/me/keys"},
		{UID: "maintenance-1@kabinet.example", At: noon, Summary: "Rejali ishlar"},
	}, noon))
}

// FuzzCalendar: whatever people are called, a line is a line.
func FuzzCalendar(f *testing.F) {
	for _, s := range []string{"", "a", "Сыр, 20%; \\ \r\nBEGIN:VEVENT", strings.Repeat("oʻ", 200), "\x00\x1f\x7f", "\xff\xfe", "😀" + strings.Repeat("x", 73) + "😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		text := duedate.Calendar(name, []duedate.Entry{{UID: name, At: noon, Summary: name, About: name, URL: name}}, noon)
		if !utf8.ValidString(text) || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
			t.Fatalf("%q", text)
		}
		begins := 0
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n\x00\x7f") || line == "" {
				t.Fatalf("the line %q", line)
			}
			if strings.HasPrefix(line, "BEGIN:VEVENT") {
				begins++
			}
		}
		if begins != 1 {
			t.Fatalf("%d events", begins)
		}
	})
}
