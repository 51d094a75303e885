// Package eventview draws what was done in an organization.
package eventview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/event"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// List is a page of events.
type List struct {
	Query event.Query
	event.Page
	Wrong fault.Complaints
}

const path = "/org/events"

// at is the address of the list with its filter and, in pairs, what differs.
func (l List) at(path string, more ...string) string {
	return ui.Query(path, []string{"actor", l.Query.Actor, "about", l.Query.Family, "from", l.Query.From, "until", l.Query.Until}, more...)
}

func (l List) filtered() bool {
	q := l.Query
	return q.Actor != "" || q.Family != "" || q.From != "" || q.Until != ""
}

func (l List) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Events), Total: -1, Per: l.Query.Per}
	per := ui.Per(l.Query.Per)
	if l.Query.Cursor != "" {
		p.FirstURL = l.at(path, "per", per)
	}
	if l.Next != "" {
		p.NextURL = l.at(path, "per", per, "after", l.Next)
	}
	p.PerURLs = ui.Sizes(func(n int) string { return l.at(path, "per", strconv.Itoa(n)) })
	return p
}

func (l List) actor(ctx context.Context) ui.Field {
	return ui.Field{Name: "actor", Label: i18n.T(ctx, "event.actor"), Value: l.Query.Actor, Type: "search", Width: "w14"}
}

func (l List) about(ctx context.Context) ui.Field {
	return ui.Field{Name: "about", Label: i18n.T(ctx, "event.about"), Value: l.Query.Family}
}

func (l List) from(ctx context.Context) ui.Field {
	return ui.Field{Name: "from", Label: i18n.T(ctx, "event.from"), Value: l.Query.From, Type: "date", Width: "w10", Wrong: l.Wrong}
}

func (l List) until(ctx context.Context) ui.Field {
	return ui.Field{Name: "until", Label: i18n.T(ctx, "event.until"), Value: l.Query.Until, Type: "date", Width: "w10", Wrong: l.Wrong}
}

func families(ctx context.Context) []ui.Option {
	list := make([]ui.Option, 0, len(event.Families()))
	for _, f := range event.Families() {
		list = append(list, ui.Option{Value: f, Text: i18n.T(ctx, "event.family."+f)})
	}
	return list
}

// who is whose act it was.
func who(ctx context.Context, e event.Event) string {
	if e.By == event.Member {
		return e.Name
	}
	return i18n.T(ctx, "event.by."+string(e.By))
}

// name is a field in words; one that has none shows its code.
func name(ctx context.Context, code string) string {
	if key := "event.field." + code; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return strings.ReplaceAll(code, "_", " ")
}

// shown is a value of a field as it stands in a sentence. Roles, states and
// refusals are kept as codes and shown in words.
func shown(ctx context.Context, field, value string) string {
	switch value {
	case "":
		return i18n.T(ctx, "event.empty")
	case "true":
		return i18n.T(ctx, "event.yes")
	case "false":
		return i18n.T(ctx, "event.no")
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return ui.DateTime(at)
	}
	if strings.HasPrefix(field, "letters_") {
		return i18n.T(ctx, "notice.way."+value)
	}
	if tiyin, err := strconv.ParseInt(value, 10, 64); err == nil && field == "amount" {
		return ui.Money(ctx, tiyin)
	}
	if beginnings := wordsOf(field); beginnings != nil {
		codes := strings.Split(value, ", ")
		for i, code := range codes {
			codes[i] = inWords(ctx, beginnings, code)
		}
		return strings.Join(codes, ", ")
	}
	return value
}

// wordsOf gives how the messages begin that say a field's codes in words, nil for
// a field without codes. One name may be a field of several things.
func wordsOf(field string) []string {
	return map[string][]string{
		"roles": {"role."}, "reason": {""},
		"status": {"member.status.", "card.standing.", "card.version."},
		"kind":   {"member.kind.", "request.kind."},
		"answer": {"document.answer."},
		"state":  {"aic.state."}, "late": {"aic.late."},
		"task": {"onboarding.task."}, "theme": {"support.theme."},
	}[field]
}

func inWords(ctx context.Context, beginnings []string, code string) string {
	for _, b := range beginnings {
		if i18n.Has(b + code) {
			return i18n.T(ctx, b+code)
		}
	}
	return code
}

// target is what an act was about, "" for the organization itself and for what
// the details name.
func target(ctx context.Context, e event.Event) string {
	noun, id, _ := strings.Cut(e.Target, ":")
	switch noun {
	case "org", "setup", "account":
		return ""
	}
	if key := "event.target." + noun; i18n.Has(key) {
		return i18n.T(ctx, key, "id", id)
	}
	return e.Target
}

// Rows is the list as a table for office programs, with its head.
func Rows(ctx context.Context, p event.Page) [][]string {
	head := make([]string, 0, 7)
	for _, k := range []string{"at", "who", "act", "target", "changes", "facts", "ip"} {
		head = append(head, i18n.T(ctx, "event.csv."+k))
	}
	rows := [][]string{head}
	for _, e := range p.Events {
		rows = append(rows, []string{
			ui.CellMoment(e.At), who(ctx, e), ui.ActName(ctx, e.Action), e.Target, changes(ctx, e), facts(ctx, e), e.IP,
		})
	}
	return rows
}

func changes(ctx context.Context, e event.Event) string {
	parts := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		parts[i] = name(ctx, c.Field) + ": " + shown(ctx, c.Field, c.Before) + ", " + i18n.T(ctx, "event.now") + " " + shown(ctx, c.Field, c.After)
	}
	return strings.Join(parts, "; ")
}

func facts(ctx context.Context, e event.Event) string {
	parts := make([]string, len(e.Facts))
	for i, f := range e.Facts {
		parts[i] = name(ctx, f.Name) + ": " + shown(ctx, f.Name, f.Value)
	}
	return strings.Join(parts, "; ")
}

// none stands where events would.
func (l List) none(ctx context.Context) ui.EmptyState {
	if !l.filtered() {
		return ui.EmptyState{Title: i18n.T(ctx, "event.none"), Text: i18n.T(ctx, "event.none.text")}
	}
	return ui.EmptyState{
		Title: i18n.T(ctx, "event.no_match"), Text: i18n.T(ctx, "event.no_match.text"),
		Actions: []ui.Action{{Text: i18n.T(ctx, "event.clear"), URL: path}},
	}
}
