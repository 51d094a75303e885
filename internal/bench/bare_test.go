package bench

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"sync"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// bareConns is the size of the bare page's pool, with which it was fastest
// (performance.md 2.2).
const bareConns = 8

// fillBare makes the bare page's own table: 1,000,000 rows of 2,000
// organizations.
var fillBare = []string{
	`create table bare_rows (
		org_id bigint not null,
		id bigint not null,
		gtin text not null,
		name text not null,
		product_group text not null,
		status text not null,
		packs integer not null,
		price bigint not null,
		changed timestamptz not null,
		constraint bare_rows_pkey primary key (org_id, id))`,
	`insert into bare_rows
	select g % 2000 + 1, g, lpad((4780000000000 + g)::text, 14, '0'),
		'Сут маҳсулоти «Зарафшон» ' || g || ' мл', 'Dairy products',
		(array['published', 'published', 'published', 'draft', 'archived'])[g % 5 + 1],
		g % 48 + 1, 1000 + g % 90000 * 10, timestamptz '2026-01-01 09:00+05' + g % 300 * interval '1 day'
	from generate_series(1, 1000000) g`,
	`vacuum analyze bare_rows`,
}

// bare is the whole program of the bare page.
func bare(db *pgxpool.Pool) http.Handler {
	r := chi.NewRouter()
	r.Get(barePath, barePage(db))
	return r
}

const barePath = "/bare/{org}"

func barePage(db *pgxpool.Pool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := answerBare(w, r, db); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

var bareBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func answerBare(w http.ResponseWriter, r *http.Request, db *pgxpool.Pool) error {
	org, err := strconv.ParseInt(chi.URLParam(r, "org"), 10, 64)
	if err != nil {
		return err
	}
	rows, err := bareRows(r.Context(), db, org)
	if err != nil {
		return err
	}
	buf := bareBuffers.Get().(*bytes.Buffer)
	defer bareBuffers.Put(buf)
	buf.Reset()
	if err := BarePage(org, rows).Render(r.Context(), buf); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(buf.Len()))
	_, err = w.Write(buf.Bytes())
	return err
}

func bareRows(ctx context.Context, db *pgxpool.Pool, org int64) ([]Row, error) {
	const q = `
		select id, gtin, name, product_group, status, packs, price, changed
		from bare_rows
		where org_id = $1
		order by id desc
		limit 25`
	found, err := db.Query(ctx, q, org)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowToStructByPos[Row])
}
