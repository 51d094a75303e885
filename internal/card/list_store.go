package card

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// Statements of the list are put together of fixed fragments; what people type is
// only ever an argument.
type question struct {
	Filter
	search
	orgID int64
	scope perm.Scope
	args  pgx.NamedArgs
}

func ask(orgID int64, scope perm.Scope, f Filter) *question {
	return &question{Filter: f, search: readSearch(f.Query), orgID: orgID, scope: scope, args: pgx.NamedArgs{"org": orgID}}
}

// within is the condition on cards "c" of everything but tab and place.
func (q *question) within() string { return q.narrowed() + q.matching() }

// narrowed is the condition of everything but tab, place and what was searched for.
func (q *question) narrowed() string {
	where := `c.org_id = @org`
	and := func(use bool, fragment, name string, value any) {
		if use {
			where, q.args[name] = where+" and "+fragment, value
		}
	}
	and(!q.scope.AllGroups, `c.group_id = any (@scope::smallint[])`, "scope", orNone(q.scope.Groups))
	and(len(q.IDs) > 0, `c.id = any (@ids)`, "ids", q.IDs)
	and(q.GroupID != 0, `c.group_id = @group`, "group", q.GroupID)
	and(q.Country != "", `c.country = @country`, "country", strings.TrimPrefix(q.Country, NoCountry))
	and(q.Packaging != "", `c.packaging = @packaging`, "packaging", string(q.Packaging))
	if q.Planned {
		where += ` and c.planned_on is not null and c.standing <> 'published'`
	}
	if q.From != "" {
		and(true, `c.changed_at >= @from`, "from", begin(q.From, 0))
	}
	if q.Until != "" {
		and(true, `c.changed_at < @until`, "until", begin(q.Until, 1))
	}
	return where
}

func orNone(groups []int16) []int16 {
	if groups == nil {
		return []int16{}
	}
	return groups
}

// Conditions of the tabs.
const (
	onAll        = `c.archived_at is null`
	onReturned   = isReturned + ` and ` + onAll
	onDrafts     = isDraft + ` and ` + onAll
	onModeration = isWaiting + ` and ` + onAll
	onPublished  = isPublished + ` and ` + onAll
	onBlocked    = isBlocked + ` and ` + onAll
	onArchive    = `c.archived_at is not null`

	isReturned  = `c.editing = 'returned'`
	isDraft     = `c.editing = 'draft'`
	isWaiting   = `c.editing = 'moderation'`
	isPublished = `c.standing = 'published'`
	isBlocked   = `c.standing = 'blocked'`
)

func (t Tab) on() string {
	switch t {
	case TabReturned:
		return onReturned
	case TabDrafts:
		return onDrafts
	case TabModeration:
		return onModeration
	case TabPublished:
		return onPublished
	case TabBlocked:
		return onBlocked
	case TabArchive:
		return onArchive
	}
	return onAll
}

// sorted gives what an order sorts by, the type of that, and which way.
func (f Filter) sorted() (key, kind string, down bool) {
	switch f.Order {
	case ByName, ByNameZA:
		if f.Lang == "ru" {
			return `c.name_ru collate "ru-x-icu"`, "text", f.Order == ByNameZA
		}
		return `c.name_uz collate "uz-x-icu"`, "text", f.Order == ByNameZA
	case ByGTIN, ByGTINZA:
		return `c.gtin`, "text", f.Order == ByGTINZA
	case ByStatus, ByDone:
		return `case when c.editing = 'returned' then 0 when c.editing = 'draft' then 1 when c.editing = 'moderation' then 2
			when c.standing = 'published' then 3 else 4 end`, "int", f.Order == ByDone
	}
	return `c.changed_at`, "timestamptz", f.Order == ByUpdated
}

func ordered(key string, down bool) string {
	if down {
		return " order by " + key + " desc, c.id desc"
	}
	return " order by " + key + ", c.id"
}

// place gives the condition on what lies beyond a spot, the order in which to
// read from there, and the order of the page.
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
	return ` and (` + key + `, c.id)` + than + `(@key::text::` + kind + `, @id)`, reading, order
}

// shown is the page: the cards beyond a spot, in the order in which they are read.
func (q *question) shown(beyond, reading string) string {
	// Written out: with a parameter in its place the server would plan for a tenth
	// of all cards.
	rest := ` and ` + q.Tab.on() + beyond + reading + ` limit ` + strconv.Itoa(q.Size+1)
	if q.searched() {
		return `(select c.* from cards c where c.org_id = @org and c.id in (select c.id from hit c where true` + rest + `))`
	}
	if q.Order == ByStatus || q.Order == ByDone { // what is sorted stands in cards_tabs_idx
		return `(select c.* from cards c where c.org_id = @org and c.id in (select c.id from cards c where ` + q.within() + rest + `))`
	}
	return `(select c.* from cards c where ` + q.within() + rest + `)`
}

// selectPage reads a page, one row more than asked to know whether others follow,
// and in the same statement how many cards there are in each tab. What many cards
// have is searched for in another way.
func selectPage(ctx context.Context, db pg.Querier, q *question, s spot) ([]Card, map[Tab]page.Count, error) {
	cards, t, err := readPage(ctx, db, q, s)
	if err != nil || !q.searched() || !t.tooMany() {
		return cards, t.counts(), err
	}
	cards, err = walk(ctx, db, q, s)
	return cards, t.atLeast(q.Filter, len(cards)), err
}

//tenant:any the fragments of question name org_id
func readPage(ctx context.Context, db pg.Querier, q *question, s spot) ([]Card, tally, error) {
	beyond, reading, order := q.place(s)
	with := ` with ` + q.hits() + `tabs as materialized (` + q.counted() + `) select`
	stmt := with + columns + `, tabs.* from ` + q.shown(beyond, reading) + ` c cross join tabs` + order
	var c Card
	var t tally
	cards := make([]Card, 0, q.Size+1)
	rows, err := db.Query(ctx, stmt, q.planned()...)
	if err == nil {
		_, err = pgx.ForEachRow(rows, append(c.targets(), t.targets()...), func() error {
			cards = append(cards, c)
			return nil
		})
	}
	if err == nil && len(cards) == 0 { // then there was no row to carry the counts
		err = db.QueryRow(ctx, with+` tabs.* from tabs`, q.planned()...).Scan(t.targets()...)
	}
	if err != nil {
		return nil, t, fmt.Errorf("list cards: %w", err)
	}
	return cards, t, nil
}

// selectChosen reads all cards that a filter chooses, in its order, at most so
// many and one.
//
//tenant:any the fragments of question name org_id
func selectChosen(ctx context.Context, db pg.Querier, q *question, most int) ([]Card, error) {
	key, _, down := q.sorted()
	stmt := `select` + columns + ` from cards c where ` + q.within() + ` and ` + q.Tab.on() + ordered(key, down) + ` limit ` + strconv.Itoa(most+1)
	rows, err := db.Query(ctx, stmt, pgx.QueryExecModeCacheDescribe, q.args)
	return collectCards(rows, err, "choose cards")
}

// planned has every page planned anew: a plan that must fit every word and every
// organization walks the whole table, and for the usual page it reads the cards
// of a large organization to count them (performance.md 2.6).
func (q *question) planned() []any { return []any{pgx.QueryExecModeCacheDescribe, q.args} }
