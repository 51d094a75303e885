package cardfile

import (
	"context"
	"errors"
	"io"

	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/sheet"
)

// open gives the rows of the stored file.
func (w *work) open(ctx context.Context) (sheet.Reader, error) {
	body, _, err := blob.Open(ctx, w.DB, w.imp.BlobID)
	if err != nil {
		return nil, err
	}
	return sheet.Open(body)
}

// count finds how many rows a text file has, for the progress: reading it once
// more takes a fraction of storing it. A workbook is too dear for that; its rows
// are known when it was checked.
func (w *work) count(ctx context.Context) error {
	if w.imp.TotalRows > 0 {
		return nil
	}
	total := 0
	if w.imp.Format == sheet.CSV {
		rows, err := w.open(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // only read from
		if total, err = countRows(rows, w.names); err != nil {
			return err
		}
	}
	w.imp.TotalRows, w.imp.TotalPhotos = total, len(w.photos.photos)+len(w.photos.bad)
	return w.tx(ctx, func(tx pg.Tx) error {
		return setTotals(ctx, tx, w.imp.OrgID, w.imp.ID, w.imp.TotalRows, w.imp.TotalPhotos)
	})
}

// countRows counts the rows below the head.
func countRows(rows sheet.Reader, n names) (total int, err error) {
	_, h, _, err := findHead(rows, n)
	if err != nil {
		return 0, err
	}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return 0, err
		}
		if !n.words(h, row) {
			total++
		}
	}
}

// findHead reads up to the row of the columns.
func findHead(rows sheet.Reader, n names) (row sheet.Row, h header, ignored []string, err error) {
	for range headWithin {
		row, err = rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return row, h, nil, err
		}
		if n.begins(row) {
			h, ignored, err = n.read(row)
			return row, h, ignored, err
		}
	}
	return row, h, nil, errHeader
}

// read goes through the file and stores it batch by batch.
func (w *work) read(ctx context.Context, rows sheet.Reader) error {
	if err := w.count(ctx); err != nil {
		return err
	}
	if err := w.begin(ctx, rows); err != nil {
		return err
	}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(w.flush(ctx), err)
		}
		if w.names.words(w.opener.header, row) {
			continue
		}
		if err := w.take(row); err != nil {
			return errors.Join(w.flush(ctx), err)
		}
		if len(w.rows)+len(w.bad) >= w.batch() {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
	if w.dealt == 0 {
		return errNoRows
	}
	return w.flush(ctx)
}

// begin reads the row of the columns and keeps it for the file to correct.
func (w *work) begin(ctx context.Context, rows sheet.Reader) error {
	_, h, ignored, err := findHead(rows, w.names)
	if err != nil {
		return err
	}
	w.opener.header = h
	if w.imp.Mode == Apply || w.from.Row > 0 {
		return nil
	}
	return w.tx(ctx, func(tx pg.Tx) error { return setHeader(ctx, tx, w.imp.OrgID, w.imp.ID, kept(h.titles), ignored) })
}

// take opens a row. Rows before the batch are only shown to the opener, which
// has to know their numbers.
func (w *work) take(row sheet.Row) error {
	if w.dealt++; w.dealt > MaxRows {
		return errRows
	}
	for _, c := range row.Cells {
		w.opener.text += len(c)
	}
	if w.opener.text > maxText {
		return errText
	}
	c, told := w.opener.open(row)
	if row.N < w.from.Row {
		return nil
	}
	w.next = row.N + 1
	if len(told) > 0 {
		w.bad = append(w.bad, Refused{Row: row.N, Cells: append([]string(nil), row.Cells...), Complaints: told})
		return nil
	}
	w.rows = append(w.rows, c)
	return nil
}
