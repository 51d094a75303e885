package aic_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/aic"
	"kabinet/internal/core/actor"
	"kabinet/internal/document"
	"kabinet/internal/feed"
)

// gtd is a customs declaration; more replaces its fields.
func gtd(id string, version int64, more map[string]any) feed.Message {
	b := map[string]any{
		"type": "ORIGINAL_CUSTOMS_DECLARATION", "number": "26003/141025/" + id, "date": "2025-10-14", "status": "SUCCESS", "facts": map[string]any{"customs_post": "26003"},
	}
	maps.Copy(b, more)
	body, _ := json.Marshal(b) // texts never fail
	return feed.Message{
		Feed: "customs", SourceID: id, Kind: feed.Declaration, Version: version, TIN: "301000002", Body: body,
		OccurredAt: time.Date(2025, time.October, 14, 9, 0, int(version), 0, time.UTC),
	}
}

// declares hands a declaration to the documents, which tell the AICs.
func (y *yard) declares(m feed.Message) feed.Outcome {
	y.Helper()
	docs := &document.Service{DB: y.db, Proof: y.aics.Proof, Customs: y.aics}
	return y.handed(docs.TakeTx, m)
}

func (y *yard) numbered(n string) aic.Record {
	y.Helper()
	return y.get(int64(y.count(`select id from aics where number = $1`, n)))
}

func names(numbers ...string) map[string]any { return map[string]any{"aic": numbers} }

func TestADeclarationDeclares(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	state := func(n int, want aic.State, declaration string) {
		t.Helper()
		if r := y.numbered(number(n)); r.State != want || r.Declaration != declaration {
			t.Errorf("%d: %s, %q; want %s, %q", n, r.State, r.Declaration, want, declaration)
		}
	}
	t.Run("by its number, in the same transaction", func(t *testing.T) {
		y.formed(1)
		if out := y.declares(gtd("a", 1, names(number(1)[:14]+" "+number(1)[14:20]+" "+number(1)[20:]))); out != feed.Taken {
			t.Fatal(out)
		}
		r := y.numbered(number(1))
		if r.State != aic.Declared || r.Declaration != "26003/141025/a" || r.DeclaredOn != "2025-10-14" || r.Authority != "26003" || r.Declared.ID == 0 || r.Revision != 3 {
			t.Errorf("%+v", r)
		}
		if n := y.count(`select count(*) from audit_log where action = 'aic.take' and target = 'aic:' || $1::bigint and details -> 'state' ->> 'after' = 'declared'`, r.ID); n != 1 {
			t.Errorf("%d lines in the log", n)
		}
	})
	t.Run("before the AIC is here", func(t *testing.T) {
		y.declares(gtd("b", 1, names(number(2))))
		y.formed(2)
		state(2, aic.Declared, "26003/141025/b")
	})
	t.Run("no longer, once a correction leaves it out", func(t *testing.T) {
		y.formed(3)
		y.formed(4)
		y.declares(gtd("c", 1, names(number(3), number(4))))
		y.declares(gtd("c", 3, names(number(4))))
		state(3, aic.Formed, "")
		state(4, aic.Declared, "26003/141025/c")
		if out := y.declares(gtd("c", 2, names(number(3)))); out != feed.Older {
			t.Errorf("an older version: %s", out)
		}
		state(3, aic.Formed, "")
	})
	t.Run("not when customs did not accept it", func(t *testing.T) {
		y.formed(5)
		y.declares(gtd("d", 1, names(number(5))))
		y.declares(gtd("d", 2, map[string]any{"aic": []string{number(5)}, "status": "ERROR"}))
		state(5, aic.Formed, "")
	})
	t.Run("what the source of AICs says goes first", func(t *testing.T) {
		y.formed(6)
		y.taken(said(6, 2, "declared", nil))
		y.taken(said(6, 3, "released", nil))
		y.declares(gtd("e", 1, names(number(6))))
		state(6, aic.Released, "26001/14.10.2025/0001234")
	})
	t.Run("too late for one that was disbanded here", func(t *testing.T) {
		id := y.formed(7)
		_, err := y.aics.Disband(t.Context(), declarant, []int64{id}, y.signed(declarant, id))
		y.must(err)
		y.declares(gtd("f", 1, names(number(7))))
		if r := y.get(id); r.State != aic.Disbanded || r.Late != aic.Declared {
			t.Errorf("%s, late %q", r.State, r.Late)
		}
	})
	t.Run("what was signed before it came is not done", func(t *testing.T) {
		id := y.formed(8)
		in := y.signed(declarant, id)
		y.declares(gtd("g", 1, names(number(8))))
		if _, err := y.aics.Disband(t.Context(), declarant, []int64{id}, in); !errors.Is(err, aic.ErrChanged) {
			t.Errorf("%v", err)
		}
	})
}

