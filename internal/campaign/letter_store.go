package campaign

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// letterColumns lists a letter "l" with its state at this moment. Every read
// of a letter goes through it, so the database's clock judges all of them.
const letterColumns = `
	l.org_id, l.id, l.campaign_id, l.kind, l.email, l.language, l.status,
	case
	    when l.status = 'activated' then 'used'
	    when l.status in ('replaced', 'withdrawn') then 'replaced'
	    when l.status = 'locked' or l.wrong_codes >= 5 then 'locked'
	    when l.status = 'refused' then 'refused'
	    when l.status = 'expired' or now() >= l.expires_at then 'expired'
	    when l.issued_at is null then 'queued'
	    else 'live'
	end,
	l.reason, l.wrong_codes, l.reminders, l.created_at, l.issued_at, l.expires_at, l.sent_at, l.ended_at`

func scanLetter(row pgx.CollectableRow) (Letter, error) {
	var l Letter
	return l, row.Scan(letterTargets(&l)...)
}

// letterTargets are the places for letterColumns.
func letterTargets(l *Letter) []any {
	return []any{
		&l.OrgID, &l.ID, &l.CampaignID, &l.Kind, &l.Email, &l.Language, &l.Status, &l.State,
		&l.Reason, &l.WrongCodes, &l.Reminders, &l.CreatedAt,
		zeroTime{&l.IssuedAt},
		zeroTime{&l.ExpiresAt},
		zeroTime{&l.SentAt},
		zeroTime{&l.EndedAt},
	}
}

// zeroTime scans null as the zero time.
type zeroTime struct{ t *time.Time }

// Scan implements sql.Scanner, which the driver asks for a null too.
func (z zeroTime) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*z.t = time.Time{}
	case time.Time:
		*z.t = v
	default:
		return errors.New("campaign: not a time")
	}
	return nil
}

func oneLetter(ctx context.Context, q pg.Querier, stmt string, args ...any) (Letter, error) {
	rows, err := q.Query(ctx, stmt, args...)
	if err != nil {
		return Letter{}, fmt.Errorf("read letter: %w", err)
	}
	l, err := pgx.CollectExactlyOneRow(rows, scanLetter)
	switch {
	case pg.NoRows(err):
		return Letter{}, ErrNotFound
	case err != nil:
		return Letter{}, fmt.Errorf("read letter: %w", err)
	}
	return l, nil
}

// letterByKey finds a letter by the hash of its token or code.
func letterByKey(ctx context.Context, q pg.Querier, kind string, hash []byte) (Letter, error) {
	const stmt = `select` + letterColumns + `
		from letter_key_registry k
		join letters l on l.org_id = k.org_id and l.id = k.letter_id
		where k.key_hash = $1 and k.kind = $2`
	return oneLetter(ctx, q, stmt, hash, kind)
}

func letterOf(ctx context.Context, q pg.Querier, orgID, letterID int64) (Letter, error) {
	const stmt = `select` + letterColumns + ` from letters l where l.org_id = $1 and l.id = $2`
	return oneLetter(ctx, q, stmt, orgID, letterID)
}

// newestLetter finds the letter of an organization that was made last.
func newestLetter(ctx context.Context, q pg.Querier, orgID int64) (Letter, error) {
	const stmt = `select` + letterColumns + ` from letters l where l.org_id = $1 order by l.id desc limit 1`
	return oneLetter(ctx, q, stmt, orgID)
}

// lockLetter holds a letter and gives it with its seed.
func lockLetter(ctx context.Context, tx pg.Tx, orgID, letterID int64) (Letter, []byte, error) {
	const stmt = `select` + letterColumns + `, l.seed from letters l where l.org_id = $1 and l.id = $2 for update`
	var l Letter
	var seed []byte
	err := tx.QueryRow(ctx, stmt, orgID, letterID).Scan(append(letterTargets(&l), &seed)...)
	switch {
	case pg.NoRows(err):
		return Letter{}, nil, ErrNotFound
	case err != nil:
		return Letter{}, nil, fmt.Errorf("lock letter: %w", err)
	}
	return l, seed, nil
}

