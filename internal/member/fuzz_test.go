package member

import (
	"bytes"
	"testing"

	"kabinet/internal/core/fault"
)

// FuzzReadFile: whatever a file holds, reading it ends in rows and complaints or
// in a fault of the file, and no row is both good and bad.
func FuzzReadFile(f *testing.F) {
	for _, s := range []string{
		"name,email,pinfl,preset\nDilnoza Karimova,d@company.example,41203850010017,accountant\n",
		"Toʻliq ism, oʻzbekcha;Elektron pochta\n;\n\"\"\"\n", "sep=;\nname;email\n'=1;x\n", "PK\x03\x04", "\xff\xfen\x00", "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := readFile("x.csv", bytes.NewReader(b), true)
		if err != nil {
			if _, ok := fault.As(err); !ok {
				t.Fatalf("no fault: %v", err)
			}
			return
		}
		if len(table.Rows)+table.Bad != table.Read {
			t.Fatalf("%d good and %d bad of %d rows", len(table.Rows), table.Bad, table.Read)
		}
		for _, r := range table.Rows {
			if r.Names.Uz == "" || r.Names.Ru == "" || r.Names.En == "" || r.Email == "" || r.Kind == Business && r.PINFL == "" {
				t.Fatalf("a row that is not whole: %+v", r)
			}
		}
	})
}

// FuzzRussian: a suggestion never fails, and never holds what could end a field.
func FuzzRussian(f *testing.F) {
	for _, s := range []string{"Gʻulomjon Oʻrinboyev", "yoʻ", "ʻ", "SHCH", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) {
		_, _ = Russian(s), English(s)
	})
}
