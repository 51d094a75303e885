package cardfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabinet/internal/cardfile"
	"kabinet/internal/core/golden"
	"kabinet/internal/platform/i18n"
)

// TestFilesAsPeopleMakeThem checks and applies files as office programs write
// them: numbers that lost zeros or digits, days, escaped control characters,
// code pages; and one with a row for each thing that can be wrong. What comes of
// each row is reviewed in testdata.
func TestFilesAsPeopleMakeThem(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"good.csv", "windows1251.csv", "unicode.txt", "excel.csv", "excel.xlsx", "wrong.csv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			file, err := os.ReadFile(filepath.Join("testdata", name))
			d.must(err)
			i := d.applied(editor, "water", name, file)
			rows, _, err := d.files.Errors(t.Context(), editor, i.ID)
			d.must(err)
			golden.Check(t, name+".golden", outcome(d, i, rows))
		})
	}
}

// outcome is what came of a file, in words.
func outcome(d *desk, i cardfile.Import, rows []cardfile.Refused) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d created, %d wrong\n", i.Status, i.Created, i.Bad)
	if i.Failure.Key != "" {
		fmt.Fprintf(&b, "failure: %s\n", i.Failure.Key)
	}
	if len(i.Ignored) > 0 {
		fmt.Fprintf(&b, "ignored: %s\n", strings.Join(i.Ignored, ", "))
	}
	ctx := i18n.With(d.Context(), i18n.En)
	for _, r := range rows {
		for _, c := range r.Complaints {
			fmt.Fprintf(&b, "row %d %s %s: %s (%s)\n", r.Row, c.Column, c.Field, c.Reason(ctx), c.Found)
		}
	}
	b.WriteString(d.text(`select coalesce(string_agg(v.content::text, E'\n' order by c.gtin), '') from cards c join card_versions v on v.card_id = c.id`))
	return b.String() + "\n"
}
