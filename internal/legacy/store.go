package legacy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// target names an import in the log.
func target(id int64) string { return "import:" + strconv.FormatInt(id, 10) }

// insertImport stores a file that waits for its check.
//
//tenant:any an import belongs to the operator
func insertImport(ctx context.Context, tx pg.Tx, i Import) (id int64, err error) {
	const q = `
		insert into imports (id, blob_id, file_name, format, mode, status, staff_id, staff_name)
		values (nextval('import_ids'), $1, $2, $3, $4, 'queued', $5, $6)
		returning id`
	err = tx.QueryRow(ctx, q, i.BlobID, i.FileName, string(i.Format), string(i.Mode), i.StaffID, i.StaffName).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert import: %w", err)
	}
	return id, nil
}

// importByID gives an import, or ErrNotFound.
//
//tenant:any an import belongs to the operator
func importByID(ctx context.Context, db pg.Querier, id int64) (Import, error) {
	const q = `
		select id, blob_id, file_name, format, mode, status, next_row, total_rows, good, bad,
			created, changed, unchanged, failure, staff_id, staff_name, created_at, started_at, finished_at
		from imports
		where id = $1`
	rows, err := db.Query(ctx, q, id)
	if err != nil {
		return Import{}, fmt.Errorf("import: %w", err)
	}
	i, err := pgx.CollectExactlyOneRow(rows, scanImport)
	switch {
	case pg.NoRows(err):
		return Import{}, ErrNotFound
	case err != nil:
		return Import{}, fmt.Errorf("import: %w", err)
	}
	return i, nil
}

// newestImports lists imports below an id, newest first.
//
//tenant:any an import belongs to the operator
func newestImports(ctx context.Context, db pg.Querier, below int64, limit int) ([]Import, error) {
	const q = `
		select id, blob_id, file_name, format, mode, status, next_row, total_rows, good, bad,
			created, changed, unchanged, failure, staff_id, staff_name, created_at, started_at, finished_at
		from imports
		where id < $1
		order by id desc
		limit $2`
	rows, err := db.Query(ctx, q, below, limit)
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	is, err := pgx.CollectRows(rows, scanImport)
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return is, nil
}

func scanImport(row pgx.CollectableRow) (Import, error) {
	var i Import
	var total *int
	var started, finished *time.Time
	err := row.Scan(&i.ID, &i.BlobID, &i.FileName, &i.Format, &i.Mode, &i.Status, &i.NextRow, &total, &i.Good, &i.Bad,
		&i.Created, &i.Changed, &i.Unchanged, &i.Failure, &i.StaffID, &i.StaffName, &i.CreatedAt, &started, &finished)
	if total != nil {
		i.TotalRows = *total
	}
	if started != nil {
		i.StartedAt = *started
	}
	if finished != nil {
		i.FinishedAt = *finished
	}
	return i, err
}

