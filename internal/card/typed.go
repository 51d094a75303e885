package card

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/core/country"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/text"
)

// Longest texts, in characters.
const (
	maxName    = 250
	maxBrand   = 100
	maxParty   = 200
	maxAddress = 300
)

// Open turns what was typed into what a card says, or complains about every
// field at once. It accepts what is unfinished: only GTIN and packaging must be
// there, and what is there must be valid. The group is the book's.
func (t Typed) Open(book attribute.Book) (Content, error) {
	o := opening{typed: t}
	c := Content{Group: book.Group, Set: book.Set.Version}
	c.GTIN = o.gtin()
	c.Packaging = o.packaging(c.GTIN)
	c.Category = o.code(FieldCategory, book.Categories)
	c.HS = o.code(FieldHS, book.HS)
	c.IKPU = o.code(FieldIKPU, book.IKPU)
	c.NameUz = text.Uzbek(o.line(FieldNameUz, maxName))
	c.NameRu = o.line(FieldNameRu, maxName)
	c.NameEn = o.line(FieldNameEn, maxName)
	c.Brand = o.line(FieldBrand, maxBrand)
	c.Country = o.country()
	c.Maker = o.party(FieldManufacturer, FieldManufacturerAddress)
	c.Producer = o.party(FieldProducer, FieldProducerAddress)
	c.Claims = o.party(FieldClaims, FieldClaimsAddress)
	c.Attributes = o.attributes(book.Set)
	if err := o.wrong.Err(); err != nil {
		return Content{}, err
	}
	return c, nil
}

// opening reads fields one by one and collects what is wrong with them.
type opening struct {
	typed Typed
	wrong fault.Form
}

// line makes one line of a field. What mail programs would make a link of goes
// nowhere: names stand in our letters.
func (o *opening) line(field string, most int) string {
	s, err := text.Line(o.typed[field], most)
	o.wrong.Add(field, err)
	o.wrong.Check(!text.Linked(s), field, "card.linked")
	return s
}

func (o *opening) gtin() gs1.GTIN {
	g, err := ParseGTIN(o.typed[FieldGTIN])
	o.wrong.Add(FieldGTIN, err)
	return g
}

// What can be wrong with a GTIN, besides the faults of core/gs1. ErrCheckDigit
// comes with "expected", the last digit that would fit.
var (
	ErrNoGTIN     = fault.New(fault.Invalid, "card.gtin_missing")
	ErrCheckDigit = fault.New(fault.Invalid, "card.gtin_check")
	ErrVariable   = fault.New(fault.Invalid, "card.gtin_variable")
)

// ParseGTIN reads a GTIN for a card. A last digit that does not fit is
// ErrCheckDigit, the number of something sold by measure (the first of 14 digits
// is 9, domain.md 4.3), which no package carries, is ErrVariable.
func ParseGTIN(typed string) (gs1.GTIN, error) {
	if strings.TrimSpace(typed) == "" {
		return "", ErrNoGTIN
	}
	g, err := gs1.ParseGTIN(typed)
	switch {
	case gs1.ErrCheck.Is(err):
		return "", ErrCheckDigit.With("expected", expected(typed))
	case err != nil:
		return "", err
	case g[0] == '9':
		return "", ErrVariable
	}
	return g, nil
}

// expected is the check digit that the digits before the last ask for.
func expected(typed string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, typed)
	last, err := gs1.CheckDigit(digits[:len(digits)-1])
	if err != nil {
		return "?"
	}
	return string(last)
}

// Packagings lists the levels in the order of forms.
func Packagings() []Packaging { return []Packaging{Unit, Group, Set, BoxLevel, BoxOuter} }

// packaging compares with the first digit of the GTIN: 1 to 8 say that the
// number counts a group of the same goods. A zero says nothing, a group may have
// a number of its own.
func (o *opening) packaging(g gs1.GTIN) Packaging {
	p := Packaging(strings.ToUpper(strings.TrimSpace(o.typed[FieldPackaging])))
	if p == "" {
		o.wrong.Check(false, FieldPackaging, "card.packaging_missing")
		return ""
	}
	o.wrong.Check(slices.Contains(Packagings(), p), FieldPackaging, "card.packaging_unknown")
	o.wrong.Check(p != Unit || g == "" || g[0] == '0', FieldPackaging, "card.packaging_unit")
	return p
}

