package memberview

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// UserPage is one user.
type UserPage struct {
	User     member.User
	Self     bool
	Choices  member.Choices
	Sections []templ.Component // of other features: invitation, keys, addresses
	History  []member.Event
}

func (p UserPage) lead(ctx context.Context) string {
	parts := []string{i18n.T(ctx, "member.kind."+string(p.User.Kind))}
	if at := p.User.Positions.In(lang(ctx)); at != "" {
		parts = append(parts, at)
	}
	if p.Self {
		parts = append(parts, i18n.T(ctx, "member.you"))
	}
	return strings.Join(parts, " · ")
}

// actions are what can be done in the user's state.
func (p UserPage) actions(ctx context.Context) []ui.Action {
	u := p.User
	if u.Status == member.Blocked {
		return []ui.Action{{Text: i18n.T(ctx, "member.unblock"), URL: Path(u.ID, "/unblock"), Post: true, Look: ui.Go}}
	}
	var all []ui.Action
	if u.Status == member.NotActivated {
		all = append(all, ui.Action{Text: i18n.T(ctx, "member.invite"), URL: Path(u.ID, "/invite"), Post: true, Look: ui.Go})
	}
	return append(all, ui.Action{Text: i18n.T(ctx, "member.block.open"), URL: Path(u.ID, "/block"), Look: ui.Stop})
}

func (p UserPage) person(ctx context.Context) []ui.Pair {
	u := p.User
	pairs := []ui.Pair{
		{Key: i18n.T(ctx, "member.field.name"), Value: u.Names.Uz, Lang: "uz-Latn"},
		{Key: i18n.T(ctx, "member.field.name_ru"), Value: u.Names.Ru, Lang: "ru"},
		{Key: i18n.T(ctx, "member.field.name_en"), Value: u.Names.En, Lang: "en"},
		{Key: i18n.T(ctx, "member.column.position"), Value: u.Positions.In(lang(ctx))},
		{Key: i18n.T(ctx, "member.field.email"), Value: u.Email},
		{Key: i18n.T(ctx, "member.field.language"), Value: ui.LanguageName(u.Language)},
	}
	if u.PINFL != "" {
		pairs = append(pairs, ui.Pair{Key: i18n.T(ctx, "member.field.pinfl"), Value: ui.PINFL(u.PINFL), Code: true})
	}
	return pairs
}

func (p UserPage) scope(ctx context.Context) []ui.Pair {
	s := p.User.Scope
	return []ui.Pair{
		{Key: i18n.T(ctx, "member.column.groups"), Value: reachNames(ctx, s.AllGroups, p.Choices.GroupNames(s, lang(ctx)), "groups")},
		{Key: i18n.T(ctx, "member.column.places"), Value: reachNames(ctx, s.AllPlaces, p.Choices.PlaceNames(s), "places")},
	}
}

func (p UserPage) dates(ctx context.Context) []ui.Pair {
	u := p.User
	pairs := []ui.Pair{{Key: i18n.T(ctx, "member.column.created"), Value: ui.DateTime(u.CreatedAt)}}
	if !u.ActivatedAt.IsZero() {
		pairs = append(pairs, ui.Pair{Key: i18n.T(ctx, "member.activated"), Value: ui.DateTime(u.ActivatedAt)})
	}
	pairs = append(pairs, ui.Pair{Key: i18n.T(ctx, "member.column.seen"), Value: seen(ctx, u.SeenAt)})
	if u.Status == member.Blocked {
		pairs = append(pairs,
			ui.Pair{Key: i18n.T(ctx, "member.blocked"), Value: ui.DateTime(u.BlockedAt)},
			ui.Pair{Key: i18n.T(ctx, "member.block.reason"), Value: u.BlockedReason})
	}
	return pairs
}

// events are the lines of the log, with the roles that came and went in words.
func (p UserPage) events(ctx context.Context) []ui.Event {
	events := make([]ui.Event, 0, len(p.History))
	for _, e := range p.History {
		text := ui.ActName(ctx, e.Action)
		if more := about(ctx, e.Details); more != "" {
			text += ": " + more
		}
		events = append(events, ui.Event{At: e.At, Text: text, By: e.By})
	}
	return events
}

// about puts what a line keeps of roles and reasons into words.
func about(ctx context.Context, details []byte) string {
	var d struct {
		Roles  json.RawMessage `json:"roles"`
		Reason string          `json:"reason"`
	}
	if json.Unmarshal(details, &d) != nil {
		return ""
	}
	var turn struct{ Before, After []string }
	if json.Unmarshal(d.Roles, &turn) != nil {
		return d.Reason
	}
	var parts []string
	for _, r := range turn.After {
		if !slices.Contains(turn.Before, r) {
			parts = append(parts, "+ "+i18n.T(ctx, "role."+r))
		}
	}
	for _, r := range turn.Before {
		if !slices.Contains(turn.After, r) {
			parts = append(parts, "− "+i18n.T(ctx, "role."+r))
		}
	}
	return strings.Join(parts, ", ")
}
