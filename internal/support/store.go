package support

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// columns are those of a request r, for scan.
const columns = `
	r.org_id, r.id, r.kind, r.subject, r.subject_name, r.title, r.status, r.member_id, r.member_name, r.created_at, r.changed_at,
	r.last_id, r.last_side, r.last_text, r.due_at, r.answered_at, r.closes_at, r.closed_at,
	coalesce(r.held_by, 0), r.held_name, r.held_at, r.held_until, coalesce(r.held_until <= now(), false), coalesce(r.score, 0), r.score_text`

// scan reads columns, and further ones into more.
func scan(row pgx.CollectableRow, r *Request, more ...any) error {
	var due, answered, closes, closed, since, until *time.Time
	h := &r.Hold
	into := []any{
		&r.OrgID, &r.ID, &r.About.Kind, &r.About.ID, &r.About.Name, &r.Title, &r.Status, &r.MemberID, &r.By, &r.CreatedAt, &r.ChangedAt,
		&r.LastID, &r.LastSide, &r.LastText, &due, &answered, &closes, &closed,
		&h.StaffID, &h.Name, &since, &until, &h.Lapsed, &r.Score, &r.ScoreText,
	}
	if err := row.Scan(append(into, more...)...); err != nil {
		return err
	}
	for _, t := range []struct {
		from *time.Time
		to   *time.Time
	}{{due, &r.Due}, {answered, &r.AnsweredAt}, {closes, &r.ClosesAt}, {closed, &r.ClosedAt}, {since, &h.Since}, {until, &h.Until}} {
		if t.from != nil {
			*t.to = *t.from
		}
	}
	return nil
}

// byID gives a request, or ErrNotFound; reopens says that it was closed not
// longer than 14 days ago.
func byID(ctx context.Context, db pg.Querier, orgID, id int64) (r Request, reopens bool, err error) {
	const q = `select ` + columns + `, coalesce(r.closed_at > now() - $3::interval, false)
		from support_requests r where r.org_id = $1 and r.id = $2`
	return one(ctx, db, q, orgID, id, mayReopen)
}

// lock is byID that holds the request until the transaction ends.
func lock(ctx context.Context, tx pg.Tx, orgID, id int64) (r Request, reopens bool, err error) {
	const q = `select ` + columns + `, coalesce(r.closed_at > now() - $3::interval, false)
		from support_requests r where r.org_id = $1 and r.id = $2 for no key update`
	return one(ctx, tx, q, orgID, id, mayReopen)
}

func one(ctx context.Context, db pg.Querier, q string, args ...any) (r Request, reopens bool, err error) {
	rows, err := db.Query(ctx, q, args...)
	if err != nil {
		return Request{}, false, fmt.Errorf("support request %v: %w", args, err)
	}
	r, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (r Request, err error) { return r, scan(row, &r, &reopens) })
	switch {
	case pg.NoRows(err):
		return Request{}, false, ErrNotFound
	case err != nil:
		return Request{}, false, fmt.Errorf("support request %v: %w", args, err)
	}
	return r, reopens, nil
}

// databaseTime is the moment of the transaction by the database's clock.
func databaseTime(ctx context.Context, tx pg.Tx) (now time.Time, err error) {
	if err := tx.QueryRow(ctx, `select now()`).Scan(&now); err != nil {
		return now, fmt.Errorf("time of the database: %w", err)
	}
	return now, nil
}

// counts are what the limits are about.
type counts struct{ openOfOrg, openOfOne, hourOfOrg, hourOfOne int }

func (n counts) often() bool { return n.hourOfOrg >= hourOfOrg || n.hourOfOne >= hourOfOne }

