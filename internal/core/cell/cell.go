// Package cell makes texts fit for the cells of a file that people open in a
// spreadsheet program.
package cell

import "strings"

// Formula reports whether a spreadsheet program may take a text for a formula by
// how it begins: some see through ends of lines, and take the wide signs of East
// Asian keyboards for the plain ones.
func Formula(s string) bool { return strings.IndexAny(s, "=+-@\t\r\n＝＋－＠") == 0 }

// Plain keeps a text from being taken for a formula: what begins like one gets
// an apostrophe in front (libraries.md 5.5).
func Plain(s string) string {
	if Formula(s) {
		return "'" + s
	}
	return s
}
