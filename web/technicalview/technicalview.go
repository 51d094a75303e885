// Package technicalview draws the page on which administrators look after a
// technical user.
package technicalview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/technical"
	"kabinet/web/ui"
)

// Form is the page: what is known of the user, and the list of addresses.
type Form struct {
	User    technical.User
	Typed   string // the list as it was typed
	Version int    // of the list it is a change of
	Theirs  bool   // somebody else has changed it meanwhile
	Wrong   fault.Complaints
}

func (f Form) path() string {
	return "/org/users/" + strconv.FormatInt(f.User.MemberID, 10)
}

func (f Form) crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "technical.page.users"), URL: "/org/users"}, {Text: f.User.Name, URL: f.path()}}
}

// facts are what an administrator asks first: does it work, and who used it last.
func (f Form) facts(ctx context.Context) []ui.Pair {
	u := f.User
	pairs := []ui.Pair{
		{Key: i18n.T(ctx, "technical.page.status"), Rich: ui.Tag(tone(u.Status), i18n.T(ctx, "technical.page.status."+u.Status))},
		{Key: i18n.T(ctx, "technical.page.login"), Value: i18n.T(ctx, "technical.page.no_login")},
		{Key: i18n.T(ctx, "technical.page.password"), Value: i18n.T(ctx, "technical.page.password_none")},
		{Key: i18n.T(ctx, "technical.page.last"), Value: i18n.T(ctx, "technical.page.never")},
	}
	if u.Login != "" {
		pairs[1].Rich = ui.Copyable("login", u.Login, i18n.T(ctx, "technical.page.copy"))
	}
	if !u.PasswordSetAt.IsZero() {
		pairs[2].Value = i18n.T(ctx, "technical.page.password_set", "at", ui.DateTime(u.PasswordSetAt))
	}
	if !u.LastUsedAt.IsZero() {
		pairs[3].Value = ui.DateTime(u.LastUsedAt) + ", " + i18n.T(ctx, "technical.page.last_from", "address", u.LastUsedIP)
	}
	return pairs
}

func tone(status string) ui.Tone {
	switch status {
	case "active":
		return ui.OK
	case "blocked":
		return ui.Bad
	}
	return ui.Warn
}

// theirs is the list as somebody else left it.
func (f Form) theirs(ctx context.Context) string {
	if len(f.User.Networks) == 0 {
		return i18n.T(ctx, "technical.page.anywhere")
	}
	return strings.Join(f.User.Networks, ", ")
}

func (f Form) field(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "addresses", Label: i18n.T(ctx, "technical.page.addresses"), Hint: i18n.T(ctx, "technical.page.addresses_hint"),
		Value: f.Typed, Wrong: f.Wrong, Optional: true, Mono: true, MaxLength: 4000,
	}
}
