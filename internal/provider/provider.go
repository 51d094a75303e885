// Package provider keeps which service provider may do what for an
// organization: in which product groups and until when (domain.md F18).
//
// A provider is an organization of the portal itself. An authorization ends on
// its day by the database's clock, whether or not the job that says so has run,
// and is never changed: whoever wants another one revokes it and gives a new one.
package provider

import (
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
	"kabinet/internal/productgroup"
)

// Refusals of this package.
var (
	ErrNotFound = fault.New(fault.NotFound, "provider.not_found")
	ErrUnknown  = fault.New(fault.Invalid, "provider.unknown").On("tin")
	ErrOwn      = fault.New(fault.Invalid, "provider.own").On("tin")
	// ErrMany keeps letters from being thrown at a provider by authorizing and
	// revoking in turns.
	ErrMany       = fault.New(fault.TooMany, "provider.many", "max", maxDaily)
	ErrNoCommon   = fault.New(fault.Invalid, "provider.no_common").On("tin")
	ErrNoGroups   = fault.New(fault.Invalid, "provider.no_groups").On("groups")
	ErrGroup      = fault.New(fault.Invalid, "provider.group").On("groups")
	ErrOverlap    = fault.New(fault.Invalid, "provider.overlap").On("groups")
	ErrNoTasks    = fault.New(fault.Invalid, "provider.no_tasks").On("tasks")
	ErrTask       = fault.New(fault.Invalid, "provider.task_unknown").On("tasks")
	ErrNotIssuer  = fault.New(fault.Invalid, "provider.not_issuer").On("tasks")
	ErrDay        = fault.New(fault.Invalid, "provider.day").On("until")
	ErrPast       = fault.New(fault.Invalid, "provider.past").On("until")
	ErrFar        = fault.New(fault.Invalid, "provider.far").On("until")
	ErrNoReason   = fault.New(fault.Invalid, "provider.no_reason").On("reason")
	ErrLinked     = fault.New(fault.Invalid, "provider.reason_link").On("reason") // the other side reads it in a letter of ours
	ErrNotCurrent = fault.New(fault.Conflict, "provider.not_current")             // revoked or expired already
)

// longest is how far ahead an authorization may end, in years (our own design:
// no rule of the operator is known).
const longest = 3

// maxReason bounds a reason in characters.
const maxReason = 500

// Task is something a provider may do for the organization; the names are those
// of the interface's operations (domain.md 3.1).
type Task string

// The tasks, in the order of the form.
const (
	Orders         Task = "orders"         // order marking codes and fetch them
	Utilisation    Task = "utilisation"    // report applied codes
	Validation     Task = "validation"     // report print quality
	Aggregation    Task = "aggregation"    // aggregate and disband packs
	TransportCodes Task = "transportcodes" // issue transport codes
)

// Tasks lists them in the order of the form.
func Tasks() []Task { return []Task{Orders, Utilisation, Validation, Aggregation, TransportCodes} }

// Status is the state of an authorization at a moment of the database.
type Status string

// The states. An expired one is blocked for good, like a revoked one.
const (
	Active  Status = "active"
	Expired Status = "expired"
	Revoked Status = "revoked"
)

// Statuses lists them in the order of the tabs.
func Statuses() []Status { return []Status{Active, Expired, Revoked} }

// Authorization is one as it is shown.
type Authorization struct {
	ID        int64
	Other     Party // the provider, or of a received one the giver
	Groups    []productgroup.Group
	Tasks     []Task
	Status    Status
	CreatedAt time.Time
	CreatedBy string
	ExpiresAt time.Time // first moment no longer allowed
	EndedAt   time.Time // zero while active
	Reason    string    // of the revocation
}

// LastDay is the last day on which the provider may act.
func (a Authorization) LastDay() time.Time { return a.ExpiresAt.Add(-time.Second) }

// Party is an organization on the other side.
type Party struct {
	OrgID  int64
	TIN    taxid.TIN
	NameUz string
	NameRu string
}

