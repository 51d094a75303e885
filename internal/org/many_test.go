package org_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/org"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

var watcher = actor.Operator{StaffID: 1, Name: "Timur", Rights: perm.Of(perm.OpOrgRead), SessionKey: "s"}

// crowd makes organizations of a state, one after the other.
func crowd(t *testing.T, db *pgxpool.Pool, n int, status org.Status) {
	t.Helper()
	const q = `
		with made as (
			insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
				email, phone, region, district, street, language, status, search, source_hash)
			select nextval('org_ids'), (300000000 + nextval('org_ids'))::text, 'mchj', 'Sut', 'Сут', '', '', '', '', '',
				case when g % 2 = 0 then 'TK' else 'SA' end, '', '', 'uz', $2, 'sut zarafshon', ''
			from generate_series(1, $1::int) g
			returning tin, org_id)
		insert into tin_registry select tin, org_id from made`
	if _, err := db.Exec(t.Context(), q, n, string(status)); err != nil {
		t.Fatal(err)
	}
}

func list(ctx context.Context, t *testing.T, s *org.Service, f org.Filter) org.Page {
	t.Helper()
	p, err := s.List(ctx, watcher, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPageAndItsCountsAreOneStatement(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s := &org.Service{DB: db}
	crowd(t, db, 3, org.Imported)
	crowd(t, db, 60, org.Active)
	for name, f := range map[string]org.Filter{
		"everything": {}, "a state": {Status: org.Active}, "an empty page": {Status: org.Blocked},
		"a region": {Region: "TK"}, "a word": {Query: "zarafshon"}, "digits": {Query: "3000"},
	} {
		ctx, counter := pg.CountStatements(t.Context())
		p := list(ctx, t, s, f)
		if counter.N() != 1 {
			t.Errorf("%s: %d statements: %q", name, counter.N(), counter.Statements())
		}
		if name == "a region" {
			continue
		}
		want := map[org.Status]page.Count{org.Imported: {N: 3}, org.Active: {N: 60}, org.Blocked: {}}
		for st, n := range want {
			if p.Counts[st] != n {
				t.Errorf("%s: %d %s, want %d", name, p.Counts[st].N, st, n.N)
			}
		}
		if p.All.N != 63 || p.All.More {
			t.Errorf("%s: all = %+v", name, p.All)
		}
	}
}

func TestCountsBeyondTheLimitAreTakenToStaySo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s := &org.Service{DB: db}
	crowd(t, db, 2100, org.Imported)
	crowd(t, db, 7, org.Active)

	for _, visit := range []string{"first", "second"} {
		ctx, counter := pg.CountStatements(t.Context())
		p := list(ctx, t, s, org.Filter{})
		if got := p.Counts[org.Imported]; got != (page.Count{N: 1000, More: true}) {
			t.Errorf("%s visit: imported = %+v", visit, got)
		}
		if got := p.Counts[org.Active]; got != (page.Count{N: 7}) {
			t.Errorf("%s visit: active = %+v", visit, got)
		}
		if !p.All.More || p.All.N != 1000 || len(p.Rows) != 25 || p.Next == "" {
			t.Errorf("%s visit: all = %+v, %d rows, next %q", visit, p.All, len(p.Rows), p.Next)
		}
		want := map[string]int{"first": 3, "second": 2}[visit]
		if got := strings.Count(counter.Statements()[0], "select count(*)"); got != want {
			t.Errorf("%s visit: %d states counted, want %d", visit, got, want)
		}
	}

	t.Run("those below it are exact each time", func(t *testing.T) {
		crowd(t, db, 1, org.Active)
		if got := list(t.Context(), t, s, org.Filter{}).Counts[org.Active]; got != (page.Count{N: 8}) {
			t.Errorf("active = %+v", got)
		}
	})

	t.Run("another filter knows nothing of it", func(t *testing.T) {
		if got := list(t.Context(), t, s, org.Filter{Region: "TK"}).Counts[org.Active]; got.N == 0 || got.N > 8 || got.More {
			t.Errorf("active in a region = %+v", got)
		}
	})
}

// A plan made for any word walks the whole table; each search must get its own.
func TestASearchIsPlannedForItsWords(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s := &org.Service{DB: db}
	crowd(t, db, 30, org.Imported)
	for range 20 { // the server thinks of a general plan from the sixth time on
		list(t.Context(), t, s, org.Filter{Query: "zarafshon"})
	}
	conns := db.AcquireAllIdle(t.Context())
	for _, c := range conns {
		defer c.Release()
		var kept int
		const q = `select count(*) from pg_prepared_statements where statement like '%o.search like%' and statement not like '%pg_prepared%'`
		if err := c.QueryRow(t.Context(), q).Scan(&kept); err != nil {
			t.Fatal(err)
		}
		if kept != 0 {
			t.Errorf("%d prepared statements search", kept)
		}
	}
	if len(conns) == 0 {
		t.Error("no connection to look at")
	}
}
