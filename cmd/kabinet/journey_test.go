//go:build dev

package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/core/clock"
)

// stepTable, when given, is where the table of steps is written:
// go test -tags dev ./cmd/kabinet -run TestANewcomerSetsTheAccountUp -steps FILE
var stepTable = flag.String("steps", "", "file for the table of clicks and seconds of each step of the set-up")

// newcomer is a director who sets an account up, led by nothing but Home.
type newcomer struct {
	touch
	wares errand
	desk  *desk
	done  *[]step
}

// step is what one step of the set-up took; most is how many clicks it may take
// (ux.md 4.4), 0 where nothing is said.
type step struct {
	name string
	most int
	tally
}

// everyPair has each language be worked in by each hand, which takes three times as
// long: make test-journeys.
var everyPair = flag.Bool("every-pair", false, "set accounts up in every language by every hand")

// The whole set-up, from the letter to "all done", of three organizations beside
// each other: by pointer in English, by keyboard alone in Russian, by finger on a
// phone in Uzbek. The operator's staff serve what they ask for.
func TestANewcomerSetsTheAccountUp(t *testing.T) {
	t.Parallel()
	table := steps{}
	setUpByThree(t, &table, [...]hand{pointer, keyboard, finger})
	if *everyPair {
		setUpByThree(t, &table, [...]hand{keyboard, finger, pointer})
		setUpByThree(t, &table, [...]hand{finger, pointer, keyboard})
	}
	table.write(t)
}

// setUpByThree has three newcomers set their accounts up in a portal of their own:
// one in English, one in Russian, one in Uzbek, by these hands.
func setUpByThree(t *testing.T, table *steps, by [3]hand) {
	t.Helper()
	w := startWhole(t)
	d := w.opensDesk(t)
	t.Run("led by Home", func(t *testing.T) {
		for i, tin := range []string{orol.tin, registon.tin, zarafshon.tin} {
			e := errands[slices.IndexFunc(errands, func(e errand) bool { return e.tin == tin })]
			name := by[i].String() + " in " + e.lang.Code()
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				n := newcomer{touch: w.sit(t, e.lang).by(by[i]), wares: e, desk: d, done: &[]step{}}
				n.setsAccountUp()
				table.add(name, *n.done)
			})
		}
	})
}

// setsAccountUp goes step by step where Home leads.
func (n newcomer) setsAccountUp() {
	n.t.Helper()
	n.activates()
	n.checksProfile()
	n.addsPlaceAndGroup()
	n.settlesNumbers()
	n.letsColleagueIn()
	n.makesKeys()
	n.publishesFirstCard()
	n.concludesAgreement()
	n.looksThroughDocuments()
	n.disbandsForgotten()
	n.checksApps()
	n.isDone()
}

// step counts what a step takes, without the steps inside it.
func (n newcomer) step(name string, most int, do func()) {
	n.t.Helper()
	outer, start := *n.tally, clock.System()
	*n.tally = tally{}
	do()
	took := clock.Since(start)
	s := step{name: name, most: most, tally: *n.tally}
	s.took += took
	*n.done = append(*n.done, s)
	*n.tally = outer
	n.took -= took
	if most > 0 && s.clicks > most {
		n.t.Errorf("%s took %d clicks, not %d", name, s.clicks, most)
	}
}

// free does what belongs to no step.
func (n newcomer) free(do func()) {
	n.t.Helper()
	before, start := *n.tally, clock.System()
	do()
	*n.tally = before
	n.took -= clock.Since(start)
}

// steps is the table of what each step took by each hand.
type steps struct {
	mu    sync.Mutex
	hands []string
	of    map[string][]step
}

func (s *steps) add(hand string, all []step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string][]step{}
	}
	s.hands = append(s.hands, hand)
	s.of[hand] = all
}

// write puts the table into the log, and into a file where one is asked for.
func (s *steps) write(t *testing.T) {
	t.Helper()
	slices.Sort(s.hands)
	slices.Reverse(s.hands) // by pointer, by keyboard, by finger
	var order []step
	for _, h := range s.hands {
		for _, one := range s.of[h] {
			if !slices.ContainsFunc(order, func(o step) bool { return o.name == one.name }) {
				order = append(order, one)
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| step | target |")
	for _, h := range s.hands {
		fmt.Fprintf(&b, " %s: clicks, keys, letters, seconds |", h)
	}
	fmt.Fprintf(&b, "\n|---|---|%s\n", strings.Repeat("---|", len(s.hands)))
	for _, o := range order {
		fmt.Fprintf(&b, "| %s | %s |", o.name, o.target())
		for _, h := range s.hands {
			b.WriteString(s.cell(h, o.name))
		}
		b.WriteString("\n")
	}
	t.Log("\n" + b.String())
	if *stepTable != "" {
		if err := os.WriteFile(*stepTable, []byte(b.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// target is the number of clicks that ux.md 4.4 allows.
func (s step) target() string {
	if s.most == 0 {
		return "–"
	}
	return strconv.Itoa(s.most)
}

func (s *steps) cell(hand, name string) string {
	at := slices.IndexFunc(s.of[hand], func(o step) bool { return o.name == name })
	if at < 0 {
		return " |"
	}
	o := s.of[hand][at]
	return fmt.Sprintf(" %d, %d, %d, %.1f |", o.clicks, o.keys, o.typed, o.took.Round(100*time.Millisecond).Seconds())
}
