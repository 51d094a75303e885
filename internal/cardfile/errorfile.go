package cardfile

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/cell"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/sheet"
)

// errorRows is how many refused rows are read at once.
const errorRows = 500

// ErrorFile writes the refused rows of an import as they stood in it, with a
// first column that says what is wrong: they are corrected and sent again as they
// are, that column is not read.
func (s *Service) ErrorFile(ctx context.Context, a actor.Actor, id int64, format sheet.Format, out io.Writer) error {
	if err := a.Need(perm.CardEdit); err != nil {
		return err
	}
	i, err := s.Get(ctx, a, id)
	if err != nil {
		return err
	}
	row, end, err := errorWriter(ctx, format, out, i.Header)
	if err != nil {
		return err
	}
	after := -1
	for {
		rows, err := refusedAfter(ctx, s.DB, a.OrgID, id, after, errorRows)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := row(append([]string{reasons(ctx, r)}, r.Cells...)); err != nil {
				return err
			}
			after = r.Row
		}
		if len(rows) < errorRows {
			return end()
		}
	}
}

// errorWriter begins the file. A column of errors that was sent already is not
// sent once more: its cells are left empty.
func errorWriter(ctx context.Context, format sheet.Format, out io.Writer, titles []string) (row func([]string) error, end func() error, err error) {
	old := map[int]bool{}
	heads := []string{ColumnErrors}
	for i, t := range titles {
		if t == ColumnErrors {
			old[i+1], t = true, "" // an empty title is no column
		}
		heads = append(heads, t)
	}
	clean := func(cells []string) []string {
		for i, c := range cells {
			if old[i] && c != "" {
				cells[i] = ""
			}
		}
		return cells
	}
	if format == sheet.CSV {
		if _, err := io.WriteString(out, byteOrderMark); err != nil {
			return nil, nil, fmt.Errorf("write refused rows: %w", err)
		}
		w := csv.NewWriter(out)
		w.Comma, w.UseCRLF = ';', true
		row = func(cells []string) error {
			for i, c := range clean(cells) {
				cells[i] = cell.Plain(c)
			}
			return w.Write(cells)
		}
		end = func() error { w.Flush(); return w.Error() }
		return row, end, row(heads)
	}
	w, err := sheet.NewWriter(out, []sheet.Sheet{{Name: i18n.T(ctx, "cardfile.template.cards"), Fixed: 1, Widths: []int{60}}})
	if err != nil {
		return nil, nil, err
	}
	row = func(cells []string) error { return w.Row(anys(clean(cells))...) }
	return row, w.Close, w.Heading(anys(heads)...)
}

// reasons says what is wrong with a row, each with its column.
func reasons(ctx context.Context, r Refused) string {
	told := make([]string, 0, len(r.Complaints))
	for _, c := range r.Complaints {
		text := c.Reason(ctx)
		if c.Field != "" {
			text = c.Field + ": " + text
		}
		told = append(told, text)
	}
	return strings.Join(told, " · ")
}
