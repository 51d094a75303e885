// Package account keeps the people of the portal: one account for one person,
// whatever the number of organizations.
//
// Nobody has a password. A person is recognized by the personal number (PINFL)
// of a verified certificate; the number is stored sealed for showing and as a
// fingerprint for finding, never in plain text.
package account

import (
	"slices"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
)

// Refusals of this package.
var (
	ErrUnknown  = fault.New(fault.NotFound, "account.unknown")
	ErrBlocked  = fault.New(fault.Forbidden, "account.blocked")
	ErrLanguage = fault.New(fault.Invalid, "account.language").On("language")
	ErrTheme    = fault.New(fault.Invalid, "account.theme").On("theme")
	ErrDensity  = fault.New(fault.Invalid, "account.density").On("density")
)

// Person is who a certificate says somebody is.
type Person struct {
	Name     string
	PINFL    taxid.PINFL
	Language string // of the first visit: uz, ru or en
}

// Account is a person as stored.
type Account struct {
	ID        int64
	Name      string
	Language  string // uz, ru, en
	Theme     string // system, light, dark
	Density   string // comfortable, compact
	CreatedAt time.Time
	Blocked   bool // by the operator; a blocked person signs in nowhere
}

// Display is how a person wants the portal to look.
type Display struct {
	Language string `json:"language"`
	Theme    string `json:"theme"`
	Density  string `json:"density"`
}

// Languages lists what Display.Language may hold; the table's constraints say
// the same.
func Languages() []string { return []string{"uz", "ru", "en"} }

// Themes lists the colour schemes; system follows the device.
func Themes() []string { return []string{"system", "light", "dark"} }

// Densities lists how close lists and forms may stand.
func Densities() []string { return []string{"comfortable", "compact"} }

// Check says of every choice whether there is such a one.
func (d Display) Check() error {
	f := fault.Form{}
	f.Check(slices.Contains(Languages(), d.Language), "language", ErrLanguage.Key)
	f.Check(slices.Contains(Themes(), d.Theme), "theme", ErrTheme.Key)
	f.Check(slices.Contains(Densities(), d.Density), "density", ErrDensity.Key)
	return f.Err()
}
