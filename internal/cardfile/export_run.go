package cardfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// exportsKept is how long the file of an export can be fetched.
const exportsKept = 24 * time.Hour

// noteEvery is after how many cards an export notes how far it is, and asks
// whether its owner may still read them.
const noteEvery = 5000

// maxExport is the size of the biggest file kept, in bytes.
const maxExport = 1 << 30

// ExportPath is the address of an export.
func ExportPath(id int64) string { return "/cards/export/" + strconv.FormatInt(id, 10) }

// ExportArgs asks for an export to be written.
type ExportArgs struct {
	OrgID    int64 `json:"org"`
	ExportID int64 `json:"export"`
}

// Kind names the job.
func (ExportArgs) Kind() string { return "cardfile.export" }

// JobSpec gives it the queue of long work.
func (ExportArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Queue: jobs.Bulk, Timeout: runTimeout, Unique: true}
}

// work may run twice for one export: each writes the whole file anew, and the
// first to end it is the one that is kept.
func (x Exporter) work(ctx context.Context, args ExportArgs) error {
	err := x.Run(ctx, args.OrgID, args.ExportID)
	if now, ok := jobs.Current(ctx); err == nil || !ok || !now.Last {
		return err
	}
	logx.From(ctx).Error("export of cards given up", "org", args.OrgID, "export", args.ExportID, "err", err)
	return x.fail(ctx, args.OrgID, args.ExportID, fault.New(fault.Internal, "cardfile.failure.ours"))
}

// Run writes an export to its end, from its beginning: after an interruption it
// begins again.
//
//gate:none it acts for the owner of the export, whose right it asks for
func (x Exporter) Run(ctx context.Context, orgID, id int64) error {
	e, err := x.start(ctx, orgID, id)
	if errors.Is(err, errTaken) {
		return nil
	}
	if err != nil {
		return err
	}
	err = x.carry(ctx, e)
	switch {
	case errors.Is(err, errTaken):
		return nil
	case noRight(err):
		return x.fail(ctx, orgID, id, errRights)
	case fault.KindOf(err) == fault.TooLarge:
		return x.fail(ctx, orgID, id, fault.New(fault.Invalid, "cardfile.failure.big"))
	case err != nil:
		return fmt.Errorf("export of cards %d: %w", id, err)
	}
	return nil
}

func (x Exporter) start(ctx context.Context, orgID, id int64) (e Export, err error) {
	err = pg.InTx(ctx, x.DB, func(tx pg.Tx) error {
		e, err = startExport(ctx, tx, orgID, id)
		return err
	})
	return e, err
}

// carry writes the file to disk and then stores it with the end of the export:
// no transaction is open while cards are read.
func (x Exporter) carry(ctx context.Context, e Export) (err error) {
	a, err := x.owner(ctx, e)
	if err != nil {
		return err
	}
	total, err := x.Extent(ctx, a, e.Wanted.Cards)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "cards-*")
	if err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	noted := 0
	err = x.Write(ctx, a, e.Wanted, file, func(n int) error {
		if n-noted < noteEvery && n < total {
			return nil
		}
		noted = n
		return x.move(ctx, e, n, max(total, n))
	})
	if err != nil {
		return err
	}
	return x.finish(ctx, e, file)
}

// owner is whom an export is written for, with the reach it was asked for with.
// Who has lost some of it since is refused, as who has lost the right.
func (x Exporter) owner(ctx context.Context, e Export) (actor.Actor, error) {
	a, err := gate.OfJob(ctx, x.DB, e.OrgID, e.MemberID)
	switch {
	case err != nil:
		return a, err
	case !e.within(a.Scope):
		return a, actor.ErrGroup
	}
	a.Scope = e.Reach
	return a, a.Need(perm.CardRead)
}

// move notes how far an export is while its owner may still read cards.
func (x Exporter) move(ctx context.Context, e Export, n, total int) error {
	if _, err := x.owner(ctx, e); err != nil {
		return err
	}
	return pg.InTx(ctx, x.DB, func(tx pg.Tx) error { return moveExport(ctx, tx, e.OrgID, e.ID, n, total) })
}

func (x Exporter) finish(ctx context.Context, e Export, file io.ReadSeeker) error {
	return pg.InTx(ctx, x.DB, func(tx pg.Tx) error {
		id, err := store(ctx, tx, "cards."+string(e.Wanted.Format), MediaType(e.Wanted.Format), file, maxExport, blob.ErrTooLarge)
		if err != nil {
			return err
		}
		if err := endExport(ctx, tx, e.OrgID, e.ID, Done, id, ""); err != nil {
			return err
		}
		return notice.ToMemberTx(ctx, tx, e.MemberID, notice.Notice{
			OrgID: e.OrgID, Kind: notice.Organization, Key: "cardfile.notice.exported.",
			Args: []string{"rows", i18n.Number(int64(e.Total))}, Path: ExportPath(e.ID),
		})
	})
}

func (x Exporter) fail(ctx context.Context, orgID, id int64, f *fault.Error) error {
	err := pg.InTx(ctx, x.DB, func(tx pg.Tx) error { return endExport(ctx, tx, orgID, id, Failed, 0, failureText(f)) })
	if errors.Is(err, errTaken) {
		return nil
	}
	return err
}
