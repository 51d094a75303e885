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
// reads it without that right is told who may.
type rule struct {
	key  string
	need perm.Set
	do   perm.Code
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
			}
			part.Tasks = append(part.Tasks, t)
		}
		if len(part.Tasks) > 0 {
			parts = append(parts, part)
		}
	}
	return parts
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
	case s.KeyDays == 0 && s.Programs > 0: // programs of the organization work without a key
		t.Status, t.URL, t.Hint = Done, "/org/users?kind=technical", Hint{Key: "onboarding.hint.programs", Count: s.Programs}
	case s.KeyDays > 0:
		t.Status, t.Hint = NeedsAction, Hint{Key: "onboarding.hint.key_ends", Count: s.KeyDays}
		t.Deadline = s.Now.AddDate(0, 0, s.KeyDays)
	}
	return t
}

// workRules are what the account is for; ordering codes is still to come.
func workRules() []rule {
	later := func(hint string) func(State) Task {
		return func(State) Task { return Task{Status: Waiting, Hint: Hint{Key: hint}} }
	}
	read := perm.Of(perm.OrgRead)
	first := []rule{{key: "api_key", need: perm.Of(perm.MemberManage, perm.KeyManage), make: apiKey}}
	return append(append(first, cardRules()...), []rule{
		{key: "agreement", need: read, do: perm.OrgEdit, only: State.Issuer, make: agreement},
		{key: "orders", need: read, only: State.Issuer, make: later("onboarding.hint.opens_orders")},
		{key: "balance", need: perm.Of(perm.OrgEdit), only: State.Issuer, make: later("onboarding.hint.opens_balance")},
		{key: "documents", need: perm.Of(perm.OrgEdit, perm.DocumentRead), do: perm.OrgEdit, make: documents},
		{key: "receipts", need: perm.Of(perm.OrgEdit, perm.DocumentRead), do: perm.OrgEdit, make: ticked("receipts")},
		{key: "aic", need: perm.Of(perm.OrgEdit, perm.DocAIC), only: State.packs, make: aics},
		{key: "apps", need: perm.Of(perm.OrgEdit), make: ticked("apps")},
		{key: "maintenance", need: read, make: maintenance},
		{key: "training", need: read, make: later("onboarding.hint.opens_training")},
	}...)
}

// packs reports whether the organization works in a group whose goods come in AICs:
// medicines and medical devices (domain.md F4).
func (s State) packs() bool {
	return slices.ContainsFunc(s.Groups, func(g Group) bool { return g.ID == groupPharma || g.ID == groupMedicals })
}

// The groups whose goods come in AICs, as the dictionary numbers them.
const (
	groupPharma   = 7
	groupMedicals = 10
)

// aics are bound codes: what a month after is in no declaration is to be disbanded,
// or is forgotten.
func aics(s State) Task {
	if s.AICs > 0 {
		return Task{Status: NeedsAction, URL: "/aics", Hint: Hint{Key: "onboarding.hint.aics", Count: s.AICs}}
	}
	return Task{Status: Done, URL: "/aics", Hint: Hint{Key: "onboarding.hint.no_aics"}}
}

// agreementSoon is when an ending agreement becomes something to do: the first
// reminder goes out on the same day.
const agreementSoon = 30 * 24 * time.Hour

// agreement is the issuer's, for provision of codes (domain.md F30).
func agreement(s State) Task {
	t := Task{URL: "/org/agreement", Hint: Hint{Key: "onboarding.hint.agreement_" + s.Agreement}, Deadline: s.AgreementUntil}
	switch s.Agreement {
	case "requested", "signed":
		t.Status = WithOperator
	case "sent":
		t.Status = NeedsAction
	case "active":
		t.Status = Done
		if !s.AgreementUntil.IsZero() && s.AgreementUntil.Before(s.Now.Add(agreementSoon)) {
			t.Status, t.Hint = NeedsAction, Hint{Key: "onboarding.hint.agreement_ends", Args: []any{"date", s.AgreementUntil.Add(-time.Second)}}
		}
	default:
		t.Status, t.Hint = NotStarted, Hint{Key: "onboarding.hint.agreement_none"}
	}
	return t
}

// Ticks lists the tasks that only a person can know to be done (ux.md 2.2).
func Ticks() []string { return []string{"documents", "receipts", "apps"} }

// ticked is a task that a person ticks.
func ticked(key string) func(State) Task {
	return func(s State) Task {
		t := Task{Status: NotStarted, URL: "/setup/" + key, Hint: Hint{Key: "onboarding.hint." + key}}
		if at := s.Ticked[key]; !at.IsZero() {
			t.Status, t.Hint = Done, Hint{Key: "onboarding.hint.ticked", Args: []any{"date", at}}
		}
		return t
	}
}

// documents are ticked once, and ask for action whenever an invoice does: it is
// accepted by itself after a day (domain.md 2.12).
func documents(s State) Task {
	if s.Invoices > 0 {
		return Task{
			Status: NeedsAction, URL: "/documents?action=1", Deadline: s.InvoiceDue,
			Hint: Hint{Key: "onboarding.hint.invoices", Count: s.Invoices, Args: []any{"moment", s.InvoiceDue}},
		}
	}
	return ticked("documents")(s)
}

// maintenance is announced on every page; here it is said once more what to do.
func maintenance(s State) Task {
	t := Task{Status: Done, URL: "/status", Hint: Hint{Key: "onboarding.hint.no_maintenance"}}
	if !s.Maintenance.IsZero() {
		t.Hint = Hint{Key: "onboarding.hint.maintenance", Args: []any{"moment", s.Maintenance}}
	}
	return t
}

// Next is the one task to do now: what has a deadline before what has none, the
// nearest first; then what is held up, what goes on, what has not begun, each in
// the order of the list. What others do, or nobody can, is never next; ok is false
// when nothing else is left.
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
	return t.Status.urgency() > u.Status.urgency()
}

func (s Status) urgency() int {
	switch s {
	case NeedsAction:
		return 2
	case InProgress:
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
