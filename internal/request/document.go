package request

import (
	"io"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/attachment"
)

// MaxDocument is how large a document may be, in bytes.
const MaxDocument = 5 << 20

// What can be wrong with a document.
var (
	ErrNoFile   = fault.New(fault.Invalid, "request.file.missing").On("file")
	ErrTooBig   = fault.New(fault.Invalid, "request.file.large").On("file")
	ErrFileType = fault.New(fault.Invalid, "request.file.type").On("file")
)

// Upload is a document on its way in: a file on this machine, never a slow
// connection.
type Upload struct {
	Name string
	Size int64 // bytes
	File io.ReadSeeker
}

// Extension is the end of the name under which we hand the document out: of what
// it contains, whatever its own name says.
func (d Document) Extension() string {
	return attachment.Extension(d.MediaType)
}

// mediaType finds out what a document is by its content: neither its name nor
// what the browser says of it counts. What only begins like one of the three
// types is none.
func (u Upload) mediaType() (string, error) {
	switch {
	case u.File == nil || u.Size == 0:
		return "", ErrNoFile
	case u.Size > MaxDocument:
		return "", ErrTooBig
	}
	kind, err := attachment.Type(u.File, u.Size)
	if err != nil {
		return "", ErrFileType.Because(err)
	}
	return kind, nil
}
