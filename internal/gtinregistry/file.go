package gtinregistry

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
)

// maxFile bounds a file of entries, which holds invented ones.
const maxFile = 4 << 20

// fileColumns are the headings of a file, in their order.
var fileColumns = []string{"gtin", "name_uz", "name_ru", "name_en", "brand", "company", "country"}

// File is a registry read from a table, for development and tests. What it says
// is as of now.
type File struct {
	byGTIN map[gs1.GTIN]Raw
	now    clock.Clock
}

var _ Registry = (*File)(nil)

// OpenFile reads a table with a heading row, cells apart by tabs. An entry that
// cannot be used is an error, since we write such files ourselves.
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
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = '\t', len(fileColumns), true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("file of GTINs: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], fileColumns) {
		return nil, fmt.Errorf("file of GTINs: the first row must be %v", fileColumns)
	}
	f := &File{byGTIN: map[gs1.GTIN]Raw{}, now: now}
	for i, row := range rows[1:] {
		g, err := gs1.ParseGTIN(row[0])
		if err != nil {
			return nil, fmt.Errorf("file of GTINs, row %d: %w", i+2, err)
		}
		f.byGTIN[g] = Raw{GTIN: row[0], NameUz: row[1], NameRu: row[2], NameEn: row[3], Brand: row[4], Company: row[5], Country: row[6]}
	}
	return f, nil
}

// Find looks an entry up.
func (f *File) Find(_ context.Context, g gs1.GTIN) (Entry, error) {
	raw, known := f.byGTIN[g]
	if !known {
		return Entry{GTIN: g, AsOf: f.now()}, nil
	}
	raw.AsOf = f.now()
	return raw.Open(g)
}
