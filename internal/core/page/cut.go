package page

// Cut makes a page of rows that were read from a place on, one more of which was
// asked for than the page holds. It gives those to show and the cursor of the next
// page, made of the last row shown; it is empty on the last page.
func Cut[T any](rows []T, size int, cursor func(last T) string) (shown []T, next string) {
	if len(rows) <= size {
		return rows, ""
	}
	return rows[:size], cursor(rows[size-1])
}

// Turned makes a page of a list that turns both ways. The rows stand in the order
// of the list whichever way they were read: on from the cursor after, back from the
// cursor before, or from the start; one more of them was asked for than the page
// holds. It gives those to show and the cursors of the pages around them.
func Turned[T any](rows []T, size int, after, before string, cursor func(T) string) (shown []T, prev, next string) {
	if len(rows) == 0 {
		return rows, "", ""
	}
	back, more := before != "", len(rows) > size
	switch {
	case more && back:
		rows = rows[1:]
	case more:
		rows = rows[:size]
	}
	if after != "" || back && more {
		prev = cursor(rows[0])
	}
	if back || more {
		next = cursor(rows[len(rows)-1])
	}
	return rows, prev, next
}

// Count is a number of rows, counted up to a limit: what nobody reads to the last
// digit is not worth reading a whole table for (ux.md 5.2).
type Count struct {
	N    int
	More bool // there are more than N
}

// UpTo is a count that stops at a limit. The statement counts one row further, so
// that n tells whether there are more.
func UpTo(limit, n int) Count { return Count{N: min(n, limit), More: n > limit} }
