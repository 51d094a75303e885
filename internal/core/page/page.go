// Package page carries the place in a list from one request to the next.
//
// Lists page by key, never by offset: the cost of a page does not grow with
// its depth (performance.md 2.6). A cursor is the key of the last row shown,
// readable and unsigned; whoever edits it only moves within what the list
// would show anyway, because every page applies the tenant filter again.
package page

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
)

// ErrCursor says that the address of a page was changed or cut.
var ErrCursor = fault.New(fault.BadRequest, "fault.cursor")

// maxCursor bounds what is decoded; a real cursor has under 200 bytes.
const maxCursor = 1024

// Encode writes the key of a row as a cursor.
func Encode(key any) string {
	b, err := json.Marshal(key)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Decode reads a cursor into key; the empty cursor leaves key alone.
func Decode(cursor string, key any) error {
	if cursor == "" {
		return nil
	}
	if len(cursor) > maxCursor {
		return ErrCursor
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return ErrCursor.Because(err)
	}
	if err := json.Unmarshal(b, key); err != nil {
		return ErrCursor.Because(err)
	}
	if holdsNUL(b) {
		return ErrCursor
	}
	return nil
}

// holdsNUL reports whether a text of JSON holds U+0000, which no database takes;
// escaped, it passes the check of the bytes of an address.
func holdsNUL(b []byte) bool {
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		t, err := d.Token()
		if s, ok := t.(string); err != nil || ok && strings.ContainsRune(s, 0) {
			return err == nil
		}
	}
}

// Sizes are the rows per page a person may choose (ux.md 5.2).
var sizes = []int{25, 50, 100}

// Size reads the "per" parameter; anything unknown means the default of 25.
func Size(per string) int {
	n, err := strconv.Atoi(per)
	if err != nil {
		return sizes[0]
	}
	if slices.Contains(sizes, n) {
		return n
	}
	return sizes[0]
}

// Sizes lists what a person may choose from.
func Sizes() []int { return append([]int(nil), sizes...) }
