package cardview

import (
	"context"
	"slices"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// section is a titled run of answers.
type section struct {
	id, title string
	fields    []string
	step      Step
}

// sections are what a card says, in the order of its steps.
func sections(ctx context.Context, r Reading) []section {
	all := []section{{
		"identity", i18n.T(ctx, "card.part.identity"),
		slices.Insert(identity(), 2, card.FieldGroup), Identification,
	}}
	for _, p := range parts() {
		all = append(all, section{p.id, p.title(ctx), p.fields, Attributes})
	}
	if fields := attributeFields(r.Book.Set); len(fields) > 0 {
		all = append(all, section{"attributes", i18n.T(ctx, "card.part.attributes", "group", r.Group.Name(lang(ctx))), fields, Attributes})
	}
	return all
}

// Answers are what a version of a card says, with what it lacks.
type Answers struct {
	Reading
	Card    card.Card
	Typed   card.Typed
	Missing fault.Complaints
	Change  bool // each answer has a way to change it
}

// pairs are the answers of a section. What is missing is said and marked where
// the answer would stand; what may be left out and is, stays out.
func (a Answers) pairs(ctx context.Context, s section) []ui.Pair {
	var ps []ui.Pair
	for _, f := range s.fields {
		p := ui.Pair{Key: a.Label(ctx, f), Value: a.Text(ctx, f, a.Typed[f]), Lang: valueLang(f), Code: mono(f)}
		c, lacks := a.Missing.On(f)
		switch {
		case lacks:
			p.Rich = lacking(c)
		case p.Value == "" && optional(a.Book.Set, f) && !a.Change:
			continue
		}
		if a.Change && f != card.FieldGroup {
			p.ChangeURL = FieldURL(a.Card.ID, f)
		}
		ps = append(ps, p)
	}
	return ps
}

// photosMissing is the complaint about photos, if there is one.
func (a Answers) photosMissing() (fault.Complaint, bool) { return a.Missing.On(card.FieldPhotos) }

// Said is a version of a card with what is needed to read it.
type Said struct {
	Reading
	Card   int64 // id
	Number int
	Status card.Status
	Typed  card.Typed
	Photos []card.Photo
}

// Difference is one field of two versions.
type Difference struct {
	Field, Label  string
	Before, After string
	Changed       bool
}

// Differences puts two versions beside each other, field by field; fields that
// both leave empty are left out. An attribute that only one of the sets knows is
// read by that one.
func Differences(ctx context.Context, before, after Said) []Difference {
	var ds []Difference
	for _, f := range union(before.Book.Set, after.Book.Set) {
		b, a := before.Typed[f], after.Typed[f]
		if b == "" && a == "" {
			continue
		}
		ds = append(ds, Difference{
			Field: f, Label: labelIn(ctx, after, before, f), Changed: a != b,
			Before: before.Text(ctx, f, b), After: after.Text(ctx, f, a),
		})
	}
	return ds
}

func union(before, after attribute.Set) []string {
	fields := append(identity(), described(after)...)
	for _, f := range attributeFields(before) {
		if !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// labelIn names a field by the first of two versions that knows it.
func labelIn(ctx context.Context, first, second Said, field string) string {
	if first.knows(field) {
		return first.Label(ctx, field)
	}
	return second.Label(ctx, field)
}

// shot is a photo in one version or both.
type shot struct {
	Side    card.Side
	Before  int64 // ids; 0 where there is none
	After   int64
	Changed bool
}

// shots puts the photos of two versions beside each other, side by side.
func shots(before, after Said) []shot {
	var all []shot
	for _, side := range card.Sides() {
		b, a := ofSide(before.Photos, side), ofSide(after.Photos, side)
		for i := range max(len(b), len(a)) {
			s := shot{Side: side}
			var was, is string
			if i < len(b) {
				s.Before, was = b[i].ID, b[i].SHA256
			}
			if i < len(a) {
				s.After, is = a[i].ID, a[i].SHA256
			}
			s.Changed = was != is
			all = append(all, s)
		}
	}
	return all
}

func ofSide(ps []card.Photo, side card.Side) []card.Photo {
	return slices.DeleteFunc(slices.Clone(ps), func(p card.Photo) bool { return p.Side != side })
}

// photo finds a photo of a version by its id.
func (s Said) photo(id int64) (card.Photo, bool) {
	i := slices.IndexFunc(s.Photos, func(p card.Photo) bool { return p.ID == id })
	if i < 0 {
		return card.Photo{}, false
	}
	return s.Photos[i], true
}
