// Package onboarding says what an organization has done, what is next and what
// has to wait: the start page and the read-only summary behind its rows.
//
// Nothing here is ticked by a person. Every status is computed from what other
// features keep, by rules without I/O, so the list can never disagree with the
// portal. What the portal cannot do yet is said openly and leads nowhere.
package onboarding

import (
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
	Users        int  // active
	UsersInvited int  // not activated yet
	MyRoles      int  // of the reader
	MyGroups     int
	MyPlaces     int
	Cards        Cards
	KeyDays      int // days the reader's API key is still good for, the one begun counted; 0 without
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
	Key    string
	Status Status
	URL    string // empty when Waiting
	Hint   Hint
}

// Part is one of the three parts of the checklist. Its words are
// "onboarding.part.<Key>".
type Part struct {
	Key   string
	Tasks []Task
}

// rule makes a task of the state; need are the rights without any of which the
// task is not the reader's; only, where set, says whom the task concerns at all.
type rule struct {
	key  string
	need perm.Set
	only func(State) bool
	make func(State) Task
}

// Checklist is the list for a reader with these rights. Parts without tasks are
// left out.
func Checklist(s State, rights perm.Set) []Part {
	var parts []Part
	for _, p := range []struct {
		key   string
		rules []rule
	}{{"check", checkRules()}, {"setup", setupRules()}, {"work", workRules()}} {
		part := Part{Key: p.key}
		for _, r := range p.rules {
			if !rights.Meets(r.need) || r.only != nil && !r.only(s) {
				continue
			}
			t := r.make(s)
			t.Key = r.key
			part.Tasks = append(part.Tasks, t)
		}
		if len(part.Tasks) > 0 {
			parts = append(parts, part)
		}
	}
	return parts
}

// checkRules is what activation proves at once: the letter came to the address,
// the director's key signed.
func checkRules() []rule {
	return []rule{
		{key: "email", need: perm.Of(perm.OrgEdit), make: func(s State) Task {
			return byActivation(s, "/org#contacts", Hint{Key: "onboarding.hint.email", Args: []any{"email", s.Email}})
		}},
		{key: "director", need: perm.Of(perm.OrgEdit), make: func(s State) Task {
			return byActivation(s, "/org#director", Hint{Key: "onboarding.hint.director", Args: []any{"name", s.Director, "until", s.KeyUntil}})
		}},
		{key: "address", need: perm.Of(perm.OrgEdit), make: address},
		{key: "activate", need: perm.Of(perm.OrgRead), make: func(s State) Task {
			return byActivation(s, "/org#profile", Hint{Key: "onboarding.hint.activated", Args: []any{"date", s.ActivatedAt}})
		}},
	}
}

func byActivation(s State, url string, h Hint) Task {
	if s.ActivatedAt.IsZero() {
		return Task{Status: NeedsAction, URL: url}
	}
	return Task{Status: Done, URL: url, Hint: h}
}

// address is done once somebody compared the profile and said so: what came
// from the old records may be out of date (domain.md F3).
func address(s State) Task {
	switch {
	case s.District == "" && s.Street == "" || !s.MainPlace:
		return Task{Status: NeedsAction, URL: "/org/address", Hint: Hint{Key: "onboarding.hint.no_address"}}
	case s.CheckedAt.IsZero():
		return Task{Status: NotStarted, URL: "/org", Hint: Hint{Key: "onboarding.hint.check"}}
	}
	return Task{Status: Done, URL: "/org#address", Hint: Hint{Key: "onboarding.hint.address", Args: []any{"region", s.Region, "district", s.District}}}
}

func setupRules() []rule {
	return []rule{
		{key: "places", need: perm.Of(perm.PlaceManage), make: func(s State) Task {
			if s.Places == 0 {
				return Task{Status: NeedsAction, URL: "/org/places/new", Hint: Hint{Key: "onboarding.hint.no_place"}}
			}
			return Task{Status: Done, URL: "/org/places", Hint: Hint{Key: "onboarding.hint.places", Count: s.Places}}
		}},
		{key: "groups", need: perm.Of(perm.GroupManage), make: groups},
		{key: "gs1", need: perm.Of(perm.OrgEdit), only: State.Issuer, make: func(s State) Task {
			if s.Prefixes == 0 {
				return Task{Status: NotStarted, URL: "/org/gs1", Hint: Hint{Key: "onboarding.hint.no_gs1"}}
			}
			return Task{Status: Done, URL: "/org/gs1", Hint: Hint{Key: "onboarding.hint.gs1", Count: s.Prefixes}}
		}},
		{key: "access", need: perm.Of(perm.OrgRead), make: access},
		{key: "users", need: perm.Of(perm.MemberManage), make: users},
	}
}

