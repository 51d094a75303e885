// Package publicapi is the Open API: what programs of users ask the portal with
// an API key.
//
// There is no session and no cookie here. One statement finds the key by its
// hash and, beside it, its owner with status and roles at this very moment and
// the organization that is asked about; nothing of it is kept for the next call.
// So a key that was revoked, an owner who was blocked and a role that was taken
// away are seen by every call that begins later (security.md 0, row 5).
package publicapi

import (
	"time"

	"kabinet/internal/apikey"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/org"
)

// Refusals of this package; "publicapi.refusal.<reason>" are their words. All
// that concern the key are 401, whatever one may do with another key; the want of
// a right is 403 (actor.ErrForbidden).
var (
	ErrNoKey       = fault.New(fault.Unauthenticated, "publicapi.refusal.no_key")
	ErrMalformed   = fault.New(fault.Unauthenticated, "publicapi.refusal.malformed_key")
	ErrUnknownKey  = fault.New(fault.Unauthenticated, "publicapi.refusal.unknown_key")
	ErrExpiredKey  = fault.New(fault.Unauthenticated, "publicapi.refusal.expired_key")
	ErrRevokedKey  = fault.New(fault.Unauthenticated, "publicapi.refusal.revoked_key")
	ErrBlockedUser = fault.New(fault.Unauthenticated, "publicapi.refusal.blocked_user")
	ErrBlockedOrg  = fault.New(fault.Unauthenticated, "publicapi.refusal.blocked_organization")
	ErrTIN         = fault.New(fault.BadRequest, "publicapi.refusal.tin").On("path.tin")
	ErrNoParty     = fault.New(fault.NotFound, "publicapi.refusal.no_party")
	ErrForeign     = fault.New(fault.NotFound, "publicapi.refusal.foreign_key")
	ErrTooMany     = fault.New(fault.TooMany, "publicapi.refusal.too_many")
)

// Caller is who calls: a key, its owner and what the owner may do now.
type Caller struct {
	Key       apikey.Key
	OrgID     int64
	TIN       taxid.TIN
	OrgStatus string
	Member    string // status
	AccountID int64  // of the owner
	Rights    perm.Set
	Scope     perm.Scope // where the rights hold
}

// judge refuses a key that opens nothing at this moment.
func (c Caller) judge() error {
	switch {
	case c.Key.Status == apikey.Blocked, c.Member != "active":
		return ErrBlockedUser
	case c.Key.Status == apikey.Expired:
		return ErrExpiredKey
	case c.Key.Status != apikey.Valid:
		return ErrRevokedKey
	case c.OrgStatus != "active":
		return ErrBlockedOrg
	}
	return nil
}

// touched reports whether the use of the key needs no note yet.
func (c Caller) touched(now time.Time) bool { return now.Sub(c.Key.LastUsedAt) < time.Minute }

// Party is an organization that takes part in marking.
type Party struct {
	OrgID                  int64 // 0 when there is none
	TIN                    taxid.TIN
	Form                   org.Form
	NameUz, NameRu, NameEn string
	Status                 string
	Groups                 []Group
}

// FullName is the name with the legal form, in a language.
func (p Party) FullName(lang string) string {
	name := p.Name(lang)
	if p.Form == "" {
		return name
	}
	return p.Form.Name(lang) + " " + name
}

// Name is the name in a language; the English one falls back to the Uzbek one.
func (p Party) Name(lang string) string {
	switch {
	case lang == "ru":
		return p.NameRu
	case lang == "en" && p.NameEn != "":
		return p.NameEn
	}
	return p.NameUz
}

// Group is a product group of an organization.
type Group struct {
	ID          int16     `json:"id"`
	Slug        string    `json:"slug"`
	Uz          string    `json:"uz"`
	Ru          string    `json:"ru"`
	En          string    `json:"en"`
	Issuer      bool      `json:"issuer"`
	Status      string    `json:"status"` // pending, active, blocked
	ConnectedAt time.Time `json:"connected_at"`
}

// View is a party as a caller may see it.
type View struct {
	Party
	Own bool // the caller's own organization, with all details
}

// viewFor shrinks a party for strangers (PARTY.SHRINK-READ): a registered one by
// its short name and the groups it works in; one that is not registered they
// cannot tell from one that does not exist.
func (p Party) viewFor(c Caller) (View, error) {
	switch {
	case p.OrgID == 0, p.OrgID != c.OrgID && p.Status != "active":
		return View{}, ErrNoParty
	case p.OrgID == c.OrgID:
		return View{Party: p, Own: true}, nil
	}
	seen := Party{OrgID: p.OrgID, TIN: p.TIN, NameUz: p.NameUz, NameRu: p.NameRu, NameEn: p.NameEn, Status: p.Status}
	for _, g := range p.Groups {
		if g.Status == "active" {
			seen.Groups = append(seen.Groups, g)
		}
	}
	return View{Party: seen}, nil
}
