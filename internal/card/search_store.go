package card

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// mostHits is how many cards a search looks up to count and sort them. When there
// are more, the word is a common one: then it is looked for in the cards as the
// list has them, until a page is full.
const mostHits = 500

// searched reports whether something was searched for.
func (q *question) searched() bool { return len(q.words) > 0 || len(q.ranges) > 0 }

// matching is the condition of what was searched for, made for cards_words_idx.
func (q *question) matching() (where string) {
	for i, w := range q.words {
		if keys := q.keys("word"+strconv.Itoa(i)+"_", w); keys != "" {
			where += ` and ` + keys
		}
	}
	return where + q.containing()
}

// containing is the same without an index, for a walk through the list. It is no
// "like": what the planner would do to guess how many cards are like it takes
// longer than to find them.
func (q *question) containing() (where string) {
	for i, w := range q.words {
		n := "word" + strconv.Itoa(i)
		q.args[n] = w // folded: letters and digits only
		where += ` and position(@` + n + ` in c.fold) > 0`
	}
	return where + q.numbers()
}

// numbers is true of cards whose GTIN is in one of the ranges.
func (q *question) numbers() string {
	var either []string
	for i, r := range q.ranges {
		low, top := "low"+strconv.Itoa(i), "top"+strconv.Itoa(i)
		q.args[low], q.args[top] = r[0], r[1]
		either = append(either, `c.gtin between @`+low+` and @`+top)
	}
	if either == nil {
		return ""
	}
	return " and (" + strings.Join(either, " or ") + ")"
}

// keysOf is how many trigrams of a word are looked up. Always as many: the server
// then knows the statement already.
const keysOf = 6

// keys finds the cards that have trigrams of a word by cards_words_idx, those of the
// organization and of few others; "" for a word that has none there. The planner
// sees values, and so how rare they are.
func (q *question) keys(name, word string) string {
	all := trigrams(word)
	if len(all) == 0 {
		return ""
	}
	key := make([]string, keysOf)
	for i := range key {
		n := name + strconv.Itoa(i)
		q.args[n] = all[(len(all)-1)*i/(keysOf-1)]
		key[i] = `((@org::bigint & 1023) << 24) | (hashtext(@` + n + `) & 16777215)` // as card_trigrams has it
	}
	return `card_trigrams(c.org_id, c.fold) @> array[` + strings.Join(key, ", ") + `]`
}

// trigrams are the groups of three letters in a word of which card_trigrams tells:
// they begin with a letter.
func trigrams(word string) (all []string) {
	for i := 0; i+3 <= len(word); i++ {
		if word[i] >= 'a' {
			all = append(all, word[i:i+3])
		}
	}
	return all
}

// hits looks up once what was searched for and keeps it for the length of the
// statement: each tab counts it, and one of them shows some of it.
//
//tenant:any the fragments of question name org_id
func (q *question) hits() string {
	if !q.searched() {
		return ""
	}
	const read = `
			select c.id, c.standing, c.editing, c.archived_at, c.changed_at, c.gtin, c.name_uz, c.name_ru
			from cards c where `
	within := q.within()
	all := read + within
	if len(q.ranges) > 0 { // numbers of cards in use have an index; the archive is small
		all = read + within + ` and ` + onAll + ` union all ` + read + within + ` and ` + onArchive
	}
	return `hit as materialized (` + all + ` limit ` + strconv.Itoa(mostHits+1) + `), `
}

// walk reads a page of what many cards have: 26 of more than mostHits come soon.
//
//tenant:any the fragments of question name org_id
func walk(ctx context.Context, db pg.Querier, q *question, s spot) ([]Card, error) {
	beyond, reading, order := q.place(s)
	stmt := `
		select` + columns + `
		from (select c.* from cards c where ` + q.narrowed() + q.containing() + ` and ` + q.Tab.on() + beyond + reading + ` limit ` + strconv.Itoa(q.Size+1) + `) c` + order
	rows, err := db.Query(ctx, stmt, q.planned()...)
	return collectCards(rows, err, "walk through cards")
}

// lookedAt is among how many of the newest cards similar spellings are looked for
// when no word has letters enough for an index.
const lookedAt = 3000

// selectSimilar reads cards spelled almost like what was searched for, the most
// alike first: each word with one typing error, or all of them without.
//
//tenant:any the fragments of question name org_id
func selectSimilar(ctx context.Context, db pg.Querier, q *question) ([]Card, error) {
	const newest = ` order by c.changed_at desc, c.id desc limit `
	from := `cards c where ` + q.narrowed() + ` and ` + q.Tab.on()
	like, keys := q.alike()
	if keys == "" {
		from = `(select c.* from ` + from + newest + strconv.Itoa(lookedAt) + `) c where true`
	}
	q.args["words"], q.args["nearest"] = q.words, nearest
	stmt := `
		select` + columns + `
		from (select c.*, (select min(word_similarity(w, c.fold)) from unnest(@words::text[]) w) as near
			from (select c.* from ` + from + keys + like + newest + strconv.Itoa(candidates) + `) c) c
		where c.near >= @nearest
		order by c.near desc, c.changed_at desc, c.id desc
		limit ` + strconv.Itoa(q.Size)
	rows, err := db.Query(ctx, stmt, pgx.QueryExecModeCacheDescribe, q.args)
	return collectCards(rows, err, "list similar cards")
}

// alike is the condition that of each word some part is there, and what of it an
// index answers.
func (q *question) alike() (like, keys string) {
	for i, w := range q.words {
		n := "like" + strconv.Itoa(i)
		var either []string
		parts := spellings(w)
		whole := true
		for j, p := range parts {
			key := q.keys(n+"_"+strconv.Itoa(j)+"_", p)
			either, whole = append(either, key), whole && key != ""
			parts[j] = "%" + p + "%"
		}
		q.args[n] = parts
		like += ` and c.fold like any (@` + n + `::text[])`
		if whole {
			keys += ` and (` + strings.Join(either, " or ") + `)`
		}
	}
	return like, keys
}
