package place

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// FormKey is what a form that adds a place is known by, so that the same form
// sent twice makes one place. ticket is a random text the form carried; what was
// typed counts too, so that a form one went back to and changed makes another
// place. Without a ticket there is no key.
func FormKey(ticket string, d Draft) string {
	if ticket == "" {
		return ""
	}
	typed, _ := json.Marshal(d) // texts never fail
	sum := sha256.Sum256(append([]byte(ticket+"\n"), typed...))
	return hex.EncodeToString(sum[:])
}

// Value is what a draft says in a field, for fields of one value; activities are
// separated by commas.
func (d Draft) Value(field string) string {
	switch field {
	case FieldName:
		return d.Name
	case FieldActivities:
		return joined(ordering(d.Activities))
	case FieldCountry:
		return d.Country
	case FieldRegion:
		return d.Region
	case FieldDistrict:
		return d.District
	case FieldStreet:
		return d.Street
	case FieldGLN:
		return d.GLN
	case FieldCode:
		return d.Code
	}
	return ""
}

// ordering puts activities into the order of forms; others come first.
func ordering(chosen []string) []Activity {
	as := make([]Activity, len(chosen))
	for i, c := range chosen {
		as[i] = Activity(c)
	}
	slices.SortFunc(as, func(a, b Activity) int { return slices.Index(Activities(), a) - slices.Index(Activities(), b) })
	return as
}

// Take gives the draft with the field as another one has it.
func (d Draft) Take(field string, from Draft) Draft {
	switch field {
	case FieldName:
		d.Name = from.Name
	case FieldActivities:
		d.Activities = from.Activities
	case FieldCountry:
		d.Country = from.Country
	case FieldRegion:
		d.Region = from.Region
	case FieldDistrict:
		d.District = from.District
	case FieldStreet:
		d.Street = from.Street
	case FieldGLN:
		d.GLN = from.GLN
	case FieldCode:
		d.Code = from.Code
	}
	return d
}

// Differs lists the fields in which two drafts differ, in the order of forms.
func (d Draft) Differs(other Draft) []string {
	var fields []string
	for _, f := range FieldNames() {
		if d.Value(f) != other.Value(f) {
			fields = append(fields, f)
		}
	}
	return fields
}
