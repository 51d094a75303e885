package migrations_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

// table is what the catalogue says about one table.
type table struct {
	Name     string
	Columns  []column
	Keys     []key
	Indexes  []index
	Triggers []string
	Rules    []string
}

type column struct {
	Table, Name string
	NotNull     bool
	Default     string   // its expression, empty if none
	Calls       []string // volatile functions that the default calls
}

// key is a constraint. Type is as in pg_constraint: p(rimary), u(nique),
// f(oreign), c(heck), x (exclusion).
type key struct {
	Table, Name, Type string
	Columns           []string
	Target            string // of a foreign key
	TargetColumns     []string
	OnDelete          string // n: set null, d: set default
}

// index also stands for the index behind a primary or unique key. A column of it
// that is an expression is empty.
type index struct {
	Table, Name string
	Columns     []string
	Unique      bool
	Partial     bool
}

// column returns the named column, and whether there is one.
func (t table) column(name string) (column, bool) {
	i := slices.IndexFunc(t.Columns, func(c column) bool { return c.Name == name })
	if i < 0 {
		return column{}, false
	}
	return t.Columns[i], true
}

// ours tells the tables of this repository from the job queue's and the
// migrator's, which follow their makers' rules.
func ours(table string) bool {
	return table != "schema_migrations" && !strings.HasPrefix(table, "river_")
}

// read loads the catalogue of the public schema.
func read(t *testing.T, db pg.Querier) []table {
	t.Helper()
	byName := map[string]*table{}
	names := list[string](t, db, pgx.RowTo[string], `
		select relname::text from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
		order by relname`)
	names = slices.DeleteFunc(names, func(n string) bool { return !ours(n) })
	for _, name := range names {
		byName[name] = &table{Name: name}
	}
	readColumns(t, db, byName)
	readKeys(t, db, byName)
	readIndexes(t, db, byName)
	readHooks(t, db, byName)
	tables := make([]table, 0, len(names))
	for _, name := range names {
		tables = append(tables, *byName[name])
	}
	return tables
}

func readColumns(t *testing.T, db pg.Querier, tables map[string]*table) {
	t.Helper()
	for _, c := range list[column](t, db, pgx.RowToStructByPos[column], `
		select a.attrelid::regclass::text, a.attname::text, a.attnotnull, coalesce(e.text, ''),
		       array(select distinct p.proname::text
		             from regexp_matches(e.text, '(\w+)\(', 'g') m
		             join pg_proc p on p.proname = m[1] and p.provolatile = 'v'
		             order by 1)
		from pg_attribute a
		join pg_class c on c.oid = a.attrelid
		left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		left join lateral (select pg_get_expr(d.adbin, d.adrelid)) e (text) on true
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
		  and a.attnum > 0 and not a.attisdropped
		order by a.attrelid::regclass::text, a.attnum`) {
		if at := tables[c.Table]; at != nil {
			at.Columns = append(at.Columns, c)
		}
	}
}

func readKeys(t *testing.T, db pg.Querier, tables map[string]*table) {
	t.Helper()
	for _, k := range list[key](t, db, pgx.RowToStructByPos[key], `
		select k.conrelid::regclass::text, k.conname::text, k.contype::text,
		       array(select a.attname::text from unnest(k.conkey) with ordinality u (n, i)
		             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n order by u.i),
		       case when k.confrelid = 0 then '' else k.confrelid::regclass::text end,
		       array(select a.attname::text from unnest(k.confkey) with ordinality u (n, i)
		             join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n order by u.i),
		       k.confdeltype::text
		from pg_constraint k
		where k.connamespace = 'public'::regnamespace and k.conrelid <> 0
		  and k.contype in ('p', 'u', 'f', 'c', 'x')
		order by 1, 2`) {
		if at := tables[k.Table]; at != nil {
			at.Keys = append(at.Keys, k)
		}
	}
}

