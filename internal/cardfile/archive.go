package cardfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
)

// Limits of an archive of photos. Its directory is read whole, so it is bounded
// before anything reads it; a file says how long it is and is held to it.
const (
	maxDirectory = 4 << 20    // bytes
	maxFiles     = 20_000     // of an archive
	maxUnpacked  = 4 << 30    // bytes of all files, as they say themselves
	maxPhoto     = 10 << 20   // bytes of one
	tailSize     = 22 + 1<<16 // where the end of the directory stands
)

// What is wrong with a whole archive.
var (
	errManyFiles = fault.New(fault.Invalid, "cardfile.archive.many", "max", maxFiles).On(FieldArchive)
	errUnpacked  = fault.New(fault.Invalid, "cardfile.archive.unpacked", "max", maxUnpacked>>30).On(FieldArchive)
)

// photo is a file of an archive that a card may get.
type photo struct {
	n    int // place in the archive
	name string
	gtin gs1.GTIN
	side card.Side
	file *zip.File
}

// archive is what an archive of photos holds, by its directory alone.
type archive struct {
	photos []photo
	bad    []BadPhoto // what cannot be a photo, by name, size or kind
	files  int
}

// openArchive reads the directory of an archive. What is wrong with one file is
// told of that file; a fault is about the whole.
func openArchive(r io.ReaderAt, size int64) (archive, error) {
	if err := bearableDirectory(r, size); err != nil {
		return archive{}, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return archive{}, ErrArchive.Because(err)
	}
	var a archive
	var size64 uint64
	seen := map[string]bool{}
	for n, f := range z.File {
		if size64 += f.UncompressedSize64; size64 > maxUnpacked || f.UncompressedSize64 > maxUnpacked {
			return archive{}, errUnpacked
		}
		if litter(f) {
			continue
		}
		if a.files++; a.files > maxFiles {
			return archive{}, errManyFiles
		}
		p, wrong := judge(f)
		if wrong == "" {
			place := string(p.gtin) + string(p.side)
			if seen[place] {
				wrong = "cardfile.photo.twice"
			}
			seen[place] = true
		}
		if wrong != "" {
			a.bad = append(a.bad, badPhoto(n, f.Name, wrong))
			continue
		}
		p.n, p.name, p.file = n, f.Name, f
		a.photos = append(a.photos, p)
	}
	return a, nil
}

func badPhoto(n int, name, key string, args ...any) BadPhoto {
	return BadPhoto{N: n, Name: name, Complaint: Complaint{Field: card.FieldPhotos, Key: key, Args: args}}
}

// bearableDirectory finds the directory at the end of an archive and refuses one
// that is too long to be held in memory, does not end where it says, or is of
// the kind for archives beyond 4 GiB. Nothing may stand in front of the files,
// so a file of another kind is no archive too.
func bearableDirectory(r io.ReaderAt, size int64) error {
	first := make([]byte, 4)
	if _, err := r.ReadAt(first, 0); err != nil || string(first) != "PK\x03\x04" {
		return ErrArchive.Because(err)
	}
	tail := make([]byte, min(size, tailSize))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read archive: %w", err)
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < 22 {
		return ErrArchive
	}
	end := tail[at:]
	files := binary.LittleEndian.Uint16(end[10:])
	length, offset := binary.LittleEndian.Uint32(end[12:]), binary.LittleEndian.Uint32(end[16:])
	where := size - int64(len(tail)) + int64(at)
	switch {
	case files > maxFiles || length > maxDirectory:
		return errManyFiles
	case int64(offset)+int64(length) != where:
		return ErrArchive
	}
	return nil
}

// litter is what programs put into archives by themselves.
func litter(f *zip.File) bool {
	base := path.Base(f.Name)
	return f.FileInfo().IsDir() || strings.HasPrefix(f.Name, "__MACOSX/") || strings.HasPrefix(base, "._") ||
		base == ".DS_Store" || strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// photoName is the GTIN and, unless it is the front, the side.
var photoName = regexp.MustCompile(`^([0-9]{8}|[0-9]{12,14})(?:[_-]([a-z]+))?\.(jpg|jpeg|png|webp)$`)

// encrypted marks a file that wants a password.
const encrypted = 0x1

// judge opens the name of a file, or says what is wrong with it.
func judge(f *zip.File) (p photo, wrong string) {
	base := strings.ToLower(path.Base(f.Name))
	switch {
	case strings.Contains(f.Name, `\`), strings.HasPrefix(f.Name, "/"), strings.Contains("/"+f.Name+"/", "/../"), strings.Contains(f.Name, ":"):
		return p, "cardfile.photo.path"
	case !f.Mode().IsRegular():
		return p, "cardfile.photo.kind"
	case f.Flags&encrypted != 0:
		return p, "cardfile.photo.encrypted"
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return p, "cardfile.photo.method"
	case strings.HasSuffix(base, ".zip"), strings.HasSuffix(base, ".rar"), strings.HasSuffix(base, ".7z"):
		return p, "cardfile.photo.nested"
	case f.UncompressedSize64 > maxPhoto:
		return p, "cardfile.photo.big"
	}
	m := photoName.FindStringSubmatch(base)
	if m == nil {
		return p, "cardfile.photo.name"
	}
	gtin, err := gs1.ParseGTIN(m[1])
	if err != nil {
		return p, "cardfile.photo.gtin"
	}
	side, ok := sideOf(m[2])
	if !ok {
		return p, "cardfile.photo.side"
	}
	return photo{gtin: gtin, side: side}, ""
}

// sideOf is the side a name ends with; no ending is the front.
func sideOf(name string) (card.Side, bool) {
	if name == "" {
		return card.Front, true
	}
	for _, s := range card.Sides() {
		if string(s) == name {
			return s, true
		}
	}
	return "", false
}

// base is the name of a photo without the folder it stood in.
func (p photo) base() string { return path.Base(p.name) }

// open gives the content of a photo, at most maxPhoto and one byte of it,
// whatever the archive says of its size.
func (p photo) open() (io.ReadCloser, error) {
	in, err := p.file.Open()
	if err != nil {
		return nil, errDamaged.Because(err)
	}
	return unpacked{io.LimitReader(in, maxPhoto+1), in}, nil
}

// unpacked reads a file of an archive; what cannot be unpacked is damaged.
type unpacked struct {
	io.Reader
	io.Closer
}

// Read tells any error but the end as the file's own fault.
func (u unpacked) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errDamaged.Because(err)
	}
	return n, err
}

// readerAt reads an uploaded file from any place.
type readerAt struct{ io.ReadSeeker }

// ReadAt is for one reader at a time.
func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	if at, ok := r.ReadSeeker.(io.ReaderAt); ok {
		return at.ReadAt(p, off)
	}
	if _, err := r.Seek(off, io.SeekStart); err != nil {
		return 0, fmt.Errorf("read archive: %w", err)
	}
	return io.ReadFull(r.ReadSeeker, p)
}
