package notice

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// How letters that come at once are kept from becoming a flood: of one kind a
// person gets so many within an hour; what follows is collected for an hour and
// comes in one letter. The newest recentSeen notices of the person are looked
// at. Two transactions at the same moment do not see each other's, so each of
// them may add one. What concerns security comes at once up to 20 times in a day:
// an administrator who gives and takes a role in turns fills no mailbox.
const (
	burst      = 5
	recentSeen = 30
)

// A new notice of a member m: the kind is $2, the key $3, the values $4, the page
// $5, how the kind usually comes $6, and w says how this one does.
const (
	nextDigest   = `(date_trunc('day', (now() at time zone 'Asia/Tashkent') - interval '9 hours') + interval '1 day 9 hours') at time zone 'Asia/Tashkent'`
	insertMember = `
		insert into notices (org_id, id, member_id, email, language, kind, key, args, path, status, due_at)
		select m.org_id, nextval('notice_ids'), m.id, m.email, coalesce(a.language, m.language), $2::text, $3, $4, $5,
		       case w.way when 'portal' then 'muted' when 'at_once' then 'queued' else 'collected' end,
		       case w.way when 'digest' then ` + nextDigest + ` when 'burst' then now() + interval '1 hour' end
		from members m
		left join accounts a on a.id = m.account_id`
	wayOfMember = `
		cross join lateral (select
			case
				when m.email = '' or m.status <> 'active' and $2 <> 'security' then 'portal'
				when $2 = 'security' then 'at_once'
				else coalesce((select c.way from notice_choices c where c.org_id = m.org_id and c.member_id = m.id and c.kind = $2), $6)
			end as way) c
		cross join lateral (select
			case
				when c.way <> 'at_once' then c.way
				when exists (select 1 from notices b where b.org_id = m.org_id and b.member_id = m.id and b.kind = $2 and b.status = 'collected') then 'burst'
				when (case $2 when 'security' then 20 else $7::bigint end) <= (select count(*) from (select x.kind, x.status, x.letter, x.created_at from notices x
				                                  where x.org_id = m.org_id and x.member_id = m.id order by x.id desc limit $8) x
				            where x.kind = $2 and x.status in ('queued', 'sent') and x.letter is null
				              and x.created_at > now() - case $2 when 'security' then interval '1 day' else interval '1 hour' end) then 'burst'
				else 'at_once'
			end as way) w`
	returned = ` returning org_id, id, status`
)

// insertForMembers leaves out the address of who may not get mail: without one
// nothing is sent, and the line stands in the portal.
func insertForMembers(ctx context.Context, tx pg.Tx, n Notice, ids []int64) error {
	const q = insertMember + wayOfMember + `
		where m.org_id = $1 and m.id = any($9)` + returned
	return storeFor(ctx, tx, q, n, ids)
}

func insertForAdmins(ctx context.Context, tx pg.Tx, n Notice) error {
	const q = insertMember + `
		join member_roles r on r.org_id = m.org_id and r.member_id = m.id and r.role = 'org_admin'` + wayOfMember + `
		where m.org_id = $1 and m.status = 'active'` + returned
	return storeFor(ctx, tx, q, n)
}

// storeFor runs an insert for members; more values follow those of the notice.
func storeFor(ctx context.Context, tx pg.Tx, q string, n Notice, more ...any) error {
	values := []any{n.OrgID, string(n.Kind), n.Key, args(n), n.Path, string(n.Kind.Usual()), burst, recentSeen}
	return store(ctx, tx, q, append(values, more...)...)
}

// toldAlready begins a condition on an address that ends in a bracket: a member
// reads letters there and was told the same just now, in this transaction. In a
// company of one that is the rule, and a second copy would only alarm.
const toldAlready = `
	exists (select 1 from (select x.* from notices x where x.org_id = $1 order by x.id desc limit 100) x
	        where x.created_at = now() and x.member_id is not null and x.status = 'queued' and x.key = $3 and lower(x.email) = lower(`

// insertForOrg tells nobody twice whom insertForAdmins told before.
func insertForOrg(ctx context.Context, tx pg.Tx, n Notice) error {
	const q = `
		insert into notices (org_id, id, email, language, kind, key, args, path)
		select o.org_id, nextval('notice_ids'), o.email, o.language, $2, $3, $4, $5
		from organizations o
		where o.org_id = $1 and not` + toldAlready + `o.email))` + returned
	return store(ctx, tx, q, n.OrgID, string(n.Kind), n.Key, args(n), n.Path)
}

// insertForAddress is insertForOrg for another address.
func insertForAddress(ctx context.Context, tx pg.Tx, email, language string, n Notice) error {
	const q = `
		insert into notices (org_id, id, email, language, kind, key, args, path)
		select $1, nextval('notice_ids'), $6, $7, $2, $3, $4, $5
		where not` + toldAlready + `$6))` + returned
	return store(ctx, tx, q, n.OrgID, string(n.Kind), n.Key, args(n), n.Path, email, language)
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
	Kind     Kind
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

const toSend = `
		select n.org_id, n.id, n.kind, n.email, n.language, n.key, n.args, n.path, o.name_uz, o.name_ru, o.tin, coalesce(m.name, '')
		from notices n
		join organizations o on o.org_id = n.org_id
		left join members m on m.org_id = n.org_id and m.id = n.member_id`

// queued gives a notice that is still to be sent by itself; pg.NoRows otherwise.
func queued(ctx context.Context, db pg.Querier, s SendArgs) (row, error) {
	const q = toSend + `
		where n.org_id = $1 and n.id = $2 and n.status = 'queued' and n.letter is null`
	rows, err := db.Query(ctx, q, s.OrgID, s.ID)
	if err != nil {
		return row{}, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[row])
}

func mark(ctx context.Context, tx pg.Tx, s SendArgs, status, reason string) error {
	const q = `
		update notices set status = $3, reason = $4, sent_at = case when $3 = 'sent' then now() end
		where org_id = $1 and id = $2 and status = 'queued'`
	if _, err := tx.Exec(ctx, q, s.OrgID, s.ID, status, reason); err != nil {
		return fmt.Errorf("mark notice %s: %w", status, err)
	}
	return nil
}
