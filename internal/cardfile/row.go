package cardfile

import (
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

// candidate is a row that passed every rule that needs no database.
type candidate struct {
	row   int
	cells []string
	group int16
	gtin  gs1.GTIN
	typed card.Typed
}

// opener turns rows into candidates. It remembers the GTINs of the file, so it
// must see every row in order: after an interruption it is shown the rows that
// are done once more.
type opener struct {
	header header
	format sheet.Format
	group  int16 // 0: each row names its own
	groups productgroup.Dictionary
	books  map[int16]attribute.Book
	gtins  map[gs1.GTIN]int // to the row that has it
	text   int              // bytes of all cells so far
}

// open gives a candidate, or what is wrong with the row. A row that complains
// claims nothing: a good one that follows may have its GTIN.
func (o *opener) open(row sheet.Row) (candidate, []Complaint) {
	if c, ok := o.flaw(row); ok {
		return candidate{}, []Complaint{c}
	}
	group, told := o.groupOf(row)
	if told != nil {
		return candidate{}, told
	}
	c := candidate{row: row.N, group: group}
	c.typed, told = o.typed(row, o.books[group])
	gtin, err := gs1.ParseGTIN(c.typed[card.FieldGTIN])
	if err == nil {
		if earlier, twice := o.gtins[gtin]; twice {
			told = append(told, o.complaint(row, card.FieldGTIN, "cardfile.wrong.twice", "row", earlier))
		}
	}
	if len(told) > 0 {
		return candidate{}, told
	}
	if err == nil {
		c.gtin = gtin
		o.gtins[gtin] = row.N
	}
	c.cells = append([]string(nil), row.Cells...)
	return c, nil
}

// groupOf is the product group of a row: that of the import, which a column of
// the file may repeat but not change, or the one the row names.
func (o *opener) groupOf(row sheet.Row) (int16, []Complaint) {
	named := o.cell(row, card.FieldGroup)
	if named == "" && o.group != 0 {
		return o.group, nil
	}
	group, ok := o.named(named)
	switch {
	case named == "":
		return 0, []Complaint{o.complaint(row, card.FieldGroup, "cardfile.wrong.no_group")}
	case !ok:
		return 0, []Complaint{o.complaint(row, card.FieldGroup, "cardfile.wrong.group")}
	case o.group != 0 && group != o.group:
		return 0, []Complaint{o.complaint(row, card.FieldGroup, "cardfile.wrong.other_group")}
	}
	if _, open := o.books[group]; !open {
		return 0, []Complaint{o.complaint(row, card.FieldGroup, "cardfile.wrong.closed_group")}
	}
	return group, nil
}

// named finds a group by slug, number or name.
func (o *opener) named(text string) (int16, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, g := range o.groups.All() {
		for _, name := range []string{g.Slug, g.Uz, g.Ru, g.En} {
			if strings.ToLower(name) == text {
				return g.ID, true
			}
		}
	}
	return 0, false
}

// typed reads the cells of a row as a form would have them.
func (o *opener) typed(row sheet.Row, book attribute.Book) (card.Typed, []Complaint) {
	t := card.Typed{}
	var told []Complaint
	for i, field := range o.header.fields {
		if field == "" || field == card.FieldGroup || field == ColumnErrors || field == ColumnStatus {
			continue
		}
		text := ""
		if i < len(row.Cells) {
			text = row.Cells[i]
		}
		m := mend(field, text, o.format, book)
		name, isAttribute := strings.CutPrefix(field, card.AttributePrefix)
		if isAttribute {
			if _, known := book.Set.Find(name); !known {
				if m.text != "" {
					told = append(told, o.complaint(row, field, "cardfile.wrong.attribute"))
				}
				continue
			}
		}
		if m.wrong != "" {
			told = append(told, o.complaint(row, field, m.wrong))
		}
		t[field] = m.text
	}
	return t, told
}

func (o *opener) cell(row sheet.Row, field string) string {
	if i := o.header.column(field); i >= 0 && i < len(row.Cells) {
		return strings.TrimSpace(row.Cells[i])
	}
	return ""
}

func (o *opener) complaint(row sheet.Row, field, key string, args ...any) Complaint {
	return complaintIn(o.header, row.Cells, field, key, args...)
}

func complaintIn(h header, cells []string, field, key string, args ...any) Complaint {
	c := Complaint{Field: field, Key: key, Args: args}
	if i := h.column(field); i >= 0 {
		c.Column = letters(i)
		if i < len(cells) {
			c.Found = shorten(cells[i])
		}
	}
	return c
}

// refusedBy turns what a rule of the card refused into complaints of the row.
func refusedBy(h header, c candidate, err error) []Complaint {
	wrong, ok := fault.ComplaintsOf(err)
	if !ok {
		key := "cardfile.wrong.row"
		var args []any
		if f, known := fault.As(err); known {
			key, args = f.Key, f.Args
		}
		return []Complaint{complaintIn(h, c.cells, "", key, args...)}
	}
	told := make([]Complaint, 0, len(wrong))
	for _, w := range wrong {
		told = append(told, complaintIn(h, c.cells, w.Field, w.Key, w.Args...))
	}
	return told
}

// flaw complains about how a row is written; its values say nothing then.
func (o *opener) flaw(row sheet.Row) (Complaint, bool) {
	at := func(key string, args ...any) (Complaint, bool) {
		c := Complaint{Key: key, Args: args, Column: letters(row.FlawCell)}
		if row.FlawCell < len(o.header.fields) {
			c.Field = o.header.fields[row.FlawCell]
		}
		if row.FlawCell < len(row.Cells) {
			c.Found = shorten(row.Cells[row.FlawCell])
		}
		return c, true
	}
	switch row.Flaw {
	case sheet.Quote:
		return at("cardfile.wrong.quote")
	case sheet.BigCell:
		return at("cardfile.wrong.big", "max", sheet.MaxCell)
	case sheet.BadBytes:
		return at("cardfile.wrong.bytes")
	case sheet.Nul:
		return at("cardfile.wrong.nul")
	}
	more := row.More
	for _, cell := range row.Cells[min(len(o.header.fields), len(row.Cells)):] {
		if strings.TrimSpace(cell) != "" {
			more++
		}
	}
	if more > 0 {
		return Complaint{Key: "cardfile.wrong.cells", Args: []any{"n", more, "columns", len(o.header.fields)}}, true
	}
	return Complaint{}, false
}
