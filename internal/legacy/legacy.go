// Package legacy brings the organizations of the old personal account over.
//
// A file is checked first: the same run as the import itself, only that nothing
// is stored, so what it promises is what happens. Every row stands for itself;
// what is wrong with one is told with its number, column and remedy, and the
// rows around it are not touched. A run works in batches, each one transaction
// with its own progress, so that a run killed anywhere goes on where it was;
// and since an unchanged row is left alone, a file imported twice changes nothing.
package legacy

import (
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/sheet"
)

// Refusals of this package.
var (
	ErrNotFound   = fault.New(fault.NotFound, "legacy.not_found")
	ErrNotChecked = fault.New(fault.Conflict, "legacy.not_checked")
	ErrOver       = fault.New(fault.Conflict, "legacy.over")
	ErrNoRows     = fault.New(fault.Invalid, "legacy.file.no_rows")
	ErrNoFile     = fault.New(fault.Invalid, "legacy.file.none").On("file")
	ErrTooBig     = fault.New(fault.TooLarge, "legacy.file.big", "max", MaxFile>>20).On("file")

	errHeader = fault.New(fault.Invalid, "legacy.file.header")
)

// MaxRows is how many rows a file may have.
const MaxRows = sheet.MaxRows

// MaxFile is the size of the biggest file taken, in bytes.
const MaxFile = 50 << 20

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

// Import is one file and the state of its last run.
type Import struct {
	ID        int64
	BlobID    int64
	FileName  string
	Format    sheet.Format
	Mode      Mode
	Status    Status
	NextRow   int // first row that is not yet dealt with
	TotalRows int // 0 while unknown: a workbook is counted by reading it
	Tally
	Failure    string // message key of what made the file unreadable
	StaffID    int64  // 0: the command line
	StaffName  string
	CreatedAt  time.Time
	StartedAt  time.Time // zero until a worker took it
	FinishedAt time.Time // zero until it ended
}

// Tally counts rows.
type Tally struct {
	Good, Bad                   int
	Created, Changed, Unchanged int // of the good ones
}

// Rows is how many rows were dealt with.
func (t Tally) Rows() int { return t.Good + t.Bad }

func (t Tally) plus(u Tally) Tally {
	return Tally{
		Good: t.Good + u.Good, Bad: t.Bad + u.Bad,
		Created: t.Created + u.Created, Changed: t.Changed + u.Changed, Unchanged: t.Unchanged + u.Unchanged,
	}
}

// Moving reports whether a run waits or works.
func (i Import) Moving() bool { return i.Status == Queued || i.Status == Running }

// Applicable reports whether the file was checked and something in it can be
// imported.
func (i Import) Applicable() bool {
	return i.Mode == Check && i.Status == Done && i.Created+i.Changed > 0
}
