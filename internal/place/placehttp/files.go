package placehttp

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/place"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/placeview"
)

// csv answers GET /org/places.csv: the filtered places for office programs.
func (h Handlers) csv(w http.ResponseWriter, r *http.Request) error {
	ps, err := h.Places.Export(r.Context(), httpx.Actor(r), filter(r.URL.Query()))
	if err != nil {
		return err
	}
	return httpx.CSV(w, h.fileName(r, "csv"), texts(placeview.Cells(r.Context(), ps)))
}

// xlsx answers GET /org/places.xlsx.
func (h Handlers) xlsx(w http.ResponseWriter, r *http.Request) error {
	f := filter(r.URL.Query())
	ps, err := h.Places.Export(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	about := placeview.About(r.Context(), httpx.Identity(r).OrgNames.In(i18n.From(r.Context()).Code()), f, h.Now())
	return httpx.XLSX(w, h.fileName(r, "xlsx"), about, placeview.Cells(r.Context(), ps))
}

// fileName is "places_302118447_2025-12-04_0941.csv".
func (h Handlers) fileName(r *http.Request, kind string) string {
	return "places_" + httpx.Identity(r).TIN + "_" + placeview.Stamp(h.Now()) + "." + kind
}

// texts writes out the cells of a workbook for a file of texts.
func texts(rows [][]any) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = make([]string, len(row))
		for j, v := range row {
			out[i][j] = placeview.CellText(v)
		}
	}
	return out
}

// templateCSV answers GET /org/places/import/template.csv.
func (h Handlers) templateCSV(w http.ResponseWriter, r *http.Request) error {
	if err := manage(r); err != nil {
		return err
	}
	return httpx.CSV(w, "places-template.csv", texts(placeview.Template(r.Context())))
}

// templateXLSX answers GET /org/places/import/template.xlsx.
func (h Handlers) templateXLSX(w http.ResponseWriter, r *http.Request) error {
	if err := manage(r); err != nil {
		return err
	}
	return httpx.XLSX(w, "places-template.xlsx", "", placeview.Template(r.Context()))
}

// askFile answers GET /org/places/import.
func (h Handlers) askFile(w http.ResponseWriter, r *http.Request) error {
	if err := manage(r); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, placeview.Upload(nil))
}

// Of an upload, so much is kept in memory; the rest goes to a temporary file.
const inMemory = 1 << 20

// overhead is what a form holds besides its file.
const overhead = 64 << 10

// upload answers POST /org/places/import: the file is read and judged, and
// nothing changes yet.
func (h Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	if err := manage(r); err != nil {
		return err
	}
	id, err := h.receive(w, r)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, placeview.Upload(wrong))
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, placeview.ImportURL(id, ""))
}

func (h Handlers) receive(w http.ResponseWriter, r *http.Request) (id string, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, place.MaxFile+overhead)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		return "", refused(err)
	}
	defer func() { err = errors.Join(err, r.MultipartForm.RemoveAll()) }()
	file, about, err := r.FormFile("file")
	if err != nil {
		return "", place.ErrNoFile
	}
	defer func() { _ = file.Close() }() // only read from
	switch {
	case about.Size == 0 && about.Filename == "":
		return "", place.ErrNoFile
	case about.Size > place.MaxFile:
		return "", place.ErrBigFile
	}
	return h.Places.Upload(r.Context(), httpx.Actor(r), about.Filename, file)
}

// refused says what is wrong with a body that is not read to its end.
func refused(err error) *fault.Error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return place.ErrBigFile
	}
	return place.ErrNoFile.Because(err)
}

// imported answers GET /org/places/import/{id}.
func (h Handlers) imported(w http.ResponseWriter, r *http.Request) error {
	i, err := h.Places.Import(r.Context(), httpx.Actor(r), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, placeview.Import(i))
}

// apply answers POST /org/places/import/{id}/apply.
func (h Handlers) apply(w http.ResponseWriter, r *http.Request) error {
	id := chi.URLParam(r, "id")
	if err := h.Places.Apply(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	return h.done(w, r, "place.flash.imported", placeview.ImportURL(id, ""))
}

// complaints answers GET /org/places/import/{id}/complaints.csv.
func (h Handlers) complaints(w http.ResponseWriter, r *http.Request) error {
	i, err := h.Places.Import(r.Context(), httpx.Actor(r), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return httpx.CSV(w, "places-complaints.csv", placeview.Complaints(r.Context(), i.Told()))
}
