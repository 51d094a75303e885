package cardfile

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/cell"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

// MaxAtOnce is how many cards are written while the reader waits; more are
// written by a job.
const MaxAtOnce = card.MaxChosen

// exportBatch is how many cards are read at once.
const exportBatch = 500

// Exporter writes cards out.
type Exporter struct {
	DB    *pgxpool.Pool
	Cards *card.Service
}

// Wanted is an export to be written: which cards, how, in whose words.
type Wanted struct {
	Cards  card.Selection
	Format sheet.Format
	Lang   i18n.Lang
	About  string // stands above the table of a workbook: whose, how narrowed, when
}

// Export is a file of cards that a job writes.
type Export struct {
	OrgID      int64
	ID         int64
	MemberID   int64
	Member     string
	Wanted     Wanted
	Reach      perm.Scope // of the member when it was asked for: what the file shows
	Status     Status
	Done       int
	Total      int   // 0 while unknown
	BlobID     int64 // 0 until it is done, and again a day later
	Failure    Complaint
	CreatedAt  time.Time
	FinishedAt time.Time
}

// Expired reports whether the file was there and is gone.
func (e Export) Expired() bool { return e.Status == Done && e.BlobID == 0 }

// within reports whether a scope has all product groups that the file may show.
func (e Export) within(s perm.Scope) bool {
	return s.AllGroups || !e.Reach.AllGroups && !slices.ContainsFunc(e.Reach.Groups, func(g int16) bool { return !s.HasGroup(g) })
}

// Extent says how many cards are chosen.
func (x Exporter) Extent(ctx context.Context, a actor.Actor, sel card.Selection) (int, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return 0, err
	}
	n, _, err := x.Cards.Extent(ctx, a, sel)
	return n, err
}

// Write writes the chosen cards in bounded memory: a table that can be sent back
// as it is or changed. done is told how many are written, now and then; its error
// ends the writing.
func (x Exporter) Write(ctx context.Context, a actor.Actor, w Wanted, out io.Writer, done func(n int) error) error {
	if err := a.Need(perm.CardRead); err != nil {
		return err
	}
	_, groups, err := x.Cards.Extent(ctx, a, w.Cards)
	if err != nil {
		return err
	}
	t, err := x.table(ctx, w, groups)
	if err != nil {
		return err
	}
	if err := t.begin(out); err != nil {
		return err
	}
	after, n := int64(0), 0
	for {
		cards, err := x.Cards.Written(ctx, a, w.Cards, after, exportBatch)
		if err != nil {
			return err
		}
		for _, c := range cards {
			if err := t.row(t.cells(c)); err != nil {
				return err
			}
			after = c.ID
		}
		if n += len(cards); done != nil {
			if err := done(n); err != nil {
				return err
			}
		}
		if len(cards) < exportBatch {
			return t.end()
		}
	}
}

// table is an export being written.
type table struct {
	Wanted
	columns []Column
	slugs   map[int16]string

	book *sheet.Writer
	text *csv.Writer
}

// table finds the columns: those that all files have, and the attributes of all
// groups that there are cards of.
func (x Exporter) table(ctx context.Context, w Wanted, groups []int16) (*table, error) {
	t := &table{Wanted: w, slugs: map[int16]string{}}
	dictionary, err := productgroup.LoadDictionary(ctx, x.DB)
	if err != nil {
		return nil, err
	}
	for _, g := range dictionary.All() {
		t.slugs[g.ID] = g.Slug
	}
	books, err := attribute.BooksOf(ctx, x.DB, groups)
	if err != nil {
		return nil, err
	}
	t.columns = Columns(attribute.Set{})
	status, group := baseColumn(ColumnStatus, false), baseColumn(card.FieldGroup, true)
	t.columns = append(t.columns[:1], append([]Column{status, group}, t.columns[1:]...)...)
	seen := map[string]bool{}
	for _, g := range groups {
		for _, a := range books[g].Set.Attributes {
			if c := attributeColumn(a); !seen[c.Field] {
				seen[c.Field] = true
				t.columns = append(t.columns, c)
			}
		}
	}
	return t, nil
}

// cells are what a card says, as a form would have it.
func (t *table) cells(w card.Written) []string {
	typed := w.Content.Typed()
	typed[card.FieldGroup] = t.slugs[w.Content.Group]
	typed[ColumnStatus] = i18n.Text(t.Lang, "cardfile.status."+stateOf(w.Card))
	cells := make([]string, len(t.columns))
	for i, c := range t.columns {
		cells[i] = plainCell(typed[c.Field])
	}
	return cells
}

// stateOf is where a card stands, in one word.
func stateOf(c card.Card) string {
	switch {
	case c.Archived:
		return "archived"
	case c.Editing != card.Settled:
		return string(c.Editing)
	}
	return string(c.Standing)
}

