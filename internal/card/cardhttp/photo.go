package cardhttp

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/cardview"
)

// Limits of a form with photos: what it may hold altogether, and of that in
// memory; the rest goes to temporary files.
const (
	maxPhotoForm  = 64 << 20
	maxPhotoFiles = 2 * card.MaxPhotos
	inMemory      = 1 << 20
)

// What is wrong with a form of photos.
var (
	errPhotoForm  = fault.New(fault.Invalid, "card.photo.form_too_large", "max", maxPhotoForm>>20).On(card.FieldPhotos)
	errPhotoFiles = fault.New(fault.Invalid, "card.photo.too_many", "max", maxPhotoFiles).On(card.FieldPhotos)
	errPhotoBody  = fault.New(fault.BadRequest, "fault.bad_form")
)

// photoRoutes mounts the pages and files of photos.
func (h Handlers) photoRoutes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/cards/{id}/edit/photos", wrap(h.editPhotos))
	r.Post("/cards/{id}/photos", wrap(h.savePhotos))
	r.Post("/cards/{id}/photos/{photo}/remove", wrap(h.removePhoto))
	r.Get("/cards/{id}/photos/{photo}", wrap(h.photo(card.Full)))
	r.Get("/cards/{id}/photos/{photo}/thumb", wrap(h.photo(card.Small)))
	r.Get("/cards/{id}/photos/{photo}/view", wrap(h.viewPhoto))
	r.Get("/catalogue/{card}/photos/{photo}", wrap(h.photoInForce(card.Full)))
	r.Get("/catalogue/{card}/photos/{photo}/thumb", wrap(h.photoInForce(card.Small)))
}

// editPhotos answers GET /cards/{id}/edit/photos.
func (h Handlers) editPhotos(w http.ResponseWriter, r *http.Request) error {
	c, err := h.fitting(r, card.Edit)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardview.EditPhotos(cardview.PhotoForm{Record: c, Then: thenOf(r)}))
}

// thenOf is where the person came from.
func thenOf(r *http.Request) string {
	if r.URL.Query().Get(cardview.ThenName) == cardview.ToCheck {
		return cardview.ToCheck
	}
	return ""
}

// savePhotos answers POST /cards/{id}/photos: sides of photos that are there, and
// new ones. What is refused keeps no other out and is named.
func (h Handlers) savePhotos(w http.ResponseWriter, r *http.Request) error {
	c, err := h.fitting(r, card.Edit)
	if err != nil {
		return err
	}
	page := cardview.PhotoForm{Record: c, Then: thenOf(r)}
	err = h.receivePhotos(w, r, &page)
	if wrong, ok := httpx.Complaints(err); ok {
		page.Wrong = wrong
	} else if err != nil {
		return err
	}
	if len(page.Wrong) == 0 {
		return h.afterPhotos(w, r, c.ID)
	}
	if page.Record, err = h.Cards.Get(r.Context(), httpx.Actor(r), c.ID); err != nil { // with what was taken
		return err
	}
	return httpx.Render(w, r, http.StatusUnprocessableEntity, cardview.EditPhotos(page))
}

// receivePhotos reads the form, if the person may send one now, and takes what it
// brought.
func (h Handlers) receivePhotos(w http.ResponseWriter, r *http.Request, page *cardview.PhotoForm) (err error) {
	done, err := h.Cards.ExpectPhotos(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	defer func() {
		if failed := done(context.WithoutCancel(r.Context())); err == nil {
			err = failed
		}
	}()
	form, err := readPhotos(w, r)
	defer form.close()
	if err == nil {
		page.Sides = form.edit.Sides
		page.Saved, page.Wrong, err = h.takePhotos(r, page.ID, form)
	}
	return err
}

// takePhotos stores what a form brought and names what was refused.
func (h Handlers) takePhotos(r *http.Request, id int64, form *photoForm) (saved int, wrong fault.Complaints, err error) {
	taken, err := h.Cards.EditPhotos(r.Context(), httpx.Actor(r), id, form.edit)
	if err != nil {
		return 0, nil, err
	}
	for i, t := range taken {
		f, refused := fault.As(t.Err)
		if !refused {
			saved++
			continue
		}
		reason := i18n.T(r.Context(), f.Key, f.Args...)
		wrong = append(wrong, fault.Complaint{Field: form.fields[i], Key: "card.photo.refused", Args: []any{"file", t.Name, "reason", reason}})
	}
	return saved, wrong, nil
}

// afterPhotos leads to where the person wants to go next: the check, unless they
// stay with the photos or leave the draft for later.
func (h Handlers) afterPhotos(w http.ResponseWriter, r *http.Request, id int64) error {
	switch r.PostFormValue(cardview.ThenName) {
	case cardview.More:
		return h.done(w, r, "card.flash.saved", cardview.StepURL(id, cardview.Photos))
	case cardview.Later:
		return h.done(w, r, "card.flash.saved", cardview.URL(id, ""))
	}
	return httpx.See(w, r, cardview.URL(id, "/check"))
}

// removePhoto answers POST /cards/{id}/photos/{photo}/remove.
func (h Handlers) removePhoto(w http.ResponseWriter, r *http.Request) error {
	id, photo, err := photoIDs(r)
	if err != nil {
		return err
	}
	if err := h.Cards.RemovePhoto(r.Context(), httpx.Actor(r), id, photo); err != nil {
		return err
	}
	return h.done(w, r, "card.photo.removed", cardview.StepURL(id, cardview.Photos))
}

// photoForm is a form with photos that has come in whole: its files are on this
// machine, so a slow sender holds no turn of the cleaner.
type photoForm struct {
	edit   card.PhotoEdit
	fields []string // the field of each file
	form   *multipart.Form
	open   []io.Closer
}

// readPhotos reads the form; close is due whatever comes of it.
func readPhotos(w http.ResponseWriter, r *http.Request) (*photoForm, error) {
	f := &photoForm{edit: card.PhotoEdit{Sides: map[int64]card.Side{}}}
	r.Body = http.MaxBytesReader(w, r.Body, maxPhotoForm)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return f, errPhotoForm
		}
		return f, errPhotoBody.Because(err)
	}
	f.form = r.MultipartForm
	for name, values := range f.form.Value {
		id, err := strconv.ParseInt(strings.TrimPrefix(name, cardview.SideName), 10, 64)
		if strings.HasPrefix(name, cardview.SideName) && err == nil {
			f.edit.Sides[id] = card.Side(values[0])
		}
	}
	return f, f.files()
}

