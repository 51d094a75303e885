// Package cardfilehttp answers the pages about files of product cards.
package cardfilehttp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/attribute"
	"kabinet/internal/cardfile"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/sheet"
	"kabinet/web/cardfileview"
)

// UploadPath takes files of cards; it is one of the paths that may.
const UploadPath = cardfileview.ImportURL

// Handlers are the pages about files of cards.
type Handlers struct {
	Files   *cardfile.Service
	Exports cardfile.Exporter
	Now     clock.Clock // for the names of files
}

// Routes mounts the pages; all of them are the members'.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get(UploadPath, wrap(h.form))
	r.Post(UploadPath, wrap(h.upload))
	r.Get(UploadPath+"/templates/{slug}.xlsx", wrap(h.template(sheet.XLSX, cardfile.TemplateXLSX)))
	r.Get(UploadPath+"/templates/{slug}.csv", wrap(h.template(sheet.CSV, cardfile.TemplateCSV)))
	r.Get(UploadPath+"/{id}", wrap(h.show))
	r.Get(UploadPath+"/{id}/errors.xlsx", wrap(h.errors(sheet.XLSX)))
	r.Get(UploadPath+"/{id}/errors.csv", wrap(h.errors(sheet.CSV)))
	r.Post(UploadPath+"/{id}/apply", wrap(h.apply))
	r.Post(UploadPath+"/{id}/again", wrap(h.again))
	r.Post(UploadPath+"/{id}/cancel", wrap(h.cancel))
	r.Get("/cards.xlsx", wrap(h.send(sheet.XLSX)))
	r.Get("/cards.csv", wrap(h.send(sheet.CSV)))
	r.Get(cardfileview.ExportURL, wrap(h.askExport))
	r.Post(cardfileview.ExportURL, wrap(h.beginExport))
	r.Get(cardfileview.ExportURL+"/{id}", wrap(h.showExport))
	r.Get(cardfileview.ExportURL+"/{id}/cards.xlsx", wrap(h.fetch(sheet.XLSX)))
	r.Get(cardfileview.ExportURL+"/{id}/cards.csv", wrap(h.fetch(sheet.CSV)))
	r.Post(cardfileview.ExportURL+"/{id}/cancel", wrap(h.cancelExport))
}

// form answers GET /cards/import; ?group= chooses a product group.
func (h Handlers) form(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, cardfileview.UploadPage{Group: r.URL.Query().Get("group")})
}

func (h Handlers) draw(w http.ResponseWriter, r *http.Request, status int, p cardfileview.UploadPage) (err error) {
	ctx, a := r.Context(), httpx.Actor(r)
	if p.Groups, err = h.Files.Groups(ctx, a); err != nil {
		return err
	}
	if p.Recent, err = h.Files.List(ctx, a); err != nil {
		return err
	}
	if p.Group == "" && len(p.Groups) == 1 {
		p.Group = p.Groups[0].Slug
	}
	return httpx.Render(w, r, status, cardfileview.Upload(p))
}

// Of an upload, so much is kept in memory; the rest goes to temporary files.
const inMemory = 1 << 20

// overhead is what a form holds besides its files.
const overhead = 64 << 10

// upload takes a file. It reaches the database from the disk of this machine,
// so a slow sender holds no transaction.
func (h Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	id, group, err := h.expect(w, r)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.draw(w, r, http.StatusUnprocessableEntity, cardfileview.UploadPage{Group: group, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, cardfile.Path(id))
}

// expect reads the form, if the person may send a file now; group is the chosen
// one.
func (h Handlers) expect(w http.ResponseWriter, r *http.Request) (id int64, group string, err error) {
	done, err := h.Files.Expect(r.Context(), httpx.Actor(r))
	if err != nil {
		return 0, "", err
	}
	defer func() {
		if failed := done(context.WithoutCancel(r.Context())); err == nil {
			err = failed
		}
	}()
	id, err = h.receive(w, r)
	return id, r.FormValue(cardfile.FieldGroup), err
}

func (h Handlers) receive(w http.ResponseWriter, r *http.Request) (id int64, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, cardfile.MaxFile+cardfile.MaxPhotos+overhead)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		return 0, refused(err)
	}
	defer func() { err = errors.Join(err, r.MultipartForm.RemoveAll()) }()
	u := cardfile.Upload{Group: r.FormValue(cardfile.FieldGroup)}
	table, about, err := part(r, cardfile.FieldFile)
	if err == nil { // a missing one is told with what else is wrong
		defer func() { _ = table.Close() }() // only read from
		if about.Size > cardfile.MaxFile {
			return 0, cardfile.ErrBigFile
		}
		u.Name, u.File = about.Filename, table
	}
	photos, about, err := part(r, cardfile.FieldArchive)
	if err == nil {
		defer func() { _ = photos.Close() }() // only read from
		if about.Size > cardfile.MaxPhotos {
			return 0, cardfile.ErrBigArchive
		}
		u.ArchiveName, u.Archive, u.ArchiveSize = about.Filename, photos, about.Size
	}
	return h.Files.Upload(r.Context(), httpx.Actor(r), u)
}