// count counts open requests, and messages of the last hour; the caller holds the
// organization, so what it counts is all there is.
func count(ctx context.Context, tx pg.Tx, orgID, memberID int64) (n counts, err error) {
	const q = `
		select
			(select count(*) from support_requests r where r.org_id = $1 and r.status in ('open', 'work', 'waiting')),
			(select count(*) from support_requests r where r.org_id = $1 and r.status in ('open', 'work', 'waiting') and r.member_id = $2),
			count(*), count(*) filter (where m.author_id = $2)
		from support_messages m
		where m.org_id = $1 and m.side = 'member' and m.created_at > clock_timestamp() - interval '1 hour'`
	if err := tx.QueryRow(ctx, q, orgID, memberID).Scan(&n.openOfOrg, &n.openOfOne, &n.hourOfOrg, &n.hourOfOne); err != nil {
		return counts{}, fmt.Errorf("count support requests: %w", err)
	}
	return n, nil
}

func insertRequest(ctx context.Context, tx pg.Tx, a actor.Actor, r Request) (Request, error) {
	const q = `
		insert into support_requests as r (org_id, id, kind, subject, subject_name, title, member_id, member_name, last_id, last_text, first_due_at, due_at)
		values ($1, nextval('support_ids'), $2, $3, $4, $5, $6, $7, nextval('support_message_ids'), $8, $9, $9)
		returning ` + columns + `, false`
	r, _, err := one(ctx, tx, q, r.OrgID, string(r.About.Kind), r.About.ID, r.About.Name, r.Title, a.MemberID, a.Name, r.LastText, r.Due)
	return r, err
}

func insertMessage(ctx context.Context, tx pg.Tx, orgID, requestID int64, m Message) error {
	const q = `
		insert into support_messages (org_id, request_id, id, side, author_id, author_name, body)
		values ($1, $2, $3, $4, $5, $6, $7)`
	if _, err := tx.Exec(ctx, q, orgID, requestID, m.ID, string(m.Side), m.AuthorID, m.Author, m.Body); err != nil {
		return fmt.Errorf("message of support request %d: %w", requestID, err)
	}
	return nil
}

func insertFiles(ctx context.Context, tx pg.Tx, orgID, requestID int64, files []File) error {
	rows := make([][]any, len(files))
	for i, f := range files {
		rows[i] = []any{orgID, requestID, f.MessageID, f.N, f.Name, f.MediaType, f.Size, f.BlobID}
	}
	columns := []string{"org_id", "request_id", "message_id", "n", "name", "media_type", "size", "blob_id"}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"support_files"}, columns, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("files of support request %d: %w", requestID, err)
	}
	return nil
}

// messages reads a thread, the first message first, with what is attached.
func messages(ctx context.Context, db pg.Querier, orgID, requestID int64) ([]Message, error) {
	const q = `
		select m.id, m.side, m.author_id, m.author_name, m.body, m.created_at
		from support_messages m
		where m.org_id = $1 and m.request_id = $2
		order by m.id
		limit 1000`
	rows, err := db.Query(ctx, q, orgID, requestID)
	if err != nil {
		return nil, fmt.Errorf("thread of support request %d: %w", requestID, err)
	}
	ms, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Message, err error) {
		return m, row.Scan(&m.ID, &m.Side, &m.AuthorID, &m.Author, &m.Body, &m.At)
	})
	if err != nil {
		return nil, fmt.Errorf("thread of support request %d: %w", requestID, err)
	}
	files, err := filesOf(ctx, db, orgID, requestID)
	for i := range ms {
		ms[i].Files = files[ms[i].ID]
	}
	return ms, err
}

const filesOfRequest = `
		select f.message_id, f.n, f.name, f.media_type, f.size, f.blob_id
		from support_files f
		where f.org_id = $1 and f.request_id = $2`

