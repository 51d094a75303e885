package card

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
)

// author is who writes a version.
type author struct {
	id   int64
	name string
}

func authorOf(a actor.Actor) author { return author{a.MemberID, a.Name} }

// change is a new content for a card: into its draft where its newest version is
// one, else into a version of its own.
type change struct {
	card Card
	from Version // the newest
	to   Content
}

// number is the version the change is written into.
func (c change) number() int {
	if c.from.Status == Draft {
		return c.from.Number
	}
	return c.from.last + 1
}

// editing is what the card is in afterwards: a returned one stays returned until
// it is sent.
func (c change) editing() Editing {
	if c.card.Editing == Returned {
		return Returned
	}
	return Drafted
}

// idle reports whether the card says so already. A new edition of the attribute
// set alone is no reason for another version.
func (c change) idle() bool {
	to := c.to
	if c.from.Status != Draft {
		to.Set = c.from.Content.Set
	}
	return bytes.Equal(c.from.Content.json(), to.json())
}

// writeTx stores changes and what the log says of them. The caller holds the
// cards and has asked whether they may be edited.
func writeTx(ctx context.Context, tx pg.Tx, a actor.Actor, changes []change) error {
	if len(changes) == 0 {
		return nil
	}
	if err := storeDrafts(ctx, tx, a.OrgID, authorOf(a), changes); err != nil {
		return err
	}
	if err := updateCards(ctx, tx, a.OrgID, showChanges(changes)); err != nil {
		return err
	}
	lines := make([]audit.Entry, len(changes))
	for i, c := range changes {
		lines[i] = audit.Entry{OrgID: a.OrgID, Action: "card.change", Target: target(c.card.ID), Details: c.details()}
	}
	return audit.RecordMany(ctx, tx, a.Subject(), lines)
}

// details are the fields that differ, in the words of forms and files.
func (c change) details() map[string]any {
	d := differences(c.from.Content, c.to)
	d["gtin"] = string(c.card.GTIN)
	d["version"] = c.number()
	return d
}

// differences notes every field in which two contents differ.
func differences(from, to Content) map[string]any {
	changes := audit.Changes{}
	before, after := from.Typed(), to.Typed()
	for _, field := range Fields() {
		if field != FieldGTIN && field != FieldGroup {
			changes.Note(field, before[field], after[field])
		}
	}
	changes.Note("card_gtin", string(from.GTIN), string(to.GTIN))
	changes.Note("card_group", int(from.Group), int(to.Group))
	was, now := attributeTexts(from, to)
	changes.Note("attributes", was, now)
	changes.Note(FieldPhotos, photoTexts(from.Photos), photoTexts(to.Photos))
	all := make(map[string]any, len(changes)+2)
	for field, c := range changes {
		all[field] = c
	}
	return all
}

// attributeTexts are the attributes in which two contents differ.
func attributeTexts(from, to Content) (was, now string) {
	codes := map[string]bool{}
	for code := range from.Attributes {
		codes[code] = true
	}
	for code := range to.Attributes {
		codes[code] = true
	}
	var before, after []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if from.Attributes[code] != to.Attributes[code] {
			before = append(before, code+" = "+from.Attributes[code])
			after = append(after, code+" = "+to.Attributes[code])
		}
	}
	return strings.Join(before, "; "), strings.Join(after, "; ")
}

func photoTexts(photos []Photo) string {
	texts := make([]string, len(photos))
	for i, p := range photos {
		texts[i] = string(p.Side) + " " + strconv.FormatInt(p.ID, 10)
	}
	return strings.Join(texts, ", ")
}

func target(id int64) string { return "card:" + strconv.FormatInt(id, 10) }

// ParseID reads the number of a card; what is none names nothing.
func ParseID(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return 0, ErrNotFound
	}
	return n, nil
}
