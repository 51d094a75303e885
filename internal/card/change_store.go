package card

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// storeDrafts writes what changes say into the drafts there are, and into new
// versions.
func storeDrafts(ctx context.Context, tx pg.Tx, orgID int64, by author, changes []change) error {
	var in, out drafts
	for _, c := range changes {
		if c.from.Status == Draft {
			in.add(c)
		} else {
			out.add(c)
		}
	}
	b := &pgx.Batch{}
	if len(in.ids) > 0 {
		b.Queue(`
			update card_versions v set content = x.content::jsonb
			from unnest($2::bigint[], $3::int[], $4::text[]) x (id, n, content)
			where v.org_id = $1 and v.card_id = x.id and v.n = x.n and v.status = 'draft'`, orgID, in.ids, in.ns, in.contents)
	}
	if len(out.ids) > 0 {
		b.Queue(`
			insert into card_versions (org_id, card_id, n, content, created_by, created_name)
			select $1, x.id, x.n, x.content::jsonb, $5, $6
			from unnest($2::bigint[], $3::int[], $4::text[]) x (id, n, content)`, orgID, out.ids, out.ns, out.contents, by.id, by.name)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("store drafts: %w", err)
	}
	return nil
}

// drafts are columns of versions.
type drafts struct {
	ids      []int64
	ns       []int
	contents []string
}

func (d *drafts) add(c change) {
	d.ids, d.ns, d.contents = append(d.ids, c.card.ID), append(d.ns, c.number()), append(d.contents, string(c.to.json()))
}

// shown is what lists show of a card from now on.
type shown struct {
	id      int64
	n       int // newest version
	editing Editing
	content Content
}

func showChanges(changes []change) []shown {
	all := make([]shown, len(changes))
	for i, c := range changes {
		all[i] = shown{c.card.ID, c.number(), c.editing(), c.to}
	}
	return all
}

// updateCards lets lists show what the newest versions say.
func updateCards(ctx context.Context, tx pg.Tx, orgID int64, cards []shown) error {
	const stmt = `
		update cards c set gtin = x.gtin, group_id = x.group_id, packaging = x.packaging, country = x.country,
		    name_uz = x.name_uz, name_ru = x.name_ru, name_en = x.name_en, brand = x.brand, fold = x.fold, photo_id = nullif(x.photo_id, 0),
		    newest = x.n, editing = x.editing, revision = c.revision + 1, changed_at = now()
		from unnest($2::bigint[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
		            $11::text[], $12::bigint[], $13::int[], $14::text[])
		    x (id, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, photo_id, n, editing)
		where c.org_id = $1 and c.id = x.id`
	rows := newColumns(len(cards))
	ids, ns, editing := make([]int64, len(cards)), make([]int, len(cards)), make([]string, len(cards))
	for i, c := range cards {
		ids[i], ns[i], editing[i] = c.id, c.n, string(c.editing)
		rows.set(i, c.content)
	}
	_, err := tx.Exec(ctx, stmt, append(append([]any{orgID, ids}, rows.args()...), ns, editing)...)
	switch {
	case pg.Violates(err, "cards_live_key"):
		return ErrTwice.On(FieldGTIN).Because(err)
	case err != nil:
		return fmt.Errorf("update cards: %w", err)
	}
	return nil
}

// contentColumns are what lists show of contents, column by column.
type contentColumns struct {
	gtin, packaging, country, nameUz, nameRu, nameEn, brand, fold []string
	group                                                         []int16
	photo                                                         []int64
}

func newColumns(n int) contentColumns {
	texts := make([]string, 8*n)
	column := func(i int) []string { return texts[i*n : (i+1)*n : (i+1)*n] }
	return contentColumns{
		gtin: column(0), packaging: column(1), country: column(2), nameUz: column(3), nameRu: column(4), nameEn: column(5),
		brand: column(6), fold: column(7), group: make([]int16, n), photo: make([]int64, n),
	}
}

func (cs contentColumns) set(i int, c Content) {
	cs.gtin[i], cs.group[i], cs.packaging[i], cs.country[i] = string(c.GTIN), c.Group, string(c.Packaging), c.Country
	cs.nameUz[i], cs.nameRu[i], cs.nameEn[i], cs.brand[i] = c.NameUz, c.NameRu, c.NameEn, c.Brand
	cs.fold[i], cs.photo[i] = c.fold(), c.Front().ID
}

// args are the columns in the order of statements: gtin, group_id, packaging,
// country, three names, brand, fold, photo_id.
func (cs contentColumns) args() []any {
	return []any{cs.gtin, cs.group, cs.packaging, cs.country, cs.nameUz, cs.nameRu, cs.nameEn, cs.brand, cs.fold, cs.photo}
}
