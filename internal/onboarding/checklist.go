// Package onboarding says what an organization has done, what is next and what
// has to wait: the start page and the read-only summary behind its rows.
//
// Every status is computed from what other features keep, by rules without I/O, so
// the list can never disagree with the portal; three things that only people can
// know are ticked by one of them. What the portal cannot do yet is said openly,
// leads nowhere and is not counted. The same rules, with the rights of an
// administrator, say to the operator where an organization stands
// (internal/readiness).
package onboarding

import (
	"maps"
	"net/url"
	"slices"
	"time"

	"kabinet/internal/core/perm"
)

// Status is how far a task is (ux.md 2.2, Home).
type Status uint8

// The five statuses, and what is none: Waiting cannot be begun.
const (
	NotStarted Status = iota
	InProgress
	NeedsAction
	WithOperator
	Done
	Waiting
)

// State is what the rules look at.
type State struct {
	Email       string
	Director    string
	Region      string // code, see core/region
	District    string
	Street      string
	ActivatedAt time.Time // zero when not activated
	CheckedAt   time.Time // when somebody said that the profile is correct; zero: never
	KeyUntil    time.Time // end of the key the director activated with

	Groups       []Group
	Places       int  // active
	MainPlace    bool // one of them is the main one
	Prefixes     int  // active GS1 prefixes
	GTINs        bool // single GTINs are registered
	NumbersAsked bool // the operator was asked for a prefix or a GTIN
	Users        int  // active
	UsersInvited int  // not activated yet
	MyRoles      int  // of the reader
	MyGroups     int
	MyPlaces     int
	Cards        Cards
	KeyDays      int // days the reader's API key is still good for, the one begun counted; 0 without
	Programs     int // technical users that are active

	Agreement      string               // status of the one that has not ended (internal/agreement); empty: none
	AgreementUntil time.Time            // its end; zero: without
	AgreementSince time.Time            // when it was activated
	Invoices       int                  // incoming e-invoices that wait for an answer
	InvoiceDue     time.Time            // when the first of them is accepted by itself
	AICs           int                  // formed a month ago and in no declaration
	Maintenance    time.Time            // when announced work begins; zero: none is announced
	Ticked         map[string]time.Time // what a person said to have checked, see Ticks
	People         []Person             // who may do what, for whom the reader may ask
	Now            time.Time
}

