// Package signupview draws the way from the letter to the active account.
package signupview

import (
	"context"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/signup"
	"kabinet/web/edsview"
	"kabinet/web/letterview"
	"kabinet/web/ui"
)

// base is the address under which the pages lie.
const base = "/activate"

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

// about are the lines by which people see that they are at the right place.
func about(ctx context.Context, i signup.Invitation) []ui.Pair {
	key := "signup.about.key_director"
	if i.Trader() {
		key = "signup.about.key_trader"
	}
	return letterview.Subject{
		Organization: i.Org.Name(i18n.From(ctx).Code()), TIN: i.Org.TIN,
		Who: ui.Pair{Key: i18n.T(ctx, "signup.about.director"), Value: i.Org.Director},
		Key: i18n.T(ctx, key), Until: i.Letter.ExpiresAt,
	}.Lines(ctx)
}

// stages are the two steps of an activation with a code.
func stages(ctx context.Context) []string {
	return []string{i18n.T(ctx, "way.step.code"), i18n.T(ctx, "way.step.sign")}
}

func codeForm(ctx context.Context, action, typed string, wrong fault.Complaints) letterview.CodeForm {
	return letterview.CodeForm{Action: action, Label: i18n.T(ctx, "signup.code.label"), Code: typed, Wrong: wrong}
}

func (f SignForm) page(ctx context.Context) letterview.SignPage {
	p := letterview.SignPage{
		Lead: i18n.T(ctx, "signup.sign.lead"), Trouble: f.Trouble, About: about(ctx, f.Invitation),
		Statement: f.Invitation.Statement(i18n.From(ctx), f.Host), Panel: f.Panel, Phone: i18n.T(ctx, "signup.sign.phone"),
	}
	if f.Invitation.NeedsCode() {
		p.Stages = stages(ctx)
	}
	return p
}

func (f EndForm) page(ctx context.Context) letterview.EndPage {
	key := "signup.end." + string(f.State)
	p := letterview.EndPage{
		Title: i18n.T(ctx, key+".title"), Text: i18n.T(ctx, key+".text"), Base: base, Over: f.State == signup.Active,
	}
	known := f.Invitation.Org.ID != 0 // only to who came with its link
	if known {
		p.Name, p.TIN = f.Invitation.Org.Name(i18n.From(ctx).Code()), f.Invitation.Org.TIN
	}
	switch f.State {
	case signup.Active:
		p.Action = &ui.Action{Text: i18n.T(ctx, "signup.end.open"), URL: "/home", Look: ui.Go}
	case signup.Expired, signup.Locked:
		p.Action = letterview.Renew(ctx, base, f.Token)
		if known && f.Token != "" {
			p.To = f.Invitation.MaskedEmail()
		}
	}
	return p
}
