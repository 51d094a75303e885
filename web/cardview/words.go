package cardview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/country"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// Reading is what one needs to read and write cards of a product group: its
// name and its book.
type Reading struct {
	Group productgroup.Group
	Book  attribute.Book
}

// Label is what a field asks for.
func (r Reading) Label(ctx context.Context, field string) string {
	if code, ok := strings.CutPrefix(field, card.AttributePrefix); ok {
		if a, known := r.Book.Set.Find(code); known {
			return a.Label.In(lang(ctx))
		}
		return code
	}
	return i18n.T(ctx, "card.field."+field)
}

// knows reports whether a field is one of cards of this book.
func (r Reading) knows(field string) bool {
	code, ok := strings.CutPrefix(field, card.AttributePrefix)
	if !ok {
		return true
	}
	_, known := r.Book.Set.Find(code)
	return known
}

// hint helps to answer; many fields need none.
func (r Reading) hint(ctx context.Context, field string) string {
	code, ok := strings.CutPrefix(field, card.AttributePrefix)
	if !ok {
		if key := "card.hint." + field; i18n.Has(key) {
			return i18n.T(ctx, key)
		}
		return ""
	}
	a, _ := r.Book.Set.Find(code)
	parts := make([]string, 0, 3)
	for _, p := range []string{a.Hint.In(lang(ctx)), formHint(ctx, a)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ". ")
}

// formHint says how a value is written, where that is not to be seen.
func formHint(ctx context.Context, a attribute.Attribute) string {
	switch a.Kind {
	case attribute.Date:
		return i18n.T(ctx, "card.hint.date")
	case attribute.Integer, attribute.Decimal:
		return between(ctx, a)
	}
	return ""
}

func between(ctx context.Context, a attribute.Attribute) string {
	low, high := number(a.Min), number(a.Max)
	switch {
	case low != "" && high != "":
		return i18n.T(ctx, "card.hint.between", "min", low, "max", high)
	case high != "":
		return i18n.T(ctx, "card.hint.at_most", "max", high)
	}
	return ""
}

// number writes a decimal with a comma.
func number(s string) string { return strings.Replace(s, ".", ",", 1) }

// date writes a day as people do; what is none stays as it was typed.
func date(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return ui.Date(t)
	}
	return s
}

// Text is a stored value of a field as people read it.
func (r Reading) Text(ctx context.Context, field, value string) string {
	if value == "" {
		return ""
	}
	if code, ok := strings.CutPrefix(field, card.AttributePrefix); ok {
		a, known := r.Book.Set.Find(code)
		if !known {
			return value
		}
		return attributeText(ctx, a, value)
	}
	switch field {
	case card.FieldPackaging:
		return packagingName(ctx, card.Packaging(value))
	case card.FieldGroup:
		return r.Group.Name(lang(ctx))
	case card.FieldCategory:
		return orCode(r.Book.Name(attribute.Categories, value).In(lang(ctx)), value)
	case card.FieldHS:
		return coded(value, r.Book.Name(attribute.HS, value).In(lang(ctx)))
	case card.FieldIKPU:
		return coded(value, r.Book.Name(attribute.IKPU, value).In(lang(ctx)))
	case card.FieldCountry:
		return countryName(ctx, value)
	}
	return value
}

func orCode(name, code string) string {
	if name == "" {
		return code
	}
	return name
}

// coded is a code with what it means.
func coded(code, name string) string {
	if name == "" {
		return code
	}
	return code + " – " + name
}

func attributeText(ctx context.Context, a attribute.Attribute, value string) string {
	switch a.Kind {
	case attribute.Choice, attribute.Choices:
		codes := strings.Split(value, ",")
		for i, code := range codes {
			codes[i] = optionName(ctx, a, code)
		}
		return strings.Join(codes, ", ")
	case attribute.Flag:
		return i18n.T(ctx, "card.flag."+value)
	case attribute.Date:
		return date(value)
	case attribute.Integer:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return withUnit(ui.Number(n), a.Unit)
		}
	case attribute.Decimal:
		return withUnit(number(value), a.Unit)
	}
	return withUnit(value, a.Unit)
}

func withUnit(value, unit string) string {
	if unit == "" {
		return value
	}
	return value + "\u00a0" + unit
}

func optionName(ctx context.Context, a attribute.Attribute, code string) string {
	for _, o := range a.Options {
		if o.Code == code {
			return o.Label.In(lang(ctx))
		}
	}
	return code
}

func packagingName(ctx context.Context, p card.Packaging) string {
	return i18n.T(ctx, "card.packaging."+string(p))
}

func countryName(ctx context.Context, code string) string {
	if c, err := country.Parse(code); err == nil {
		return c.Name(lang(ctx))
	}
	return code
}

// valueLang is the language of what is written in a field, where it is its own.
func valueLang(field string) string {
	switch field {
	case card.FieldNameUz:
		return tag("uz")
	case card.FieldNameRu:
		return tag("ru")
	case card.FieldNameEn:
		return tag("en")
	}
	return ""
}

// mono reports whether a field is a code.
func mono(field string) bool { return field == card.FieldGTIN }