// part is a file of the form; a form in which none was chosen sends an empty one
// without a name.
func part(r *http.Request, field string) (multipart.File, *multipart.FileHeader, error) {
	f, about, err := r.FormFile(field)
	if err != nil {
		return nil, nil, cardfile.ErrNoFile
	}
	if about.Size == 0 && about.Filename == "" {
		_ = f.Close() // nothing is in it
		return nil, nil, cardfile.ErrNoFile
	}
	return f, about, nil
}

// refused says what is wrong with a body that is not read to its end.
func refused(err error) *fault.Error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return cardfile.ErrBigFile
	}
	return cardfile.ErrNoFile.Because(err)
}

// template answers GET /cards/import/templates/{slug}.xlsx and .csv.
func (h Handlers) template(f sheet.Format, write func(io.Writer, i18n.Lang, attribute.Book) error) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		slug := chi.URLParam(r, "slug")
		book, err := h.Files.Book(r.Context(), httpx.Actor(r), slug)
		if err != nil {
			return err
		}
		var buf bytes.Buffer
		if err := write(&buf, i18n.From(r.Context()), book); err != nil {
			return err
		}
		attach(w, "cards-"+slug+"-template."+string(f), f)
		w.Header().Set("Content-Length", strconv.Itoa(buf.Len()))
		_, _ = w.Write(buf.Bytes()) // the reader is gone; there is nobody to tell
		return nil
	}
}

// show answers GET /cards/import/{id}.
func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), httpx.Actor(r)
	id, err := number(r)
	if err != nil {
		return err
	}
	p := cardfileview.ImportPage{}
	if p.Import, err = h.Files.Get(ctx, a, id); err != nil {
		return err
	}
	if p.Rows, p.Photos, err = h.Files.Errors(ctx, a, id); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardfileview.Import(p))
}

// number reads the address; what is no number names nothing.
func number(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, cardfile.ErrNotFound
	}
	return id, nil
}

// errors answers GET /cards/import/{id}/errors.xlsx and .csv; the file is of the
// kind that was sent.
func (h Handlers) errors(f sheet.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, a := r.Context(), httpx.Actor(r)
		id, err := number(r)
		if err != nil {
			return err
		}
		i, err := h.Files.Get(ctx, a, id)
		switch {
		case err != nil:
			return err
		case i.Format != f:
			return cardfile.ErrNotFound
		}
		base, _, _ := strings.Cut(i.FileName, ".")
		attach(w, ascii(base)+"-errors."+string(f), f)
		if err := h.Files.ErrorFile(ctx, a, id, f, w); err != nil {
			panic(http.ErrAbortHandler) // a file that looks whole and is not would be worse
		}
		return nil
	}
}

// apply answers POST /cards/import/{id}/apply.
func (h Handlers) apply(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, func(a actor.Actor, id int64) error { return h.Files.Apply(r.Context(), a, id) })
}

// again answers POST /cards/import/{id}/again.
func (h Handlers) again(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, func(a actor.Actor, id int64) error { return h.Files.Again(r.Context(), a, id) })
}

// cancel answers POST /cards/import/{id}/cancel.
func (h Handlers) cancel(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, func(a actor.Actor, id int64) error { return h.Files.Cancel(r.Context(), a, id) })
}

func (h Handlers) change(w http.ResponseWriter, r *http.Request, do func(actor.Actor, int64) error) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	if err := do(httpx.Actor(r), id); err != nil {
		return err
	}
	return httpx.See(w, r, cardfile.Path(id))
}

// attach makes the answer a file to keep.
func attach(w http.ResponseWriter, name string, f sheet.Format) {
	h := w.Header()
	h.Set("Content-Type", cardfile.MediaType(f))
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
}

// ascii keeps what a file name may hold anywhere.
func ascii(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
			return r
		}
		return -1
	}, s)
	if s == "" {
		return "cards"
	}
	return s[:min(len(s), 60)]
}
