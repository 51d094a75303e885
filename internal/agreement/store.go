package agreement

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// listLimit is how many agreements an organization's own list shows: the newest.
const listLimit = 50

// columns are those of an Agreement by the database's clock: what has lapsed has
// ended, whether or not the job that writes it down has come by.
const columns = `a.org_id, a.id,
	case when a.status = 'active' and a.until <= now() then 'ended' else a.status end,
	a.note, a.version, a.director_name, a.until,
	case when a.status = 'active' and a.until <= now() then 'expired' else a.ending end,
	a.reason, coalesce(a.signature_id, 0),
	a.requested_name, a.requested_at, a.sent_name, a.sent_at, a.signed_name, a.signed_at, a.activated_name, a.activated_at,
	a.ended_name, case when a.status = 'active' and a.until <= now() then a.until else a.ended_at end`

func scan(row pgx.CollectableRow) (a Agreement, err error) { return a, scanInto(row, &a) }

func scanInto(row pgx.CollectableRow, a *Agreement, more ...any) error {
	var until, sent, signed, activated, ended *time.Time
	into := []any{
		&a.OrgID, &a.ID, &a.Status, &a.Note, &a.Version, &a.Director, &until, &a.Ending, &a.Reason, &a.SignatureID,
		&a.Requested.By, &a.Requested.At, &a.Sent.By, &sent, &a.Signed.By, &signed, &a.Activated.By, &activated, &a.Ended.By, &ended,
	}
	if err := row.Scan(append(into, more...)...); err != nil {
		return err
	}
	a.Until, a.Sent.At, a.Signed.At, a.Activated.At, a.Ended.At = at(until), at(sent), at(signed), at(activated), at(ended)
	return nil
}

func at(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// ofOrg lists the agreements of an organization, the newest first.
func ofOrg(ctx context.Context, q pg.Querier, orgID int64) ([]Agreement, error) {
	rows, err := q.Query(ctx, `select `+columns+` from agreements a where a.org_id = $1 order by a.id desc limit $2`, orgID, listLimit)
	if err != nil {
		return nil, fmt.Errorf("agreements of organization: %w", err)
	}
	all, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("agreements of organization: %w", err)
	}
	return all, nil
}

// Paper is an agreement with its words and whose it is.
type Paper struct {
	Agreement
	Texts
	Party
}

// byID gives an agreement, or ErrNotFound.
func byID(ctx context.Context, q pg.Querier, orgID, id int64) (Paper, error) {
	rows, err := q.Query(ctx, `select `+columns+`, a.text_uz, a.text_ru, a.text_en, o.tin, o.name_uz, o.name_ru, o.name_en
		from agreements a
		join organizations o on o.org_id = a.org_id
		where a.org_id = $1 and a.id = $2`, orgID, id)
	if err != nil {
		return Paper{}, fmt.Errorf("agreement %d: %w", id, err)
	}
	p, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (p Paper, err error) {
		return p, scanInto(row, &p.Agreement, &p.Texts.Uz, &p.Texts.Ru, &p.Texts.En, &p.TIN, &p.Party.Uz, &p.Party.Ru, &p.Party.En)
	})
	switch {
	case pg.NoRows(err):
		return Paper{}, ErrNotFound
	case err != nil:
		return Paper{}, fmt.Errorf("agreement %d: %w", id, err)
	}
	return p, nil
}

// lock holds an agreement until the transaction ends, and refuses it unless the
// act is possible now.
func lock(ctx context.Context, tx pg.Tx, orgID, id int64, x Act) (Paper, error) {
	const q = `select 1 from agreements where org_id = $1 and id = $2 for update`
	if _, err := tx.Exec(ctx, q, orgID, id); err != nil {
		return Paper{}, fmt.Errorf("lock agreement %d: %w", id, err)
	}
	p, err := byID(ctx, tx, orgID, id)
	switch {
	case err != nil:
		return Paper{}, err
	case !p.Can(x):
		return Paper{}, ErrState
	}
	return p, nil
}

func insert(ctx context.Context, tx pg.Tx, a actor.Actor, note string) (id int64, err error) {
	const q = `
		insert into agreements (org_id, id, note, requested_by, requested_name)
		values ($1, nextval('agreement_ids'), $2, $3, $4)
		returning id`
	err = tx.QueryRow(ctx, q, a.OrgID, note, a.MemberID, a.Name).Scan(&id)
	switch {
	case pg.Violates(err, "agreements_open_key"):
		return 0, ErrOpen.Because(err)
	case err != nil:
		return 0, fmt.Errorf("insert agreement: %w", err)
	}
	return id, nil
}

