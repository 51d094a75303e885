package notice

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// insertForMembers leaves out the address of who may not get mail: without one
// nothing is sent, and the line stands in the portal.
func insertForMembers(ctx context.Context, tx pg.Tx, n Notice, ids []int64) error {
	const q = `
		insert into notices (org_id, id, member_id, email, language, kind, key, args, path, status)
		select m.org_id, nextval('notice_ids'), m.id, m.email, coalesce(a.language, m.language), $3, $4, $5, $6,
		       case when m.email = '' or m.status <> 'active' and $3 <> 'security'
		              or exists (select 1 from notice_choices c where c.org_id = m.org_id and c.member_id = m.id and c.kind = $3)
		            then 'muted' else 'queued' end
		from members m
		left join accounts a on a.id = m.account_id
		where m.org_id = $1 and m.id = any($2)
		returning org_id, id, status`
	return store(ctx, tx, q, n.OrgID, ids, string(n.Kind), n.Key, args(n), n.Path)
}

func insertForAdmins(ctx context.Context, tx pg.Tx, n Notice) error {
	const q = `
		insert into notices (org_id, id, member_id, email, language, kind, key, args, path, status)
		select m.org_id, nextval('notice_ids'), m.id, m.email, coalesce(a.language, m.language), $2, $3, $4, $5,
		       case when m.email = ''
		              or exists (select 1 from notice_choices c where c.org_id = m.org_id and c.member_id = m.id and c.kind = $2)
		            then 'muted' else 'queued' end
		from members m
		join member_roles r on r.org_id = m.org_id and r.member_id = m.id and r.role = 'org_admin'
		left join accounts a on a.id = m.account_id
		where m.org_id = $1 and m.status = 'active'
		returning org_id, id, status`
	return store(ctx, tx, q, n.OrgID, string(n.Kind), n.Key, args(n), n.Path)
}

func insertForOrg(ctx context.Context, tx pg.Tx, n Notice) error {
	const q = `
		insert into notices (org_id, id, email, language, kind, key, args, path)
		select o.org_id, nextval('notice_ids'), o.email, o.language, $2, $3, $4, $5
		from organizations o
		where o.org_id = $1
		returning org_id, id, status`
	return store(ctx, tx, q, n.OrgID, string(n.Kind), n.Key, args(n), n.Path)
}

func insertForAddress(ctx context.Context, tx pg.Tx, email, language string, n Notice) error {
	const q = `
		insert into notices (org_id, id, email, language, kind, key, args, path)
		values ($1, nextval('notice_ids'), $2, $3, $4, $5, $6, $7)
		returning org_id, id, status`
	return store(ctx, tx, q, n.OrgID, email, language, string(n.Kind), n.Key, args(n), n.Path)
}

// args are never null in the row.
func args(n Notice) []string {
	if n.Args == nil {
		return []string{}
	}
	return n.Args
}

// store runs an insert of notices and asks for a job for each to be sent.
func store(ctx context.Context, tx pg.Tx, q string, values ...any) error {
	rows, err := tx.Query(ctx, q, values...)
	if err != nil {
		return fmt.Errorf("insert notices: %w", err)
	}
	var send []SendArgs
	var s SendArgs
	var status string
	_, err = pgx.ForEachRow(rows, []any{&s.OrgID, &s.ID, &status}, func() error {
		if status == "queued" {
			send = append(send, s)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("insert notices: %w", err)
	}
	return jobs.EnqueueMany(ctx, tx, send)
}

// row is a notice to be sent.
type row struct {
	OrgID    int64
	ID       int64
	Email    string
	Language string
	Key      string
	Args     []string
	Path     string
	OrgUz    string
	OrgRu    string
	TIN      string
	Name     string // of the member, empty for an address
}

// queued gives a notice that is still to be sent; pg.NoRows otherwise.
func queued(ctx context.Context, db pg.Querier, s SendArgs) (r row, err error) {
	const q = `
		select n.org_id, n.id, n.email, n.language, n.key, n.args, n.path, o.name_uz, o.name_ru, o.tin, coalesce(m.name, '')
		from notices n
		join organizations o on o.org_id = n.org_id
		left join members m on m.org_id = n.org_id and m.id = n.member_id
		where n.org_id = $1 and n.id = $2 and n.status = 'queued'`
	err = db.QueryRow(ctx, q, s.OrgID, s.ID).Scan(&r.OrgID, &r.ID, &r.Email, &r.Language, &r.Key, &r.Args, &r.Path,
		&r.OrgUz, &r.OrgRu, &r.TIN, &r.Name)
	return r, err
}

func markSent(ctx context.Context, tx pg.Tx, s SendArgs) error {
	const q = `update notices set status = 'sent', sent_at = now() where org_id = $1 and id = $2 and status = 'queued'`
	if _, err := tx.Exec(ctx, q, s.OrgID, s.ID); err != nil {
		return fmt.Errorf("mark notice sent: %w", err)
	}
	return nil
}

func markRefused(ctx context.Context, tx pg.Tx, s SendArgs, reason string) error {
	const q = `update notices set status = 'refused', reason = $3 where org_id = $1 and id = $2 and status = 'queued'`
	if _, err := tx.Exec(ctx, q, s.OrgID, s.ID, reason); err != nil {
		return fmt.Errorf("mark notice refused: %w", err)
	}
	return nil
}
