package legacy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/sheet"
)

// Service is what the operator does with imports.
type Service struct {
	DB  *pgxpool.Pool
	Box *seal.Box
}

// Upload stores a file and asks for its check. The reader must stand on disk or
// in memory; it is read from its beginning.
func (s *Service) Upload(ctx context.Context, op actor.Operator, name string, r io.ReadSeeker) (id int64, err error) {
	if err := op.Need(perm.OpOrgImport); err != nil {
		return 0, err
	}
	format, err := sniff(r)
	if err != nil {
		return 0, err
	}
	imp := Import{FileName: blob.CleanName(name), Format: format, Mode: Check, StaffID: op.StaffID, StaffName: op.Name}
	err = gate.InTx(ctx, s.DB, op, perm.OpOrgImport, func(tx pg.Tx) error {
		if id, err = storeFile(ctx, tx, imp, r); err != nil {
			return err
		}
		entry := audit.Entry{Action: "import.upload", Target: target(id), Details: map[string]any{"file": imp.FileName}}
		if err := audit.Record(ctx, tx, op.Subject(), entry); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, RunArgs{ImportID: id, Mode: Check})
	})
	return id, err
}

// sniff refuses what is no table before anything is stored.
func sniff(r io.ReadSeeker) (sheet.Format, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("read file: %w", err)
	}
	format, err := sheet.Sniff(head[:n])
	if f, ok := fault.As(err); ok {
		return "", f.On("file")
	}
	return format, err
}

// storeFile stores the file and its import. A transaction that is run again
// reads the file again.
func storeFile(ctx context.Context, tx pg.Tx, imp Import, r io.ReadSeeker) (int64, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("read file: %w", err)
	}
	b, err := blob.WriteTx(ctx, tx, imp.FileName, mediaType(imp.Format), r, MaxFile)
	if errors.Is(err, blob.ErrTooLarge) {
		return 0, ErrTooBig
	}
	if err != nil {
		return 0, err
	}
	imp.BlobID = b.ID
	return insertImport(ctx, tx, imp)
}

func mediaType(f sheet.Format) string {
	if f == sheet.XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv"
}

// Apply imports the good rows of a checked file; ErrNotChecked when the file is
// not checked, or its import was asked for already.
func (s *Service) Apply(ctx context.Context, op actor.Operator, id int64) error {
	return gate.InTx(ctx, s.DB, op, perm.OpOrgImport, func(tx pg.Tx) error {
		if err := requeueToApply(ctx, tx, id); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "import.apply", Target: target(id)}); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, RunArgs{ImportID: id, Mode: Apply})
	})
}

// Cancel ends a run; what its batches stored stays. ErrOver when it has ended.
func (s *Service) Cancel(ctx context.Context, op actor.Operator, id int64) error {
	return gate.InTx(ctx, s.DB, op, perm.OpOrgImport, func(tx pg.Tx) error {
		if err := cancelRun(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "import.cancel", Target: target(id)})
	})
}

// Get gives an import, or ErrNotFound.
func (s *Service) Get(ctx context.Context, op actor.Operator, id int64) (Import, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return Import{}, err
	}
	return importByID(ctx, s.DB, id)
}

// Page is one page of a list: rows, and the cursor of the next page, empty on
// the last one.
type Page[T any] struct {
	Rows []T
	Next string
}

// List gives the imports, newest first.
func (s *Service) List(ctx context.Context, op actor.Operator, after string) (Page[Import], error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return Page[Import]{}, err
	}
	below := int64(math.MaxInt64)
	if err := page.Decode(after, &below); err != nil {
		return Page[Import]{}, err
	}
	rows, err := newestImports(ctx, s.DB, below, page.Size("")+1)
	if err != nil {
		return Page[Import]{}, err
	}
	return pageOf(rows, func(i Import) any { return i.ID }), nil
}

// place is where a page of complaints ends.
type place struct {
	Row   int    `json:"r"`
	Field string `json:"f"`
}

// Complaints gives what is wrong with a file, in its order.
func (s *Service) Complaints(ctx context.Context, op actor.Operator, id int64, after string) (Page[Complaint], error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return Page[Complaint]{}, err
	}
	p := place{Row: -1}
	if err := page.Decode(after, &p); err != nil {
		return Page[Complaint]{}, err
	}
	rows, err := complaintsAfter(ctx, s.DB, id, p.Row, p.Field, page.Size("")+1)
	if err != nil {
		return Page[Complaint]{}, err
	}
	return pageOf(rows, func(c Complaint) any { return place{c.Row, c.Field} }), nil
}

// ComplaintsCSV writes what is wrong with a file for whoever mends it.
func (s *Service) ComplaintsCSV(ctx context.Context, op actor.Operator, id int64, w io.Writer) error {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return err
	}
	return writeComplaints(ctx, s.DB, id, w)
}

// pageOf makes a page of rows, one more of which was read than it holds.
func pageOf[T any](rows []T, key func(T) any) (p Page[T]) {
	p.Rows, p.Next = page.Cut(rows, page.Size(""), func(last T) string { return page.Encode(key(last)) })
	return p
}
