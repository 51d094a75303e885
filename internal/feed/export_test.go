package feed

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/rivertype"

	"kabinet/internal/platform/pg"
)

// Hand is the job that hands over what waits of a source.
func Hand(s *Service, ctx context.Context, code string) error {
	src, err := sourceByCode(ctx, s.DB, code)
	if err != nil {
		return err
	}
	return s.hand(ctx, HandArgs{FeedID: src.ID})
}

// Sweep is the job that looks for work.
func Sweep(s *Service, ctx context.Context) error { return s.sweep(ctx) }

// Mark is the job of a replay.
func Mark(s *Service, ctx context.Context, id int64) error { return s.mark(ctx, id) }

// Clean is the job that forgets.
func Clean(s *Service, ctx context.Context) error { return s.clean(ctx) }

// StoreOnly is a call whose process dies before anything is handed over.
func StoreOnly(t *testing.T, s *Service, c Caller, raws ...string) {
	t.Helper()
	all := make([][]byte, len(raws))
	for i, r := range raws {
		all[i] = []byte(r)
	}
	err := pg.InTx(t.Context(), s.DB, func(tx pg.Tx) error {
		id, due, err := insertDelivery(t.Context(), tx, Delivery{FeedID: c.ID, Way: Push, State: Stored, Messages: len(raws)}, grace)
		if err != nil {
			return err
		}
		return storeMessages(t.Context(), tx, c.Source, id, due, entries(c.Source, all, 0))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Decode reads a message of the customs.
func Decode(raw []byte) (Message, error) {
	return decode(Source{Code: "customs", Kind: Declaration}, raw)
}

// Readable lays a message out.
func Readable(raw []byte) (string, bool) { return readable(raw) }

// TakeFile is the job of a file; what another process has in hand is left to it.
func TakeFile(t *testing.T, f Folder, feedID int16, name string) {
	t.Helper()
	for {
		err := f.work(t.Context(), FileArgs{FeedID: feedID, Name: name})
		if _, again := errors.AsType[*rivertype.JobSnoozeError](err); again {
			if _, sink := f.Service.Sinks[AIC]; sink || name != "long.ndjson" {
				continue
			}
			return
		}
		if err != nil {
			t.Error(err)
		}
		return
	}
}

// Look is a round of the job that watches sources, and the letters it asked for.
func Look(ctx context.Context, d *Duty) error {
	if err := d.watch(ctx, WatchArgs{}); err != nil {
		return err
	}
	rows, err := d.DB.Query(ctx, `delete from river_job where kind = $1 returning args`, DutyArgs{}.Kind())
	if err != nil {
		return err
	}
	asked, err := pgx.CollectRows(rows, pgx.RowTo[DutyArgs])
	for _, a := range asked {
		err = errors.Join(err, d.send(ctx, a))
	}
	return err
}
