package cardfile

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
)

// Complaint is what is wrong with a cell: where, why and what stood there.
type Complaint struct {
	Field  string `json:"field,omitempty"`  // of the card; empty when it is about the row
	Column string `json:"column,omitempty"` // letters of the column, when the file has it
	Key    string `json:"key"`              // message key of the reason
	Args   []any  `json:"args,omitempty"`   // name, value pairs of the message
	Found  string `json:"found,omitempty"`  // at most 100 characters
}

// Reason says in the language of the context what is wrong.
func (c Complaint) Reason(ctx context.Context) string { return i18n.T(ctx, c.Key, whole(c.Args)...) }

// whole gives whole numbers back as such that came through JSON, so that they
// are written with their groups of digits.
func whole(args []any) []any {
	list := make([]any, len(args))
	for i, a := range args {
		if f, ok := a.(float64); ok && f == float64(int64(f)) {
			a = int64(f)
		}
		list[i] = a
	}
	return list
}

// Refused is a row of a file that makes no card.
type Refused struct {
	Row        int      // as a spreadsheet numbers it, from 1
	Cells      []string // as they stood there
	Complaints []Complaint
}

// BadPhoto is a file of an archive that becomes no photo.
type BadPhoto struct {
	N    int // place in the archive, from 0
	Name string
	Complaint
}

// maxFound is how much of a cell a complaint keeps.
const maxFound = 100

// shorten makes what stood in a cell fit to be stored and shown.
func shorten(s string) string {
	if len(s) > 8*maxFound {
		s = s[:8*maxFound]
	}
	s = strings.TrimSpace(strings.Map(printable, strings.ToValidUTF8(s, "\ufffd")))
	if utf8.RuneCountInString(s) <= maxFound {
		return s
	}
	return string([]rune(s)[:maxFound]) + "…"
}

// printable shows what cannot be seen: control characters by their pictures,
// marks that turn the direction of text by the sign for an unknown one.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return ' '
	case r < ' ':
		return '\u2400' + r
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		return '\ufffd'
	}
	return r
}

// maxKept is how much of a cell a refused row keeps, in bytes: more than any
// field of a card takes.
const maxKept = 4000

// kept makes the cells of a refused row fit for the database. A cell that is cut
// was too long for its field.
func kept(cells []string) []string {
	list := make([]string, len(cells))
	for i, c := range cells {
		if len(c) > maxKept {
			c = c[:maxKept] + "…"
		}
		list[i] = strings.ReplaceAll(strings.ToValidUTF8(c, "\ufffd"), "\x00", "\u2400")
	}
	return list
}

// failureText keeps what ended a run.
func failureText(f *fault.Error) string {
	text, _ := json.Marshal(Complaint{Key: f.Key, Args: f.Args}) // texts and numbers never fail
	return string(text)
}

// readFailure is the way back; no text is no failure.
func readFailure(text string) (c Complaint) {
	_ = json.Unmarshal([]byte(text), &c) // written by failureText
	return c
}
