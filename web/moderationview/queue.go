package moderationview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/card"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// QueuePage is the queue of cards.
type QueuePage struct {
	moderation.Page
	Filter     moderation.Filter
	Groups     []productgroup.Group
	Colleagues []moderation.Colleague // to whom cards can be passed; of moderators only
	Staff      int64                  // the reader
	MayDecide  bool
	Pass       PassForm
	Now        time.Time
}

// ListURL is the queue with a filter, from its beginning.
func ListURL(f moderation.Filter) string {
	return ui.Query(QueueURL, parameters(f), "per", ui.Per(f.Size))
}

// parameters are a filter as name, value pairs of an address; the page and its
// size are not among them.
func parameters(f moderation.Filter) []string {
	group := ""
	if f.Group != 0 {
		group = strconv.Itoa(int(f.Group))
	}
	return []string{"hands", string(f.Hands), "q", f.Query, "tin", f.TIN, "group", group, "due", string(f.Due)}
}

// address is the queue with something of the filter changed, from its beginning.
func (p QueuePage) address(changes ...string) string {
	return ui.Query(QueueURL, append(parameters(p.Filter), "per", ui.Per(p.Filter.Size)), changes...)
}

func (p QueuePage) actions(ctx context.Context) []ui.Action {
	as := []ui.Action{{Text: i18n.T(ctx, "moderation.stats.title"), URL: StatsURL}}
	if len(p.Rows) > 0 {
		as = append(as, ui.Action{Text: i18n.T(ctx, "moderation.export"), URL: ui.Query(ExportURL, parameters(p.Filter))})
	}
	if p.MayDecide && p.Counts[moderation.Anybody].N > 0 {
		as = append(as, ui.Action{Text: i18n.T(ctx, "moderation.next"), URL: At(p.Filter, NextURL), Post: true, Look: ui.Go})
	}
	return as
}

func (p QueuePage) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, 0, len(moderation.AllHands()))
	for _, h := range moderation.AllHands() {
		c := p.Counts[h]
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "moderation.hands."+handsKey(h)), URL: p.address("hands", string(h)), Current: p.Filter.Hands == h,
			Count: c.N, Counted: !c.More, Hot: h == moderation.Mine && c.N > 0,
		})
	}
	return tabs
}

func handsKey(h moderation.Hands) string {
	if h == moderation.Anybody {
		return "all"
	}
	return string(h)
}

func (p QueuePage) keep() []ui.Hidden {
	var keep []ui.Hidden
	for name, value := range map[string]string{"hands": string(p.Filter.Hands), "per": ui.Per(p.Filter.Size)} {
		if value != "" {
			keep = append(keep, ui.Hidden{Name: name, Value: value})
		}
	}
	return keep
}

func (p QueuePage) groupOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(p.Groups))
	for i, g := range p.Groups {
		options[i] = ui.Option{Value: strconv.Itoa(int(g.ID)), Text: g.Name(lang(ctx))}
	}
	return options
}

func (p QueuePage) groupName(ctx context.Context) string {
	for _, g := range p.Groups {
		if g.ID == p.Filter.Group {
			return g.Name(lang(ctx))
		}
	}
	return strconv.Itoa(int(p.Filter.Group))
}

func dueOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(moderation.Late), Text: i18n.T(ctx, "moderation.due.overdue")},
		{Value: string(moderation.Today), Text: i18n.T(ctx, "moderation.due.day")},
	}
}

func (p QueuePage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if p.Filter.Query != "" {
		chips = append(chips, ui.Link{Text: i18n.T(ctx, "moderation.chip.q", "q", p.Filter.Query), URL: p.address("q", "")})
	}
	if p.Filter.TIN != "" {
		chips = append(chips, ui.Link{Text: i18n.T(ctx, "moderation.chip.tin", "tin", p.Filter.TIN), URL: p.address("tin", "")})
	}
	if p.Filter.Group != 0 {
		chips = append(chips, ui.Link{Text: p.groupName(ctx), URL: p.address("group", "")})
	}
	if p.Filter.Due != moderation.Whenever {
		chips = append(chips, ui.Link{Text: i18n.T(ctx, "moderation.due."+string(p.Filter.Due)), URL: p.address("due", "")})
	}
	return chips
}

// cleared is the queue without its filters, in the same hands.
func (p QueuePage) cleared() string { return p.address("q", "", "tin", "", "group", "", "due", "") }

func (p QueuePage) pager() ui.Pager {
	c := p.Counts[p.Filter.Hands]
	pager := ui.Pager{Shown: len(p.Rows), Total: c.N, AtLeast: c.More, Per: p.Filter.Size}
	if p.Filter.After != "" {
		pager.FirstURL = p.address()
	}
	if p.Next != "" {
		pager.NextURL = p.address("after", p.Next)
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return p.address("per", ui.Per(n)) })
	return pager
}

func (p QueuePage) columns(ctx context.Context) []ui.Column {
	var cs []ui.Column
	if p.MayDecide {
		cs = append(cs, ui.Column{Title: i18n.T(ctx, "moderation.column.choose"), Hidden: true})
	}
	return append(
		cs,
		ui.Column{Title: i18n.T(ctx, "moderation.column.card")},
		ui.Column{Title: i18n.T(ctx, "moderation.column.org")},
		ui.Column{Title: i18n.T(ctx, "moderation.column.group")},
		ui.Column{Title: i18n.T(ctx, "moderation.column.deadline")},
		ui.Column{Title: i18n.T(ctx, "moderation.column.sent")},
		ui.Column{Title: i18n.T(ctx, "moderation.column.claim")},
	)
}

// holder says who looks at a card now.
func holder(ctx context.Context, c moderation.Claim, staff int64) string {
	switch {
	case c.By(staff) && c.GivenBy != "":
		return i18n.T(ctx, "moderation.claim.given", "name", c.GivenBy)
	case c.By(staff):
		return i18n.T(ctx, "moderation.claim.mine")
	case c.StaffID != 0:
		return c.Name
	}
	return i18n.T(ctx, "moderation.claim.nobody")
}

func kindOf(ctx context.Context, i moderation.Item) string {
	if i.First {
		return i18n.T(ctx, "moderation.kind.first")
	}
	return i18n.T(ctx, "moderation.kind.change")
}

// Export is the table of a file: titles, then a row for each card.
func Export(ctx context.Context, items []moderation.Item) [][]string {
	rows := [][]string{{
		i18n.T(ctx, "moderation.column.gtin"), i18n.T(ctx, "moderation.column.card"), i18n.T(ctx, "moderation.column.kind"),
		i18n.T(ctx, "moderation.column.group"), i18n.T(ctx, "moderation.column.tin"), i18n.T(ctx, "moderation.column.org"),
		i18n.T(ctx, "moderation.column.sent"), i18n.T(ctx, "moderation.column.sent_by"), i18n.T(ctx, "moderation.column.deadline"),
		i18n.T(ctx, "moderation.column.claim"),
	}}
	for _, i := range items {
		rows = append(rows, []string{
			string(i.GTIN), nameOf(ctx, i), kindOf(ctx, i), i.Group.Name(lang(ctx)), string(i.Org.TIN), i.Org.In(lang(ctx)),
			ui.CellTime(i.SentAt), i.SentBy, ui.CellTime(i.Deadline), i.Claim.Name,
		})
	}
	return rows
}

func packagingName(ctx context.Context, p card.Packaging) string {
	return i18n.T(ctx, "card.packaging."+string(p))
}
