// Package archtest holds the house together: each rule of its layout is a test
// (internal/decisions/0001). A rule that is in the way is changed here, in the
// open, together with its decision record.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// file is one parsed Go file that ships (no tests, not generated unless asked).
type file struct {
	path    string // from the root of the repository
	pkg     string // import path below the module, "internal/core/fault"
	ast     *ast.File
	imports []string // of this module only, without "kabinet/"
	foreign []string // everything else
	dev     bool     // built with the tag dev only
}

var fset = token.NewFileSet()

// files are every shipped Go file.
func files(t *testing.T) []file {
	t.Helper()
	out, err := everyFile()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found: the walk is broken and no rule means anything", len(out))
	}
	return out
}

// everyFile reads them once for all rules.
var everyFile = sync.OnceValues(func() (out []file, err error) {
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, p)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "node_modules" || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go"):
			return nil
		}
		f, err := read(filepath.ToSlash(rel), p)
		out = append(out, f)
		return err
	})
	return out, err
})

func read(rel, p string) (file, error) {
	parsed, err := parser.ParseFile(fset, p, nil, parser.ParseComments)
	if err != nil {
		return file{}, err
	}
	f := file{path: rel, pkg: path.Dir(rel), ast: parsed, dev: hasDevTag(parsed)}
	for _, i := range parsed.Imports {
		name, _ := strconv.Unquote(i.Path.Value)
		if own, ok := strings.CutPrefix(name, "kabinet/"); ok {
			f.imports = append(f.imports, own)
			continue
		}
		f.foreign = append(f.foreign, name)
	}
	return f, nil
}

func hasDevTag(f *ast.File) bool {
	for _, c := range f.Comments {
		if c.Pos() < f.Package && strings.Contains(c.Text(), "") {
			for _, l := range c.List {
				if l.Text == "//go:build dev" {
					return true
				}
			}
		}
	}
	return false
}

// ring says where in the house a package lives.
func ring(pkg string) string {
	parts := strings.Split(pkg, "/")
	switch {
	case strings.HasPrefix(pkg, "internal/core/"):
		return "core"
	case strings.HasPrefix(pkg, "internal/platform/"):
		return "platform"
	case pkg == "internal/app", pkg == "internal/archtest", pkg == "internal/bench":
		return parts[1]
	case pkg == "migrations", pkg == "web/locales", pkg == "web/help", pkg == "web/static":
		return "data"
	case pkg == "web/ui", pkg == "web/layout", pkg == "web/ui/uitest":
		return "ui"
	case parts[0] == "web":
		return "view"
	case parts[0] == "cmd":
		return "cmd"
	case parts[0] == "internal" && len(parts) == 2:
		return "feature"
	case parts[0] == "internal" && len(parts) == 3 && strings.HasSuffix(parts[2], "http") && strings.HasPrefix(parts[2], parts[1]):
		return "http"
	case parts[0] == "internal" && len(parts) == 3:
		return "feature" // a part of its feature: legacy/legacygen
	}
	return ""
}

// feature is the name of the feature a package belongs to.
func feature(pkg string) string {
	parts := strings.Split(pkg, "/")
	switch ring(pkg) {
	case "feature", "http":
		return parts[1]
	case "view":
		return strings.TrimSuffix(parts[1], "view")
	}
	return ""
}
