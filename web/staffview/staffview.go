// Package staffview draws the pages about the operator's staff.
package staffview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/staff"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// Entrance is the staff's page with the panel for signing in.
type Entrance struct {
	Next  string        // where to go afterwards, a path of ours or empty
	Ended bool          // the person was signed in until a moment ago
	Late  *edsview.Late // a form that came after the session had ended; nil for none
	Wrong *fault.Error
	Panel edsview.Config
}

func (e Entrance) form(ctx context.Context) edsview.Form {
	f := edsview.Form{
		Config: e.Panel, Challenge: "/op/sign-in/challenge", Action: "/op/sign-in",
		Values: []ui.Hidden{{Name: "next", Value: e.Next}},
		Sign:   i18n.T(ctx, "staff.sign_in.sign"),
	}
	return f.Along(e.Late)
}

// One is the page of one person.
type One struct {
	staff.Person
	Self  bool     // it is the reader's own page
	Roles []string // as stored, or as typed when that was refused
	Wrong fault.Complaints
}

func (o One) facts(ctx context.Context) []ui.Pair {
	return []ui.Pair{
		{Key: i18n.T(ctx, "staff.column.status"), Value: i18n.T(ctx, "staff.status."+o.Status)},
		{Key: i18n.T(ctx, "staff.column.since"), Value: ui.Date(o.CreatedAt)},
	}
}

func nameField(ctx context.Context, d staff.Draft, wrong fault.Complaints) ui.Field {
	return ui.Field{Name: "name", Label: i18n.T(ctx, "staff.name"), Hint: i18n.T(ctx, "staff.name.hint"), Value: d.Name, Wrong: wrong}
}

func pinflField(ctx context.Context, d staff.Draft, wrong fault.Complaints) ui.Field {
	return ui.Field{
		Name: "pinfl", Label: i18n.T(ctx, "staff.pinfl"), Hint: i18n.T(ctx, "staff.pinfl.hint"), Value: d.PINFL, Wrong: wrong,
		Width: "w14", InputMode: "numeric", Autocomplete: "off",
	}
}

func rolesField(ctx context.Context, wrong fault.Complaints) ui.Field {
	return ui.Field{Name: "roles", Label: i18n.T(ctx, "staff.roles"), Wrong: wrong}
}

func roleChoices(ctx context.Context) []ui.Choice {
	roles := perm.StaffRoles()
	list := make([]ui.Choice, len(roles))
	for i, r := range roles {
		list[i] = ui.Choice{Value: string(r), Text: i18n.T(ctx, "role."+string(r)), Hint: i18n.T(ctx, "staff.role."+string(r))}
	}
	return list
}

func roleNames(ctx context.Context, roles []string) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = i18n.T(ctx, "role."+r)
	}
	return strings.Join(names, ", ")
}

func statusTone(status string) ui.Tone {
	if status == staff.Active {
		return ui.OK
	}
	return ui.Dark
}

func path(id int64, act string) string { return "/op/staff/" + strconv.FormatInt(id, 10) + act }

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "staff.title"), URL: "/op/staff"}}
}

func you(ctx context.Context, self bool) string {
	if self {
		return i18n.T(ctx, "staff.you")
	}
	return ""
}

// consequence is what blocking does; blocking oneself is said twice.
func consequence(ctx context.Context, self bool) string {
	text := i18n.T(ctx, "staff.block.consequence")
	if self {
		return i18n.T(ctx, "staff.block.self") + " " + text
	}
	return text
}
