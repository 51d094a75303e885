package moderation

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// take claims a waiting version for claimTime unless somebody else
// holds it. A note of who passed it on stays while it is the same moderator's.
func take(ctx context.Context, tx pg.Tx, op actor.Operator, k Key) (held bool, err error) {
	const q = `
		insert into card_claims as c (org_id, card_id, n, staff_id, staff_name, held_until)
		select v.org_id, v.card_id, v.n, $4, $5, now() + $6::interval
		from card_versions v
		where v.org_id = $1 and v.card_id = $2 and v.n = $3 and v.status = 'moderation'
		on conflict (org_id, card_id) do update
		set n = excluded.n, staff_id = excluded.staff_id, staff_name = excluded.staff_name,
			claimed_at = case when c.n = excluded.n and c.staff_id = excluded.staff_id then c.claimed_at else excluded.claimed_at end,
			held_until = excluded.held_until,
			given_by = case when c.n = excluded.n and c.staff_id = excluded.staff_id then c.given_by else '' end,
			note = case when c.n = excluded.n and c.staff_id = excluded.staff_id then c.note else '' end
		where c.n < excluded.n or c.n = excluded.n and (c.staff_id = excluded.staff_id or c.held_until <= now())`
	tag, err := tx.Exec(ctx, q, k.OrgID, k.CardID, k.N, op.StaffID, op.Name, claimTime)
	if err != nil {
		return false, fmt.Errorf("claim card %s: %w", k.Ref, err)
	}
	return tag.RowsAffected() > 0, nil
}

// putBack ends the claim of one of the staff.
func putBack(ctx context.Context, tx pg.Tx, staffID int64, r Ref) error {
	const q = `delete from card_claims where org_id = $1 and card_id = $2 and staff_id = $3`
	if _, err := tx.Exec(ctx, q, r.OrgID, r.CardID, staffID); err != nil {
		return fmt.Errorf("put card %s back: %w", r, err)
	}
	return nil
}

// queueUp lets one after another look for the next card, until the transaction
// ends. Nobody who waits here holds a claim's row or a card's.
func queueUp(ctx context.Context, tx pg.Tx) error {
	const q = `select pg_advisory_xact_lock(hashtextextended('moderation.next', 0))`
	if _, err := tx.Exec(ctx, q); err != nil {
		return fmt.Errorf("wait for the next card: %w", err)
	}
	return nil
}

// nextFree finds the most urgent version that a filter chooses, behind a card (from
// the first for the zero Ref), that nobody else holds and whose organization is not
// the moderator's own.
//
//tenant:any staff moderate the cards of all organizations
func nextFree(ctx context.Context, tx pg.Tx, f criteria, behind Ref) (k Key, ok bool, err error) {
	c, join := narrow(f), ""
	if f.byCard() {
		join = ofCard
	}
	f.hands.narrow(c, f.staffID)
	c.and(`(c.staff_id is null or c.staff_id = ?)`, f.staffID)
	c.and(`not exists (select 1 from members m join staff s on s.pinfl_mac = m.pinfl_mac where m.org_id = v.org_id and s.id = ?)`, f.staffID)
	c.and(`not exists (select 1 from organizations o join staff s on s.pinfl_mac = o.director_pinfl_mac where o.org_id = v.org_id and s.id = ?)`, f.staffID)
	if behind != (Ref{}) {
		c.and(`(v.deadline_at, v.org_id, v.card_id) > (
			select b.deadline_at, b.org_id, b.card_id from card_versions b
			where b.org_id = ? and b.card_id = ? and b.status = 'moderation')`, behind.OrgID, behind.CardID)
	}
	q := `
		select v.org_id, v.card_id, v.n
		from card_versions v` + join + `
		left join card_claims c on c.org_id = v.org_id and c.card_id = v.card_id and c.n = v.n and c.held_until > now()
		where v.status = 'moderation'` + c.sql.String() + `
		order by v.deadline_at, v.org_id, v.card_id
		limit 1`
	switch err = tx.QueryRow(ctx, q, planned(f, c.args)...).Scan(&k.OrgID, &k.CardID, &k.N); {
	case pg.NoRows(err):
		return Key{}, false, nil
	case err != nil:
		return Key{}, false, fmt.Errorf("next card: %w", err)
	}
	return k, true, nil
}

