// Package org keeps the organizations of the portal: who they are, who directs
// them, whether they are activated.
//
// An organization is born by an import of the old personal account and belongs
// to the person who activates it from then on: an import never changes the
// director or the address of letters of an organization that was activated.
// The director's personal number is stored sealed for showing and as a
// fingerprint for comparing, never in plain text.
package org

import (
	"crypto/hmac"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/seal"
)

// Refusals of this package.
var (
	ErrNotFound    = fault.New(fault.NotFound, "org.not_found")
	ErrNotImported = fault.New(fault.Conflict, "org.not_imported")
	ErrShortSearch = fault.New(fault.Invalid, "org.search.short").On("q")
	ErrPINFLUnread = fault.New(fault.Internal, "fault.internal")
	errStagedTwice = fault.New(fault.Internal, "fault.internal")
)

// PurposePINFL is what personal numbers are sealed and fingerprinted for; the
// accounts of people use the same, so that director and person compare.
const PurposePINFL seal.Purpose = "pinfl"

// Status is the state of an organization.
type Status string

// An organization is imported, then active once its director signed, and may
// be blocked by the operator.
const (
	Imported Status = "imported"
	Active   Status = "active"
	Blocked  Status = "blocked"
)

// Statuses lists the states in the order of the tabs.
func Statuses() []Status { return []Status{Imported, Active, Blocked} }

// ParseStatus reads a status; ok is false for anything else.
func ParseStatus(s string) (st Status, ok bool) {
	for _, st := range Statuses() {
		if string(st) == s {
			return st, true
		}
	}
	return "", false
}

// Org is an organization as it is stored.
type Org struct {
	ID            int64
	TIN           taxid.TIN
	Form          Form
	NameUz        string
	NameRu        string
	NameEn        string // may be empty
	Director      string
	DirectorMAC   []byte // fingerprint of the personal number, PurposePINFL
	DirectorPINFL []byte // sealed, see OpenPINFL
	Email         string
	Phone         string // +998901234567
	Region        string // code, see core/region
	District      string
	Street        string
	Language      string // of letters: uz, ru, en
	Status        Status
	ImportedAt    time.Time
	UpdatedAt     time.Time
	ActivatedAt   time.Time // zero until activated
}

// Name is the name in a language; the English one falls back to the Uzbek one,
// which is the one in the state register.
func (o Org) Name(lang string) string { return nameIn(lang, o.NameUz, o.NameRu, o.NameEn) }

func nameIn(lang, uz, ru, en string) string {
	switch {
	case lang == "ru":
		return ru
	case lang == "en" && en != "":
		return en
	}
	return uz
}

// RegionName is the name of its region in a language.
func (o Org) RegionName(lang string) string { return regionIn(lang, o.Region) }

func regionIn(lang, code string) string {
	r, err := region.Parse(code)
	if err != nil {
		return code
	}
	return r.Name(lang)
}

// DirectorMatches reports whether a verified certificate with this tax number
// and one of these fingerprints (seal.Box.MACs of the personal number, the
// current root first) is that of the organization's director. Both must fit:
// a director may direct several organizations, and an organization's key may
// be in other hands.
func DirectorMatches(o Org, tin taxid.TIN, pinflMACs ...[]byte) bool {
	match := false
	for _, mac := range pinflMACs {
		if hmac.Equal(mac, o.DirectorMAC) {
			match = true
		}
	}
	return match && tin != "" && tin == o.TIN
}

// OpenPINFL gives the director's personal number in plain digits. Only what
// signs or prints it for the director may ask.
func OpenPINFL(box *seal.Box, o Org) (taxid.PINFL, error) {
	plain, err := box.Open(PurposePINFL, o.DirectorPINFL, pinflBinding(o.TIN))
	if err != nil {
		return "", ErrPINFLUnread.Because(err)
	}
	return taxid.PINFL(plain), nil
}

// pinflBinding ties a sealed number to its organization. The tax number serves
// because it is known before the organization has an id and never changes.
func pinflBinding(tin taxid.TIN) []byte { return []byte("org:" + tin) }
