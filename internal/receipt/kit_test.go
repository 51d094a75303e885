package receipt_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/receipt"
)

// Products: water that organization 2 has a card of, beer that organization 9
// published, tea that nobody knows.
const (
	water = "04780101000012"
	beer  = "04870216760007"
	tea   = "04780101000029"
)

const (
	waterCode = "01" + water + "21abcdefghij'12\x1d93U3g5"
	beerCode  = "01" + beer + "21qKkdi+S\x1d93U3g5"
	teaCode   = "01" + tea + "21abcdefghij'13\x1d93U3g5"
)

var moment = time.Date(2026, time.March, 5, 9, 41, 0, 0, time.UTC)

// till is a database with organizations 2 and 9 that sell.
type till struct {
	testing.TB
	db       *pgxpool.Pool
	receipts *receipt.Service
}

func newTill(t testing.TB) *till {
	t.Helper()
	db := pgtest.New(t)
	d := &till{TB: t, db: db, receipts: &receipt.Service{DB: db}}
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon', 'Зарафшон', '', '', '', '', '', 'TK', '', '', 'en', 'active', '', '' from unnest(array[2, 9]) n`,
		`insert into tin_registry (tin, org_id) select tin, org_id from organizations`,
		`insert into cards (org_id, id, gtin, group_id, packaging) values (2, 1, '` + water + `', 13, 'UNIT'), (9, 2, '` + beer + `', 15, 'UNIT')`,
		`insert into catalogue (org_id, card_id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold)
			values (9, 2, 1, '` + beer + `', 15, 'UNIT', 'UZ', 'Pivo', 'Пиво', 'Beer', '', '')`,
	} {
		d.exec(sql)
	}
	return d
}

func (d *till) exec(sql string, args ...any) {
	d.Helper()
	if _, err := d.db.Exec(d.Context(), sql, args...); err != nil {
		d.Fatalf("%s: %v", sql, err)
	}
}

func (d *till) count(sql string, args ...any) (n int) {
	d.Helper()
	if err := d.db.QueryRow(d.Context(), sql, args...).Scan(&n); err != nil {
		d.Fatalf("%s: %v", sql, err)
	}
	return n
}

// said is a message of the fiscal operator: a sale of one bottle, with changes.
func said(id string, changes map[string]any) feed.Message {
	b := map[string]any{
		"fiscal_sign": "9" + fmt.Sprintf("%011s", id), "terminal": "UZ170703123456", "number": id, "time": moment.Format(time.RFC3339),
		"kind": "sale", "total": 450000, "lines": []map[string]any{line("Suv", waterCode)},
	}
	maps.Copy(b, changes)
	version := int64(1)
	if v, ok := b["version"].(int); ok {
		version = int64(v)
	}
	delete(b, "version")
	body, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return feed.Message{Feed: "ofd", SourceID: id, Kind: feed.Receipt, Version: version, OccurredAt: moment.Add(time.Minute), TIN: "301000002", Body: body}
}

func line(name string, labels ...string) map[string]any {
	return map[string]any{"name": name, "quantity": 1, "sum": 450000, "labels": labels}
}

// returned is the return of a sale.
func returned(id, sale string) feed.Message {
	return said(id, map[string]any{"kind": "return", "sale": map[string]any{"fiscal_sign": "9" + fmt.Sprintf("%011s", sale), "terminal": "UZ170703123456", "number": sale}})
}

// taken is what became of a message.
func (d *till) taken(m feed.Message) feed.Outcome {
	d.Helper()
	var out feed.Outcome
	err := pg.InTx(d.Context(), d.db, func(tx pg.Tx) error {
		err := d.receipts.TakeTx(d.Context(), tx, m)
		var known bool
		if out, known = feed.OutcomeOf(err); known && !out.SetAside() {
			return nil // what was written stays
		}
		return err
	})
	if out == "" {
		d.Fatal(err)
	}
	return out
}

func (d *till) find(a actor.Actor, f receipt.Filter) receipt.Page {
	d.Helper()
	f.Size = max(f.Size, 25)
	p, err := d.receipts.Find(d.Context(), a, f)
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// one is the only receipt with a number.
func (d *till) one(number string) receipt.Record {
	d.Helper()
	p := d.find(observer, receipt.Filter{Number: number})
	if len(p.Rows) != 1 {
		d.Fatalf("%d receipts with the number %s", len(p.Rows), number)
	}
	r, err := d.receipts.Get(d.Context(), observer, p.Rows[0].ID)
	if err != nil {
		d.Fatal(err)
	}
	return r
}

var (
	observer = who(2, perm.Scope{AllGroups: true, AllPlaces: true})
	waterman = who(2, perm.Scope{Groups: []int16{13}})
	brewer   = who(2, perm.Scope{Groups: []int16{15}})
	stranger = who(9, perm.Scope{AllGroups: true, AllPlaces: true})
)

func who(orgID int64, scope perm.Scope) actor.Actor {
	return actor.Actor{AccountID: 3, OrgID: orgID, MemberID: 3, Name: "Barno", SessionKey: "k", Rights: perm.Of(perm.DocumentRead), Scope: scope}
}
