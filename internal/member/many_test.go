package member_test

import (
	"errors"
	"testing"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/gate"
)

func TestMany(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	o.hire(1, 12, perm.RoleObserver)
	o.hire(1, 13)
	o.hire(2, 21)
	o.exec(`insert into members (org_id, id, kind, name, name_ru, email, status) values
		(1, 14, 'technical', 'Line', 'Линия', 'line@company.example', 'not_activated'),
		(1, 15, 'business', 'New', 'Новый', 'new@company.example', 'not_activated')`)
	everybody := []int64{11, 12, 13, 14, 15, 21, 99}

	t.Run("chosen are users of the organization", func(t *testing.T) {
		users, err := o.Chosen(ctx, admin, member.Selection{IDs: everybody})
		if err != nil || len(users) != 5 {
			t.Errorf("%d users, %v", len(users), err)
		}
		if users, err := o.Chosen(ctx, admin, member.Selection{}); err != nil || len(users) != 0 {
			t.Errorf("nobody chosen gives %d, %v", len(users), err)
		}
		all := member.Selection{All: true, Filter: member.Filter{Status: member.NotActivated, After: "nonsense", Size: 1}}
		if users, err := o.Chosen(ctx, admin, all); err != nil || len(users) != 2 {
			t.Errorf("a filter chooses %d, %v", len(users), err)
		}
	})

	t.Run("what is typed is judged once and before anything is done", func(t *testing.T) {
		for _, order := range []member.Order{
			{Act: member.ManyBlock},
			{Act: member.ManyBlock, Reason: "see evil.uz/pay"},
			{Act: member.ManyRole},
			{Act: member.ManyRole, Role: "king"},
			{Act: member.ManyRole, Role: perm.RoleDefault},
			{Act: member.ManyRole, Role: perm.RoleOpAdmin},
		} {
			if done, _, err := o.DoMany(ctx, admin, order, everybody); done != 0 || fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %d, %v", order, done, err)
			}
		}
	})

	t.Run("invitations go to those who wait for one", func(t *testing.T) {
		order := member.Order{Act: member.ManyInvite}
		done, left, err := o.DoMany(ctx, admin, order, everybody)
		if err != nil || done != 2 || len(left) != 3 || !errors.Is(left[0].Why, member.ErrActive) {
			t.Errorf("%d, %+v, %v", done, left, err)
		}
		for range 4 { // five in an hour for each user
			if _, _, err := o.DoMany(ctx, admin, order, []int64{15}); err != nil {
				t.Fatal(err)
			}
		}
		done, left, err = o.DoMany(ctx, admin, order, []int64{14, 15})
		if err != nil || done != 1 || len(left) != 1 || !errors.Is(left[0].Why, member.ErrLetters) {
			t.Errorf("the sixth letter: %d, %+v, %v", done, left, err)
		}
	})

	t.Run("a role is given to who lacks it and may have it", func(t *testing.T) {
		done, left, err := o.DoMany(ctx, admin, member.Order{Act: member.ManyRole, Role: perm.RoleObserver}, everybody)
		if err != nil || done != 4 || len(left) != 1 || left[0].ID != 12 || !errors.Is(left[0].Why, member.ErrHasRole) {
			t.Errorf("%d, %+v, %v", done, left, err)
		}
		order := member.Order{Act: member.ManyRole, Role: perm.RoleKeyManager}
		o.exec(`update sessions set proved_at = now() - interval '1 hour'`)
		if done, _, err := o.DoMany(ctx, admin, order, []int64{13, 14}); done != 0 || !errors.Is(err, gate.ErrProve) {
			t.Errorf("a sensitive role without a fresh signature: %d, %v", done, err)
		}
		o.exec(`update sessions set proved_at = now()`)
		if done, left, err := o.DoMany(ctx, admin, order, []int64{13, 14}); err != nil || done != 1 || len(left) != 1 || left[0].ID != 14 {
			t.Errorf("with one: %d, %+v, %v", done, left, err)
		}
	})

	t.Run("a block ends what others may do, and nobody blocks themselves in passing", func(t *testing.T) {
		done, left, err := o.DoMany(ctx, admin, member.Order{Act: member.ManyBlock, Reason: "season is over"}, everybody)
		if err != nil || done != 4 || len(left) != 1 || !errors.Is(left[0].Why, member.ErrSelf) {
			t.Errorf("%d, %+v, %v", done, left, err)
		}
		if n := o.count(`select count(*) from sessions where org_id = 1`); n != 1 {
			t.Errorf("%d sessions live on, want the administrator's", n)
		}
		if n := o.count(`select count(*) from audit_log where action = 'member.block'`); n != 4 {
			t.Errorf("%d lines in the log", n)
		}
		if n := o.count(`select count(*) from members where org_id = 2 and status = 'blocked'`); n != 0 {
			t.Error("a stranger was blocked")
		}
	})

	t.Run("the right is asked for", func(t *testing.T) {
		clerk := o.hire(1, 16)
		if _, _, err := o.DoMany(ctx, clerk, member.Order{Act: member.ManyInvite}, everybody); fault.KindOf(err) != fault.Forbidden {
			t.Error(err)
		}
		if _, err := o.Chosen(ctx, clerk, member.Selection{IDs: everybody}); fault.KindOf(err) != fault.Forbidden {
			t.Error(err)
		}
	})
}
