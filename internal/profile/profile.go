// Package profile is what an organization says about itself and what the state
// register says about it: names, addresses, contacts, bank details, director.
//
// What the register says is read only and carries the moment it said so; people
// change the rest, one subject at a time, and of two who change one thing at
// once the second is shown both versions. Two things prove themselves before
// they hold: a new address of letters by the code sent to it, a new director by
// a signature and by the register.
package profile

import (
	"strings"
	"time"

	"kabinet/internal/core/country"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
	"kabinet/internal/org"
	"kabinet/internal/register"
)

// Refusals of what people type.
var (
	ErrNoBank      = fault.New(fault.NotFound, "profile.bank.unknown")
	ErrSameAccount = fault.New(fault.Invalid, "profile.bank.twice").On("account")
	ErrManyBanks   = fault.New(fault.Invalid, "profile.bank.many", "max", maxBanks).On("account")
	ErrMainBank    = fault.New(fault.Conflict, "profile.bank.main_stays")
)

// Longest texts, in characters.
const (
	maxName     = 300
	maxDistrict = 100
	maxStreet   = 300
	maxBank     = 150
	maxBanks    = 20 // accounts of one organization
)

// View is the profile as it is drawn.
type View struct {
	Profile  org.Profile
	Register register.Kept
	Banks    []Bank
	Pending  *Pending // a new address that waits for its code
	PINFL    taxid.PINFL
	Edited   Edit // the last change
	Editable bool // by the reader
}

// OtherDirector reports whether the register names another director.
func (v View) OtherDirector() bool {
	return v.Register.Asked() && !sameMAC(v.Register.DirectorMAC, v.Profile.DirectorMAC)
}

// Closed reports whether the register says that the organization is no more, or
// stopped.
func (v View) Closed() bool { return v.Register.Asked() && v.Register.Status != register.Active }

// Edit is who changed the profile, and when.
type Edit struct {
	By string
	At time.Time
}

// Pending is a new address of letters that waits for its code.
type Pending struct {
	Email       string
	By          string
	RequestedAt time.Time
	Until       time.Time
	Sent        bool   // the relay took the letter
	Refusal     string // the relay refused it for good
	Left        int    // tries
	Over        bool   // expired, or no try is left
}

// Bank is an account at a bank.
type Bank struct {
	ID      int64
	Account string // 20 digits
	MFO     string // of the bank, 5 digits
	Name    string // of the bank
	Main    bool
	Version int
}

// Contacts are telephone and language of letters, as typed.
type Contacts struct{ Phone, Language string }

func (c Contacts) open() (Contacts, error) {
	var f fault.Form
	f.Check(strings.TrimSpace(c.Phone) != "", "phone", "profile.form.phone")
	phone, err := org.ParsePhone(c.Phone)
	f.Add("phone", err)
	f.Check(c.Language == "uz" || c.Language == "ru" || c.Language == "en", "language", "org.draft.language")
	return Contacts{phone, c.Language}, f.Err()
}

// Addresses are the actual and the postal one, as typed. An empty postal
// address means that post comes to the actual one.
type Addresses struct{ Actual, Postal org.Address }

func (a Addresses) open() (Addresses, error) {
	var f fault.Form
	out := Addresses{Actual: address(&f, "", a.Actual)}
	if !a.Postal.Empty() {
		out.Postal = address(&f, "postal_", a.Postal)
	}
	return out, f.Err()
}

func address(f *fault.Form, prefix string, a org.Address) org.Address {
	r, err := region.Parse(a.Region)
	f.Check(err == nil, prefix+"region", "profile.form.region")
	return org.Address{
		Region:   r.Code,
		District: typed(f, prefix+"district", text.Uzbek(a.District), maxDistrict, "profile.form.district"),
		Street:   typed(f, prefix+"street", text.Uzbek(a.Street), maxStreet, "profile.form.street"),
	}
}

func openCountry(code string) (string, error) {
	c, err := country.Parse(code)
	var f fault.Form
	f.Check(err == nil, "country", "profile.form.country")
	return c.Code, f.Err()
}

func (b Bank) open() (Bank, error) {
	var f fault.Form
	account, mfo := digits(b.Account), digits(b.MFO)
	f.Check(len(account) == 20, "account", "profile.form.account")
	f.Check(len(mfo) == 5, "mfo", "profile.form.mfo")
	name := typed(&f, "bank", text.Uzbek(b.Name), maxBank, "profile.form.bank")
	return Bank{b.ID, account, mfo, name, b.Main, b.Version}, f.Err()
}

// digits gives what is left of a number without what people put between
// digits; empty when there is anything else.
func digits(s string) string {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "-", "", "\t", "").Replace(strings.TrimSpace(s))
	if strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

// typed makes one line of what was typed; a text that must be there has the
// key of a complaint for when it is not.
func typed(f *fault.Form, field, s string, most int, empty string) string {
	s, err := text.Plain(s, most)
	f.Add(field, err)
	f.Check(empty == "" || s != "", field, empty)
	return s
}
