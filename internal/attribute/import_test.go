package attribute_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
)

const codesFile = "\ufeffcode;name_uz;name_ru;name_en;off\r\n" +
	"2201101100;Tabiiy mineral suv, gazsiz;Воды минеральные природные негазированные;Natural mineral water, still;\r\n" + // as it is
	"2201101900;Suv;Вода;Water;\r\n" + // renamed
	"2201109000;Gazlangan suv;Воды газированные;Aerated water;да\r\n" + // switched off
	"2202 99 9900;Boshqa;Прочие;;\r\n" // new

func TestAFileOfCodes(t *testing.T) {
	t.Parallel()
	db, s := newService(t)
	ctx := t.Context()
	id, err := s.Upload(ctx, timur, 13, attribute.HS, "hs.csv", strings.NewReader(codesFile))
	if err != nil {
		t.Fatal(err)
	}
	i, err := s.Import(ctx, nodira, 13, attribute.HS, id)
	if err != nil || i.Added != 1 || i.Changed != 2 || i.File.Read != 4 || i.Applied() {
		t.Fatalf("%+v, %v", i, err)
	}
	if n := one[int](t, db, `select count(*) from card_codes where group_id = 13 and list = 'hs'`); n != 9 {
		t.Errorf("checking has changed the dictionary: %d codes", n)
	}
	for range 2 {
		if err := s.Apply(ctx, nodira, 13, attribute.HS, id); err != nil {
			t.Fatal(err)
		}
	}
	if i, err = s.Import(ctx, timur, 13, attribute.HS, id); err != nil || !i.Applied() || i.Added != 1 || i.Changed != 2 {
		t.Errorf("%+v, %v", i, err)
	}
	want := "2201101100 1 true, 2201101900 2 true, 2201109000 2 false, 2202999900 1 true"
	got := one[string](t, db, `select string_agg(code || ' ' || version || ' ' || (off_at is null)::text, ', ' order by code) from card_codes
		where group_id = 13 and list = 'hs' and code in ('2201101100', '2201101900', '2201109000', '2202999900')`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if found := one[int](t, db, `select count(*) from card_codes where group_id = 13 and list = 'hs' and fold like '%prochie%' and code = '2202999900'`); found != 1 {
		t.Error("a code of a file is not found by its name")
	}
	if n := one[int](t, db, `select count(*) from audit_log where action = 'reference.import' and actor_name = 'Nodira' and target = 'hs:13/' and (details->>'changed')::int = 2`); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
	again, err := s.Upload(ctx, timur, 13, attribute.HS, "hs.csv", strings.NewReader(codesFile))
	if err != nil {
		t.Fatal(err)
	}
	if i, err = s.Import(ctx, timur, 13, attribute.HS, again); err != nil || i.Added+i.Changed != 0 {
		t.Errorf("the same file again: %+v, %v", i, err)
	}
	for _, other := range []func() error{
		func() error { _, err := s.Import(ctx, timur, 15, attribute.HS, id); return err },
		func() error { _, err := s.Import(ctx, timur, 13, attribute.IKPU, id); return err },
		func() error { return s.Apply(ctx, timur, 13, attribute.HS, id+1000) },
	} {
		if err := other(); !errors.Is(err, attribute.ErrNoImport) {
			t.Errorf("a file of another dictionary: %v", err)
		}
	}
	if _, err := s.Upload(ctx, reader, 13, attribute.HS, "hs.csv", strings.NewReader(codesFile)); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("who may only read uploads: %v", err)
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	f, err := attribute.ReadFile(attribute.IKPU, "x.csv", strings.NewReader("Name_RU,off,Code,Name_UZ\nВода,,02201001001000000,Suv\nВода,может,1,\n,,02201001001000000,Suv\nВода,no,02201001001000000,Suv\n"))
	if err != nil || f.Read != 4 || f.Bad != 3 || len(f.Rows) != 1 {
		t.Fatalf("%+v, %v", f, err)
	}
	want := []attribute.FileComplaint{
		{Row: 3, Column: "code", Key: "attribute.code.shape.ikpu", Args: []string{}, Found: "1"},
		{Row: 3, Column: "name_uz", Key: "attribute.code.name", Args: []string{}},
		{Row: 3, Column: "off", Key: "attribute.wrong.flag", Found: "может"},
		{Row: 4, Column: "name_ru", Key: "attribute.code.name", Args: []string{}},
		{Row: 5, Column: "code", Key: "attribute.file.twice", Found: "02201001001000000"},
	}
	if diff := cmp.Diff(want, f.Told); diff != "" {
		t.Error(diff)
	}
	for text, want := range map[string]*fault.Error{
		"code;name_uz\n1;2\n":         attribute.ErrHeading,
		"code;name_uz;name_ru\n":      attribute.ErrNoRows,
		"\n\n":                        attribute.ErrHeading,
		strings.Repeat("1;2;3\n", 10): attribute.ErrHeading,
		"code;name_uz;name_ru\n" + strings.Repeat("1;2;3\n", attribute.MaxRows+1): attribute.ErrManyRows,
	} {
		if _, err := attribute.ReadFile(attribute.HS, "x.csv", strings.NewReader(text)); !errors.Is(err, want) {
			t.Errorf("%.30q: %v, want %v", text, err, want)
		}
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add([]byte(codesFile))
	f.Add([]byte("code,name_uz,name_ru\n\"a\"\"b\",c,d"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := attribute.ReadFile(attribute.Categories, "x", strings.NewReader(string(b)))
		if err == nil && got.Read != got.Bad+len(got.Rows) {
			t.Errorf("%d rows are neither good nor bad", got.Read-got.Bad-len(got.Rows))
		}
	})
}
