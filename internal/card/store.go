package card

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/pg"
)

// columns of a Card, from "cards c"; targets takes them.
const columns = ` c.org_id, c.id, c.gtin, c.standing, c.editing, c.archived_at is not null, c.newest, coalesce(c.live, 0), c.group_id, c.packaging,
	c.country, c.name_uz, c.name_ru, c.name_en, c.brand, coalesce(c.photo_id, 0), c.revision, coalesce(c.planned_on::text, ''), c.created_at, c.changed_at`

func (c *Card) targets() []any {
	return []any{
		&c.OrgID, &c.ID, &c.GTIN, &c.Standing, &c.Editing, &c.Archived, &c.Newest, &c.Live, &c.GroupID, &c.Packaging,
		&c.Country, &c.NameUz, &c.NameRu, &c.NameEn, &c.Brand, &c.PhotoID, &c.Revision, &c.PlannedOn, &c.CreatedAt, &c.ChangedAt,
	}
}

// oneCard reads a card; another organization's is ErrNotFound.
func oneCard(ctx context.Context, q pg.Querier, orgID, id int64) (c Card, err error) {
	const stmt = `select` + columns + ` from cards c where c.org_id = $1 and c.id = $2`
	return c, found(q.QueryRow(ctx, stmt, orgID, id).Scan(c.targets()...), "read card")
}

// lockCard is oneCard for who changes it. Cards are locked after places and
// before registries, several in the order of their ids (decision 0030).
func lockCard(ctx context.Context, tx pg.Tx, orgID, id int64) (c Card, err error) {
	const stmt = `select` + columns + ` from cards c where c.org_id = $1 and c.id = $2 for update`
	return c, found(tx.QueryRow(ctx, stmt, orgID, id).Scan(c.targets()...), "lock card")
}

