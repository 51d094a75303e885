// Package actor says who acts.
//
// There are two kinds, and the compiler keeps them apart: a member acts for
// one organization, an operator works for the marking system. A use case that
// takes one cannot be handed the other.
package actor

import (
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
)

// ErrForbidden is the refusal for want of a right; the page names the roles
// that would do and who can give them.
var ErrForbidden = fault.New(fault.Forbidden, "fault.forbidden")

// ErrGroup and ErrPlace are the refusals of an act in a product group or at a
// place that is not the person's; the page names it and who can give it.
var (
	ErrGroup = fault.New(fault.Forbidden, "fault.needs_group")
	ErrPlace = fault.New(fault.Forbidden, "fault.needs_place")
)

// ErrSignIn says that nobody is signed in.
var ErrSignIn = fault.New(fault.Unauthenticated, "fault.sign_in")

// Origin is where a request came from, for the audit log.
type Origin struct {
	IP        string // client address behind trusted proxies
	RequestID string
}

// ByToken begins the key of an actor that came with an access token instead of a
// session, a technical user; the token's hash in hexadecimal follows.
const ByToken = "token:"

// ByKey begins the key of an actor that came with an API key of a user; the
// key's hash in hexadecimal follows.
const ByKey = "key:"

// ByJob begins the key of an actor for whom a job goes on with what was asked
// for in a session that may have ended since (gate.OfJob).
const ByJob = "job:"

// Actor is a member acting for an organization. Rights are what the session
// showed when it was last read, at most some seconds ago: good enough to draw a
// page, while every change asks the database again (platform/gate).
type Actor struct {
	AccountID  int64
	OrgID      int64
	MemberID   int64
	Name       string
	Rights     perm.Set
	Scope      perm.Scope // where the rights hold
	SessionKey string     // hash under which the session is stored, ByToken and that of a token, ByKey and that of an API key, or ByJob
	Origin     Origin
}

// Need is nil when the actor holds the right.
func (a Actor) Need(c perm.Code) error { return need(a.SessionKey != "", a.Rights, c) }

// NeedIn is nil when the actor holds the right, in the group and at the place
// that the act concerns.
func (a Actor) NeedIn(c perm.Code, r perm.Reach) error {
	if err := a.Need(c); err != nil {
		return err
	}
	return OutOfReach(a.Scope.Missing(r))
}

// OutOfReach is the refusal for want of a product group or place; nil when
// nothing is missing.
func OutOfReach(m perm.Reach) error {
	switch {
	case m.Group != 0:
		return ErrGroup.With("group", m.Group)
	case m.Place != 0:
		return ErrPlace.With("place", m.Place)
	}
	return nil
}

// Key is the hash under which the actor's session is stored.
func (a Actor) Key() string { return a.SessionKey }

// Subject describes the actor for the audit log.
func (a Actor) Subject() Subject {
	return Subject{Kind: "member", ID: strconv.FormatInt(a.MemberID, 10), Name: a.Name, OrgID: a.OrgID, Origin: a.Origin}
}

// Operator is one of the operator's staff.
type Operator struct {
	StaffID    int64
	Name       string
	Rights     perm.Set
	SessionKey string
	Origin     Origin
}

// Need is nil when the operator holds the right.
func (o Operator) Need(c perm.Code) error { return need(o.SessionKey != "", o.Rights, c) }

// Key is the hash under which the operator's session is stored.
func (o Operator) Key() string { return o.SessionKey }

// Subject describes the operator for the audit log.
func (o Operator) Subject() Subject {
	return Subject{Kind: "staff", ID: strconv.FormatInt(o.StaffID, 10), Name: o.Name, Origin: o.Origin}
}

// Subject is who did something, with the name of that moment: the log must
// read right when the person is long gone.
type Subject struct {
	Kind   string // member, staff, system, visitor
	ID     string
	Name   string
	OrgID  int64 // 0 when the subject belongs to no organization
	Origin Origin
}

// System is the portal itself, acting in a job or a command.
func System(name string) Subject { return Subject{Kind: "system", ID: name, Name: name} }

// Visitor is somebody who has not signed in.
func Visitor(o Origin) Subject { return Subject{Kind: "visitor", Origin: o} }

func need(signedIn bool, have perm.Set, want perm.Code) error {
	switch {
	case !signedIn:
		return ErrSignIn
	case !have.Has(want):
		return ErrForbidden.With("right", want)
	}
	return nil
}
