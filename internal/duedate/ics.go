package duedate

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Entry is a date as a calendar shows it.
type Entry struct {
	UID     string // unique and lasting, "key-7@kabinet.example"
	At      time.Time
	Summary string
	About   string
	URL     string
}

// Calendar writes entries as a calendar (RFC 5545) that programs import or
// subscribe to. Each reminds a day before. name is that of the calendar, now the
// moment it is made.
func Calendar(name string, entries []Entry, now time.Time) string {
	var b strings.Builder
	line := func(property, value string) { fold(&b, property+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//ASL BELGISI//Kabinet//EN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", escape(name))
	for _, e := range entries {
		line("BEGIN", "VEVENT")
		line("UID", escape(e.UID))
		line("DTSTAMP", moment(now))
		line("DTSTART", moment(e.At))
		line("SUMMARY", escape(e.Summary))
		if e.About != "" {
			line("DESCRIPTION", escape(e.About))
		}
		if e.URL != "" {
			line("URL", clean(e.URL))
		}
		line("TRANSP", "TRANSPARENT")
		line("BEGIN", "VALARM")
		line("ACTION", "DISPLAY")
		line("TRIGGER", "-P1D")
		line("DESCRIPTION", escape(e.Summary))
		line("END", "VALARM")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.String()
}

// moment is a time of RFC 5545 in UTC.
func moment(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// escape makes a text of RFC 5545, 3.3.11: nothing in it ends a line or a value.
func escape(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
	return clean(s)
}

// clean leaves out what may stand in no line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// width is how many octets a line may have, its end not counted.
const width = 75

// fold writes a line, in several where it is long; none is cut inside a
// character.
func fold(b *strings.Builder, s string) {
	room := width
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], width-1 // the blank counts
	}
	b.WriteString(s + "\r\n")
}
