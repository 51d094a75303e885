// Package meview draws the pages a person has about themselves.
package meview

import (
	"context"
	"strings"
	"time"

	"kabinet/internal/account"
	"kabinet/internal/core/fault"
	"kabinet/internal/me"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Profile is the page about the reader.
type Profile struct {
	Staff      bool
	Name       string
	Roles      []string
	SignedInAt time.Time
	Display    account.Display // as stored, or as typed when that was refused
	Wrong      fault.Complaints
}

func (p Profile) facts(ctx context.Context) []ui.Pair {
	v := layout.ViewerOf(ctx)
	roles := make([]string, len(p.Roles))
	for i, r := range p.Roles {
		roles[i] = i18n.T(ctx, "role."+r)
	}
	facts := []ui.Pair{{Key: i18n.T(ctx, "me.name"), Value: p.Name}}
	if !p.Staff {
		facts = append(facts, ui.Pair{Key: i18n.T(ctx, "me.org"), Value: v.OrgName})
	}
	return append(facts,
		ui.Pair{Key: i18n.T(ctx, "me.roles"), Value: strings.Join(roles, ", ")},
		ui.Pair{Key: i18n.T(ctx, "me.signed_in"), Value: ui.DateTime(p.SignedInAt)},
	)
}

// base is the address under which the reader's own pages lie.
func (p Profile) base() string {
	if p.Staff {
		return "/op/me"
	}
	return "/me"
}

func (p Profile) language(ctx context.Context) ui.Field {
	return ui.Field{Name: "language", Label: i18n.T(ctx, "me.language"), Hint: i18n.T(ctx, "me.language.hint"), Value: p.Display.Language, Wrong: p.Wrong}
}

func languages() []ui.Choice {
	list := make([]ui.Choice, 0, len(i18n.Langs()))
	for _, l := range i18n.Langs() {
		list = append(list, ui.Choice{Value: l.Code(), Text: l.Name(), Lang: l.Tag()})
	}
	return list
}

func (p Profile) theme(ctx context.Context) ui.Field {
	return ui.Field{Name: "theme", Label: i18n.T(ctx, "me.theme"), Value: p.Display.Theme, Wrong: p.Wrong}
}

func themes(ctx context.Context) []ui.Choice {
	list := make([]ui.Choice, 0, len(account.Themes()))
	for _, t := range account.Themes() {
		list = append(list, ui.Choice{Value: t, Text: i18n.T(ctx, "me.theme."+t)})
	}
	return list
}

func (p Profile) density(ctx context.Context) ui.Field {
	return ui.Field{Name: "density", Label: i18n.T(ctx, "me.density"), Hint: i18n.T(ctx, "me.density.hint"), Value: p.Display.Density, Wrong: p.Wrong}
}

func densities(ctx context.Context) []ui.Choice {
	list := make([]ui.Choice, 0, len(account.Densities()))
	for _, d := range account.Densities() {
		list = append(list, ui.Choice{Value: d, Text: i18n.T(ctx, "me.density."+d)})
	}
	return list
}

// OpenSessions is the list of where the reader is signed in.
type OpenSessions struct {
	Open  []me.Session
	Base  string // address of the list
	Staff bool
}

func (o OpenSessions) others() bool { return len(o.Open) > 1 }

// head opens the page; members come to it by its tab.
func (o OpenSessions) head(ctx context.Context, way ...ui.Link) ui.PageHead {
	return ui.PageHead{Crumbs: way, Title: i18n.T(ctx, "me.sessions.title"), Lead: i18n.T(ctx, "me.sessions.lead")}
}

func device(ctx context.Context, s me.Session) string {
	if s.Device == "" {
		return i18n.T(ctx, "me.sessions.unknown")
	}
	return s.Device
}
