package support

import (
	"slices"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/text"
)

// Draft is a request as somebody types it.
type Draft struct {
	Title string
	Body  string
}

// Open reads a draft, or complains about every field at once. Addresses of the
// web may stand in it: nobody makes links of them.
func (d Draft) Open() (Draft, error) {
	var wrong fault.Form
	title, err := text.Line(d.Title, maxTitle)
	wrong.Add("title", err)
	wrong.Check(err != nil || title != "", "title", "support.title_missing")
	body, err := openBody(d.Body)
	wrong.Add("body", err)
	return Draft{Title: title, Body: body}, wrong.Err()
}

// errEmpty says that a message has no words.
var errEmpty = fault.New(fault.Invalid, "support.body_missing")

// openBody reads the text of a message.
func openBody(typed string) (string, error) {
	body, err := text.Lines(typed, maxBody)
	if err == nil && body == "" {
		err = errEmpty
	}
	return body, err
}

// bodyErr is openBody for a form that has nothing but a text and files.
func bodyErr(typed string) (string, error) {
	var wrong fault.Form
	body, err := openBody(typed)
	wrong.Add("body", err)
	return body, wrong.Err()
}

// beginning is how much of a message lists show, in characters.
const beginning = 160

// excerpt is the beginning of a text on one line.
func excerpt(body string) string {
	line, _ := text.Line(body, maxBody) // the text was read before
	if runes := []rune(line); len(runes) > beginning {
		return string(runes[:beginning-1]) + "…"
	}
	return line
}

// ScoreDraft is how somebody was served, as typed.
type ScoreDraft struct {
	Score string // "1" to "5"
	Text  string
}

// Open reads it, or complains about every field at once.
func (d ScoreDraft) Open() (score int, said string, err error) {
	var wrong fault.Form
	wrong.Check(slices.Contains([]string{"1", "2", "3", "4", "5"}, d.Score), "score", "support.score_missing")
	score, _ = strconv.Atoi(d.Score)
	said, err = text.Lines(d.Text, maxScore)
	wrong.Add("text", err)
	return score, said, wrong.Err()
}

// together has the person told at once what is wrong with the fields and with
// the files. Failures that are nobody's mistake go alone.
func together(form, files error) error {
	var all fault.Form
	for _, err := range []error{form, files} {
		wrong, ok := fault.ComplaintsOf(err)
		if err != nil && !ok {
			return err
		}
		for _, c := range wrong {
			all.Check(false, c.Field, c.Key, c.Args...)
		}
	}
	return all.Err()
}
