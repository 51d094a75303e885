// Package systemview draws the operator's pages about the portal itself.
package systemview

import (
	"context"
	"slices"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/system"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Start is the operator's start page.
type Start struct {
	system.Overview
	Queues []system.Queue // those that the reader has a right to see
}

func (s Start) waiting() []system.Queue {
	return slices.DeleteFunc(slices.Clone(s.Queues), func(q system.Queue) bool { return q.Waiting == 0 })
}

func (s Start) nothingWaits() bool { return len(s.waiting()) == 0 }

// queuePath is the page on which a task is done.
func queuePath(t system.Task) string {
	switch t {
	case system.SetAside:
		return "/op/feeds"
	case system.FailedJobs:
		return "/op/jobs?state=discarded"
	}
	return "/op/" + string(t)
}

// counted is the length of a queue, of which no more than the beginning is counted.
func counted(n int) string {
	if n > system.MaxWaiting {
		return ui.Int(system.MaxWaiting) + "+"
	}
	return ui.Int(n)
}

func overviewFacts(ctx context.Context, v system.Overview) []ui.Fact {
	facts := []ui.Fact{
		{Label: i18n.T(ctx, "system.orgs.active"), Value: ui.Int(v.Active), URL: "/op/orgs?status=active"},
		{Label: i18n.T(ctx, "system.orgs.imported"), Value: ui.Int(v.Imported), URL: "/op/orgs?status=imported"},
	}
	rights := layout.ViewerOf(ctx).Rights
	if rights.Has(perm.OpCampaignRead) {
		facts = append(facts, ui.Fact{Label: i18n.T(ctx, "system.campaigns"), Value: ui.Int(v.Campaigns), URL: "/op/campaigns", Hint: i18n.N(ctx, "system.letters", v.LettersQueued)})
	}
	if rights.Has(perm.OpJobRead) {
		facts = append(facts, ui.Fact{Label: i18n.T(ctx, "system.jobs.failed"), Value: ui.Int(v.JobsFailed), URL: "/op/jobs?state=discarded", Hint: i18n.N(ctx, "system.jobs.retrying", v.JobsRetrying)})
	}
	return facts
}

// JobList is a page of jobs.
type JobList struct {
	Filter system.JobFilter
	Jobs   []system.Job
	Next   string
}

func (l JobList) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{{Text: i18n.T(ctx, "system.jobs.all"), URL: l.url(""), Current: l.Filter.State == ""}}
	for _, s := range system.JobStates() {
		tabs = append(tabs, ui.Tab{Text: stateName(ctx, s), URL: l.url(s), Current: l.Filter.State == s})
	}
	return tabs
}

func (l JobList) url(s system.JobState) string {
	return ui.Query("/op/jobs", nil, "state", string(s), "kind", l.Filter.Kind)
}

func (l JobList) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Jobs), Total: -1, Per: l.Filter.Limit}
	state, kind, per := string(l.Filter.State), l.Filter.Kind, ui.Per(l.Filter.Limit)
	if l.Filter.Cursor != "" {
		p.FirstURL = ui.Query("/op/jobs", nil, "state", state, "kind", kind, "per", per)
	}
	if l.Next != "" {
		p.NextURL = ui.Query("/op/jobs", nil, "state", state, "kind", kind, "per", per, "after", l.Next)
	}
	p.PerURLs = sizes(func(n string) string { return ui.Query("/op/jobs", nil, "state", state, "kind", kind, "per", n) })
	return p
}

func (l JobList) kind(ctx context.Context) ui.Field {
	return ui.Field{Name: "kind", Label: i18n.T(ctx, "system.jobs.kind"), Value: l.Filter.Kind, Width: "w20"}
}

// OneJob is the page of a job.
type OneJob struct {
	system.JobDetail
	Wrong *fault.Error // why an act was refused
}

func (o OneJob) facts(ctx context.Context) []ui.Pair {
	pairs := []ui.Pair{
		{Key: i18n.T(ctx, "system.jobs.queue"), Value: string(o.Queue)},
		{Key: i18n.T(ctx, "system.jobs.attempts"), Value: attempts(ctx, o.Job)},
		{Key: i18n.T(ctx, "system.jobs.created"), Value: ui.DateTime(o.CreatedAt)},
		{Key: i18n.T(ctx, "system.jobs.scheduled"), Value: ui.DateTime(o.ScheduledAt)},
	}
	if o.FinalizedAt != nil {
		pairs = append(pairs, ui.Pair{Key: i18n.T(ctx, "system.jobs.ended"), Value: ui.DateTime(*o.FinalizedAt)})
	}
	return append(pairs, ui.Pair{Key: i18n.T(ctx, "system.jobs.args"), Value: o.Args, Code: true})
}

