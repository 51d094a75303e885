// Package gtinregistry asks the international registry of GS1 what goods a number
// stands for, and whose it is.
//
// It advises and never decides: what it says fills in a form and warns of a slip,
// and whoever describes goods may know better. So an entry is taken as far as it
// can be used, and a registry that is silent is no obstacle. Numbers of Uzbekistan
// (478) are checked against prefixes here and need no such look-up (domain.md 4.4).
//
// There are two ways to ask: over the network (gtinregistryhttp) and from a file
// of invented entries, for development and tests.
package gtinregistry

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/country"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/text"
)

// ErrUnavailable says that the registry does not answer, or not in its form: the
// number could not be checked. Trying again later may help.
var ErrUnavailable = fault.New(fault.Unavailable, "gtinregistry.unavailable").After(30 * time.Second)

// Registry finds entries. Implementations are safe for concurrent use; every
// error is ErrUnavailable or the context's. A number it does not know is an Entry
// that is not Found.
type Registry interface {
	Find(ctx context.Context, g gs1.GTIN) (Entry, error)
}

// Entry is what the registry says of a number. All texts may be empty.
type Entry struct {
	GTIN                   gs1.GTIN
	Found                  bool
	NameUz, NameRu, NameEn string
	Brand                  string
	Company                string // whose the number is
	Country                string // of that company, ISO 3166-1 alpha-2
	AsOf                   time.Time
}

// Raw is an entry as it arrives, before any of it is believed.
type Raw struct {
	GTIN                   string
	NameUz, NameRu, NameEn string
	Brand, Company         string
	Country                string
	AsOf                   time.Time
}

// maxText is how long a text may be, in characters.
const maxText = 300

// Open reads the entry of a number. About another number it is ErrUnavailable;
// texts that cannot be used are left out.
func (r Raw) Open(asked gs1.GTIN) (Entry, error) {
	g, err := gs1.ParseGTIN(r.GTIN)
	if err != nil || g != asked {
		return Entry{}, ErrUnavailable.Because(errors.New("the registry answers about another number"))
	}
	e := Entry{
		GTIN: g, Found: true, NameUz: line(r.NameUz), NameRu: line(r.NameRu), NameEn: line(r.NameEn),
		Brand: line(r.Brand), Company: line(r.Company), AsOf: r.AsOf,
	}
	if c, err := country.Parse(r.Country); err == nil && len(r.Country) == 2 {
		e.Country = c.Code
	}
	return e, nil
}

func line(s string) string {
	s, err := text.Line(s, maxText)
	if err != nil || !utf8.ValidString(s) {
		return ""
	}
	return s
}
