// Package cardfile takes product cards in and out as files: templates to fill
// in, imports, exports.
//
// A file is checked first. The check is the import itself, batch by batch, only
// that each batch is rolled back: what it promises is what happens. Every row
// stands for itself; what is wrong with one is told with its number and column,
// and the refused rows make a file to correct and send again. A run moves one
// counter in the transaction of each batch, so that one that was killed goes on
// where it was, and it acts for whoever asked for it: every batch asks for the
// right anew.
//
// A row is the card.Typed of a form: columns are named like its fields, and the
// same texts give the same card by the page, by the file and by the API.
package cardfile

import (
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/sheet"
)

// Limits of an import.
const (
	MaxRows   = 100_000
	MaxFile   = 50 << 20  // bytes of a table
	MaxPhotos = 200 << 20 // bytes of an archive of photos

	maxMoving = 3         // files of an organization that are worked on at once
	maxStored = 10        // files of an organization, or exports of a member, that are kept
	maxText   = 160 << 20 // bytes of all cells of a table
)

// Fields of the form besides those of a card.
const (
	FieldFile    = "file"
	FieldArchive = "archive"
	FieldGroup   = "group"
)

// Refusals.
var (
	ErrNotFound   = fault.New(fault.NotFound, "cardfile.not_found")
	ErrNotChecked = fault.New(fault.Conflict, "cardfile.not_checked")
	ErrNotAgain   = fault.New(fault.Conflict, "cardfile.not_again")
	ErrOver       = fault.New(fault.Conflict, "cardfile.over")
	ErrBusy       = fault.New(fault.Invalid, "cardfile.busy", "max", maxMoving).On(FieldFile)
	ErrNoGroup    = fault.New(fault.Invalid, "cardfile.no_group").On(FieldGroup)
	ErrNoFile     = fault.New(fault.Invalid, "cardfile.no_file").On(FieldFile)
	ErrBigFile    = fault.New(fault.TooLarge, "cardfile.big_file", "max", MaxFile>>20).On(FieldFile)
	ErrBigArchive = fault.New(fault.TooLarge, "cardfile.big_archive", "max", MaxPhotos>>20).On(FieldArchive)
	ErrArchive    = fault.New(fault.Invalid, "cardfile.archive.kind").On(FieldArchive)
	ErrGone       = fault.New(fault.Gone, "cardfile.gone")

	errRows   = fault.New(fault.Invalid, "cardfile.file.rows", "max", MaxRows)
	errNoRows = fault.New(fault.Invalid, "cardfile.file.no_rows")
	errHeader = fault.New(fault.Invalid, "cardfile.file.header")
	// With "column", its letters, and "name".
	errAttribute = fault.New(fault.Invalid, "cardfile.file.attribute")
	errTwice     = fault.New(fault.Invalid, "cardfile.file.twice")

	errText = fault.New(fault.Invalid, "cardfile.file.text", "max", maxText>>20)
)

// Format is the kind of a file.
type Format = sheet.Format

// The formats, in the order in which pages offer them.
const (
	XLSX = sheet.XLSX
	CSV  = sheet.CSV
)

// Mode is what a run does.
type Mode string

// A file is checked, then applied.
const (
	Check Mode = "check"
	Apply Mode = "apply"
)

// Status is where a run stands.
type Status string

// The states of a run.
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Done      Status = "done"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
)

// Moving reports whether a run waits or works.
func (s Status) Moving() bool { return s == Queued || s == Running }

// Import is one file and the state of its last run.
type Import struct {
	OrgID       int64
	ID          int64
	MemberID    int64 // for whom the job works
	Member      string
	Group       int16 // 0: each row names its own
	BlobID      int64 // 0 when the file is gone
	PhotosBlob  int64 // 0: no archive, or it is gone
	FileName    string
	PhotosName  string
	Format      sheet.Format
	Header      []string // the row of the columns, once it was read
	Ignored     []string // titles of columns that are not read
	Mode        Mode
	Status      Status
	NextRow     int // first row that is not yet dealt with
	TotalRows   int // 0 while unknown
	NextPhoto   int
	TotalPhotos int
	Tally
	Failure    Complaint // what ended a failed run
	CreatedAt  time.Time
	StartedAt  time.Time // zero until a worker took it
	FinishedAt time.Time // zero until it ended
}

// Tally counts rows and photos.
type Tally struct {
	Created, Changed, Unchanged, Bad int
	Photos, BadPhotos                int
}

// Good is how many rows are right.
func (t Tally) Good() int { return t.Created + t.Changed + t.Unchanged }

// Rows is how many rows were dealt with.
func (t Tally) Rows() int { return t.Good() + t.Bad }

func (t Tally) plus(u Tally) Tally {
	return Tally{
		Created: t.Created + u.Created, Changed: t.Changed + u.Changed, Unchanged: t.Unchanged + u.Unchanged, Bad: t.Bad + u.Bad,
		Photos: t.Photos + u.Photos, BadPhotos: t.BadPhotos + u.BadPhotos,
	}
}

// Applicable reports whether the file was checked and something in it would
// change a card.
func (i Import) Applicable() bool {
	return i.Mode == Check && i.Status == Done && i.BlobID != 0 && i.Created+i.Changed+i.Photos > 0
}

// Again reports whether the file may be checked once more: its run failed or was
// stopped, and it is still there.
func (i Import) Again() bool { return (i.Status == Failed || i.Status == Cancelled) && i.BlobID != 0 }