// actions are what the reader may do with the job now.
func (o OneJob) actions(ctx context.Context) []ui.Action {
	if !layout.ViewerOf(ctx).Rights.Has(perm.OpJobManage) {
		return nil
	}
	var as []ui.Action
	if system.MayRetry(o.State) {
		as = append(as, ui.Action{Text: i18n.T(ctx, "system.jobs.retry"), URL: jobPath(o.ID) + "/retry", Post: true})
	}
	if system.MayCancel(o.State) {
		as = append(as, ui.Action{Text: i18n.T(ctx, "system.jobs.cancel"), URL: jobPath(o.ID) + "/cancel", Post: true, Look: ui.Stop})
	}
	return as
}

func jobPath(id int64) string { return "/op/jobs/" + strconv.FormatInt(id, 10) }

func attempts(ctx context.Context, j system.Job) string {
	return i18n.T(ctx, "system.jobs.attempt_of", "attempt", j.Attempt, "most", j.MaxAttempts)
}

func stateName(ctx context.Context, s system.JobState) string {
	return i18n.T(ctx, "system.job."+string(s))
}

func stateTone(s system.JobState) ui.Tone {
	tones := map[system.JobState]ui.Tone{
		"running": ui.Info, "retryable": ui.Warn, "completed": ui.OK, "cancelled": ui.Dark, "discarded": ui.Bad,
	}
	return tones[s] // waiting ones are mute
}

// AuditList is a page of the log.
type AuditList struct {
	Query system.AuditQuery
	system.AuditPage
	Wrong fault.Complaints
}

func (l AuditList) address(more ...string) string { return l.at("/op/audit", more...) }

func (l AuditList) at(path string, more ...string) string {
	return ui.Query(path, []string{"actor", l.Query.Actor, "action", l.Query.Action, "tin", l.Query.TIN}, more...)
}

func (l AuditList) pager() ui.Pager {
	p := ui.Pager{Shown: len(l.Lines), Total: -1, Per: l.Query.Per}
	if l.Query.Cursor != "" {
		p.FirstURL = l.address("per", ui.Per(l.Query.Per))
	}
	if l.Next != "" {
		p.NextURL = l.address("per", ui.Per(l.Query.Per), "after", l.Next)
	}
	p.PerURLs = sizes(func(n string) string { return l.address("per", n) })
	return p
}

func (l AuditList) actor(ctx context.Context) ui.Field {
	return ui.Field{Name: "actor", Label: i18n.T(ctx, "system.audit.actor"), Value: l.Query.Actor, Type: "search", Width: "w14"}
}

func (l AuditList) tin(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "tin", Label: i18n.T(ctx, "system.audit.tin"), Value: l.Query.TIN, Wrong: l.Wrong,
		Width: "w10", InputMode: "numeric", Autocomplete: "off",
	}
}

func (l AuditList) action(ctx context.Context) ui.Field {
	return ui.Field{Name: "action", Label: i18n.T(ctx, "system.audit.action"), Value: l.Query.Action}
}

func families(ctx context.Context) []ui.Option {
	list := make([]ui.Option, 0, len(system.Families()))
	for _, f := range system.Families() {
		list = append(list, ui.Option{Value: f, Text: i18n.T(ctx, "system.family."+f[:len(f)-1])})
	}
	return list
}

// actorName is who acted, also when the portal itself did or nobody is known.
func actorName(ctx context.Context, l system.Line) string {
	switch l.ActorKind {
	case "system":
		return i18n.T(ctx, "system.audit.portal")
	case "visitor":
		return i18n.T(ctx, "system.audit.visitor")
	}
	return l.ActorName
}

// orgName names the organization a line is about; empty for the system's own.
func (l AuditList) orgName(ctx context.Context, id int64) (name, tin string) {
	o, ok := l.Orgs[id]
	if !ok {
		return "", ""
	}
	return o.Name(i18n.From(ctx).Code()), ui.TIN(o.TIN)
}

// AuditRows is the log as a table for office programs, with its head.
func AuditRows(ctx context.Context, p system.AuditPage) [][]string {
	var head []string
	for _, k := range []string{"at", "tin", "org", "actor", "act", "code", "target", "details", "ip", "request"} {
		head = append(head, i18n.T(ctx, "system.audit.csv."+k))
	}
	rows := [][]string{head}
	for _, l := range p.Lines {
		o := p.Orgs[l.OrgID]
		rows = append(rows, []string{
			ui.CellMoment(l.At), string(o.TIN), o.Name(i18n.From(ctx).Code()), actorName(ctx, l), ui.ActName(ctx, l.Action),
			l.Action, l.Target, string(l.Details), l.IP, l.RequestID,
		})
	}
	return rows
}

func sizes(to func(string) string) []ui.Link {
	list := make([]ui.Link, 0, len(page.Sizes()))
	for _, n := range page.Sizes() {
		list = append(list, ui.Link{Text: strconv.Itoa(n), URL: to(strconv.Itoa(n))})
	}
	return list
}

// nextCard lets who moderates begin with the most urgent card.
func nextCard(ctx context.Context) []ui.Action {
	if !layout.ViewerOf(ctx).Rights.Has(perm.OpCardModerate) {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "moderation.next"), URL: "/op/cards/next", Post: true, Look: ui.Go}}
}