// startRun takes a run up; errTaken says that it is over.
//
//tenant:any an import belongs to the operator
func startRun(ctx context.Context, tx pg.Tx, id int64) (Import, error) {
	const q = `
		update imports
		set status = 'running', started_at = coalesce(started_at, now()), moved_at = now()
		where id = $1 and status in ('queued', 'running')`
	tag, err := tx.Exec(ctx, q, id)
	if err != nil {
		return Import{}, fmt.Errorf("start import: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return Import{}, errTaken
	}
	return importByID(ctx, tx, id)
}

// holdRun locks a run for a batch; errTaken says that it was cancelled or that
// somebody else has stored the batch already.
//
//tenant:any an import belongs to the operator
func holdRun(ctx context.Context, tx pg.Tx, id int64, from int) error {
	const q = `select status = 'running' and next_row = $2 from imports where id = $1 for update`
	var ours bool
	if err := tx.QueryRow(ctx, q, id, from).Scan(&ours); err != nil {
		return fmt.Errorf("hold import: %w", err)
	}
	if !ours {
		return errTaken
	}
	return nil
}

// moveRun writes the progress of a batch.
//
//tenant:any an import belongs to the operator
func moveRun(ctx context.Context, tx pg.Tx, id int64, next int, t Tally) error {
	const q = `
		update imports
		set next_row = $2, moved_at = now(), good = good + $3, bad = bad + $4,
			created = created + $5, changed = changed + $6, unchanged = unchanged + $7
		where id = $1`
	if _, err := tx.Exec(ctx, q, id, next, t.Good, t.Bad, t.Created, t.Changed, t.Unchanged); err != nil {
		return fmt.Errorf("move import: %w", err)
	}
	return nil
}

// setTotal writes how many rows there will be.
//
//tenant:any an import belongs to the operator
func setTotal(ctx context.Context, tx pg.Tx, id int64, total int) error {
	const q = `update imports set total_rows = $2 where id = $1`
	if _, err := tx.Exec(ctx, q, id, total); err != nil {
		return fmt.Errorf("count rows of import: %w", err)
	}
	return nil
}

// endRun ends a run that still runs.
//
//tenant:any an import belongs to the operator
func endRun(ctx context.Context, tx pg.Tx, id int64, s Status, failure string) error {
	const q = `
		update imports
		set status = $2, failure = $3, finished_at = now(),
			total_rows = case when $2 = 'done' then good + bad else total_rows end
		where id = $1 and status = 'running'`
	tag, err := tx.Exec(ctx, q, id, string(s), failure)
	if err != nil {
		return fmt.Errorf("end import: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return errTaken
	}
	return nil
}

// cancelRun ends a run at once; the worker finds out at its next batch.
//
//tenant:any an import belongs to the operator
func cancelRun(ctx context.Context, tx pg.Tx, id int64) error {
	const q = `
		update imports
		set status = 'cancelled', finished_at = now()
		where id = $1 and status in ('queued', 'running')`
	tag, err := tx.Exec(ctx, q, id)
	if err != nil {
		return fmt.Errorf("cancel import: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrOver
	}
	return nil
}

// abandoned lists runs that nobody has moved for some time, with their next row.
//
//tenant:any an import belongs to the operator
func abandoned(ctx context.Context, db pg.Querier, after time.Duration) ([]RunArgs, error) {
	const q = `
		select id, mode, next_row
		from imports
		where status = 'running' and moved_at < now() - $1::interval and staff_id <> 0
		order by id
		limit 100`
	rows, err := db.Query(ctx, q, after)
	if err != nil {
		return nil, fmt.Errorf("abandoned imports: %w", err)
	}
	args, err := pgx.CollectRows(rows, pgx.RowToStructByPos[RunArgs])
	if err != nil {
		return nil, fmt.Errorf("abandoned imports: %w", err)
	}
	return args, nil
}

// requeueToApply starts a checked file over, this time in earnest. Complaints
// are told anew: the database may have changed since the check.
//
//tenant:any an import belongs to the operator
func requeueToApply(ctx context.Context, tx pg.Tx, id int64) error {
	const requeue = `
		update imports
		set mode = 'apply', status = 'queued', next_row = 0, good = 0, bad = 0,
			created = 0, changed = 0, unchanged = 0, started_at = null, finished_at = null
		where id = $1 and mode = 'check' and status = 'done'`
	tag, err := tx.Exec(ctx, requeue, id)
	if err != nil {
		return fmt.Errorf("apply import: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotChecked
	}
	const forget = `delete from import_complaints where import_id = $1`
	if _, err := tx.Exec(ctx, forget, id); err != nil {
		return fmt.Errorf("apply import: %w", err)
	}
	return nil
}

// addComplaints stores what is wrong. A column of a row has one complaint.
//
//tenant:any an import belongs to the operator
func addComplaints(ctx context.Context, tx pg.Tx, id int64, told []Complaint) error {
	if len(told) == 0 {
		return nil
	}
	columns := []string{"import_id", "row_no", "field", "key", "args", "found"}
	rows := pgx.CopyFromSlice(len(told), func(i int) ([]any, error) {
		c := told[i]
		args, err := json.Marshal(append([]any{}, c.Args...))
		return []any{id, c.Row, c.Field, c.Key, args, c.Found}, err
	})
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"import_complaints"}, columns, rows); err != nil {
		return fmt.Errorf("store complaints: %w", err)
	}
	return nil
}

// complaintsAfter lists complaints beyond a row and column, in their order.
//
//tenant:any an import belongs to the operator
func complaintsAfter(ctx context.Context, db pg.Querier, id int64, row int, field string, limit int) ([]Complaint, error) {
	const q = `
		select row_no, field, key, args, found
		from import_complaints
		where import_id = $1 and (row_no, field) > ($2, $3)
		order by row_no, field
		limit $4`
	rows, err := db.Query(ctx, q, id, row, field, limit)
	if err != nil {
		return nil, fmt.Errorf("list complaints: %w", err)
	}
	told, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (Complaint, error) {
		var c Complaint
		var args []byte
		if err := r.Scan(&c.Row, &c.Field, &c.Key, &args, &c.Found); err != nil {
			return c, err
		}
		c.Args, err = readArgs(args)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("list complaints: %w", err)
	}
	return told, nil
}

// nameOrgs notes which organizations a run named with good rows.
func nameOrgs(ctx context.Context, tx pg.Tx, id int64, orgIDs []int64) error {
	const q = `
		insert into import_orgs (org_id, import_id)
		select org_id, $1 from unnest($2::bigint[]) org_id
		order by org_id
		on conflict do nothing`
	if _, err := tx.Exec(ctx, q, id, orgIDs); err != nil {
		return fmt.Errorf("name organizations of import: %w", err)
	}
	return nil
}

// readArgs gives whole numbers back as such, so that they are written with
// their groups of digits.
func readArgs(b []byte) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var args []any
	if err := d.Decode(&args); err != nil {
		return nil, fmt.Errorf("values of a complaint: %w", err)
	}
	for i, a := range args {
		if n, ok := a.(json.Number); ok {
			if whole, err := n.Int64(); err == nil {
				args[i] = whole
			}
		}
	}
	return args, nil
}
