// Package cell makes texts fit for the cells of a file that people open in a
// spreadsheet program.
package cell

import "strings"

// Plain keeps a text from being taken for a formula: what begins like one gets
// an apostrophe in front (libraries.md 5.5).
func Plain(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
