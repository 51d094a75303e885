// Package inviteview draws the way from an invitation to the active user: the
// code, then a person's signature or a technical user's password.
package inviteview

import (
	"context"

	"kabinet/internal/core/fault"
	"kabinet/internal/invite"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/technical"
	"kabinet/web/edsview"
	"kabinet/web/letterview"
	"kabinet/web/ui"
)

// base is the address under which the pages lie.
const base = "/join"

// SignForm is the page on which a person signs.
type SignForm struct {
	Invitation invite.Invitation
	Host       string
	Panel      edsview.Form
	Trouble    *fault.Error // why the last signature was not accepted
}

// PasswordForm is the page on which a technical user gets its password. What was
// typed is never shown again.
type PasswordForm struct {
	Program invite.Program
	Wrong   fault.Complaints
	Trouble *fault.Error // why it could not be set now
}

// EndForm is the page of an invitation that opens nothing.
type EndForm struct {
	State      invite.State
	Token      string            // of the link, empty when a session led here
	Invitation invite.Invitation // as far as known
}

// about are the lines by which people see that they are at the right place.
func about(ctx context.Context, i invite.Invitation) []ui.Pair {
	s := letterview.Subject{
		Organization: i.OrgName(i18n.From(ctx).Code()), TIN: i.TIN,
		Who:   ui.Pair{Key: i18n.T(ctx, "invite.about.user"), Value: i.Names.In(i18n.From(ctx).Code())},
		Until: i.ExpiresAt,
	}
	if !i.Technical() {
		s.Key = i18n.T(ctx, "invite.about.key_own")
	}
	return s.Lines(ctx)
}

// program adds the login to the lines about a technical user.
func program(ctx context.Context, p invite.Program) []ui.Pair {
	login := ui.Pair{Key: i18n.T(ctx, "invite.about.login"), Rich: ui.Copyable("login", p.Login, i18n.T(ctx, "invite.about.copy"))}
	return append(about(ctx, p.Invitation), login)
}

// lead says what comes after the code.
func lead(ctx context.Context, i invite.Invitation) string {
	if i.Technical() {
		return i18n.T(ctx, "invite.letter.lead_program")
	}
	return i18n.T(ctx, "invite.letter.lead")
}

// stages are the two steps.
func stages(ctx context.Context, technical bool) []string {
	second := "way.step.sign"
	if technical {
		second = "invite.step.password"
	}
	return []string{i18n.T(ctx, "way.step.code"), i18n.T(ctx, second)}
}

func codeForm(ctx context.Context, action, typed string, wrong fault.Complaints) letterview.CodeForm {
	return letterview.CodeForm{Action: action, Label: i18n.T(ctx, "invite.code.label"), Code: typed, Wrong: wrong}
}

func (f SignForm) page(ctx context.Context) letterview.SignPage {
	return letterview.SignPage{
		Lead: i18n.T(ctx, "invite.sign.lead"), Trouble: f.Trouble, Stages: stages(ctx, false), About: about(ctx, f.Invitation),
		Statement: f.Invitation.Statement(i18n.From(ctx), f.Host), Panel: f.Panel, Phone: i18n.T(ctx, "invite.sign.phone"),
	}
}

func passwordField(ctx context.Context, name string, wrong fault.Complaints) ui.Field {
	f := ui.Field{Name: name, Label: i18n.T(ctx, "invite.password."+name), Wrong: wrong, Type: "password", Autocomplete: "new-password"}
	if name == "password" {
		f.Hint = i18n.T(ctx, "invite.password.hint", "min", technical.MinPassword, "max", technical.MaxPassword)
	}
	return f
}

func (f EndForm) page(ctx context.Context) letterview.EndPage {
	p := letterview.EndPage{
		Title: i18n.T(ctx, "invite.end."+string(f.State)+".title"), Text: f.text(ctx), Base: base,
		Over: f.State == "active" || f.State == "blocked",
	}
	if f.Invitation.OrgID != 0 { // only to who came with its link or code
		p.Name, p.TIN = f.Invitation.OrgName(i18n.From(ctx).Code()), f.Invitation.TIN
	}
	switch {
	case f.State == "active" && !f.Invitation.Technical():
		p.Action = &ui.Action{Text: i18n.T(ctx, "way.sign_in"), URL: "/sign-in", Look: ui.Go}
	case f.State.Renews():
		p.Action = letterview.Renew(ctx, base, f.Token)
		if f.Token != "" {
			p.To = f.Invitation.MaskedEmail()
		}
	}
	return p
}

// text says what happened.
func (f EndForm) text(ctx context.Context) string {
	if f.State == "active" && f.Invitation.Technical() {
		return i18n.T(ctx, "invite.end.active.text_program")
	}
	return i18n.T(ctx, "invite.end."+string(f.State)+".text")
}

// tone of an invitation's state.
func tone(s invite.Kept) ui.Tone {
	switch s {
	case invite.Sent:
		return ui.Info
	case invite.Queued:
		return ui.Mute
	case invite.Used:
		return ui.OK
	case invite.Refused, invite.Locked:
		return ui.Bad
	}
	return ui.Warn
}

// status are the lines about a user's newest invitation.
func status(ctx context.Context, s invite.Status) []ui.Pair {
	lines := []ui.Pair{
		{Key: i18n.T(ctx, "invite.status"), Rich: ui.Tag(tone(s.State), i18n.T(ctx, "invite.status."+string(s.State)))},
		{Key: i18n.T(ctx, "invite.status.address"), Value: s.Email},
	}
	if !s.SentAt.IsZero() {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "invite.status.sent_at"), Value: ui.DateTime(s.SentAt)})
	}
	if !s.ExpiresAt.IsZero() && s.State == invite.Sent {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "way.about.until"), Value: ui.DateTime(s.ExpiresAt)})
	}
	if s.Reason != "" {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "invite.status.reason"), Value: s.Reason, Lang: "en"})
	}
	return lines
}
