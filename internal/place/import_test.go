package place_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"kabinet/internal/core/fault"
	"kabinet/internal/place"
	"kabinet/internal/platform/pg"
)

const table = "Name;Activities;Region;District or city;Street and house;GLN;Own code\n"

// keys are what is complained about, row by row.
func keys(told []place.Complaint) (ks []string) {
	for _, c := range told {
		ks = append(ks, fmt.Sprintf("%d %s %s", c.Row, c.Field, c.Key))
	}
	return ks
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	f, err := place.ReadFile("C:\\places\x00.csv", strings.NewReader(table+
		"Ombor 1;Storage, sales;SA;Urgut;Navoiy 1;4780000000014;W-1\n"+
		"Магазин;продажа / хранение;город Ташкент;Юнусабад;;;'=S\n"+
		"\n"+
		";dancing;ZZ;;;478;\n"+
		"a\x00b;Storage;SA;x;;;\n"+
		"\"Ombor 2;Storage;SA;x;;;\n"))
	if err != nil {
		t.Fatal(err)
	}
	if f.Read != 5 || f.Bad != 3 || len(f.Rows) != 2 {
		t.Errorf("%d read, %d bad, %d good", f.Read, f.Bad, len(f.Rows))
	}
	want := []string{
		"5 name place.form.name_missing", "5 activities place.form.activity_missing", "5 region place.form.region_missing",
		"5 district place.form.district_missing", "5 gln gs1.gln", "6  place.import.unreadable", "7  place.import.unreadable",
	}
	if d := cmp.Diff(want, keys(f.Told)); d != "" {
		t.Error(d)
	}
	second := place.Fields{Name: "Магазин", Activities: []place.Activity{place.Storage, place.Sales}, Country: "UZ", Region: "TK", District: "Юнусабад", Code: "=S"}
	if d := cmp.Diff(second, f.Rows[1].Fields); d != "" {
		t.Error(d)
	}
	if strings.ContainsAny(f.Name, "\x00\ufffd") && !strings.Contains(f.Name, "\ufffd") {
		t.Errorf("%q", f.Name)
	}
}

