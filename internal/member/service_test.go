package member_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

func TestAddMakesAUserOnceAndInvites(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	id, err := o.Add(t.Context(), admin, typed(nil))
	if err != nil {
		t.Fatal(err)
	}
	u := o.get(admin, id)
	want := []perm.Role{perm.RoleDefault, perm.RoleObserver, perm.RoleOrderObserver, perm.RoleDocCorrection, perm.RoleDocWithdrawal, perm.RoleDocAcceptor}
	if d := cmp.Diff(want, u.Roles); d != "" {
		t.Error(d)
	}
	if u.Status != member.NotActivated || u.Email != "dilnoza@company.example" || u.PINFL != "41203850010017" || !u.Scope.AllGroups || u.Language != "ru" {
		t.Errorf("%+v", u)
	}
	if n := o.count(`select count(*) from invited where member_id = $1`, id); n != 1 {
		t.Errorf("invited %d times", n)
	}
	if n := o.count(`select count(*) from members where pinfl_sealed like '%41203850010017%'`); n != 0 {
		t.Error("the personal number stands open in the database")
	}
	t.Run("the same form again is the same user", func(t *testing.T) {
		again, err := o.Add(t.Context(), admin, typed(nil))
		if err != nil || again != id || o.count(`select count(*) from invited`) != 1 {
			t.Errorf("%d, %v", again, err)
		}
	})
	t.Run("another form with the same number names who has it", func(t *testing.T) {
		_, err := o.Add(t.Context(), admin, typed(func(d *member.Draft) { d.FormKey = "form-2" }))
		f, _ := fault.As(err)
		if !errors.Is(err, member.ErrTaken) || len(f.Args) != 2 || f.Args[1] != id {
			t.Errorf("%v %+v", err, f)
		}
	})
	t.Run("in another organization the number is free", func(t *testing.T) {
		if _, err := o.Add(t.Context(), o.hire(2, 22, perm.RoleOrgAdmin), typed(nil)); err != nil {
			t.Error(err)
		}
	})
	t.Run("without the right it is refused", func(t *testing.T) {
		if _, err := o.Add(t.Context(), o.hire(1, 12), typed(nil)); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("%v", err)
		}
	})
}

