package legacy

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"kabinet/internal/core/cell"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// Reason says in the language of the context what is wrong.
func (c Complaint) Reason(ctx context.Context) string { return i18n.T(ctx, c.Key, c.Args...) }

// Advice says in the language of the context what to do about it.
func (c Complaint) Advice(ctx context.Context) string { return i18n.T(ctx, "legacy.advice."+c.Key) }

// exportSize is how many complaints one statement reads for the file.
const exportSize = 1000

// writeComplaints writes every complaint as CSV that spreadsheet programs of
// the country open as it is: byte order mark, semicolons.
func writeComplaints(ctx context.Context, db pg.Querier, id int64, out io.Writer) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return fmt.Errorf("write complaints: %w", err)
	}
	w := csv.NewWriter(out)
	w.Comma = ';'
	if err := w.Write(complaintTitles(ctx)); err != nil {
		return fmt.Errorf("write complaints: %w", err)
	}
	after := place{Row: -1}
	for {
		told, err := complaintsAfter(ctx, db, id, after.Row, after.Field, exportSize)
		if err != nil {
			return err
		}
		for _, c := range told {
			if err := w.Write(complaintCells(ctx, c)); err != nil {
				return fmt.Errorf("write complaints: %w", err)
			}
			after = place{c.Row, c.Field}
		}
		if len(told) < exportSize {
			break
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write complaints: %w", err)
	}
	return nil
}

func complaintTitles(ctx context.Context) []string {
	return []string{
		i18n.T(ctx, "legacy.complaint.row"), i18n.T(ctx, "legacy.complaint.column"), i18n.T(ctx, "legacy.complaint.found"),
		i18n.T(ctx, "legacy.complaint.reason"), i18n.T(ctx, "legacy.complaint.advice"),
	}
}

func complaintCells(ctx context.Context, c Complaint) []string {
	row := ""
	if c.Row > 0 {
		row = strconv.Itoa(c.Row)
	}
	field := c.Field
	if c.Row == 0 {
		field = ""
	}
	return []string{row, field, cell.Plain(c.Found), c.Reason(ctx), c.Advice(ctx)}
}
