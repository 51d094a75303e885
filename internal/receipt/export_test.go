package receipt

import "kabinet/internal/feed"

// Read is what a message says.
func Read(m feed.Message) (Content, error) {
	in, err := read(m)
	return in.Content, err
}

// First is the first line of a record.
func (r Record) First() LineNow { return r.Lines[0] }
