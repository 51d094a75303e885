// Package event shows an organization what was done in it: who, what, when,
// from where, and what was before and after. The lines are those of the audit
// log; this package only reads them.
package event

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
)

// Refusals of this package.
var (
	ErrDay      = fault.New(fault.Invalid, "event.day")
	ErrBackward = fault.New(fault.Invalid, "event.backward").On("until")
)

// maxExport bounds a downloaded log; a longer one is asked for by period.
const maxExport = 10_000

// maxActor bounds the name asked for; names end long before.
const maxActor = 200

// Query is what a reader asks for, as typed.
type Query struct {
	Actor  string // part of a name
	Family string // noun of the actions, "member"; empty for all
	From   string // day, 2025-12-04 or 04.12.2025, in Tashkent
	Until  string // day, included
	Cursor string // of the page before
	Per    int
}

// Page is a page of events, the newest first.
type Page struct {
	Events []Event
	Next   string // cursor of the next page, empty on the last
}

// Event is one line of the log, ready for reading.
type Event struct {
	ID      int64
	At      time.Time
	By      By
	Name    string // of who did it, at that moment; empty for By Portal and Operator
	Action  string // key of its words after "audit."
	Target  string // "kind:id"
	Changes []Change
	Facts   []Fact
	IP      string // empty for By Portal and Operator
	Sealed  bool   // covered by the chain of hashes
}

// By is the kind of who did something.
type By string

// Whose act it was. The operator's people have no names for organizations.
const (
	Member   By = "member"
	Operator By = "operator"
	Portal   By = "portal"
	Visitor  By = "visitor"
)

// Change is a field with what was in it and what is now.
type Change struct{ Field, Before, After string }

// Fact is a circumstance of the act.
type Fact struct{ Name, Value string }

// Service reads the log of the reader's organization.
type Service struct{ DB *pgxpool.Pool }

// List gives one page of events. A day that is none is a complaint.
func (s *Service) List(ctx context.Context, a actor.Actor, q Query) (Page, error) {
	if err := a.Need(perm.EventRead); err != nil {
		return Page{}, err
	}
	f, err := q.filter(a.OrgID)
	if err != nil {
		return Page{}, err
	}
	lines, more, err := audit.List(ctx, s.DB, f)
	if err != nil {
		return Page{}, err
	}
	p := Page{Events: make([]Event, len(lines))}
	for i, l := range lines {
		p.Events[i] = read(l)
	}
	if more {
		p.Next = page.Encode(lines[len(lines)-1].ID)
	}
	return p, nil
}

// Export gives the newest 10,000 events a query chooses.
func (s *Service) Export(ctx context.Context, a actor.Actor, q Query) (Page, error) {
	if err := a.Need(perm.EventRead); err != nil {
		return Page{}, err
	}
	q.Cursor, q.Per = "", maxExport
	return s.List(ctx, a, q)
}

func (q Query) filter(orgID int64) (audit.Filter, error) {
	f := audit.Filter{OrgID: orgID, Limit: q.Per}
	if err := page.Decode(q.Cursor, &f.Before); err != nil {
		return f, err
	}
	name := []rune(strings.TrimSpace(q.Actor))
	f.Actor = string(name[:min(len(name), maxActor)])
	if slices.Contains(Families(), q.Family) {
		f.Action = q.Family + "."
	}
	var form fault.Form
	var err error
	f.From, err = day(q.From)
	form.Add("from", err)
	f.Until, err = day(q.Until)
	form.Add("until", err)
	if !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1)
		form.Check(f.From.Before(f.Until), "until", ErrBackward.Key)
	}
	return f, form.Err()
}

// day reads a day as forms and people write it: its first moment in Tashkent.
func day(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "02.01.2006"} {
		if t, err := time.ParseInLocation(layout, s, clock.Tashkent()); err == nil && t.Year() > 2000 && t.Year() < 2200 {
			return t, nil
		}
	}
	return time.Time{}, ErrDay
}

// read makes an event of a line. Where an operator or the portal sits is nothing
// an organization can use.
func read(l audit.Line) Event {
	e := Event{ID: l.ID, At: l.At, By: by(l.ActorKind), Name: l.ActorName, Action: l.Action, Target: l.Target, IP: l.IP, Sealed: l.Sealed}
	if e.By == Portal || e.By == Operator {
		e.Name, e.IP = "", ""
	}
	e.Changes, e.Facts = details(l.Details)
	return e
}

func by(kind string) By {
	switch kind {
	case "staff":
		return Operator
	case "member":
		return Member
	case "visitor":
		return Visitor
	}
	return Portal
}

// details splits what the log keeps beside an act into changes, which have a
// before and an after, and all the rest. Features write what they like; what is
// not understood is shown as it is.
func details(raw json.RawMessage) (changes []Change, facts []Fact) {
	fields := object(raw)
	for _, name := range sorted(fields) {
		c, f := detail(name, fields[name])
		changes, facts = append(changes, c...), append(facts, f...)
	}
	return changes, facts
}

// detail reads one field; the parts of an object are fields of their own.
func detail(name string, raw json.RawMessage) (changes []Change, facts []Fact) {
	var c struct{ Before, After json.RawMessage }
	if json.Unmarshal(raw, &c) == nil && c.Before != nil && c.After != nil {
		return changed(name, c.Before, c.After), nil
	}
	parts := object(raw)
	for _, part := range sorted(parts) {
		c, f := detail(name+"_"+part, parts[part])
		changes, facts = append(changes, c...), append(facts, f...)
	}
	if text := plain(raw); text != "" && parts == nil {
		facts = append(facts, Fact{name, text})
	}
	return changes, facts
}

// changed are the changes of a field: of an object, one for each part that differs.
func changed(name string, before, after json.RawMessage) []Change {
	was, now := object(before), object(after)
	if was == nil || now == nil {
		return []Change{{name, plain(before), plain(after)}}
	}
	var cs []Change
	for _, part := range sorted(now) {
		if !bytes.Equal(was[part], now[part]) {
			cs = append(cs, Change{name + "_" + part, plain(was[part]), plain(now[part])})
		}
	}
	return cs
}

// object gives the parts of an object, nil where it is none.
func object(raw json.RawMessage) (parts map[string]json.RawMessage) {
	if json.Unmarshal(raw, &parts) != nil {
		return nil
	}
	return parts
}

// plain writes a value without the signs of JSON where it is simple.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		parts := make([]string, len(list))
		for i, v := range list {
			parts[i] = plain(v)
		}
		return strings.Join(parts, ", ")
	}
	if bytes.Equal(raw, []byte("null")) {
		return ""
	}
	return string(raw)
}

func sorted(m map[string]json.RawMessage) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Families are the nouns of actions a reader may narrow the list to, in the
// order of the form.
func Families() []string {
	return []string{
		"signin", "session", "member", "access", "invitation", "technical", "apikey", "org",
		"card", "card_import", "card_export", "document", "aic", "view", "place", "group", "prefix", "request", "support", "agreement", "setup", "authorization", "letter", "account", "notice",
	}
}
