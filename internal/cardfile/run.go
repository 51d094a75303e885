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
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
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

func (w *work) tx(ctx context.Context, fn func(pg.Tx) error) error { return pg.InTx(ctx, w.DB, fn) }

func (w *work) tell() {
	if w.Progress != nil {
		w.Progress(w.imp)
	}
}
