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
	"kabinet/web/ui"
)

// groups of four characters that a code has.
const groups = 4

// CodeForm is the page on which a code is typed without a link.
type CodeForm struct {
	Code  string // as typed
	Wrong fault.Complaints
}

// LetterForm is the page of a letter's link.
type LetterForm struct {
	Token      string
	Invitation invite.Invitation
	Code       string // as typed
	Wrong      fault.Complaints
}

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

// AgainForm is the page on which a new letter is asked for.
type AgainForm struct {
	Ask   invite.Ask
	Wrong fault.Complaints
}

// about are the lines by which people see that they are at the right place.
func about(ctx context.Context, i invite.Invitation) []ui.Pair {
	lines := []ui.Pair{
		{Key: i18n.T(ctx, "invite.about.organization"), Value: i.OrgName(i18n.From(ctx).Code())},
		{Key: i18n.T(ctx, "invite.about.tin"), Value: ui.TIN(i.TIN), Code: true},
		{Key: i18n.T(ctx, "invite.about.user"), Value: i.Names.In(i18n.From(ctx).Code())},
	}
	if !i.Technical() {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "invite.about.key"), Value: i18n.T(ctx, "invite.about.key_own")})
	}
	if !i.ExpiresAt.IsZero() {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "invite.about.until"), Value: ui.DateTime(i.ExpiresAt)})
	}
	return lines
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
	second := "invite.step.sign"
	if technical {
		second = "invite.step.password"
	}
	return []string{i18n.T(ctx, "invite.step.code"), i18n.T(ctx, second)}
}

func codeField(ctx context.Context, typed string, wrong fault.Complaints) ui.Field {
	return ui.Field{
		Name: "code", Label: i18n.T(ctx, "invite.code.label"), Hint: i18n.T(ctx, "invite.code.hint"),
		Value: typed, Wrong: wrong,
	}
}

func passwordField(ctx context.Context, name string, wrong fault.Complaints) ui.Field {
	f := ui.Field{Name: name, Label: i18n.T(ctx, "invite.password."+name), Wrong: wrong, Type: "password", Autocomplete: "new-password"}
	if name == "password" {
		f.Hint = i18n.T(ctx, "invite.password.hint", "min", technical.MinPassword, "max", technical.MaxPassword)
	}
	return f
}

// letterURL is the address of a letter's page, or below it.
func letterURL(token, below string) string { return "/join/" + token + below }

// action is what to do next.
func (f EndForm) action(ctx context.Context) *ui.Action {
	switch {
	case f.State == "active" && f.Invitation.Technical():
		return nil
	case f.State == "active":
		return &ui.Action{Text: i18n.T(ctx, "invite.end.sign_in"), URL: "/sign-in", Look: ui.Go}
	case f.State.Renews() && f.Token != "":
		return &ui.Action{Text: i18n.T(ctx, "invite.end.again"), URL: letterURL(f.Token, "/new-code"), Look: ui.Go, Post: true}
	case f.State.Renews():
		return &ui.Action{Text: i18n.T(ctx, "invite.end.ask"), URL: "/join/new-code", Look: ui.Go}
	}
	return nil
}

// text says what happened.
func (f EndForm) text(ctx context.Context) string {
	if f.State == "active" && f.Invitation.Technical() {
		return i18n.T(ctx, "invite.end.active.text_program")
	}
	return i18n.T(ctx, "invite.end."+string(f.State)+".text")
}

func (f EndForm) title(ctx context.Context) string {
	return i18n.T(ctx, "invite.end."+string(f.State)+".title")
}

// known reports whether the page may name the organization: only to who came with
// its link or code.
func (f EndForm) known() bool { return f.Invitation.OrgID != 0 }

// over reports whether neither code nor letter helps.
func (f EndForm) over() bool { return f.State == "active" || f.State == "blocked" }

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
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "invite.about.until"), Value: ui.DateTime(s.ExpiresAt)})
	}
	if s.Reason != "" {
		lines = append(lines, ui.Pair{Key: i18n.T(ctx, "invite.status.reason"), Value: s.Reason, Lang: "en"})
	}
	return lines
}
