package card

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/core/country"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
)

// Facts are what a statement says besides what the card itself does.
type Facts struct {
	Host   string // of the portal
	Org    string // of whom the cards are: name in the reader's language
	TIN    string
	Number int // of the version
	Group  productgroup.Group
	Book   attribute.Book // under which it is written
}

// Statement is what a person signs to send the card: its text says everything
// the page shows, in the order of forms, and names each photo by its hash. The
// same card gives the same text.
func (c Content) Statement(lang i18n.Lang, f Facts) string {
	w := words{lang: lang}
	w.line("card.statement.send_one", "host", f.Host)
	w.line("card.statement.org", "org", f.Org, "tin", f.TIN)
	w.line("card.statement.version", "n", f.Number)
	w.field(FieldGTIN, string(c.GTIN))
	w.field(FieldPackaging, i18n.Text(lang, "card.packaging."+string(c.Packaging)))
	w.field(FieldGroup, f.Group.Name(lang.Code()))
	w.coded(FieldCategory, f.Book, attribute.Categories, c.Category)
	w.coded(FieldHS, f.Book, attribute.HS, c.HS)
	w.coded(FieldIKPU, f.Book, attribute.IKPU, c.IKPU)
	w.field(FieldNameUz, c.NameUz)
	w.field(FieldNameRu, c.NameRu)
	w.field(FieldNameEn, c.NameEn)
	w.field(FieldBrand, c.Brand)
	w.field(FieldCountry, countryName(lang, c.Country))
	w.field(FieldManufacturer, c.Maker.text())
	w.field(FieldProducer, c.Producer.text())
	w.field(FieldClaims, c.Claims.text())
	w.attributes(f.Book.Set, c.Attributes)
	for _, p := range c.Photos {
		w.line("card.statement.photo", "side", i18n.Text(lang, "card.side."+string(p.Side)), "sha256", p.SHA256)
	}
	w.line("card.statement.content", "sha256", c.SHA256())
	return w.text()
}

// statementOfMany names each of several cards by GTIN, name and the hash of all
// it says.
func statementOfMany(lang i18n.Lang, f Facts, cards []Sendable) string {
	w := words{lang: lang}
	w.lines = append(w.lines, i18n.TextN(lang, "card.statement.send_many", len(cards), "host", f.Host))
	w.line("card.statement.org", "org", f.Org, "tin", f.TIN)
	for i, c := range cards {
		name := c.NameUz
		if lang == i18n.Ru {
			name = c.NameRu
		}
		w.line("card.statement.one_of_many", "i", i+1, "gtin", string(c.GTIN), "name", name, "sha256", c.SHA256)
	}
	return w.text()
}

// SHA256 is the hash of everything the content says, in hexadecimal: of its JSON
// as this program writes it, whatever the database makes of it.
func (c Content) SHA256() string {
	sum := sha256.Sum256(c.json())
	return hex.EncodeToString(sum[:])
}

// json is the one written form of a content: fields as declared, codes in order.
func (c Content) json() []byte {
	b, _ := json.Marshal(c) // texts and numbers never fail
	return b
}

// words collects the lines of a statement.
type words struct {
	lang  i18n.Lang
	lines []string
}

func (w *words) text() string { return strings.Join(w.lines, "\n") }

func (w *words) line(key string, args ...any) {
	w.lines = append(w.lines, i18n.Text(w.lang, key, args...))
}

// field leaves out what says nothing.
func (w *words) field(field, value string) { w.label(i18n.Text(w.lang, "card.field."+field), value) }

func (w *words) label(label, value string) {
	if value != "" {
		w.lines = append(w.lines, label+": "+value)
	}
}

// coded says a code and what it means.
func (w *words) coded(field string, book attribute.Book, list attribute.List, code string) {
	if name := book.Name(list, code).In(w.lang.Code()); name != "" && code != "" {
		code += " " + name
	}
	w.field(field, code)
}

func (w *words) attributes(set attribute.Set, values map[string]string) {
	lang := w.lang.Code()
	for _, a := range set.Attributes {
		value := values[a.Code]
		if value == "" {
			continue
		}
		value = a.In(lang, value)
		if a.Unit != "" {
			value += " " + a.Unit
		}
		w.label(a.Label.In(lang), value)
	}
}

// text is a party in one line.
func (p Party) text() string {
	if p.Address == "" {
		return p.Name
	}
	return p.Name + ", " + p.Address
}

func countryName(lang i18n.Lang, code string) string {
	c, err := country.Parse(code)
	if err != nil {
		return code
	}
	return c.Name(lang.Code()) + " (" + c.Code + ")"
}

// facts fills what all cards of one sending share.
func (f Facts) of(c Card, n int, groups productgroup.Dictionary, book attribute.Book) Facts {
	f.Number, f.Book = n, book
	f.Group, _ = groups.Find(c.GroupID)
	if f.Group.ID == 0 {
		f.Group.Slug = strconv.Itoa(int(c.GroupID))
	}
	return f
}
