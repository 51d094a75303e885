package place

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// columns lists a place "p".
const columns = `
	p.id, p.name, p.activities, p.country, p.region, p.district, p.street, p.gln, p.code, p.is_main, p.status, p.origin,
	p.version, p.created_at, coalesce(p.changed_at, '0001-01-01'), coalesce(p.blocked_at, '0001-01-01')`

func (p *Place) targets() []any {
	return []any{
		&p.ID, &p.Name, &p.Activities, &p.Country, &p.Region, &p.District, &p.Street, &p.GLN, &p.Code, &p.Main, &p.Status, &p.Origin,
		&p.Version, &p.CreatedAt, &p.ChangedAt, &p.BlockedAt,
	}
}

func collect(rows pgx.Rows, err error, what string) ([]Place, error) {
	if err == nil {
		var ps []Place
		ps, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Place, err error) { return p, row.Scan(p.targets()...) })
		if err == nil {
			return ps, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", what, err)
}

// narrowed joins fixed fragments; what people type is only ever an argument.
func narrowed(orgID int64, f Filter) (where string, args pgx.NamedArgs) {
	where, args = `p.org_id = @org`, pgx.NamedArgs{"org": orgID}
	add := func(use bool, fragment, name string, value any) {
		if use {
			where, args[name] = where+" and "+fragment, value
		}
	}
	add(f.Region != "", `p.region = @region`, "region", f.Region)
	add(f.Activity != "", `@activity = any(p.activities)`, "activity", string(f.Activity))
	if f.Query == "" {
		return where, args
	}
	args["words"], args["number"], args["exact"] = f.words(), f.number(), f.Query
	// Without a word to look for, "all" would be true of every place.
	return where + ` and (p.id = @number or p.code = @exact or p.gln = replace(@exact, ' ', '')
		or cardinality(@words::text[]) > 0 and p.fold like all (select '%' || w || '%' from unnest(@words::text[]) w))`, args
}

// selectPage reads a page, one row more than asked to know whether others
// follow.
func selectPage(ctx context.Context, q pg.Querier, orgID int64, f Filter, s spot) ([]Place, error) {
	where, args := narrowed(orgID, f)
	if f.Status != "" {
		where, args["status"] = where+` and p.status = @status`, string(f.Status)
	}
	order, beyond := sorted(f.Order)
	if f.After != "" {
		where, args["name"], args["id"] = where+" and "+beyond, s.Name, s.ID
	}
	args["limit"] = f.Size + 1
	stmt := `select` + columns + ` from places p where ` + where + ` order by ` + order + ` limit @limit`
	rows, err := q.Query(ctx, stmt, args)
	return collect(rows, err, "list places")
}

// sorted gives the words of an order, and what lies beyond a spot in it.
func sorted(o Order) (order, beyond string) {
	switch o {
	case ByNameZA:
		return `p.name desc, p.id desc`, `(p.name, p.id) < (@name, @id)`
	case Newest:
		return `p.id desc`, `p.id < @id`
	case Oldest:
		return `p.id`, `p.id > @id`
	}
	return `p.name, p.id`, `(p.name, p.id) > (@name, @id)`
}

// countPlaces counts by status what the rest of the filter chooses, and says
// whether there are places at all.
func countPlaces(ctx context.Context, q pg.Querier, orgID int64, f Filter) (p Page, err error) {
	where, args := narrowed(orgID, f)
	stmt := `
		select count(*) filter (where p.status = 'active'), count(*) filter (where p.status = 'blocked'),
		       exists (select 1 from places a where a.org_id = @org)
		from places p where ` + where
	var active, blocked int
	if err := q.QueryRow(ctx, stmt, args).Scan(&active, &blocked, &p.Any); err != nil {
		return p, fmt.Errorf("count places: %w", err)
	}
	p.Counts = map[Status]int{Active: active, Blocked: blocked}
	return p, nil
}

// allPlaces reads every place of an organization, blocked ones too.
func allPlaces(ctx context.Context, q pg.Querier, orgID int64) ([]Place, error) {
	const stmt = `select` + columns + ` from places p where p.org_id = $1 order by p.id limit 20000`
	rows, err := q.Query(ctx, stmt, orgID)
	return collect(rows, err, "all places")
}
