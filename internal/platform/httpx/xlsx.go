package httpx

import (
	"bytes"
	"net/http"
	"strconv"

	"kabinet/internal/platform/sheet"
)

// workbookType is what a workbook is called among files.
const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// XLSX sends a table as a workbook to download; see sheet.Write for about and
// the cells. It is made in memory; the caller bounds the rows.
func XLSX(w http.ResponseWriter, name, about string, rows [][]any) error {
	var buf bytes.Buffer
	if err := sheet.Write(&buf, about, rows); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", workbookType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	_, _ = w.Write(buf.Bytes()) // the reader is gone; there is nobody to tell
	return nil
}