func TestAddComplainsAboutEachField(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	other := o.hire(2, 22, perm.RoleOrgAdmin)
	for name, c := range map[string]struct {
		as         actor.Actor
		edit       func(*member.Draft)
		field, key string
	}{
		"no kind":                  {admin, func(d *member.Draft) { d.Kind = "robot" }, "kind", "member.kind.missing"},
		"no name":                  {admin, func(d *member.Draft) { d.Name = " \u200b " }, "name", "member.name.missing.name"},
		"no Russian name":          {admin, func(d *member.Draft) { d.NameRu = "" }, "name_ru", "member.name.missing.name_ru"},
		"a name of digits":         {admin, func(d *member.Draft) { d.NameEn = "1234" }, "name_en", "member.name.letters"},
		"markup":                   {admin, func(d *member.Draft) { d.Name = "<b>Dilnoza</b>" }, "name", "member.name.signs"},
		"a link in the position":   {admin, func(d *member.Draft) { d.Position = "boss https://x.example" }, "position", "member.name.signs"},
		"marks that turn the text": {admin, func(d *member.Draft) { d.Name = "Dilnoza \u202eaniz" }, "name", "text.unprintable"},
		"a huge name":              {admin, func(d *member.Draft) { d.NameRu = strings.Repeat("ў", 201) }, "name_ru", "text.long"},
		"NUL":                      {admin, func(d *member.Draft) { d.Position = "a\x00b" }, "position", "text.unprintable"},
		"a folding address":        {admin, func(d *member.Draft) { d.Email = "admin@\u212aompany.example," }, "email", "mail.address.several"},
		"no address":               {admin, func(d *member.Draft) { d.Email = "" }, "email", "mail.address.missing"},
		"no number":                {admin, func(d *member.Draft) { d.PINFL = "" }, "pinfl", "taxid.pinfl"},
		"no language":              {admin, func(d *member.Draft) { d.Language = "kz" }, "language", "member.language.missing"},
		"no preset":                {admin, func(d *member.Draft) { d.Preset = "" }, "preset", "member.preset.missing"},
		"nothing chosen":           {admin, func(d *member.Draft) { d.Preset, d.Roles = member.Own, []string{"invented"} }, "roles", "member.roles.missing"},
		"issuer role, no issuer":   {other, func(d *member.Draft) { d.Roles = []string{"code_issuer"} }, "roles", "member.roles.issuer"},
		"an administrating program": {admin, func(d *member.Draft) {
			d.Kind, d.Roles = "technical", []string{"org_admin"}
		}, "roles", "member.roles.technical"},
		"no scope":               {admin, func(d *member.Draft) { d.AllGroups = "" }, "all_groups", "member.scope.missing"},
		"another's group":        {admin, func(d *member.Draft) { d.AllGroups, d.Groups = "some", []string{"7"} }, "groups", "member.scope.unknown"},
		"another's place":        {admin, func(d *member.Draft) { d.AllPlaces, d.Places = "some", []string{"99"} }, "places", "member.scope.unknown"},
		"a place that is a word": {admin, func(d *member.Draft) { d.AllPlaces, d.Places = "some", []string{"x"} }, "places", "member.scope.unknown"},
	} {
		_, err := o.Add(t.Context(), c.as, typed(c.edit))
		got, _ := fault.ComplaintsOf(err)
		if len(got) != 1 || got[0].Field != c.field || got[0].Key != c.key {
			t.Errorf("%s: %v %+v", name, err, got)
		}
	}
	if n := o.count(`select count(*) from members where status = 'not_activated'`); n != 0 {
		t.Errorf("%d users were stored all the same", n)
	}
}

func TestAPresetLeavesOutWhatNeedsTheIssuerFlag(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := o.hire(2, 22, perm.RoleOrgAdmin)
	id, err := o.Add(t.Context(), other, typed(func(d *member.Draft) { d.Preset = string(perm.PresetProduction) }))
	if err != nil {
		t.Fatal(err)
	}
	if u := o.get(other, id); u.Has(perm.RoleCodeIssuer) || !u.Has(perm.RoleDocApplication) {
		t.Errorf("%v", u.Roles)
	}
}

func TestSensitiveRolesWantAFreshSignature(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, clerk := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12)
	o.exec(`update sessions set proved_at = now() - interval '16 minutes'`)
	for name, act := range map[string]func() error{
		"a director": func() error {
			_, err := o.Add(t.Context(), admin, typed(func(d *member.Draft) { d.Preset = string(perm.PresetDirector) }))
			return err
		},
		"a key manager": func() error {
			return o.Give(t.Context(), admin, clerk.MemberID, member.Gift{Role: perm.RoleKeyManager})
		},
		"oneself": func() error {
			return o.Give(t.Context(), admin, admin.MemberID, member.Gift{Role: perm.RoleObserver})
		},
	} {
		if err := act(); !errors.Is(err, gate.ErrProve) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := o.Give(t.Context(), admin, clerk.MemberID, member.Gift{Role: perm.RoleObserver}); err != nil {
		t.Errorf("an ordinary role of somebody else: %v", err)
	}
	o.exec(`update sessions set proved_at = now()`)
	if err := o.Give(t.Context(), admin, admin.MemberID, member.Gift{Role: perm.RoleKeyManager}); err != nil {
		t.Errorf("with a signature of now: %v", err)
	}
}

