package notice

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// takeDue gives the due notices of some people to one letter each. Only one such
// transaction is at work at a time; to another nobody is due. people is how many
// it took.
func takeDue(ctx context.Context, tx pg.Tx, limit int) (letters []LetterArgs, people int, err error) {
	const alone = `select pg_try_advisory_xact_lock(hashtextextended('notice.collect', 0))`
	var got bool
	if err := tx.QueryRow(ctx, alone).Scan(&got); err != nil || !got {
		return nil, 0, err
	}
	whose, err := lockDue(ctx, tx, limit)
	if err != nil || len(whose) == 0 {
		return nil, 0, err
	}
	letters, err = putIntoLetters(ctx, tx, whose)
	last := due{}
	for _, d := range whose {
		if d.Org != last.Org || d.Member != last.Member {
			people++
		}
		last = d
	}
	return letters, people, err
}

// due is a notice that is to go out with others.
type due struct {
	Org, Member, ID int64
	Read            bool
}

// lockDue locks the due notices of so many people, a person's together, the
// oldest first. What somebody is changing at this moment is left for the next
// time.
//
//tenant:any the job of the portal takes everybody's
func lockDue(ctx context.Context, tx pg.Tx, people int) ([]due, error) {
	const q = `
		select n.*
		from (select org_id, member_id from notices where status = 'collected' and due_at <= now()
		      group by org_id, member_id limit $1) p
		cross join lateral (
			select n.org_id, n.member_id, n.id, n.read_at is not null
			from notices n
			where n.org_id = p.org_id and n.member_id = p.member_id and n.status = 'collected' and n.due_at <= now()
			order by n.id
			for update skip locked) n`
	rows, err := tx.Query(ctx, q, people)
	if err != nil {
		return nil, fmt.Errorf("lock due notices: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[due])
	if err != nil {
		return nil, fmt.Errorf("lock due notices: %w", err)
	}
	return all, nil
}

// putIntoLetters gives what is due to one letter for each person, whose number
// is that of its first notice. Who has no address by now, or was blocked, gets no
// letter, and what was read in the portal meanwhile stands in none.
//
//tenant:any the job of the portal takes everybody's
func putIntoLetters(ctx context.Context, tx pg.Tx, all []due) (letters []LetterArgs, err error) {
	orgs, ids, numbers := make([]int64, len(all)), make([]int64, len(all)), make([]*int64, len(all))
	first := map[[2]int64]int64{}
	for i, d := range all {
		orgs[i], ids[i] = d.Org, d.ID
		if d.Read {
			continue
		}
		whose := [2]int64{d.Org, d.Member}
		if first[whose] == 0 {
			first[whose] = d.ID
		}
		number := first[whose]
		numbers[i] = &number
	}
	const q = `
		with taken as (
			update notices n
			set status = case when d.letter is null or m.email = '' or m.status <> 'active' then 'muted' else 'queued' end,
			    letter = d.letter, email = m.email, language = coalesce(a.language, m.language)
			from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as d (org_id, id, letter), members m left join accounts a on a.id = m.account_id
			where n.org_id = d.org_id and n.id = d.id and m.org_id = n.org_id and m.id = n.member_id
			returning n.org_id, n.letter, n.status)
		select distinct org_id, letter from taken where status = 'queued'`
	rows, err := tx.Query(ctx, q, orgs, ids, numbers)
	if err != nil {
		return nil, fmt.Errorf("put notices into letters: %w", err)
	}
	letters, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LetterArgs])
	if err != nil {
		return nil, fmt.Errorf("put notices into letters: %w", err)
	}
	return letters, nil
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