func filesOf(ctx context.Context, db pg.Querier, orgID, requestID int64) (map[int64][]File, error) {
	const q = filesOfRequest + ` order by f.message_id, f.n`
	rows, err := db.Query(ctx, q, orgID, requestID)
	if err != nil {
		return nil, fmt.Errorf("files of support request %d: %w", requestID, err)
	}
	byMessage := map[int64][]File{}
	var f File
	_, err = pgx.ForEachRow(rows, []any{&f.MessageID, &f.N, &f.Name, &f.MediaType, &f.Size, &f.BlobID}, func() error {
		byMessage[f.MessageID] = append(byMessage[f.MessageID], f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("files of support request %d: %w", requestID, err)
	}
	return byMessage, nil
}

// file gives one attachment, or ErrNotFound.
func file(ctx context.Context, db pg.Querier, orgID, requestID, messageID int64, n int) (f File, err error) {
	const q = filesOfRequest + ` and f.message_id = $3 and f.n = $4`
	err = db.QueryRow(ctx, q, orgID, requestID, messageID, n).Scan(&f.MessageID, &f.N, &f.Name, &f.MediaType, &f.Size, &f.BlobID)
	switch {
	case pg.NoRows(err):
		return File{}, ErrNotFound
	case err != nil:
		return File{}, fmt.Errorf("file of support request %d: %w", requestID, err)
	}
	return f, nil
}

// written counts the messages of a thread.
func written(ctx context.Context, tx pg.Tx, orgID, requestID int64) (n int, err error) {
	const q = `select count(*) from support_messages where org_id = $1 and request_id = $2`
	if err := tx.QueryRow(ctx, q, orgID, requestID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count messages of support request %d: %w", requestID, err)
	}
	return n, nil
}

// readTo notes how far a member has read; never back.
func readTo(ctx context.Context, tx pg.Tx, orgID, requestID, memberID, upTo int64) error {
	const q = `
		insert into support_reads as s (org_id, request_id, member_id, read_to)
		values ($1, $2, $3, $4)
		on conflict (org_id, request_id, member_id) do update
		set read_to = greatest(s.read_to, excluded.read_to)`
	if _, err := tx.Exec(ctx, q, orgID, requestID, memberID, upTo); err != nil {
		return fmt.Errorf("mark support request %d as read: %w", requestID, err)
	}
	return nil
}

func readUpTo(ctx context.Context, db pg.Querier, orgID, requestID, memberID int64) (upTo int64, err error) {
	const q = `
		select coalesce(max(s.read_to), 0) from support_reads s
		where s.org_id = $1 and s.request_id = $2 and s.member_id = $3`
	if err := db.QueryRow(ctx, q, orgID, requestID, memberID).Scan(&upTo); err != nil {
		return 0, fmt.Errorf("what was read of support request %d: %w", requestID, err)
	}
	return upTo, nil
}

// turnToStaff notes that a member wrote, and gives the number of the message. A
// request that was in work stays with whom it was.
func turnToStaff(ctx context.Context, tx pg.Tx, r Request) (lastID int64, err error) {
	const q = `
		update support_requests
		set status = $3, due_at = $4, closes_at = null, closed_at = null,
			last_id = nextval('support_message_ids'), last_side = 'member', last_text = $5, changed_at = clock_timestamp()
		where org_id = $1 and id = $2
		returning last_id`
	if err := tx.QueryRow(ctx, q, r.OrgID, r.ID, string(r.Status), r.Due, r.LastText).Scan(&lastID); err != nil {
		return 0, fmt.Errorf("write to support request %d: %w", r.ID, err)
	}
	return lastID, nil
}

// end puts a request into a state from which nobody has to move.
func end(ctx context.Context, tx pg.Tx, r Request, s Status) error {
	const q = `
		update support_requests
		set status = $3, due_at = null, closes_at = null, closed_at = clock_timestamp(), changed_at = clock_timestamp(),
			held_by = null, held_name = '', held_at = null, held_until = null
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, string(s)); err != nil {
		return fmt.Errorf("end support request %d: %w", r.ID, err)
	}
	return nil
}

func keepScore(ctx context.Context, tx pg.Tx, r Request, score int, said string) error {
	const q = `update support_requests set score = $3, score_text = $4, scored_at = now() where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, score, said); err != nil {
		return fmt.Errorf("score support request %d: %w", r.ID, err)
	}
	return nil
}
