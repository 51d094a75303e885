package receipt

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// question is a filter asked by somebody. Its statements are put together of fixed
// fragments; what people type is only ever an argument.
type question struct {
	Filter
	orgID int64
	scope perm.Scope
	marks []int64 // of the code that is looked for
	args  pgx.NamedArgs
}

// within is the condition on receipts "r" of everything but the place in the list.
func (q *question) within() string {
	q.args = pgx.NamedArgs{"org": q.orgID}
	where := `r.org_id = @org`
	and := func(use bool, fragment, name string, value any) {
		if use {
			where, q.args[name] = where+" and "+fragment, value
		}
	}
	and(!q.scope.AllGroups, `r.groups && @scope::smallint[]`, "scope", q.scope.Groups)
	and(q.GroupID != 0, `@group = any (r.groups)`, "group", q.GroupID)
	switch q.Kind { // written out: receipts_returns_idx is over these only
	case Sale:
		where += ` and r.kind = 'sale'`
	case Return:
		where += ` and r.kind = 'return'`
	}
	and(q.Terminal != "", `r.terminal = @terminal`, "terminal", q.Terminal)
	and(q.Number != "" && q.isSign(), `r.fiscal_sign = @number`, "number", q.Number)
	and(q.Number != "" && !q.isSign(), `r.number = @number`, "number", q.Number)
	and(q.trouble() != 0, `r.trouble <> 0 and r.trouble & @trouble::smallint <> 0`, "trouble", q.trouble())
	if q.From != "" {
		and(true, `r.issued_at >= @from`, "from", begin(q.From, 0))
	}
	if q.Until != "" {
		and(true, `r.issued_at < @until`, "until", begin(q.Until, 1))
	}
	switch q.Match {
	case Matched:
		where += ` and r.trouble = 0`
	case Unmatched:
		where += ` and r.trouble <> 0`
	}
	return where
}

// source is where the receipts are read from: all of them, or the few with a code,
// whoever's, which are looked up first. Left to itself the server takes each code
// for a common one and walks the list, or puts all of the organization beside it.
//
//tenant:any the fragments of question name org_id
func (q *question) source() (with, from string) {
	where := q.within()
	if q.marks == nil {
		return "", `receipts r where ` + where
	}
	q.args["codes"] = q.marks
	return `with hit as materialized (select r.* from receipts r where r.codes && @codes::bigint[]) `, `hit r where ` + where
}

// place gives the condition on what lies beyond a spot, the order in which to read
// from there, and the order of the page.
func (q *question) place(s spot) (beyond, reading, order string) {
	down, back := !q.Oldest, q.Before != ""
	order, reading = ordered(down), ordered(down != back)
	if q.After == "" && !back {
		return "", reading, order
	}
	q.args["at"], q.args["id"] = s.At, s.ID
	than := " > "
	if down != back {
		than = " < "
	}
	return ` and (r.issued_at, r.id)` + than + `(@at, @id)`, reading, order
}

func ordered(down bool) string {
	if down {
		return " order by r.issued_at desc, r.id desc"
	}
	return " order by r.issued_at, r.id"
}

// selectPage reads a page, one row more than asked to know whether others follow,
// and in the same statement the totals of what the filter chooses.
//
//tenant:any the fragments of question name org_id
func selectPage(ctx context.Context, db pg.Querier, q *question, at spot) ([]Receipt, Totals, error) {
	with, from := q.source()
	beyond, reading, order := q.place(at)
	// Limits are written out: with a parameter in their place the server would plan
	// for a tenth of all receipts.
	totals := `(select count(*) filter (where kind = 'sale'), least(coalesce(sum(total) filter (where kind = 'sale'), 0), 9e18)::bigint,
			count(*) filter (where kind = 'return'), least(coalesce(sum(total) filter (where kind = 'return'), 0), 9e18)::bigint, count(*) filter (where trouble <> 0)
		from (select r.kind, r.total, r.trouble from ` + from + ` limit ` + strconv.Itoa(MaxTotals+1) + `) c) n`
	page := `(select r.* from receipts r where r.org_id = @org and r.id in ( -- chosen in an index, then read
		select r.id from ` + from + beyond + reading + ` limit ` + strconv.Itoa(q.Size+1) + `)) r`
	rows, err := db.Query(ctx, with+`select`+columns+`, n.* from `+totals+` left join `+page+` on true`+order, q.planned()...)
	if err != nil {
		return nil, Totals{}, fmt.Errorf("list receipts: %w", err)
	}
	found, t, err := collectPage(rows)
	if err != nil {
		return nil, Totals{}, fmt.Errorf("list receipts: %w", err)
	}
	return found, t.bounded(), nil
}

// collectPage takes receipts with the totals beside each of them; where there is
// none, a row of totals alone.
func collectPage(rows pgx.Rows) (found []Receipt, t Totals, err error) {
	defer rows.Close()
	for rows.Next() {
		var r Receipt
		targets := r.targets()
		empty := rows.RawValues()[0] == nil
		if empty {
			clear(targets)
		}
		if err := rows.Scan(append(targets, t.targets()...)...); err != nil {
			return nil, t, err
		}
		if !empty {
			found = append(found, r)
		}
	}
	return found, t, rows.Err()
}

func (t *Totals) targets() []any {
	return []any{&t.Sales, &t.SalesSum, &t.Returns, &t.ReturnsSum, &t.Unmatched}
}

// bounded leaves no sum of a part.
func (t Totals) bounded() Totals {
	if t.Count() > MaxTotals {
		return Totals{Sales: MaxTotals, More: true}
	}
	return t
}

// planned has every statement planned anew: a plan that must fit every organization
// and every filter reads the whole of the largest.
func (q *question) planned() []any { return []any{pgx.QueryExecModeCacheDescribe, q.args} }

// countAtMost counts what a filter chooses, most and one at most.
//
//tenant:any the fragments of question name org_id
func countAtMost(ctx context.Context, db pg.Querier, q *question, most int) (n int, err error) {
	with, from := q.source()
	stmt := with + `select count(*) from (select from ` + from + ` limit ` + strconv.Itoa(most+1) + `) c`
	if err := db.QueryRow(ctx, stmt, q.planned()...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count receipts: %w", err)
	}
	return n, nil
}

// eachReceipt gives what a filter chooses to write, MaxExport at most.
//
//tenant:any the fragments of question name org_id
func eachReceipt(ctx context.Context, db pg.Querier, q *question, write func(Receipt) error) error {
	with, from := q.source()
	stmt := with + `select` + columns + ` from ` + from + ordered(!q.Oldest) + ` limit ` + strconv.Itoa(MaxExport)
	rows, err := db.Query(ctx, stmt, q.planned()...)
	if err != nil {
		return fmt.Errorf("export receipts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r Receipt
		if err := rows.Scan(r.targets()...); err != nil {
			return fmt.Errorf("export receipts: %w", err)
		}
		if err := write(r); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("export receipts: %w", err)
	}
	return nil
}