// countWrongCode notes a wrong code; the fifth one ends the letter.
func countWrongCode(ctx context.Context, tx pg.Tx, orgID, letterID int64) (wrong int, err error) {
	const q = `
		update letters
		set wrong_codes = wrong_codes + 1,
		    status = case when wrong_codes + 1 >= 5 then 'locked' else status end,
		    ended_at = case when wrong_codes + 1 >= 5 then now() else ended_at end
		where org_id = $1 and id = $2 and wrong_codes < 5
		returning wrong_codes`
	if err := tx.QueryRow(ctx, q, orgID, letterID).Scan(&wrong); err != nil {
		return 0, fmt.Errorf("count wrong code: %w", err)
	}
	return wrong, nil
}

// consumeLetter uses a live letter up: the one statement that decides every
// race about it. used is false when it was not live any more.
func consumeLetter(ctx context.Context, tx pg.Tx, orgID, letterID int64) (used bool, err error) {
	const q = `
		update letters set status = 'activated', ended_at = now()
		where org_id = $1 and id = $2 and status in ('queued', 'sent')
		  and issued_at is not null and now() < expires_at and wrong_codes < 5`
	tag, err := tx.Exec(ctx, q, orgID, letterID)
	if err != nil {
		return false, fmt.Errorf("consume letter: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// endLetter ends what is live or queued of an organization as replaced, and
// gives its id, 0 when there was nothing.
func endLetter(ctx context.Context, tx pg.Tx, orgID int64) (id int64, err error) {
	const q = `
		update letters set status = 'replaced', ended_at = now()
		where org_id = $1 and status in ('queued', 'sent')
		returning id`
	err = tx.QueryRow(ctx, q, orgID).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("end letter: %w", err)
	}
	return id, nil
}

// awaiting is an organization that waits for its letter.
type awaiting struct {
	recipient
	CampaignID int64 // of its newest letter, 0 if it never had one
	Kind       Kind
}

// holdAwaiting locks an organization that may get a letter.
func holdAwaiting(ctx context.Context, tx pg.Tx, orgID int64) (a awaiting, err error) {
	const q = `select org_id, email, language, status from organizations where org_id = $1 for no key update`
	var status string
	err = tx.QueryRow(ctx, q, orgID).Scan(&a.OrgID, &a.Email, &a.Language, &status)
	switch {
	case pg.NoRows(err):
		return a, ErrNoOrg
	case err != nil:
		return a, fmt.Errorf("hold organization: %w", err)
	case status != "imported":
		return a, ErrOrgActive
	}
	return a, nil
}

// follow gives the new letter campaign and kind of the one before it, and
// refuses if that one was used: then the organization is about to be active.
func (a *awaiting) follow(before Letter, err error) error {
	switch {
	case errors.Is(err, ErrNotFound):
		a.Kind = KindCode
		return nil
	case err != nil:
		return err
	case before.Status == Activated:
		return ErrOrgActive
	}
	a.CampaignID, a.Kind = before.CampaignID, before.Kind
	return nil
}

// draftLetter is a letter before it is stored.
type draftLetter struct {
	recipient
	ID   int64
	Seed []byte
}

// newLetterIDs takes ids from the sequence.
func newLetterIDs(ctx context.Context, tx pg.Tx, n int) ([]int64, error) {
	const q = `select nextval('letter_ids') from generate_series(1, $1::integer)`
	rows, err := tx.Query(ctx, q, n)
	if err != nil {
		return nil, fmt.Errorf("take letter ids: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("take letter ids: %w", err)
	}
	return ids, nil
}

// insertLetters stores letters and gives the ids of those that were stored: an
// organization with a live letter gets no second one. sendBefore may be nil.
func insertLetters(ctx context.Context, tx pg.Tx, campaignID int64, kind Kind, sendBefore *time.Time, ls []draftLetter) (map[int64]bool, error) {
	const q = `
		insert into letters (org_id, id, campaign_id, kind, email, language, seed, status, send_before)
		select n.org_id, n.id, $1, $2, n.email, n.language, n.seed, 'queued', $3
		from unnest($4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bytea[])
		     as n (org_id, id, email, language, seed)
		on conflict (org_id) where status in ('queued', 'sent') do nothing
		returning id`
	orgs, ids := make([]int64, len(ls)), make([]int64, len(ls))
	emails, languages, seeds := make([]string, len(ls)), make([]string, len(ls)), make([][]byte, len(ls))
	for i, l := range ls {
		orgs[i], ids[i], emails[i], languages[i], seeds[i] = l.OrgID, l.ID, l.Email, l.Language, l.Seed
	}
	rows, err := tx.Query(ctx, q, campaignID, kind, sendBefore, orgs, ids, emails, languages, seeds)
	if err != nil {
		return nil, fmt.Errorf("insert letters: %w", err)
	}
	stored := make(map[int64]bool, len(ls))
	var id int64
	if _, err := pgx.ForEachRow(rows, []any{&id}, func() error { stored[id] = true; return nil }); err != nil {
		return nil, fmt.Errorf("insert letters: %w", err)
	}
	return stored, nil
}

// registeredKey is a line of the registry.
type registeredKey struct {
	Hash            []byte
	Kind            string
	OrgID, LetterID int64
}

func copyKeys(ctx context.Context, tx pg.Tx, ks []registeredKey) error {
	rows := pgx.CopyFromSlice(len(ks), func(i int) ([]any, error) {
		return []any{ks[i].Hash, ks[i].Kind, ks[i].OrgID, ks[i].LetterID}, nil
	})
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"letter_key_registry"}, []string{"key_hash", "kind", "org_id", "letter_id"}, rows)
	if err != nil {
		return fmt.Errorf("register keys: %w", err)
	}
	return nil
}

// registered tells which of the hashes are in the registry.
func registered(ctx context.Context, q pg.Querier, hashes [][]byte) (map[string]bool, error) {
	const stmt = `select key_hash from letter_key_registry where key_hash = any($1)`
	rows, err := q.Query(ctx, stmt, hashes)
	if err != nil {
		return nil, fmt.Errorf("look up keys: %w", err)
	}
	found := map[string]bool{}
	var hash []byte
	if _, err := pgx.ForEachRow(rows, []any{&hash}, func() error { found[string(hash)] = true; return nil }); err != nil {
		return nil, fmt.Errorf("look up keys: %w", err)
	}
	return found, nil
}

func scanRow(row pgx.CollectableRow) (r Row, err error) {
	return r, row.Scan(append(letterTargets(&r.Letter), &r.Campaign, &r.TIN, &r.Uz, &r.Ru, &r.En)...)
}

// rowByID finds a letter with its organization for the operator.
//
//tenant:any operators see every organization's letters
func rowByID(ctx context.Context, q pg.Querier, id int64) (Row, error) {
	const stmt = `select` + letterColumns + `, coalesce(c.name, ''), o.tin, o.name_uz, o.name_ru, o.name_en
		from letters l
		join organizations o on o.org_id = l.org_id
		left join campaigns c on c.id = l.campaign_id
		where l.id = $1`
	rows, err := q.Query(ctx, stmt, id)
	if err != nil {
		return Row{}, fmt.Errorf("letter by id: %w", err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanRow)
	switch {
	case pg.NoRows(err):
		return Row{}, ErrNotFound
	case err != nil:
		return Row{}, fmt.Errorf("letter by id: %w", err)
	}
	return r, nil
}

// rowsOf lists letters that pass the filter, the newest first.
//
//tenant:any operators see every organization's letters
func rowsOf(ctx context.Context, q pg.Querier, f Filter) ([]Row, error) {
	where, args := conditions(f)
	stmt := `select` + letterColumns + `, coalesce(c.name, ''), o.tin, o.name_uz, o.name_ru, o.name_en
		from letters l
		join organizations o on o.org_id = l.org_id
		left join campaigns c on c.id = l.campaign_id
		where ` + where + `
		order by l.id desc
		limit @limit`
	rows, err := q.Query(ctx, stmt, args)
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	rs, err := pgx.CollectRows(rows, scanRow)
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	return rs, nil
}

// conditions joins fixed fragments; what people typed is only ever an argument.
func conditions(f Filter) (string, pgx.NamedArgs) {
	parts, args := []string{"true"}, pgx.NamedArgs{"limit": f.Limit}
	add := func(use bool, fragment, name string, value any) {
		if use {
			parts, args[name] = append(parts, fragment), value
		}
	}
	add(f.CampaignID != 0, "l.campaign_id = @campaign", "campaign", f.CampaignID)
	add(f.OrgID != 0, "l.org_id = @org", "org", f.OrgID)
	add(f.Status != "", "l.status = @status", "status", f.Status)
	add(f.Before != 0, "l.id < @before", "before", f.Before)
	add(f.tin != "", "l.org_id = (select t.org_id from tin_registry t where t.tin = @tin)", "tin", f.tin)
	add(f.email != "", "l.email like @email", "email", escapeLike(f.email)+"%")
	return strings.Join(parts, " and "), args
}

// escapeLike makes the wildcards of people literal.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
