package legacygen

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// WriteCSV writes n organizations as spreadsheet programs of the country do:
// UTF-8 with a byte order mark, semicolons.
func WriteCSV(w io.Writer, n int, seed uint64) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	c := csv.NewWriter(w)
	c.Comma = ';'
	header := Header()
	if err := c.Write(header[:]); err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	for row := range Rows(n, seed) {
		if err := c.Write(row[:]); err != nil {
			return fmt.Errorf("write organizations: %w", err)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	return nil
}

// WriteXLSX writes the same as a workbook. Numbers that are names (tax number,
// personal number, prefixes) are text in it, as they should be.
func WriteXLSX(w io.Writer, n int, seed uint64) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing was unpacked
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	at := 1
	if err := setRow(s, at, Header()); err != nil {
		return err
	}
	for row := range Rows(n, seed) {
		at++
		if err := setRow(s, at, row); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	return nil
}

func setRow(s *excelize.StreamWriter, at int, row Row) error {
	cells := make([]any, len(row))
	for i, c := range row {
		cells[i] = c
	}
	if err := s.SetRow(fmt.Sprintf("A%d", at), cells); err != nil {
		return fmt.Errorf("write organizations: %w", err)
	}
	return nil
}
