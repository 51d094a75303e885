package ui

import (
	"net/url"
	"strconv"

	"kabinet/internal/core/page"
)

// Query is the address of a list: path with its filter and what a link changes
// of it, both in pairs of name and value. An empty value takes a name away.
func Query(path string, filter []string, changes ...string) string {
	q := url.Values{}
	for _, pairs := range [][]string{filter, changes} {
		for i := 0; i+1 < len(pairs); i += 2 {
			if q.Del(pairs[i]); pairs[i+1] != "" {
				q.Set(pairs[i], pairs[i+1])
			}
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// Per is the number of rows of a page as Query takes it: empty for the usual one.
func Per(size int) string {
	if size == page.Size("") {
		return ""
	}
	return strconv.Itoa(size)
}

// Sizes are a Pager's links to the numbers of rows that a page may have; at gives
// the address of the list with that many.
func Sizes(at func(n int) string) []Link {
	links := make([]Link, 0, len(page.Sizes()))
	for _, n := range page.Sizes() {
		links = append(links, Link{Text: strconv.Itoa(n), URL: at(n)})
	}
	return links
}
