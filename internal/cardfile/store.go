package cardfile

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// target names an import in the log.
func target(id int64) string { return "card_import:" + strconv.FormatInt(id, 10) }

// insertImport stores a file that waits for its check.
func insertImport(ctx context.Context, tx pg.Tx, i Import) (id int64, err error) {
	const q = `
		insert into card_imports (org_id, id, member_id, member_name, group_id, blob_id, photos_blob_id, file_name, photos_name, format)
		values ($1, nextval('card_file_ids'), $2, $3, nullif($4, 0), $5, nullif($6::bigint, 0), $7, $8, $9)
		returning id`
	err = tx.QueryRow(ctx, q, i.OrgID, i.MemberID, i.Member, i.Group, i.BlobID, i.PhotosBlob, i.FileName, i.PhotosName, string(i.Format)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert import of cards: %w", err)
	}
	return id, nil
}

// movingImports counts the files of an organization that are worked on.
func movingImports(ctx context.Context, q pg.Querier, orgID int64) (n int, err error) {
	const stmt = `select count(*) from card_imports where org_id = $1 and status in ('queued', 'running')`
	if err := q.QueryRow(ctx, stmt, orgID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count imports of cards: %w", err)
	}
	return n, nil
}

// importByID gives an import, or ErrNotFound.
func importByID(ctx context.Context, db pg.Querier, orgID, id int64) (Import, error) {
	const q = `
		select org_id, id, member_id, member_name, coalesce(group_id, 0), coalesce(blob_id, 0), coalesce(photos_blob_id, 0),
			file_name, photos_name, format, header, ignored, mode, status, next_row, coalesce(total_rows, 0), next_photo,
			coalesce(total_photos, 0), created, changed, unchanged, bad, photos, bad_photos, failure, created_at, started_at, finished_at
		from card_imports
		where org_id = $1 and id = $2`
	rows, err := db.Query(ctx, q, orgID, id)
	if err != nil {
		return Import{}, fmt.Errorf("import of cards: %w", err)
	}
	i, err := pgx.CollectExactlyOneRow(rows, scanImport)
	switch {
	case pg.NoRows(err):
		return Import{}, ErrNotFound
	case err != nil:
		return Import{}, fmt.Errorf("import of cards: %w", err)
	}
	return i, nil
}

