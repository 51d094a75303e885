package audit_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

func record(t *testing.T, db *pgxpool.Pool, who actor.Subject, e audit.Entry) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx pg.Tx) error { return audit.Record(t.Context(), tx, who, e) })
	if err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, db *pgxpool.Pool, f audit.Filter) (string, bool) {
	t.Helper()
	if f.Limit == 0 {
		f.Limit = 100
	}
	lines, more, err := audit.List(t.Context(), db, f)
	if err != nil {
		t.Fatal(err)
	}
	targets := make([]string, len(lines))
	for i, l := range lines {
		targets[i] = l.Target
	}
	return strings.Join(targets, " "), more
}

func TestRecord(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)

	t.Run("keeps who did what, from where, in the words of that moment", func(t *testing.T) {
		who := actor.Operator{StaffID: 7, Name: "Timur Rashidov", Origin: actor.Origin{IP: "192.0.2.1", RequestID: "AB"}}.Subject()
		record(t, db, who, audit.Entry{OrgID: 5, Action: "staff.block", Target: "staff:9", Details: map[string]string{"name": "Gʻulom"}})
		lines, _, err := audit.List(t.Context(), db, audit.Filter{Limit: 1})
		if err != nil || len(lines) != 1 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		l := lines[0]
		got := fmt.Sprint(l.OrgID, l.ActorKind, l.ActorID, l.ActorName, l.Action, l.Target, l.IP, l.RequestID)
		if want := fmt.Sprint(5, "staff", "7", "Timur Rashidov", "staff.block", "staff:9", "192.0.2.1", "AB"); got != want {
			t.Errorf("line = %s, want %s", got, want)
		}
		var details map[string]string
		if err := json.Unmarshal(l.Details, &details); err != nil || details["name"] != "Gʻulom" || l.At.IsZero() || l.ID == 0 {
			t.Errorf("details = %s, at %s", l.Details, l.At)
		}
	})

	t.Run("stores nothing when the act fails", func(t *testing.T) {
		failure := errors.New("no")
		err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
			if err := audit.Record(t.Context(), tx, actor.System("x"), audit.Entry{Action: "x.lost"}); err != nil {
				return err
			}
			return failure
		})
		if got, _ := list(t, db, audit.Filter{Action: "x.lost"}); !errors.Is(err, failure) || got != "" {
			t.Errorf("err = %v, lines %q", err, got)
		}
	})

	t.Run("refuses details that cannot be written", func(t *testing.T) {
		err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
			return audit.Record(t.Context(), tx, actor.System("x"), audit.Entry{Action: "x.bad", Details: make(chan int)})
		})
		if err == nil {
			t.Error("a channel was written as JSON")
		}
	})
}

func TestList(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	person := func(name string) actor.Subject { return actor.Subject{Kind: "member", ID: "1", Name: name} }
	for _, l := range []struct {
		name string
		e    audit.Entry
	}{
		{"Barno Sodiqova", audit.Entry{OrgID: 1, Action: "sign_in.done", Target: "a"}},
		{"Aziz Karimov", audit.Entry{OrgID: 2, Action: "sign_in.done", Target: "b"}},
		{"Barno Sodiqova", audit.Entry{OrgID: 1, Action: "session.end", Target: "c"}},
		{"100% Barno_", audit.Entry{OrgID: 0, Action: "sign_in.refused", Target: "d"}},
		{"Nodir", audit.Entry{OrgID: 1, Action: "sign_inx", Target: "e"}},
	} {
		record(t, db, person(l.name), l.e)
	}
	lines, _, err := audit.List(t.Context(), db, audit.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	third := lines[2].ID

	tests := []struct {
		name string
		f    audit.Filter
		want string
		more bool
	}{
		{"everything, newest first", audit.Filter{}, "e d c b a", false},
		{"one organization", audit.Filter{OrgID: 1}, "e c a", false},
		{"one action", audit.Filter{Action: "sign_in.done"}, "b a", false},
		{"a family of actions", audit.Filter{Action: "sign_in."}, "d b a", false},
		{"part of a name, whatever its case", audit.Filter{Actor: "barno"}, "d c a", false},
		{"a percent sign is only a percent sign", audit.Filter{Actor: "0%"}, "d", false},
		{"an underscore is only an underscore", audit.Filter{Actor: "barno_"}, "d", false},
		{"a backslash is only a backslash", audit.Filter{Actor: `\`}, "", false},
		{"all conditions together", audit.Filter{OrgID: 1, Action: "session.", Actor: "Sodiqova"}, "c", false},
		{"a page, and that there are more", audit.Filter{Limit: 2}, "e d", true},
		{"the page after a line", audit.Filter{Before: third, Limit: 2}, "b a", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, more := list(t, db, tt.f); got != tt.want || more != tt.more {
				t.Errorf("got %q, more %t; want %q, %t", got, more, tt.want, tt.more)
			}
		})
	}
}