// files opens what was chosen: photos of any side by the order in which they
// were, and those of one side each.
func (f *photoForm) files() error {
	for _, side := range append([]card.Side{""}, card.Sides()...) {
		field := string(side)
		if side == "" {
			field = card.FieldPhotos
		}
		for _, chosen := range f.form.File[field] {
			if chosen.Filename == "" && chosen.Size == 0 {
				continue // nothing was chosen
			}
			if len(f.fields) == maxPhotoFiles {
				return errPhotoFiles
			}
			content, err := chosen.Open()
			if err != nil {
				return err
			}
			f.open, f.fields = append(f.open, content), append(f.fields, field)
			f.edit.Add = append(f.edit.Add, card.Upload{Side: side, Name: blob.CleanName(chosen.Filename), Content: content})
		}
	}
	return nil
}

// close takes the temporary files away.
func (f *photoForm) close() {
	for _, file := range f.open {
		_ = file.Close() // only read from
	}
	if f.form != nil {
		_ = f.form.RemoveAll() // what is left the system removes
	}
}

// photo answers GET /cards/{id}/photos/{photo} and its thumbnail.
func (h Handlers) photo(size card.Size) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, photo, err := photoIDs(r)
		if err != nil {
			return err
		}
		shot, err := h.Cards.OpenPhoto(r.Context(), httpx.Actor(r), id, photo, size)
		if err != nil {
			return err
		}
		return httpx.JPEG(w, r, shot.Name, shot.Tag, shot.Content)
	}
}

// photoInForce answers GET /catalogue/{org}-{id}/photos/{photo} and its thumbnail.
func (h Handlers) photoInForce(size card.Size) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		org, id, _ := strings.Cut(chi.URLParam(r, "card"), "-")
		orgID, err := card.ParseID(org)
		cardID, err2 := card.ParseID(id)
		photo, err3 := card.ParseID(chi.URLParam(r, "photo"))
		if err := errors.Join(err, err2, err3); err != nil {
			return card.ErrNotFound
		}
		shot, err := h.Cards.OpenPhotoInForce(r.Context(), httpx.Actor(r), orgID, cardID, photo, size)
		if err != nil {
			return err
		}
		return httpx.JPEG(w, r, shot.Name, shot.Tag, shot.Content)
	}
}

// viewPhoto answers GET /cards/{id}/photos/{photo}/view: the photo among those of
// the newest version that shows it.
func (h Handlers) viewPhoto(w http.ResponseWriter, r *http.Request) error {
	_, photo, err := photoIDs(r)
	if err != nil {
		return err
	}
	c, err := h.card(r)
	if err != nil {
		return err
	}
	for _, v := range []*card.Version{&c.Version, c.Returned, c.Live} {
		if v == nil {
			continue
		}
		at := slices.IndexFunc(v.Content.Photos, func(p card.Photo) bool { return p.ID == photo })
		if at >= 0 {
			return httpx.Render(w, r, http.StatusOK, cardview.View(c.Card, cardview.ViewerOf(c.Card, v.Content.Photos, at)))
		}
	}
	return httpx.See(w, r, cardview.PhotoURL(c.ID, photo, "")) // of an older version: the picture alone
}

func photoIDs(r *http.Request) (id, photo int64, err error) {
	if id, err = card.ParseID(chi.URLParam(r, "id")); err != nil {
		return 0, 0, err
	}
	photo, err = card.ParseID(chi.URLParam(r, "photo"))
	return id, photo, err
}
