package support

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/attachment"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
)

// What may be attached to a message.
const (
	MaxFiles = 5
	MaxFile  = 5 << 20 // bytes of each
)

// What can be wrong with attachments; "name" is which.
var (
	ErrFiles    = fault.New(fault.Invalid, "support.file.many", "max", MaxFiles)
	ErrFileSize = fault.New(fault.Invalid, "support.file.large", "max", MaxFile>>20)
	ErrFileKind = fault.New(fault.Invalid, "support.file.kind")
	ErrPicture  = fault.New(fault.Invalid, "support.file.picture") // cut off, moving, too small or of too many pixels
)

// Upload is a file on its way in: on this machine or in memory, never somebody's
// slow connection.
type Upload struct {
	Name string
	Size int64 // bytes
	File io.ReadSeeker
}

// ready is a file as it will be kept.
type ready struct {
	name, mediaType string
	content         io.ReadSeeker
}

// Extension is the end of the name under which a file is handed out.
func (f File) Extension() string { return attachment.Extension(f.MediaType) }

// perPerson bounds the forms with files of one person: cleaning a picture costs
// up to a second.
func perPerson() limit.Rule {
	return limit.Rule{Name: "support.files", Max: 30, Per: 10 * time.Minute}
}

// prepare judges the files of a message and writes pictures anew. What is wrong
// with each is a complaint on the field "files".
func (s *Service) prepare(ctx context.Context, who string, uploads []Upload) ([]ready, error) {
	if len(uploads) == 0 {
		return nil, nil
	}
	if err := limit.Need(ctx, s.DB, perPerson(), who); err != nil {
		return nil, err
	}
	var wrong fault.Form
	if len(uploads) > MaxFiles {
		wrong.Add("files", ErrFiles)
		return nil, wrong.Err()
	}
	files := make([]ready, 0, len(uploads))
	for _, u := range uploads {
		f, err := s.take(ctx, u)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			return nil, err
		}
		wrong.Add("files", err)
		files = append(files, f)
	}
	return files, wrong.Err()
}

func (s *Service) take(ctx context.Context, u Upload) (ready, error) {
	name := blob.CleanName(u.Name)
	if u.Size > MaxFile {
		return ready{}, ErrFileSize.With("name", name, "max", MaxFile>>20)
	}
	mediaType, err := attachment.Type(u.File, u.Size)
	switch {
	case err != nil:
		return ready{}, ErrFileKind.With("name", name).Because(err)
	case mediaType == attachment.PDF:
		return ready{name, mediaType, u.File}, nil
	}
	p, err := s.Pictures.Clean(ctx, u.File, MaxFile)
	switch {
	case fault.KindOf(err) == fault.Invalid:
		return ready{}, ErrPicture.With("name", name).Because(err)
	case err != nil:
		return ready{}, err
	}
	return ready{name, attachment.JPEG, bytes.NewReader(p.Full)}, nil
}

// keepFiles stores the files of a message.
func keepFiles(ctx context.Context, tx pg.Tx, orgID, requestID, messageID int64, files []ready) error {
	kept := make([]File, len(files))
	for i, f := range files {
		if _, err := f.content.Seek(0, io.SeekStart); err != nil { // the transaction may be the second try
			return err
		}
		b, err := blob.WriteTx(ctx, tx, f.name, f.mediaType, f.content, 2*MaxFile)
		if err != nil {
			return err
		}
		kept[i] = File{MessageID: messageID, N: i + 1, Name: b.Name, MediaType: b.MediaType, Size: b.Size, BlobID: b.ID}
	}
	return insertFiles(ctx, tx, orgID, requestID, kept)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
