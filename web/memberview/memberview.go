// Package memberview draws the pages about the users of an organization.
package memberview

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// Path is the address of a user's page, or of one below it ("/block").
func Path(id int64, below string) string {
	return "/org/users/" + strconv.FormatInt(id, 10) + below
}

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "member.title"), URL: "/org/users"}}
}

func crumbsOf(ctx context.Context, u member.User) []ui.Link {
	return append(crumbs(ctx), ui.Link{Text: u.Names.In(lang(ctx)), URL: Path(u.ID, "")})
}

func statusTone(s member.Status) ui.Tone {
	switch s {
	case member.Active:
		return ui.OK
	case member.Blocked:
		return ui.Dark
	}
	return ui.Warn
}

func statusTag(ctx context.Context, s member.Status) templ.Component {
	return ui.Tag(statusTone(s), i18n.T(ctx, "member.status."+string(s)))
}

// RoleName is a role in words.
func RoleName(ctx context.Context, r perm.Role) string { return i18n.T(ctx, "role."+string(r)) }

// roleNames lists roles in words. The default role is everybody's: it is named
// only where there is no other.
func roleNames(ctx context.Context, roles []perm.Role) string {
	var names []string
	for _, r := range roles {
		if r != perm.RoleDefault || len(roles) == 1 {
			names = append(names, RoleName(ctx, r))
		}
	}
	return strings.Join(names, ", ")
}

// reachNames says where rights hold: all, some by name, or nowhere.
func reachNames(ctx context.Context, all bool, names []string, what string) string {
	switch {
	case all:
		return i18n.T(ctx, "member.scope."+what+".all")
	case len(names) == 0:
		return i18n.T(ctx, "member.scope.none")
	}
	return strings.Join(names, ", ")
}

// seen is when a user was here last; never is a dash read aloud as words.
func seen(ctx context.Context, at time.Time) string {
	if at.IsZero() {
		return i18n.T(ctx, "member.never")
	}
	return ui.DateTime(at)
}

// kindChoices are person and program.
func kindChoices(ctx context.Context) []ui.Choice {
	var list []ui.Choice
	for _, k := range member.Kinds() {
		list = append(list, ui.Choice{Value: string(k), Text: i18n.T(ctx, "member.kind."+string(k)), Hint: i18n.T(ctx, "member.kind."+string(k)+".about")})
	}
	return list
}

func languageChoices() []ui.Choice {
	var list []ui.Choice
	for _, l := range i18n.Langs() {
		list = append(list, ui.Choice{Value: l.Code(), Text: l.Name(), Lang: l.Tag()})
	}
	return list
}

// presetChoices are the presets, and the choice of single roles alone.
func presetChoices(ctx context.Context) []ui.Choice {
	var list []ui.Choice
	for _, p := range perm.Presets() {
		list = append(list, ui.Choice{Value: string(p), Text: i18n.T(ctx, "preset."+string(p)), Hint: i18n.T(ctx, "preset."+string(p)+".about")})
	}
	return append(list, ui.Choice{Value: member.Own, Text: i18n.T(ctx, "member.preset.own"), Hint: i18n.T(ctx, "member.preset.own.about")})
}

// roleChoices are the roles an administrator may give. The default role is not
// among them: everybody has it. What cannot be given now is shown with the
// reason.
func roleChoices(ctx context.Context, issuer bool, k member.Kind, had []perm.Role) []ui.Choice {
	var list []ui.Choice
	for _, r := range perm.MemberRoles() {
		if r == perm.RoleDefault {
			continue
		}
		c := ui.Choice{Value: string(r), Text: RoleName(ctx, r), Hint: i18n.T(ctx, "role."+string(r)+".about")}
		if !slices.Contains(had, r) {
			c.Disabled, c.Hint = refusedRole(ctx, r, issuer, k, c.Hint)
		}
		list = append(list, c)
	}
	return list
}

func refusedRole(ctx context.Context, r perm.Role, issuer bool, k member.Kind, about string) (disabled bool, hint string) {
	switch {
	case !issuer && r.NeedsIssuer():
		return true, about + ". " + i18n.T(ctx, "member.roles.issuer")
	case k == member.Technical && !member.ForPrograms(r):
		return true, about + ". " + i18n.T(ctx, "member.roles.technical")
	}
	return false, about
}

func allChoices(ctx context.Context, what string) []ui.Choice {
	return []ui.Choice{
		{Value: "all", Text: i18n.T(ctx, "member.scope."+what+".all"), Hint: i18n.T(ctx, "member.scope.all.about")},
		{Value: "some", Text: i18n.T(ctx, "member.scope."+what+".some")},
	}
}

func groupChoices(ctx context.Context, c member.Choices) []ui.Choice {
	var list []ui.Choice
	for _, g := range c.Groups {
		list = append(list, ui.Choice{Value: strconv.Itoa(int(g.ID)), Text: g.Names.In(lang(ctx))})
	}
	return list
}

func placeChoices(c member.Choices) []ui.Choice {
	var list []ui.Choice
	for _, p := range c.Places {
		list = append(list, ui.Choice{Value: strconv.Itoa(int(p.ID)), Text: p.Name})
	}
	return list
}

func said(wrong fault.Complaints, fields ...string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { _, ok := wrong.On(f); return ok })
}
