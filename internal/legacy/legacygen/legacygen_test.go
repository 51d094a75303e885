package legacygen

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	_ "kabinet/internal/core/golden" // the flag -update
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
)

// sample is the file of the repository that everybody tests with.
const sample = "../../../testdata/legacy/organizations.csv"

func TestSampleFile(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	if err := WriteCSV(&got, 500, 1); err != nil {
		t.Fatal(err)
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(sample, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("organizations.csv is not what 500 rows of seed 1 make; run with -update and review the change")
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	t.Run("cover every region and product group in 500", func(t *testing.T) {
		regions, groups := map[string]bool{}, map[string]bool{}
		for row := range Rows(500, 1) {
			r, err := region.Parse(row[9])
			if err != nil {
				t.Fatalf("region %q: %v", row[9], err)
			}
			regions[r.Code] = true
			for g := range strings.SplitSeq(row[13], ", ") {
				name, _, _ := strings.Cut(g, "=")
				groups[name] = true
			}
		}
		if len(regions) != 14 || len(groups) != 11 {
			t.Errorf("got %d regions and %d groups, want 14 and 11", len(regions), len(groups))
		}
	})
	t.Run("never repeat a tax number, an address of letters or a prefix", func(t *testing.T) {
		seen := map[string]bool{}
		for row := range Rows(100_000, 7) {
			keys := append(strings.Split(row[14], ", "), row[0], row[7])
			for _, k := range keys {
				if k != "" && seen[k] {
					t.Fatalf("%s stands twice", k)
				}
				seen[k] = true
			}
			if _, err := taxid.ParsePINFL(row[6]); err != nil {
				t.Fatalf("personal number %s: %v", row[6], err)
			}
		}
	})
	t.Run("differ by seed, not by how many are made", func(t *testing.T) {
		if a, b := last(20, 1), last(20, 2); a == b {
			t.Error("seeds 1 and 2 make the same")
		}
		var twentieth Row
		i := 0
		for row := range Rows(40, 1) {
			if i++; i == 20 {
				twentieth = row
			}
		}
		if twentieth != last(20, 1) {
			t.Error("row 20 depends on the size")
		}
	})
}

func last(n int, seed uint64) (row Row) {
	for row = range Rows(n, seed) {
	}
	return row
}
