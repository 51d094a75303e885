package migrations_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"kabinet/migrations"
)

var update = flag.Bool("update", false, "write the files of River's schema versions that are missing or differ")

// riverBookkeeping is the schema version that only makes River's own table of
// applied versions. golang-migrate keeps that book here, and every later
// version of River tolerates its absence.
const riverBookkeeping = 1

var (
	riverFile     = regexp.MustCompile(`^(\d{6})_river_v(\d+)\.up\.sql$`)
	riverTemplate = regexp.MustCompile(`/\* TEMPLATE: schema \*/`)
)

// TestRiverFiles compares our copies of River's schema with the library, so that
// an update of the module cannot forget a migration.
func TestRiverFiles(t *testing.T) {
	t.Parallel()
	migrator, err := rivermigrate.New(riverpgxv5.New(nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	numbers := riverNumbers(t)
	next := len(upFiles(t)) + 1
	known := map[int]bool{}
	for _, v := range migrator.AllVersions() {
		if v.Version == riverBookkeeping {
			continue
		}
		known[v.Version] = true
		number, found := numbers[v.Version]
		if !found {
			number, next = next, next+1
		}
		base := fmt.Sprintf("%06d_river_v%d", number, v.Version)
		compareRiver(t, base+".up.sql", riverText(v.Version, v.SQLUp))
		compareRiver(t, base+".down.sql", riverText(v.Version, v.SQLDown))
	}
	for version, number := range numbers {
		if !known[version] {
			t.Errorf("%06d_river_v%d is no schema version of the library", number, version)
		}
	}
}

// riverNumbers maps a schema version of River to the number of our file.
func riverNumbers(t *testing.T) map[int]int {
	t.Helper()
	numbers := map[int]int{}
	for _, name := range upFiles(t) {
		m := riverFile.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		var number, version int
		if _, err := fmt.Sscanf(m[1]+" "+m[2], "%d %d", &number, &version); err != nil {
			t.Fatal(err)
		}
		numbers[version] = number
	}
	return numbers
}

// riverText makes one of our migration files out of the library's text.
func riverText(version int, sql string) string {
	sql = riverTemplate.ReplaceAllString(sql, "")
	lines := strings.Split(strings.TrimSpace(sql), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return fmt.Sprintf("-- Schema version %d of the job queue River, copied from the library (MPL-2.0): do not edit.\n\n", version) +
		strings.Join(lines, "\n") + "\n\nupdate schema_migrations set dirty = false;\n"
}

func compareRiver(t *testing.T, name, want string) {
	t.Helper()
	got, err := fs.ReadFile(migrations.FS, name)
	diff := cmp.Diff(want, string(got))
	if err == nil && diff == "" {
		return
	}
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s is not what the library has; run: go test ./migrations -run TestRiverFiles -update\n%s", name, diff)
}

// upFiles lists the names of all NNNNNN_words.up.sql in order.
func upFiles(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(migrations.FS, "*.up.sql")
	if err != nil {
		t.Fatal(err)
	}
	return names
}
