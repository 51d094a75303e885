package migrations_test

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/migrations"
)

const clearsDirty = "update schema_migrations set dirty = false"

var fileName = regexp.MustCompile(`^(\d{6})_([a-z0-9]+(?:_[a-z0-9]+)*)\.(up|down)\.sql$`)

// TestFiles holds the files to the rules of the package's documentation.
func TestFiles(t *testing.T) {
	t.Parallel()
	entries, err := fs.ReadDir(migrations.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	words := map[int]string{}         // by number
	directions := map[string]string{} // by name without direction
	for _, e := range entries {
		m := fileName.FindStringSubmatch(e.Name())
		if m == nil {
			t.Errorf("%s is not named NNNNNN_words.up.sql or .down.sql", e.Name())
			continue
		}
		number, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := words[number]; ok && other != m[2] {
			t.Errorf("number %d is taken twice: %s and %s", number, other, m[2])
		}
		words[number] = m[2]
		directions[m[1]+"_"+m[2]] += m[3] + " "
		for _, complaint := range fileComplaints(t, e.Name()) {
			t.Errorf("%s: %s", e.Name(), complaint)
		}
	}
	for n := 1; n <= len(words); n++ {
		if words[n] == "" {
			t.Errorf("there is no migration %06d, but a later one: numbers run without gaps", n)
		}
	}
	for name, have := range directions {
		if have != "down up " { // in the order of their names
			t.Errorf("%s has only: %s", name, have)
		}
	}
}

func fileComplaints(t *testing.T, name string) []string {
	t.Helper()
	text, err := fs.ReadFile(migrations.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return textComplaints(string(text), strings.Contains(name, "_river_v"))
}

// textComplaints says what is wrong with a file. The job queue's own files may
// hold several statements: its tables stay on one machine.
func textComplaints(text string, river bool) (complaints []string) {
	statements := split(text)
	if len(statements) == 0 || statements[len(statements)-1] != clearsDirty {
		complaints = append(complaints, "the last statement is not: "+clearsDirty+";")
	}
	if !strings.HasSuffix(text, "\n"+clearsDirty+";\n") {
		complaints = append(complaints, "the last line is not: "+clearsDirty+";")
	}
	if !river && len(statements) != 2 {
		complaints = append(complaints, fmt.Sprintf("it has %d statements besides the last, not exactly one", len(statements)-1))
	}
	if strings.Contains(strings.ToLower(strings.Join(statements, ";")), " concurrently ") {
		complaints = append(complaints, "a file is one transaction, in which nothing can be done concurrently")
	}
	return complaints
}

var notCode = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([a-z]*)\$.*?\$[a-z]*\$`)

// split cuts a file into statements without comments. What is quoted is not
// looked into.
func split(text string) (statements []string) {
	var kept []string
	text = notCode.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasPrefix(s, "--") || strings.HasPrefix(s, "/*") {
			return " "
		}
		kept = append(kept, s)
		return "\x00"
	})
	for part := range strings.SplitSeq(text, ";") {
		for strings.Contains(part, "\x00") {
			part = strings.Replace(part, "\x00", kept[0], 1)
			kept = kept[1:]
		}
		if part = strings.TrimSpace(part); part != "" {
			statements = append(statements, part)
		}
	}
	return statements
}

func TestTextComplaints(t *testing.T) {
	t.Parallel()
	end := "\n" + clearsDirty + ";\n"
	for _, tc := range []struct {
		name, text string
		complaints int
	}{
		{"one statement", "-- why; because\ncreate table a (b text default ';');" + end, 0},
		{"a function body with semicolons", "create function f() returns int language plpgsql as $$ begin; return 1; end $$;" + end, 0},
		{"two statements", "create table a ();\ncreate table b ();" + end, 1},
		{"none", "-- nothing" + end, 1},
		{"the flag is not cleared", "create table a ();\n", 3},
		{"the flag is cleared in a comment", "create table a ();\n-- " + clearsDirty + ";\n", 3},
		{"the flag is cleared first", clearsDirty + ";\ncreate table a ();\n", 2},
		{"an index made concurrently", "create index concurrently i on a (b);" + end, 1},
	} {
		if got := textComplaints(tc.text, false); len(got) != tc.complaints {
			t.Errorf("%s: %d complaints, want %d: %q", tc.name, len(got), tc.complaints, got)
		}
	}
}

// TestUpDownUp goes up, down to nothing and up again with the migrator.
func TestUpDownUp(t *testing.T) {
	t.Parallel()
	db := pgtest.Empty(t)
	goTo := func(version uint) string {
		t.Helper()
		if err := pg.MigrateTo(t.Context(), db, migrations.FS, version); err != nil {
			t.Fatal(err)
		}
		return dump(t, db)
	}
	last := uint(len(upFiles(t)))
	empty, full := dump(t, db), goTo(last)
	if diff := cmp.Diff(empty, goTo(0)); diff != "" {
		t.Errorf("something is left at the bottom (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(full, goTo(last)); diff != "" {
		t.Errorf("the second way up leads elsewhere (-first +second):\n%s", diff)
	}
}

// TestEachWayBack takes every step up and, from the top, every step down: down
// must lead to the very schema that was there before. The whole way up again is
// TestUpDownUp's.
func TestEachWayBack(t *testing.T) {
	t.Parallel()
	db := pgtest.Empty(t)
	run := func(name string) string {
		t.Helper()
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(t.Context(), string(text)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return dump(t, db)
	}
	if err := pg.MigrateTo(t.Context(), db, migrations.FS, 0); err != nil { // makes the migrator's own table
		t.Fatal(err)
	}
	ups := upFiles(t)
	before := make([]string, 0, len(ups)+1)
	before = append(before, dump(t, db))
	for _, up := range ups {
		before = append(before, run(up))
	}
	for i, up := range slices.Backward(ups) {
		down := strings.Replace(up, ".up.", ".down.", 1)
		after := run(down)
		if diff := cmp.Diff(before[i], after); diff != "" && !riverFile.MatchString(up) { // the way back inside the job queue's history is its own business
			t.Fatalf("%s does not lead back (-before +after):\n%s", down, diff)
		}
	}
}

// TestJobTables looks for what the job queue needs, because its own check of its
// schema relies on a table that is not made here.
func TestJobTables(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var n int
	if err := db.QueryRow(context.WithoutCancel(t.Context()), `select count(*) from river_job`).Scan(&n); err != nil || n != 0 {
		t.Fatalf("%d jobs, %v", n, err)
	}
}