// countDay tells how many agreements an organization asked for in 24 hours.
func countDay(ctx context.Context, tx pg.Tx, orgID int64) (n int, err error) {
	const q = `select count(*) from agreements where org_id = $1 and requested_at > now() - interval '24 hours'`
	if err := tx.QueryRow(ctx, q, orgID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count agreements: %w", err)
	}
	return n, nil
}

func markSent(ctx context.Context, tx pg.Tx, op actor.Operator, orgID int64, d draft, t Texts) error {
	const q = `
		update agreements
		set status = 'sent', version = $3, text_uz = $4, text_ru = $5, text_en = $6, director_name = $7, until = $8,
		    sent_by = $9, sent_name = $10, sent_at = now()
		where org_id = $1 and id = $2`
	_, err := tx.Exec(ctx, q, orgID, d.id, d.version, t.Uz, t.Ru, t.En, d.org.Director, nullTime(d.until), op.StaffID, op.Name)
	if err != nil {
		return fmt.Errorf("send agreement %d: %w", d.id, err)
	}
	return nil
}

func markSigned(ctx context.Context, tx pg.Tx, a actor.Actor, id, signatureID int64) error {
	const q = `
		update agreements set status = 'signed', signature_id = $3, signed_by = $4, signed_name = $5, signed_at = now()
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, a.OrgID, id, signatureID, a.MemberID, a.Name); err != nil {
		return fmt.Errorf("sign agreement %d: %w", id, err)
	}
	return nil
}

func markActive(ctx context.Context, tx pg.Tx, op actor.Operator, orgID, id int64) error {
	const q = `
		update agreements set status = 'active', activated_by = $3, activated_name = $4, activated_at = now()
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, orgID, id, op.StaffID, op.Name); err != nil {
		return fmt.Errorf("activate agreement %d: %w", id, err)
	}
	return nil
}

// markEnded ends one; what expired ended at the moment that was agreed.
func markEnded(ctx context.Context, tx pg.Tx, orgID, id int64, e Ending, why, by string) error {
	const q = `
		update agreements
		set status = 'ended', ending = $3, reason = $4, ended_name = $5, ended_at = case when $3 = 'expired' then until else now() end
		where org_id = $1 and id = $2`
	if _, err := tx.Exec(ctx, q, orgID, id, string(e), why, by); err != nil {
		return fmt.Errorf("end agreement %d: %w", id, err)
	}
	return nil
}

func databaseTime(ctx context.Context, q pg.Querier) (now time.Time, err error) {
	if err := q.QueryRow(ctx, `select now()`).Scan(&now); err != nil {
		return now, fmt.Errorf("time of the database: %w", err)
	}
	return now, nil
}

func nullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ref names an agreement.
type ref struct{ OrgID, ID int64 }

// lapsed gives some whose last day has passed.
//
//tenant:any the job looks after every organization
func lapsed(ctx context.Context, tx pg.Tx, limit int) ([]ref, error) {
	const q = `
		select org_id, id from agreements
		where status = 'active' and until <= now()
		order by until, org_id, id
		limit $1
		for update skip locked`
	return refs(ctx, tx, q, limit)
}

// lapsedOf gives what has lapsed of one organization.
func lapsedOf(ctx context.Context, tx pg.Tx, orgID int64) ([]ref, error) {
	const q = `select org_id, id from agreements where org_id = $1 and status = 'active' and until <= now() for update`
	return refs(ctx, tx, q, orgID)
}

// ending gives some that end within days and whose keepers were not reminded of
// that yet, and notes that they are now.
//
//tenant:any as above
func ending(ctx context.Context, tx pg.Tx, days, limit int) ([]ref, error) {
	const q = `
		update agreements set reminded = $1
		where (org_id, id) in (
			select org_id, id from agreements
			where status = 'active' and until > now() and until <= now() + $1 * interval '1 day'
			  and activated_at < now() - interval '1 hour' and (reminded = 0 or reminded > $1)
			order by until, org_id, id
			limit $2
			for update skip locked)
		returning org_id, id`
	return refs(ctx, tx, q, days, limit)
}

func refs(ctx context.Context, tx pg.Tx, q string, args ...any) ([]ref, error) {
	rows, err := tx.Query(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("due agreements: %w", err)
	}
	rs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ref])
	if err != nil {
		return nil, fmt.Errorf("due agreements: %w", err)
	}
	return rs, nil
}
