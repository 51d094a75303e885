package legacy

import (
	"fmt"
	"slices"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

// candidate is a row that passed every rule that needs no database.
type candidate struct {
	row      int
	record   org.Record
	groups   []productgroup.Choice // by number
	prefixes []string              // in order
}

// opener turns rows into candidates. It remembers the tax numbers and prefixes
// of the file, so it must see every row in order: after an interruption it is
// shown the rows that are done once more.
type opener struct {
	header   header
	groups   productgroup.Dictionary
	tins     map[taxid.TIN]int // number to the row that has it
	prefixes map[string]int
}

func newOpener(h header, groups productgroup.Dictionary) *opener {
	return &opener{header: h, groups: groups, tins: map[taxid.TIN]int{}, prefixes: map[string]int{}}
}

// open gives a candidate, or what is wrong with the row. A row that complains
// claims nothing: a good one that follows may have its tax number.
func (o *opener) open(row sheet.Row) (candidate, []Complaint) {
	found := finder{header: o.header, cells: row.Cells}
	if c, ok := o.flaw(row, found); ok {
		return candidate{}, []Complaint{c}
	}
	c := candidate{row: row.N}
	var f fault.Form
	var err error
	c.record, err = o.draft(row).Open()
	told := found.complaints(row.N, err)
	c.groups, err = o.groups.Parse(o.header.cell(row, productgroup.FieldGroups))
	f.Add(productgroup.FieldGroups, err)
	c.prefixes, err = gs1prefix.Parse(o.header.cell(row, gs1prefix.FieldPrefixes))
	f.Add(gs1prefix.FieldPrefixes, err)
	o.repeated(&f, c)
	told = append(told, found.complaints(row.N, f.Err())...)
	if len(told) > 0 {
		return candidate{}, told
	}
	o.claim(c)
	slices.SortFunc(c.groups, func(a, b productgroup.Choice) int { return int(a.ID) - int(b.ID) })
	slices.Sort(c.prefixes)
	c.record.Extra = fmt.Sprint(c.groups, c.prefixes)
	return c, nil
}

func (o *opener) draft(row sheet.Row) org.Draft {
	cell := func(name string) string { return o.header.cell(row, name) }
	return org.Draft{
		TIN: cell(org.FieldTIN), Form: cell(org.FieldForm),
		NameUz: cell(org.FieldNameUz), NameRu: cell(org.FieldNameRu), NameEn: cell(org.FieldNameEn),
		Director: cell(org.FieldDirector), PINFL: cell(org.FieldPINFL),
		Email: cell(org.FieldEmail), Phone: cell(org.FieldPhone),
		Region: cell(org.FieldRegion), District: cell(org.FieldDistrict), Street: cell(org.FieldStreet),
		Language: cell(org.FieldLanguage),
	}
}

// repeated complains about what an earlier row of the file has already.
func (o *opener) repeated(f *fault.Form, c candidate) {
	earlier, twice := o.tins[c.record.TIN]
	f.Check(!twice || c.record.TIN == "", org.FieldTIN, "legacy.row.tin_twice", "row", earlier)
	for _, p := range c.prefixes {
		earlier, twice := o.prefixes[p]
		f.Check(!twice, gs1prefix.FieldPrefixes, "legacy.row.prefix_twice", "prefix", p, "row", earlier)
	}
}

func (o *opener) claim(c candidate) {
	o.tins[c.record.TIN] = c.row
	for _, p := range c.prefixes {
		o.prefixes[p] = c.row
	}
}

// flaw complains about how a row is written; its values say nothing then.
func (o *opener) flaw(row sheet.Row, found finder) (Complaint, bool) {
	field, value := found.at(row.FlawCell)
	switch row.Flaw {
	case sheet.Quote:
		return complaint(row.N, field, "legacy.row.quote", value), true
	case sheet.BigCell:
		return complaint(row.N, field, "legacy.row.big", value, "max", sheet.MaxCell), true
	case sheet.BadBytes:
		return complaint(row.N, field, "legacy.row.bytes", value), true
	case sheet.Nul:
		return complaint(row.N, field, "legacy.row.nul", value), true
	}
	more := row.More
	for _, cell := range row.Cells[min(o.header.titles, len(row.Cells)):] {
		if strings.TrimSpace(cell) != "" {
			more++
		}
	}
	if more > 0 {
		_, value = found.at(o.header.titles)
		return complaint(row.N, "", "legacy.row.cells", value, "n", more, "columns", o.header.titles), true
	}
	return Complaint{}, false
}
