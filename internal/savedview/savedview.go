// Package savedview keeps how a person has lists drawn: questions to a list
// with a name, the one it opens with, and the columns it shows.
//
// It knows no list. What a question means and which columns there are the list
// says itself: it hands over the query of its own address, cleaned, and reads the
// same back.
package savedview

import (
	"slices"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/text"
)

// Max is how many views a person may have of a list (ux.md 5.2).
const Max = 10

// Limits of what is kept.
const (
	maxName    = 40   // characters
	maxQuery   = 1000 // bytes
	maxColumns = 30
)

// FieldName is the field of the form that takes the name of a view.
const FieldName = "name"

// Refusals.
var (
	ErrNotFound = fault.New(fault.NotFound, "savedview.not_found")
	ErrNoName   = fault.New(fault.Invalid, "savedview.no_name").On(FieldName)
	ErrMany     = fault.New(fault.Invalid, "savedview.many", "max", Max).On(FieldName)
	ErrQuery    = fault.New(fault.Invalid, "savedview.query").On(FieldName) // longer than any that a page makes
)

// View is a question to a list under a name.
type View struct {
	ID    int64
	Name  string
	Query string // of the list's address, without the question mark
}

// Choices are what a person chose about a list.
type Choices struct {
	Views   []View // by name
	Default int64  // the view the list opens with; 0 for none
	Columns []string
}

// Opens gives the view that the list opens with.
func (c Choices) Opens() (View, bool) {
	i := slices.IndexFunc(c.Views, func(v View) bool { return v.ID == c.Default })
	if i < 0 {
		return View{}, false
	}
	return c.Views[i], true
}

// Draft is a view as a person names it. One that has the name already gets the
// new question.
type Draft struct {
	Name    string
	Query   string
	Default bool // the list opens with it
}

// Open checks a draft.
func (d Draft) Open() (Draft, error) {
	name, err := text.Line(d.Name, maxName)
	switch {
	case err != nil:
		var f fault.Form
		f.Add(FieldName, err)
		return Draft{}, f.Err()
	case name == "":
		return Draft{}, ErrNoName
	case len(d.Query) > maxQuery:
		return Draft{}, ErrQuery
	}
	d.Name = text.Uzbek(name)
	return d, nil
}

// Shown are the columns to show of those there are, in their order: the chosen
// ones, and always those that a row is not understood without.
func Shown(all, always, chosen []string) []string {
	if len(chosen) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(c string) bool {
		return !slices.Contains(chosen, c) && !slices.Contains(always, c)
	})
}

// columns drops from a form what is no name of a column.
func columns(typed []string) []string {
	kept := make([]string, 0, len(typed))
	for _, c := range typed {
		if len(kept) < maxColumns && len(c) <= maxName && c != "" && strings.Trim(c, "abcdefghijklmnopqrstuvwxyz_") == "" {
			kept = append(kept, c)
		}
	}
	return kept
}
