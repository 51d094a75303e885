package org

import "kabinet/internal/core/fold"

// Fold writes a text in the letters of the search; see fold.Text.
func Fold(s string) string { return fold.Text(s) }

// searchText is what an organization is found by: its tax number and the
// words of its names, each word once.
func searchText(tin string, names ...string) string {
	return fold.Words(append([]string{tin}, names...)...)
}
