// Package readinessview draws where organizations stand with their set-up.
package readinessview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/internal/readiness"
	"kabinet/web/ui"
)

// Root is the overview.
const Root = "/op/readiness"

// MailingURL is the address of a reminder.
func MailingURL(id int64) string { return Root + "/reminders/" + strconv.FormatInt(id, 10) }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// stepName names a step as the start page does.
func stepName(ctx context.Context, step string) string {
	if step == readiness.Operator {
		return i18n.T(ctx, "readiness.step.operator")
	}
	return i18n.T(ctx, "onboarding.task."+step)
}

// Page is the overview, or with a step chosen the organizations there.
type Page struct {
	readiness.Overview
	Filter    readiness.Filter
	Groups    productgroup.Dictionary
	List      readiness.Page
	Mailings  []readiness.Mailing
	MayRemind bool
	Now       time.Time
}

// pairs write a filter into an address.
func pairs(f readiness.Filter) []string {
	return []string{"step", f.Step, "region", f.Region, "group", number(int(f.Group)), "weeks", number(f.Weeks), "per", ui.Per(f.Size)}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (p Page) at(path string, changes ...string) string {
	return ui.Query(path, pairs(p.Filter), changes...)
}

func (p Page) title(ctx context.Context) string {
	if p.Filter.Step == "" {
		return i18n.T(ctx, "readiness.title")
	}
	return stepName(ctx, p.Filter.Step)
}

func (p Page) crumbs(ctx context.Context) []ui.Link {
	if p.Filter.Step == "" {
		return nil
	}
	return []ui.Link{{Text: i18n.T(ctx, "readiness.title"), URL: p.at(Root, "step", "")}}
}

// lead says how old the numbers are.
func (p Page) lead(ctx context.Context) string {
	if p.At.IsZero() {
		return i18n.T(ctx, "readiness.never")
	}
	return i18n.T(ctx, "readiness.as_of", "moment", ui.DateTime(p.At))
}

func (p Page) actions(ctx context.Context) []ui.Action {
	as := []ui.Action{{Text: i18n.T(ctx, "readiness.export"), URL: p.at(Root + ".csv")}}
	if p.Filter.Step != "" && p.MayRemind && readiness.Remindable(p.Filter.Step) && len(p.List.Rows) > 0 {
		as = append([]ui.Action{{Text: i18n.T(ctx, "readiness.remind"), URL: p.at(Root+"/remind", "per", "")}}, as...)
	}
	return as
}

func regions(ctx context.Context) []ui.Option {
	var os []ui.Option
	for _, r := range region.All() {
		os = append(os, ui.Option{Value: r.Code, Text: r.Name(lang(ctx))})
	}
	return os
}

func (p Page) groups(ctx context.Context) []ui.Option {
	var os []ui.Option
	for _, g := range p.Groups.All() {
		os = append(os, ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))})
	}
	return os
}

func weeks(ctx context.Context) []ui.Option {
	var os []ui.Option
	for _, n := range []int{1, 2, 4, 13, 26} {
		os = append(os, ui.Option{Value: strconv.Itoa(n), Text: i18n.N(ctx, "readiness.weeks", n)})
	}
	return os
}

func (p Page) keep() []ui.Hidden {
	if p.Filter.Step == "" {
		return nil
	}
	return []ui.Hidden{{Name: "step", Value: p.Filter.Step}}
}

func (p Page) pager() ui.Pager {
	pager := ui.Pager{Shown: len(p.List.Rows), Total: -1, Per: p.Filter.Size}
	if p.Filter.After != "" {
		pager.FirstURL = p.at(Root)
	}
	if p.List.Next != "" {
		pager.NextURL = p.at(Root, "after", p.List.Next)
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return p.at(Root, "per", strconv.Itoa(n)) })
	return pager
}

// facts are the numbers above the chart.
func (p Page) facts(ctx context.Context) []ui.Fact {
	fs := []ui.Fact{{Label: i18n.T(ctx, "readiness.total"), Value: ui.Int(int(p.Total))}}
	if p.Filter.Weeks == 0 {
		fs = append(fs, ui.Fact{Label: i18n.T(ctx, "readiness.settled"), Value: ui.Int(int(p.Settled)), Hint: share(p.Settled, p.Total)})
	}
	return fs
}

func who(ctx context.Context, f readiness.Filter, groups productgroup.Dictionary) []ui.Pair {
	ps := []ui.Pair{{Key: i18n.T(ctx, "readiness.column.step"), Value: stepName(ctx, f.Step)}}
	if r, err := region.Parse(f.Region); err == nil {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "readiness.column.region"), Value: r.Name(lang(ctx))})
	}
	if g, ok := groups.Find(f.Group); ok {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "readiness.column.group"), Value: g.Name(lang(ctx))})
	}
	if f.Weeks > 0 {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "readiness.stuck_for"), Value: i18n.N(ctx, "readiness.weeks", f.Weeks)})
	}
	return ps
}

