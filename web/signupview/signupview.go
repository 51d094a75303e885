// Package signupview draws the way from the letter to the active account.
package signupview

import (
	"context"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/signup"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// groups of four characters that a code has.
const groups = 4

// CodeForm is the page on which a code is typed without a link.
type CodeForm struct {
	Code  string // as typed
	Wrong fault.Complaints
}

// LetterForm is the page of a letter with a code.
type LetterForm struct {
	Token      string
	Invitation signup.Invitation
	Code       string // as typed
	Wrong      fault.Complaints
}

// SignForm is the page on which the director signs.
type SignForm struct {
	Invitation signup.Invitation
	Host       string
	Panel      edsview.Form
	Trouble    *fault.Error // why the last signature was not accepted
}

// EndForm is the page of an invitation that opens nothing.
type EndForm struct {
	State      signup.State
	Token      string            // of the link, empty when a session led here
	Invitation signup.Invitation // as far as known
}

// AgainForm is the page on which a new letter is asked for.
type AgainForm struct {
	Ask   signup.Ask
	Wrong fault.Complaints
}

// about are the lines by which people see that they are at the right place.
func about(ctx context.Context, i signup.Invitation) []ui.Pair {
	key := "signup.about.key_director"
	if i.Trader() {
		key = "signup.about.key_trader"
	}
	lines := []ui.Pair{
		{Key: i18n.T(ctx, "signup.about.organization"), Value: i.Org.Name(i18n.From(ctx).Code())},
		{Key: i18n.T(ctx, "signup.about.tin"), Value: ui.TIN(i.Org.TIN), Code: true},
		{Key: i18n.T(ctx, "signup.about.director"), Value: i.Org.Director},
		{Key: i18n.T(ctx, "signup.about.key"), Value: i18n.T(ctx, key)},
	}
	if !i.Letter.ExpiresAt.IsZero() {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "signup.about.until"), Value: ui.DateTime(i.Letter.ExpiresAt)})
	}
	return lines
}

// stages are the two steps of an activation with a code.
func stages(ctx context.Context) []string {
	return []string{i18n.T(ctx, "signup.step.code"), i18n.T(ctx, "signup.step.sign")}
}

func codeField(ctx context.Context, typed string, wrong fault.Complaints) ui.Field {
	return ui.Field{
		Name: "code", Label: i18n.T(ctx, "signup.code.label"), Hint: i18n.T(ctx, "signup.code.hint"),
		Value: typed, Wrong: wrong,
	}
}

// letterURL is the address of a letter's page, or below it.
func letterURL(token, below string) string { return "/activate/" + token + below }

// way out of a state: what to do next.
func (f EndForm) action(ctx context.Context) *ui.Action {
	switch f.State {
	case signup.Active:
		return &ui.Action{Text: i18n.T(ctx, "signup.end.open"), URL: "/home", Look: ui.Go}
	case signup.Expired, signup.Locked:
		if f.Token != "" {
			return &ui.Action{Text: i18n.T(ctx, "signup.end.again"), URL: letterURL(f.Token, "/new-code"), Look: ui.Go, Post: true}
		}
		return &ui.Action{Text: i18n.T(ctx, "signup.end.ask"), URL: "/activate/new-code", Look: ui.Go}
	}
	return nil
}

// text says what happened and, where a new letter can be had, where it goes.
func (f EndForm) text(ctx context.Context) string {
	return i18n.T(ctx, "signup.end."+string(f.State)+".text")
}

func (f EndForm) title(ctx context.Context) string {
	return i18n.T(ctx, "signup.end."+string(f.State)+".title")
}

// known reports whether the page may name the organization: only to who came
// with its link.
func (f EndForm) known() bool { return f.Invitation.Org.ID != 0 }

// open reports whether a new letter can be sent to the address on record.
func (f EndForm) open() bool {
	return f.known() && (f.State == signup.Expired || f.State == signup.Locked)
}
