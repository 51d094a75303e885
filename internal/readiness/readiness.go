// Package readiness shows the operator where organizations stand with their set-up:
// who is stuck at which step, and reminds them by letter.
//
// Where one organization stands is what its administrator reads on Home, by the
// same rules (internal/onboarding). Looking at half a million of them at once takes
// minutes, so a job keeps the result in a row of each, and counts of the rows
// beside them: it looks anew at whoever appears in the audit log, where every
// change leaves a line, at whoever is new, and once a day at everybody, because
// some steps turn by the clock alone. Pages say how old their numbers are.
package readiness

import (
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/region"
	"kabinet/internal/onboarding"
)

// Refusals of this package.
var (
	ErrNotFound = fault.New(fault.NotFound, "fault.not_found")
	ErrStep     = fault.New(fault.Invalid, "readiness.step_missing").On("step")
	ErrNobody   = fault.New(fault.Conflict, "readiness.nobody")
	ErrGrown    = fault.New(fault.Conflict, "readiness.grown") // the group since it was shown; with "n"
)

// Where an organization can be besides at a task of the list.
const (
	Settled  = ""         // all that counts is done
	Operator = "operator" // only the operator can go on
)

// Steps lists where organizations can be stuck, in the order of the list: the keys
// of the tasks (internal/onboarding), then Operator.
func Steps() []string {
	return append(slices.DeleteFunc(onboarding.Keys(), func(k string) bool { return slices.Contains(notSteps(), k) }), Operator)
}

// notSteps are tasks at which nobody is stuck: not built yet, always done, or done
// by activation itself.
func notSteps() []string {
	return []string{"email", "director", "orders", "balance", "maintenance", "training", "access"}
}

// ParseStep reads a step; ok is false for anything else.
func ParseStep(s string) (string, bool) { return s, slices.Contains(Steps(), s) }

// Remindable reports whether organizations at a step can be reminded: who has not
// activated gets the letters of a campaign, and who waits for the operator nothing.
func Remindable(step string) bool { return step != "activate" && step != Operator }

// lens is how organizations are looked at: by the tasks of an administrator with
// every right an organization can give, so that nothing is left out.
type lens struct {
	rights perm.Set
	keys   []string
}

func newLens() lens {
	l := lens{keys: onboarding.Keys()}
	for _, r := range perm.MemberRoles() {
		l.rights = l.rights.Or(r.Rights())
	}
	return l
}

// look says where an organization is stuck, and how far each task is: a letter each,
// in the order of onboarding.Keys.
func (l lens) look(s onboarding.State) (stuck, states string) {
	parts := onboarding.Checklist(s, l.rights)
	letters := make([]byte, len(l.keys))
	for i := range letters {
		letters[i] = '-'
	}
	for _, p := range parts {
		for _, t := range p.Tasks {
			letters[slices.Index(l.keys, t.Key)] = "npaodw"[t.Status]
		}
	}
	return stuckAt(s, parts), string(letters)
}

func stuckAt(s onboarding.State, parts []onboarding.Part) string {
	if s.ActivatedAt.IsZero() {
		return "activate"
	}
	next, ok := onboarding.Next(parts)
	switch {
	case ok:
		return next.Key
	case onboarding.WaitsForOperator(parts):
		return Operator
	}
	return Settled
}

// Filter chooses organizations; zero fields do not narrow.
type Filter struct {
	Step   string
	Region string // code
	Group  int16
	Weeks  int    // stuck since before this week and so many before it, less one; 0: since whenever
	After  string // cursor of the page before
	Size   int    // rows on a page
}

// Clean drops what there is not.
func (f Filter) Clean() Filter {
	if _, ok := ParseStep(f.Step); !ok {
		f.Step = ""
	}
	if _, err := region.Parse(f.Region); err != nil {
		f.Region = ""
	}
	f.Weeks, f.Group = min(max(f.Weeks, 0), maxWeeks), max(f.Group, 0)
	return f
}

const maxWeeks = 520

// Overview is where organizations stand.
type Overview struct {
	Bars    []Bar // every step, in order
	Settled int64 // organizations that are done
	Total   int64
	At      time.Time // when the numbers were last kept up; zero: never
}

// Bar is how many organizations are stuck at a step.
type Bar struct {
	Step string
	N    int64
}

// Widest is the largest of the numbers, at least 1.
func (o Overview) Widest() int64 {
	most := int64(1)
	for _, b := range o.Bars {
		most = max(most, b.N)
	}
	return most
}

// Row is an organization in the list.
type Row struct {
	OrgID      int64
	TIN        string
	Uz, Ru, En string // names
	Region     string
	Email      string
	Step       string
	Since      time.Time
	Done       int       // tasks that count and are done
	All        int       // tasks that count
	Reminded   time.Time // of this step; zero: never
}

// Name is the organization's name in a language.
func (r Row) Name(lang string) string {
	switch {
	case lang == "ru":
		return r.Ru
	case lang == "en" && r.En != "":
		return r.En
	}
	return r.Uz
}

// progress counts letters of states.
func progress(states string) (done, all int) {
	done = strings.Count(states, "d")
	return done, len(states) - strings.Count(states, "-") - strings.Count(states, "w")
}
