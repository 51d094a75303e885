package cardfile

import (
	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/platform/i18n"
)

// ColumnErrors is the column of a file to correct that says what is wrong with
// each row. Like ColumnStatus, which exports have, it is not read.
const (
	ColumnErrors = "errors"
	ColumnStatus = "status"
)

// Column is a column of a file, named like the field of a card.
type Column struct {
	Field     string
	Required  bool                // before a card can be sent
	Attribute attribute.Attribute // of an attribute's column
	Label     attribute.Words
	About     attribute.Words // how it is filled in
}

// Name is the label with the mark of a required column.
func (c Column) Name(l i18n.Lang) string {
	if c.Required {
		return c.Label.In(l.Code()) + " *"
	}
	return c.Label.In(l.Code())
}

// baseField is a column that every file may have.
type baseField struct {
	field    string
	required bool // before a card can be sent
}

// baseFields are the columns that every file may have, in the order of forms.
func baseFields() []baseField {
	return []baseField{
		{card.FieldGTIN, true},
		{card.FieldPackaging, true},
		{card.FieldCategory, true},
		{card.FieldHS, true},
		{card.FieldIKPU, true},
		{card.FieldNameUz, true},
		{card.FieldNameRu, true},
		{card.FieldNameEn, false},
		{card.FieldBrand, false},
		{card.FieldCountry, true},
		{card.FieldManufacturer, true},
		{card.FieldManufacturerAddress, true},
		{card.FieldProducer, false},
		{card.FieldProducerAddress, false},
		{card.FieldClaims, true},
		{card.FieldClaimsAddress, false},
	}
}

// Columns are those of a file for one product group.
func Columns(set attribute.Set) []Column {
	columns := make([]Column, 0, len(baseFields())+len(set.Attributes))
	for _, f := range baseFields() {
		columns = append(columns, baseColumn(f.field, f.required))
	}
	for _, a := range set.Attributes {
		columns = append(columns, attributeColumn(a))
	}
	return columns
}

func baseColumn(field string, required bool) Column {
	return Column{Field: field, Required: required, Label: labelOf(field), About: words("cardfile.about." + field)}
}

// labelOf is what pages call a field, and files their own columns.
func labelOf(field string) attribute.Words {
	if field == ColumnErrors || field == ColumnStatus {
		return words("cardfile.column." + field)
	}
	return words("card.field." + field)
}

func attributeColumn(a attribute.Attribute) Column {
	label := a.Label
	if a.Unit != "" {
		label = attribute.Words{Uz: label.Uz + ", " + a.Unit, Ru: label.Ru + ", " + a.Unit, En: label.In("en") + ", " + a.Unit}
	}
	return Column{Field: card.AttributePrefix + a.Code, Required: a.Required, Attribute: a, Label: label, About: aboutAttribute(a)}
}

// aboutAttribute says what values an attribute takes, after its own hint.
func aboutAttribute(a attribute.Attribute) attribute.Words {
	kind := words("cardfile.kind." + string(a.Kind))
	add := func(hint, kind, options string) string {
		text := hint
		for _, more := range []string{kind, options} {
			if text != "" && more != "" {
				text += "\n"
			}
			text += more
		}
		return text
	}
	return attribute.Words{
		Uz: add(a.Hint.Uz, kind.Uz, optionsOf(a, "uz")),
		Ru: add(a.Hint.Ru, kind.Ru, optionsOf(a, "ru")),
		En: add(a.Hint.En, kind.En, optionsOf(a, "en")),
	}
}

// optionsOf lists the allowed values as they may be typed.
func optionsOf(a attribute.Attribute, lang string) string {
	text := ""
	for _, o := range a.Options {
		if text != "" {
			text += "; "
		}
		text += o.Label.In(lang)
	}
	return text
}

func words(key string) attribute.Words {
	return attribute.Words{Uz: i18n.Text(i18n.Uz, key), Ru: i18n.Text(i18n.Ru, key), En: i18n.Text(i18n.En, key)}
}

// offered are the values a drop-down of the column offers, as the reader types
// them; none for a column without one. Codes of dictionaries stand before their
// names; everything else is a name in the reader's language.
func (c Column) offered(l i18n.Lang, book attribute.Book) []string {
	switch c.Field {
	case card.FieldPackaging:
		return packagings(l)
	case card.FieldCountry:
		return countries(l)
	case card.FieldCategory:
		return codes(l, book.Categories)
	case card.FieldHS:
		return codes(l, book.HS)
	case card.FieldIKPU:
		return codes(l, book.IKPU)
	}
	switch c.Attribute.Kind {
	case attribute.Choice:
		return labels(l, c.Attribute)
	case attribute.Flag:
		return []string{c.Attribute.In(l.Code(), attribute.Yes), c.Attribute.In(l.Code(), attribute.No)}
	}
	return nil
}
