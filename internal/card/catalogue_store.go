package card

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/page"
	"kabinet/internal/platform/pg"
)

// goodsColumns of Goods, from "catalogue c" and "organizations o".
const goodsColumns = ` c.org_id, c.card_id, c.n, c.gtin, c.group_id, c.packaging, c.country, c.name_uz, c.name_ru, c.name_en, c.brand,
	coalesce(c.photo_id, 0), c.published_at, o.name_uz, o.name_ru, o.name_en`

func (g *Goods) targets() []any {
	return []any{
		&g.OrgID, &g.CardID, &g.Version, &g.GTIN, &g.GroupID, &g.Packaging, &g.Country, &g.NameUz, &g.NameRu, &g.NameEn, &g.Brand,
		&g.PhotoID, &g.PublishedAt, &g.OwnerUz, &g.OwnerRu, &g.OwnerEn,
	}
}

// chosenGoods is the condition on "catalogue c" of a filter but its place and
// the numbers it looks for.
func chosenGoods(f CatalogueFilter, found search) (where string, args pgx.NamedArgs) {
	where, args = "true", pgx.NamedArgs{}
	if f.GroupID != 0 {
		where, args["group"] = where+` and c.group_id = @group`, f.GroupID
	}
	if f.Country != "" {
		where, args["country"] = where+` and c.country = @country`, f.Country
	}
	if f.HS != "" { // a colon comes right after the digits
		where, args["hs"] = where+` and c.hs >= @hs and c.hs < @hs || ':'`, f.HS
	}
	for i, w := range found.words {
		n := "word" + strconv.Itoa(i)
		where, args[n] = where+` and c.fold like '%' || @`+n+` || '%'`, w // folded: letters and digits only
	}
	return where, args
}

// inRanges reads the same of each range of GTINs, so that each is found in the
// index. Asked for all of them at once the server would walk the newest goods
// until enough have such a number, and numbers are as old as goods: it would walk
// all of them.
func inRanges(ranges [][2]string, args pgx.NamedArgs, read func(within string) string) string {
	if len(ranges) == 0 {
		return read("true")
	}
	all := make([]string, len(ranges))
	for i, r := range ranges {
		low, top := "low"+strconv.Itoa(i), "top"+strconv.Itoa(i)
		args[low], args[top] = r[0], r[1]
		all[i] = "(" + read(`c.gtin between @`+low+` and @`+top) + ")"
	}
	return strings.Join(all, " union all ")
}

// placed gives the order of goods, and what lies beyond a spot in it: the newest
// first, numbers in their own order.
func placed(f CatalogueFilter, found search, at goodsSpot, args pgx.NamedArgs) (order, beyond string) {
	byNumber := len(found.ranges) > 0
	order = ` order by c.published_at desc, c.org_id, c.card_id `
	if byNumber {
		order = ` order by c.gtin, c.org_id, c.card_id `
	}
	if f.After == "" {
		return order, ""
	}
	args["at"], args["number"], args["org"], args["card"] = at.At, string(at.GTIN), at.Org, at.Card
	if byNumber {
		return order, ` and (c.gtin, c.org_id, c.card_id) > (@number, @org, @card)`
	}
	return order, ` and c.published_at <= @at and (c.published_at < @at or (c.org_id, c.card_id) > (@org, @card))`
}