// Settled is the last moment known at which something of the set-up was done; it
// dates the set-up once nothing is left.
func (s State) Settled() time.Time {
	last := s.ActivatedAt
	for _, at := range append(slices.Collect(maps.Values(s.Ticked)), s.CheckedAt, s.AgreementSince) {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// Person is somebody with roles beyond those everybody has.
type Person struct {
	Name   string
	Rights perm.Set
}

// who names up to three people who hold a right.
func (s State) who(right perm.Code) []string {
	var names []string
	for _, p := range s.People {
		if p.Rights.Has(right) && len(names) < 3 {
			names = append(names, p.Name)
		}
	}
	return names
}

// reach counts the reader's groups and places; "all" are those there are.
func (s *State) reach(scope perm.Scope) {
	s.MyGroups, s.MyPlaces = len(scope.Groups), len(scope.Places)
	if scope.AllGroups {
		s.MyGroups = len(s.Groups)
	}
	if scope.AllPlaces {
		s.MyPlaces = s.Places
	}
}

// Group is a product group of the organization; its names are in the summary only.
type Group struct {
	ID         int16
	Uz, Ru, En string
	Issuer     bool
	Status     string // pending, active, blocked
}

// Issuer reports whether the organization emits marking codes for any group.
func (s State) Issuer() bool { return s.issued() > 0 }

func (s State) issued() int {
	n := 0
	for _, g := range s.Groups {
		if g.Issuer {
			n++
		}
	}
	return n
}

func (s State) pending() int {
	n := 0
	for _, g := range s.Groups {
		if g.Status == "pending" {
			n++
		}
	}
	return n
}

// Hint is one line about a task: a message key with its values. Count is set
// for messages with plural forms.
type Hint struct {
	Key   string
	Args  []any
	Count int
}

// Task is one line of the checklist. Its words are "onboarding.task.<Key>".
type Task struct {
	Key      string
	Status   Status
	URL      string // empty when Waiting
	Hint     Hint
	Deadline time.Time // by when; zero: none
	Who      []string  // who may do it, when the reader may not; nil otherwise
	Others   bool      // it goes on when others have done their part; the reader can remind them
}

// Counted reports whether the task counts: what the portal cannot do yet does not.
func (t Task) Counted() bool { return t.Status != Waiting }

// Settled reports whether there is nothing left that counts.
func Settled(parts []Part) bool {
	for _, p := range parts {
		for _, t := range p.Tasks {
			if t.Counted() && t.Status != Done {
				return false
			}
		}
	}
	return len(parts) > 0
}

// Part is one of the three parts of the checklist. Its words are
// "onboarding.part.<Key>".
type Part struct {
	Key   string
	Tasks []Task
}

// rule makes a task of the state; need are the rights without any of which the
// task is not the reader's; only, where set, says whom the task concerns at all.
//
// do is the right that the task wants, where it is another one than need: whoever
// reads it without that right is told who may. When nobody may, an administrator is
// led over the page on which one gives role to oneself.
type rule struct {
	key  string
	need perm.Set
	do   perm.Code
	role perm.Role // with do; empty: the role that comes with the right to read
	only func(State) bool
	make func(State) Task
}

// Checklist is the list for a reader with these rights. Parts without tasks are
// left out.
func Checklist(s State, rights perm.Set) []Part {
	var parts []Part
	for _, p := range partRules() {
		part := Part{Key: p.key}
		for _, r := range p.rules {
			if !rights.Meets(r.need) || r.only != nil && !r.only(s) {
				continue
			}
			t := r.make(s)
			t.Key = r.key
			if r.do != 0 && !rights.Has(r.do) && t.Counted() && t.Status != Done {
				t.Who = s.who(r.do)
				t.URL = r.way(t, rights)
			}
			part.Tasks = append(part.Tasks, t)
		}
		if len(part.Tasks) > 0 {
			parts = append(parts, part)
		}
	}
	return parts
}

// way is where a task leads that its reader lacks the right to do.
func (r rule) way(t Task, rights perm.Set) string {
	if t.Who != nil || r.role == "" || t.Status == WithOperator || !rights.Has(perm.MemberManage) {
		return t.URL
	}
	return "/me/access/take?" + url.Values{"kind": {"role"}, "thing": {string(r.role)}, "next": {t.URL}}.Encode()
}

// ruleSet is the rules of one part.
type ruleSet struct {
	key   string
	rules []rule
}

func partRules() []ruleSet {
	return []ruleSet{{"check", checkRules()}, {"setup", setupRules()}, {"work", workRules()}}
}

// Keys lists the keys of all tasks there can be, in the order of the list.
func Keys() []string {
	var keys []string
	for _, p := range partRules() {
		for _, r := range p.rules {
			keys = append(keys, r.key)
		}
	}
	return keys
}

// Next is the one task to do now: what has a deadline before what has none, the
// nearest first; then what is held up, what goes on, what has not begun, each in
// the order of the list; at the end what others have to do first. What the operator
// does, or nobody can, is never next; ok is false when nothing else is left.
func Next(parts []Part) (next Task, ok bool) {
	for _, p := range parts {
		for _, t := range p.Tasks {
			if t.open() && (!ok || t.before(next)) {
				next, ok = t, true
			}
		}
	}
	return next, ok
}

// open reports whether the reader can go on with the task.
func (t Task) open() bool {
	return t.Who == nil && (t.Status == NeedsAction || t.Status == InProgress || t.Status == NotStarted)
}

// before reports whether the task comes before one that stands earlier on the list.
func (t Task) before(u Task) bool {
	due := func(t Task) bool { return t.Status == NeedsAction && !t.Deadline.IsZero() }
	switch {
	case due(t) && due(u):
		return t.Deadline.Before(u.Deadline)
	case due(t) != due(u):
		return due(t)
	}
	return t.urgency() > u.urgency()
}

func (t Task) urgency() int {
	switch {
	case t.Others:
		return -1
	case t.Status == NeedsAction:
		return 2
	case t.Status == InProgress:
		return 1
	}
	return 0
}

// WaitsForOperator reports whether the operator has something to do.
func WaitsForOperator(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool {
		return slices.ContainsFunc(p.Tasks, func(t Task) bool { return t.Status == WithOperator })
	})
}
