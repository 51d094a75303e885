package memberhttp

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/web/memberview"
)

// overhead is what a form holds besides its file, inMemory what of it is not
// put on the disk.
const (
	overhead = 64 << 10
	inMemory = 1 << 20
)

// uploadForm answers GET /org/users/import.
func (h Handlers) uploadForm(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.MemberManage); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, memberview.Upload(nil))
}

func (h Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.MemberManage); err != nil {
		return err
	}
	n, err := h.receive(w, r)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, memberview.Upload(wrong))
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, "/org/users/import/"+n)
}

func (h Handlers) receive(w http.ResponseWriter, r *http.Request) (id string, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, member.MaxFile+overhead)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		return "", refused(err)
	}
	defer func() { err = errors.Join(err, r.MultipartForm.RemoveAll()) }()
	file, about, err := r.FormFile("file")
	if err != nil {
		return "", member.ErrNoFile
	}
	defer func() { _ = file.Close() }() // only read from
	if about.Size == 0 && about.Filename == "" {
		return "", member.ErrNoFile
	}
	return h.Members.Upload(r.Context(), httpx.Actor(r), about.Filename, file)
}

// refused says what is wrong with a body that is not read to its end.
func refused(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return member.ErrBigFile
	}
	return member.ErrNoFile.Because(err)
}

// checked answers GET /org/users/import/{id}: what is in the file, and what
// applying it would do.
func (h Handlers) checked(w http.ResponseWriter, r *http.Request) error {
	i, err := h.Members.Import(r.Context(), httpx.Actor(r), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, memberview.Checked(i))
}

func (h Handlers) apply(w http.ResponseWriter, r *http.Request) error {
	n := chi.URLParam(r, "id")
	if err := h.Members.Apply(r.Context(), httpx.Actor(r), n); err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "member.flash.imported")
	return httpx.See(w, r, "/org/users/import/"+n)
}

// templateCSV is a file to fill in: the titles and one example.
func (h Handlers) templateCSV(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.MemberManage); err != nil {
		return err
	}
	return httpx.CSV(w, "users-template.csv", memberview.Template(r.Context()))
}

func (h Handlers) templateXLSX(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.MemberManage); err != nil {
		return err
	}
	texts := memberview.Template(r.Context())
	rows := make([][]any, len(texts))
	for i, row := range texts {
		for _, t := range row {
			rows[i] = append(rows[i], t)
		}
	}
	return httpx.XLSX(w, "users-template.xlsx", "", rows)
}
