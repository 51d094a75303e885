package moderationview

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/card"
	"kabinet/internal/core/country"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/i18n"
	"kabinet/web/cardview"
	"kabinet/web/ui"
)

// ItemPage is one waiting version on the desk.
type ItemPage struct {
	moderation.Opened
	Filter     moderation.Filter // of the cards one goes through
	Ahead      []moderation.Item // the beginning of those
	Colleagues []moderation.Colleague
	Staff      int64 // the reader
	MayDecide  bool
	Pass       PassForm
	Now        time.Time
}

// free reports whether the reader may decide now.
func (p ItemPage) free() bool { return p.MayDecide && !p.Own && !p.Claim.Others(p.Staff) }

func (p ItemPage) reading(v card.Version) cardview.Reading {
	return cardview.Reading{Group: p.Group, Book: p.Book(v)}
}

func (p ItemPage) said(v card.Version) cardview.Said {
	return cardview.Said{
		Reading: p.reading(v), Number: v.Number, Status: v.Status,
		Typed: v.Content.Typed(), Photos: v.Content.Photos,
	}
}

// differences puts what waits beside what is in force, or beside what was
// returned when nothing is.
func (p ItemPage) differences(ctx context.Context) []cardview.Difference {
	return cardview.Differences(ctx, p.said(*p.Before()), p.said(p.Version))
}

func (p ItemPage) compareTitle(ctx context.Context) string {
	if p.Live == nil {
		return i18n.T(ctx, "moderation.compare_returned")
	}
	return i18n.T(ctx, "moderation.compare")
}

// changed counts the fields and pictures that differ.
func (p ItemPage) changed(ctx context.Context) (n int) {
	for _, d := range p.differences(ctx) {
		if d.Changed {
			n++
		}
	}
	for _, s := range p.pairs() {
		if s.changed() {
			n++
		}
	}
	return n
}

// versionName is a version as the head of a column.
func versionName(ctx context.Context, v card.Version) string {
	return i18n.T(ctx, "moderation.version", "n", v.Number, "status", i18n.T(ctx, "moderation.version."+string(v.Status)))
}

func (p ItemPage) versionColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Title: i18n.T(ctx, "moderation.column.field")}, {Title: versionName(ctx, *p.Before())}, {Title: versionName(ctx, p.Version)},
	}
}

// pair is a picture of one side before and now; either may be missing.
type pair struct{ before, after card.Photo }

func (p pair) changed() bool { return p.before.SHA256 != p.after.SHA256 }

func (p pair) side() card.Side {
	if p.after.ID != 0 {
		return p.after.Side
	}
	return p.before.Side
}

// pairs puts the pictures beside each other, side by side.
func (p ItemPage) pairs() []pair {
	var all []pair
	for _, side := range card.Sides() {
		b, a := ofSide(p.Before().Content.Photos, side), ofSide(p.Version.Content.Photos, side)
		for i := range max(len(b), len(a)) {
			var x pair
			if i < len(b) {
				x.before = b[i]
			}
			if i < len(a) {
				x.after = a[i]
			}
			all = append(all, x)
		}
	}
	return all
}

func ofSide(photos []card.Photo, side card.Side) (of []card.Photo) {
	for _, p := range photos {
		if p.Side == side {
			of = append(of, p)
		}
	}
	return of
}

// facts are what a card says that comes for the first time.
func (p ItemPage) facts(ctx context.Context) []ui.Pair {
	said := p.said(p.Version)
	nothing := cardview.Said{Reading: said.Reading}
	var ps []ui.Pair
	for _, d := range cardview.Differences(ctx, nothing, said) {
		ps = append(ps, ui.Pair{Key: d.Label, Value: d.After, Code: d.Field == card.FieldGTIN, Lang: valueLang(d.Field)})
	}
	return ps
}

// valueLang is the language of what is written in a field, where it is its own.
func valueLang(field string) string {
	switch field {
	case card.FieldNameUz:
		return inLang("uz")
	case card.FieldNameRu:
		return inLang("ru")
	case card.FieldNameEn:
		return inLang("en")
	}
	return ""
}

// mended is what changed since the return, field by field.
func (p ItemPage) mended(ctx context.Context) []cardview.Difference {
	all := cardview.Differences(ctx, p.said(*p.Corrected()), p.said(p.Version))
	return slices.DeleteFunc(all, func(d cardview.Difference) bool { return !d.Changed })
}

// photosChanged reports whether the pictures differ from those of the return.
func (p ItemPage) photosChanged() bool {
	return !slices.Equal(p.Corrected().Content.Photos, p.Version.Content.Photos)
}

func (p ItemPage) fieldName(ctx context.Context, field string) string {
	readings := []cardview.Reading{p.reading(p.Version)}
	if p.Returned != nil {
		readings = append(readings, p.reading(*p.Returned))
	}
	return fieldName(ctx, field, readings...)
}

// known is what the portal knows about card and sender.
func (p ItemPage) known(ctx context.Context) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "moderation.column.org"), Rich: orgLink(p.Org)},
		{Key: i18n.T(ctx, "moderation.column.tin"), Value: ui.TIN(p.Org.TIN)},
		{Key: i18n.T(ctx, "moderation.column.sent_by"), Value: p.SentBy},
		{Key: i18n.T(ctx, "moderation.column.sent"), Rich: ui.TimeAgo(p.SentAt, p.Now)},
		{Key: i18n.T(ctx, "moderation.column.deadline"), Rich: ui.Time(p.Deadline)},
		{Key: i18n.T(ctx, "moderation.column.owner"), Rich: ownerTag(ctx, p.Owner)},
	}
	if said := p.registry(ctx); said != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "moderation.registry"), Value: said})
	}
	return ps
}