// code finds an entry of a dictionary by its code or, as files have it, by its
// name in any language.
func (o *opening) code(field string, all []attribute.Code) string {
	typed, err := text.Line(o.typed[field], maxName)
	if err != nil {
		o.wrong.Add(field, err)
		return ""
	}
	if typed == "" {
		return ""
	}
	if c, ok := find(all, codeMarks.Replace(typed)); ok {
		return c
	}
	if c, ok := byName(all, fold.Text(typed)); ok {
		return c
	}
	o.wrong.Check(false, field, "card."+field+"_unknown")
	return ""
}

// codeMarks are what people put between the digits of codes.
var codeMarks = strings.NewReplacer(" ", "", ".", "")

// codes are the entries of dictionaries that were typed, if by their codes.
func (t Typed) Codes() []string {
	var codes []string
	for _, field := range []string{FieldCategory, FieldHS, FieldIKPU} {
		if line, err := text.Line(t[field], maxName); err == nil {
			codes = append(codes, codeMarks.Replace(line))
		}
	}
	return codes
}

// find looks a code up; dictionaries stand in the order of codes.
func find(all []attribute.Code, code string) (string, bool) {
	_, ok := slices.BinarySearchFunc(all, code, func(c attribute.Code, code string) int { return strings.Compare(c.Code, code) })
	return code, ok
}

// byName finds the one entry of a name; a name of two entries names neither.
func byName(all []attribute.Code, folded string) (code string, ok bool) {
	if folded == "" {
		return "", false
	}
	for _, c := range all {
		if folded != fold.Text(c.Name.Uz) && folded != fold.Text(c.Name.Ru) && folded != fold.Text(c.Name.En) {
			continue
		}
		if ok {
			return "", false
		}
		code, ok = c.Code, true
	}
	return code, ok
}

func (o *opening) country() string {
	if strings.TrimSpace(o.typed[FieldCountry]) == "" {
		return ""
	}
	c, err := country.Parse(o.typed[FieldCountry])
	o.wrong.Add(FieldCountry, err)
	return c.Code
}

func (o *opening) party(name, address string) Party {
	return Party{Name: o.line(name, maxParty), Address: o.line(address, maxAddress)}
}

func (o *opening) attributes(set attribute.Set) map[string]string {
	values, wrong := set.Open(func(code string) string { return o.typed[AttributePrefix+code] })
	complaints, _ := fault.ComplaintsOf(wrong.Err())
	for _, c := range complaints {
		o.wrong.Check(false, c.Field, c.Key, c.Args...)
	}
	for _, a := range set.Attributes {
		o.wrong.Check(!text.Linked(values[a.Code]), AttributePrefix+a.Code, "card.linked")
	}
	if len(values) == 0 {
		return nil
	}
	return values
}

// Typed is what a form shows to change the content: opening it gives the same
// content, but for the photos. The group is given by its number.
func (c Content) Typed() Typed {
	t := Typed{
		FieldGTIN: string(c.GTIN), FieldPackaging: string(c.Packaging), FieldGroup: strconv.Itoa(int(c.Group)),
		FieldCategory: c.Category, FieldHS: c.HS, FieldIKPU: c.IKPU,
		FieldNameUz: c.NameUz, FieldNameRu: c.NameRu, FieldNameEn: c.NameEn, FieldBrand: c.Brand, FieldCountry: c.Country,
		FieldManufacturer: c.Maker.Name, FieldManufacturerAddress: c.Maker.Address,
		FieldProducer: c.Producer.Name, FieldProducerAddress: c.Producer.Address,
		FieldClaims: c.Claims.Name, FieldClaimsAddress: c.Claims.Address,
	}
	for code, value := range c.Attributes {
		t[AttributePrefix+code] = value
	}
	return t
}

// Over lays what was typed over what was there: fields that were not typed stay.
func (t Typed) Over(base Typed) Typed {
	all := make(Typed, len(base)+len(t))
	maps.Copy(all, base)
	maps.Copy(all, t)
	return all
}

// Fields lists the fields that all cards have, in the order of forms.
func Fields() []string {
	return []string{
		FieldGTIN, FieldPackaging, FieldGroup, FieldCategory, FieldHS, FieldIKPU,
		FieldNameUz, FieldNameRu, FieldNameEn, FieldBrand, FieldCountry,
		FieldManufacturer, FieldManufacturerAddress, FieldProducer, FieldProducerAddress, FieldClaims, FieldClaimsAddress,
	}
}
