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
	Account         int64  // 0 of who has not joined yet
	Email           string // of the member, folded
}

// recipient is who gets a letter: a person under an address, whatever organizations
// it is about.
type recipient struct {
	Account, Org, Member int64
	Email                string
}

func (d due) recipient() recipient {
	if d.Account == 0 {
		return recipient{Org: d.Org, Member: d.Member}
	}
	return recipient{Account: d.Account, Email: d.Email}
}

// lockDue locks the due notices of so many members, each member's together, and of
// the same people in their other organizations. What somebody is changing at this moment is left for the next
// time.
//
//tenant:any the job of the portal takes everybody's
func lockDue(ctx context.Context, tx pg.Tx, people int) ([]due, error) {
	const q = `
		with first as (
			select m.org_id, m.id, m.account_id, m.email
			from (select org_id, member_id from notices where status = 'collected' and due_at <= now()
			      group by org_id, member_id limit $1) d
			join members m on m.org_id = d.org_id and m.id = d.member_id),
		people as (
			select f.* from first f
			union
			select m.org_id, m.id, m.account_id, m.email
			from first f
			join account_members am on am.account_id = f.account_id
			join members m on m.org_id = am.org_id and m.id = am.member_id and m.account_id = am.account_id)
		select n.*, coalesce(p.account_id, 0), lower(p.email)
		from people p
		cross join lateral (
			select n.org_id, n.member_id, n.id, n.read_at is not null
			from notices n
			where n.org_id = p.org_id and n.member_id = p.id and n.status = 'collected' and n.due_at <= now()
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

// putIntoLetters gives what is due to one letter for each recipient, whose number is
// that of its first notice. Who has no address by now, or was blocked, gets no
// letter, and what was read in the portal meanwhile stands in none.
//
//tenant:any the job of the portal takes everybody's
func putIntoLetters(ctx context.Context, tx pg.Tx, all []due) (letters []LetterArgs, err error) {
	orgs, ids, numbers := make([]int64, len(all)), make([]int64, len(all)), make([]*int64, len(all))
	first := map[recipient]*int64{} // the number of each letter
	for i, d := range all {
		orgs[i], ids[i] = d.Org, d.ID
		if d.Read {
			continue
		}
		n, known := first[d.recipient()]
		if !known {
			n = new(int64)
			*n = d.ID
		}
		if d.ID < *n {
			*n = d.ID
		}
		first[d.recipient()], numbers[i] = n, n
	}
	const q = `
		with taken as (
			update notices n
			set status = case when d.letter is null or m.email = '' or m.status <> 'active' then 'muted' else 'queued' end,
			    letter = d.letter, email = m.email, language = coalesce(a.language, m.language)
			from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as d (org_id, id, letter), members m left join accounts a on a.id = m.account_id
			where n.org_id = d.org_id and n.id = d.id and m.org_id = n.org_id and m.id = n.member_id
			returning n.org_id, n.letter, n.status)
		select min(org_id), array_remove(array_agg(distinct org_id order by org_id), min(org_id)), letter
		from taken where status = 'queued' group by letter`
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
		where n.org_id = any ($1) and n.letter = $2 and n.status = 'queued'
		order by n.id limit $3`
	rows, err := db.Query(ctx, q, a.orgs(), a.Letter, letterRows)
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
		where org_id = any ($1) and letter = $2 and status = 'queued'`
	if _, err := tx.Exec(ctx, q, a.orgs(), a.Letter, status, reason); err != nil {
		return fmt.Errorf("mark letter %s: %w", status, err)
	}
	return nil
}
