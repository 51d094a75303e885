package register

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/taxid"
)

// maxFile bounds a file of entries, which holds invented ones.
const maxFile = 4 << 20

// fileColumns are the headings of a file, in their order. vat is yes, no or
// empty for an entry that does not say.
var fileColumns = []string{
	"tin", "name_uz", "name_ru", "name_en", "legal_form", "director", "director_pinfl", "region", "district", "street", "status", "vat",
}

// File is a register read from a table, for development and tests. What it says
// is as of now.
type File struct {
	byTIN   map[taxid.TIN]Raw
	traders map[taxid.PINFL]Raw
	now     clock.Clock
}

// OpenFile reads a table with a heading row, cells apart by semicolons. An entry
// that cannot be used is an error, since we write such files ourselves.
func OpenFile(path string, now clock.Clock) (*File, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	return ReadFile(f, now)
}

// ReadFile is OpenFile for a table that is open already.
func ReadFile(in io.Reader, now clock.Clock) (*File, error) {
	r := csv.NewReader(io.LimitReader(in, maxFile))
	r.Comma, r.FieldsPerRecord = ';', len(fileColumns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("register file: %w", err)
	}
	if len(rows) == 0 || fmt.Sprint(rows[0]) != fmt.Sprint(fileColumns) {
		return nil, fmt.Errorf("register file: the first row must be %v", fileColumns)
	}
	f := &File{byTIN: map[taxid.TIN]Raw{}, traders: map[taxid.PINFL]Raw{}, now: now}
	for i, row := range rows[1:] {
		if err := f.add(row); err != nil {
			return nil, fmt.Errorf("register file, row %d: %w", i+2, err)
		}
	}
	return f, nil
}

func (f *File) add(row []string) error {
	raw := Raw{
		TIN: row[0], NameUz: row[1], NameRu: row[2], NameEn: row[3], Form: row[4], Director: row[5], PINFL: row[6],
		Region: row[7], District: row[8], Street: row[9], Status: row[10], AsOf: f.now(),
	}
	if row[11] != "" {
		pays := row[11] == "yes"
		raw.VAT = &pays
	}
	e, err := raw.Open()
	if err != nil {
		return errors.Unwrap(err)
	}
	f.byTIN[e.TIN] = raw
	if e.Trader() {
		f.traders[e.Director.PINFL] = raw
	}
	return nil
}

// Find looks an entry up.
func (f *File) Find(_ context.Context, n Number) (Entry, error) {
	raw, known := f.byTIN[n.TIN]
	if n.TIN == "" {
		raw, known = f.traders[n.PINFL]
	}
	if !known {
		return Entry{}, ErrUnknown
	}
	raw.AsOf = f.now()
	return raw.Open()
}
