package notice

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// insertAnnouncement stores one unless its source was announced before.
func insertAnnouncement(ctx context.Context, tx pg.Tx, source string, until time.Time, n Notice) (id int64, fresh bool, err error) {
	const q = `
		insert into announcements (id, source, kind, key, args, path, until)
		values (nextval('notice_ids'), $1, $2, $3, $4, $5, $6)
		on conflict on constraint announcements_source_key do nothing
		returning id`
	err = tx.QueryRow(ctx, q, source, string(n.Kind), n.Key, args(n), n.Path, until).Scan(&id)
	switch {
	case pg.NoRows(err):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("insert announcement: %w", err)
	}
	return id, true, nil
}

func endAnnouncement(ctx context.Context, tx pg.Tx, source string) error {
	const q = `update announcements set until = now() where source = $1 and until > now()`
	if _, err := tx.Exec(ctx, q, source); err != nil {
		return fmt.Errorf("end announcement: %w", err)
	}
	return nil
}

// lockAnnouncement reads one and keeps another run of the job waiting; live is
// false once nobody needs to hear of it.
func lockAnnouncement(ctx context.Context, tx pg.Tx, id int64) (n Notice, live bool, err error) {
	const q = `select kind, key, args, path from announcements where id = $1 and until > now() for update`
	err = tx.QueryRow(ctx, q, id).Scan(&n.Kind, &n.Key, &n.Args, &n.Path)
	switch {
	case pg.NoRows(err):
		return Notice{}, false, nil
	case err != nil:
		return Notice{}, false, fmt.Errorf("lock announcement: %w", err)
	}
	return n, true, nil
}

// reader is a member who wants letters of a kind.
type reader struct {
	Org, Member int64
	Way         Way
}

// wanting lists the next members who want letters of a kind.
//
//tenant:any an announcement is for all organizations
func wanting(ctx context.Context, q pg.Querier, kind Kind, after AnnounceArgs, limit int) ([]reader, error) {
	const stmt = `
		select org_id, member_id, way from notice_choices
		where kind = $1 and way <> 'portal' and (org_id, member_id) > ($2, $3)
		order by org_id, member_id limit $4`
	rows, err := q.Query(ctx, stmt, string(kind), after.Org, after.Member, limit)
	if err != nil {
		return nil, fmt.Errorf("who wants letters: %w", err)
	}
	readers, err := pgx.CollectRows(rows, pgx.RowToStructByPos[reader])
	if err != nil {
		return nil, fmt.Errorf("who wants letters: %w", err)
	}
	return readers, nil
}

// insertForReaders writes the letters of an announcement; the line in the portal
// is the announcement itself. Announcements are few, so none makes a burst.
func insertForReaders(ctx context.Context, tx pg.Tx, id int64, n Notice, readers []reader) error {
	orgs, members, ways := make([]int64, len(readers)), make([]int64, len(readers)), make([]string, len(readers))
	for i, r := range readers {
		orgs[i], members[i], ways[i] = r.Org, r.Member, string(r.Way)
	}
	const q = `
		insert into notices (org_id, id, member_id, email, language, kind, key, args, path, announcement, status, due_at)
		select m.org_id, nextval('notice_ids'), m.id, m.email, coalesce(a.language, m.language), $1, $2, $3, $4, $5,
		       case w.way when 'digest' then 'collected' else 'queued' end, case w.way when 'digest' then ` + nextDigest + ` end
		from unnest($6::bigint[], $7::bigint[], $8::text[]) as w (org_id, member_id, way)
		join members m on m.org_id = w.org_id and m.id = w.member_id
		left join accounts a on a.id = m.account_id
		where m.status = 'active' and m.email <> ''
		on conflict (org_id, member_id, announcement) where announcement is not null do nothing` + returned
	return store(ctx, tx, q, string(n.Kind), n.Key, args(n), n.Path, id, orgs, members, ways)
}
