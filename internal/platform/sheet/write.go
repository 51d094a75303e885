package sheet

import (
	"io"
	"strconv"
	"time"

	"kabinet/internal/core/clock"
)

// Write writes a table as a workbook of one sheet. about stands above the table:
// whose it is, how it was narrowed, when; empty for a table that is filled in and
// sent back. Cells are those of Writer.Row; the first row is the heading.
func Write(out io.Writer, about string, rows [][]any) error {
	w, err := NewWriter(out, []Sheet{{Name: "Sheet1"}})
	if err != nil {
		return err
	}
	if about != "" {
		if err := w.Row(about); err != nil {
			return err
		}
	}
	for i, row := range rows {
		put := w.Row
		if i == 0 {
			put = w.Heading
		}
		if err := put(row...); err != nil {
			return err
		}
	}
	return w.Close()
}

// serial is a moment as spreadsheets count: days since the end of 1899, in the
// reader's own time.
func serial(t time.Time) string {
	local := t.In(clock.Tashkent())
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	days := int(day.Sub(time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
	part := float64(local.Hour()*3600+local.Minute()*60+local.Second()) / 86400
	return strconv.FormatFloat(float64(days)+part, 'f', -1, 64)
}