func (t *table) begin(out io.Writer) error {
	fields, names := make([]string, len(t.columns)), make([]string, len(t.columns))
	for i, c := range t.columns {
		fields[i], names[i] = c.Field, c.Name(t.Lang)
	}
	if t.Format == sheet.CSV {
		if _, err := io.WriteString(out, byteOrderMark); err != nil {
			return fmt.Errorf("write cards: %w", err)
		}
		t.text = csv.NewWriter(out)
		t.text.Comma, t.text.UseCRLF = ';', true
		if err := t.row(fields); err != nil {
			return err
		}
		return t.row(names)
	}
	var err error
	t.book, err = sheet.NewWriter(out, []sheet.Sheet{{Name: i18n.Text(t.Lang, "cardfile.template.cards"), Fixed: headRows + 1}})
	if err != nil {
		return err
	}
	if err := t.book.Row(strings.ReplaceAll(t.About, "\n", " ")); err != nil {
		return err
	}
	if err := t.book.Heading(anys(fields)...); err != nil {
		return err
	}
	return t.book.Quiet(anys(names)...)
}

func (t *table) row(cells []string) error {
	if t.book != nil {
		return t.book.Row(anys(cells)...)
	}
	for i, c := range cells {
		cells[i] = cell.Plain(c)
	}
	if err := t.text.Write(cells); err != nil {
		return fmt.Errorf("write cards: %w", err)
	}
	return nil
}

func (t *table) end() error {
	if t.book != nil {
		return t.book.Close()
	}
	t.text.Flush()
	if err := t.text.Error(); err != nil {
		return fmt.Errorf("write cards: %w", err)
	}
	return nil
}

func anys(texts []string) []any {
	row := make([]any, len(texts))
	for i, t := range texts {
		row[i] = t
	}
	return row
}

// Ask asks for an export by a job. ErrBusy when the member has some under way.
func (x Exporter) Ask(ctx context.Context, a actor.Actor, w Wanted) (id int64, err error) {
	w.Cards.Filter = w.Cards.Filter.Clean().Plain()
	err = gate.InTx(ctx, x.DB, a, perm.CardRead, func(tx pg.Tx) error {
		n, err := movingExports(ctx, tx, a.OrgID, a.MemberID)
		if err != nil {
			return err
		}
		if n >= maxMoving {
			return ErrBusy
		}
		old, err := takeSurplusExports(ctx, tx, a.OrgID, a.MemberID, maxStored-1)
		if err != nil {
			return err
		}
		if err := dropBlobs(ctx, tx, old); err != nil {
			return err
		}
		reach, err := gate.ScopeTx(ctx, tx, a)
		if err != nil {
			return err
		}
		if id, err = insertExport(ctx, tx, Export{OrgID: a.OrgID, MemberID: a.MemberID, Member: a.Name, Wanted: w, Reach: reach}); err != nil {
			return err
		}
		entry := audit.Entry{OrgID: a.OrgID, Action: "card_export.create", Target: exportTarget(id), Details: map[string]any{"format": w.Format}}
		if err := audit.Record(ctx, tx, a.Subject(), entry); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, ExportArgs{OrgID: a.OrgID, ExportID: id})
	})
	return id, err
}

// Note writes down that cards were written out while the reader waited.
func (x Exporter) Note(ctx context.Context, a actor.Actor, w Wanted, n int) error {
	return gate.InTx(ctx, x.DB, a, perm.CardRead, func(tx pg.Tx) error {
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "card_export.send", Target: "cards", Details: map[string]any{"format": w.Format, "cards": n},
		})
	})
}

// Get gives an export of the actor's own, or ErrNotFound: it holds what the
// actor's reach showed.
func (x Exporter) Get(ctx context.Context, a actor.Actor, id int64) (Export, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return Export{}, err
	}
	return exportByID(ctx, x.DB, a.OrgID, a.MemberID, id)
}

// Open gives the file of a finished export; ErrGone when it is kept no longer, or
// shows product groups that are no longer the actor's.
func (x Exporter) Open(ctx context.Context, a actor.Actor, id int64) (*io.SectionReader, blob.Blob, error) {
	e, err := x.Get(ctx, a, id)
	switch {
	case err != nil:
		return nil, blob.Blob{}, err
	case e.Expired(), !e.within(a.Scope):
		return nil, blob.Blob{}, ErrGone
	case e.BlobID == 0:
		return nil, blob.Blob{}, ErrNotFound
	}
	return blob.Open(ctx, x.DB, e.BlobID)
}

// Cancel ends an export that is under way; ErrOver when it has ended.
func (x Exporter) Cancel(ctx context.Context, a actor.Actor, id int64) error {
	return gate.InTx(ctx, x.DB, a, perm.CardRead, func(tx pg.Tx) error {
		if _, err := exportByID(ctx, tx, a.OrgID, a.MemberID, id); err != nil {
			return err
		}
		if err := cancelExport(ctx, tx, a.OrgID, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{OrgID: a.OrgID, Action: "card_export.cancel", Target: exportTarget(id)})
	})
}
