package notice

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// takeDue gives the due notices of some people to one letter each. Only one such
// transaction is at work at a time; to another nobody is due. Who has no address
// by now, or was blocked, gets no letter, and what was read in the portal
// meanwhile stands in none. What somebody is changing at this moment is left for
// the next time. people is how many it took.
//
//tenant:any the job of the portal takes everybody's
func takeDue(ctx context.Context, tx pg.Tx, limit int) (letters []LetterArgs, people int, err error) {
	const alone = `select pg_try_advisory_xact_lock(hashtextextended('notice.collect', 0))`
	var got bool
	if err := tx.QueryRow(ctx, alone).Scan(&got); err != nil || !got {
		return nil, 0, err
	}
	const q = `
		with people as (
			select distinct org_id, member_id from notices where status = 'collected' and due_at <= now() limit $1),
		due as (
			select n.org_id, n.member_id, n.id, n.read_at
			from notices n join people p on p.org_id = n.org_id and p.member_id = n.member_id
			where n.status = 'collected' and n.due_at <= now()
			order by n.org_id, n.id
			for update of n skip locked),
		letters as (
			select org_id, member_id, min(id) filter (where read_at is null) as letter from due group by org_id, member_id),
		taken as (
			update notices n
			set status = case when d.read_at is not null or m.email = '' or m.status <> 'active' then 'muted' else 'queued' end,
			    letter = case when d.read_at is null then l.letter end, email = m.email, language = coalesce(a.language, m.language)
			from due d
			join letters l on l.org_id = d.org_id and l.member_id = d.member_id
			join members m on m.org_id = d.org_id and m.id = d.member_id
			left join accounts a on a.id = m.account_id
			where n.org_id = d.org_id and n.id = d.id
			returning n.org_id, n.member_id, n.letter, n.status)
		select org_id, coalesce(max(letter) filter (where status = 'queued'), 0) from taken group by org_id, member_id`
	rows, err := tx.Query(ctx, q, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("take due letters: %w", err)
	}
	var l LetterArgs
	_, err = pgx.ForEachRow(rows, []any{&l.OrgID, &l.Letter}, func() error {
		people++
		if l.Letter != 0 {
			letters = append(letters, l)
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("take due letters: %w", err)
	}
	return letters, people, nil
}

// letterRows is how many notices a letter looks at; more are "and others".
const letterRows = 1000

// queuedLetter gives the notices of a letter that is still to be sent, the oldest
// first; none otherwise.
func queuedLetter(ctx context.Context, db pg.Querier, a LetterArgs) ([]row, error) {
	const q = toSend + `
		where n.org_id = $1 and n.letter = $2 and n.status = 'queued'
		order by n.id limit $3`
	rows, err := db.Query(ctx, q, a.OrgID, a.Letter, letterRows)
	if err != nil {
		return nil, fmt.Errorf("letter to send: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return nil, fmt.Errorf("letter to send: %w", err)
	}
	return all, nil
}

func markLetter(ctx context.Context, tx pg.Tx, a LetterArgs, status, reason string) error {
	const q = `
		update notices set status = $3, reason = $4, sent_at = case when $3 = 'sent' then now() end
		where org_id = $1 and letter = $2 and status = 'queued'`
	if _, err := tx.Exec(ctx, q, a.OrgID, a.Letter, status, reason); err != nil {
		return fmt.Errorf("mark letter %s: %w", status, err)
	}
	return nil
}