func TestADeclarationNamesCodes(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	box := "00047801010000000017"
	inside := func(n int) map[string]any {
		return map[string]any{"lines": []map[string]any{
			{"gtin": gloves, "name": "Nitril qoʻlqop", "codes": []string{fmt.Sprintf("01%s21aaaaaaaaaaa%02d", gloves, n), box[:18] + fmt.Sprintf("%02d", n)}},
		}}
	}
	for n, c := range []struct {
		code  string
		first bool // the declaration comes before the AIC
	}{
		{"01" + gloves + "21aaaaaaaaaaa00\x1d91EE10\x1d92" + strings.Repeat("x", 44), false},
		{box[2:18] + "01", false}, // a transport code without its identifier
		{"01" + gloves + "21aaaaaaaaaaa02", true},
	} {
		by := gtd(fmt.Sprint(n), 1, map[string]any{"codes": []any{map[string]any{"code": "nonsense", "result": "SUCCESS"}, map[string]any{"code": c.code, "result": "SUCCESS"}}})
		if c.first {
			y.declares(by)
		}
		y.taken(said(n, 1, "formed", inside(n)))
		if !c.first {
			y.declares(by)
		}
		if r := y.numbered(number(n)); r.State != aic.Declared || r.Declaration != "26003/141025/"+fmt.Sprint(n) {
			t.Errorf("%q: %s, %q", c.code, r.State, r.Declaration)
		}
	}
	if n := y.count(`select count(*) from document_links where relation = 'aic'`); n != 3 {
		t.Errorf("%d links to AICs", n)
	}
}

// TestAnAICAndItsDeclarationComeTogether: neither transaction sees the other.
func TestAnAICAndItsDeclarationComeTogether(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	for n := range 12 {
		var both sync.WaitGroup
		both.Go(func() { y.taken(said(n, 1, "formed", nil)) })
		both.Go(func() { y.declares(gtd(fmt.Sprint(n), 1, names(number(n)))) })
		both.Wait()
	}
	if n := y.count(`select count(*) from aics where status <> 'declared'`); n != 0 {
		t.Errorf("%d were not declared", n)
	}
}

func TestNoPersonalNumberIsKept(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	const personal, kept = "3120380001001713102500004", "**************13102500004"
	m := said(0, 1, "formed", map[string]any{"number": personal})
	if out := y.taken(m); out != feed.Taken {
		t.Fatal(out)
	}
	y.declares(gtd("p", 1, names(personal)))
	r := y.numbered(kept)
	if r.State != aic.Declared || !r.Number.Personal() || r.Number.Day().Day() != 13 || r.Number.Counter() != "00004" {
		t.Errorf("%+v", r.AIC)
	}
	if out := y.taken(m); out != feed.Duplicate {
		t.Errorf("again: %s", out)
	}
	for _, typed := range []string{personal, "131025", "13102500004", personal[:14]} {
		p, err := y.aics.Find(t.Context(), observer, aic.Filter{Number: typed, Size: 5})
		if err != nil || len(p.Rows) != 1 {
			t.Errorf("%q finds %d, %v", typed, len(p.Rows), err)
		}
	}
	id := r.ID
	_, err := y.aics.Disband(t.Context(), declarant, []int64{id}, y.signed(declarant, id))
	y.must(err)
	for _, sql := range []string{
		`select count(*) from aics a where a::text like '%31203800010017%'`,
		`select count(*) from aic_versions a where a::text like '%31203800010017%'`,
		`select count(*) from documents a where a::text like '%31203800010017%'`,
		`select count(*) from document_links a where a::text like '%31203800010017%'`,
		`select count(*) from audit_log a where a::text like '%31203800010017%'`,
		`select count(*) from notices a where a::text like '%31203800010017%'`,
	} {
		if n := y.count(sql); n != 0 {
			t.Errorf("%s: %d", sql, n)
		}
	}
}

func TestWhoIsToldOfAGroup(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	id := y.formed(1)
	if _, err := y.aics.Get(t.Context(), druggist, id); !errors.Is(err, actor.ErrGroup) {
		t.Errorf("a colleague in another group: %v", err)
	}
	if _, err := y.aics.Get(t.Context(), stranger, id); !errors.Is(err, aic.ErrNotFound) {
		t.Errorf("another organization: %v", err)
	}
	y.exec(`update aics set group_id = 0`)
	if _, err := y.aics.Get(t.Context(), druggist, id); !errors.Is(err, aic.ErrNotFound) {
		t.Errorf("of no known group: %v", err)
	}
}
