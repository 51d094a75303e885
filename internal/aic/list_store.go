package aic

import (
	"context"
	"fmt"
	"strconv"
	"strings"

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
	args  pgx.NamedArgs
}

// within is the condition on AICs "a" of everything but the state and the place.
func (q *question) within() string {
	q.args = pgx.NamedArgs{"org": q.orgID}
	where := `a.org_id = @org`
	and := func(use bool, fragment, name string, value any) {
		if use {
			where, q.args[name] = where+" and "+fragment, value
		}
	}
	and(!q.scope.AllGroups, `a.group_id = any (@scope::smallint[])`, "scope", q.scope.Groups)
	and(q.GroupID != 0, `a.group_id = @group`, "group", q.GroupID)
	if q.Number != "" {
		where += ` and (a.number between @low and @top or a.number between @hidden_low and @hidden_top)`
		q.args["low"], q.args["top"] = ends(q.Number)
		q.args["hidden_low"], q.args["hidden_top"] = ends(hiddenOwner + q.behindOwner())
	}
	return where
}

// ends are the first and the last number that begin so.
func ends(first string) (low, top string) {
	rest := numberDigits - len(first)
	return first + strings.Repeat("0", rest), first + strings.Repeat("9", rest)
}

// page reads a page, one row more than asked to know whether others follow.
//
//tenant:any the fragments of question name org_id
func (q *question) page(ctx context.Context, db pg.Querier, s spot) ([]AIC, error) {
	where := q.within()
	if q.State != "" {
		where, q.args["state"] = where+` and a.status = @state`, q.State
	}
	down, back := q.Newest, q.Before != ""
	if q.After != "" || back {
		than := " > "
		if down != back {
			than = " < "
		}
		where += ` and (a.formed_on, a.id)` + than + `(@day::text::date, @id)`
		q.args["day"], q.args["id"] = s.Day, s.ID
	}
	stmt := `select` + columns + ` from (select a.* from aics a where ` + where + ordered(down != back) + ` limit ` + strconv.Itoa(q.Size+1) + `) a` + ordered(down)
	rows, err := db.Query(ctx, stmt, pgx.QueryExecModeCacheDescribe, q.args)
	return collect(rows, err, "list AICs")
}

func ordered(down bool) string {
	if down {
		return " order by a.formed_on desc, a.id desc"
	}
	return " order by a.formed_on, a.id"
}

// counts are how many AICs there are in each state.
//
//tenant:any the fragments of question name org_id
func (q *question) counts(ctx context.Context, db pg.Querier) (map[State]int, error) {
	stmt := `select a.status, count(*) from aics a where ` + q.within() + ` group by a.status`
	rows, err := db.Query(ctx, stmt, pgx.QueryExecModeCacheDescribe, q.args)
	if err != nil {
		return nil, fmt.Errorf("count AICs: %w", err)
	}
	counts := map[State]int{}
	var state State
	var n int
	_, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error {
		counts[state] = n
		return nil
	})
	return counts, wrap(err, "count AICs")
}