func TestChangesOfAUser(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	id, err := o.Add(t.Context(), admin, typed(nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("roles hold, and are told to who has come", func(t *testing.T) {
		const told = `select count(*) from notices where member_id = $1 and kind = 'security'`
		if err := o.SetRoles(t.Context(), admin, id, o.get(admin, id).Version, []string{"observer"}); err != nil {
			t.Fatal(err)
		}
		if n := o.count(told, id); n != 0 {
			t.Errorf("%d letters to an address that nobody has proved", n)
		}
		o.exec(`update members set status = 'active' where id = $1`, id)
		if err := o.SetRoles(t.Context(), admin, id, o.get(admin, id).Version, []string{"observer", "card_editor"}); err != nil {
			t.Fatal(err)
		}
		if got := o.get(admin, id).Roles; !slices.Equal(got, []perm.Role{perm.RoleDefault, perm.RoleObserver, perm.RoleCardEditor}) {
			t.Errorf("%v", got)
		}
		if n := o.count(told, id); n != 1 {
			t.Errorf("%d notices", n)
		}
		o.exec(`update members set status = 'not_activated' where id = $1`, id)
	})
	t.Run("scope holds", func(t *testing.T) {
		r := member.Reach{AllGroups: "some", Groups: []string{"13", "13"}, AllPlaces: "some", Places: []string{"3", "1"}}
		if err := o.SetScope(t.Context(), admin, id, o.get(admin, id).Version, r); err != nil {
			t.Fatal(err)
		}
		want := perm.Scope{Groups: []int16{13}, Places: []int32{1, 3}}
		if d := cmp.Diff(want, o.get(admin, id).Scope); d != "" {
			t.Error(d)
		}
		if err := o.Give(t.Context(), admin, id, member.Gift{Reach: perm.Reach{Place: 2}}); err != nil || !o.get(admin, id).Scope.HasPlace(2) {
			t.Errorf("one place more: %v", err)
		}
	})
	t.Run("the person is corrected, the number stays when none is typed", func(t *testing.T) {
		p := typed(nil).Person
		p.Name, p.PINFL = "Karimova Dilnoza Baxtiyor qizi", ""
		if err := o.SavePerson(t.Context(), admin, id, o.get(admin, id).Version, p); err != nil {
			t.Fatal(err)
		}
		if u := o.get(admin, id); u.Names.Uz != p.Name || u.PINFL != "41203850010017" {
			t.Errorf("%+v", u)
		}
	})
	t.Run("of two who edit at once the second is told", func(t *testing.T) {
		v := o.get(admin, id).Version
		if err := o.SetRoles(t.Context(), admin, id, v, []string{"observer"}); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"roles": o.SetRoles(t.Context(), admin, id, v, nil), "scope": o.SetScope(t.Context(), admin, id, v, member.Reach{AllGroups: "all", AllPlaces: "all"}),
			"person": o.SavePerson(t.Context(), admin, id, v, typed(nil).Person),
		} {
			if !errors.Is(err, member.ErrStale) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("saving what is there leaves no line in the log", func(t *testing.T) {
		lines := o.count(`select count(*) from audit_log`)
		if err := o.SetRoles(t.Context(), admin, id, o.get(admin, id).Version, []string{"observer"}); err != nil || o.count(`select count(*) from audit_log`) != lines {
			t.Error(err)
		}
	})
	t.Run("of another organization there is nobody to change", func(t *testing.T) {
		stranger := o.hire(2, 22, perm.RoleOrgAdmin)
		for name, err := range map[string]error{
			"roles": o.SetRoles(t.Context(), stranger, id, 1, nil), "block": o.Block(t.Context(), stranger, id, member.Blocking{Reason: "x"}),
			"unblock": o.Unblock(t.Context(), stranger, id), "invite": o.Invite(t.Context(), stranger, id),
			"give": o.Give(t.Context(), stranger, id, member.Gift{Role: perm.RoleObserver}),
		} {
			if !errors.Is(err, member.ErrUnknown) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestBlockEndsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, clerk := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12, perm.RoleObserver)
	if err := o.Block(t.Context(), admin, clerk.MemberID, member.Blocking{}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := o.Block(t.Context(), admin, clerk.MemberID, member.Blocking{Reason: "left"}); err != nil {
		t.Fatal(err)
	}
	u := o.get(admin, clerk.MemberID)
	if u.Status != member.Blocked || u.BlockedReason != "left" || u.BlockedAt.IsZero() {
		t.Errorf("%+v", u)
	}
	if n := o.count(`select count(*) from sessions where member_id = 12`); n != 0 {
		t.Errorf("%d sessions live on", n)
	}
	if n := o.count(`select count(*) from revoked where member_id = 12 and reason = 'left'`); n != 1 {
		t.Errorf("revoked %d times", n)
	}
	if err := gate.InTx(t.Context(), o.db, clerk, perm.OrgRead, func(pg.Tx) error { return nil }); !errors.Is(err, gate.ErrChanged) {
		t.Errorf("the blocked user still acts: %v", err)
	}
	if err := o.Give(t.Context(), admin, 12, member.Gift{Role: perm.RoleCardEditor}); !errors.Is(err, member.ErrBlocked) {
		t.Errorf("a blocked user gets a role: %v", err)
	}
	if err := o.Unblock(t.Context(), admin, 12); err != nil {
		t.Fatal(err)
	}
	if u := o.get(admin, 12); u.Status != member.NotActivated || u.BlockedReason != "" || o.count(`select count(*) from invited where member_id = 12`) != 1 {
		t.Errorf("%+v", u)
	}
}

func TestNobodyBlocksThemselvesByAccident(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, second := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12, perm.RoleOrgAdmin)
	if got, _ := fault.ComplaintsOf(o.Block(t.Context(), admin, 11, member.Blocking{Reason: "x"})); len(got) != 1 || got[0].Field != "self" {
		t.Errorf("%+v", got)
	}
	if err := o.Block(t.Context(), admin, 11, member.Blocking{Reason: "x", Self: true}); err != nil {
		t.Error(err)
	}
	if err := o.Block(t.Context(), second, 12, member.Blocking{Reason: "x", Self: true}); !errors.Is(err, member.ErrLastAdmin) {
		t.Errorf("the last administrator: %v", err)
	}
	if err := o.SetRoles(t.Context(), second, 12, o.get(second, 12).Version, nil); !errors.Is(err, member.ErrLastAdmin) {
		t.Errorf("the last role: %v", err)
	}
}

func TestInviteAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	id, err := o.Add(t.Context(), admin, typed(nil))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := o.Invite(t.Context(), admin, id); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Invite(t.Context(), admin, id); fault.KindOf(err) != fault.TooMany {
		t.Errorf("the sixth in an hour: %v", err)
	}
	if err := o.Invite(t.Context(), admin, 11); !errors.Is(err, member.ErrActive) {
		t.Errorf("an active one: %v", err)
	}
}

func TestTheListFindsAndPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	o.hire(2, 22, perm.RoleOrgAdmin)
	if _, err := o.Add(t.Context(), admin, typed(nil)); err != nil {
		t.Fatal(err)
	}
	o.exec(`insert into members (org_id, id, kind, name, email, status, search)
		select 1, 100 + n, 'technical', 'Dastur ' || n, 'd@company.example', 'not_activated', 'dastur ' || n from generate_series(1, 60) n`)
	list := func(f member.Filter) member.Page {
		t.Helper()
		p, err := o.List(t.Context(), admin, f)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for query, want := range map[string]int{"Каримова": 1, "karimova dil": 1, "DILNOZA@": 1, "dastur": 60, "nobody": 0, "%": 62, "User 22": 0} {
		if p := list(member.Filter{Query: query, Size: 100}); len(p.Rows) != want || p.All.N != want {
			t.Errorf("%q finds %d of %d, want %d", query, len(p.Rows), p.All.N, want)
		}
	}
	if p := list(member.Filter{Role: perm.RoleOrgAdmin}); len(p.Rows) != 1 || p.Rows[0].ID != 11 || p.Rows[0].SeenAt.IsZero() {
		t.Errorf("%+v", p.Rows)
	}
	if p := list(member.Filter{Kind: member.Technical, Status: member.Active}); len(p.Rows) != 0 || p.Counts[member.NotActivated].N != 60 {
		t.Errorf("%+v", p)
	}
	seen, after := map[int64]bool{}, ""
	for range 4 {
		p := list(member.Filter{Size: 25, After: after})
		for _, r := range p.Rows {
			if seen[r.ID] {
				t.Errorf("%d twice", r.ID)
			}
			seen[r.ID] = true
		}
		if after = p.Next; after == "" {
			break
		}
	}
	if len(seen) != 62 {
		t.Errorf("%d users on all pages, want 62", len(seen))
	}
	n := 0
	if err := o.Export(t.Context(), admin, member.Filter{}, func(member.Listed) error { n++; return nil }); err != nil || n != 62 {
		t.Errorf("%d exported, %v", n, err)
	}
}

func TestWhatOtherFeaturesDo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	id, err := o.Add(t.Context(), admin, typed(nil))
	if err != nil {
		t.Fatal(err)
	}
	in := func(fn func(pg.Tx) error) error { return pg.InTx(t.Context(), o.db, fn) }
	t.Run("activate", func(t *testing.T) {
		if err := in(func(tx pg.Tx) error { return member.ActivateTx(t.Context(), tx, actor.System("t"), 1, id, 77) }); err != nil {
			t.Fatal(err)
		}
		if u := o.get(admin, id); u.Status != member.Active || u.AccountID != 77 || u.ActivatedAt.IsZero() {
			t.Errorf("%+v", u)
		}
		if n := o.count(`select count(*) from account_members where account_id = 77 and member_id = $1`, id); n != 1 {
			t.Error("no way from the person to the organization")
		}
		if err := in(func(tx pg.Tx) error { return member.ActivateTx(t.Context(), tx, actor.System("t"), 1, id, 77) }); !errors.Is(err, member.ErrActive) {
			t.Errorf("twice: %v", err)
		}
	})
	t.Run("grant", func(t *testing.T) {
		grant := func() error {
			return in(func(tx pg.Tx) error { return member.GrantRoleTx(t.Context(), tx, admin, id, perm.RoleKeyManager) })
		}
		if err := errors.Join(grant(), grant()); err != nil || !o.get(admin, id).Has(perm.RoleKeyManager) {
			t.Error(err)
		}
		if n := o.count(`select count(*) from audit_log where action = 'member.roles' and target = 'member:' || $1::bigint`, id); n != 1 {
			t.Errorf("%d lines", n)
		}
	})
	t.Run("change the director", func(t *testing.T) {
		box := o.Box
		o.exec(`update members set pinfl_mac = 'old' where id = 11`)
		d := member.Director{OrgID: 1, AccountID: 78, PINFL: "31203850010018", Name: "Aziz Karimov", Email: "a@company.example", Language: "uz", Before: [][]byte{[]byte("old")}}
		var now, was int64
		err := in(func(tx pg.Tx) (err error) {
			now, was, err = member.DirectorTx(t.Context(), tx, box, actor.System("t"), d)
			return err
		})
		if err != nil || was != 11 {
			t.Fatal(was, err)
		}
		if n := o.count(`select count(*) from member_roles where member_id = 11 and role = 'org_admin'`); n != 0 {
			t.Error("the director before still administers")
		}
		if n := o.count(`select count(*) from members m join member_roles r on r.member_id = m.id and r.role = 'org_admin' where m.id = $1 and m.status = 'active' and all_places`, now); n != 1 {
			t.Error("the new director does not administer")
		}
		err = in(func(tx pg.Tx) (err error) {
			again, _, err := member.DirectorTx(t.Context(), tx, box, actor.System("t"), d)
			if again != now {
				t.Errorf("a second member %d of the same person", again)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