// selectGoods reads a page, one row more than asked to know whether others
// follow, and in the same statement how many there are, up to a limit. Searches
// are planned anew each time (performance.md 2.6).
//
//tenant:any the catalogue is everybody's
func selectGoods(ctx context.Context, db pg.Querier, f CatalogueFilter, found search, at goodsSpot) ([]Goods, page.Count, error) {
	where, args := chosenGoods(f, found)
	order, beyond := placed(f, found, at, args)
	limit := `limit ` + strconv.Itoa(f.Size+1)
	shown := inRanges(found.ranges, args, func(within string) string {
		return `select c.* from catalogue c where ` + within + ` and ` + where + beyond + order + limit
	})
	counted := inRanges(found.ranges, args, func(within string) string {
		return `select 1 from catalogue c where ` + within + ` and ` + where + ` limit ` + strconv.Itoa(maxGoods+1)
	})
	stmt := `
		select` + goodsColumns + `, n.n
		from (select c.* from (` + shown + `) c` + order + limit + `) c
		join organizations o on o.org_id = c.org_id
		cross join (select count(*) as n from (` + counted + `) k) n` + order
	rows, err := db.Query(ctx, stmt, pgx.QueryExecModeCacheDescribe, args)
	if err != nil {
		return nil, page.Count{}, fmt.Errorf("list catalogue: %w", err)
	}
	var g Goods
	var n int
	all := make([]Goods, 0, f.Size+1)
	_, err = pgx.ForEachRow(rows, append(g.targets(), &n), func() error {
		all = append(all, g)
		return nil
	})
	if err != nil {
		return nil, page.Count{}, fmt.Errorf("list catalogue: %w", err)
	}
	return all, page.UpTo(maxGoods, n), nil
}

// candidates is how many goods are compared with what was typed, letter by letter:
// the newest of those that have part of each word.
const candidates = 500

// selectSimilarGoods reads goods spelled almost like what was searched for. Words
// too short to be found by their halves must be there as they are.
//
//tenant:any the catalogue is everybody's
func selectSimilarGoods(ctx context.Context, db pg.Querier, f CatalogueFilter, words []string) ([]Goods, error) {
	where, args := chosenGoods(f, search{})
	for i, w := range words {
		parts := []string{w}
		if utf8.RuneCountInString(w) >= 2*minGlobal {
			parts = spellings(w)
		}
		for j, p := range parts {
			parts[j] = "%" + p + "%"
		}
		n := "like" + strconv.Itoa(i)
		where, args[n] = where+` and c.fold like any (@`+n+`::text[])`, parts
	}
	args["words"], args["nearest"] = words, nearest
	stmt := `
		select` + goodsColumns + `
		from (select c.*, (select min(word_similarity(w, c.fold)) from unnest(@words::text[]) w) as near
			from (select c.* from catalogue c where ` + where + ` order by c.published_at desc, c.org_id, c.card_id limit ` + strconv.Itoa(candidates) + `) c) c
		join organizations o on o.org_id = c.org_id
		where c.near >= @nearest
		order by c.near desc, c.published_at desc, c.org_id, c.card_id
		limit ` + strconv.Itoa(f.Size)
	rows, err := db.Query(ctx, stmt, pgx.QueryExecModeCacheDescribe, args)
	if err != nil {
		return nil, fmt.Errorf("list similar goods: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (g Goods, err error) { return g, row.Scan(g.targets()...) })
	if err != nil {
		return nil, fmt.Errorf("list similar goods: %w", err)
	}
	return all, nil
}

func oneGoods(ctx context.Context, q pg.Querier, orgID, cardID int64) (g Goods, err error) {
	const stmt = `select` + goodsColumns + ` from catalogue c join organizations o on o.org_id = c.org_id where c.org_id = $1 and c.card_id = $2`
	return g, found(q.QueryRow(ctx, stmt, orgID, cardID).Scan(g.targets()...), "read goods")
}

// publishedNumbers are those of numbers that stand in the catalogue.
//
//tenant:any the catalogue is everybody's
func publishedNumbers(ctx context.Context, q pg.Querier, numbers []string) (map[string]bool, error) {
	const stmt = `select distinct gtin from catalogue where gtin = any ($1)`
	rows, err := q.Query(ctx, stmt, numbers)
	if err != nil {
		return nil, fmt.Errorf("published numbers: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("published numbers: %w", err)
	}
	published := make(map[string]bool, len(found))
	for _, n := range found {
		published[n] = true
	}
	return published, nil
}
