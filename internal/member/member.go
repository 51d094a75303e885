// Package member keeps the users of organizations: which person or program
// works where, with which roles, for which product groups and places.
//
// A person is an account; being a user of an organization is a membership of
// it. A member is blocked, never deleted, because documents name it.
package member

import (
	"context"

	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

// Status is the state of a member.
type Status string

// A member is created, then active, and may be blocked; unblocking leads back
// to the beginning (domain.md 2.5).
const (
	NotActivated Status = "not_activated"
	Active       Status = "active"
	Blocked      Status = "blocked"
)

// First is the first user of an organization: its director.
type First struct {
	OrgID     int64
	AccountID int64
	Name      string
	Position  string // as the certificate says; may be empty
	Email     string
	Groups    []int16 // all product groups of the organization
	PlaceID   int32   // its first place
}

// FirstTx makes the director an active business user with the default role and
// that of the administrator. The caller has made sure that the person is the
// director and that the organization has no users yet.
func FirstTx(ctx context.Context, tx pg.Tx, f First) (int64, error) {
	id, err := insertFirst(ctx, tx, f)
	if err != nil {
		return 0, err
	}
	return id, linkFirst(ctx, tx, id, f, firstRoles())
}

// Admin is somebody who can let people in and give roles.
type Admin struct {
	MemberID int64
	Name     string // in Uzbek
	NameRu   string // may be empty
	Email    string
}

// In is the administrator's name in a language.
func (a Admin) In(lang string) string {
	if lang == "ru" && a.NameRu != "" {
		return a.NameRu
	}
	return a.Name
}

// Admins lists the active administrators of an organization, the oldest first:
// who a refusal names.
func Admins(ctx context.Context, q pg.Querier, orgID int64) ([]Admin, error) {
	return admins(ctx, q, orgID)
}

// firstRoles are those of the first user: without the administrator nobody
// could give a role to anybody (domain.md 2.7).
func firstRoles() []string { return []string{string(perm.RoleDefault), string(perm.RoleOrgAdmin)} }

// Membership is a person's place in one organization.
type Membership struct {
	OrgID     int64
	MemberID  int64
	NameUz    string
	NameRu    string
	NameEn    string // may be empty
	TIN       taxid.TIN
	OrgStatus string // imported, active, blocked
	Status    Status
}

// Open reports whether the person may work there now.
func (m Membership) Open() bool { return m.Status == Active && m.OrgStatus == "active" }

// OrgName is the organization's name in a language; the English one falls back
// to the Uzbek one.
func (m Membership) OrgName(lang string) string {
	switch {
	case lang == "ru":
		return m.NameRu
	case lang == "en" && m.NameEn != "":
		return m.NameEn
	}
	return m.NameUz
}

// Of lists where a person works, open memberships first, then by tax number.
//
//tenant:any a person chooses the organization by this list
func Of(ctx context.Context, q pg.Querier, accountID int64) ([]Membership, error) {
	return ofAccount(ctx, q, accountID)
}
