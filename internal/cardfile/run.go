package cardfile

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

// batchRows is how many rows one transaction takes: long enough for statements
// of many rows to pay, short enough to lose little and to hold cards for a
// fraction of a second.
const batchRows = 1000

// errTaken ends a run that is no longer ours: it was cancelled, or another
// worker took it over. The rows in hand belong to whoever goes on.
var errTaken = errors.New("import of cards was cancelled or taken over")

// errRights ends a run whose owner may not do it any more.
var errRights = fault.New(fault.Invalid, "cardfile.failure.rights")

// PhotoTaker puts a picture on a card of the actor's organization, as the page
// does; a fault says what is wrong with the picture or the card.
type PhotoTaker interface {
	TakePhoto(ctx context.Context, a actor.Actor, cardID int64, side card.Side, name string, r io.Reader) error
}

// Runner carries out runs.
type Runner struct {
	DB     *pgxpool.Pool
	Photos PhotoTaker
	// Progress is told after every batch; nil tells nobody.
	Progress func(Import)
	// Batch is how many rows one transaction takes; 0 means 1,000.
	Batch int
}

// Run carries an import out from where it stands to its end. It may be called
// again after any interruption, and by several workers at once: every batch
// moves the same counter, so a row is dealt with once. A file that cannot be
// read, or an owner whose right is gone, ends the run as failed and is no error
// of the runner.
func (r Runner) Run(ctx context.Context, orgID, id int64) error {
	i, err := r.start(ctx, orgID, id)
	if errors.Is(err, errTaken) {
		return nil
	}
	if err != nil {
		return err
	}
	err = r.carry(ctx, i)
	switch {
	case errors.Is(err, errTaken):
		return nil
	case noRight(err):
		return r.fail(ctx, i, errRights)
	case fault.KindOf(err) == fault.Invalid:
		return r.fail(ctx, i, err)
	case err != nil:
		return fmt.Errorf("import of cards %d: %w", id, err)
	}
	return nil
}

// noRight reports whether the owner of a run lost right, group or membership, or
// the organization the group.
func noRight(err error) bool {
	return fault.KindOf(err) == fault.Forbidden || errors.Is(err, card.ErrNoGroup)
}

func (r Runner) start(ctx context.Context, orgID, id int64) (i Import, err error) {
	err = pg.InTx(ctx, r.DB, func(tx pg.Tx) error {
		i, err = startRun(ctx, tx, orgID, id)
		return err
	})
	return i, err
}

func (r Runner) batch() int {
	if r.Batch > 0 {
		return r.Batch
	}
	return batchRows
}

// carry goes through the rows, then through the photos.
func (r Runner) carry(ctx context.Context, i Import) error {
	if i.BlobID == 0 {
		return ErrGone
	}
	a, err := gate.OfJob(ctx, r.DB, i.OrgID, i.MemberID)
	if err != nil {
		return err
	}
	w := &work{Runner: r, imp: i, actor: a, from: place{i.NextRow, i.NextPhoto}, next: i.NextRow}
	if err := w.prepare(ctx); err != nil {
		return err
	}
	rows, err := w.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // only read from
	if err := w.read(ctx, rows); err != nil {
		return err
	}
	if err := w.showPhotos(ctx); err != nil {
		return err
	}
	return w.finish(ctx)
}

// work is a run under way.
type work struct {
	Runner
	imp    Import
	actor  actor.Actor
	opener *opener
	names  names
	photos archive
	from   place // of the batch, as it is stored in the import
	next   int   // row after the last one taken
	rows   []candidate
	bad    []Refused
	dealt  int // rows seen, whatever became of them
}

// prepare reads what rows are checked against, and the directory of the photos.
func (w *work) prepare(ctx context.Context) error {
	groups, err := openGroups(ctx, w.DB, w.actor)
	if err != nil {
		return err
	}
	dictionary, err := productgroup.LoadDictionary(ctx, w.DB)
	if err != nil {
		return err
	}
	var ids []int16
	for _, g := range groups {
		if w.imp.Group == 0 || g.ID == w.imp.Group {
			ids = append(ids, g.ID)
		}
	}
	if len(ids) == 0 {
		return errRights
	}
	books, err := attribute.BooksOf(ctx, w.DB, ids)
	if err != nil {
		return err
	}
	var sets []attribute.Set
	for _, id := range ids {
		sets = append(sets, books[id].Set)
	}
	w.names = newNames(sets)
	w.opener = &opener{format: w.imp.Format, group: w.imp.Group, groups: dictionary, books: books, gtins: map[gs1.GTIN]int{}}
	return w.directory(ctx)
}

