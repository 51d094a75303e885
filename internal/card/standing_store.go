package card

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/pg"
)

// withdraw takes waiting versions back and begins drafts that say the same.
func withdraw(ctx context.Context, tx pg.Tx, orgID int64, by author, ids []int64) error {
	b := &pgx.Batch{}
	b.Queue(`update card_versions set status = 'withdrawn' where org_id = $1 and card_id = any ($2) and status = 'moderation'`, orgID, ids)
	b.Queue(`
		insert into card_versions (org_id, card_id, n, content, created_by, created_name)
		select v.org_id, v.card_id, (select max(m.n) + 1 from card_versions m where m.org_id = v.org_id and m.card_id = v.card_id), v.content, $3, $4
		from cards c
		join card_versions v on v.org_id = c.org_id and v.card_id = c.id and v.n = c.newest
		where c.org_id = $1 and c.id = any ($2)`, orgID, ids, by.id, by.name)
	b.Queue(`
		update cards c set editing = 'draft', revision = revision + 1, changed_at = now(),
		    newest = (select max(m.n) from card_versions m where m.org_id = c.org_id and m.card_id = c.id)
		where c.org_id = $1 and c.id = any ($2)`, orgID, ids)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("take cards back: %w", err)
	}
	return nil
}

func setStanding(ctx context.Context, tx pg.Tx, orgID int64, ids []int64, to Standing) error {
	const stmt = `update cards set standing = $3, revision = revision + 1, changed_at = now() where org_id = $1 and id = any ($2)`
	if _, err := tx.Exec(ctx, stmt, orgID, ids, string(to)); err != nil {
		return fmt.Errorf("set standing of cards: %w", err)
	}
	return nil
}

// setArchived puts cards into the archive or out of it; ErrTwice when another
// card of the number came to life at this moment.
func setArchived(ctx context.Context, tx pg.Tx, orgID int64, ids []int64, archived bool) error {
	const stmt = `
		update cards set archived_at = case when $3 then now() end, revision = revision + 1, changed_at = now()
		where org_id = $1 and id = any ($2)`
	_, err := tx.Exec(ctx, stmt, orgID, ids, archived)
	switch {
	case pg.Violates(err, "cards_live_key"):
		return ErrTwice.Because(err)
	case err != nil:
		return fmt.Errorf("archive cards: %w", err)
	}
	return nil
}

// liveByNumber gives the organization's live cards of some numbers.
func liveByNumber(ctx context.Context, q pg.Querier, orgID int64, numbers []string) (map[gs1.GTIN]int64, error) {
	const stmt = `select gtin, id from cards where org_id = $1 and gtin = any ($2) and archived_at is null`
	rows, err := q.Query(ctx, stmt, orgID, numbers)
	if err != nil {
		return nil, fmt.Errorf("live cards of numbers: %w", err)
	}
	live := map[gs1.GTIN]int64{}
	var g gs1.GTIN
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&g, &id}, func() error { live[g] = id; return nil })
	if err != nil {
		return nil, fmt.Errorf("live cards of numbers: %w", err)
	}
	return live, nil
}

func setPlanned(ctx context.Context, tx pg.Tx, orgID int64, ids []int64, on string) error {
	const stmt = `update cards set planned_on = nullif($3, '')::date where org_id = $1 and id = any ($2)`
	if _, err := tx.Exec(ctx, stmt, orgID, ids, on); err != nil {
		return fmt.Errorf("plan cards: %w", err)
	}
	return nil
}

func dropFromCatalogue(ctx context.Context, tx pg.Tx, orgID int64, ids []int64) error {
	const stmt = `delete from catalogue where org_id = $1 and card_id = any ($2)`
	if _, err := tx.Exec(ctx, stmt, orgID, ids); err != nil {
		return fmt.Errorf("drop from catalogue: %w", err)
	}
	return nil
}

// putIntoCatalogue shows versions in force to everybody. They are of the moment
// they were published, also after a block.
func putIntoCatalogue(ctx context.Context, tx pg.Tx, orgID int64, cards []shown) error {
	const stmt = `
		insert into catalogue (org_id, card_id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, photo_id, hs, published_at)
		select $1, x.id, x.n, x.gtin, x.group_id, x.packaging, x.country, x.name_uz, x.name_ru, x.name_en, x.brand, x.fold, nullif(x.photo_id, 0),
		       coalesce(v.content ->> 'hs', ''), coalesce(v.decided_at, now())
		from unnest($2::bigint[], $3::int[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
		            $11::text[], $12::text[], $13::bigint[])
		    x (id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, photo_id)
		join card_versions v on v.org_id = $1 and v.card_id = x.id and v.n = x.n
		on conflict (org_id, card_id) do update
		set n = excluded.n, gtin = excluded.gtin, group_id = excluded.group_id, packaging = excluded.packaging, country = excluded.country,
		    name_uz = excluded.name_uz, name_ru = excluded.name_ru, name_en = excluded.name_en, brand = excluded.brand, fold = excluded.fold,
		    photo_id = excluded.photo_id, hs = excluded.hs, published_at = excluded.published_at`
	rows := newColumns(len(cards))
	ids, ns := make([]int64, len(cards)), make([]int, len(cards))
	for i, c := range cards {
		ids[i], ns[i] = c.id, c.n
		rows.set(i, c.content)
	}
	if _, err := tx.Exec(ctx, stmt, append([]any{orgID, ids, ns}, rows.args()...)...); err != nil {
		return fmt.Errorf("put into catalogue: %w", err)
	}
	return nil
}

// deleteDraft deletes the version that is being written, if there is one.
func deleteDraft(ctx context.Context, tx pg.Tx, orgID, cardID int64) error {
	const stmt = `delete from card_versions where org_id = $1 and card_id = $2 and status = 'draft'`
	if _, err := tx.Exec(ctx, stmt, orgID, cardID); err != nil {
		return fmt.Errorf("delete draft: %w", err)
	}
	return dropPhotosTx(ctx, tx, orgID, cardID)
}

// deleteCard deletes a card that was never sent, with its pictures unless a copy
// of the card shows them too.
func deleteCard(ctx context.Context, tx pg.Tx, orgID, id int64) error {
	if err := deletePhotosTx(ctx, tx, orgID, id); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	batch.Queue(`delete from card_versions where org_id = $1 and card_id = $2`, orgID, id)
	batch.Queue(`delete from cards where org_id = $1 and id = $2`, orgID, id)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("delete card: %w", err)
	}
	return nil
}
