package card

import (
	"cmp"
	"context"
	"slices"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
)

// Put is a card as a row of a file says it. Fields that are not in Typed stay as
// they are on a card that exists; fields that are there and empty become empty.
type Put struct {
	Typed Typed
}

// Outcome is what became of a Put.
type Outcome struct {
	ID      int64 // of the card; 0 when there is none
	GTIN    gs1.GTIN
	Created bool
	Changed bool  // neither: it said the same already
	Err     error // a form with complaints; ErrState for a card that waits or is blocked, ErrGTINTwice, ErrTwice
}

// PutTx writes drafts of one product group by the thousand, in a handful of
// statements: a card that the organization has of the GTIN is changed (a
// published one gets a new version), others are made. The answer has an outcome
// for each row. A group that is not the actor's or the organization's is an error
// of all. The caller holds perm.CardEdit.
func PutTx(ctx context.Context, tx pg.Tx, a actor.Actor, book attribute.Book, rows []Put) ([]Outcome, error) {
	if err := openGroup(ctx, tx, a, book.Group); err != nil {
		return nil, err
	}
	p := putting{book: book, rows: rows, out: make([]Outcome, len(rows))}
	numbers := p.numbers()
	if err := p.read(ctx, tx, a.OrgID, numbers); err != nil {
		return nil, err
	}
	p.sort()
	if err := writeTx(ctx, tx, a, p.changes); err != nil {
		return nil, err
	}
	return p.out, p.create(ctx, tx, a)
}

// putting is a file on its way into the cards.
type putting struct {
	book attribute.Book
	rows []Put
	out  []Outcome

	known   map[gs1.GTIN]Card // live cards of the organization
	newest  map[int64]Version
	changes []change
	fresh   []fresh
}

// fresh is a card to be made of a row.
type fresh struct {
	row     int
	content Content
}

// numbers reads the GTINs; a row whose number stood above is refused.
func (p *putting) numbers() []gs1.GTIN {
	seen := make(map[gs1.GTIN]bool, len(p.rows))
	numbers := make([]gs1.GTIN, 0, len(p.rows))
	for i, row := range p.rows {
		g, err := ParseGTIN(row.Typed[FieldGTIN])
		switch {
		case err != nil: // Open says so, with all the rest
			continue
		case seen[g]:
			p.out[i] = Outcome{GTIN: g, Err: ErrGTINTwice}
			continue
		}
		seen[g] = true
		p.out[i].GTIN = g
		numbers = append(numbers, g)
	}
	return numbers
}

// read locks the cards there are.
func (p *putting) read(ctx context.Context, tx pg.Tx, orgID int64, numbers []gs1.GTIN) error {
	cards, err := lockByGTIN(ctx, tx, orgID, numbers)
	if err != nil {
		return err
	}
	p.known = make(map[gs1.GTIN]Card, len(cards))
	for _, c := range cards {
		p.known[c.GTIN] = c
	}
	p.newest, err = newestVersions(ctx, tx, orgID, cards)
	return err
}

// sort tells rows that make a card from those that change one, and refuses the
// rest.
func (p *putting) sort() {
	for i, row := range p.rows {
		out := &p.out[i]
		if out.Err != nil {
			continue
		}
		c, known := p.known[out.GTIN]
		if !known {
			p.make(i, row.Typed)
			continue
		}
		out.ID = c.ID
		out.Changed, out.Err = p.change(c, row.Typed)
	}
}

// make notes a card to be made.
func (p *putting) make(row int, t Typed) {
	content, err := t.Open(p.book)
	if err != nil {
		p.out[row].Err = err
		return
	}
	p.fresh = append(p.fresh, fresh{row: row, content: content})
}

// change notes what a row changes about a card.
func (p *putting) change(c Card, t Typed) (changed bool, err error) {
	if c.GroupID != p.book.Group {
		return false, ErrOtherGroup
	}
	from := p.newest[c.ID]
	to, err := t.Over(from.Content.Typed()).Open(p.book)
	to.Photos = from.Content.Photos
	ch := change{card: c, from: from, to: to}
	// What an export brings back unchanged is no complaint, whatever the card waits for.
	if _, fits := c.Fits(Edit); !fits && (err != nil || !ch.idle()) {
		return false, c.misfit(Edit)
	}
	if err != nil {
		return false, err
	}
	if ch.idle() {
		return false, nil
	}
	p.changes = append(p.changes, ch)
	return true, nil
}

// create makes the cards that are new. One that somebody else made at this
// moment is refused: the file is put again.
func (p *putting) create(ctx context.Context, tx pg.Tx, a actor.Actor) error {
	if len(p.fresh) == 0 {
		return nil
	}
	// Two files at once wait for each other in one order only.
	slices.SortFunc(p.fresh, func(a, b fresh) int { return cmp.Compare(a.content.GTIN, b.content.GTIN) })
	made, err := insertCards(ctx, tx, a.OrgID, authorOf(a), p.fresh)
	if err != nil {
		return err
	}
	lines := make([]audit.Entry, 0, len(p.fresh))
	for _, f := range p.fresh {
		id, ok := made[f.content.GTIN]
		if !ok {
			p.out[f.row].Err = ErrTwice.On(FieldGTIN)
			continue
		}
		p.out[f.row].ID, p.out[f.row].Created = id, true
		lines = append(lines, audit.Entry{OrgID: a.OrgID, Action: "card.create", Target: target(id), Details: creation(f.content)})
	}
	return audit.RecordMany(ctx, tx, a.Subject(), lines)
}

// ErrOtherGroup says that the card of a row is one of another product group.
var ErrOtherGroup = fault.New(fault.Invalid, "card.other_group").On(FieldGroup)
