package cardfile

import (
	"slices"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/fold"
	"kabinet/internal/platform/sheet"
)

// headWithin is how many rows may stand above the row of the columns: what an
// export says about itself, what people write above a table.
const headWithin = 5

// header says which field each cell of a row is.
type header struct {
	fields []string // by cell; empty for a column that is not read
	titles []string // as they stand in the file
}

// has reports whether there is a column of a field.
func (h header) has(field string) bool { return slices.Contains(h.fields, field) }

// column is the place of a field, -1 when there is none.
func (h header) column(field string) int { return slices.Index(h.fields, field) }

// names knows the columns by what they may be called: the field, or its label in
// any language.
type names map[string]string

func newNames(sets []attribute.Set) names {
	known := names{}
	add := func(title, field string) {
		key := titleKey(title)
		if _, taken := known[key]; key != "" && !taken {
			known[key] = field
		}
	}
	fields := []string{ColumnErrors, ColumnStatus, card.FieldGroup}
	for _, f := range baseFields() {
		fields = append(fields, f.field)
	}
	for _, set := range sets {
		for _, a := range set.Attributes {
			add(card.AttributePrefix+a.Code, card.AttributePrefix+a.Code)
		}
	}
	for _, f := range fields {
		add(f, f)
	}
	for _, f := range fields {
		w := labelOf(f)
		add(w.Uz, f)
		add(w.Ru, f)
		add(w.En, f)
	}
	for _, set := range sets {
		for _, a := range set.Attributes {
			label := attributeColumn(a).Label
			add(label.Uz, card.AttributePrefix+a.Code)
			add(label.Ru, card.AttributePrefix+a.Code)
			add(label.En, card.AttributePrefix+a.Code)
		}
	}
	return known
}

// titleKey drops what titles differ by without meaning it.
func titleKey(title string) string { return strings.ReplaceAll(fold.Text(title), " ", "") }

// begins reports whether a row is that of the columns: one of them is the GTIN.
func (n names) begins(row sheet.Row) bool {
	for _, title := range row.Cells {
		if n[titleKey(title)] == card.FieldGTIN {
			return true
		}
	}
	return false
}

// read reads the row of the columns. A column of a person's own is left alone and
// named in ignored; one that claims to be an attribute and is none, or stands
// there twice, refuses the file: what is in it would get lost.
func (n names) read(row sheet.Row) (h header, ignored []string, err error) {
	h = header{fields: make([]string, len(row.Cells)), titles: make([]string, len(row.Cells))}
	for i, title := range row.Cells {
		h.titles[i] = strings.TrimSpace(title)
		field, ok := n[titleKey(title)]
		switch {
		case titleKey(title) == "":
		case !ok && strings.HasPrefix(strings.ToLower(h.titles[i]), card.AttributePrefix):
			return h, nil, errAttribute.With("column", letters(i), "name", shorten(title))
		case !ok:
			ignored = append(ignored, shorten(title))
		case h.has(field):
			return h, nil, errTwice.With("column", letters(i), "name", shorten(title))
		default:
			h.fields[i] = field
		}
	}
	return h, ignored, nil
}

// words reports whether a row only says once more what the columns are: where
// the GTIN should stand there is no digit, and other cells name their columns.
func (n names) words(h header, row sheet.Row) bool {
	if at := h.column(card.FieldGTIN); at < 0 || at >= len(row.Cells) || strings.ContainsAny(row.Cells[at], "0123456789") {
		return false
	}
	same := 0
	for i, text := range row.Cells {
		if i < len(h.fields) && h.fields[i] != "" && n[titleKey(text)] == h.fields[i] {
			same++
		}
	}
	return same > 1
}

// letters names a column as spreadsheet programs do: A … Z, AA ….
func letters(i int) string {
	if i < 26 {
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i : i+1]
	}
	return letters(i/26-1) + letters(i%26)
}
