package moderation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/page"
	"kabinet/internal/platform/pg"
)

// condition collects fixed fragments of SQL and the values for them; what a
// person typed only ever becomes a value.
type condition struct {
	sql  strings.Builder
	args []any
}

// and adds a fragment; every ? in it stands for the next value.
func (c *condition) and(fragment string, values ...any) {
	c.sql.WriteString(" and ")
	for _, v := range values {
		before, after, _ := strings.Cut(fragment, "?")
		c.args = append(c.args, v)
		c.sql.WriteString(before + "$" + strconv.Itoa(len(c.args)))
		fragment = after
	}
	c.sql.WriteString(fragment)
}

// narrow applies everything but whose hands a card is in and the page.
//
//tenant:any staff moderate the cards of all organizations
func narrow(f criteria) *condition {
	c := &condition{}
	if f.nothing {
		c.and(`false`)
	}
	switch {
	case f.low != "" && f.low == f.top: // a whole number: one organization, by its own index
		c.and(`v.org_id = (select t.org_id from tin_registry t where t.tin = ?)`, f.low)
	case f.low != "":
		c.and(`v.org_id in (select t.org_id from tin_registry t where t.tin between ? and ?)`, f.low, f.top)
	}
	if f.byCard() {
		c.and(`k.editing = 'moderation'`) // what the indexes of waiting cards hold
	}
	if f.group != 0 {
		c.and(`k.group_id = ?`, f.group)
	}
	if f.digits != "" {
		// Numbers of 8, 12 and 13 digits are kept with zeros in front.
		c.and(`(k.gtin like ? or k.gtin like ? or k.gtin like ? or k.gtin like ?)`,
			f.digits+"%", "0"+f.digits+"%", "00"+f.digits+"%", "000000"+f.digits+"%")
	}
	for _, w := range f.words {
		c.and(`k.fold like '%' || ? || '%'`, w) // folded: letters and digits only
	}
	switch f.due {
	case Late:
		c.and(`v.deadline_at < now()`)
	case Today:
		c.and(`v.deadline_at < now() + interval '24 hours'`)
	case Whenever:
	}
	return c
}

// byCard reports whether something of the card is asked for, and not only of the
// version that waits.
func (f criteria) byCard() bool { return f.group != 0 || f.digits != "" || len(f.words) > 0 }

// ofCard leads from a waiting version to its card.
const ofCard = `
		join cards k on k.org_id = v.org_id and k.id = v.card_id`

// columns are what scanItem reads.
const columns = `
		select v.org_id, v.card_id, v.n, k.gtin, k.name_uz, k.name_ru, k.name_en, k.brand, k.packaging, k.live is null,
			g.id, g.slug, g.name_uz, g.name_ru, g.name_en, o.tin, o.name_uz, o.name_ru, o.name_en,
			v.sent_name, v.sent_at, v.deadline_at,
			coalesce(c.staff_id, 0), coalesce(c.staff_name, ''), c.claimed_at, c.held_until, coalesce(c.given_by, ''), coalesce(c.note, '')
		from card_versions v` + ofCard + `
		left join card_claims c on c.org_id = v.org_id and c.card_id = v.card_id and c.n = v.n and c.held_until > now()
		join organizations o on o.org_id = v.org_id
		join product_groups g on g.id = k.group_id`

// queue reads a page, one row more than asked to know whether others follow.
//
//tenant:any staff moderate the cards of all organizations
func queue(ctx context.Context, db pg.Querier, f criteria) ([]Item, error) {
	c := narrow(f)
	f.hands.narrow(c, f.staffID)
	if f.after != (place{}) {
		c.and(`(v.deadline_at, v.org_id, v.card_id) > (?, ?, ?)`, f.after.At, f.after.OrgID, f.after.CardID)
	}
	q := columns + `
		where v.status = 'moderation'` + c.sql.String() + `
		order by v.deadline_at, v.org_id, v.card_id
		limit ` + strconv.Itoa(f.size+1)
	rows, err := db.Query(ctx, q, planned(f, c.args)...)
	if err != nil {
		return nil, fmt.Errorf("queue of cards: %w", err)
	}
	is, err := pgx.CollectRows(rows, scanItem)
	if err != nil {
		return nil, fmt.Errorf("queue of cards: %w", err)
	}
	return is, nil
}

