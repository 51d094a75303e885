package org

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// Refusals of what people change in a profile.
var (
	// ErrEdited: somebody else changed the record since the page was drawn.
	ErrEdited = fault.New(fault.Conflict, "org.edited")
	// ErrTaken: the tax number belongs to an organization already.
	ErrTaken = fault.New(fault.Conflict, "org.taken")
	// ErrOtherDirector: the organization was given another director meanwhile.
	ErrOtherDirector = fault.New(fault.Conflict, "org.director.changed")
)

// Address is where an organization is or gets its post; all empty for none.
type Address struct{ Region, District, Street string }

// Empty reports whether nothing is given.
func (a Address) Empty() bool { return a == Address{} }

// Names are what an organization is called; the English one may be empty.
type Names struct{ Uz, Ru, En string }

// Profile is what people of an organization see and change of it.
type Profile struct {
	Org
	Version          int       // for two who edit at once
	Country          string    // of tax residency, ISO 3166-1 alpha-2
	Postal           Address   // empty: the actual one
	EmailConfirmedAt time.Time // zero: never
	CheckedAt        time.Time // when somebody said that all is correct; zero: never
}

// Actual is the address at which the organization works.
func (p Profile) Actual() Address { return Address{p.Region, p.District, p.Street} }

// ProfileOf reads the profile of an organization, or ErrNotFound.
func ProfileOf(ctx context.Context, q pg.Querier, orgID int64) (Profile, error) {
	return profileOf(ctx, q, orgID)
}

// HoldTx reads the profile and keeps others from changing it until the
// transaction ends. It stands after the locks of members (decision 0016), and
// is loose enough for acts of the organization to go on.
func HoldTx(ctx context.Context, tx pg.Tx, orgID int64) (Profile, error) {
	if err := lockProfile(ctx, tx, orgID); err != nil {
		return Profile{}, err
	}
	return profileOf(ctx, tx, orgID)
}

// LockTx is HoldTx for who changes something else of which an organization has
// only so many.
func LockTx(ctx context.Context, tx pg.Tx, orgID int64) error { return lockProfile(ctx, tx, orgID) }

// Concerns reports whether one of the operator's staff is the director of an
// organization or among its people, whatever became of them there: such a person
// does not serve it.
func Concerns(ctx context.Context, db pg.Querier, orgID, staffID int64) (bool, error) {
	return concerns(ctx, db, orgID, staffID)
}

// The setters below change a profile that the caller holds (HoldTx) and has
// compared with what the person saw.

// SetEmailTx puts a confirmed address in place.
func SetEmailTx(ctx context.Context, tx pg.Tx, orgID int64, email string) error {
	return setEmail(ctx, tx, orgID, email)
}

// SetContactsTx stores telephone and the language of letters.
func SetContactsTx(ctx context.Context, tx pg.Tx, orgID int64, phone, language string) error {
	return setContacts(ctx, tx, orgID, phone, language)
}

// SetAddressesTx stores the actual and the postal address.
func SetAddressesTx(ctx context.Context, tx pg.Tx, orgID int64, actual, postal Address) error {
	return setAddresses(ctx, tx, orgID, actual, postal)
}

// SetNamesTx stores the names, and has the organization found by them.
func SetNamesTx(ctx context.Context, tx pg.Tx, orgID int64, tin taxid.TIN, n Names) error {
	return setNames(ctx, tx, orgID, n, searchText(string(tin), n.Uz, n.Ru, n.En))
}

// SetCountryTx stores the country of tax residency.
func SetCountryTx(ctx context.Context, tx pg.Tx, orgID int64, country string) error {
	return setCountry(ctx, tx, orgID, country)
}

// SetCheckedTx notes that somebody said that all is correct.
func SetCheckedTx(ctx context.Context, tx pg.Tx, orgID int64) error {
	return setChecked(ctx, tx, orgID)
}

// Director is who directs an organization.
type Director struct {
	Name  string
	PINFL taxid.PINFL
}

// SetDirectorTx puts another director in the place of o's. Somebody else having
// done so meanwhile is ErrOtherDirector.
func SetDirectorTx(ctx context.Context, tx pg.Tx, box *seal.Box, o Org, d Director) error {
	mac := box.MAC(PurposePINFL, []byte(d.PINFL))
	sealed := box.Seal(PurposePINFL, []byte(d.PINFL), pinflBinding(o.TIN))
	return setDirector(ctx, tx, o, d.Name, mac, sealed)
}

// RegisterTx makes an active organization of a record; its address of letters
// was confirmed just now. Of two that register one tax number at once, also of
// a registration and an import, the second gets ErrTaken.
func RegisterTx(ctx context.Context, tx pg.Tx, box *seal.Box, r Record) (int64, error) {
	id, err := claimTIN(ctx, tx, r.TIN)
	if err != nil {
		return 0, err
	}
	mac := box.MAC(PurposePINFL, []byte(r.PINFL))
	sealed := box.Seal(PurposePINFL, []byte(r.PINFL), pinflBinding(r.TIN))
	if err := insertActive(ctx, tx, id, r, mac, sealed); err != nil {
		return 0, fmt.Errorf("register organization: %w", err)
	}
	return id, nil
}
