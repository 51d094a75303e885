package actor_test

import (
	"errors"
	"testing"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
)

func TestNeed(t *testing.T) {
	t.Parallel()
	member := actor.Actor{SessionKey: "k", Rights: perm.Of(perm.OrgRead)}
	if err := member.Need(perm.OrgRead); err != nil {
		t.Errorf("a right that is held: %v", err)
	}
	if err := member.Need(perm.OrgEdit); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("a right that is not held: %v", err)
	}
	member.SessionKey = ""
	if err := member.Need(perm.OrgRead); !errors.Is(err, actor.ErrSignIn) {
		t.Errorf("rights without a session: %v", err)
	}
	if err := (actor.Operator{}).Need(perm.OpOrgRead); !errors.Is(err, actor.ErrSignIn) {
		t.Errorf("nobody: %v", err)
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	o := actor.Origin{IP: "192.0.2.1", RequestID: "8F"}
	for want, got := range map[string]actor.Subject{
		"member 7 A": actor.Actor{MemberID: 7, OrgID: 3, Name: "A", Origin: o}.Subject(),
		"staff 9 B":  actor.Operator{StaffID: 9, Name: "B", Origin: o}.Subject(),
	} {
		if s := got.Kind + " " + got.ID + " " + got.Name; s != want || got.Origin != o {
			t.Errorf("got %q from %+v, want %q", s, got.Origin, want)
		}
	}
}
