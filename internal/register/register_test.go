package register_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/org"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/register"
)

var noon = time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)

func good() register.Raw {
	yes := true
	return register.Raw{
		TIN: "302118447", NameUz: "“Zarafshon  Sut” MChJ", NameRu: "ООО «Зарафшон Сут»", Form: "МЧЖ",
		Director: "Oʻrinboyev Gʻulomjon", PINFL: "31203800010017", Region: "Самаркандская область",
		District: "Samarqand shahri", Street: "Bogʻishamol koʻchasi, 12", Status: "active", VAT: &yes, AsOf: noon,
	}
}

func TestAnEntryIsReadOrRefusedWhole(t *testing.T) {
	t.Parallel()
	e, err := good().Open()
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	want := register.Entry{
		TIN: "302118447", Names: org.Names{Uz: "“Zarafshon Sut” MChJ", Ru: "ООО «Зарафшон Сут»"}, Form: org.MChJ,
		Director: org.Director{Name: "Oʻrinboyev Gʻulomjon", PINFL: "31203800010017"},
		Address:  org.Address{Region: "SA", District: "Samarqand shahri", Street: "Bogʻishamol koʻchasi, 12"},
		Status:   register.Active, VAT: &yes, AsOf: noon,
	}
	if d := cmp.Diff(want, e); d != "" {
		t.Error(d)
	}
	for name, edit := range map[string]func(*register.Raw){
		"no number":             func(r *register.Raw) { r.TIN = "" },
		"a number of letters":   func(r *register.Raw) { r.TIN = "3O2118447" },
		"no name":               func(r *register.Raw) { r.NameUz = " \u200b" },
		"a name turned round":   func(r *register.Raw) { r.NameUz = "\u202eMChJ" },
		"a name of bytes":       func(r *register.Raw) { r.NameRu = "\xff\xfe" },
		"a name with NUL":       func(r *register.Raw) { r.NameUz = "Sut\x00" },
		"an endless name":       func(r *register.Raw) { r.NameUz = strings.Repeat("ў", 301) },
		"no director":           func(r *register.Raw) { r.Director = "" },
		"no personal number":    func(r *register.Raw) { r.PINFL = "" },
		"an unknown legal form": func(r *register.Raw) { r.Form = "gmbh" },
		"an unknown region":     func(r *register.Raw) { r.Region = "Samarkandiya" },
		"an unknown state":      func(r *register.Raw) { r.Status = "fine" },
		"no moment":             func(r *register.Raw) { r.AsOf = time.Time{} },
	} {
		r := good()
		edit(&r)
		if _, err := r.Open(); !errors.Is(err, register.ErrUnread) || fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "31203800010017") {
			t.Errorf("%s: the error quotes a personal number", name)
		}
	}
}

func TestTheFileOfInventedEntries(t *testing.T) {
	t.Parallel()
	f, err := register.OpenFile(filepath.Join("..", "..", "testdata", "register.csv"), clock.At(noon))
	if err != nil {
		t.Fatal(err)
	}
	find := func(n register.Number) (register.Entry, error) { return f.Find(context.Background(), n) }
	if e, err := find(register.Number{TIN: "302118447"}); err != nil || e.Names.En != "Zarafshon Sut LLC" || !e.AsOf.Equal(noon) || e.VAT == nil || !*e.VAT {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err := find(register.Number{PINFL: "41811900040041"}); err != nil || e.TIN != "512345671" || !e.Trader() {
		t.Errorf("a sole trader: %+v, %v", e, err)
	}
	for name, n := range map[string]register.Number{
		"a number nobody has": {TIN: "399999999"}, "a director who is no trader": {PINFL: "31203800010017"}, "nothing": {},
	} {
		if _, err := find(n); !errors.Is(err, register.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, n := range []register.Number{{TIN: "308120954"}, {TIN: "307740018"}} {
		if e, err := find(n); err != nil || e.Status == register.Active {
			t.Errorf("an entry for refusals: %+v, %v", e, err)
		}
	}
}

func TestABadFileIsRefusedWithItsRow(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(filepath.Join("..", "..", "testdata", "register.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"empty":           "",
		"other headings":  "a;b\n",
		"a missing cell":  string(whole) + "1;2;3\n",
		"an unread entry": string(whole) + "1;a;b;c;mchj;D D;31203800010017;SA;d;s;active;\n",
	} {
		if _, err := register.ReadFile(strings.NewReader(content), clock.At(noon)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestWhatTheRegisterSaidIsKept(t *testing.T) {
	t.Parallel()
	db, box := pgtest.New(t), httptesting.Box(t)
	const q = `
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
		values (7, '302118447', 'mchj', '', '', '', '', '', '', '', '', '', '', 'uz', 'active', '', '')`
	if _, err := db.Exec(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if k, err := register.Of(t.Context(), db, 7); err != nil || k.Asked() {
		t.Fatalf("before: %+v, %v", k, err)
	}
	keep := func(name string, at time.Time) {
		t.Helper()
		r := good()
		r.Director, r.AsOf = name, at
		e, err := r.Open()
		if err != nil {
			t.Fatal(err)
		}
		if err := pg.InTx(t.Context(), db, func(tx pg.Tx) error { return register.KeepTx(t.Context(), tx, box, 7, e) }); err != nil {
			t.Fatal(err)
		}
	}
	keep("First Director", noon)
	keep("Second Director", noon.Add(time.Hour))
	keep("Late Answer", noon.Add(time.Minute))
	k, err := register.Of(t.Context(), db, 7)
	if err != nil || k.Director != "Second Director" || !k.AsOf.Equal(noon.Add(time.Hour)) || k.Status != register.Active || k.Form != org.MChJ {
		t.Errorf("%+v, %v", k, err)
	}
	var open bool
	if err := db.QueryRow(t.Context(), `select director_pinfl_sealed like '%31203800010017%' from register_entries`).Scan(&open); err != nil || open {
		t.Errorf("the personal number stands open (%v)", err)
	}
}
