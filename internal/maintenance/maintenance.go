// Package maintenance announces planned work on the portal and keeps what may
// not be touched meanwhile closed.
//
// A window is announced days ahead on every page. While it lasts the portal is
// read-only or closed: who is signed in stays signed in, public pages, the state
// of the portal and its health go on, and the operator's area stays open, since
// somebody has to end the window. Whether one lasts is decided by the database's
// clock.
package maintenance

import (
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/text"
)

// Refusals.
var (
	ErrNotFound = fault.New(fault.NotFound, "maintenance.not_found")
	ErrOverlaps = fault.New(fault.Conflict, "maintenance.overlaps").On("date")
	ErrOver     = fault.New(fault.Conflict, "maintenance.over") // called off or ended already
)

// Mode is what goes on meanwhile.
type Mode string

// ReadOnly pages can be read and nothing changed; Closed only public pages are
// there.
const (
	ReadOnly Mode = "read_only"
	Closed   Mode = "closed"
)

// State is where a window stands.
type State string

// A window is planned, then running, then over, unless it was called off.
const (
	Planned   State = "planned"
	Running   State = "running"
	Over      State = "over"
	CalledOff State = "called_off"
)

// Window is a time of maintenance.
type Window struct {
	ID         int64
	Mode       Mode
	AnnounceAt time.Time
	From       time.Time
	Until      time.Time
	ReasonUz   string
	ReasonRu   string
	ReasonEn   string
	State      State // by the database's clock when it was read
	CreatedBy  string
	CreatedAt  time.Time
	EndedBy    string // who called it off or ended it early
}

// Reason is why, in a language ("uz", "ru" or "en"); English falls back to Uzbek.
func (w Window) Reason(lang string) string {
	switch {
	case lang == "ru":
		return w.ReasonRu
	case lang == "en" && w.ReasonEn != "":
		return w.ReasonEn
	}
	return w.ReasonUz
}

// Bounds of a window.
const (
	maxLength   = 7 * 24 * time.Hour
	maxAhead    = 365 * 24 * time.Hour
	maxReason   = 300 // characters
	maxAnnounce = 30  // days
)

// Draft is what somebody typed; times are those of Tashkent.
type Draft struct {
	Mode     string
	Date     string // 2026-11-25 or 25.11.2026
	Time     string // 22:00
	Hours    string // how long: 1.5
	Announce string // days ahead
	Uz       string
	Ru       string
	En       string
}

// Open reads a draft, or complains about every field at once.
func (d Draft) Open(now time.Time) (Window, error) {
	var wrong fault.Form
	w := Window{Mode: Mode(d.Mode)}
	wrong.Check(w.Mode == ReadOnly || w.Mode == Closed, "mode", "maintenance.draft.mode")
	from, ok := moment(d.Date, d.Time)
	wrong.Check(ok, "date", "maintenance.draft.date")
	wrong.Check(from.After(now.Add(-time.Minute)), "date", "maintenance.draft.past")
	wrong.Check(from.Before(now.Add(maxAhead)), "date", "maintenance.draft.far")
	length, ok := hours(d.Hours)
	wrong.Check(ok, "hours", "maintenance.draft.hours")
	days, err := strconv.Atoi(strings.TrimSpace(d.Announce))
	wrong.Check(err == nil && days >= 0 && days <= maxAnnounce, "announce", "maintenance.draft.announce", "max", maxAnnounce)
	for _, t := range []struct {
		field, typed string
		into         *string
		must         bool
	}{{"uz", text.Uzbek(d.Uz), &w.ReasonUz, true}, {"ru", d.Ru, &w.ReasonRu, true}, {"en", d.En, &w.ReasonEn, false}} {
		*t.into, err = text.Line(t.typed, maxReason)
		wrong.Add(t.field, err)
		wrong.Check(*t.into != "" || !t.must, t.field, "maintenance.draft.reason")
	}
	w.From, w.Until, w.AnnounceAt = from, from.Add(length), from.AddDate(0, 0, -days)
	return w, wrong.Err()
}

// moment reads day and time of day in Tashkent.
func moment(day, at string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02 15:04", "02.01.2006 15:04"} {
		t, err := time.ParseInLocation(layout, strings.TrimSpace(day)+" "+strings.TrimSpace(at), clock.Tashkent())
		if err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// hours reads a length, with comma or point, to the minute.
func hours(s string) (time.Duration, bool) {
	n, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	d := time.Duration(n * float64(time.Hour)).Round(time.Minute)
	return d, err == nil && n == n && d >= time.Minute && n <= maxLength.Hours()
}
