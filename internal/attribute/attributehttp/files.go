package attributehttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/attribute"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/web/attributeview"
)

// Of an upload, so much is kept in memory; the rest goes to a temporary file.
const inMemory = 1 << 20

// overhead is what a form holds besides its file.
const overhead = 64 << 10

// managed is the dictionary an address names, for who may change it.
func (h Handlers) managed(r *http.Request) (place, error) {
	if err := httpx.Operator(r).Need(perm.OpDictionaryManage); err != nil {
		return place{}, err
	}
	return h.place(r)
}

// askFile answers GET …/import.
func (h Handlers) askFile(w http.ResponseWriter, r *http.Request) error {
	p, err := h.managed(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Upload(attributeview.UploadPage{Group: p.group, List: p.list}))
}

// upload answers POST …/import: the file is read and judged, and nothing changes
// yet.
func (h Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	p, err := h.managed(r)
	if err != nil {
		return err
	}
	id, err := h.receive(w, r, p)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, attributeview.Upload(attributeview.UploadPage{Group: p.group, List: p.list, Wrong: wrong}))
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, attributeview.ImportPath(p.group.ID, p.list, id))
}

func (h Handlers) receive(w http.ResponseWriter, r *http.Request, p place) (id int64, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, attribute.MaxFile+overhead)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		return 0, refused(err)
	}
	defer func() { err = errors.Join(err, r.MultipartForm.RemoveAll()) }()
	file, about, err := r.FormFile(attribute.FieldFile)
	if err != nil {
		return 0, attribute.ErrNoFile
	}
	defer func() { _ = file.Close() }() // only read from
	switch {
	case about.Size == 0 && about.Filename == "":
		return 0, attribute.ErrNoFile
	case about.Size > attribute.MaxFile:
		return 0, attribute.ErrBigFile
	}
	return h.Attributes.Upload(r.Context(), httpx.Operator(r), p.group.ID, p.list, about.Filename, file)
}

// refused says what is wrong with a body that is not read to its end.
func refused(err error) *fault.Error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return attribute.ErrBigFile
	}
	return attribute.ErrNoFile.Because(err)
}

func importID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0, attribute.ErrNoImport
	}
	return id, nil
}

// imported answers GET …/import/{id}: what a file would do, or what it did.
func (h Handlers) imported(w http.ResponseWriter, r *http.Request) error {
	p, err := h.managed(r)
	if err != nil {
		return err
	}
	id, err := importID(r)
	if err != nil {
		return err
	}
	i, err := h.Attributes.Import(r.Context(), httpx.Operator(r), p.group.ID, p.list, id)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, attributeview.Import(attributeview.ImportPage{Group: p.group, List: p.list, Import: i}))
}

// apply answers POST …/import/{id}/apply.
func (h Handlers) apply(w http.ResponseWriter, r *http.Request) error {
	p, err := h.managed(r)
	if err != nil {
		return err
	}
	id, err := importID(r)
	if err != nil {
		return err
	}
	if err := h.Attributes.Apply(r.Context(), httpx.Operator(r), p.group.ID, p.list, id); err != nil {
		return err
	}
	return httpx.See(w, r, attributeview.ImportPath(p.group.ID, p.list, id))
}
