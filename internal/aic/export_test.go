package aic

import "kabinet/internal/feed"

// Read is what a message says.
func Read(m feed.Message) (Content, error) {
	in, err := read(m)
	return in.Content, err
}
