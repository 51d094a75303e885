package support

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// hold gives a request, whose row is locked, to one of the staff.
func hold(ctx context.Context, tx pg.Tx, r Request, staffID int64, name string, long time.Duration) error {
	const q = `
		update support_requests
		set status = 'work', held_name = $4, held_until = clock_timestamp() + $5::interval,
			held_at = case when held_by = $3 then held_at else clock_timestamp() end, held_by = $3
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, staffID, name, long); err != nil {
		return fmt.Errorf("hold support request %d: %w", r.ID, err)
	}
	return nil
}

func letGo(ctx context.Context, tx pg.Tx, r Request) error {
	const q = `
		update support_requests
		set status = 'open', held_by = null, held_name = '', held_at = null, held_until = null
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID); err != nil {
		return fmt.Errorf("put support request %d back: %w", r.ID, err)
	}
	return nil
}

// nextFree locks the request with the nearest deadline that nobody holds; what
// somebody else is just taking is passed over, and so is the person's own
// organization.
//
//tenant:any staff answer the requests of all organizations
func nextFree(ctx context.Context, tx pg.Tx, staffID int64, but Ref) (r Ref, ok bool, err error) {
	const q = `
		select r.org_id, r.id
		from support_requests r
		where r.due_at is not null and (r.held_by is null or r.held_by = $1 or r.held_until <= now())
			and (r.org_id, r.id) <> ($2, $3)
			and not exists (select 1 from staff s join members m on m.org_id = r.org_id and m.pinfl_mac = s.pinfl_mac where s.id = $1)
			and not exists (select 1 from staff s join organizations o on o.org_id = r.org_id and o.director_pinfl_mac = s.pinfl_mac where s.id = $1)
		order by r.due_at, r.org_id, r.id
		limit 1
		for no key update of r skip locked`
	switch err = tx.QueryRow(ctx, q, staffID, but.OrgID, but.ID).Scan(&r.OrgID, &r.ID); {
	case pg.NoRows(err):
		return Ref{}, false, nil
	case err != nil:
		return Ref{}, false, fmt.Errorf("next support request: %w", err)
	}
	return r, true, nil
}

// answerers are the roles of those who answer.
func answerers() []string {
	roles := []string{}
	for _, r := range perm.RolesWith(perm.OpSupportAnswer) {
		roles = append(roles, string(r))
	}
	return roles
}

// strangers are active staff s who answer other than $1 and who do not belong to
// the organization $2; $3 are the roles.
const strangers = `
		where s.status = 'active' and s.roles && $3::text[] and s.id <> $1
			and not exists (select 1 from members m where m.org_id = $2 and m.pinfl_mac = s.pinfl_mac)
			and not exists (select 1 from organizations o where o.org_id = $2 and o.director_pinfl_mac = s.pinfl_mac)`

// colleagues lists who a request can be passed to, by name, with what they hold.
//
//tenant:any staff hold requests of any organization
func colleagues(ctx context.Context, db pg.Querier, orgID, staffID int64) ([]Colleague, error) {
	const q = `
		select s.id, s.name, (select count(*) from support_requests r where r.due_at is not null and r.held_by = s.id)
		from staff s` + strangers + `
		order by s.name, s.id
		limit 200`
	rows, err := db.Query(ctx, q, staffID, orgID, answerers())
	if err != nil {
		return nil, fmt.Errorf("who answers: %w", err)
	}
	cs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Colleague])
	if err != nil {
		return nil, fmt.Errorf("who answers: %w", err)
	}
	return cs, nil
}

// colleague gives one of those, or ErrColleague. Who is being blocked meanwhile is
// waited for.
func colleague(ctx context.Context, tx pg.Tx, orgID, staffID, id int64) (c Colleague, err error) {
	const q = `
		select s.id, s.name from staff s` + strangers + ` and s.id = $4
		for share`
	switch err = tx.QueryRow(ctx, q, staffID, orgID, answerers(), id).Scan(&c.ID, &c.Name); {
	case pg.NoRows(err):
		return Colleague{}, ErrColleague
	case err != nil:
		return Colleague{}, fmt.Errorf("colleague %d: %w", id, err)
	}
	return c, nil
}

