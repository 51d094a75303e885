package document

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

func readDocuments(ctx context.Context, q pg.Querier, orgID int64, ids []int64) ([]Document, error) {
	rows, err := q.Query(ctx, `select`+columns+` from documents d where d.org_id = $1 and d.id = any ($2) order by d.id`, orgID, ids)
	return collect(rows, err, "read documents")
}

func collect(rows pgx.Rows, err error, what string) ([]Document, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	ds, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return ds, nil
}

// shownSums are the SHA-256 of the versions that are shown, in hexadecimal.
func shownSums(ctx context.Context, q pg.Querier, orgID int64, ids []int64) (map[int64]string, error) {
	const stmt = `
		select d.id, v.sha256 from documents d
		join document_versions v on v.org_id = d.org_id and v.document_id = d.id and v.version = d.version
		where d.org_id = $1 and d.id = any ($2)`
	rows, err := q.Query(ctx, stmt, orgID, ids)
	if err != nil {
		return nil, fmt.Errorf("sums of documents: %w", err)
	}
	sums := map[int64]string{}
	var id int64
	var sum []byte
	if _, err := pgx.ForEachRow(rows, []any{&id, &sum}, func() error { sums[id] = hex.EncodeToString(sum); return nil }); err != nil {
		return nil, fmt.Errorf("sums of documents: %w", err)
	}
	return sums, nil
}

// markAnswered is the one place where a person's answer is written; what the
// deadline has overtaken is ErrLate.
func markAnswered(ctx context.Context, tx pg.Tx, a actor.Actor, r Request, n int) error {
	const q = `
		update documents set answer = $3, answered_via = 'portal', answered_at = now(), answered_by = $4, answered_name = $5,
			answer_reason = $6, answered_version = version, changed_at = now()
		where org_id = $1 and id = any ($2) and answer = 'waiting' and now() < deadline_at`
	tag, err := tx.Exec(ctx, q, a.OrgID, r.IDs, r.Act.answer(), a.MemberID, a.Name, r.Reason)
	switch {
	case err != nil:
		return fmt.Errorf("answer invoices: %w", err)
	case tag.RowsAffected() != int64(n):
		return ErrLate
	}
	return nil
}

// oweAnswers notes what the sources have to be told of answers just written.
func oweAnswers(ctx context.Context, tx pg.Tx, orgID int64, ids []int64, evidence int64) error {
	const q = `
		insert into document_answers (org_id, document_id, outcome, via, reason, version, signature_id)
		select d.org_id, d.id, d.answer, d.answered_via, d.answer_reason, d.version, $3
		from documents d where d.org_id = $1 and d.id = any ($2)`
	if _, err := tx.Exec(ctx, q, orgID, ids, nullID(evidence)); err != nil {
		return fmt.Errorf("owe answers: %w", err)
	}
	return nil
}

// overdueOrgs are organizations with an invoice whose day is over.
//
//tenant:any the job of deadlines serves all organizations, one transaction each
func overdueOrgs(ctx context.Context, q pg.Querier, most int) ([]int64, error) {
	const stmt = `
		select distinct org_id from (
			select org_id from documents where answer = 'waiting' and deadline_at <= now()
			order by deadline_at limit $1) d
		order by org_id`
	rows, err := q.Query(ctx, stmt, most)
	return collectOrgs(rows, err)
}

// remindableOrgs are organizations with an invoice whose day ends within the time
// given, of which nobody was reminded and which came before that.
//
//tenant:any the job of deadlines serves all organizations, one transaction each
func remindableOrgs(ctx context.Context, q pg.Querier, ahead time.Duration, most int) ([]int64, error) {
	const stmt = `
		select distinct org_id from (
			select org_id from documents
			where answer = 'waiting' and deadline_at > now() and deadline_at <= now() + $1::interval
			  and reminded_at is null and received_at < deadline_at - $1::interval
			order by deadline_at limit $2) d
		order by org_id`
	rows, err := q.Query(ctx, stmt, ahead, most)
	return collectOrgs(rows, err)
}

func collectOrgs(rows pgx.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, fmt.Errorf("due invoices: %w", err)
	}
	orgs, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("due invoices: %w", err)
	}
	return orgs, nil
}

// overdueOf are an organization's invoices whose day is over, the first of them.
func overdueOf(ctx context.Context, q pg.Querier, orgID int64, most int) ([]int64, error) {
	const stmt = `
		select id from documents where org_id = $1 and answer = 'waiting' and deadline_at <= now()
		order by id limit $2`
	rows, err := q.Query(ctx, stmt, orgID, most)
	if err != nil {
		return nil, fmt.Errorf("due invoices: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("due invoices: %w", err)
	}
	return ids, nil
}

// acceptOverdue accepts invoices of an organization, as far as their day is over and
// nobody has answered.
func acceptOverdue(ctx context.Context, tx pg.Tx, orgID int64, ids []int64) ([]Document, error) {
	const q = `
		update documents d set answer = 'accepted', answered_via = 'deadline', answered_at = d.deadline_at, answered_version = d.version, changed_at = now()
		where d.org_id = $1 and d.id = any ($2) and d.answer = 'waiting' and d.deadline_at <= now()
		returning` + columns
	rows, err := tx.Query(ctx, q, orgID, ids)
	return collect(rows, err, "accept by silence")
}

// remindSoon notes that an organization is reminded of invoices, and gives them.
func remindSoon(ctx context.Context, tx pg.Tx, orgID int64, ahead time.Duration, most int) ([]Document, error) {
	const q = `
		update documents d set reminded_at = now()
		where d.org_id = $1 and d.id in (
			select id from documents
			where org_id = $1 and answer = 'waiting' and deadline_at > now() and deadline_at <= now() + $2::interval
			  and reminded_at is null and received_at < deadline_at - $2::interval
			order by id limit $3 for update skip locked)
		returning` + columns
	rows, err := tx.Query(ctx, q, orgID, ahead, most)
	return collect(rows, err, "remind of invoices")
}
