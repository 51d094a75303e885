package app

import (
	"strings"
	"testing"
)

// path is the address of a route with things that are organization 1's in it.
func (r route) path() string {
	id := "6"
	return strings.NewReplacer("{token}", strings.Repeat("a", 32), "{tin}", "300000001", "{id}", id, "*", "nothing").Replace(r.pattern)
}

// things are what the addresses name.
func things(t *testing.T, a *App) {
	t.Helper()
}
