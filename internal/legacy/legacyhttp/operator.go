// Package legacyhttp shows imports to the operator's staff.
package legacyhttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/legacy"
	"kabinet/internal/platform/httpx"
	"kabinet/web/legacyview"
)

// Handlers answers /op/imports.
type Handlers struct{ Imports *legacy.Service }

// Routes mounts the pages.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/imports", wrap(h.list))
	r.Post("/op/imports", wrap(h.upload))
	r.Get("/op/imports/new", wrap(h.form))
	r.Get("/op/imports/template.csv", wrap(template("csv", "text/csv; charset=utf-8", legacy.TemplateCSV)))
	r.Get("/op/imports/template.xlsx", wrap(template("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", legacy.TemplateXLSX)))
	r.Get("/op/imports/{id}", wrap(h.show))
	r.Get("/op/imports/{id}/complaints.csv", wrap(h.complaints))
	r.Post("/op/imports/{id}/apply", wrap(h.act((*legacy.Service).Apply)))
	r.Post("/op/imports/{id}/cancel", wrap(h.act((*legacy.Service).Cancel)))
}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	op, after := httpx.Operator(r), r.URL.Query().Get("after")
	page, err := h.Imports.List(r.Context(), op, after)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, legacyview.List(legacyview.ListPage{
		Page: page, Later: after != "", MayImport: may(op),
	}))
}

func may(op actor.Operator) bool { return op.Need(perm.OpOrgImport) == nil }

func (h Handlers) form(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpOrgImport); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, legacyview.Upload(nil))
}

// Of an upload, so much is kept in memory; the rest goes to a temporary file.
const inMemory = 1 << 20

// overhead is what a form holds besides its file.
const overhead = 64 << 10

// upload takes a file. It reaches the database from the disk of this machine,
// so a slow sender holds no transaction.
func (h Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpOrgImport); err != nil {
		return err
	}
	id, err := h.receive(w, r)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, legacyview.Upload(wrong))
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, legacyview.Path(id))
}

func (h Handlers) receive(w http.ResponseWriter, r *http.Request) (id int64, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, legacy.MaxFile+overhead)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		return 0, refused(err)
	}
	defer func() { err = errors.Join(err, r.MultipartForm.RemoveAll()) }()
	file, about, err := r.FormFile("file")
	if err != nil {
		return 0, legacy.ErrNoFile
	}
	defer func() { _ = file.Close() }() // only read from
	if about.Size == 0 && about.Filename == "" {
		return 0, legacy.ErrNoFile
	}
	return h.Imports.Upload(r.Context(), httpx.Operator(r), about.Filename, file)
}

// refused says what is wrong with a body that is not read to its end.
func refused(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return legacy.ErrTooBig
	}
	return legacy.ErrNoFile.Because(err)
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	ctx, op := r.Context(), httpx.Operator(r)
	id, err := importID(r)
	if err != nil {
		return err
	}
	imp, err := h.Imports.Get(ctx, op, id)
	if err != nil {
		return err
	}
	after := r.URL.Query().Get("after")
	told, err := h.Imports.Complaints(ctx, op, id, after)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, legacyview.Show(legacyview.ShowPage{
		Import: imp, Complaints: told, Later: after != "", MayImport: may(op),
	}))
}

// importID reads the address; what is no number is no import.
func importID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, legacy.ErrNotFound
	}
	return id, nil
}

// act does something to an import and shows it.
func (h Handlers) act(do func(*legacy.Service, context.Context, actor.Operator, int64) error) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := importID(r)
		if err != nil {
			return err
		}
		if err := do(h.Imports, r.Context(), httpx.Operator(r), id); err != nil {
			return err
		}
		return httpx.See(w, r, legacyview.Path(id))
	}
}

func (h Handlers) complaints(w http.ResponseWriter, r *http.Request) error {
	id, err := importID(r)
	if err != nil {
		return err
	}
	ctx, op := r.Context(), httpx.Operator(r)
	if _, err := h.Imports.Get(ctx, op, id); err != nil {
		return err
	}
	attach(w, fmt.Sprintf("import-%d-complaints.csv", id), "text/csv; charset=utf-8")
	if err := h.Imports.ComplaintsCSV(ctx, op, id, w); err != nil {
		panic(http.ErrAbortHandler) // a file that looks whole and is not would be worse
	}
	return nil
}

func template(ext, mediaType string, write func(io.Writer) error) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := httpx.Operator(r).Need(perm.OpOrgRead); err != nil {
			return err
		}
		attach(w, "organizations-template."+ext, mediaType)
		return write(w)
	}
}

func attach(w http.ResponseWriter, name, mediaType string) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
}
