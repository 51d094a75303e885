package httpx

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"

	"kabinet/internal/core/cell"
)

// byteOrderMark tells office programs that the text is UTF-8.
const byteOrderMark = "\ufeff"

// CSV sends a table for office programs as a download: UTF-8 with its mark,
// semicolons, no live formulas (ux.md 5.2; security.md, promise 10). It is made
// in memory; the caller bounds the rows.
func CSV(w http.ResponseWriter, name string, rows [][]string) error {
	var buf bytes.Buffer
	buf.WriteString(byteOrderMark)
	c := csv.NewWriter(&buf)
	c.Comma, c.UseCRLF = ';', true
	for _, row := range rows {
		for i, text := range row {
			row[i] = cell.Plain(text)
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	_, _ = w.Write(buf.Bytes()) // the reader is gone; there is nobody to tell
	return nil
}
