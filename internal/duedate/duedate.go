// Package duedate puts the dates to keep on one page: what ends, what is to be
// answered, what the operator has to decide, and when the portal is at work on
// itself. It keeps nothing: the dates are those of other features, read by their
// rights and in the reader's product groups.
package duedate

import (
	"slices"
	"strconv"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
)

// Kind is what a date is about.
type Kind string

// The kinds, in the order of the filter.
const (
	Invoice       Kind = "invoice"       // an incoming e-invoice to answer
	Key           Kind = "key"           // an API key ends
	Certificate   Kind = "certificate"   // the reader's EDS key ends
	Agreement     Kind = "agreement"     // the agreement with the operator ends
	Authorization Kind = "authorization" // what a provider may do ends
	Invitation    Kind = "invitation"    // a code for a new user ends
	Question      Kind = "question"      // the operator waits for the reader's answer, then the request closes
	Moderation    Kind = "moderation"    // the operator decides about cards by then
	Maintenance   Kind = "maintenance"   // the portal is read-only or closed
)

// Kinds lists them all.
func Kinds() []Kind {
	return []Kind{Invoice, Key, Certificate, Agreement, Authorization, Invitation, Question, Moderation, Maintenance}
}

// need is the right without which dates of a kind are not shown.
func (k Kind) need() perm.Code {
	switch k {
	case Invoice:
		return perm.DocumentRead
	case Authorization:
		return perm.ProviderManage
	case Invitation:
		return perm.MemberManage
	case Moderation:
		return perm.CardRead
	}
	return perm.OrgRead
}

// Date is one date to keep.
type Date struct {
	Kind Kind
	At   time.Time
	ID   int64  // of what it is about; 0 when it is about several things, or the person
	Name string // what it is about, as it is called: a key, a provider, a person
	More string // beside it: who sent an invoice, whose key it is
	N    int    // how many things it is about, 1 or more
	Mine bool   // it is the reader's own
}

// Overdue reports whether the date has passed.
func (d Date) Overdue(now time.Time) bool { return d.At.Before(now) }

// soon is when a date asks for action.
const soon = 7 * 24 * time.Hour

// Soon reports whether the date comes within a week.
func (d Date) Soon(now time.Time) bool { return !d.Overdue(now) && d.At.Sub(now) <= soon }

// Path is the page where something can be done about it.
func (d Date) Path() string {
	switch d.Kind {
	case Invoice:
		return "/documents/" + strconv.FormatInt(d.ID, 10)
	case Key:
		if d.Mine {
			return "/me/keys"
		}
		return "/org/keys"
	case Certificate:
		return "/help/eds-key"
	case Question:
		return "/support/" + strconv.FormatInt(d.ID, 10)
	case Agreement:
		return "/org/agreement"
	case Authorization:
		return "/org/authorizations/" + strconv.FormatInt(d.ID, 10)
	case Invitation:
		return "/org/users/" + strconv.FormatInt(d.ID, 10)
	case Moderation:
		return "/cards?status=moderation"
	}
	return "/status"
}

// UID names the date for calendars: the same thing keeps its name when its date
// moves.
func (d Date) UID() string {
	id := strconv.FormatInt(d.ID, 10)
	if d.ID == 0 {
		id = d.At.In(clock.Tashkent()).Format("20060102")
	}
	return string(d.Kind) + "-" + id
}

// inOrder puts what is overdue first, the rest after it by time.
func inOrder(ds []Date) {
	slices.SortStableFunc(ds, func(a, b Date) int { return a.At.Compare(b.At) })
}