func regionName(ctx context.Context, code string) string {
	r, err := region.Parse(code)
	if err != nil {
		return code
	}
	return r.Name(lang(ctx))
}

// Counts is the overview as a table for office programs, with its head.
func Counts(ctx context.Context, o readiness.Overview) [][]string {
	rows := [][]string{{i18n.T(ctx, "readiness.column.step"), i18n.T(ctx, "readiness.column.n")}}
	for _, b := range o.Bars {
		rows = append(rows, []string{stepName(ctx, b.Step), strconv.FormatInt(b.N, 10)})
	}
	return append(rows, []string{i18n.T(ctx, "readiness.settled"), strconv.FormatInt(o.Settled, 10)})
}

// Export is the organizations at a step as a table for office programs.
func Export(ctx context.Context, list []readiness.Row) [][]string {
	var head []string
	for _, k := range []string{"tin", "org", "region", "email", "step", "since", "done", "all", "reminded"} {
		head = append(head, i18n.T(ctx, "readiness.column."+k))
	}
	rows := [][]string{head}
	for _, r := range list {
		reminded := ""
		if !r.Reminded.IsZero() {
			reminded = ui.Date(r.Reminded)
		}
		rows = append(rows, []string{
			r.TIN, r.Name(lang(ctx)), regionName(ctx, r.Region), r.Email, stepName(ctx, r.Step), ui.Date(r.Since),
			strconv.Itoa(r.Done), strconv.Itoa(r.All), reminded,
		})
	}
	return rows
}

// RemindPage asks whether a group is to get a letter.
type RemindPage struct {
	Filter readiness.Filter
	N      int64
	Groups productgroup.Dictionary
	Wrong  *fault.Error
}

func (p RemindPage) confirm(ctx context.Context) ui.Confirmation {
	list := ui.Query(Root, pairs(p.Filter))
	values := []ui.Hidden{{Name: "counted", Value: strconv.FormatInt(p.N, 10)}}
	ps := pairs(p.Filter)
	for i := 0; i+1 < len(ps); i += 2 {
		if ps[i+1] != "" && ps[i] != "per" {
			values = append(values, ui.Hidden{Name: ps[i], Value: ps[i+1]})
		}
	}
	return ui.Confirmation{
		Crumbs:      []ui.Link{{Text: i18n.T(ctx, "readiness.title"), URL: Root}, {Text: stepName(ctx, p.Filter.Step), URL: list}},
		Title:       i18n.N(ctx, "readiness.remind.title", int(p.N)),
		Consequence: i18n.T(ctx, "readiness.remind.text"),
		Facts:       who(ctx, p.Filter, p.Groups),
		Action:      ui.Action{Text: i18n.T(ctx, "readiness.remind.send"), URL: Root + "/remind", Post: true, Look: ui.Go, Values: values},
		CancelURL:   list,
	}
}

// words are the letter in every language, as it goes out.
func words(step string) []letter {
	var ls []letter
	for _, l := range i18n.Langs() {
		args := []any{"step", i18n.Text(l, "onboarding.task."+step), "why", i18n.Text(l, "readiness.why."+step)}
		ls = append(ls, letter{l, i18n.Text(l, "readiness.notice.step.subject", args...), i18n.Text(l, "readiness.notice.step.text", args...)})
	}
	return ls
}

type letter struct {
	lang          i18n.Lang
	subject, text string
}

// MailingPage is a reminder with how far it is.
type MailingPage struct {
	readiness.Mailing
	Groups productgroup.Dictionary
}

func (p MailingPage) running() bool { return p.EndedAt.IsZero() }

func (p MailingPage) reload() int {
	if p.running() {
		return 5
	}
	return 0
}

func (p MailingPage) job(ctx context.Context) ui.Job {
	state := ui.JobRunning
	if !p.running() {
		state = ui.JobDone
	}
	done := int(p.Sent + p.Spared)
	return ui.Job{
		State: state, Label: i18n.T(ctx, "readiness.mailing.title"), Done: done, Total: int(max(p.Counted, p.Sent+p.Spared)),
		Line: i18n.T(ctx, "readiness.mailing.line", "done", ui.Int(done), "all", ui.Int(int(p.Counted))),
		Counters: []ui.Counter{
			{Label: i18n.T(ctx, "readiness.mailing.sent"), Value: int(p.Sent), Tone: ui.OK},
			{Label: i18n.T(ctx, "readiness.mailing.spared"), Value: int(p.Spared), Tone: ui.Mute},
		},
	}
}

func (p MailingPage) facts(ctx context.Context) []ui.Pair {
	return append(who(ctx, p.Filter, p.Groups), ui.Pair{Key: i18n.T(ctx, "readiness.mailing.by"), Value: p.By + ", " + ui.DateTime(p.CreatedAt)})
}

// share is a part of all organizations in whole percent. Few of very many are
// not nobody.
func share(part, total int64) string {
	if part > 0 && part*100 < total {
		return "< " + ui.Percent(1, 100)
	}
	return ui.Percent(int(part), int(max(total, 1)))
}
