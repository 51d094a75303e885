package document

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/page"
	"kabinet/internal/platform/pg"
)

// within is the condition on documents "d" of everything but tab and place. It is
// put together of fixed fragments; what people type is only ever an argument.
func (q *question) within() string {
	where := `d.org_id = @org`
	and := func(use bool, fragment, name string, value any) {
		if use {
			where, q.args[name] = where+" and "+fragment, value
		}
	}
	// without a group nobody can say which of a reader's groups it is about
	and(!q.scope.AllGroups, `d.group_id = any (@scope::smallint[])`, "scope", append([]int16{}, q.scope.Groups...))
	and(q.Kind != "", classKind+` = @kind`, "kind", q.Kind.digits())
	and(q.Side != "", classSide+` = @side`, "side", q.Side.digit())
	and(q.GroupID != 0, `d.group_id = @group`, "group", q.GroupID)
	and(q.Answer != "", classAnswer+` = @answer`, "answer", q.Answer.digit())
	and(q.Feed != "", `d.feed = @feed`, "feed", q.Feed)
	and(q.Status != "", classStatus+` = any (@status::int[])`, "status", q.Status.digits())
	if q.Action {
		where += ` and d.answer = 'waiting'` // written out: documents_waiting_idx is over these only
	}
	if q.From != "" {
		and(true, `d.at >= @from`, "from", begin(q.From, 0))
	}
	if q.Until != "" {
		and(true, `d.at < @until`, "until", begin(q.Until, 1))
	}
	words := q.words()
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) }) // the longer, the rarer
	for i, w := range words {
		n := "word" + strconv.Itoa(i)
		and(true, `position(@`+n+` in d.fold) > 0`, n, w)
	}
	return where
}

// sorted gives what an order sorts by, the type of that, and which way.
func (f Filter) sorted() (key, kind string, down bool) {
	switch f.Order {
	case ByAmount, BySmallest:
		return `d.amount`, "bigint", f.Order == ByAmount
	}
	return `d.at`, "timestamptz", f.Order != ByOldest
}

func ordered(key string, down bool) string {
	if down {
		return " order by " + key + " desc, d.id desc"
	}
	return " order by " + key + ", d.id"
}

// place gives the condition on what lies beyond a spot, the order in which to read
// from there, and the order of the page.
func (q *question) place(s spot) (beyond, reading, order string) {
	key, kind, down := q.sorted()
	order = ordered(key, down)
	back := q.Before != ""
	reading = ordered(key, down != back)
	if q.After == "" && !back {
		return "", reading, order
	}
	than := " > "
	if down != back {
		than = " < "
	}
	q.args["key"], q.args["id"] = s.Key, s.ID
	return ` and (` + key + `, d.id)` + than + `(@key::text::` + kind + `, @id)`, reading, order
}

// hits looks up once what was searched for and keeps it for the length of the
// statement: it is counted, summed, and some of it shown.
//
//tenant:any the fragments of question name org_id
func (q *question) hits() string {
	if len(q.words()) == 0 {
		return ""
	}
	return ` with hit as materialized (select d.id, d.at, d.class, d.amount, d.codes from documents d where ` + q.within() + `)`
}

// from is where documents are counted and chosen from.
func (q *question) from() string {
	if len(q.words()) > 0 {
		return `hit d where true`
	}
	return `documents d where ` + q.within()
}

// counted are the counts of all tabs, and what is summed over the one that is
// shown. Documents are put together by their class first: seven conditions on each
// of a hundred thousand rows cost more than reading them. A sum ends where its type
// does: whoever sends absurd invoices must not close the inbox of who gets them.
//
//tenant:any the fragments of question name org_id
func (q *question) counted() string {
	var sums strings.Builder
	sum := func(what, where, kind string) {
		sums.WriteString(`least(greatest(coalesce(sum(` + what + `) filter (where ` + where + `), 0), -9e18), 9e18)::` + kind + `, `)
	}
	for _, t := range Tabs() {
		sum(`d.n`, t.on(), `int`)
	}
	on := q.Tab.on()
	sum(`d.n`, on+` and `+classAnswer+` = `+strconv.Itoa(Waiting.digit()), `int`)
	for _, side := range []Side{In, Out, NoSide} {
		sum(`d.amount`, on+` and `+classSide+` = `+strconv.Itoa(side.digit()), `bigint`)
	}
	sum(`d.codes`, on, `bigint`)
	return ` (select ` + sums.String() + `now() from (select d.class, count(*) as n, sum(d.amount) as amount, sum(d.codes) as codes from ` + q.from() + ` group by d.class) d)`
}

