package archtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDecisionsAreNumberedAndListed: records are referred to by their numbers, so
// there is no gap, no number twice, and each stands in the list with its title.
func TestDecisionsAreNumberedAndListed(t *testing.T) {
	t.Parallel()
	const folder = "../decisions"
	list, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	records, err := filepath.Glob(filepath.Join(folder, "[0-9]*.md"))
	if err != nil || len(records) == 0 {
		t.Fatal(records, err)
	}
	for i, path := range records {
		name, number := filepath.Base(path), fmt.Sprintf("%04d", i+1)
		if !strings.HasPrefix(name, number+"-") {
			t.Fatalf("%s stands where %s is expected", name, number)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(text), "\n")
		title, ok := strings.CutPrefix(head, "# "+number+" ")
		if !ok {
			t.Errorf("%s begins with %q", name, head)
		}
		if line := fmt.Sprintf("| [%s](%s) | %s | ", number, name, title); !strings.Contains(string(list), line) {
			t.Errorf("the list of decisions has no line %q", line)
		}
	}
	if n := strings.Count(string(list), "\n| ["); n != len(records) {
		t.Errorf("%d lines for %d decisions", n, len(records))
	}
}
