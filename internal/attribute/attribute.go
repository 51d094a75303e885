// Package attribute keeps what a product card must say beyond what all cards
// say: the attribute sets of product groups, with the categories, HS codes and
// IKPU codes one chooses from.
//
// Sets are data, not code, and versioned: staff write a new version, cards
// written under an older one keep it until somebody edits them. A version that
// is in use never changes.
package attribute

// Words are a text in the three languages; Uz and Ru are always there.
type Words struct {
	Uz string `json:"uz"`
	Ru string `json:"ru"`
	En string `json:"en"`
}

// In is the text in a language ("uz", "ru" or "en"); English falls back to
// Uzbek.
func (w Words) In(lang string) string {
	switch {
	case lang == "ru":
		return w.Ru
	case lang == "en" && w.En != "":
		return w.En
	}
	return w.Uz
}

// Kind is what values of an attribute are.
type Kind string

// The kinds. A draft holds any of them as text: a Choice as the code of one of
// the choices, Choices as codes separated by commas, a Flag as "yes" or "no",
// a Date as YYYY-MM-DD, a Decimal with a point.
const (
	Text    Kind = "text"
	Integer Kind = "integer"
	Decimal Kind = "decimal"
	Choice  Kind = "choice"
	Choices Kind = "choices"
	Flag    Kind = "flag"
	Date    Kind = "date"
)

// Option is one allowed value of a Choice or Choices.
type Option struct {
	Code  string `json:"code"`
	Label Words  `json:"label"`
}

// Attribute is one field of cards of a product group.
type Attribute struct {
	Code     string   `json:"code"` // "dosage_form": stable, unique in the set, ^[a-z][a-z0-9_]{1,39}$
	Kind     Kind     `json:"kind"`
	Unit     string   `json:"unit,omitempty"` // "ml", "g", "%": shown beside the field
	Required bool     `json:"required"`
	Unless   string   `json:"unless,omitempty"` // code of a Flag that, answered with yes, makes a required one needless
	Min      string   `json:"min,omitempty"`    // decimal, inclusive; of numbers
	Max      string   `json:"max,omitempty"`
	Length   int      `json:"length,omitempty"` // longest Text in characters; 0 is 200
	Options  []Option `json:"options,omitempty"`
	Label    Words    `json:"label"`
	Hint     Words    `json:"hint"` // may be empty
}

// Set is a version of the attributes of a product group, in the order of forms.
type Set struct {
	Group      int16 // id of the product group
	Version    int   // from 1
	Attributes []Attribute
}

// Find gives an attribute by its code.
func (s Set) Find(code string) (Attribute, bool) {
	for _, a := range s.Attributes {
		if a.Code == code {
			return a, true
		}
	}
	return Attribute{}, false
}
