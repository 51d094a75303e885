package attribute

import (
	"context"
	"fmt"
	"slices"

	"kabinet/internal/platform/pg"
)

// MaxChoices is how many entries of a dictionary a form lists; longer ones are
// searched (ux.md 5.1).
const MaxChoices = 50

// BookFor is BookOf for who writes one card: of a dictionary with more than
// MaxChoices entries it has no more than some codes, which is Long then. Thousands
// of entries need not be read to show or to store three.
func BookFor(ctx context.Context, q pg.Querier, group int16, codes []string) (Book, error) {
	books, err := BooksFor(ctx, q, []int16{group}, codes)
	return books[group], err
}

// BooksFor is BookFor for several groups at once; each asked for is in the answer.
func BooksFor(ctx context.Context, q pg.Querier, groups []int16, codes []string) (map[int16]Book, error) {
	sets, err := newestSets(ctx, q, groups)
	if err != nil {
		return nil, err
	}
	books, err := shortOf(ctx, q, groups, codes)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		b := books[g]
		b.Group, b.Set = g, Set{Group: g}
		b.shorten(codes)
		books[g] = b
	}
	for _, s := range sets {
		b := books[s.Group]
		b.Set = s
		books[s.Group] = b
	}
	return books, nil
}

// shortOf reads what tells short dictionaries from long ones, and some codes,
// switched off or not, into books without attributes.
func shortOf(ctx context.Context, db pg.Querier, groups []int16, codes []string) (map[int16]Book, error) {
	const q = `
		select g.id, l.list, c.code, c.name_uz, c.name_ru, c.name_en, c.off
		from unnest($1::smallint[]) as g (id)
		cross join (values ('category'), ('hs'), ('ikpu')) as l (list)
		cross join lateral (
			(select s.code, s.name_uz, s.name_ru, s.name_en, false as off
			from card_codes s where s.group_id = g.id and s.list = l.list and s.off_at is null order by s.code limit $3)
			union
			select n.code, n.name_uz, n.name_ru, n.name_en, n.off_at is not null
			from card_codes n where n.group_id = g.id and n.list = l.list and n.code = any ($2::text[])) c
		order by g.id, l.list, c.code collate "C"`
	rows, err := db.Query(ctx, q, groups, codes, MaxChoices+1)
	return collectCodes(rows, err)
}

// namedOf reads some codes, switched off or not, into books without attributes.
func namedOf(ctx context.Context, db pg.Querier, groups []int16, codes []string) (map[int16]Book, error) {
	const q = `
		select c.group_id, c.list, c.code, c.name_uz, c.name_ru, c.name_en, c.off_at is not null
		from card_codes c
		where c.group_id = any ($1::smallint[]) and c.list in ('category', 'hs', 'ikpu') and c.code = any ($2::text[])
		order by c.group_id, c.list, c.code collate "C"`
	rows, err := db.Query(ctx, q, groups, codes)
	return collectCodes(rows, err)
}

// shorten leaves of each long dictionary only some codes.
func (b *Book) shorten(codes []string) {
	for _, l := range Lists() {
		all := b.Of(l)
		if len(all) <= MaxChoices {
			continue
		}
		if b.long == nil {
			b.long = map[List]bool{}
		}
		b.long[l] = true
		b.set(l, slices.DeleteFunc(all, func(c Code) bool { return !slices.Contains(codes, c.Code) }))
	}
}

// Find looks for words and parts of codes in what may be chosen of a dictionary;
// the first ones by code, and whether there are more.
func Find(ctx context.Context, q pg.Querier, group int16, list List, words string, most int) (codes []Code, more bool, err error) {
	found, err := selectCodes(ctx, q, CodeFilter{Group: group, List: list, Query: words, Size: most})
	if err != nil {
		return nil, false, err
	}
	for _, e := range found[:min(len(found), most)] {
		codes = append(codes, e.Code)
	}
	return codes, len(found) > most, nil
}

// Called gives the first entry that may be chosen of a dictionary and has a name in
// Uzbek; "" when there is none.
func Called(ctx context.Context, q pg.Querier, group int16, list List, nameUz string) (code string, err error) {
	const stmt = `
		select c.code
		from card_codes c
		where c.group_id = $1 and c.list = $2 and c.off_at is null and c.name_uz = $3
		order by c.code collate "C" limit 1`
	err = q.QueryRow(ctx, stmt, group, string(list), nameUz).Scan(&code)
	if err != nil && !pg.NoRows(err) {
		return "", fmt.Errorf("a code by its name: %w", err)
	}
	return code, nil
}
