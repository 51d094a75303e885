package ui_test

import (
	"testing"

	"kabinet/web/ui"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	filter := []string{"q", "a&b", "status", "", "per", ui.Per(50)}
	for want, got := range map[string]string{
		"/l":                      ui.Query("/l", nil),
		"/l?per=50&q=a%26b":       ui.Query("/l", filter),
		"/l?per=50":               ui.Query("/l", filter, "q", ""),
		"?per=50&q=x&status=open": ui.Query("", filter, "q", "x", "status", "open"),
		"/l?after=7":              ui.Query("/l", []string{"per", ui.Per(25)}, "after", "7"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
