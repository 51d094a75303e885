package jobs

import (
	"time"

	"github.com/riverqueue/river"
)

// Args are the arguments of one kind of job: ids, never copies of data, because
// days may lie between asking and doing. Fields are tagged for JSON.
type Args interface {
	// Kind names the job for ever, "letter.send": rows with it wait in the table.
	Kind() string
}

// Spec says how one kind of job is treated. Args that need other than the zero
// value have a method JobSpec() Spec.
type Spec struct {
	Queue    Queue
	Priority int           // 1 is worked first, 4 last; 0 means 1
	Timeout  time.Duration // longest run; 0 means the runner's, 60 s
	Retry    Schedule      // the zero value means Standard
	Unique   bool          // while one with the same arguments waits or runs, another is not added
}

// Specified is what args with a Spec of their own implement.
type Specified interface{ JobSpec() Spec }

// Queue is a line of jobs with workers of its own, so that many slow jobs of one
// sort cannot hold up the others.
type Queue string

// The queues. Default has what people wait for; Mail the letters, which go as
// fast as the relay takes them; Bulk long work such as imports.
const (
	Default Queue = river.QueueDefault
	Mail    Queue = "mail"
	Bulk    Queue = "bulk"
)

// Schedule says when a failed job is tried again: after each of the delays in
// turn, then every so often until it has been tried for so long. After that the
// job is discarded: it stays visible to operators, who may retry it.
type Schedule struct {
	Delays []time.Duration
	Every  time.Duration
	For    time.Duration
}

// Standard suits work that fails because something is briefly away.
func Standard() Schedule {
	return Schedule{
		Delays: []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute},
		Every:  time.Hour,
		For:    24 * time.Hour,
	}
}

// Persistent suits letters: a relay may be away for a weekend, and a letter is
// good for seven days.
func Persistent() Schedule {
	return Schedule{
		Delays: []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute},
		Every:  time.Hour,
		For:    7 * 24 * time.Hour,
	}
}

// Once is for work that must not be tried again by itself.
func Once() Schedule { return Schedule{For: time.Nanosecond} }

// Delay is the pause after the given failed attempt; the first attempt is 1.
func (s Schedule) Delay(attempt int) time.Duration {
	if i := attempt - 1; i < len(s.Delays) {
		return s.Delays[max(i, 0)]
	}
	return s.Every
}

// Attempts is how often a job is tried in all.
func (s Schedule) Attempts() int {
	n, total := 1, time.Duration(0)
	for total += s.Delay(n); total > 0 && total <= s.For; total += s.Delay(n) {
		n++
	}
	return n
}

func (s Schedule) zero() bool { return len(s.Delays) == 0 && s.Every == 0 && s.For == 0 }

// specOf gives the spec of a kind with its blanks filled.
func specOf(args Args) Spec {
	var s Spec
	if own, ok := args.(Specified); ok {
		s = own.JobSpec()
	}
	if s.Queue == "" {
		s.Queue = Default
	}
	if s.Priority == 0 {
		s.Priority = river.PriorityDefault
	}
	if s.Retry.zero() {
		s.Retry = Standard()
	}
	return s
}
