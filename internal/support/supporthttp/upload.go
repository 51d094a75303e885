package supporthttp

import (
	"errors"
	"mime/multipart"
	"net/http"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/support"
)

// Of an upload, so much is kept in memory; the rest goes to temporary files.
const inMemory = 1 << 20

// overhead is what a form holds besides its files.
const overhead = 256 << 10

var (
	errBadBytes = fault.New(fault.BadRequest, "fault.bad_bytes")
	errUnread   = fault.New(fault.Invalid, "support.file.unread").On("files")
	errTogether = fault.New(fault.Invalid, "support.file.together", "max", support.MaxFiles*support.MaxFile>>20).On("files")
)

// received is a form with files that has come in whole: it reaches the database
// from this machine, so a slow sender holds no transaction.
type received struct {
	values  map[string][]string
	uploads []support.Upload
	form    *multipart.Form
	open    []multipart.File
}

// receive reads the form; close is due whatever comes of it. What is larger than
// all files may be together is refused while it comes in.
func receive(w http.ResponseWriter, r *http.Request) (*received, error) {
	f := &received{}
	r.Body = http.MaxBytesReader(w, r.Body, support.MaxFiles*support.MaxFile+overhead)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return f, errTogether
		}
		return f, errUnread.Because(err)
	}
	f.form, f.values = r.MultipartForm, r.MultipartForm.Value
	for _, vs := range f.values {
		for _, v := range vs {
			if !httpx.Clean(v) {
				return f, errBadBytes
			}
		}
	}
	return f, f.files()
}

// files opens what was chosen, one more than may be, so that it is complained of.
func (f *received) files() error {
	for _, chosen := range f.form.File["files"] {
		if chosen.Filename == "" && chosen.Size == 0 {
			continue // nothing was chosen
		}
		if len(f.uploads) > support.MaxFiles {
			return nil
		}
		content, err := chosen.Open()
		if err != nil {
			return err
		}
		f.open = append(f.open, content)
		f.uploads = append(f.uploads, support.Upload{Name: chosen.Filename, Size: chosen.Size, File: content})
	}
	return nil
}

// value is what was typed into a field.
func (f *received) value(name string) string {
	if vs := f.values[name]; len(vs) > 0 {
		return vs[0]
	}
	return ""
}

// close takes the temporary files away.
func (f *received) close() {
	for _, file := range f.open {
		_ = file.Close() // only read from
	}
	if f.form != nil {
		_ = f.form.RemoveAll() // what is left the system removes
	}
}