// In is its name in a language.
func (p Party) In(lang string) string {
	if lang == "ru" {
		return p.NameRu
	}
	return p.NameUz
}

// Draft is what a person typed.
type Draft struct {
	TIN    string
	Groups []string // numbers
	Tasks  []string
	Until  string // day, 2026-12-31 or 31.12.2026, included
}

// Grant is a draft that passed every rule but those the database knows.
type Grant struct {
	Provider Party
	Groups   []int16
	Tasks    []Task
	Until    time.Time // first moment no longer allowed
}

// Offer is what can be given to a provider: the groups both organizations work
// with and that are open to the person who gives.
type Offer struct {
	Provider Party
	Groups   []Choice
}

// Choice is a group that can be chosen.
type Choice struct {
	Group  productgroup.Group
	Issuer bool // we issue codes in it
	Taken  bool // the provider is authorized in it already
}

// Open turns a draft into a grant, or complains about every field at once, with
// groups named in a language.
func (d Draft) Open(o Offer, now time.Time, lang string) (Grant, error) {
	g := Grant{Provider: o.Provider}
	var form fault.Form
	var err error
	g.Groups, err = d.groups(o, lang)
	form.Add("groups", err)
	g.Tasks, err = d.tasks(o, g.Groups, lang)
	form.Add("tasks", err)
	g.Until, err = d.until(now)
	form.Add("until", err)
	return g, form.Err()
}

func (d Draft) groups(o Offer, lang string) (ids []int16, err error) {
	for _, c := range o.Groups {
		if slices.Contains(d.Groups, number(c.Group.ID)) {
			if c.Taken {
				return nil, ErrOverlap.With("group", c.Group.Name(lang))
			}
			ids = append(ids, c.Group.ID)
		}
	}
	switch {
	case len(d.Groups) == 0:
		return nil, ErrNoGroups
	case len(ids) != len(slices.Compact(slices.Sorted(slices.Values(d.Groups)))):
		return nil, ErrGroup
	}
	return ids, nil
}

// tasks: codes are ordered only by issuers, so nobody can have them ordered in
// a group where the organization is none.
func (d Draft) tasks(o Offer, groups []int16, lang string) (ts []Task, err error) {
	for _, t := range Tasks() {
		if slices.Contains(d.Tasks, string(t)) {
			ts = append(ts, t)
		}
	}
	switch {
	case len(d.Tasks) == 0:
		return nil, ErrNoTasks
	case len(ts) != len(slices.Compact(slices.Sorted(slices.Values(d.Tasks)))):
		return nil, ErrTask
	case !slices.Contains(ts, Orders):
		return ts, nil
	}
	for _, c := range o.Groups {
		if slices.Contains(groups, c.Group.ID) && !c.Issuer {
			return nil, ErrNotIssuer.With("group", c.Group.Name(lang))
		}
	}
	return ts, nil
}

// until reads the last day in Tashkent.
func (d Draft) until(now time.Time) (time.Time, error) {
	day, ok := time.Time{}, false
	for _, layout := range []string{time.DateOnly, "02.01.2006"} {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(d.Until), clock.Tashkent()); err == nil {
			day, ok = t, true
		}
	}
	today := now.In(clock.Tashkent())
	end := day.AddDate(0, 0, 1)
	switch {
	case !ok:
		return time.Time{}, ErrDay
	case !end.After(now):
		return time.Time{}, ErrPast
	case day.After(today.AddDate(longest, 0, 0)):
		return time.Time{}, ErrFar.With("years", longest)
	}
	return end, nil
}

// reason reads why an authorization is revoked.
func reason(s string) (string, error) {
	r, err := text.Lines(s, maxReason)
	switch {
	case err == nil && r == "":
		return "", ErrNoReason
	case err == nil && text.Linked(r):
		return "", ErrLinked
	}
	if f, ok := fault.As(err); ok {
		return "", f.On("reason")
	}
	return r, err
}
