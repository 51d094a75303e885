package member_test

import (
	"errors"
	"testing"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/gate"
)

const otherPINFL = "51508801234569"

// An administrator, or whoever holds the session of one, must not make somebody
// else of a user who has rights.
func TestTheNumberOfAUserIsNoWayAroundTheSignature(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	id, err := o.Add(t.Context(), admin, typed(func(d *member.Draft) { d.Preset = string(perm.PresetDirector) }))
	if err != nil {
		t.Fatal(err)
	}
	rebound := typed(nil).Person
	rebound.PINFL = otherPINFL
	save := func(id int64) error {
		return o.SavePerson(t.Context(), admin, id, o.get(admin, id).Version, rebound)
	}
	o.exec(`update sessions set proved_at = now() - interval '16 minutes'`)
	if err := save(id); !errors.Is(err, gate.ErrProve) {
		t.Errorf("an invited administrator becomes somebody else without a signature: %v", err)
	}
	clerk := o.hire(1, 12)
	if err := o.Block(t.Context(), admin, clerk.MemberID, member.Blocking{Reason: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := o.Unblock(t.Context(), admin, clerk.MemberID); err != nil {
		t.Fatal(err)
	}
	if wrong, ok := fault.ComplaintsOf(save(clerk.MemberID)); !ok || wrong[0].Field != "pinfl" {
		t.Errorf("a user who came with a key becomes somebody else: %v", wrong)
	}
	o.exec(`update sessions set proved_at = now()`)
	if err := save(id); err != nil {
		t.Errorf("a mistyped number cannot be corrected: %v", err)
	}
}

func TestUnblockingAnAdministratorWantsAFreshSignature(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, other, clerk := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12, perm.RoleOrgAdmin), o.hire(1, 13)
	for _, who := range []int64{other.MemberID, clerk.MemberID} {
		if err := o.Block(t.Context(), admin, who, member.Blocking{Reason: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	o.exec(`update sessions set proved_at = now() - interval '16 minutes'`)
	if err := o.Unblock(t.Context(), admin, other.MemberID); !errors.Is(err, gate.ErrProve) {
		t.Errorf("%v", err)
	}
	if err := o.Unblock(t.Context(), admin, clerk.MemberID); err != nil {
		t.Errorf("anybody else: %v", err)
	}
}

// TestAPersonWhoIsNotTheUserAnyMoreWorksNowhere: the way from a person to the
// organization counts only while the user is that person.
func TestAPersonWhoIsNotTheUserAnyMoreWorksNowhere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	clerk, successor := o.hire(1, 12), o.hire(2, 13)
	o.exec(`update members set account_id = $1 where id = $2`, successor.AccountID, clerk.MemberID)
	if ms, err := member.Of(t.Context(), o.db, clerk.AccountID); err != nil || len(ms) != 0 {
		t.Errorf("%+v, %v", ms, err)
	}
}

func TestTheFormerAddressIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, other := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12, perm.RoleOrgAdmin)
	p := typed(nil).Person
	p.PINFL = ""
	if err := o.SavePerson(t.Context(), admin, other.MemberID, o.get(admin, other.MemberID).Version, p); err != nil {
		t.Fatal(err)
	}
	const q = `select count(*) from notices where key = 'member.notice.email.' and email = 'u@company.example' and kind = 'security' and status = 'queued'`
	if n := o.count(q); n != 1 {
		t.Errorf("%d letters to the address before", n)
	}
}

func TestOneAddressIsLeftAndTakenAFewTimesADay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, other := o.hire(1, 11, perm.RoleOrgAdmin), o.hire(1, 12)
	p := typed(nil).Person
	p.PINFL = ""
	var err error
	for n := range 10 {
		p.Email = []string{"victim@victim.example", "u@company.example"}[n%2]
		if err = o.SavePerson(t.Context(), admin, other.MemberID, o.get(admin, other.MemberID).Version, p); err != nil {
			break
		}
	}
	if n := o.count(`select count(*) from notices where key = 'member.notice.email.'`); !errors.Is(err, member.ErrLetters) || n != 5 {
		t.Errorf("%d letters, %v", n, err)
	}
	p.Email, p.Position = "u@company.example", "Bosh hisobchi"
	if u := o.get(admin, other.MemberID); u.Email == p.Email {
		t.Fatalf("the last change went through: %+v", u)
	}
}

// TestLettersToAnybodyAreFew: an invitation goes to whatever address is typed.
func TestLettersToAnybodyAreFew(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	id, err := o.Add(t.Context(), admin, typed(nil))
	if err != nil {
		t.Fatal(err)
	}
	p := typed(nil).Person
	p.PINFL = ""
	for n := range 10 {
		p.Email = string(rune('a'+n)) + "@victim.example"
		if err = o.SavePerson(t.Context(), admin, id, o.get(admin, id).Version, p); err != nil {
			break
		}
	}
	if n := o.count(`select count(*) from invited`); !errors.Is(err, member.ErrLetters) || n != 6 {
		t.Errorf("%d invitations, %v", n, err)
	}
}

func TestAReasonLeadsNowhere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	o.hire(1, 12)
	err := o.Block(t.Context(), admin, 12, member.Blocking{Reason: "Sign in at https://evil.example"})
	if wrong, ok := fault.ComplaintsOf(err); !ok || wrong[0].Key != "member.block.reason.link" {
		t.Errorf("%v", err)
	}
}
