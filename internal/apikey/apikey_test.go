package apikey_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kabinet/internal/apikey"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/gate"
)

const rounds = 200

func TestCreate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k, v := d.make(aziz, apikey.Draft{Name: "  1C,\u200b  ombor "})
	switch {
	case k.Name != "1C, ombor", k.Status != apikey.Valid, k.DaysLeft() != 30, k.Owner.Uz != aziz.Name:
		t.Errorf("made %+v", k)
	case !strings.HasPrefix(v.Reveal(), k.Prefix), !strings.HasSuffix(v.Reveal(), k.Last4), strings.Contains(k.Shown(), v.Reveal()[8:20]):
		t.Errorf("%s is shown as %s", v.Reveal(), k.Shown())
	}

	t.Run("keeps no value anywhere", func(t *testing.T) {
		secret := v.Reveal()[8:40]
		for _, table := range []string{"api_keys", "api_key_registry", "audit_log", "notices", "river_job", "sessions"} {
			if n := d.count(`select count(*) from `+table+` x where x::text like '%' || $1 || '%'`, secret); n != 0 {
				t.Errorf("%s holds the value", table)
			}
		}
	})
	t.Run("leaves a line and tells the owner", func(t *testing.T) {
		if n := d.count(`select count(*) from audit_log where action = 'apikey.create' and org_id = 1 and actor_name = $1 and details->>'key' = $2`, aziz.Name, k.Shown()); n != 1 {
			t.Errorf("%d lines", n)
		}
		if n := d.count(`select count(*) from notices where member_id = 12 and key = 'apikey.notice.created.' and kind = 'security'`); n != 1 {
			t.Errorf("%d notices", n)
		}
	})
	t.Run("gives one at a time", func(t *testing.T) {
		if _, _, err := d.Create(t.Context(), aziz, apikey.Draft{Name: "x", Days: 7}); !errors.Is(err, apikey.ErrOne) {
			t.Errorf("a second one: %v", err)
		}
	})
	t.Run("replaces the one that is named, in the same instant", func(t *testing.T) {
		next, _ := d.make(aziz, apikey.Draft{Days: 14, Replace: k.ID})
		was, err := d.One(t.Context(), aziz, k.ID)
		if err != nil || was.Status != apikey.Replaced || next.DaysLeft() != 14 {
			t.Errorf("%+v, %+v, %v", was, next, err)
		}
		for id, want := range map[int64]error{k.ID: apikey.ErrEnded, 999: apikey.ErrUnknown} {
			if _, _, err := d.Create(t.Context(), aziz, apikey.Draft{Name: "x", Days: 7, Replace: id}); !errors.Is(err, want) {
				t.Errorf("replacing %d: %v", id, err)
			}
		}
		if _, _, err := d.Create(t.Context(), foreign, apikey.Draft{Name: "x", Days: 7, Replace: next.ID}); !errors.Is(err, apikey.ErrUnknown) {
			t.Errorf("a foreign key was replaced: %v", err)
		}
	})
	t.Run("takes the place of one that ended by itself, and says so", func(t *testing.T) {
		d.exec(`update api_keys set created_at = now() - interval '14 days', expires_at = now() - interval '1 second' where member_id = 12 and ended_at is null`)
		d.make(aziz, apikey.Draft{Days: 7})
		if n := d.count(`select count(*) from api_keys where member_id = 12 and ending = 'expired' and ended_at = expires_at`); n != 1 {
			t.Errorf("%d expired", n)
		}
		if n := d.count(`select count(*) from notices where key = 'apikey.notice.expired.'`); n != 1 {
			t.Errorf("%d notices", n)
		}
	})
}

