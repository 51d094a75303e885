package attribute

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg"
)

// ErrNoSet says that a product group has no such version of its attributes.
var ErrNoSet = fault.New(fault.NotFound, "attribute.no_set")

// Edition names a version of the attributes of a product group. Version 0 is
// that of a group for which staff have published none yet: it has no attributes.
type Edition struct {
	Group   int16
	Version int
}

// BookOf reads what is needed to write cards of a group now: with the newest
// version of its attributes.
func BookOf(ctx context.Context, q pg.Querier, group int16) (Book, error) {
	books, err := BooksOf(ctx, q, []int16{group})
	return books[group], err
}

// BookAt is what is needed to read a card: the version of the attributes that it is
// written under, and of the dictionaries some codes as they are called today;
// ErrNoSet when there is no such version.
func BookAt(ctx context.Context, q pg.Querier, group int16, version int, codes []string) (Book, error) {
	e := Edition{group, version}
	books, err := BooksAt(ctx, q, []Edition{e}, codes)
	return books[e], err
}

// BooksOf is BookOf for several groups at once; each asked for is in the answer.
func BooksOf(ctx context.Context, q pg.Querier, groups []int16) (map[int16]Book, error) {
	sets, err := newestSets(ctx, q, groups)
	if err != nil {
		return nil, err
	}
	bare, err := codesOf(ctx, q, groups)
	if err != nil {
		return nil, err
	}
	books := make(map[int16]Book, len(groups))
	for _, g := range groups {
		b := bare[g]
		b.Group, b.Set = g, Set{Group: g}
		books[g] = b
	}
	for _, s := range sets {
		b := books[s.Group]
		b.Set = s
		books[s.Group] = b
	}
	return books, nil
}

// BooksAt is BookAt for several versions at once; ErrNoSet when one of them does
// not exist.
func BooksAt(ctx context.Context, q pg.Querier, editions []Edition, codes []string) (map[Edition]Book, error) {
	groups, versions := make([]int16, len(editions)), make([]int, len(editions))
	for i, e := range editions {
		groups[i], versions[i] = e.Group, e.Version
	}
	sets, err := setsAt(ctx, q, groups, versions)
	if err != nil {
		return nil, err
	}
	bare, err := namedOf(ctx, q, groups, codes)
	if err != nil {
		return nil, err
	}
	found := map[Edition]Set{}
	for _, s := range sets {
		found[Edition{s.Group, s.Version}] = s
	}
	books := make(map[Edition]Book, len(editions))
	for _, e := range editions {
		s, ok := found[e]
		if !ok && e.Version != 0 {
			return nil, ErrNoSet
		}
		b := bare[e.Group]
		b.Group, b.Set = e.Group, s
		b.Set.Group = e.Group
		books[e] = b
	}
	return books, nil
}

// SetAt is the version of the attributes of a group that a card is written under,
// for who has the book of today; ErrNoSet when there is none.
func SetAt(ctx context.Context, q pg.Querier, group int16, version int) (Set, error) {
	sets, err := setsAt(ctx, q, []int16{group}, []int{version})
	if err == nil && len(sets) == 0 {
		err = ErrNoSet
	}
	if err != nil {
		return Set{}, err
	}
	return sets[0], nil
}

// newestSets reads the newest version of each group that has one.
func newestSets(ctx context.Context, db pg.Querier, groups []int16) ([]Set, error) {
	const q = `
		select distinct on (s.group_id) s.group_id, s.version, s.attributes
		from attribute_sets s
		where s.group_id = any ($1::smallint[])
		order by s.group_id, s.version desc`
	rows, err := db.Query(ctx, q, groups)
	return collectSets(rows, err)
}

func setsAt(ctx context.Context, db pg.Querier, groups []int16, versions []int) ([]Set, error) {
	const q = `
		select s.group_id, s.version, s.attributes
		from attribute_sets s
		where (s.group_id, s.version) in (
			select e.group_id, e.version from unnest($1::smallint[], $2::integer[]) as e (group_id, version))
		order by s.group_id, s.version`
	rows, err := db.Query(ctx, q, groups, versions)
	return collectSets(rows, err)
}

func collectSets(rows pgx.Rows, err error) ([]Set, error) {
	if err != nil {
		return nil, fmt.Errorf("attribute sets: %w", err)
	}
	sets, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Set])
	if err != nil {
		return nil, fmt.Errorf("attribute sets: %w", err)
	}
	return sets, nil
}

// codesOf reads the dictionaries of groups into books without attributes.
func codesOf(ctx context.Context, db pg.Querier, groups []int16) (map[int16]Book, error) {
	const q = `
		select c.group_id, c.list, c.code, c.name_uz, c.name_ru, c.name_en, c.off_at is not null
		from card_codes c
		where c.group_id = any ($1::smallint[])
		order by c.group_id, c.list, c.code collate "C"`
	rows, err := db.Query(ctx, q, groups)
	return collectCodes(rows, err)
}

func collectCodes(rows pgx.Rows, err error) (map[int16]Book, error) {
	if err != nil {
		return nil, fmt.Errorf("codes of product groups: %w", err)
	}
	books := map[int16]Book{}
	var (
		group int16
		list  List
		c     Code
		off   bool
	)
	_, err = pgx.ForEachRow(rows, []any{&group, &list, &c.Code, &c.Name.Uz, &c.Name.Ru, &c.Name.En, &off}, func() error {
		b := books[group]
		b.put(list, c, off)
		books[group] = b
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("codes of product groups: %w", err)
	}
	return books, nil
}

func (b *Book) put(list List, c Code, off bool) {
	switch {
	case off:
		if b.retired == nil {
			b.retired = map[List][]Code{}
		}
		b.retired[list] = append(b.retired[list], c)
	default:
		b.set(list, append(b.Of(list), c))
	}
}
