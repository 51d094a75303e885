package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// TestUseCasesBeginWithTheirGate is rule R9: an exported method of a Service
// asks for a right first, or leaves that to its caller by ending in Tx, or says
// why nobody is asked.
func TestUseCasesBeginWithTheirGate(t *testing.T) {
	for _, f := range files(t) {
		if ring(f.pkg) != "feature" {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !isServiceMethod(fn) || strings.HasSuffix(fn.Name.Name, "Tx") {
				continue
			}
			if !strings.Contains(raw(fn.Doc), "//gate:none ") && !asksFirst(fn) {
				t.Errorf("%s: %s begins with no gate", fset.Position(fn.Pos()), fn.Name.Name)
			}
		}
	}
}

func isServiceMethod(fn *ast.FuncDecl) bool {
	if fn.Recv == nil || !fn.Name.IsExported() {
		return false
	}
	recv := fn.Recv.List[0].Type
	if star, ok := recv.(*ast.StarExpr); ok {
		recv = star.X
	}
	id, ok := recv.(*ast.Ident)
	return ok && id.Name == "Service"
}

// asksFirst looks for x.Need(…), gate.InTx(…) or actor.Need… in the first statement.
func asksFirst(fn *ast.FuncDecl) bool {
	if fn.Body == nil || len(fn.Body.List) == 0 {
		return false
	}
	found := false
	ast.Inspect(fn.Body.List[0], func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			name := selector(call.Fun)
			found = found || strings.HasSuffix(name, ".Need") || name == "gate.InTx" || strings.HasPrefix(name, "actor.Need")
		}
		return !found
	})
	return found
}

func selector(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := s.X.(*ast.Ident); ok {
		return x.Name + "." + s.Sel.Name
	}
	return "." + s.Sel.Name
}

// places where a call is at home (rule R10).
var homes = map[string][]string{
	"time.Now":           {"internal/core/clock"},
	"time.Since":         {"internal/core/clock"},
	"time.Until":         {"internal/core/clock"},
	"os.Getenv":          {"internal/platform/config"},
	"os.LookupEnv":       {"internal/platform/config"},
	"os.Environ":         {"internal/platform/config"},
	"context.Background": {"internal/app", "internal/platform/metrics", "cmd/kabinet", "cmd/devpg", "internal/platform/jobs"},
	"context.TODO":       {},
}

// TestClockEnvironmentAndRootContext is rule R10.
func TestClockEnvironmentAndRootContext(t *testing.T) {
	for _, f := range files(t) {
		if testOnly(f.pkg) || f.pkg == "cmd/devpg" || f.dev {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			name := selector(s)
			if home, ruled := homes[name]; ruled && !slices.Contains(home, f.pkg) {
				t.Errorf("%s: %s belongs to %v", fset.Position(s.Pos()), name, home)
			}
			return true
		})
	}
}

// TestFilesStayReadable prints what a reviewer should ask about; it fails only
// on what nobody can read any more.
func TestFilesStayReadable(t *testing.T) {
	for _, f := range files(t) {
		if strings.HasSuffix(f.path, "_templ.go") {
			continue
		}
		if n := fset.File(f.ast.Pos()).LineCount(); n > 400 {
			t.Logf("%s has %d lines; aim 250, ask above 400", f.path, n)
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1
			switch {
			case n > 90:
				t.Errorf("%s: %s has %d lines; can its steps be named?", f.path, fn.Name.Name, n)
			case n > 50:
				t.Logf("%s: %s has %d lines; aim 20, ask above 50", f.path, fn.Name.Name, n)
			}
		}
	}
}
