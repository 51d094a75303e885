package httpx

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"time"

	"kabinet/internal/core/cell"
	"kabinet/internal/core/clock"
)

// byteOrderMark tells office programs that the text is UTF-8.
const byteOrderMark = "\ufeff"

// CSV sends a table for office programs as a download: UTF-8 with its mark,
// semicolons, no live formulas (ux.md 5.2; security.md, promise 10). It is made
// in memory; the caller bounds the rows.
func CSV(w http.ResponseWriter, name string, rows [][]string) error {
	var buf bytes.Buffer
	out, err := newTable(&buf)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := out.write(row); err != nil {
			return err
		}
	}
	out.Flush()
	download(w, name)
	w.Header().Set("Content-Length", strconv.Itoa(buf.Len()))
	_, _ = w.Write(buf.Bytes()) // the reader is gone; there is nobody to tell
	return nil
}

// CSVRows is CSV for any number of rows, which go out while rows reads them. A
// refusal before the first one is still a problem page; after it the connection
// breaks, for a file that looks whole and is not would be worse.
func CSVRows(w http.ResponseWriter, name string, titles []string, rows func(write func([]string) error) error) error {
	var out *table
	begin := func() (err error) {
		if out != nil {
			return nil
		}
		download(w, name)
		if out, err = newTable(w); err != nil {
			return err
		}
		return out.write(titles)
	}
	err := rows(func(row []string) error {
		if err := begin(); err != nil {
			return err
		}
		return out.write(row)
	})
	switch {
	case err != nil && out == nil:
		return err
	case err != nil:
		panic(http.ErrAbortHandler)
	}
	if err := begin(); err != nil {
		return err
	}
	out.Flush()
	return nil
}

func download(w http.ResponseWriter, name string) {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
}

// FileName is the name under which a table is saved, with the moment in Tashkent
// it was made: users_2025-12-04_0941.csv (ux.md 5.2).
func FileName(name string, now time.Time, ext string) string {
	return name + "_" + now.In(clock.Tashkent()).Format("2006-01-02_1504") + ext
}

// table writes rows as office programs read them.
type table struct{ *csv.Writer }

func newTable(w io.Writer) (*table, error) {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return nil, err
	}
	t := &table{csv.NewWriter(w)}
	t.Comma, t.UseCRLF = ';', true
	return t, nil
}

func (t *table) write(row []string) error {
	for i, text := range row {
		row[i] = cell.Plain(text)
	}
	return t.Write(row)
}
