package requesthttp

import (
	"errors"
	"mime/multipart"
	"net/http"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/request"
)

// Of an upload, so much is kept in memory; the rest goes to a temporary file.
const inMemory = 1 << 20

// overhead is what a form holds besides its file.
const overhead = 64 << 10

var errBadBytes = fault.New(fault.BadRequest, "fault.bad_bytes")

// received is a form with a file that has come in whole: it reaches the database
// from this machine, so a slow sender holds no transaction.
type received struct {
	draft  request.NumberDraft
	upload request.Upload
	form   *multipart.Form
	file   multipart.File
}

// receive reads the form. What is larger than any document is refused while it
// comes in.
func receive(w http.ResponseWriter, r *http.Request) (*received, error) {
	r.Body = http.MaxBytesReader(w, r.Body, request.MaxDocument+overhead)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return nil, request.ErrTooBig
		}
		return nil, request.ErrNoFile.Because(err)
	}
	f := &received{form: r.MultipartForm}
	for _, v := range []struct {
		name string
		into *string
	}{{"kind", &f.draft.Kind}, {"number", &f.draft.Number}, {"about", &f.draft.About}} {
		*v.into = r.PostFormValue(v.name)
		if !httpx.Clean(*v.into) {
			return f, errBadBytes
		}
	}
	file, about, err := r.FormFile("file")
	if err != nil {
		return f, nil // the use case complains of it together with the fields
	}
	f.file = file
	f.upload = request.Upload{Name: about.Filename, Size: about.Size, File: file}
	return f, nil
}

// close takes the temporary file away.
func (f *received) close() {
	if f.file != nil {
		_ = f.file.Close() // only read from
	}
	_ = f.form.RemoveAll() // what is left the system removes
}
