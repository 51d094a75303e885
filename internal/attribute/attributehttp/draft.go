package attributehttp

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/attribute"
)

// typed reads the draft of a form.
func typed(r *http.Request) attribute.Draft {
	d := attribute.Draft{Note: r.PostFormValue("note")}
	d.From, _ = strconv.Atoi(r.PostFormValue("from")) // 0 fits no stored version
	n, _ := strconv.Atoi(r.PostFormValue("rows"))
	for i := range min(max(n, 0), attribute.MaxAttributes+1) {
		d.Rows = append(d.Rows, typedRow(func(name string) string { return r.PostFormValue(attribute.Field(i, name)) }))
	}
	return d
}

func typedRow(value func(name string) string) attribute.Row {
	return attribute.Row{
		Code: value(attribute.RowCode), Kind: value(attribute.RowKind), Unit: value(attribute.RowUnit), Unless: value(attribute.RowUnless),
		Min: value(attribute.RowMin), Max: value(attribute.RowMax), Length: value(attribute.RowLength),
		Required: value(attribute.RowRequired) != "", Options: value(attribute.RowOptions),
		Label: attribute.Words{Uz: value(attribute.RowLabelUz), Ru: value(attribute.RowLabelRu), En: value(attribute.RowLabelEn)},
		Hint:  attribute.Words{Uz: value(attribute.RowHintUz), Ru: value(attribute.RowHintRu), En: value(attribute.RowHintEn)},
	}
}

// button is the act that was pressed and the row it concerns; what no row fits
// is a check.
func button(r *http.Request, rows int) (act string, row int) {
	act, number, numbered := strings.Cut(r.PostFormValue("act"), "-")
	if !numbered {
		return act, rows
	}
	row, err := strconv.Atoi(number)
	if err != nil || row < 0 || row >= rows {
		return "check", 0
	}
	return act, row
}

// arrange adds, moves or removes a row and says which stands open then.
func arrange(d *attribute.Draft, act string, i int) (open int) {
	last := len(d.Rows) - 1
	switch {
	case act == "add":
		d.Rows = append(d.Rows, attribute.Row{Kind: string(attribute.Text)})
		return last + 1
	case i > last:
		return -1
	case act == "up" && i > 0:
		d.Rows[i], d.Rows[i-1] = d.Rows[i-1], d.Rows[i]
		return i - 1
	case act == "down" && i < last:
		d.Rows[i], d.Rows[i+1] = d.Rows[i+1], d.Rows[i]
		return i + 1
	case act == "remove":
		d.Rows = slices.Delete(d.Rows, i, i+1)
		return -1
	}
	return i
}
