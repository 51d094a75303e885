package notice

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// shown is a stored notice as the inbox reads it.
type shown struct {
	ID      int64
	At      time.Time
	Kind    Kind
	Key     string
	Args    []string
	Path    string
	Read    bool
	Refused bool
}

// maxUnread bounds what is counted: more is "many".
const maxUnread = 100

// ofMember reads a member's notices below an id, 0 from the newest, and how many
// are unread, in one round trip.
func ofMember(ctx context.Context, q pg.Querier, orgID, memberID, before int64, limit int) ([]shown, int, error) {
	const stmt = `
		select id, created_at, kind, key, args, path, read_at is not null, status = 'refused',
		       (select count(*) from (select 1 from notices u
		                              where u.org_id = $1 and u.member_id = $2 and u.read_at is null limit $5) newest)
		from notices
		where org_id = $1 and member_id = $2 and ($3 = 0 or id < $3)
		order by id desc
		limit $4`
	rows, err := q.Query(ctx, stmt, orgID, memberID, before, limit, maxUnread)
	if err != nil {
		return nil, 0, fmt.Errorf("notices: %w", err)
	}
	var unread int
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s shown, err error) {
		err = r.Scan(&s.ID, &s.At, &s.Kind, &s.Key, &s.Args, &s.Path, &s.Read, &s.Refused, &unread)
		return s, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("notices: %w", err)
	}
	return list, unread, nil
}

func markRead(ctx context.Context, tx pg.Tx, orgID, memberID, upTo int64) error {
	const q = `
		update notices set read_at = now()
		where org_id = $1 and member_id = $2 and id <= $3 and read_at is null`
	if _, err := tx.Exec(ctx, q, orgID, memberID, upTo); err != nil {
		return fmt.Errorf("mark notices read: %w", err)
	}
	return nil
}

func wanted(ctx context.Context, q pg.Querier, orgID, memberID int64) ([]Kind, error) {
	const stmt = `select kind from notice_choices where org_id = $1 and member_id = $2`
	rows, err := q.Query(ctx, stmt, orgID, memberID)
	if err != nil {
		return nil, fmt.Errorf("declined letters: %w", err)
	}
	declined, err := pgx.CollectRows(rows, pgx.RowTo[Kind])
	if err != nil {
		return nil, fmt.Errorf("declined letters: %w", err)
	}
	return without(Kinds(), declined), nil
}

func replaceDeclined(ctx context.Context, tx pg.Tx, orgID, memberID int64, kinds []Kind) error {
	b := &pgx.Batch{}
	b.Queue(`delete from notice_choices where org_id = $1 and member_id = $2`, orgID, memberID)
	b.Queue(`insert into notice_choices (org_id, member_id, kind) select $1, $2, unnest($3::text[])`, orgID, memberID, kinds)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("store declined letters: %w", err)
	}
	return nil
}