// turnToMember notes that one of the staff wrote, and gives the number of the
// message. The request is nobody's then: whoever is there answers what comes.
func turnToMember(ctx context.Context, tx pg.Tx, r Request) (lastID int64, err error) {
	const q = `
		update support_requests
		set status = $3, due_at = null, closes_at = clock_timestamp() + $4::interval,
			held_by = null, held_name = '', held_at = null, held_until = null,
			answered_at = coalesce(answered_at, clock_timestamp()),
			last_id = nextval('support_message_ids'), last_side = 'staff', last_text = $5, changed_at = clock_timestamp()
		where org_id = $1 and id = $2
		returning last_id`
	if err := tx.QueryRow(ctx, q, r.OrgID, r.ID, string(r.Status), patience, r.LastText).Scan(&lastID); err != nil {
		return 0, fmt.Errorf("answer support request %d: %w", r.ID, err)
	}
	return lastID, nil
}

// writers are who asked and whoever else of the organization wrote.
func writers(ctx context.Context, tx pg.Tx, orgID, requestID int64) ([]int64, error) {
	const q = `
		select distinct m.author_id from support_messages m
		where m.org_id = $1 and m.request_id = $2 and m.side = 'member'
		order by m.author_id
		limit 50`
	rows, err := tx.Query(ctx, q, orgID, requestID)
	if err != nil {
		return nil, fmt.Errorf("writers of support request %d: %w", requestID, err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("writers of support request %d: %w", requestID, err)
	}
	return ids, nil
}

func insertNote(ctx context.Context, tx pg.Tx, op actor.Operator, r Request, body string) error {
	const q = `
		insert into support_notes (org_id, request_id, id, staff_id, staff_name, body)
		values ($1, $2, nextval('support_message_ids'), $3, $4, $5)`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.ID, op.StaffID, op.Name, body); err != nil {
		return fmt.Errorf("note on support request %d: %w", r.ID, err)
	}
	return nil
}

// notes reads what staff noted, the newest 200, the oldest of them first.
func notes(ctx context.Context, db pg.Querier, orgID, requestID int64) ([]StaffNote, error) {
	const q = `
		select n.staff_name, n.body, n.created_at
		from (
			select n.id, n.staff_name, n.body, n.created_at from support_notes n
			where n.org_id = $1 and n.request_id = $2
			order by n.id desc
			limit 200) n
		order by n.id`
	rows, err := db.Query(ctx, q, orgID, requestID)
	if err != nil {
		return nil, fmt.Errorf("notes on support request %d: %w", requestID, err)
	}
	ns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[StaffNote])
	if err != nil {
		return nil, fmt.Errorf("notes on support request %d: %w", requestID, err)
	}
	return ns, nil
}

// itemFrom are the columns of a request and its organization.
const itemFrom = columns + `, o.tin, o.name_uz, o.name_ru, o.name_en`

func scanItem(row pgx.CollectableRow, i *Item, more ...any) error {
	return scan(row, &i.Request, append([]any{&i.Org.TIN, &i.Org.Uz, &i.Org.Ru, &i.Org.En}, more...)...)
}

// item gives a request with its organization, the language of who asked, and how
// many more of the organization are not over; or ErrNotFound.
func item(ctx context.Context, db pg.Querier, orgID, id int64) (i Item, language string, others int, err error) {
	const q = `select ` + itemFrom + `, coalesce(a.language, m.language, 'uz'), (
			select count(*) from support_requests x
			where x.org_id = r.org_id and x.id <> r.id and x.status in ('open', 'work', 'waiting'))
		from support_requests r
		join organizations o on o.org_id = r.org_id
		left join members m on m.org_id = r.org_id and m.id = r.member_id
		left join accounts a on a.id = m.account_id
		where r.org_id = $1 and r.id = $2`
	rows, err := db.Query(ctx, q, orgID, id)
	if err != nil {
		return Item{}, "", 0, fmt.Errorf("support request %d: %w", id, err)
	}
	i, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (i Item, err error) {
		return i, scanItem(row, &i, &language, &others)
	})
	switch {
	case pg.NoRows(err):
		return Item{}, "", 0, ErrNotFound
	case err != nil:
		return Item{}, "", 0, fmt.Errorf("support request %d: %w", id, err)
	}
	return i, language, others, nil
}