// belongs reports whether one of the staff is the director of an organization or
// among its people, whatever became of them there.
func belongs(ctx context.Context, db pg.Querier, staffID, orgID int64) (own bool, err error) {
	const q = `
		select exists (select 1 from members m where m.org_id = $2 and m.pinfl_mac = s.pinfl_mac)
			or exists (select 1 from organizations o where o.org_id = $2 and o.director_pinfl_mac = s.pinfl_mac)
		from staff s where s.id = $1`
	if err := db.QueryRow(ctx, q, staffID, orgID).Scan(&own); err != nil {
		return false, fmt.Errorf("interest of staff %d: %w", staffID, err)
	}
	return own, nil
}

// moderators are the roles of those who decide.
func moderators() []string {
	roles := []string{}
	for _, r := range perm.RolesWith(perm.OpCardModerate) {
		roles = append(roles, string(r))
	}
	return roles
}

// colleagues lists active moderators but one, by name, with what they hold.
//
//tenant:any a moderator holds cards of any organization
func colleagues(ctx context.Context, db pg.Querier, staffID int64) ([]Colleague, error) {
	const q = `
		select s.id, s.name, (select count(*) from card_claims c where c.staff_id = s.id and c.held_until > now())
		from staff s
		where s.status = 'active' and s.roles && $2::text[] and s.id <> $1
		order by s.name, s.id
		limit 200`
	rows, err := db.Query(ctx, q, staffID, moderators())
	if err != nil {
		return nil, fmt.Errorf("moderators: %w", err)
	}
	cs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Colleague])
	if err != nil {
		return nil, fmt.Errorf("moderators: %w", err)
	}
	return cs, nil
}

// colleague gives a moderator other than the one who asks, or ErrColleague. Who
// is being blocked meanwhile is waited for.
func colleague(ctx context.Context, tx pg.Tx, staffID, id int64) (c Colleague, err error) {
	const q = `
		select s.id, s.name from staff s
		where s.id = $2 and s.id <> $1 and s.status = 'active' and s.roles && $3::text[]
		for share`
	switch err = tx.QueryRow(ctx, q, staffID, id, moderators()).Scan(&c.ID, &c.Name); {
	case pg.NoRows(err):
		return Colleague{}, ErrColleague
	case err != nil:
		return Colleague{}, fmt.Errorf("colleague %d: %w", id, err)
	}
	return c, nil
}

// pass claims cards for a colleague for passTime and gives those it
// could: one statement, and in the order of keys, so that two who pass the same
// cards wait for each other instead of locking crosswise.
func pass(ctx context.Context, tx pg.Tx, op actor.Operator, to Colleague, note string, cards []Ref) ([]string, error) {
	const q = `
		insert into card_claims as c (org_id, card_id, n, staff_id, staff_name, held_until, given_by, note)
		select v.org_id, v.card_id, v.n, $2, $3, now() + $8::interval, $4, $5
		from (select distinct u.org_id, u.card_id from unnest($6::bigint[], $7::bigint[]) u (org_id, card_id)) x
		join card_versions v on v.org_id = x.org_id and v.card_id = x.card_id and v.status = 'moderation'
		where not exists (
				select 1 from staff s join members m on m.org_id = x.org_id and m.pinfl_mac = s.pinfl_mac where s.id in ($1, $2))
			and not exists (
				select 1 from staff s join organizations o on o.org_id = x.org_id and o.director_pinfl_mac = s.pinfl_mac where s.id in ($1, $2))
		order by v.org_id, v.card_id
		on conflict (org_id, card_id) do update
		set n = excluded.n, staff_id = excluded.staff_id, staff_name = excluded.staff_name, claimed_at = excluded.claimed_at,
			held_until = excluded.held_until, given_by = excluded.given_by, note = excluded.note
		where c.n < excluded.n or c.n = excluded.n and (c.staff_id = $1 or c.held_until <= now())
		returning c.org_id || '-' || c.card_id`
	orgs, ids := make([]int64, len(cards)), make([]int64, len(cards))
	for i, r := range cards {
		orgs[i], ids[i] = r.OrgID, r.CardID
	}
	rows, err := tx.Query(ctx, q, op.StaffID, to.ID, to.Name, op.Name, note, orgs, ids, passTime)
	if err != nil {
		return nil, fmt.Errorf("pass cards on: %w", err)
	}
	gone, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("pass cards on: %w", err)
	}
	return gone, nil
}