// directory reads what the archive holds.
func (w *work) directory(ctx context.Context) error {
	if w.imp.PhotosBlob == 0 {
		return nil
	}
	content, about, err := blob.Open(ctx, w.DB, w.imp.PhotosBlob)
	if err != nil {
		return err
	}
	w.photos, err = openArchive(content, about.Size)
	return err
}

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
	row, h, _, err := findHead(rows, n)
	if err != nil {
		return 0, err
	}
	for {
		row, err = rows.Next()
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

// errDry rolls back what a check would store.
var errDry = errors.New("only looked at")

// flush stores the batch and its progress, in a check only the progress.
func (w *work) flush(ctx context.Context) error {
	if len(w.rows)+len(w.bad) == 0 {
		return nil
	}
	var outcomes []card.Outcome
	put := func(tx pg.Tx) (err error) {
		outcomes, err = w.putTx(ctx, tx)
		return err
	}
	if w.imp.Mode == Check {
		err := w.tx(ctx, func(tx pg.Tx) error { return errors.Join(put(tx), errDry) })
		if !onlyDry(err) {
			return err
		}
		put = func(pg.Tx) error { return nil }
	}
	var tally Tally
	err := w.tx(ctx, func(tx pg.Tx) error {
		if w.imp.Mode == Apply {
			if err := w.hold(ctx, tx); err != nil {
				return err
			}
		}
		if err := holdRun(ctx, tx, w.imp.OrgID, w.imp.ID, w.from); err != nil {
			return err
		}
		if err := put(tx); err != nil {
			return err
		}
		t, bad := w.told(outcomes)
		tally = t
		if err := addRefused(ctx, tx, w.imp.OrgID, w.imp.ID, bad); err != nil {
			return err
		}
		return moveRun(ctx, tx, w.imp.OrgID, w.imp.ID, place{w.next, w.from.Photo}, t)
	})
	if err != nil {
		return err
	}
	w.from.Row, w.rows, w.bad = w.next, w.rows[:0], w.bad[:0]
	w.imp.NextRow, w.imp.Tally = w.next, w.imp.plus(tally)
	w.tell()
	return nil
}

// onlyDry reports whether a check went through and was rolled back for that
// reason alone.
func onlyDry(err error) bool {
	joined, ok := err.(interface{ Unwrap() []error }) //nolint:errorlint // made by errors.Join right above
	return ok && len(joined.Unwrap()) == 1 && errors.Is(err, errDry)
}

// hold asks anew whether the owner of the run may do this, in these groups.
func (w *work) hold(ctx context.Context, tx pg.Tx) error {
	if err := gate.HoldTx(ctx, tx, w.actor, perm.CardEdit); err != nil {
		return err
	}
	asked := map[int16]bool{}
	for _, c := range w.rows {
		if asked[c.group] {
			continue
		}
		asked[c.group] = true
		if err := gate.ReachTx(ctx, tx, w.actor, perm.Reach{Group: c.group}); err != nil {
			return err
		}
	}
	return nil
}

// putTx makes drafts of the good rows, group by group; the outcomes stand in the
// order of the rows.
func (w *work) putTx(ctx context.Context, tx pg.Tx) ([]card.Outcome, error) {
	if w.imp.Mode == Check {
		if err := w.hold(ctx, tx); err != nil {
			return nil, err
		}
	}
	outcomes := make([]card.Outcome, len(w.rows))
	for group, at := range byGroup(w.rows) {
		puts := make([]card.Put, len(at))
		for n, i := range at {
			puts[n] = card.Put{Typed: w.rows[i].typed}
		}
		done, err := card.PutTx(ctx, tx, w.actor, w.opener.books[group], puts)
		if err != nil {
			return nil, err
		}
		for n, i := range at {
			outcomes[i] = done[n]
		}
	}
	return outcomes, nil
}

// byGroup gives the places of the rows of each group.
func byGroup(rows []candidate) map[int16][]int {
	groups := map[int16][]int{}
	for i, c := range rows {
		groups[c.group] = append(groups[c.group], i)
	}
	return groups
}

// told counts what became of the batch and gives its refused rows. It may be
// asked twice and leaves the batch as it is.
func (w *work) told(outcomes []card.Outcome) (Tally, []Refused) {
	t := Tally{Bad: len(w.bad)}
	bad := append([]Refused(nil), w.bad...)
	for i, o := range outcomes {
		switch {
		case o.Err != nil:
			t.Bad++
			c := w.rows[i]
			bad = append(bad, Refused{Row: c.row, Cells: c.cells, Complaints: refusedBy(w.opener.header, c, o.Err)})
		case o.Created:
			t.Created++
		case o.Changed:
			t.Changed++
		default:
			t.Unchanged++
		}
	}
	return t, bad
}

func (w *work) tx(ctx context.Context, fn func(pg.Tx) error) error { return pg.InTx(ctx, w.DB, fn) }

func (w *work) tell() {
	if w.Progress != nil {
		w.Progress(w.imp)
	}
}