func TestFilesThatAreRefusedWhole(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		content string
		want    error
	}{
		"another table":    {"a;b;c\n1;2;3\n", place.ErrHeading},
		"no region column": {"Name;Activities\nx;sales\n", place.ErrHeading},
		"only a heading":   {table, place.ErrNoRows},
		"too many rows":    {table + strings.Repeat("Ombor;Storage;SA;Urgut;;;\n", place.MaxRows+1), place.ErrManyRows},
	} {
		_, err := place.ReadFile("x.csv", strings.NewReader(tt.content))
		if wrong, ok := fault.ComplaintsOf(err); !errors.Is(err, tt.want) || !ok || wrong[0].Field != place.FieldFile {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, content := range map[string]string{"nothing": "", "a picture": "\x89PNG\x00\x01\x02\x00\x00", "no archive": "PK\x03\x04xxxx", "old Excel": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"} {
		if _, err := place.ReadFile("x", strings.NewReader(content)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add(table + "Ombor;Storage;SA;Urgut;;;\n")
	f.Add("Nomi,Faoliyat turlari,Viloyat,Tuman yoki shahar\n\"a\"\"b\",sotish,SA,x\n")
	f.Fuzz(func(t *testing.T, s string) {
		read, err := place.ReadFile("x", strings.NewReader(s))
		for _, r := range read.Rows {
			if again, err := r.Draft().Open(); err != nil || cmp.Diff(again, r.Fields) != "" {
				t.Errorf("row %d is good and is not accepted: %v", r.N, err)
			}
		}
		if err == nil && len(read.Rows)+read.Bad != read.Read {
			t.Errorf("%d good, %d bad, %d read", len(read.Rows), read.Bad, read.Read)
		}
	})
}

// existing are places 1 to 4; the last one is blocked.
func existing(t *testing.T) []place.Place {
	t.Helper()
	make := func(id int32, name, code string, s place.Status) place.Place {
		d := draft(name)
		d.Code = code
		f, err := d.Open()
		if err != nil {
			t.Fatal(err)
		}
		return place.Place{ID: id, Fields: f, Status: s, Version: 1}
	}
	return []place.Place{
		make(1, "Main", "", place.Active), make(2, "Ombor", "W", place.Active), make(3, "Shop", "", place.Active), make(4, "Old", "O", place.Blocked),
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	row := func(name, code string, id int32) place.Row {
		d := draft(name)
		d.Code = code
		f, _ := d.Open()
		return place.Row{N: 7, ID: id, Fields: f}
	}
	for name, tt := range map[string]struct {
		rows []place.Row
		want string // added, changed, same
		told []string
	}{
		"new":                               {[]place.Row{row("New", "", 0)}, "1 0 0", nil},
		"known by name and address":         {[]place.Row{row("Shop", "", 0)}, "0 0 1", nil},
		"known in other letters":            {[]place.Row{row("SHOP", "", 0)}, "0 1 0", nil},
		"gets its first code":               {[]place.Row{row("Shop", "S", 0)}, "0 1 0", nil},
		"known by its code":                 {[]place.Row{row("Ombor ikki", "W", 0)}, "0 1 0", nil},
		"an empty code is no change":        {[]place.Row{row("Ombor", "", 0)}, "0 0 1", nil},
		"known by its number":               {[]place.Row{row("Bosh ofis", "", 1)}, "0 1 0", nil},
		"a number of nobody":                {[]place.Row{row("x", "", 9)}, "0 0 0", []string{"7 id place.import.no_id"}},
		"another code at the same place":    {[]place.Row{row("Ombor", "V", 0)}, "0 0 0", []string{"7 code place.import.same"}},
		"renamed to another one":            {[]place.Row{row("Shop", "", 1)}, "0 0 0", []string{"7 name place.import.same"}},
		"given another one's code":          {[]place.Row{row("Main", "W", 1)}, "0 0 0", []string{"7 code place.import.code"}},
		"a blocked one by its code":         {[]place.Row{row("Anything", "O", 0)}, "0 0 0", []string{"7 code place.import.blocked"}},
		"a blocked one by its name":         {[]place.Row{row("Old", "", 0)}, "0 0 0", []string{"7  place.import.blocked"}},
		"a blocked one by number, the same": {[]place.Row{row("Old", "O", 4)}, "0 0 1", nil},
		"a blocked one by number, changed":  {[]place.Row{row("Older", "O", 4)}, "0 0 0", []string{"7  place.import.blocked"}},
		"twice new":                         {[]place.Row{row("New", "", 0), row("new", "", 0)}, "1 0 0", []string{"7  place.import.twice"}},
		"two with one code":                 {[]place.Row{row("New", "N", 0), row("Newer", "N", 0)}, "1 0 0", []string{"7  place.import.twice"}},
		"one place in two ways":             {[]place.Row{row("Shop", "", 3), row("Shop", "", 0)}, "0 0 1", []string{"7  place.import.twice"}},
	} {
		p := place.MakePlan(tt.rows, existing(t))
		if got := fmt.Sprint(len(p.Add), len(p.Change), p.Same); got != tt.want || cmp.Diff(tt.told, keys(p.Told)) != "" || p.Bad != len(tt.told) {
			t.Errorf("%s: %s, %v", name, got, keys(p.Told))
		}
	}
}

func TestAFileFromItsCheckToItsEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.add("Ombor 1")
	content := table + "Ombor 1;Storage;SA;Urgut;Navoiy 1;;W-1\nShop 1;Sales;SA;Urgut;;;\nShop 2;;SA;Urgut;;;\n"
	upload := func() string {
		id, err := d.places.Upload(t.Context(), barno, "places.csv", strings.NewReader(content))
		d.must(err)
		return id
	}
	id := upload()
	i, err := d.places.Import(t.Context(), barno, id)
	if err != nil || len(i.Plan.Add) != 1 || len(i.Plan.Change) != 1 || i.Bad() != 1 || i.Applied() || len(i.Told()) != 1 {
		t.Fatalf("%+v, %v", i, err)
	}
	if n := d.count(`select count(*) from places where org_id = 2`); n != 2 {
		t.Errorf("the check made places: %d", n)
	}
	for _, stranger := range []error{
		func() error { _, err := d.places.Import(t.Context(), other, id); return err }(), d.places.Apply(t.Context(), other, id),
		d.places.Apply(t.Context(), barno, "x' or true"), d.places.Apply(t.Context(), barno, ""),
	} {
		if !errors.Is(stranger, place.ErrNoImport) {
			t.Errorf("%v", stranger)
		}
	}
	d.must(d.places.Apply(t.Context(), barno, id))
	d.must(d.places.Apply(t.Context(), barno, id))
	if n := d.count(`select count(*) from places where org_id = 2 and origin = 'import' and name = 'Shop 1' and not is_main`); n != 1 {
		t.Errorf("%d places from the file", n)
	}
	if n := d.count(`select count(*) from member_places l join places p on p.org_id = l.org_id and p.id = l.place_id where p.name = 'Shop 1' and member_id = 5`); n != 1 {
		t.Error("an administrator with chosen places is not linked")
	}
	if n := d.count(`select count(*) from audit_log where action in ('place.import', 'place.create', 'place.change') and actor_name = $1`, barno.Name); n != 4 {
		t.Errorf("%d lines in the log, want one by hand, one of the file, one each of its places", n)
	}
	i, err = d.places.Import(t.Context(), aziz, id)
	if err != nil || !i.Applied() || i.Added != 1 || i.Changed != 1 || i.Bad() != 1 || len(i.Told()) != 1 {
		t.Errorf("%+v, %v", i, err)
	}
	t.Run("the same file again changes nothing", func(t *testing.T) {
		i, err := d.places.Import(t.Context(), barno, upload())
		if err != nil || !i.Plan.Idle() || i.Plan.Same != 2 {
			t.Errorf("%+v, %v", i.Plan, err)
		}
	})
}

// A file that two administrators apply at once, together with a place one of
// them adds by hand, is applied once.
func TestAFileIsAppliedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n := range 50 {
		name := fmt.Sprintf("Round %d", n)
		id, err := d.places.Upload(t.Context(), barno, "x.csv", strings.NewReader(table+name+";Storage;SA;Urgut;Navoiy 1;;\n"))
		d.must(err)
		var all sync.WaitGroup
		all.Go(func() { d.mustNot(d.places.Apply(t.Context(), barno, id)) })
		all.Go(func() { d.mustNot(d.places.Apply(t.Context(), aziz, id)) })
		all.Go(func() { _, _ = d.places.Create(t.Context(), nodira, "", draft(name)) })
		all.Wait()
		if n := d.count(`select count(*) from places where org_id = 2 and name = $1`, name); n != 1 {
			t.Fatalf("%s: %d places", name, n)
		}
	}
}

// mustNot is must for goroutines.
func (d *desk) mustNot(err error) {
	if err != nil {
		d.t.Error(err)
	}
}

// The most rows a file may have are stored by as many statements as one row.
func TestABigFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	apply := func(rows int, prefix string) int {
		var b strings.Builder
		b.WriteString(table)
		for n := range rows {
			fmt.Fprintf(&b, "%s %d;Production, storage;SA;Urgut;Navoiy %d;;\n", prefix, n, n)
		}
		id, err := d.places.Upload(t.Context(), nodira, "big.csv", strings.NewReader(b.String()))
		d.must(err)
		ctx, c := pg.CountStatements(t.Context())
		d.must(d.places.Apply(ctx, nodira, id))
		return c.N()
	}
	one, many := apply(1, "One"), apply(place.MaxRows, "Many")
	if one != many {
		t.Errorf("one row takes %d statements, %d rows take %d", one, place.MaxRows, many)
	}
	if n := d.count(`select count(*) from member_places where member_id = 5`); n != place.MaxRows+2 {
		t.Errorf("%d links", n)
	}
	t.Run("beyond what an organization may have", func(t *testing.T) {
		d.exec(`insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
			select 2, 900000 + n, 'x', '{sales}', 'SA', '', '', false, 'blocked', 'manual' from generate_series(1, $1) n`, place.MaxPlaces-place.MaxRows-2)
		if _, err := d.places.Create(t.Context(), barno, "", draft("One more")); !errors.Is(err, place.ErrMany) {
			t.Errorf("%v", err)
		}
	})
}

func TestAWorkbook(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	for i, row := range [][]any{
		{"Places of Zarafshon Sut"},
		{"Nomi", "Faoliyat turlari", "Viloyat", "Tuman yoki shahar", "GLN", "Joy raqami"},
		{"Ombor", "saqlash", "Samarqand viloyati", "Urgut", 4780000000014, ""},
	} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := place.ReadFile("x.xlsx", strings.NewReader(b.String()))
	if err != nil || got.Read != 1 || len(got.Rows) != 1 || got.Rows[0].GLN != "4780000000014" || got.Rows[0].N != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Files that wait take room: the last ten do.
func TestFilesThatWaitAreFew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 12 {
		_, err := d.places.Upload(t.Context(), barno, "x.csv", strings.NewReader(table+"Ombor 9;Storage;SA;Urgut;Navoiy 1;;\n"))
		d.must(err)
	}
	if n := d.count(`select count(*) from place_imports where org_id = 2`); n != 10 {
		t.Errorf("%d files wait", n)
	}
}
