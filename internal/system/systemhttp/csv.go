package systemhttp

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
)

// byteOrderMark tells office programs that the text is UTF-8.
const byteOrderMark = "\ufeff"

// sendCSV sends a table for office programs: UTF-8 with its mark, semicolons
// (ux.md 5.2). It is made in memory; the caller bounds the rows.
func sendCSV(w http.ResponseWriter, name string, rows [][]string) error {
	var buf bytes.Buffer
	buf.WriteString(byteOrderMark)
	c := csv.NewWriter(&buf)
	c.Comma, c.UseCRLF = ';', true
	for _, row := range rows {
		for i, cell := range row {
			row[i] = harmless(cell)
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

// harmless keeps a cell from being run as a formula when the file is opened
// (security.md, promise 10).
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