// registry is what the international registry says of the number; empty when it
// was not asked.
func (p ItemPage) registry(ctx context.Context) string {
	switch {
	case p.Silent:
		return i18n.T(ctx, "moderation.registry.silent")
	case p.Known.Found:
		e := p.Known
		names := moderation.Names{Uz: e.NameUz, Ru: e.NameRu, En: e.NameEn}
		said := []string{names.In(lang(ctx)), e.Brand, e.Company, countryName(ctx, e.Country)}
		return strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), "; ")
	case p.Known.GTIN != "":
		return i18n.T(ctx, "moderation.registry.unknown")
	}
	return ""
}

func countryName(ctx context.Context, code string) string {
	if c, err := country.Parse(code); err == nil && code != "" {
		return c.Name(lang(ctx))
	}
	return ""
}

// ownerTag says whose the number is.
func ownerTag(ctx context.Context, c gs1prefix.Check) templ.Component {
	tones := map[gs1prefix.Answer]ui.Tone{gs1prefix.Covered: ui.OK, gs1prefix.Single: ui.OK, gs1prefix.Foreign: ui.Mute}
	tone, ok := tones[c.Answer]
	if !ok {
		tone = ui.Bad
	}
	return ui.Tag(tone, i18n.T(ctx, "moderation.owner."+string(c.Answer), "prefix", c.Prefix))
}

// acts are what the moderator can do with the card; publishing is the usual end.
func (p ItemPage) acts(ctx context.Context) []ui.Action {
	if !p.free() {
		return nil
	}
	return []ui.Action{
		{Text: i18n.T(ctx, "moderation.publish"), URL: At(p.Filter, URL(p.Ref, "/publish")), Look: ui.Go},
		{Text: i18n.T(ctx, "moderation.return"), URL: At(p.Filter, URL(p.Ref, "/return"))},
	}
}

// others are the acts that leave the card to somebody else.
func (p ItemPage) others(ctx context.Context) []ui.Action {
	version := []ui.Hidden{{Name: "n", Value: itoa(int64(p.N))}}
	switch {
	case !p.free():
		return nil
	case !p.Claim.By(p.Staff):
		return []ui.Action{{Text: i18n.T(ctx, "moderation.claim.take"), URL: At(p.Filter, URL(p.Ref, "/claim")), Post: true, Values: version}}
	}
	return []ui.Action{
		{Text: i18n.T(ctx, "moderation.leave"), URL: At(p.Filter, NextURL), Post: true, Values: []ui.Hidden{{Name: "leave", Value: p.String()}}},
		{Text: i18n.T(ctx, "moderation.put_back"), URL: At(p.Filter, URL(p.Ref, "/put-back")), Post: true},
	}
}

// shot draws a picture of the card; nothing for the zero Photo.
func (p ItemPage) shot(f card.Photo) templ.Component {
	if f.ID == 0 {
		return noShot()
	}
	return shot(PhotoURL(p.Ref, f.ID, "/view"), PhotoURL(p.Ref, f.ID, "/thumb"), f.Side)
}

// photos are those of what waits, in the order of sides.
func (p ItemPage) photos() []card.Photo { return p.Version.Content.Photos }

func sideName(ctx context.Context, s card.Side) string { return i18n.T(ctx, "card.side."+string(s)) }

// ViewPage is one picture of a card in full.
type ViewPage struct {
	moderation.Item
	Photos []card.Photo // of its version
	At     int
}

func (p ViewPage) title(ctx context.Context) string {
	return i18n.T(ctx, "card.photo_of", "side", sideName(ctx, p.Photos[p.At].Side))
}

func (p ViewPage) viewer() cardview.Viewer {
	return cardview.Viewer{
		Photos: p.Photos, At: p.At,
		View: func(id int64) string { return PhotoURL(p.Ref, id, "/view") },
		File: func(id int64) string { return PhotoURL(p.Ref, id, "") },
	}
}

// OverPage says that a card waits no more.
type OverPage struct {
	moderation.Outcome
	Filter    moderation.Filter // of the cards one goes through
	MayDecide bool
}

func (p OverPage) name(ctx context.Context) string {
	if name := p.Names.In(lang(ctx)); name != "" {
		return name
	}
	return p.GTIN
}

// notice says what became of it.
func (p OverPage) notice(ctx context.Context) ui.Notice {
	n := ui.Notice{Tone: ui.Info, Title: i18n.T(ctx, "moderation.over.title")}
	args := []any{"time", ui.DateTime(p.At), "name", p.DecidedBy}
	switch p.Status {
	case card.InForce, card.Replaced:
		n.Text = i18n.T(ctx, "moderation.over.published", args...)
	case card.Back:
		n.Text = i18n.T(ctx, "moderation.over.returned", args...)
	case card.Sent:
		n.Text = i18n.T(ctx, "moderation.over.again")
	case card.Withdrawn, card.Draft:
		n.Text = i18n.T(ctx, "moderation.over.taken_back", "time", ui.DateTime(p.At))
	}
	return n
}

func (p OverPage) actions(ctx context.Context) []ui.Action {
	as := []ui.Action{{Text: i18n.T(ctx, "moderation.back"), URL: At(p.Filter, QueueURL)}}
	if p.Status == card.Sent {
		as = append(as, ui.Action{Text: i18n.T(ctx, "moderation.over.open"), URL: At(p.Filter, URL(p.Ref, ""))})
	}
	if p.MayDecide {
		as = append(as, ui.Action{Text: i18n.T(ctx, "moderation.next"), URL: At(p.Filter, NextURL), Post: true, Look: ui.Go})
	}
	return as
}

func orNone(ctx context.Context, s string) string {
	if s == "" {
		return i18n.T(ctx, "card.value.none")
	}
	return s
}
