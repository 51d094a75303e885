package attribute

import (
	"slices"
	"strings"
)

// Change is what became of one attribute from a version to the next.
type Change struct {
	Code   string
	Before *Attribute // nil: it is new
	After  *Attribute // nil: it is gone
	Moved  bool       // it stands elsewhere among those that stayed
	Fields []FieldChange
}

// FieldChange is a changed field of a Row.
type FieldChange struct {
	Field         string // RowKind, RowLabelUz …
	Before, After string
}

// Diff lists what changed, in the order of the new version; what is gone comes
// last.
func Diff(before, after []Attribute) []Change {
	stayed := commonOrder(before, after)
	var all []Change
	for i := range after {
		a := &after[i]
		j := slices.IndexFunc(before, func(b Attribute) bool { return b.Code == a.Code })
		if j < 0 {
			all = append(all, Change{Code: a.Code, After: a})
			continue
		}
		c := Change{Code: a.Code, Before: &before[j], After: a, Moved: !slices.Contains(stayed, a.Code), Fields: fieldChanges(before[j], *a)}
		if c.Moved || len(c.Fields) > 0 {
			all = append(all, c)
		}
	}
	for i := range before {
		if !slices.ContainsFunc(after, func(a Attribute) bool { return a.Code == before[i].Code }) {
			all = append(all, Change{Code: before[i].Code, Before: &before[i]})
		}
	}
	return all
}

func fieldChanges(before, after Attribute) []FieldChange {
	was, is := before.fields(), after.fields()
	var all []FieldChange
	for i := range is {
		if was[i].After != is[i].After {
			all = append(all, FieldChange{Field: is[i].Field, Before: was[i].After, After: is[i].After})
		}
	}
	return all
}

// fields writes down every field but the code.
func (a Attribute) fields() []FieldChange {
	r := RowOf(a)
	required := No
	if r.Required {
		required = Yes
	}
	return []FieldChange{
		{Field: RowLabelUz, After: r.Label.Uz},
		{Field: RowLabelRu, After: r.Label.Ru},
		{Field: RowLabelEn, After: r.Label.En},
		{Field: RowKind, After: r.Kind},
		{Field: RowRequired, After: required},
		{Field: RowUnless, After: r.Unless},
		{Field: RowUnit, After: r.Unit},
		{Field: RowMin, After: r.Min},
		{Field: RowMax, After: r.Max},
		{Field: RowLength, After: r.Length},
		{Field: RowOptions, After: r.Options},
		{Field: RowHintUz, After: r.Hint.Uz},
		{Field: RowHintRu, After: r.Hint.Ru},
		{Field: RowHintEn, After: r.Hint.En},
	}
}

// commonOrder gives the codes of the longest run of attributes that stand in the
// same order in both: the others were moved.
func commonOrder(before, after []Attribute) []string {
	longest := make([][]int, len(before)+1)
	for i := range longest {
		longest[i] = make([]int, len(after)+1)
	}
	for i := range slices.Backward(before) {
		for j := range slices.Backward(after) {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if before[i].Code == after[j].Code {
				longest[i][j] = longest[i+1][j+1] + 1
			}
		}
	}
	var codes []string
	for i, j := 0, 0; i < len(before) && j < len(after); {
		switch {
		case before[i].Code == after[j].Code:
			codes = append(codes, before[i].Code)
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return codes
}

// OptionChanges gives the lines of options that went and came, for a FieldChange
// of RowOptions.
func (f FieldChange) OptionChanges() (gone, come []string) {
	was, is := strings.Split(f.Before, "\n"), strings.Split(f.After, "\n")
	for _, line := range was {
		if line != "" && !slices.Contains(is, line) {
			gone = append(gone, line)
		}
	}
	for _, line := range is {
		if line != "" && !slices.Contains(was, line) {
			come = append(come, line)
		}
	}
	return gone, come
}
