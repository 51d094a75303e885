// Package register asks the state register of taxpayers who an organization is
// and who directs it.
//
// The register decides: it says whether a number exists, under which names, and
// whose signature speaks for the organization. What it said last is kept beside
// the organization with the moment it said so; nobody edits that copy. There are
// two ways to ask: over the network (registerhttp) and from a file of invented
// entries, for development and tests.
package register

import (
	"context"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
	"kabinet/internal/org"
)

// Refusals of a Register.
var (
	// ErrUnavailable: the register does not answer, or not in its form. Trying
	// again later may help.
	ErrUnavailable = fault.New(fault.Unavailable, "register.unavailable").After(30 * time.Second)
	// ErrUnknown: it has no such number.
	ErrUnknown = fault.New(fault.Invalid, "register.unknown")
	// ErrUnread: it has, but says something about it that we cannot use.
	ErrUnread = fault.New(fault.Unavailable, "register.unread").After(time.Hour)
)

// Status is what the register says an organization is.
type Status string

// The states of an entry.
const (
	Active     Status = "active"
	Suspended  Status = "suspended"
	Liquidated Status = "liquidated"
)

// Number is what is looked up: the tax number of a legal entity, or the
// personal number of a sole trader. One of them is empty.
type Number struct {
	TIN   taxid.TIN
	PINFL taxid.PINFL
}

// Register finds entries. Implementations are safe for concurrent use; every
// error is one of this package's faults or the context's.
type Register interface {
	Find(ctx context.Context, n Number) (Entry, error)
}

// Entry is what the register says.
type Entry struct {
	TIN      taxid.TIN
	Names    org.Names // Russian falls back to Uzbek; the English one may be empty
	Form     org.Form
	Director org.Director // of a sole trader: the person
	Address  org.Address  // the legal one
	Status   Status
	VAT      *bool // pays value added tax; nil when the register does not say
	AsOf     time.Time
}

// Trader reports whether the entry is a natural person's in business.
func (e Entry) Trader() bool { return e.Form.Person() }

// Raw is an entry as it arrives, before any of it is believed.
type Raw struct {
	TIN                      string
	NameUz, NameRu, NameEn   string
	Form                     string
	Director, PINFL          string
	Region, District, Street string
	Status                   string
	VAT                      *bool
	AsOf                     time.Time
}

// Longest texts, in characters, as org.Draft has them.
const (
	maxName     = 300
	maxPerson   = 150
	maxDistrict = 100
	maxStreet   = 300
)

// Open reads an entry; what cannot be used is ErrUnread, with the field as
// its cause.
func (r Raw) Open() (Entry, error) {
	p := parser{}
	e := Entry{
		Names:    org.Names{Uz: p.line("name_uz", r.NameUz, maxName), Ru: p.maybe("name_ru", r.NameRu, maxName), En: p.maybe("name_en", r.NameEn, maxName)},
		Director: org.Director{Name: p.line("director", r.Director, maxPerson)},
		Address:  org.Address{Region: p.region(r.Region), District: p.line("district", r.District, maxDistrict), Street: p.line("street", r.Street, maxStreet)},
		Status:   Status(r.Status), VAT: r.VAT, AsOf: r.AsOf,
	}
	if e.Names.Ru == "" {
		e.Names.Ru = e.Names.Uz
	}
	var err error
	e.TIN, err = taxid.ParseTIN(r.TIN)
	p.need(err == nil, "tin")
	e.Director.PINFL, err = taxid.ParsePINFL(r.PINFL)
	p.need(err == nil, "director_pinfl")
	form, known := org.ParseForm(r.Form)
	e.Form = form
	p.need(known, "legal_form")
	p.need(e.Status == Active || e.Status == Suspended || e.Status == Liquidated, "status")
	p.need(!r.AsOf.IsZero(), "as_of")
	if p.err != nil {
		return Entry{}, p.err
	}
	return e, nil
}

// parser keeps the first thing wrong with an entry.
type parser struct{ err error }

func (p *parser) need(ok bool, field string) {
	if !ok && p.err == nil {
		p.err = ErrUnread.Because(fieldError(field))
	}
}

func (p *parser) line(field, s string, most int) string {
	s = p.maybe(field, s, most)
	p.need(s != "", field)
	return s
}

func (p *parser) maybe(field, s string, most int) string {
	s, err := text.Line(s, most)
	p.need(err == nil && utf8.ValidString(s), field)
	return s
}

func (p *parser) region(s string) string {
	r, err := region.Parse(s)
	p.need(err == nil, "region")
	return r.Code
}

// fieldError names what could not be read; its value stays out of the log.
type fieldError string

func (f fieldError) Error() string { return "register entry: " + string(f) }

// None is the register of a portal that was given none.
type None struct{}

// Find refuses.
func (None) Find(context.Context, Number) (Entry, error) { return Entry{}, ErrUnavailable }