// newestImports lists the imports of an organization that somebody may see:
// those of open groups and the own ones; newest first.
func newestImports(ctx context.Context, db pg.Querier, orgID, memberID int64, allGroups bool, groups []int16, limit int) ([]Import, error) {
	const q = `
		select org_id, id, member_id, member_name, coalesce(group_id, 0), coalesce(blob_id, 0), coalesce(photos_blob_id, 0),
			file_name, photos_name, format, header, ignored, mode, status, next_row, coalesce(total_rows, 0), next_photo,
			coalesce(total_photos, 0), created, changed, unchanged, bad, photos, bad_photos, failure, created_at, started_at, finished_at
		from card_imports
		where org_id = $1 and ($3 or member_id = $2 or group_id = any ($4::smallint[]))
		order by id desc
		limit $5`
	rows, err := db.Query(ctx, q, orgID, memberID, allGroups, groups, limit)
	if err != nil {
		return nil, fmt.Errorf("list imports of cards: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanImport)
	if err != nil {
		return nil, fmt.Errorf("list imports of cards: %w", err)
	}
	return list, nil
}

func scanImport(row pgx.CollectableRow) (i Import, err error) {
	var started, finished *time.Time
	var failure string
	err = row.Scan(&i.OrgID, &i.ID, &i.MemberID, &i.Member, &i.Group, &i.BlobID, &i.PhotosBlob,
		&i.FileName, &i.PhotosName, &i.Format, &i.Header, &i.Ignored, &i.Mode, &i.Status, &i.NextRow, &i.TotalRows, &i.NextPhoto,
		&i.TotalPhotos, &i.Created, &i.Changed, &i.Unchanged, &i.Bad, &i.Photos, &i.BadPhotos, &failure, &i.CreatedAt, &started, &finished)
	i.Failure = readFailure(failure)
	if started != nil {
		i.StartedAt = *started
	}
	if finished != nil {
		i.FinishedAt = *finished
	}
	return i, err
}

// startRun takes a run up; errTaken says that it is over.
func startRun(ctx context.Context, tx pg.Tx, orgID, id int64) (Import, error) {
	const q = `
		update card_imports
		set status = 'running', started_at = coalesce(started_at, now()), moved_at = now()
		where org_id = $1 and id = $2 and status in ('queued', 'running')`
	tag, err := tx.Exec(ctx, q, orgID, id)
	if err != nil {
		return Import{}, fmt.Errorf("start import of cards: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return Import{}, errTaken
	}
	return importByID(ctx, tx, orgID, id)
}

// place is how far a run is.
type place struct{ Row, Photo int }

// holdRun locks a run for a batch; errTaken says that it was cancelled or that
// somebody else has stored the batch already.
func holdRun(ctx context.Context, tx pg.Tx, orgID, id int64, from place) error {
	const q = `select status = 'running' and next_row = $3 and next_photo = $4 from card_imports where org_id = $1 and id = $2 for update`
	var ours bool
	if err := tx.QueryRow(ctx, q, orgID, id, from.Row, from.Photo).Scan(&ours); err != nil {
		return fmt.Errorf("hold import of cards: %w", err)
	}
	if !ours {
		return errTaken
	}
	return nil
}

// moveRun writes the progress of a batch.
func moveRun(ctx context.Context, tx pg.Tx, orgID, id int64, next place, t Tally) error {
	const q = `
		update card_imports
		set next_row = $3, next_photo = $4, moved_at = now(), created = created + $5, changed = changed + $6,
			unchanged = unchanged + $7, bad = bad + $8, photos = photos + $9, bad_photos = bad_photos + $10
		where org_id = $1 and id = $2`
	_, err := tx.Exec(ctx, q, orgID, id, next.Row, next.Photo, t.Created, t.Changed, t.Unchanged, t.Bad, t.Photos, t.BadPhotos)
	if err != nil {
		return fmt.Errorf("move import of cards: %w", err)
	}
	return nil
}

// setHeader keeps the row of the columns; the file to correct begins with it.
func setHeader(ctx context.Context, tx pg.Tx, orgID, id int64, titles, ignored []string) error {
	const q = `update card_imports set header = $3, ignored = coalesce($4, '{}'::text[]) where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, orgID, id, titles, ignored); err != nil {
		return fmt.Errorf("columns of import of cards: %w", err)
	}
	return nil
}

// setTotals writes how many rows and photos there will be.
func setTotals(ctx context.Context, tx pg.Tx, orgID, id int64, rows, photos int) error {
	const q = `update card_imports set total_rows = $3, total_photos = $4, moved_at = now() where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, orgID, id, rows, photos); err != nil {
		return fmt.Errorf("count rows of import of cards: %w", err)
	}
	return nil
}

// endRun ends a run that still runs.
func endRun(ctx context.Context, tx pg.Tx, orgID, id int64, s Status, failure string) error {
	const q = `
		update card_imports
		set status = $3, failure = $4, finished_at = now()
		where org_id = $1 and id = $2 and status = 'running'`
	tag, err := tx.Exec(ctx, q, orgID, id, string(s), failure)
	if err != nil {
		return fmt.Errorf("end import of cards: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return errTaken
	}
	return nil
}

// cancelRun ends a run at once; the worker finds out at its next batch.
func cancelRun(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	const q = `
		update card_imports
		set status = 'cancelled', finished_at = now()
		where org_id = $1 and id = $2 and status in ('queued', 'running')`
	tag, err := tx.Exec(ctx, q, orgID, id)
	if err != nil {
		return fmt.Errorf("cancel import of cards: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrOver
	}
	return nil
}

// requeueToApply starts a checked file over, this time in earnest and for whoever
// asked. What is wrong is told anew: cards may have changed since the check.
func requeueToApply(ctx context.Context, tx pg.Tx, orgID, id, memberID int64, member string) error {
	const requeue = `
		update card_imports
		set mode = 'apply', status = 'queued', member_id = $3, member_name = $4, next_row = 0, next_photo = 0,
			created = 0, changed = 0, unchanged = 0, bad = 0, photos = 0, bad_photos = 0, failure = '',
			started_at = null, finished_at = null, moved_at = now()
		where org_id = $1 and id = $2 and mode = 'check' and status = 'done' and blob_id is not null`
	tag, err := tx.Exec(ctx, requeue, orgID, id, memberID, member)
	if err != nil {
		return fmt.Errorf("apply import of cards: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotChecked
	}
	return forget(ctx, tx, orgID, id)
}

// requeueToCheck starts a file over whose run failed or was stopped.
func requeueToCheck(ctx context.Context, tx pg.Tx, orgID, id, memberID int64, member string) error {
	const requeue = `
		update card_imports
		set mode = 'check', status = 'queued', member_id = $3, member_name = $4, next_row = 0, next_photo = 0,
			total_rows = null, total_photos = null, created = 0, changed = 0, unchanged = 0, bad = 0, photos = 0, bad_photos = 0,
			failure = '', started_at = null, finished_at = null, moved_at = now()
		where org_id = $1 and id = $2 and status in ('failed', 'cancelled') and blob_id is not null`
	tag, err := tx.Exec(ctx, requeue, orgID, id, memberID, member)
	if err != nil {
		return fmt.Errorf("check import of cards again: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotAgain
	}
	return forget(ctx, tx, orgID, id)
}

// forget drops what was told of a run.
func forget(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	const rows = `delete from card_import_rows where org_id = $1 and import_id = $2`
	if _, err := tx.Exec(ctx, rows, orgID, id); err != nil {
		return fmt.Errorf("forget refused rows: %w", err)
	}
	const photos = `delete from card_import_photos where org_id = $1 and import_id = $2`
	if _, err := tx.Exec(ctx, photos, orgID, id); err != nil {
		return fmt.Errorf("forget refused photos: %w", err)
	}
	return nil
}

// addRefused stores refused rows.
func addRefused(ctx context.Context, tx pg.Tx, orgID, id int64, refused []Refused) error {
	if len(refused) == 0 {
		return nil
	}
	columns := []string{"org_id", "import_id", "row_no", "cells", "complaints"}
	rows := pgx.CopyFromSlice(len(refused), func(i int) ([]any, error) {
		told, err := json.Marshal(refused[i].Complaints)
		return []any{orgID, id, refused[i].Row, kept(refused[i].Cells), told}, err
	})
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"card_import_rows"}, columns, rows); err != nil {
		return fmt.Errorf("store refused rows: %w", err)
	}
	return nil
}

// refusedAfter lists refused rows beyond a row, in their order.
func refusedAfter(ctx context.Context, db pg.Querier, orgID, id int64, row, limit int) ([]Refused, error) {
	const q = `
		select row_no, cells, complaints
		from card_import_rows
		where org_id = $1 and import_id = $2 and row_no > $3
		order by row_no
		limit $4`
	rows, err := db.Query(ctx, q, orgID, id, row, limit)
	if err != nil {
		return nil, fmt.Errorf("list refused rows: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Refused])
	if err != nil {
		return nil, fmt.Errorf("list refused rows: %w", err)
	}
	return list, nil
}

// addBadPhotos stores refused files of an archive.
func addBadPhotos(ctx context.Context, tx pg.Tx, orgID, id int64, bad []BadPhoto) error {
	if len(bad) == 0 {
		return nil
	}
	columns := []string{"org_id", "import_id", "n", "name", "complaint"}
	rows := pgx.CopyFromSlice(len(bad), func(i int) ([]any, error) {
		told, err := json.Marshal(bad[i].Complaint)
		return []any{orgID, id, bad[i].N, shorten(bad[i].Name), told}, err
	})
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"card_import_photos"}, columns, rows); err != nil {
		return fmt.Errorf("store refused photos: %w", err)
	}
	return nil
}

// badPhotos lists the first refused files of an archive.
func badPhotos(ctx context.Context, db pg.Querier, orgID, id int64, limit int) ([]BadPhoto, error) {
	const q = `
		select n, name, complaint
		from card_import_photos
		where org_id = $1 and import_id = $2
		order by n
		limit $3`
	rows, err := db.Query(ctx, q, orgID, id, limit)
	if err != nil {
		return nil, fmt.Errorf("list refused photos: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (b BadPhoto, err error) {
		return b, r.Scan(&b.N, &b.Name, &b.Complaint)
	})
	if err != nil {
		return nil, fmt.Errorf("list refused photos: %w", err)
	}
	return list, nil
}

// abandoned lists runs that nobody has moved for some time, with where they are.
//
//tenant:any the job looks after all of them
func abandoned(ctx context.Context, db pg.Querier, after time.Duration) ([]RunArgs, error) {
	const q = `
		select org_id, id, mode, next_row, next_photo
		from card_imports
		where status in ('queued', 'running') and moved_at < now() - $1::interval
		order by moved_at, org_id, id
		limit 100`
	rows, err := db.Query(ctx, q, after)
	if err != nil {
		return nil, fmt.Errorf("abandoned imports of cards: %w", err)
	}
	args, err := pgx.CollectRows(rows, pgx.RowToStructByPos[RunArgs])
	if err != nil {
		return nil, fmt.Errorf("abandoned imports of cards: %w", err)
	}
	return args, nil
}

// takeOld frees the files of imports that are older than kept and gives their
// blobs, some at a time.
//
//tenant:any the job looks after all of them
func takeOld(ctx context.Context, tx pg.Tx, keptFor time.Duration) ([]int64, error) {
	const q = `
		with old as (
			select org_id, id, blob_id, photos_blob_id
			from card_imports
			where blob_id is not null and created_at < now() - $1::interval and status not in ('queued', 'running')
			order by created_at
			limit 50
			for update skip locked
		), freed as (
			update card_imports i set blob_id = null, photos_blob_id = null
			from old where i.org_id = old.org_id and i.id = old.id
		)
		select blob_id from old
		union all
		select photos_blob_id from old where photos_blob_id is not null`
	rows, err := tx.Query(ctx, q, keptFor)
	if err != nil {
		return nil, fmt.Errorf("old imports of cards: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("old imports of cards: %w", err)
	}
	return ids, nil
}

// takeSurplus frees the files of an organization's imports but the newest ones
// and gives their blobs. What is being worked on keeps its own.
func takeSurplus(ctx context.Context, tx pg.Tx, orgID int64, keep int) ([]int64, error) {
	const q = `
		with surplus as (
			select id, blob_id, photos_blob_id
			from card_imports
			where org_id = $1 and blob_id is not null and status not in ('queued', 'running')
			order by id desc
			offset $2
			for update
		), freed as (
			update card_imports i set blob_id = null, photos_blob_id = null
			from surplus s where i.org_id = $1 and i.id = s.id
		)
		select blob_id from surplus
		union all
		select photos_blob_id from surplus where photos_blob_id is not null`
	rows, err := tx.Query(ctx, q, orgID, keep)
	if err != nil {
		return nil, fmt.Errorf("surplus imports of cards: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("surplus imports of cards: %w", err)
	}
	return ids, nil
}
