// Package place keeps the places of business (POB) of an organization: where
// goods are made, stored or sold.
//
// Orders and shipments point at a place, so a place is blocked, never deleted,
// and blocking is final. An organization always has exactly one main place,
// which is an active one; the first is made from its address when the account
// is activated (domain.md 2.2). Whatever decides which places are active or
// main holds the organization's row first, so two administrators cannot leave
// it without one.
package place

import (
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/country"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/region"
	"kabinet/internal/core/text"
)

// Refusals that concern a place as a whole.
var (
	ErrNotFound = fault.New(fault.NotFound, "place.not_found")
	ErrBlocked  = fault.New(fault.Conflict, "place.is_blocked")
	ErrEdited   = fault.New(fault.Conflict, "place.edited")
	ErrMany     = fault.New(fault.Conflict, "place.many", "max", MaxPlaces)
)

// ErrSame and ErrCode are about what two active places may not share; the
// argument "id" names the other one.
var (
	ErrSame = fault.New(fault.Invalid, "place.form.same").On(FieldName)
	ErrCode = fault.New(fault.Invalid, "place.form.code_taken").On(FieldCode)
)

// MaxPlaces is how many places an organization may have, blocked ones too: far
// more than anybody has, and few enough to be read at once.
const MaxPlaces = 10_000

// Status says whether a place is in use.
type Status string

// A blocked place is never opened again (domain.md 2.2).
const (
	Active  Status = "active"
	Blocked Status = "blocked"
)

// ParseStatus reads a status as the address of a list has it.
func ParseStatus(s string) (Status, bool) {
	st := Status(s)
	return st, st == Active || st == Blocked
}

// Activity is what is done at a place; a place may have several.
type Activity string

// The activities of a place (domain.md 2.2).
const (
	Production Activity = "production"
	Storage    Activity = "storage"
	Sales      Activity = "sales"
)

// Activities lists them in the order of forms.
func Activities() []Activity { return []Activity{Production, Storage, Sales} }

// Origin is how a place came to be.
type Origin string

// The origins: from the address at activation, by hand, from a file.
const (
	FromAddress Origin = "address"
	Manual      Origin = "manual"
	Imported    Origin = "import"
)

// Fields is what the organization says about a place.
type Fields struct {
	Name       string     `json:"name"`
	Activities []Activity `json:"activities"` // in the order of Activities
	Country    string     `json:"country"`    // ISO 3166-1 alpha-2
	Region     string     `json:"region"`     // code of core/region; of a place abroad, where it is registered
	District   string     `json:"district"`   // or city
	Street     string     `json:"street"`     // may be empty
	GLN        gs1.GLN    `json:"gln"`        // may be empty
	Code       string     `json:"code"`       // in the organization's own books; may be empty
}

// Abroad reports whether the place is not in Uzbekistan.
func (f Fields) Abroad() bool { return f.Country != country.Home }

// Does reports whether the activity is done there.
func (f Fields) Does(a Activity) bool { return slices.Contains(f.Activities, a) }

// likeness is what two active places of an organization may not share.
func (f Fields) likeness() string {
	return strings.ToLower(strings.Join([]string{f.Name, f.Country, f.Region, f.District, f.Street}, "\n"))
}

// fold is what a place is found by, besides its numbers.
func (f Fields) fold() string { return fold.Words(f.Name, f.District, f.Street) }

// equal reports whether nothing differs.
func (f Fields) equal(g Fields) bool {
	same := slices.Equal(f.Activities, g.Activities)
	f.Activities, g.Activities = nil, nil
	return same && f.likeness() == g.likeness() && f.Name == g.Name && f.District == g.District && f.Street == g.Street && f.GLN == g.GLN && f.Code == g.Code
}

// Place is a place of business.
type Place struct {
	ID int32 // the number by which programs name it (businessPlaceId)
	Fields
	Main      bool
	Status    Status
	Origin    Origin
	Version   int // counts changes, from 1
	CreatedAt time.Time
	ChangedAt time.Time // zero when nobody changed it
	BlockedAt time.Time // zero when it is active
}

// Active reports whether the place is in use.
func (p Place) Active() bool { return p.Status == Active }

// Fields of a draft, as forms and files name them.
const (
	FieldName       = "name"
	FieldActivities = "activities"
	FieldCountry    = "country"
	FieldRegion     = "region"
	FieldDistrict   = "district"
	FieldStreet     = "street"
	FieldGLN        = "gln"
	FieldCode       = "code"
)

// Longest texts, in characters.
const (
	maxName     = 120
	maxDistrict = 100
	maxStreet   = 300
	maxCode     = 60
)

// Draft is what a person typed about a place, or a row of a file says.
type Draft struct {
	Name, Country, Region, District, Street, GLN, Code string
	Activities                                         []string
}

// Draft is what a form shows to change the place.
func (f Fields) Draft() Draft {
	d := Draft{Name: f.Name, Country: f.Country, Region: f.Region, District: f.District, Street: f.Street, GLN: string(f.GLN), Code: f.Code}
	for _, a := range f.Activities {
		d.Activities = append(d.Activities, string(a))
	}
	return d
}

// Open turns a draft into the fields of a place, or complains about every field
// at once. Without a country the place is in Uzbekistan.
func (d Draft) Open() (Fields, error) {
	var wrong fault.Form
	f := Fields{Name: typed(&wrong, FieldName, text.Uzbek(d.Name), maxName)}
	wrong.Check(f.Name != "", FieldName, "place.form.name_missing")
	wrong.Check(!text.Linked(f.Name), FieldName, "place.form.name_link")
	f.Activities = activities(&wrong, d.Activities)
	f.where(&wrong, d)
	f.GLN = gln(&wrong, d.GLN)
	f.Code = typed(&wrong, FieldCode, d.Code, maxCode)
	return f, wrong.Err()
}

// where reads the address.
func (f *Fields) where(wrong *fault.Form, d Draft) {
	f.Country = country.Home
	if strings.TrimSpace(d.Country) != "" {
		c, err := country.Parse(d.Country)
		wrong.Add(FieldCountry, err)
		f.Country = c.Code
	}
	if r, err := region.Parse(d.Region); err == nil {
		f.Region = r.Code
	} else {
		wrong.Check(false, FieldRegion, "place.form.region_missing")
	}
	f.District = typed(wrong, FieldDistrict, text.Uzbek(d.District), maxDistrict)
	wrong.Check(f.District != "", FieldDistrict, "place.form.district_missing")
	f.Street = typed(wrong, FieldStreet, text.Uzbek(d.Street), maxStreet)
}

// activities puts what was chosen into the order of forms, each once.
func activities(wrong *fault.Form, chosen []string) []Activity {
	known := 0
	var as []Activity
	for _, a := range Activities() {
		if slices.Contains(chosen, string(a)) {
			as, known = append(as, a), known+1
		}
	}
	unknown := slices.ContainsFunc(chosen, func(s string) bool { return !slices.Contains(Activities(), Activity(s)) })
	wrong.Check(known > 0, FieldActivities, "place.form.activity_missing")
	wrong.Check(!unknown, FieldActivities, "place.form.activity")
	return as
}

func gln(wrong *fault.Form, s string) gs1.GLN {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	n, err := gs1.ParseGLN(s)
	wrong.Add(FieldGLN, err)
	return n
}

// typed makes one line of what was typed and complains of what cannot be kept.
func typed(wrong *fault.Form, field, s string, most int) string {
	s, err := text.Plain(s, most)
	wrong.Add(field, err)
	return s
}
