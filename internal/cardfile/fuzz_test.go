package cardfile

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/cell"
	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

// small is a book with an entry of each kind; its HS and IKPU codes begin with a
// zero.
func small() attribute.Book {
	one := func(code string) []attribute.Code {
		return []attribute.Code{{Code: code, Name: attribute.Words{Uz: "a", Ru: "б", En: "c"}}}
	}
	kinds := []attribute.Kind{attribute.Text, attribute.Integer, attribute.Decimal, attribute.Choice, attribute.Choices, attribute.Flag, attribute.Date}
	b := attribute.Book{Group: 13, Set: attribute.Set{Group: 13, Version: 1}, Categories: one("milk"), HS: one("0402101100"), IKPU: one("02201001001000000")}
	for _, k := range kinds {
		b.Set.Attributes = append(b.Set.Attributes, attribute.Attribute{
			Code: "a_" + string(k), Kind: k, Options: []attribute.Option{{Code: "x", Label: attribute.Words{Uz: "X", Ru: "Х", En: "X"}}},
		})
	}
	return b
}

// FuzzRows reads whatever is called a file as an import does: it ends, and each
// row is a candidate or has a complaint that can be stored and shown.
func FuzzRows(f *testing.F) {
	samples, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range samples {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("gtin;attr.a_date;attr.a_decimal;group\n4780101000012;45000;1E5;milk\n"))
	book := small()
	known := newNames([]attribute.Set{book.Set})
	groups := productgroup.NewDictionary([]productgroup.Group{{ID: 13, Slug: "milk"}, {ID: 14, Slug: "beer"}})
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := sheet.Open(bytes.NewReader(file))
		if err != nil {
			return
		}
		defer func() { _ = rows.Close() }()
		_, h, _, err := findHead(rows, known)
		if err != nil {
			return
		}
		o := &opener{header: h, format: rows.Format(), group: 13, groups: groups, books: map[int16]attribute.Book{13: book}, gtins: map[gs1.GTIN]int{}}
		for range 1000 {
			row, err := rows.Next()
			if err != nil {
				return
			}
			c, told := o.open(row)
			if (c.row == 0) == (len(told) == 0) {
				t.Fatalf("row %d is neither good nor bad: %+v %+v", row.N, c, told)
			}
			for _, w := range told {
				if w.Key == "" || !utf8.ValidString(w.Found) || strings.ContainsAny(w.Found, "\x00\n\u202e") {
					t.Fatalf("%+v", w)
				}
			}
			for _, k := range kept(row.Cells) {
				if !utf8.ValidString(k) || strings.Contains(k, "\x00") {
					t.Fatalf("%q", k)
				}
			}
			if c.row != 0 {
				_, _ = c.typed.Open(book)
			}
		}
	})
}

// FuzzCells: a text that is written to a file and read again is the same text,
// whatever it begins with.
func FuzzCells(f *testing.F) {
	for _, s := range []string{"", "=1+1", "'=1+1", "''=x", "-5", "@", "'", "'a", "''", "+998", "_x001D_", "–"} {
		f.Add(s)
	}
	book := small()
	f.Fuzz(func(t *testing.T, s string) {
		written := cell.Plain(plainCell(s))
		if written != "" && strings.ContainsRune("=+-@", rune(written[0])) {
			t.Fatalf("%q is written as a formula: %q", s, written)
		}
		if strings.TrimSpace(s) != s || strings.Contains(s, "_x00") {
			return
		}
		if got := mend(card.FieldBrand, written, sheet.CSV, book); got.text != s && strings.TrimSpace(got.text) != strings.TrimSpace(s) {
			t.Fatalf("%q comes back as %q", s, got.text)
		}
		for _, field := range []string{card.FieldGTIN, card.FieldHS, card.FieldIKPU, card.FieldCategory, card.FieldPackaging, card.FieldCountry, "attr.a_date", "attr.a_decimal"} {
			once := mend(field, s, sheet.XLSX, book)
			if twice := mend(field, once.text, sheet.XLSX, book); once.wrong == "" && twice.text != once.text && !strings.HasPrefix(once.text, "'") && !strings.Contains(once.text, "_x") && field != "attr.a_date" {
				t.Fatalf("%s: %q mends to %q and that to %q", field, s, once.text, twice.text)
			}
		}
	})
}

