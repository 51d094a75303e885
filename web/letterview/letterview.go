// Package letterview draws what is the same on the way from a letter of ours to
// what it opens, be it the account of an organization or a place in one: the
// code, the signature, the end of a letter and the wish for another one. The
// words about what is opened come from who draws the page.
package letterview

import (
	"context"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// groups of four characters that a code has.
const groups = 4

// CodeForm is the form for a letter's code.
type CodeForm struct {
	Action string // where it is sent, beginning with /
	Label  string
	Code   string // as typed
	Wrong  fault.Complaints
}

func (f CodeForm) field(ctx context.Context) ui.Field {
	return ui.Field{Name: "code", Label: f.Label, Hint: i18n.T(ctx, "way.code.hint"), Value: f.Code, Wrong: f.Wrong}
}

// SignPage is the page on which somebody signs.
type SignPage struct {
	Lead      string
	Trouble   *fault.Error // why the last signature was not accepted
	Stages    []string     // of which this is the second; none for a letter without a code
	About     []ui.Pair
	Statement string // what is signed
	Panel     edsview.Form
	Phone     string // how to sign who is at a phone
}

// Subject names what a letter is about, in the lines that people see before they
// go on.
type Subject struct {
	Organization string
	TIN          taxid.TIN
	Who          ui.Pair // the person or program
	Key          string  // in words; empty where none is needed
	Until        time.Time
}

// Lines are the subject as lines, and until when its letter works.
func (s Subject) Lines(ctx context.Context) []ui.Pair {
	lines := []ui.Pair{
		{Key: i18n.T(ctx, "way.about.organization"), Value: s.Organization},
		{Key: i18n.T(ctx, "way.about.tin"), Value: ui.TIN(s.TIN), Code: true},
		s.Who,
	}
	if s.Key != "" {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "way.about.key"), Value: s.Key})
	}
	if !s.Until.IsZero() {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "way.about.until"), Value: ui.DateTime(s.Until)})
	}
	return lines
}

// EndPage is the page of a letter that opens nothing.
type EndPage struct {
	Title, Text string
	Base        string // address of the way, "/join"
	Name        string // of the organization; empty where the page may not tell
	TIN         taxid.TIN
	To          string     // where a new letter goes, masked; empty where nobody may know
	Action      *ui.Action // what to do next, nil when there is nothing
	Over        bool       // neither code nor letter helps
}

// Renew is the action by which a letter's reader gets another one: at once with
// its link, else by a form.
func Renew(ctx context.Context, base, token string) *ui.Action {
	if token != "" {
		return &ui.Action{Text: i18n.T(ctx, "way.end.again"), URL: base + "/" + token + "/new-code", Look: ui.Go, Post: true}
	}
	return &ui.Action{Text: i18n.T(ctx, "way.end.ask"), URL: base + "/new-code", Look: ui.Go}
}

// AgainPage asks who got no letter for tax number and address.
type AgainPage struct {
	Base       string
	Lead       string
	EmailLabel string
	TIN, Email string // as typed
	Wrong      fault.Complaints
}

func (p AgainPage) tin(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "tin", Label: i18n.T(ctx, "way.again.tin"), Hint: i18n.T(ctx, "way.again.tin_hint"),
		Value: p.TIN, Wrong: p.Wrong, Width: "w14", InputMode: "numeric", Autocomplete: "off", MaxLength: 20,
	}
}

func (p AgainPage) email(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "email", Label: p.EmailLabel, Hint: i18n.T(ctx, "way.again.email_hint"),
		Value: p.Email, Wrong: p.Wrong, Width: "w20", Type: "email", Autocomplete: "email", MaxLength: 254,
	}
}
