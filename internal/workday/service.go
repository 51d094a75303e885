package workday

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Refusals about a day of the calendar.
var (
	ErrNotFound = fault.New(fault.NotFound, "workday.not_found")
	ErrTaken    = fault.New(fault.Conflict, "workday.taken").On("day")
	ErrEdited   = fault.New(fault.Conflict, "workday.edited") // by somebody else meanwhile
)

// Years the calendar is kept for.
const (
	firstYear = 2020
	lastYear  = 2099
)

// maxName is the length of the name of a day, in characters.
const maxName = 120

// Entry is a day that staff have written into the calendar.
type Entry struct {
	Day        Day
	Working    bool
	Uz, Ru, En string // what day it is
	Estimated  bool   // the state has not named it yet
	Version    int    // counts changes
}

// Name is what day it is, in a language ("uz", "ru" or "en").
func (e Entry) Name(lang string) string {
	switch lang {
	case "ru":
		return e.Ru
	case "en":
		return e.En
	}
	return e.Uz
}

// Draft is what one of the staff typed about a day.
type Draft struct {
	Day        string // fixed once it is there
	Working    string // "yes" or "no"
	Uz, Ru, En string
	Estimated  bool
	Version    int // of the day that was on the page; 0 for a new one
}

// Draft is the day as a form shows it.
func (e Entry) Draft() Draft {
	d := Draft{Day: e.Day.Format(time.DateOnly), Working: "no", Uz: e.Uz, Ru: e.Ru, En: e.En, Estimated: e.Estimated, Version: e.Version}
	if e.Working {
		d.Working = "yes"
	}
	return d
}

// ParseDay reads a day, YYYY-MM-DD or DD.MM.YYYY, of the years the calendar is
// kept for.
func ParseDay(s string) (Day, bool) {
	for _, layout := range []string{time.DateOnly, "2.1.2006"} {
		d, err := time.Parse(layout, strings.TrimSpace(s))
		if err == nil && d.Year() >= firstYear && d.Year() <= lastYear {
			return d, true
		}
	}
	return Day{}, false
}

// Open turns a draft into a day, or complains about every field at once. What
// the week says anyway needs no day of its own, but for a holiday at a weekend.
func (d Draft) Open() (Entry, error) {
	var wrong fault.Form
	day, ok := ParseDay(d.Day)
	wrong.Check(ok, "day", "workday.draft.day", "first", firstYear, "last", lastYear)
	wrong.Check(d.Working == "yes" || d.Working == "no", "working", "workday.draft.working")
	wrong.Check(!ok || d.Working != "yes" || !weekday(day), "working", "workday.draft.needless")
	name := func(field, typed string) string {
		s, err := text.Line(typed, maxName)
		wrong.Add(field, err)
		wrong.Check(s != "", field, "workday.draft.name")
		return s
	}
	e := Entry{Day: day, Working: d.Working == "yes", Estimated: d.Estimated}
	e.Uz, e.Ru, e.En = name("uz", text.Uzbek(d.Uz)), name("ru", d.Ru), name("en", d.En)
	return e, wrong.Err()
}

// Service is what the staff do with the calendar.
type Service struct{ DB *pgxpool.Pool }

// Year is a year of the calendar.
type Year struct {
	Number  int
	Entries []Entry
	Worked  [12]int // working days of each month
	Known   []int   // years with days written in, and the one shown
}

// Total is the number of working days of the year.
func (y Year) Total() int {
	n := 0
	for _, month := range y.Worked {
		n += month
	}
	return n
}

// Year gives a year of the calendar; ErrNotFound outside the years it is kept
// for.
func (s *Service) Year(ctx context.Context, op actor.Operator, number int) (Year, error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return Year{}, err
	}
	if number < firstYear || number > lastYear {
		return Year{}, ErrNotFound
	}
	first := time.Date(number, 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(number, 12, 31, 0, 0, 0, 0, time.UTC)
	entries, err := entriesBetween(ctx, s.DB, first, last)
	if err != nil {
		return Year{}, err
	}
	y := Year{Number: number, Entries: entries}
	y.count(first, last)
	y.Known, err = knownYears(ctx, s.DB, number)
	return y, err
}

func (y *Year) count(first, last Day) {
	c := Calendar{First: first, Last: last, except: map[Day]bool{}}
	for _, e := range y.Entries {
		c.except[e.Day] = e.Working
	}
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		if c.Working(d) {
			y.Worked[d.Month()-1]++
		}
	}
}

// Entry gives a day of the calendar, or ErrNotFound.
func (s *Service) Entry(ctx context.Context, op actor.Operator, day Day) (Entry, error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return Entry{}, err
	}
	return entry(ctx, s.DB, day)
}

// AddDay writes a day into the calendar; ErrTaken when it is there. Deadlines
// that were set before stay as they are.
func (s *Service) AddDay(ctx context.Context, op actor.Operator, d Draft) (Day, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return Day{}, err
	}
	e, err := d.Open()
	if err != nil {
		return Day{}, err
	}
	return e.Day, gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		if err := insertEntry(ctx, tx, e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "calendar.add", Target: target(e.Day), Details: e.parts()})
	})
}

// ChangeDay changes a day. Of two who edit at once the second gets ErrEdited.
func (s *Service) ChangeDay(ctx context.Context, op actor.Operator, day Day, d Draft) error {
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		d.Day = day.Format(time.DateOnly)
		before, err := lockEntry(ctx, tx, day)
		if err != nil {
			return err
		}
		after, err := d.Open()
		switch {
		case err != nil:
			return err
		case before.Version != d.Version:
			return ErrEdited
		}
		changes, was := audit.Changes{}, before.parts()
		for field, now := range after.parts() {
			changes.Note(field, was[field], now)
		}
		if len(changes) == 0 {
			return nil
		}
		if err := updateEntry(ctx, tx, after); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "calendar.change", Target: target(day), Details: changes})
	})
}

// RemoveDay takes a day out of the calendar: it is as the week says again. One
// that was changed since the question was asked stays (ErrEdited).
func (s *Service) RemoveDay(ctx context.Context, op actor.Operator, day Day, version int) error {
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		before, err := lockEntry(ctx, tx, day)
		switch {
		case err != nil:
			return err
		case before.Version != version:
			return ErrEdited
		}
		if err := deleteEntry(ctx, tx, day); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "calendar.remove", Target: target(day), Details: before.parts()})
	})
}

func (e Entry) parts() map[string]any {
	return map[string]any{"working": e.Working, "estimated": e.Estimated, "uz": e.Uz, "ru": e.Ru, "en": e.En}
}

func target(d Day) string { return "day:" + d.Format(time.DateOnly) }
