package card

import (
	"strconv"

	"kabinet/internal/core/page"
)

// statuses are what a card in use can be: all of a list is each of them once.
const statuses = `(values ('new', 'draft'), ('new', 'moderation'), ('new', 'returned'), ('new', 'none'),
	('published', 'none'), ('published', 'draft'), ('published', 'moderation'), ('published', 'returned'),
	('blocked', 'none'), ('blocked', 'draft'), ('blocked', 'moderation'), ('blocked', 'returned')) s (standing, editing)`

// tallied are the counts of the tabs but the archive, in their order, of cards
// that are in none.
const tallied = `count(*), count(*) filter (where ` + isReturned + `), count(*) filter (where ` + isDraft + `), count(*) filter (where ` + isWaiting + `),
	count(*) filter (where ` + isPublished + `), count(*) filter (where ` + isBlocked + `)`

// summed are the same of statuses that are counted one by one.
const summed = `sum(k.n)::bigint, sum(k.n) filter (where s.editing = 'returned')::bigint, sum(k.n) filter (where s.editing = 'draft')::bigint,
	sum(k.n) filter (where s.editing = 'moderation')::bigint, sum(k.n) filter (where s.standing = 'published')::bigint,
	sum(k.n) filter (where s.standing = 'blocked')::bigint`

// counted selects the counts of all tabs, once: who joins them to rows says so.
//
// Usually all that is counted stands in an index (cards_tabs_idx), in which each
// status is one stretch: they are counted one after the other, each as far as
// counts are told, and no entry is looked at twice.
//
//tenant:any the fragments of question name org_id
func (q *question) counted() string {
	if q.searched() {
		return `
		select n.*, a.* from (select ` + tallied + ` from hit c where ` + onAll + `) n
		cross join (select count(*) from hit c where ` + onArchive + `) a`
	}
	from := `cards c where ` + q.within()
	inUse := `(select ` + tallied + ` from ` + from + ` and ` + onAll + `) n`
	if q.indexed() {
		inUse = `(select ` + summed + ` from ` + statuses + `
			cross join lateral (select count(*) as n from (
				select from ` + from + ` and c.standing = s.standing and c.editing = s.editing and ` + onAll + ` limit ` + strconv.Itoa(MaxCounted+1) + `) c) k) n`
	}
	return `
		select n.*, a.* from ` + inUse + `
		cross join (select count(*) from (select from ` + from + ` and ` + onArchive + ` limit ` + strconv.Itoa(MaxCounted+1) + `) c) a`
}

// indexed reports whether cards_tabs_idx has all that narrows the list.
func (q *question) indexed() bool {
	return len(q.IDs) == 0 && q.Packaging == "" && !q.Planned && q.From == "" && q.Until == ""
}

// tally takes the counts of a statement, in the order of Tabs.
type tally [7]int

func (t *tally) targets() []any {
	targets := make([]any, len(t))
	for i := range t {
		targets[i] = &t[i]
	}
	return targets
}

func (t *tally) counts() map[Tab]page.Count {
	counts := make(map[Tab]page.Count, len(t))
	for i, tab := range Tabs() {
		counts[tab] = page.UpTo(MaxCounted, t[i])
	}
	return counts
}

// tooMany reports whether a search ended before it had found everything.
func (t *tally) tooMany() bool { return t[0]+t[len(t)-1] > mostHits }

// atLeast are the counts of what was found until then, with the rows of a page
// that were found in another way.
func (t *tally) atLeast(f Filter, rows int) map[Tab]page.Count {
	counts := make(map[Tab]page.Count, len(t))
	for i, tab := range Tabs() {
		counts[tab] = page.Count{N: t[i], More: true}
	}
	if n := counts[f.Tab].N; rows == 0 && f.After == "" && f.Before == "" {
		counts[f.Tab] = page.Count{} // it is known now that there are none
	} else if n < rows {
		counts[f.Tab] = page.Count{N: rows, More: true}
	}
	return counts
}
