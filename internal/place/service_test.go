package place_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/place"
	"kabinet/internal/platform/pg"
)

func TestANewPlaceIsThereForWhoNeedsIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := d.add("Ombor 2")
	p := d.get(ids[0])
	if p.Main || !p.Active() || p.Origin != place.Manual || p.Version != 1 {
		t.Errorf("%+v", p)
	}
	if n := d.count(`select count(*) from member_places where place_id = $1 and member_id = 5`, p.ID); n != 1 {
		t.Error("an administrator with chosen places is not linked")
	}
	if n := d.count(`select count(*) from member_places where place_id = $1`, p.ID); n != 1 {
		t.Errorf("%d links: who has all places needs none, a clerk gets none", n)
	}
	if n := d.count(`select count(*) from audit_log where action = 'place.create' and target = $1 and details->>'name' = 'Ombor 2'`, fmt.Sprint("place:", p.ID)); n != 1 {
		t.Error("nothing stands in the log")
	}
}

func TestTwoPlacesThatNobodyCouldTellApart(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	coded := draft("Ombor 1")
	coded.Code = "W-1"
	first, err := d.places.Create(t.Context(), barno, "", coded)
	d.must(err)
	_, err = d.places.Create(t.Context(), barno, "", draft("OMBOR 1"))
	if f, _ := fault.As(err); !errors.Is(err, place.ErrSame) || f.Args[1] != first {
		t.Errorf("the same name and address: %v", err)
	}
	twin := draft("Ombor 2")
	twin.Code = "W-1"
	if _, err := d.places.Create(t.Context(), barno, "", twin); !errors.Is(err, place.ErrCode) {
		t.Errorf("the same code: %v", err)
	}
	t.Run("letters that the search takes for one are two", func(t *testing.T) { d.add("Sex X", "Sex H", "Sex Q", "Sex K") })
	t.Run("the name and code of a blocked one are free", func(t *testing.T) {
		d.must(d.places.Block(t.Context(), barno, first, place.BlockForm{Confirm: "ombor 1"}))
		_, err := d.places.Create(t.Context(), barno, "", coded)
		d.must(err)
	})
}

func TestChange(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.add("Ombor 2", "Ombor 3")[0]
	to := draft("Ombor ikki")
	to.GLN = "4780000000014"
	d.must(d.places.Change(t.Context(), barno, id, 1, to))
	p := d.get(id)
	if p.Name != "Ombor ikki" || p.Version != 2 || p.ChangedAt.IsZero() || p.GLN != "4780000000014" {
		t.Errorf("%+v", p)
	}
	t.Run("nothing new is no change", func(t *testing.T) {
		d.must(d.places.Change(t.Context(), barno, id, 1, to))
		if p := d.get(id); p.Version != 2 {
			t.Errorf("version %d", p.Version)
		}
	})
	t.Run("a version that somebody else has changed", func(t *testing.T) {
		if err := d.places.Change(t.Context(), aziz, id, 1, draft("Ombor dva")); !errors.Is(err, place.ErrEdited) {
			t.Errorf("%v", err)
		}
	})
	t.Run("to what another one is", func(t *testing.T) {
		if err := d.places.Change(t.Context(), aziz, id, 2, draft("Ombor 3")); !errors.Is(err, place.ErrSame) {
			t.Errorf("%v", err)
		}
	})
	t.Run("the history says what and by whom", func(t *testing.T) {
		es, more, err := d.places.History(t.Context(), clerk, id, 0)
		if err != nil || more || len(es) != 2 || es[0].ActorName != barno.Name || len(es[0].Changes) != 2 || es[0].Changes[0].Before != "Ombor 2" {
			t.Errorf("%+v, %v", es, err)
		}
	})
}

func TestTheMainPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.add("Ombor 2")[0]
	d.must(d.places.MakeMain(t.Context(), barno, id))
	d.must(d.places.MakeMain(t.Context(), barno, id))
	if !d.get(id).Main || d.get(d.main).Main || !d.get(d.main).Active() {
		t.Error("the main place did not move")
	}
	if n := d.count(`select count(*) from audit_log where action = 'place.main'`); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.add("Ombor «2»")[0]
	d.exec(`insert into member_places (org_id, member_id, place_id) values (2, 6, $1)`, id)

	b, err := d.places.Blocking(t.Context(), barno, d.main)
	if err != nil || b.Users != 2 || b.Stranded != 0 || b.Everywhere != 2 || len(b.Named) != 2 || len(b.Others) != 1 || b.Unnamed() != 0 {
		t.Errorf("what depends on the main place: %+v, %v", b, err)
	}
	for name, f := range map[string]place.BlockForm{
		"without a name":        {Successor: fmt.Sprint(id)},
		"with another name":     {Confirm: "Ombor", Successor: fmt.Sprint(id)},
		"without a successor":   {Confirm: d.get(d.main).Name},
		"with itself":           {Confirm: d.get(d.main).Name, Successor: fmt.Sprint(d.main)},
		"with nobody's place":   {Confirm: d.get(d.main).Name, Successor: "77"},
		"with an overlong name": {Confirm: strings.Repeat("x", 1<<20), Successor: fmt.Sprint(id)},
	} {
		if _, ok := fault.ComplaintsOf(d.places.Block(t.Context(), barno, d.main, f)); !ok {
			t.Errorf("the main place is blocked %s", name)
		}
	}
	d.must(d.places.Block(t.Context(), barno, d.main, place.BlockForm{Confirm: " main PLACE, yunusobod", Successor: fmt.Sprint(id)}))
	p := d.get(d.main)
	if p.Active() || p.Main || p.BlockedAt.IsZero() || !d.get(id).Main {
		t.Errorf("%+v", p)
	}

	t.Run("is told to the organization and its administrators", func(t *testing.T) {
		if n := d.count(`select count(*) from notices where key = 'place.notice.blocked.' and status = 'queued'`); n != 4 {
			t.Errorf("%d letters, want one to the organization and three to administrators", n)
		}
	})
	t.Run("is final", func(t *testing.T) {
		for name, err := range map[string]error{
			"change": d.places.Change(t.Context(), barno, p.ID, p.Version, draft("x")),
			"main":   d.places.MakeMain(t.Context(), barno, p.ID),
			"block":  d.places.Block(t.Context(), barno, p.ID, place.BlockForm{Confirm: p.Name}),
		} {
			if !errors.Is(err, place.ErrBlocked) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("the last one stays", func(t *testing.T) {
		if err := d.places.Block(t.Context(), barno, id, place.BlockForm{Confirm: "ombor 2", Successor: fmt.Sprint(p.ID)}); !errors.Is(err, place.ErrLast) {
			t.Errorf("%v", err)
		}
		if b, err := d.places.Blocking(t.Context(), barno, id); err != nil || !b.Last() || b.Stranded != 2 {
			t.Errorf("%+v, %v", b, err)
		}
	})
}

func TestStrangersAndClerks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.add("Ombor 2")[0]
	acts := map[string]func(a actor.Actor) error{
		"create": func(a actor.Actor) error { _, err := d.places.Create(t.Context(), a, "", draft("x")); return err },
		"change": func(a actor.Actor) error { return d.places.Change(t.Context(), a, id, 1, draft("x")) },
		"main":   func(a actor.Actor) error { return d.places.MakeMain(t.Context(), a, id) },
		"block": func(a actor.Actor) error {
			return d.places.Block(t.Context(), a, id, place.BlockForm{Confirm: "Ombor 2"})
		},
		"ask": func(a actor.Actor) error { _, err := d.places.Blocking(t.Context(), a, id); return err },
		"upload": func(a actor.Actor) error {
			_, err := d.places.Upload(t.Context(), a, "x.csv", strings.NewReader("name;activities;region;district\na;sales;SA;b"))
			return err
		},
	}
	for name, act := range acts {
		if err := act(clerk); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a clerk: %s: %v", name, err)
		}
		if err := act(actor.Actor{}); !errors.Is(err, actor.ErrSignIn) {
			t.Errorf("nobody: %s: %v", name, err)
		}
		if err := act(other); name != "create" && name != "upload" && !errors.Is(err, place.ErrNotFound) {
			t.Errorf("a stranger: %s: %v", name, err)
		}
	}
	if _, err := d.places.Place(t.Context(), other, id); !errors.Is(err, place.ErrNotFound) {
		t.Errorf("a stranger reads: %v", err)
	}
	if p := d.get(id); p.Version != 1 {
		t.Error("a stranger changed it")
	}
}

func TestSendingAFormTwiceMakesOnePlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const rounds = 200
	for n := range rounds {
		dr := draft(fmt.Sprint("Ombor ", n))
		var both sync.WaitGroup
		var ids [2]int32
		for i := range ids {
			both.Go(func() {
				var err error
				if ids[i], err = d.places.Create(t.Context(), barno, place.FormKey(fmt.Sprint(n), dr), dr); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if ids[0] != ids[1] {
			t.Fatalf("round %d: places %v", n, ids)
		}
	}
	if n := d.count(`select count(*) from places where org_id = 2 and origin = 'manual'`); n != rounds {
		t.Errorf("%d places", n)
	}
}

// Two administrators each block one of the two last active places, the main one
// among them: one place, the main one, is always left.
func TestTwoWhoBlockTheLastTwoPlacesLeaveOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const rounds = 200
	for n := range rounds {
		d.second()
		d.exec(`update places set is_main = false, status = 'active', blocked_at = null where org_id = 2`)
		d.exec(`update places set is_main = true where org_id = 2 and id = $1`, d.main)
		pair := [2]int32{d.main, d.second()}
		var both sync.WaitGroup
		var errs [2]error
		for i, a := range []actor.Actor{barno, aziz} {
			both.Go(func() {
				errs[i] = d.places.Block(t.Context(), a, pair[i], place.BlockForm{Confirm: d.get(pair[i]).Name, Successor: fmt.Sprint(pair[1-i])})
			})
		}
		both.Wait()
		refused := 0
		for _, err := range errs {
			if err != nil {
				refused++
			}
		}
		left := d.count(`select count(*) from places where org_id = 2 and status = 'active' and is_main`)
		if active := d.count(`select count(*) from places where org_id = 2 and status = 'active'`); refused != 1 || left != 1 || active != 1 {
			t.Fatalf("round %d: %v leave %d active places, %d of them main", n, errs, active, left)
		}
	}
}

// second is the other place of the desk, made when it is first asked for.
func (d *desk) second() (id int32) {
	d.t.Helper()
	if d.count(`select count(*) from places where org_id = 2`) < 2 {
		return d.add("Ombor 2")[0]
	}
	d.must(d.db.QueryRow(d.t.Context(), `select id from places where org_id = 2 and id <> $1`, d.main).Scan(&id))
	return id
}

func TestTheDatabaseItselfKeepsOneActiveMainPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.add("Ombor 2")
	if _, err := d.db.Exec(t.Context(), `update places set is_main = true where org_id = 2`); !pg.Violates(err, "places_org_id_main_key") {
		t.Errorf("two main places: %v", err)
	}
	if _, err := d.db.Exec(t.Context(), `update places set status = 'blocked' where org_id = 2 and is_main`); !pg.Violates(err, "places_main_active") {
		t.Errorf("a blocked main place: %v", err)
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.add("Ombor 2", "Ombor 3")
	ctx, n := pg.CountStatements(t.Context())
	_, err := d.places.Find(ctx, barno, place.Filter{Size: 25})
	d.must(err)
	if n.N() != 2 {
		t.Errorf("a list takes %d statements:\n%s", n.N(), strings.Join(n.Statements(), "\n"))
	}
	ctx, n = pg.CountStatements(t.Context())
	_, err = d.places.Blocking(ctx, barno, d.main)
	d.must(err)
	if n.N() != 3 {
		t.Errorf("what depends on a place takes %d statements", n.N())
	}
}
