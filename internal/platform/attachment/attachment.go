// Package attachment judges files that people attach to what they write: a PDF, a
// JPEG or a PNG, by what they contain and never by what they are called.
//
// That a file is of a type does not make it harmless: a PDF may hold scripts, a
// picture the place it was taken at. Pictures that others are to see are written
// anew (package picture); what is kept as it came leaves by httpx.Download only.
package attachment

import (
	"bytes"
	"errors"
	"image/jpeg"
	"image/png"
	"io"
)

// Types of attachments.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
)

// Extension is the end of the name under which a file of a type is handed out,
// ".pdf", whatever its own name says.
func Extension(mediaType string) string {
	return map[string]string{PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}[mediaType]
}

var errUnknown = errors.New("of no known type")

// Type finds out what a file of size bytes is. What only begins like one of the
// types, or is cut off, is none; then, and when it cannot be read, there is an
// error. The file stands at its beginning afterwards.
func Type(f io.ReadSeeker, size int64) (mediaType string, err error) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(f, head); err != nil {
		return "", err
	}
	if mediaType, err = judge(f, size, head); err != nil {
		return "", err
	}
	_, err = f.Seek(0, io.SeekStart)
	return mediaType, err
}

func judge(f io.ReadSeeker, size int64, head []byte) (string, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return PDF, endsAsPDF(f, size)
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		_, err := jpeg.DecodeConfig(f)
		return JPEG, err
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		_, err := png.DecodeConfig(f)
		return PNG, err
	}
	return "", errUnknown
}

// pdfTail is how far from the end of a PDF its last mark may stand.
const pdfTail = 2048

// endsAsPDF wants the mark at the end: a PDF that was cut off on its way opens
// nowhere.
func endsAsPDF(f io.ReadSeeker, size int64) error {
	if _, err := f.Seek(-min(size, pdfTail), io.SeekEnd); err != nil {
		return err
	}
	tail, err := io.ReadAll(io.LimitReader(f, pdfTail))
	if err == nil && !bytes.Contains(tail, []byte("%%EOF")) {
		return errUnknown
	}
	return err
}