// narrow leaves the cards that are in these hands.
func (h Hands) narrow(c *condition, staffID int64) {
	switch h {
	case Mine:
		c.and(`c.staff_id = ?`, staffID)
	case Free:
		c.and(`c.staff_id is null`)
	case Anybody:
	}
}

// planned has a search planned anew each time: a plan that must fit every word
// walks the whole queue (performance.md 2.6).
func planned(f criteria, args []any) []any {
	if !f.byCard() && f.low == "" {
		return args
	}
	return append([]any{pgx.QueryExecModeCacheDescribe}, args...)
}

// countEach counts what is in whose hands; the rest of the filter applies. What
// is held is counted from the claims, which are few; the rest is nobody's.
//
//tenant:any staff moderate the cards of all organizations
func countEach(ctx context.Context, db pg.Querier, f criteria) (map[Hands]page.Count, error) {
	c, join, most := narrow(f), "", countLimit
	if f.byCard() {
		join, most = ofCard, searchLimit
	}
	narrowed := c.sql.String()
	c.args = append(c.args, f.staffID)
	q := `
		select (select count(*) from (
				select 1 from card_versions v` + join + `
				where v.status = 'moderation'` + narrowed + `
				limit ` + strconv.Itoa(most+1) + `) counted),
			count(*), count(*) filter (where c.staff_id = $` + strconv.Itoa(len(c.args)) + `)
		from card_claims c
		join card_versions v on v.org_id = c.org_id and v.card_id = c.card_id and v.n = c.n and v.status = 'moderation'` + join + `
		where c.held_until > now()` + narrowed
	var all, held, mine int
	if err := db.QueryRow(ctx, q, planned(f, c.args)...).Scan(&all, &held, &mine); err != nil {
		return nil, fmt.Errorf("count waiting cards: %w", err)
	}
	more := all > most
	return map[Hands]page.Count{
		Anybody: {N: min(all, most), More: more},
		Free:    {N: max(min(all, most)-held, 0), More: more},
		Mine:    {N: mine},
	}, nil
}

// item gives what waits of a card, or ErrOver when nothing does.
func item(ctx context.Context, db pg.Querier, r Ref) (Item, error) {
	const q = columns + `
		where v.status = 'moderation' and v.org_id = $1 and v.card_id = $2`
	rows, err := db.Query(ctx, q, r.OrgID, r.CardID)
	if err != nil {
		return Item{}, fmt.Errorf("waiting card %s: %w", r, err)
	}
	i, err := pgx.CollectExactlyOneRow(rows, scanItem)
	switch {
	case pg.NoRows(err):
		return Item{}, ErrOver
	case err != nil:
		return Item{}, fmt.Errorf("waiting card %s: %w", r, err)
	}
	return i, nil
}

func scanItem(row pgx.CollectableRow) (i Item, err error) {
	var since, until *time.Time
	err = row.Scan(&i.OrgID, &i.CardID, &i.N, &i.GTIN, &i.Names.Uz, &i.Names.Ru, &i.Names.En, &i.Brand, &i.Packaging, &i.First,
		&i.Group.ID, &i.Group.Slug, &i.Group.Uz, &i.Group.Ru, &i.Group.En, &i.Org.TIN, &i.Org.Uz, &i.Org.Ru, &i.Org.En,
		&i.SentBy, &i.SentAt, &i.Deadline,
		&i.Claim.StaffID, &i.Claim.Name, &since, &until, &i.Claim.GivenBy, &i.Claim.Note)
	if since != nil && until != nil {
		i.Claim.Since, i.Claim.Until = *since, *until
	}
	return i, err
}
