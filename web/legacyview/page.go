// Package legacyview draws imports for the operator's staff.
package legacyview

import (
	"context"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/legacy"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// refreshSeconds is how often a page of work under way is fetched again, and
// reloadSeconds the same without script.
const (
	refreshSeconds = 5
	reloadSeconds  = 10
)

// Path is the address of an import.
func Path(id int64) string { return "/op/imports/" + strconv.FormatInt(id, 10) }

// ListPage is the list of imports.
type ListPage struct {
	Page      legacy.Page[legacy.Import]
	Later     bool // not the first page
	MayImport bool
}

// ShowPage is one import.
type ShowPage struct {
	Import     legacy.Import
	Complaints legacy.Page[legacy.Complaint]
	Later      bool // not the first page of complaints
	MayImport  bool
}

func (p ListPage) pager() ui.Pager {
	return pager("/op/imports", len(p.Page.Rows), p.Later, p.Page.Next)
}

func (p ShowPage) pager() ui.Pager {
	return pager(Path(p.Import.ID), len(p.Complaints.Rows), p.Later, p.Complaints.Next)
}

func pager(path string, shown int, later bool, next string) ui.Pager {
	x := ui.Pager{Shown: shown, Total: -1}
	if later {
		x.FirstURL = path
	}
	if next != "" {
		x.NextURL = path + "?after=" + next
	}
	return x
}

func state(i legacy.Import) ui.JobState {
	switch i.Status {
	case legacy.Running:
		return ui.JobRunning
	case legacy.Failed:
		return ui.JobFailed
	case legacy.Cancelled:
		return ui.JobCancelled
	case legacy.Done:
		if i.Bad > 0 {
			return ui.JobDoneWithErrors
		}
		return ui.JobDone
	}
	return ui.JobQueued
}

func (p ShowPage) reload() int {
	if p.Import.Moving() {
		return reloadSeconds
	}
	return 0
}

func (p ShowPage) job(ctx context.Context) ui.Job {
	i := p.Import
	j := ui.Job{State: state(i), Label: i.FileName, Done: i.Rows(), Total: i.TotalRows, Line: line(ctx, i)}
	if i.Status != legacy.Queued && i.Status != legacy.Failed {
		j.Counters = p.counters(ctx)
	}
	if i.Moving() {
		j.Note = i18n.T(ctx, "legacy.show.leave")
	}
	return j
}

func line(ctx context.Context, i legacy.Import) string {
	if i.Status == legacy.Queued {
		return i18n.T(ctx, "legacy.show.queued")
	}
	return i18n.T(ctx, "legacy.mode."+string(i.Mode)) + ": " + legacy.ProgressLine(ctx, i)
}

func (p ShowPage) counters(ctx context.Context) []ui.Counter {
	i := p.Import
	return []ui.Counter{
		{Label: i18n.T(ctx, "legacy.count."+string(i.Mode)+".created"), Value: i.Created, Tone: ui.OK},
		{Label: i18n.T(ctx, "legacy.count."+string(i.Mode)+".changed"), Value: i.Changed, Tone: ui.Info},
		{Label: i18n.T(ctx, "legacy.count.unchanged"), Value: i.Unchanged},
		{Label: i18n.T(ctx, "legacy.count.bad"), Value: i.Bad, Tone: ui.Bad},
	}
}

// lead says who brought the file and when.
func (p ShowPage) lead(ctx context.Context) string {
	return i18n.T(ctx, "legacy.show.by", "name", staff(ctx, p.Import), "at", ui.DateTime(p.Import.CreatedAt))
}

func staff(ctx context.Context, i legacy.Import) string {
	if i.StaffID == 0 {
		return i18n.T(ctx, "legacy.show.command")
	}
	return i.StaffName
}

func (p ShowPage) apply(ctx context.Context) ui.Action {
	return ui.Action{
		Text: i18n.N(ctx, "legacy.show.apply", p.Import.Created+p.Import.Changed),
		URL:  Path(p.Import.ID) + "/apply", Look: ui.Go, Post: true,
	}
}

func (p ShowPage) cancel(ctx context.Context) ui.Action {
	return ui.Action{Text: i18n.T(ctx, "legacy.show.cancel"), URL: Path(p.Import.ID) + "/cancel", Look: ui.Stop, Post: true}
}

// invites reports whether the next step may be offered: letters to those whom
// the file named.
func (p ShowPage) invites(ctx context.Context) bool {
	return p.Import.Mode == legacy.Apply && !p.Import.Moving() && p.Import.Good > 0 && layout.ViewerOf(ctx).Rights.Has(perm.OpCampaignRun)
}

func (p ShowPage) invite(ctx context.Context) ui.Action {
	return ui.Action{
		Text: i18n.T(ctx, "legacy.show.invite"), Look: ui.Go,
		URL: "/op/campaigns/new?imports=" + strconv.FormatInt(p.Import.ID, 10),
	}
}

// row says where a complaint belongs; one about the file has no row.
func row(c legacy.Complaint) string {
	if c.Row == 0 {
		return "–"
	}
	return ui.Int(c.Row)
}

func column(c legacy.Complaint) string {
	if c.Row == 0 || c.Field == "" {
		return "–"
	}
	return c.Field
}

// maxFound is how much of a cell the table shows; the file has more of it.
const maxFound = 30

// found is the beginning of what stood in a cell: a text without a space would
// push the reason off the page.
func found(c legacy.Complaint) string {
	r := []rune(c.Found)
	if len(r) <= maxFound {
		return c.Found
	}
	return string(r[:maxFound]) + "…"
}

// fields explains each column of a file, in the order of the template.
func fields(ctx context.Context) []ui.Pair {
	names := legacy.ColumnNames()
	pairs := make([]ui.Pair, 0, len(names))
	for _, n := range names {
		pairs = append(pairs, ui.Pair{Key: n, Value: i18n.T(ctx, "legacy.field."+n)})
	}
	return pairs
}

func newImport(ctx context.Context, may bool) []ui.Action {
	if !may {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "legacy.list.new"), URL: "/op/imports/new", Look: ui.Go}}
}

func stateTone(i legacy.Import) ui.Tone {
	return map[ui.JobState]ui.Tone{
		ui.JobQueued: ui.Mute, ui.JobRunning: ui.Info, ui.JobDone: ui.OK,
		ui.JobDoneWithErrors: ui.Warn, ui.JobFailed: ui.Bad, ui.JobCancelled: ui.Dark,
	}[state(i)]
}

func stateText(ctx context.Context, i legacy.Import) string {
	if i.Status == legacy.Done && i.Bad > 0 {
		return i18n.T(ctx, "legacy.state.done_errors")
	}
	return i18n.T(ctx, "legacy.state."+string(i.Status))
}

// advice says what to do about a file that was not taken.
func advice(ctx context.Context, c fault.Complaint) string { return adviceOn(ctx, c.Key) }

func failureAdvice(ctx context.Context, i legacy.Import) string { return adviceOn(ctx, i.Failure) }

func adviceOn(ctx context.Context, key string) string {
	if key = "legacy.advice." + key; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return ""
}
