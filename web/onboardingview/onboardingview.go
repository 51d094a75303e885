// Package onboardingview draws the start page of members.
package onboardingview

import (
	"context"
	"strings"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/core/region"
	"kabinet/internal/onboarding"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// next is the one panel that says what to do now, also when that is nothing.
func next(ctx context.Context, h onboarding.Home) ui.NextStep {
	t, ok := onboarding.Next(h.Parts)
	if ok {
		return ui.NextStep{
			Title:  i18n.T(ctx, "onboarding.task."+t.Key),
			Text:   hint(ctx, t.Hint),
			Action: ui.Action{Text: i18n.T(ctx, "onboarding.next.open"), URL: t.URL, Look: ui.Go},
		}
	}
	none := ui.NextStep{
		None:   true,
		Title:  i18n.T(ctx, "onboarding.next.nothing"),
		Text:   i18n.T(ctx, "onboarding.next.nothing.text"),
		Action: ui.Action{Text: i18n.T(ctx, "onboarding.next.org"), URL: "/org"},
	}
	if onboarding.WaitsForOperator(h.Parts) {
		none.Title, none.Text = i18n.T(ctx, "onboarding.next.operator"), i18n.T(ctx, "onboarding.next.operator.text")
	}
	return none
}

func facts(ctx context.Context, h onboarding.Home) []ui.Fact {
	s := h.State
	fs := []ui.Fact{
		{Label: i18n.T(ctx, "onboarding.fact.places"), Value: ui.Int(s.Places), URL: "/org/places"},
		{Label: i18n.T(ctx, "onboarding.fact.groups"), Value: ui.Int(len(s.Groups)), URL: "/org/groups"},
		{Label: i18n.T(ctx, "onboarding.fact.users"), Value: ui.Int(s.Users)},
	}
	if h.Rights.Has(perm.MemberManage) {
		fs[2].URL = "/org/users"
	}
	if s.Issuer() {
		fs = append(fs, ui.Fact{Label: i18n.T(ctx, "onboarding.fact.gs1"), Value: ui.Int(s.Prefixes), URL: "/org/gs1"})
	}
	return fs
}

func checklist(ctx context.Context, parts []onboarding.Part) ui.TaskList {
	l := ui.TaskList{Title: i18n.T(ctx, "onboarding.checklist")}
	for _, p := range parts {
		g := ui.TaskGroup{Title: i18n.T(ctx, "onboarding.part."+p.Key)}
		for _, t := range p.Tasks {
			g.Tasks = append(g.Tasks, ui.Task{
				Title: i18n.T(ctx, "onboarding.task."+t.Key), URL: t.URL, Status: status(t.Status), Hint: about(ctx, t),
			})
		}
		l.Groups = append(l.Groups, g)
	}
	return l
}

func status(s onboarding.Status) ui.TaskStatus {
	return [...]ui.TaskStatus{
		ui.TaskNotStarted, ui.TaskInProgress, ui.TaskNeedsAction, ui.TaskWithOperator, ui.TaskDone, ui.TaskBlocked,
	}[s]
}

// about is the line about a task: why it stands as it does, and who may go on when
// the reader may not.
func about(ctx context.Context, t onboarding.Task) string {
	line := hint(ctx, t.Hint)
	if len(t.Who) > 0 {
		line += ". " + i18n.T(ctx, "onboarding.who", "names", strings.Join(t.Who, ", "))
	}
	return line
}

// completed is the one line that is left of a checklist on which all is done.
func completed(ctx context.Context, h onboarding.Home) string {
	return i18n.T(ctx, "onboarding.completed", "date", ui.Date(h.State.Settled()))
}

// hint is the line about a task; moments and regions are written for the reader.
func hint(ctx context.Context, h onboarding.Hint) string {
	if h.Key == "" {
		return ""
	}
	args := make([]any, len(h.Args))
	copy(args, h.Args)
	for i := 1; i < len(args); i += 2 {
		if t, ok := args[i].(time.Time); ok {
			args[i] = ui.Date(t)
			if args[i-1] == "moment" {
				args[i] = ui.DateTime(t)
			}
		}
		if code, ok := args[i].(string); ok && args[i-1] == "region" {
			args[i] = regionName(ctx, code)
		}
	}
	if h.Count > 0 {
		return i18n.N(ctx, h.Key, h.Count, args...)
	}
	return i18n.T(ctx, h.Key, args...)
}

func regionName(ctx context.Context, code string) string {
	r, err := region.Parse(code)
	if err != nil {
		return code
	}
	return r.Name(i18n.From(ctx).Code())
}

// events are the latest lines of the log. Members do not see which of the
// operator's people acted.
func events(ctx context.Context, lines []onboarding.Event) []ui.Event {
	list := make([]ui.Event, len(lines))
	for i, l := range lines {
		list[i] = ui.Event{At: l.At, Text: ui.ActName(ctx, l.Action), By: by(ctx, l)}
	}
	return list
}

func by(ctx context.Context, l onboarding.Event) string {
	switch l.ActorKind {
	case "staff":
		return i18n.T(ctx, "onboarding.by.operator")
	case "system":
		return i18n.T(ctx, "onboarding.by.portal")
	case "visitor":
		return i18n.T(ctx, "onboarding.by.visitor")
	}
	return l.ActorName
}
