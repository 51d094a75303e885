package request

import (
	"bytes"
	"errors"
	"image/jpeg"
	"image/png"
	"io"

	"kabinet/internal/core/fault"
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

// Types of documents.
const (
	typePDF  = "application/pdf"
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
)

// Extension is the end of the name under which we hand the document out: of what
// it contains, whatever its own name says.
func (d Document) Extension() string {
	return map[string]string{typePDF: ".pdf", typeJPEG: ".jpg", typePNG: ".png"}[d.MediaType]
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
	head := make([]byte, 8)
	if _, err := io.ReadFull(u.File, head); err != nil {
		return "", ErrFileType.Because(err)
	}
	kind, err := u.judge(head)
	if err != nil {
		return "", ErrFileType.Because(err)
	}
	_, err = u.File.Seek(0, io.SeekStart)
	return kind, err
}

var errUnknown = errors.New("of no known type")

func (u Upload) judge(head []byte) (string, error) {
	if _, err := u.File.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return typePDF, u.endsAsPDF()
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		_, err := jpeg.DecodeConfig(u.File)
		return typeJPEG, err
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		_, err := png.DecodeConfig(u.File)
		return typePNG, err
	}
	return "", errUnknown
}

// pdfTail is how far from the end of a PDF its last mark may stand.
const pdfTail = 2048

// endsAsPDF wants the mark at the end: a PDF that was cut off on its way opens
// nowhere.
func (u Upload) endsAsPDF() error {
	if _, err := u.File.Seek(-min(u.Size, pdfTail), io.SeekEnd); err != nil {
		return err
	}
	tail, err := io.ReadAll(io.LimitReader(u.File, pdfTail))
	if err == nil && !bytes.Contains(tail, []byte("%%EOF")) {
		return errUnknown
	}
	return err
}
