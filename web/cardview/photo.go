package cardview

import (
	"context"
	"slices"
	"strconv"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// SideName and a photo's id name the question which side it shows; a file of a
// side itself comes under the name of the side, others under card.FieldPhotos.
const SideName = "side."

// More as the value of ThenName stays with the photos after saving.
const More = "more"

// accepted are the files that browsers offer.
const accepted = "image/jpeg,image/png,image/webp"

// PhotoForm is the step in which photos are added, moved and taken away.
type PhotoForm struct {
	card.Record
	Sides map[int64]card.Side // as chosen in a form that was wrong
	Wrong fault.Complaints
	Saved int    // photos that were stored while others were refused
	Then  string // ToCheck, where the person came from there
}

// PhotosURL takes the form.
func PhotosURL(id int64) string { return URL(id, "/photos") }

func (p PhotoForm) photos() []card.Photo { return p.Version.Content.Photos }

func (p PhotoForm) head(ctx context.Context) ui.PageHead {
	return ui.PageHead{Crumbs: cardCrumbs(ctx, p.Card), Title: i18n.T(ctx, "card.step.photos"), Code: string(p.GTIN), Lead: p.Group.Name(lang(ctx))}
}

func (p PhotoForm) action() string { return ui.Query(PhotosURL(p.ID), nil, ThenName, p.Then) }

func (p PhotoForm) remove(photo int64) string { return PhotoURL(p.ID, photo, "/remove") }

// remark is what the operator said of the photos while they are corrected.
func (p PhotoForm) remark(ctx context.Context) string {
	for _, r := range p.Remarks() {
		if r.Field == card.FieldPhotos {
			return RemarkText(ctx, r)
		}
	}
	return ""
}

// several asks for photos of all sides at once.
func (p PhotoForm) several(ctx context.Context) ui.Field {
	return ui.Field{
		Name: card.FieldPhotos, Label: i18n.T(ctx, "card.photo.add"), Wrong: p.Wrong, Multiple: true,
		Hint: i18n.T(ctx, "card.photo.add_hint", "max", card.MaxPhotoBytes>>20),
	}
}

// one asks for a photo of a side.
func (p PhotoForm) one(ctx context.Context, side card.Side) ui.Field {
	f := ui.Field{Name: string(side), Label: sideWords(ctx, side), Wrong: p.Wrong, Multiple: side == card.Other}
	switch {
	case side == card.Other:
		f.Hint = i18n.T(ctx, "card.photo.other_hint", "max", card.MaxOther)
	case slices.ContainsFunc(p.photos(), func(s card.Photo) bool { return s.Side == side }):
		f.Hint = i18n.T(ctx, "card.photo.replaces")
	}
	return f
}

// apart reports whether the questions for single sides are open.
func (p PhotoForm) apart() bool {
	return slices.ContainsFunc(card.Sides(), func(s card.Side) bool { _, wrong := p.Wrong.On(string(s)); return wrong })
}

// side asks which side a photo shows.
func (p PhotoForm) side(ctx context.Context, photo card.Photo) ui.Field {
	f := ui.Field{Name: SideName + strconv.FormatInt(photo.ID, 10), Label: i18n.T(ctx, "card.photo.shows"), Value: string(photo.Side)}
	if side, chosen := p.Sides[photo.ID]; chosen {
		f.Value = string(side)
	}
	return f
}

func sideOptions(ctx context.Context) []ui.Option {
	os := make([]ui.Option, 0, len(card.Sides()))
	for _, s := range card.Sides() {
		os = append(os, ui.Option{Value: string(s), Text: sideWords(ctx, s)})
	}
	return os
}

func sideWords(ctx context.Context, s card.Side) string { return i18n.T(ctx, "card.side."+string(s)) }

func photoWords(ctx context.Context, s card.Side) string {
	return i18n.T(ctx, "card.photo_of", "side", sideWords(ctx, s))
}

// bar ends the form: to the check, on with photos, or leave the draft.
func (p PhotoForm) bar(ctx context.Context) ui.SaveBar {
	b := ui.SaveBar{
		Submit: i18n.T(ctx, "card.form.continue"), Name: ThenName, Value: ToCheck, Sending: i18n.T(ctx, "card.photo.sending"),
		Others: []ui.Button{{Text: i18n.T(ctx, "card.photo.more"), Name: ThenName, Value: More}},
		Cancel: ui.Link{Text: i18n.T(ctx, "card.form.cancel"), URL: URL(p.ID, "")},
	}
	if p.Then == ToCheck {
		b.Submit, b.Cancel.URL = i18n.T(ctx, "card.form.to_check"), URL(p.ID, "/check")
		return b
	}
	b.Others = append(b.Others, ui.Button{Text: i18n.T(ctx, "card.form.later"), Name: ThenName, Value: Later})
	return b
}

// Viewer is one photo in full, among the others of its version.
type Viewer struct {
	Photos []card.Photo
	At     int
	View   func(photo int64) string // the page of a photo
	File   func(photo int64) string // the photo itself
}

func (v Viewer) photo() card.Photo { return v.Photos[v.At] }

// beside is the photo so many steps on, if there is one.
func (v Viewer) beside(step int) (card.Photo, bool) {
	if i := v.At + step; i >= 0 && i < len(v.Photos) {
		return v.Photos[i], true
	}
	return card.Photo{}, false
}

// ViewerOf shows a photo of a card in its organization.
func ViewerOf(c card.Card, photos []card.Photo, at int) Viewer {
	return Viewer{
		Photos: photos, At: at,
		View: func(photo int64) string { return PhotoURL(c.ID, photo, "/view") },
		File: func(photo int64) string { return PhotoURL(c.ID, photo, "") },
	}
}
