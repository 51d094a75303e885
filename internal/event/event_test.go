package event_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/event"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

var barno = actor.Actor{
	AccountID: 1, OrgID: 7, MemberID: 3, Name: "Barno Sodiqova", SessionKey: "k",
	Rights: perm.Rights([]string{"org_admin"}), Origin: actor.Origin{IP: "192.0.2.1"},
}

func record(t *testing.T, db *pgxpool.Pool, who actor.Subject, e audit.Entry) {
	t.Helper()
	if err := pg.InTx(t.Context(), db, func(tx pg.Tx) error { return audit.Record(t.Context(), tx, who, e) }); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, db *pgxpool.Pool, q event.Query) []event.Event {
	t.Helper()
	q.Per = max(q.Per, 25)
	p, err := (&event.Service{DB: db}).List(t.Context(), barno, q)
	if err != nil {
		t.Fatal(err)
	}
	return p.Events
}

func TestEventsAreReadable(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	record(t, db, barno.Subject(), audit.Entry{OrgID: 7, Action: "place.change", Target: "place:1003", Details: map[string]any{
		"name":   map[string]string{"before": "Ombor", "after": "Ombor 2"},
		"gln":    map[string]any{"before": nil, "after": "4780000000014"},
		"groups": []int{3, 7}, "main": true, "nothing": nil, "key": map[string]string{"serial": "77", "issuer": "CA"},
	}})
	staff := actor.Operator{StaffID: 9, Name: "Timur Rashidov", Origin: actor.Origin{IP: "198.51.100.7"}}
	record(t, db, staff.Subject(), audit.Entry{OrgID: 7, Action: "prefix.add", Target: "prefix:478000001"})
	record(t, db, actor.System("letters"), audit.Entry{OrgID: 7, Action: "letter.end", Target: "letter:1"})
	record(t, db, actor.Visitor(actor.Origin{IP: "203.0.113.5"}), audit.Entry{OrgID: 7, Action: "signin.refuse", Target: "org:7"})
	record(t, db, barno.Subject(), audit.Entry{OrgID: 8, Action: "place.change", Target: "place:9"})

	var got []string
	events := list(t, db, event.Query{})
	for _, e := range events {
		got = append(got, strings.Join([]string{string(e.By), e.Name, e.Action, e.Target, e.IP}, "|"))
	}
	want := []string{
		"visitor||signin.refuse|org:7|203.0.113.5",
		"portal||letter.end|letter:1|",
		"operator||prefix.add|prefix:478000001|",
		"member|Barno Sodiqova|place.change|place:1003|192.0.2.1",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	changed := events[len(events)-1]
	if d := cmp.Diff([]event.Change{{"gln", "", "4780000000014"}, {"name", "Ombor", "Ombor 2"}}, changed.Changes); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]event.Fact{{"groups", "3, 7"}, {"key_issuer", "CA"}, {"key_serial", "77"}, {"main", "true"}}, changed.Facts); d != "" {
		t.Error(d)
	}
}

func TestAPeriodIsOfDaysInTashkent(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for target, at := range map[string]string{
		"last moment before": "2025-12-03T18:59:59.999999Z", // 23:59:59 in Tashkent
		"first moment":       "2025-12-03T19:00:00Z",
		"last moment":        "2025-12-04T18:59:59.999999Z",
		"first moment after": "2025-12-04T19:00:00Z",
	} {
		record(t, db, barno.Subject(), audit.Entry{OrgID: 7, Action: "place.change", Target: target})
		if _, err := db.Exec(t.Context(), `update audit_log set at = $2 where target = $1`, target, at); err != nil {
			t.Fatal(err)
		}
	}
	for name, q := range map[string]event.Query{
		"as browsers send it": {From: "2025-12-04", Until: "2025-12-04"},
		"as people write it":  {From: " 04.12.2025", Until: "04.12.2025 "},
	} {
		got := map[string]bool{}
		for _, e := range list(t, db, q) {
			got[e.Target] = true
		}
		if d := cmp.Diff(map[string]bool{"first moment": true, "last moment": true}, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestTheFilterComplains(t *testing.T) {
	t.Parallel()
	s := &event.Service{DB: pgtest.New(t)}
	for name, tt := range map[string]struct {
		q     event.Query
		field string
	}{
		"a day that is none":        {event.Query{From: "31.02.2025"}, "from"},
		"a word":                    {event.Query{Until: "yesterday"}, "until"},
		"a day before history":      {event.Query{From: "0001-01-01"}, "from"},
		"an end before the start":   {event.Query{From: "2025-12-05", Until: "2025-12-04"}, "until"},
		"digits of another script ": {event.Query{From: "٠٤.١٢.٢٠٢٥"}, "from"},
	} {
		tt.q.Per = 25
		_, err := s.List(t.Context(), barno, tt.q)
		if cs, ok := fault.ComplaintsOf(err); !ok || len(cs) != 1 || cs[0].Field != tt.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.List(t.Context(), barno, event.Query{Cursor: "%%%", Per: 25}); !errors.Is(err, page.ErrCursor) {
		t.Errorf("a cut address: %v", err)
	}
	if _, err := s.List(t.Context(), barno, event.Query{Family: "org.%'--", Actor: strings.Repeat("ж", 5000), Per: 25}); err != nil {
		t.Errorf("nonsense narrows or does not, it never fails: %v", err)
	}
}

func TestWhoMayRead(t *testing.T) {
	t.Parallel()
	s := &event.Service{DB: pgtest.New(t)}
	clerk := barno
	clerk.Rights = perm.Rights([]string{"default", "observer"})
	for name, read := range map[string]func(actor.Actor) error{
		"list":   func(a actor.Actor) error { _, err := s.List(t.Context(), a, event.Query{Per: 25}); return err },
		"export": func(a actor.Actor) error { _, err := s.Export(t.Context(), a, event.Query{}); return err },
	} {
		if err := read(clerk); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("%s by a clerk: %v", name, err)
		}
		if err := read(actor.Actor{}); !errors.Is(err, actor.ErrSignIn) {
			t.Errorf("%s by nobody: %v", name, err)
		}
		if err := read(barno); err != nil {
			t.Errorf("%s by the administrator: %v", name, err)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for range 60 {
		record(t, db, barno.Subject(), audit.Entry{OrgID: 7, Action: "place.change", Target: "place:1"})
	}
	s, seen, cursor := &event.Service{DB: db}, map[int64]bool{}, ""
	for range 3 {
		p, err := s.List(t.Context(), barno, event.Query{Per: 25, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Events {
			seen[e.ID] = true
			if e.At.After(time.Now()) {
				t.Errorf("an event of the future: %v", e.At)
			}
		}
		cursor = p.Next
	}
	if len(seen) != 60 || cursor != "" {
		t.Errorf("%d events, cursor %q", len(seen), cursor)
	}
}