func readIndexes(t *testing.T, db pg.Querier, tables map[string]*table) {
	t.Helper()
	for _, x := range list[index](t, db, pgx.RowToStructByPos[index], `
		select x.indrelid::regclass::text, x.indexrelid::regclass::text,
		       array(select coalesce(a.attname::text, '')
		             from unnest(x.indkey::int2[]) with ordinality u (n, i)
		             left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = u.n
		             where u.i <= x.indnkeyatts order by u.i),
		       x.indisunique, x.indpred is not null
		from pg_index x
		join pg_class c on c.oid = x.indrelid
		where c.relnamespace = 'public'::regnamespace
		order by 1, 2`) {
		if at := tables[x.Table]; at != nil {
			at.Indexes = append(at.Indexes, x)
		}
	}
}

// readHooks finds what runs by itself: triggers and rewrite rules.
func readHooks(t *testing.T, db pg.Querier, tables map[string]*table) {
	t.Helper()
	type hook struct {
		Table, Name string
		Trigger     bool
	}
	for _, h := range list[hook](t, db, pgx.RowToStructByPos[hook], `
		select tgrelid::regclass::text, tgname::text, true from pg_trigger where not tgisinternal
		union all
		select ev_class::regclass::text, rulename::text, false from pg_rewrite where rulename <> '_RETURN'
		order by 1, 2`) {
		at := tables[h.Table]
		switch {
		case at == nil:
		case h.Trigger:
			at.Triggers = append(at.Triggers, h.Name)
		default:
			at.Rules = append(at.Rules, h.Name)
		}
	}
}

// dump writes down everything that a migration can make, one thing on a line, so
// that two schemas can be compared.
func dump(t *testing.T, db pg.Querier) string {
	t.Helper()
	return strings.Join(list[string](t, db, pgx.RowTo[string], `
		with extended as materialized (
			select objid from pg_depend where deptype = 'e'
		), mine as (
			select c.* from pg_class c
			where c.relnamespace = 'public'::regnamespace and c.relname not like 'schema\_migrations%'
			  and c.oid not in (select objid from extended)
		)
		select format('relation %s kind %s persistence %s', relname, relkind, relpersistence) from mine
		union all
		select format('column %s.%s place %s %s %s default %s identity %s storage %s compression %s comment %s',
		              c.relname, a.attname,
		              row_number() over (partition by c.oid order by a.attnum),
		              format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
		              pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attstorage, a.attcompression,
		              m.description)
		from mine c
		join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		left join pg_description m on m.classoid = 'pg_class'::regclass and m.objoid = c.oid and m.objsubid = a.attnum
		where c.relkind in ('r', 'p', 'v', 'm')
		union all
		select format('constraint %s on %s: %s', k.conname, c.relname, pg_get_constraintdef(k.oid))
		from pg_constraint k join mine c on c.oid = k.conrelid
		union all
		select format('index %s', pg_get_indexdef(x.indexrelid)) from pg_index x join mine c on c.oid = x.indrelid
		union all
		select format('sequence %s from %s by %s min %s max %s as %s', c.relname, s.seqstart, s.seqincrement,
		              s.seqmin, s.seqmax, s.seqtypid::regtype)
		from pg_sequence s join mine c on c.oid = s.seqrelid
		union all
		select format('view %s: %s', relname, pg_get_viewdef(oid)) from mine where relkind in ('v', 'm')
		union all
		select format('trigger %s', pg_get_triggerdef(g.oid))
		from pg_trigger g join mine c on c.oid = g.tgrelid where not g.tgisinternal
		union all
		select format('function %s', pg_get_functiondef(p.oid))
		from pg_proc p
		where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
		  and p.oid not in (select objid from extended)
		union all
		select format('type %s: %s', y.typname, string_agg(e.enumlabel, ', ' order by e.enumsortorder))
		from pg_type y join pg_enum e on e.enumtypid = y.oid group by y.typname
		union all
		select format('extension %s', extname) from pg_extension where extname <> 'plpgsql'
		order by 1`), "\n")
}

func list[T any](t *testing.T, db pg.Querier, to pgx.RowToFunc[T], sql string) []T {
	t.Helper()
	rows, err := db.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, to)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