func TestWhoMayCreate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	draft := apikey.Draft{Name: "x", Days: 7}

	t.Run("not who lacks the right", func(t *testing.T) {
		for name, tt := range map[string]struct {
			who   actor.Actor
			grant bool
			want  error
		}{
			"a user": {dilshod, false, actor.ErrForbidden}, "a user who grants himself": {dilshod, true, actor.ErrForbidden},
			"an administrator who does not": {barno, false, actor.ErrForbidden}, "a visitor": {actor.Actor{}, true, actor.ErrSignIn},
		} {
			draft := draft
			draft.Grant = tt.grant
			if _, _, err := d.Create(t.Context(), tt.who, draft); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("an administrator who takes the role in the same step", func(t *testing.T) {
		d.make(barno, apikey.Draft{Grant: true})
		if n := d.count(`select count(*) from member_roles where member_id = 11 and role = 'key_manager'`); n != 1 {
			t.Error("the role was not given")
		}
	})
	t.Run("who gave a fresh signature", func(t *testing.T) {
		d.exec(`update sessions set proved_at = now() - interval '16 minutes'`)
		if _, _, err := d.Create(t.Context(), aziz, draft); !errors.Is(err, gate.ErrProve) {
			t.Errorf("an old signature: %v", err)
		}
		if n := d.count(`select count(*) from api_keys where member_id = 12`); n != 0 {
			t.Error("a key was made all the same")
		}
	})
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, tt := range map[string]struct {
		draft apikey.Draft
		field string
	}{
		"no name":                   {apikey.Draft{Days: 7}, "name"},
		"a name of nothing":         {apikey.Draft{Name: " \u200b\u00ad ", Days: 7}, "name"},
		"a long name":               {apikey.Draft{Name: strings.Repeat("ў", 61), Days: 7}, "name"},
		"a name that turns around":  {apikey.Draft{Name: "1C \u202e ombor", Days: 7}, "name"},
		"a name with a control":     {apikey.Draft{Name: "1C\x07", Days: 7}, "name"},
		"a name that leads away":    {apikey.Draft{Name: "https://evil.example", Days: 7}, "name"},
		"no days":                   {apikey.Draft{Name: "x"}, "days"},
		"more than 30 days":         {apikey.Draft{Name: "x", Days: 31}, "days"},
		"days that are not offered": {apikey.Draft{Name: "x", Days: 8}, "days"},
		"days in the past":          {apikey.Draft{Name: "x", Days: -1}, "days"},
	} {
		_, _, err := d.Create(t.Context(), aziz, tt.draft)
		wrong, ok := fault.ComplaintsOf(err)
		if _, on := wrong.On(tt.field); !ok || !on {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := d.Create(t.Context(), aziz, apikey.Draft{Name: strings.Repeat("ў", 60), Days: 7}); err != nil {
		t.Errorf("60 letters: %v", err)
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine, _ := d.make(aziz, apikey.Draft{})
	theirs, _ := d.make(foreign, apikey.Draft{})

	for name, tt := range map[string]struct {
		who  actor.Actor
		id   int64
		want error
	}{
		"of another user": {dilshod, mine.ID, apikey.ErrUnknown}, "of another organization": {aziz, theirs.ID, apikey.ErrUnknown}, "that is none": {aziz, 0, apikey.ErrUnknown},
	} {
		if err := d.Revoke(t.Context(), tt.who, tt.id); !errors.Is(err, tt.want) {
			t.Errorf("a key %s: %v", name, err)
		}
	}
	if err := d.RevokeOf(t.Context(), barno, theirs.ID, "x"); !errors.Is(err, apikey.ErrUnknown) {
		t.Errorf("an administrator of another organization: %v", err)
	}
	if err := d.RevokeOf(t.Context(), aziz, mine.ID, "x"); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("by who is no administrator: %v", err)
	}
	for _, reason := range []string{"", " ", strings.Repeat("x", 301), "see https://evil.example"} {
		if err := d.RevokeOf(t.Context(), barno, mine.ID, reason); fault.KindOf(err) != fault.Invalid {
			t.Errorf("reason %q: %v", reason, err)
		}
	}
	if err := d.RevokeOf(t.Context(), barno, mine.ID, "found in a chat"); err != nil {
		t.Fatal(err)
	}
	k, err := d.OneOf(t.Context(), barno, mine.ID)
	if err != nil || k.Status != apikey.Revoked || k.EndedBy != barno.Name || k.Reason != "found in a chat" {
		t.Errorf("%+v, %v", k, err)
	}
	if n := d.count(`select count(*) from notices where member_id = 12 and key = 'apikey.notice.revoked.' and args::text like '%found in a chat%'`); n != 1 {
		t.Errorf("%d notices", n)
	}
	if err := d.Revoke(t.Context(), aziz, mine.ID); !errors.Is(err, apikey.ErrEnded) {
		t.Errorf("twice: %v", err)
	}
	next, _ := d.make(aziz, apikey.Draft{})
	if err := d.Revoke(t.Context(), aziz, next.ID); err != nil {
		t.Errorf("by the owner: %v", err)
	}
}

func TestBlockingAMemberEndsTheKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k, _ := d.make(aziz, apikey.Draft{})
	for range 2 { // nothing to end is no error
		if err := d.block(1, 12); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.block(1, 13); err != nil {
		t.Fatal(err)
	}
	was, err := d.OneOf(t.Context(), barno, k.ID)
	if err != nil || was.Status != apikey.Blocked {
		t.Errorf("%+v, %v", was, err)
	}
}

// TestTakingTheRoleManyTimesAtOnce is a form sent eight times by somebody who
// takes the role with the key: none waits until the database gives one up.
func TestTakingTheRoleManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var made atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, _, err := d.Create(t.Context(), barno, apikey.Draft{Name: "x", Days: 7, Grant: true})
			switch {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, apikey.ErrOne):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 {
		t.Errorf("%d keys were made", made.Load())
	}
	if n := d.count(`select deadlocks from pg_stat_database where datname = current_database()`); n > 0 {
		t.Errorf("%d deadlocks", n)
	}
}

func TestOneKeyForAUserWhoeverAsksAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for round := range rounds {
		if round%2 == 1 { // every other time an expired one is in the place
			d.exec(`update api_keys set created_at = now() - interval '30 days', expires_at = now() where member_id = 12 and ended_at is null`)
		} else {
			d.exec(`update api_keys set ended_at = now(), ending = 'revoked' where ended_at is null`)
		}
		var made atomic.Int32
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				_, _, err := d.Create(t.Context(), aziz, apikey.Draft{Name: "x", Days: 7})
				switch {
				case err == nil:
					made.Add(1)
				case !errors.Is(err, apikey.ErrOne):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if made.Load() != 1 {
			t.Fatalf("round %d: %d keys were made", round, made.Load())
		}
		if n := d.count(`select count(*) from api_keys where member_id = 12 and ended_at is null`); n != 1 {
			t.Fatalf("round %d: %d keys are valid", round, n)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.make(foreign, apikey.Draft{})
	var last apikey.Key
	for range 30 {
		last, _ = d.make(aziz, apikey.Draft{Replace: last.ID})
	}
	d.make(barno, apikey.Draft{Name: "=Hisobot", Grant: true})
	seen := 0
	f := apikey.Filter{}
	for {
		p, err := d.List(t.Context(), barno, f)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(p.Rows)
		if f.After = p.Next; f.After == "" {
			break
		}
	}
	if seen != 31 {
		t.Errorf("%d keys on all pages, want 31", seen)
	}
	for name, tt := range map[string]struct {
		f    apikey.Filter
		want int
	}{
		"valid ones":                  {apikey.Filter{Status: apikey.Valid}, 2},
		"replaced ones":               {apikey.Filter{Status: apikey.Replaced, Size: 100}, 29},
		"by name":                     {apikey.Filter{Query: "hisobot"}, 1},
		"by the first characters":     {apikey.Filter{Query: last.Prefix}, 1},
		"by the value itself":         {apikey.Filter{Query: last.Prefix + "000000000000000000"}, 1},
		"of nobody":                   {apikey.Filter{Query: "%"}, 25},
		"by a status there is not":    {apikey.Filter{Status: "x"}, 25},
		"by what is in no key":        {apikey.Filter{Query: "qqqq"}, 0},
		"by what looks like a script": {apikey.Filter{Query: "<script>"}, 0},
	} {
		p, err := d.List(t.Context(), barno, tt.f)
		if err != nil || len(p.Rows) != tt.want {
			t.Errorf("%s: %d keys, want %d (%v)", name, len(p.Rows), tt.want, err)
		}
	}
	n := 0
	if err := d.Export(t.Context(), barno, apikey.Filter{}, func(apikey.Key) error { n++; return nil }); err != nil || n != 31 {
		t.Errorf("%d exported, %v", n, err)
	}
	if _, err := d.List(t.Context(), barno, apikey.Filter{After: "x!"}); fault.KindOf(err) != fault.BadRequest {
		t.Errorf("a broken cursor: %v", err)
	}
	if _, err := d.List(t.Context(), aziz, apikey.Filter{}); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("who is no administrator: %v", err)
	}
	mine, err := d.Mine(t.Context(), aziz)
	if err != nil || len(mine) != 30 || mine[0].ID != last.ID {
		t.Errorf("%d of mine, %v", len(mine), err)
	}
}
