package card

import (
	"slices"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
)

// Missing is what a card needs before it can be sent, in the order of forms
// (domain.md 2.8). Codes are asked for where the group has any to choose from;
// the producer only if one is named by half.
func (c Content) Missing(book attribute.Book) fault.Complaints {
	var lacks fault.Complaints
	need := func(there bool, field, key string) {
		if !there {
			lacks = append(lacks, fault.Complaint{Field: field, Key: key})
		}
	}
	need(c.Category != "" || !book.Chooses(attribute.Categories), FieldCategory, "card.missing.category")
	need(c.HS != "" || !book.Chooses(attribute.HS), FieldHS, "card.missing.hs")
	need(c.IKPU != "" || !book.Chooses(attribute.IKPU), FieldIKPU, "card.missing.ikpu")
	need(c.NameUz != "", FieldNameUz, "card.missing.name_uz")
	need(c.NameRu != "", FieldNameRu, "card.missing.name_ru")
	need(c.Country != "", FieldCountry, "card.missing.country")
	need(c.Maker.Name != "", FieldManufacturer, "card.missing.manufacturer")
	need(c.Maker.Address != "", FieldManufacturerAddress, "card.missing.manufacturer_address")
	half := c.Producer.Name != "" || c.Producer.Address != ""
	need(!half || c.Producer.Name != "", FieldProducer, "card.missing.producer")
	need(!half || c.Producer.Address != "", FieldProducerAddress, "card.missing.producer_address")
	need(c.Claims.Name != "", FieldClaims, "card.missing.claims")
	need(c.Claims.Address != "", FieldClaimsAddress, "card.missing.claims_address")
	for _, code := range book.Set.Missing(c.Attributes) {
		need(false, AttributePrefix+code, "card.missing.attribute")
	}
	need(c.Front().ID != 0, FieldPhotos, "card.missing.front")
	return lacks
}

// Front is the photo of the front; its ID is 0 when there is none.
func (c Content) Front() Photo {
	for _, p := range c.Photos {
		if p.Side == Front {
			return p
		}
	}
	return Photo{}
}

// Sides lists the sides in the order of forms.
func Sides() []Side { return []Side{Front, Upper, Left, Right, Rear, Down, Other} }

// sortPhotos puts photos in the order of Sides; those of one side by age.
func sortPhotos(photos []Photo) {
	slices.SortFunc(photos, func(a, b Photo) int {
		if by := slices.Index(Sides(), a.Side) - slices.Index(Sides(), b.Side); by != 0 {
			return by
		}
		return int(a.ID - b.ID)
	})
}

// Lacks is what keeps the content from being sent under the book of today: what
// the dictionaries no longer know, since they may have changed after it was
// written, and what is missing.
func (c Content) Lacks(book attribute.Book) fault.Complaints {
	_, err := c.Typed().Open(book)
	lacks, _ := fault.ComplaintsOf(err)
	for _, m := range c.Missing(book) {
		if _, has := lacks.On(m.Field); !has {
			lacks = append(lacks, m)
		}
	}
	return lacks
}

// unready is ErrUnready with what the content lacks; nil when nothing.
func (c Content) unready(book attribute.Book) error {
	lacks := c.Lacks(book)
	if len(lacks) == 0 {
		return nil
	}
	e := *ErrUnready
	e.Complaints = lacks
	return &e
}

// Warning is what is allowed and odd, at a field.
type Warning = fault.Complaint

// Warnings are said while a card is written and before it is sent.
func (c Content) Warnings() []Warning {
	var odd []Warning
	if c.GTIN != "" && c.Packaging != Unit && c.Packaging != Set && c.GTIN[0] == '0' {
		odd = append(odd, Warning{Field: FieldPackaging, Key: "card.warn.indicator"})
	}
	return odd
}

// fold is what a card is found by: its names in the letters of the search, and
// its number.
func (c Content) fold() string {
	return strings.TrimSpace(fold.Words(c.NameUz, c.NameRu, c.NameEn, c.Brand) + " " + string(c.GTIN))
}