func found(err error, what string) error {
	switch {
	case pg.NoRows(err):
		return ErrNotFound
	case err != nil:
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func readCards(ctx context.Context, q pg.Querier, orgID int64, ids []int64) ([]Card, error) {
	const stmt = `select` + columns + ` from cards c where c.org_id = $1 and c.id = any ($2) order by c.id`
	rows, err := q.Query(ctx, stmt, orgID, ids)
	return collectCards(rows, err, "read cards")
}

func lockCards(ctx context.Context, tx pg.Tx, orgID int64, ids []int64) ([]Card, error) {
	const stmt = `select` + columns + ` from cards c where c.org_id = $1 and c.id = any ($2) order by c.id for update`
	rows, err := tx.Query(ctx, stmt, orgID, ids)
	return collectCards(rows, err, "lock cards")
}

// lockByGTIN locks the live cards of some numbers.
func lockByGTIN(ctx context.Context, tx pg.Tx, orgID int64, gtins []gs1.GTIN) ([]Card, error) {
	// A join: "= any" compares each card with each number when the server, knowing
	// the table as it was before a file came in, reads it whole.
	const stmt = `select` + columns + ` from unnest($2::text[]) x (gtin)
		join cards c on c.org_id = $1 and c.gtin = x.gtin and c.archived_at is null order by c.id for update of c`
	rows, err := tx.Query(ctx, stmt, orgID, gtins)
	return collectCards(rows, err, "lock cards by number")
}

func collectCards(rows pgx.Rows, err error, what string) ([]Card, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	cards, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Card, err error) {
		err = row.Scan(c.targets()...)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return cards, nil
}

// versionColumns of a version, from "card_versions v", with what it says.
const versionColumns = ` v.n, v.status, v.content, v.created_by, v.created_name, v.created_at, coalesce(v.sent_by, 0), v.sent_name, v.sent_at,
	v.deadline_at, v.decided_at, v.remarks`

// scanVersion reads a version; the content is left out where it is null.
func scanVersion(row pgx.CollectableRow, before ...any) (v Version, err error) {
	var content, remarks []byte
	var sent, deadline, decided *time.Time
	err = row.Scan(append(before, &v.Number, &v.Status, &content, &v.author, &v.CreatedBy, &v.CreatedAt, &v.sender, &v.SentBy, &sent,
		&deadline, &decided, &remarks)...)
	if err != nil {
		return v, err
	}
	v.SentAt, v.Deadline, v.DecidedAt = at(sent), at(deadline), at(decided)
	if err := json.Unmarshal(remarks, &v.Remarks); err != nil {
		return v, fmt.Errorf("remarks of version: %w", err)
	}
	if content == nil {
		return v, nil
	}
	if err := json.Unmarshal(content, &v.Content); err != nil {
		return v, fmt.Errorf("content of version: %w", err)
	}
	return v, nil
}

func at(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// allVersions reads the versions of a card, the newest first; only those that a
// page shows come with what they say.
func allVersions(ctx context.Context, q pg.Querier, c Card) ([]Version, error) {
	const stmt = `
		select v.n, v.status,
		       case when v.n in ($3, $4)
		              or v.n = (select max(b.n) from card_versions b where b.org_id = $1 and b.card_id = $2 and b.status = 'returned')
		            then v.content end,
		       v.created_by, v.created_name, v.created_at, coalesce(v.sent_by, 0), v.sent_name, v.sent_at, v.deadline_at, v.decided_at, v.remarks
		from card_versions v
		where v.org_id = $1 and v.card_id = $2
		order by v.n desc`
	rows, err := q.Query(ctx, stmt, c.OrgID, c.ID, c.Newest, c.Live)
	if err != nil {
		return nil, fmt.Errorf("versions of card: %w", err)
	}
	versions, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Version, error) { return scanVersion(row) })
	if err != nil {
		return nil, fmt.Errorf("versions of card: %w", err)
	}
	return versions, nil
}

func oneVersion(ctx context.Context, q pg.Querier, orgID, cardID int64, n int) (Version, error) {
	const stmt = `select` + versionColumns + ` from card_versions v where v.org_id = $1 and v.card_id = $2 and v.n = $3`
	rows, err := q.Query(ctx, stmt, orgID, cardID, n)
	if err != nil {
		return Version{}, fmt.Errorf("read version: %w", err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (Version, error) { return scanVersion(row) })
	return v, found(err, "read version")
}

// newestVersions reads the newest version of each card, by card.
func newestVersions(ctx context.Context, q pg.Querier, orgID int64, cards []Card) (map[int64]Version, error) {
	const stmt = `
		select x.id, coalesce((select max(m.n) from card_versions m where m.org_id = $1 and m.card_id = x.id), 0),` + versionColumns + `
		from unnest($2::bigint[], $3::int[]) x (id, n)
		join card_versions v on v.org_id = $1 and v.card_id = x.id and v.n = x.n`
	ids, ns := make([]int64, len(cards)), make([]int, len(cards))
	for i, c := range cards {
		ids[i], ns[i] = c.ID, c.Newest
	}
	return versionsByCard(ctx, q, stmt, orgID, ids, ns)
}

// liveVersions reads the version in force of each card that has one, by card.
func liveVersions(ctx context.Context, q pg.Querier, orgID int64, cards []Card) (map[int64]Version, error) {
	const stmt = `
		select v.card_id, v.n,` + versionColumns + `
		from card_versions v
		where v.org_id = $1 and v.card_id = any ($2) and v.status = 'published'`
	ids := make([]int64, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	return versionsByCard(ctx, q, stmt, orgID, ids)
}

func versionsByCard(ctx context.Context, q pg.Querier, stmt string, args ...any) (map[int64]Version, error) {
	rows, err := q.Query(ctx, stmt, args...)
	if err != nil {
		return nil, fmt.Errorf("versions of cards: %w", err)
	}
	defer rows.Close()
	byCard := map[int64]Version{}
	for rows.Next() {
		var id int64
		var last int
		v, err := scanVersion(rows, &id, &last)
		if err != nil {
			return nil, fmt.Errorf("versions of cards: %w", err)
		}
		v.last = last
		byCard[id] = v
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("versions of cards: %w", err)
	}
	return byCard, nil
}

// madeBy gives the card that a form made before, 0 if none.
func madeBy(ctx context.Context, q pg.Querier, orgID int64, formKey string) (id int64, err error) {
	const stmt = `select id from cards where org_id = $1 and form_key = $2`
	if formKey == "" {
		return 0, nil
	}
	err = q.QueryRow(ctx, stmt, orgID, formKey).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("card of a form: %w", err)
	}
	return id, nil
}

// liveCard gives the organization's live card of a number, 0 if none.
func liveCard(ctx context.Context, q pg.Querier, orgID int64, g gs1.GTIN) (id int64, err error) {
	const stmt = `select id from cards where org_id = $1 and gtin = $2 and archived_at is null`
	err = q.QueryRow(ctx, stmt, orgID, string(g)).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("card of a number: %w", err)
	}
	return id, nil
}

// insertCard makes a card with its first draft, in one statement. It gives 0
// when the organization has a live card of the number, or one of the form.
func insertCard(ctx context.Context, tx pg.Tx, orgID int64, by author, c Content, formKey string) (id int64, err error) {
	const stmt = `
		with made as (
		    insert into cards (org_id, id, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, form_key)
		    values ($1, nextval('card_ids'), $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11, ''))
		    on conflict do nothing
		    returning org_id, id)
		insert into card_versions (org_id, card_id, n, content, created_by, created_name)
		select m.org_id, m.id, 1, $12::jsonb, $13, $14 from made m
		returning card_id`
	err = tx.QueryRow(ctx, stmt, orgID, string(c.GTIN), c.Group, string(c.Packaging), c.Country, c.NameUz, c.NameRu, c.NameEn, c.Brand,
		c.fold(), formKey, c.json(), by.id, by.name).Scan(&id)
	if err != nil && !pg.NoRows(err) {
		return 0, fmt.Errorf("insert card: %w", err)
	}
	return id, nil
}