// shown is the page: the documents beyond a spot, in the order in which they are
// read. They are chosen in the index, then read.
//
//tenant:any the fragments of question name org_id
func (q *question) shown(beyond, reading string) string {
	return `(select d.* from documents d where d.org_id = @org and d.id in (
		select d.id from ` + q.from() + ` and ` + q.Tab.on() + beyond + reading + ` limit ` + strconv.Itoa(q.Size+1) + `))`
}

// tally takes the counts and sums of a statement.
type tally struct {
	tabs   [7]int
	action int
	Totals
	now time.Time
}

func (t *tally) targets() []any {
	targets := make([]any, 0, 13)
	for i := range t.tabs {
		targets = append(targets, &t.tabs[i])
	}
	return append(targets, &t.action, &t.In, &t.Out, &t.Other, &t.Codes, &t.now)
}

func told(n int) page.Count { return page.UpTo(MaxCounted, n) }

func (t *tally) into(p *Page) {
	p.Counts = make(map[Tab]page.Count, len(t.tabs))
	for i, tab := range Tabs() {
		p.Counts[tab] = told(t.tabs[i])
	}
	p.Action, p.Totals, p.Now = told(t.action), t.Totals, t.now
}

// selectPage reads a page, one row more than asked to know whether others follow,
// and in the same statement how many documents there are in each tab, and sums.
//
//tenant:any the fragments of question name org_id
func selectPage(ctx context.Context, db pg.Querier, q *question, s spot) (p Page, err error) {
	beyond, reading, order := q.place(s)
	stmt := q.hits() + ` select` + columns + `, n.* from` + q.counted() + ` n left join ` + q.shown(beyond, reading) + ` d on true` + order
	rows, err := db.Query(ctx, stmt, q.planned()...)
	if err != nil {
		return p, fmt.Errorf("list documents: %w", err)
	}
	defer rows.Close()
	var r row
	var t tally
	for rows.Next() {
		targets := append(r.targets(), t.targets()...)
		empty := rows.RawValues()[0] == nil // no document: a row of counts alone
		if empty {
			clear(targets[:len(r.targets())])
		}
		if err := rows.Scan(targets...); err != nil {
			return p, fmt.Errorf("list documents: %w", err)
		}
		if !empty {
			p.Rows = append(p.Rows, r.document())
		}
	}
	if err := rows.Err(); err != nil {
		return p, fmt.Errorf("list documents: %w", err)
	}
	t.into(&p)
	return p, nil
}

// selectChosen reads all documents that a filter chooses, in its order, at most so
// many and one.
//
//tenant:any the fragments of question name org_id
func selectChosen(ctx context.Context, db pg.Querier, q *question, most int) ([]Document, error) {
	key, _, down := q.sorted()
	stmt := `select` + columns + ` from documents d where ` + q.within() + ` and ` + q.Tab.on() + ordered(key, down) + ` limit ` + strconv.Itoa(most+1)
	rows, err := db.Query(ctx, stmt, q.planned()...)
	return collect(rows, err, "choose documents")
}

// planned has every page planned anew: a plan that must fit every word and every
// organization reads all documents of a large one (decision 0031).
func (q *question) planned() []any {
	return []any{pgx.QueryExecModeCacheDescribe, pgx.NamedArgs(q.args)}
}

// gtinsOf are the numbers on the lines of documents, by document.
func gtinsOf(ctx context.Context, db pg.Querier, orgID int64, ids []int64) (map[int64][]string, error) {
	const stmt = `
		select document_id, gtin from document_lines
		where org_id = $1 and document_id = any ($2) and gtin <> ''
		group by document_id, gtin order by document_id, gtin limit 5000`
	rows, err := db.Query(ctx, stmt, orgID, ids)
	if err != nil {
		return nil, fmt.Errorf("numbers of documents: %w", err)
	}
	of := map[int64][]string{}
	var id int64
	var gtin string
	if _, err := pgx.ForEachRow(rows, []any{&id, &gtin}, func() error { of[id] = append(of[id], gtin); return nil }); err != nil {
		return nil, fmt.Errorf("numbers of documents: %w", err)
	}
	return of, nil
}

func distinct(of map[int64][]string) []string {
	var all []string
	for _, gtins := range of {
		all = append(all, gtins...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
