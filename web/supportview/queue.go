package supportview

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/ui"
)

// Where the desk is.
const (
	Desk       = "/op/support"
	StatsURL   = Desk + "/stats"
	LibraryURL = "/op/dictionaries/answers"
)

// OpPath is the page of a request for staff.
func OpPath(r support.Ref) string { return Desk + "/" + itoa(r.OrgID) + "/" + itoa(r.ID) }

func opPath(r support.Request) string { return OpPath(support.Ref{OrgID: r.OrgID, ID: r.ID}) }

// QueuePage is the queue of the desk.
type QueuePage struct {
	support.Page
	Filter    support.Filter
	Staff     int64 // the reader
	MayAnswer bool
	Now       time.Time
}

// QueueURL is the address of the queue with a filter, without what is empty.
func QueueURL(f support.Filter) string { return ui.Query(Desk, queueQuery(f)) }

func queueQuery(f support.Filter) []string {
	return []string{"tab", string(f.Tab), "kind", string(f.Kind), "due", string(f.Due), "q", f.Query, "per", ui.Per(f.Size)}
}

func (p QueuePage) address(changes ...string) string {
	return ui.Query(Desk, queueQuery(p.Filter), changes...)
}

func (p QueuePage) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, 0, len(support.Tabs()))
	for _, t := range support.Tabs() {
		c := p.Counts[t]
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "support.tab."+tabName(t)), URL: p.address("tab", string(t)), Current: p.Filter.Tab == t,
			Count: c.N, Counted: !c.More, Hot: t == support.ToAnswer && c.N > 0,
		})
	}
	return tabs
}

func tabName(t support.Tab) string {
	if t == support.ToAnswer {
		return "to_answer"
	}
	return string(t)
}

func (p QueuePage) keep() []ui.Hidden {
	var keep []ui.Hidden
	if p.Filter.Tab != support.ToAnswer {
		keep = append(keep, ui.Hidden{Name: "tab", Value: string(p.Filter.Tab)})
	}
	if per := ui.Per(p.Filter.Size); per != "" {
		keep = append(keep, ui.Hidden{Name: "per", Value: per})
	}
	return keep
}

func dueOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(support.Late), Text: i18n.T(ctx, "support.due_late")},
		{Value: string(support.Today), Text: i18n.T(ctx, "support.due_today")},
	}
}

func (p QueuePage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if p.Filter.Query != "" {
		chips = append(chips, ui.Link{Text: p.Filter.Query, URL: p.address("q", "")})
	}
	if p.Filter.Kind != "" {
		chips = append(chips, ui.Link{Text: kindText(ctx, p.Filter.Kind), URL: p.address("kind", "")})
	}
	for _, o := range dueOptions(ctx) {
		if o.Value == string(p.Filter.Due) {
			chips = append(chips, ui.Link{Text: o.Text, URL: p.address("due", "")})
		}
	}
	return chips
}

func (p QueuePage) cleared() string { return p.address("q", "", "kind", "", "due", "") }

func (p QueuePage) actions(ctx context.Context) []ui.Action {
	var all []ui.Action
	if p.MayAnswer {
		all = append(all, ui.Action{Text: i18n.T(ctx, "support.next_one"), URL: Desk + "/next", Post: true, Look: ui.Go})
	}
	all = append(all, ui.Action{Text: i18n.T(ctx, "support.stats.title"), URL: StatsURL})
	if len(p.Rows) > 0 {
		all = append(all, ui.Action{Text: i18n.T(ctx, "support.export"), URL: ui.Query(Desk+".csv", queueQuery(p.Filter), "per", "")})
	}
	return all
}

func (p QueuePage) pager() ui.Pager {
	c := p.Counts[p.Filter.Tab]
	pager := ui.Pager{Shown: len(p.Rows), Total: c.N, AtLeast: c.More, Per: p.Filter.Size}
	if p.Filter.After != "" {
		pager.FirstURL = p.address()
	}
	if p.Next != "" {
		pager.NextURL = p.address("after", p.Next)
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return p.address("per", strconv.Itoa(n)) })
	return pager
}

// soon is how close a deadline is marked as urgent.
const soon = 24 * time.Hour

// deadlineTag says how a deadline stands: colour, shape and words.
func deadlineTag(ctx context.Context, due, now time.Time) templ.Component {
	left := due.Sub(now)
	switch {
	case left < 0:
		return ui.Tag(ui.Bad, late(ctx, -left))
	case left <= soon:
		return ui.Tag(ui.Warn, ui.Left(ctx, due, now))
	}
	return ui.Tag(ui.Mute, ui.Left(ctx, due, now))
}

// late says by how much a deadline was missed, in the largest whole unit.
func late(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Hour:
		return i18n.N(ctx, "support.late.minutes", max(1, int(d/time.Minute)))
	case d < 48*time.Hour:
		return i18n.N(ctx, "support.late.hours", int(d/time.Hour))
	}
	return i18n.N(ctx, "support.late.days", int(d/(24*time.Hour)))
}

// holder says who works on a request.
func holder(ctx context.Context, h support.Hold, staff int64) string {
	switch {
	case h.StaffID == 0:
		return i18n.T(ctx, "support.hold.nobody")
	case h.By(staff):
		return i18n.T(ctx, "support.hold.mine")
	case h.Lapsed:
		return i18n.T(ctx, "support.hold.lapsed", "name", h.Name)
	}
	return h.Name
}

// Export is the table of a file: titles, then a row for each request.
func Export(ctx context.Context, items []support.Item) [][]string {
	table := [][]string{{
		i18n.T(ctx, "support.column.number"), i18n.T(ctx, "support.column.tin"), i18n.T(ctx, "support.column.org"), i18n.T(ctx, "support.column.about"),
		i18n.T(ctx, "support.column.title"), i18n.T(ctx, "support.column.status"), i18n.T(ctx, "support.column.created"), i18n.T(ctx, "support.due"),
		i18n.T(ctx, "support.column.answered"), i18n.T(ctx, "support.column.changed"), i18n.T(ctx, "support.column.holder"), i18n.T(ctx, "support.column.score"),
	}}
	for _, i := range items {
		score := ""
		if i.Score > 0 {
			score = strconv.Itoa(i.Score)
		}
		table = append(table, []string{
			i.Number(), string(i.Org.TIN), i.Org.Name(lang(ctx)), aboutText(ctx, i.About), i.Title, statusText(ctx, i.Status),
			ui.CellTime(i.CreatedAt), ui.CellTime(i.Due), ui.CellTime(i.AnsweredAt), ui.CellTime(i.ChangedAt), i.Hold.Name, score,
		})
	}
	return table
}