// FuzzArchive reads whatever is called an archive: it is refused or its photos
// have good names and bounded content.
func FuzzArchive(f *testing.F) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"04780101000012.jpg", "a/04780101000012_back.png", "../x.jpg", "x.zip"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte("\xff\xd8\xff content"))
		}
		if err != nil {
			f.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK\x03\x04PK\x05\x06"))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := openArchive(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		for _, p := range a.photos {
			if len(p.gtin) != 14 || p.side == "" || strings.ContainsAny(p.base(), `/\`) {
				t.Fatalf("%+v", p)
			}
			in, err := p.open()
			if err != nil {
				continue
			}
			var content bytes.Buffer
			n, _ := content.ReadFrom(in)
			_ = in.Close()
			if n > maxPhoto+1 {
				t.Fatalf("%d bytes", n)
			}
		}
		for _, w := range a.bad {
			if w.Key == "" || w.Field != card.FieldPhotos {
				t.Fatalf("%+v", w)
			}
		}
	})
}

// What a spreadsheet program does to numbers is mended where nothing is lost.
func TestWhatOfficeProgramsDoToCellsIsMended(t *testing.T) {
	t.Parallel()
	book := small()
	for _, tt := range []struct{ field, cell, text, wrong string }{
		{card.FieldGTIN, " 4780101000012 ", "4780101000012", ""},
		{card.FieldGTIN, "1234565", "", ""}, // no check digit fits
		{card.FieldGTIN, "1234671", "01234671", ""},
		{card.FieldGTIN, "36000291452", "036000291452", ""},
		{card.FieldGTIN, "4780101000012.0", "4780101000012", ""},
		{card.FieldGTIN, "4,78E+12", "", "cardfile.wrong.exponent"},
		{card.FieldGTIN, "010478010100001221abc", "", "cardfile.wrong.scanned"},
		{card.FieldHS, "402101100", "0402101100", ""},
		{card.FieldHS, "402101101", "402101101", ""},
		{card.FieldHS, "0402101100 – Сухое молоко – обезжиренное", "0402101100", ""},
		{card.FieldIKPU, "2201001001000000", "02201001001000000", ""},
		{card.FieldIKPU, "2.201001001E+15", "", "cardfile.wrong.exponent"},
		{card.FieldCategory, "milk - Sut", "milk", ""},
		{card.FieldCategory, "Молоко – питьевое", "Молоко – питьевое", ""},
		{card.FieldPackaging, "box_lv_1 – Короб", "box_lv_1", ""},
		{card.FieldCountry, "GW – Гвинея-Бисау", "GW", ""},
		{card.FieldCountry, "Гвинея - Бисау", "Гвинея - Бисау", ""},
		{"attr.a_date", "45995", "2025-12-04", ""},
		{"attr.a_date", "2025", "2025", ""},
		{"attr.a_decimal", "0.30000000000000004", "0.3", ""},
		{"attr.a_decimal", "1E-3", "0.001", ""},
		{"attr.a_decimal", "0,5", "0,5", ""},
		{card.FieldNameUz, "'-5 °C", "-5 °C", ""},
		{card.FieldNameUz, "Suv_x000D_\n0,5", "Suv \n0,5", ""},
	} {
		got := mend(tt.field, tt.cell, sheet.XLSX, book)
		if tt.text == "" {
			tt.text = got.text
		}
		if got.text != tt.text || got.wrong != tt.wrong {
			t.Errorf("%s %q is %q %q, want %q %q", tt.field, tt.cell, got.text, got.wrong, tt.text, tt.wrong)
		}
	}
}
