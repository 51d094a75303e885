package cardfile

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

func exportTarget(id int64) string { return "card_export:" + strconv.FormatInt(id, 10) }

// keptQuery is what is stored of what was wanted.
type keptQuery struct {
	Cards card.Selection `json:"cards"`
	About string         `json:"about"`
	Reach perm.Scope     `json:"reach"`
}

func insertExport(ctx context.Context, tx pg.Tx, e Export) (id int64, err error) {
	const q = `
		insert into card_exports (org_id, id, member_id, member_name, query, format, language)
		values ($1, nextval('card_file_ids'), $2, $3, $4, $5, $6)
		returning id`
	query, err := json.Marshal(keptQuery{e.Wanted.Cards, e.Wanted.About, e.Reach})
	if err != nil {
		return 0, fmt.Errorf("insert export of cards: %w", err)
	}
	err = tx.QueryRow(ctx, q, e.OrgID, e.MemberID, e.Member, string(query), string(e.Wanted.Format), e.Wanted.Lang.Code()).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert export of cards: %w", err)
	}
	return id, nil
}

func movingExports(ctx context.Context, q pg.Querier, orgID, memberID int64) (n int, err error) {
	const stmt = `select count(*) from card_exports where org_id = $1 and member_id = $2 and status in ('queued', 'running')`
	if err := q.QueryRow(ctx, stmt, orgID, memberID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count exports of cards: %w", err)
	}
	return n, nil
}

// exportByID gives an export of a member; anybody else's is ErrNotFound. The file
// of one that is older than exportsKept is gone, whether or not it was dropped.
func exportByID(ctx context.Context, db pg.Querier, orgID, memberID, id int64) (e Export, err error) {
	const q = `
		select org_id, id, member_id, member_name, query, format, language, status, done_rows, coalesce(total_rows, 0),
			case when finished_at > now() - $4::interval then coalesce(blob_id, 0) else 0 end, failure, created_at, finished_at
		from card_exports
		where org_id = $1 and member_id = $2 and id = $3`
	var query, lang, failure string
	var finished *time.Time
	err = db.QueryRow(ctx, q, orgID, memberID, id, exportsKept).Scan(&e.OrgID, &e.ID, &e.MemberID, &e.Member, &query, &e.Wanted.Format, &lang,
		&e.Status, &e.Done, &e.Total, &e.BlobID, &failure, &e.CreatedAt, &finished)
	switch {
	case pg.NoRows(err):
		return Export{}, ErrNotFound
	case err != nil:
		return Export{}, fmt.Errorf("export of cards: %w", err)
	}
	var k keptQuery
	if err := json.Unmarshal([]byte(query), &k); err != nil {
		return Export{}, fmt.Errorf("export of cards: %w", err)
	}
	e.Wanted.Cards, e.Wanted.About, e.Reach = k.Cards, k.About, k.Reach
	e.Wanted.Lang, _ = i18n.Parse(lang)
	e.Failure = readFailure(failure)
	if finished != nil {
		e.FinishedAt = *finished
	}
	return e, nil
}

// startExport takes an export up; errTaken says that it is over.
func startExport(ctx context.Context, tx pg.Tx, orgID, id int64) (Export, error) {
	const q = `
		update card_exports
		set status = 'running', moved_at = now(), done_rows = 0
		where org_id = $1 and id = $2 and status in ('queued', 'running')
		returning member_id`
	var member int64
	err := tx.QueryRow(ctx, q, orgID, id).Scan(&member)
	switch {
	case pg.NoRows(err):
		return Export{}, errTaken
	case err != nil:
		return Export{}, fmt.Errorf("start export of cards: %w", err)
	}
	return exportByID(ctx, tx, orgID, member, id)
}

// moveExport writes how far an export is; errTaken says that it was cancelled.
func moveExport(ctx context.Context, tx pg.Tx, orgID, id int64, n, total int) error {
	const q = `
		update card_exports set done_rows = $3, total_rows = $4, moved_at = now()
		where org_id = $1 and id = $2 and status = 'running'`
	tag, err := tx.Exec(ctx, q, orgID, id, n, total)
	if err != nil {
		return fmt.Errorf("move export of cards: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return errTaken
	}
	return nil
}

// endExport ends an export that still runs.
func endExport(ctx context.Context, tx pg.Tx, orgID, id int64, s Status, blobID int64, failure string) error {
	const q = `
		update card_exports
		set status = $3, blob_id = nullif($4::bigint, 0), failure = $5, finished_at = now()
		where org_id = $1 and id = $2 and status = 'running'`
	tag, err := tx.Exec(ctx, q, orgID, id, string(s), blobID, failure)
	if err != nil {
		return fmt.Errorf("end export of cards: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return errTaken
	}
	return nil
}

// cancelExport ends an export at once; the worker finds out when it notes how far
// it is.
func cancelExport(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	const q = `
		update card_exports
		set status = 'cancelled', finished_at = now()
		where org_id = $1 and id = $2 and status in ('queued', 'running')`
	tag, err := tx.Exec(ctx, q, orgID, id)
	if err != nil {
		return fmt.Errorf("cancel export of cards: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrOver
	}
	return nil
}

// abandonedExports lists exports that nobody has moved for some time.
//
//tenant:any the job looks after all of them
func abandonedExports(ctx context.Context, db pg.Querier, after time.Duration) ([]ExportArgs, error) {
	const q = `
		select org_id, id
		from card_exports
		where status in ('queued', 'running') and moved_at < now() - $1::interval
		order by moved_at, org_id, id
		limit 100`
	rows, err := db.Query(ctx, q, after)
	if err != nil {
		return nil, fmt.Errorf("abandoned exports of cards: %w", err)
	}
	args, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ExportArgs])
	if err != nil {
		return nil, fmt.Errorf("abandoned exports of cards: %w", err)
	}
	return args, nil
}

// takeOldExports frees the files of exports that are kept no longer.
//
//tenant:any the job looks after all of them
func takeOldExports(ctx context.Context, tx pg.Tx, keptFor time.Duration) ([]int64, error) {
	const q = `
		with old as (
			select org_id, id, blob_id
			from card_exports
			where blob_id is not null and finished_at < now() - $1::interval
			order by finished_at
			limit 50
			for update skip locked
		), freed as (
			update card_exports x set blob_id = null
			from old where x.org_id = old.org_id and x.id = old.id
		)
		select blob_id from old`
	rows, err := tx.Query(ctx, q, keptFor)
	if err != nil {
		return nil, fmt.Errorf("old exports of cards: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("old exports of cards: %w", err)
	}
	return ids, nil
}

// takeSurplusExports frees the files of a member's exports but the newest ones.
func takeSurplusExports(ctx context.Context, tx pg.Tx, orgID, memberID int64, keep int) ([]int64, error) {
	const q = `
		with surplus as (
			select id, blob_id
			from card_exports
			where org_id = $1 and member_id = $2 and blob_id is not null
			order by id desc
			offset $3
			for update
		), freed as (
			update card_exports x set blob_id = null
			from surplus s where x.org_id = $1 and x.id = s.id
		)
		select blob_id from surplus`
	rows, err := tx.Query(ctx, q, orgID, memberID, keep)
	if err != nil {
		return nil, fmt.Errorf("surplus exports of cards: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("surplus exports of cards: %w", err)
	}
	return ids, nil
}
