package cardview

import (
	"context"
	"slices"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/platform/i18n"
)

// Step is a part of writing a card, as its address names it.
type Step string

// The steps. Remarks asks only for the fields that the operator wants changed.
const (
	Identification Step = "identification"
	Attributes     Step = "attributes"
	Photos         Step = "photos"
	Remarks        Step = "remarks"
)

// identity are the fields that say which goods a card is about.
func identity() []string {
	return []string{card.FieldGTIN, card.FieldPackaging, card.FieldCategory, card.FieldHS, card.FieldIKPU}
}

// part is a titled run of fields.
type part struct {
	id     string
	fields []string
}

func (p part) title(ctx context.Context) string { return i18n.T(ctx, "card.part."+p.id) }

// parts are the fields of all cards beyond their identity.
func parts() []part {
	return []part{
		{"names", []string{card.FieldNameUz, card.FieldNameRu, card.FieldNameEn, card.FieldBrand, card.FieldCountry}},
		{"maker", []string{card.FieldManufacturer, card.FieldManufacturerAddress, card.FieldProducer, card.FieldProducerAddress}},
		{"claims", []string{card.FieldClaims, card.FieldClaimsAddress}},
	}
}

// Fields are what a step asks, in the order of its form; remarked are the
// fields of the operator's remarks.
func (s Step) Fields(set attribute.Set, remarked []string) []string {
	switch s {
	case Identification:
		return identity()
	case Attributes:
		return described(set)
	case Remarks:
		return slices.DeleteFunc(append(identity(), described(set)...), func(f string) bool { return !slices.Contains(remarked, f) })
	}
	return nil
}

// described are the fields beyond the identity, the attributes of the group last.
func described(set attribute.Set) []string {
	var fields []string
	for _, p := range parts() {
		fields = append(fields, p.fields...)
	}
	return append(fields, attributeFields(set)...)
}

func attributeFields(set attribute.Set) []string {
	fields := make([]string, len(set.Attributes))
	for i, a := range set.Attributes {
		fields[i] = card.AttributePrefix + a.Code
	}
	return fields
}

// StepOf is the step that asks for a field.
func StepOf(field string) Step {
	switch {
	case slices.Contains(identity(), field), field == card.FieldGroup:
		return Identification
	case field == card.FieldPhotos:
		return Photos
	}
	return Attributes
}

// FieldURL leads to where a field of a card is written.
func FieldURL(id int64, field string) string {
	to := StepURL(id, StepOf(field)) + "?then=check"
	if field == "" {
		return to
	}
	return to + "#" + field
}

// optional reports whether a card may be sent without a field.
func optional(set attribute.Set, field string) bool {
	if code, ok := strings.CutPrefix(field, card.AttributePrefix); ok {
		a, known := set.Find(code)
		return known && !a.Required
	}
	return slices.Contains([]string{card.FieldNameEn, card.FieldBrand, card.FieldProducer, card.FieldProducerAddress}, field)
}