func groups(s State) Task {
	t := Task{URL: "/org/groups", Hint: Hint{Key: "onboarding.hint.groups", Args: []any{"issuer", s.issued()}, Count: len(s.Groups)}}
	switch pending := s.pending(); {
	case len(s.Groups) == 0:
		t.Status, t.URL, t.Hint = NeedsAction, "/org/groups/new", Hint{Key: "onboarding.hint.no_group"}
	case pending > 0:
		t.Status, t.Hint = WithOperator, Hint{Key: "onboarding.hint.groups_pending", Count: pending}
	default:
		t.Status = Done
	}
	return t
}

// access is what the reader may do oneself: a right counts only together with
// a product group and a place (domain.md 2.7).
func access(s State) Task {
	if s.MyRoles == 0 || s.MyGroups == 0 || s.MyPlaces == 0 {
		return Task{Status: NeedsAction, URL: "/me/access", Hint: Hint{Key: "onboarding.hint.no_access"}}
	}
	return Task{Status: Done, URL: "/me/access", Hint: Hint{Key: "onboarding.hint.access", Count: s.MyRoles}}
}

func users(s State) Task {
	t := Task{Status: NotStarted, URL: "/org/users/new", Hint: Hint{Key: "onboarding.hint.alone"}}
	switch {
	case s.UsersInvited > 0:
		args := []any{"active", s.Users, "all", s.Users + s.UsersInvited}
		t.Status, t.URL, t.Hint = InProgress, "/org/users", Hint{Key: "onboarding.hint.users_invited", Args: args}
	case s.Users > 1:
		t.Status, t.URL, t.Hint = Done, "/org/users", Hint{Key: "onboarding.hint.users", Count: s.Users}
	}
	return t
}

// soon is when an ending key becomes something to do: the first reminder goes
// out on the same day.
const soon = 7

// apiKey is the reader's own: keys have owners, and each has one.
func apiKey(s State) Task {
	t := Task{Status: NotStarted, URL: "/me/keys", Hint: Hint{Key: "onboarding.hint.no_key"}}
	switch {
	case s.KeyDays > soon:
		t.Status, t.Hint = Done, Hint{Key: "onboarding.hint.key", Count: s.KeyDays}
	case s.KeyDays > 0:
		t.Status, t.Hint = NeedsAction, Hint{Key: "onboarding.hint.key_ends", Count: s.KeyDays}
	}
	return t
}

// workRules are what the account is for; most parts of it are still to come.
func workRules() []rule {
	later := func(hint string) func(State) Task { return func(State) Task { return waiting(hint) } }
	first := []rule{{key: "api_key", need: perm.Of(perm.MemberManage, perm.KeyManage), make: apiKey}}
	return append(append(first, cardRules()...), []rule{
		{key: "agreement", need: perm.Of(perm.OrgEdit), only: State.Issuer, make: later("onboarding.hint.opens_agreement")},
		{key: "orders", need: perm.Of(perm.OrgRead), only: State.Issuer, make: later("onboarding.hint.opens_orders")},
		{key: "documents", need: perm.Of(perm.OrgRead), make: later("onboarding.hint.opens_documents")},
	}...)
}

func waiting(hint string) Task { return Task{Status: Waiting, Hint: Hint{Key: hint}} }

// Next is the one task to do now: what is held up before what goes on before
// what has not begun. What others do, or nobody can, is never next; ok is false
// when nothing else is left.
func Next(parts []Part) (t Task, ok bool) {
	for _, s := range []Status{NeedsAction, InProgress, NotStarted} {
		for _, p := range parts {
			for _, t := range p.Tasks {
				if t.Status == s {
					return t, true
				}
			}
		}
	}
	return Task{}, false
}

// WaitsForOperator reports whether the operator has something to do.
func WaitsForOperator(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool {
		return slices.ContainsFunc(p.Tasks, func(t Task) bool { return t.Status == WithOperator })
	})
}
