package requestview

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/request"
	"kabinet/web/ui"
)

// QueuePage is the operator's queue.
type QueuePage struct {
	request.Page
	Filter request.Filter
	Staff  int64 // the reader
	Now    time.Time
	// Address makes addresses of this list: name, value pairs to change.
	Address func(changes ...string) string
}

// ItemPage is one request on the desk.
type ItemPage struct {
	request.Opened
	Staff     int64 // the reader
	MayDecide bool
	Decision  request.Decision
	Wrong     fault.Complaints
	Now       time.Time
}

// OpPath is the page of a request for staff.
func OpPath(orgID, id int64) string { return "/op/requests/" + itoa(orgID) + "/" + itoa(id) }

func (p QueuePage) status() request.Status {
	if p.Filter.Status == "" {
		return request.Open
	}
	return p.Filter.Status
}

func (p QueuePage) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, 0, len(request.Statuses()))
	for _, s := range request.Statuses() {
		value, c := string(s), p.Counts[s]
		if s == request.Open {
			value = ""
		}
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "request.status."+string(s)), URL: p.Address("status", value), Current: p.status() == s,
			Count: c.N, Counted: !c.More, Hot: s == request.Open && c.N > 0,
		})
	}
	return tabs
}

func (p QueuePage) keep() []ui.Hidden {
	var keep []ui.Hidden
	if p.Filter.Status != "" {
		keep = append(keep, ui.Hidden{Name: "status", Value: string(p.Filter.Status)})
	}
	if p.Filter.Size != page.Size("") {
		keep = append(keep, ui.Hidden{Name: "per", Value: strconv.Itoa(p.Filter.Size)})
	}
	return keep
}

func kindOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, 0, len(request.Kinds()))
	for _, k := range request.Kinds() {
		options = append(options, ui.Option{Value: string(k), Text: kindText(ctx, k)})
	}
	return options
}

func (p QueuePage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if p.Filter.Query != "" {
		chips = append(chips, ui.Link{Text: i18n.T(ctx, "request.chip.tin", "tin", p.Filter.Query), URL: p.Address("q", "")})
	}
	if p.Filter.Kind != "" {
		chips = append(chips, ui.Link{Text: kindText(ctx, p.Filter.Kind), URL: p.Address("kind", "")})
	}
	return chips
}

// cleared is the address of the list without its filters, on the same tab.
func (p QueuePage) cleared() string { return p.Address("q", "", "kind", "") }

func (p QueuePage) pager() ui.Pager {
	c := p.Counts[p.status()]
	pager := ui.Pager{Shown: len(p.Rows), Total: c.N, AtLeast: c.More, Per: p.Filter.Size}
	if p.Filter.After != "" {
		pager.FirstURL = p.Address("after", "")
	}
	if p.Next != "" {
		pager.NextURL = p.Address("after", p.Next)
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return p.Address("per", strconv.Itoa(n)) })
	return pager
}

func (p QueuePage) actions(ctx context.Context) []ui.Action {
	if len(p.Rows) == 0 {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "request.export"), URL: "/op/requests.csv" + strings.TrimPrefix(p.Address("per", ""), "/op/requests")}}
}

// Export is the table of a file: titles, then a row for each request.
func Export(ctx context.Context, items []request.Item) [][]string {
	rows := [][]string{{
		i18n.T(ctx, "request.column.number"), i18n.T(ctx, "request.column.tin"), i18n.T(ctx, "request.column.org"), i18n.T(ctx, "request.column.kind"),
		i18n.T(ctx, "request.column.subject"), i18n.T(ctx, "request.column.status"), i18n.T(ctx, "request.column.created"),
		i18n.T(ctx, "request.column.decided"), i18n.T(ctx, "request.column.decided_by"), i18n.T(ctx, "request.column.answer"),
	}}
	for _, i := range items {
		rows = append(rows, []string{
			itoa(i.ID), string(i.TIN), i.OrgName(lang(ctx)), kindText(ctx, i.Kind), subject(ctx, i.Request),
			i18n.T(ctx, "request.status."+string(i.Status)), ui.CellTime(i.CreatedAt), ui.CellTime(i.DecidedAt), i.DecidedBy, i.Answer,
		})
	}
	return rows
}

func (p ItemPage) crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "request.title"), URL: "/op/requests"}}
}

func (p ItemPage) facts(ctx context.Context) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "request.column.org"), Rich: orgLink(p.Item)},
		{Key: i18n.T(ctx, "request.column.tin"), Value: ui.TIN(p.TIN)},
		{Key: i18n.T(ctx, "request.column.kind"), Value: kindText(ctx, p.Kind)},
		{Key: i18n.T(ctx, "request.column.subject"), Value: subject(ctx, p.Request), Code: p.Kind != request.Issuer},
	}
	return append(ps, facts(ctx, p.Request)[1:]...)
}

// free reports whether the reader may decide now.
func (p ItemPage) free() bool {
	return p.MayDecide && !p.Own && p.Status == request.Open && !p.ClaimedFor(p.Staff)
}

func (p ItemPage) verdict(ctx context.Context) ui.Field {
	return ui.Field{Name: "verdict", Label: i18n.T(ctx, "request.decision.verdict"), Value: p.Decision.Verdict, Wrong: p.Wrong}
}

func (p ItemPage) verdicts(ctx context.Context) []ui.Choice {
	return []ui.Choice{
		{Value: request.Approve, Text: i18n.T(ctx, "request.decision.approve"), Hint: i18n.T(ctx, "request.decision.approve_hint."+string(p.Kind))},
		{Value: request.Refuse, Text: i18n.T(ctx, "request.decision.refuse")},
	}
}

func (p ItemPage) answer(ctx context.Context) ui.Field {
	return ui.Field{Name: "answer", Label: i18n.T(ctx, "request.decision.answer"), Hint: i18n.T(ctx, "request.decision.answer_hint"), Value: p.Decision.Answer, Wrong: p.Wrong}
}

func (p ItemPage) typed() []ui.Hidden {
	return []ui.Hidden{{Name: "verdict", Value: p.Decision.Verdict}, {Name: "answer", Value: p.Decision.Answer}}
}

func (p ItemPage) confirm(ctx context.Context) string {
	if p.Decision.Verdict == request.Approve {
		return i18n.T(ctx, "request.decision.confirm_approve")
	}
	return i18n.T(ctx, "request.decision.confirm_refuse")
}

func (p ItemPage) look() ui.Look {
	if p.Decision.Verdict == request.Approve {
		return ui.Go
	}
	return ui.Stop
}

// letter is what the applicant will read in one language.
type letter struct {
	lang       i18n.Lang
	subject    string
	paragraphs []string
}

// letters are in the order of the language switch.
func (p ItemPage) letters() []letter {
	key, args := p.Letter(p.Decision)
	all := make([]letter, 0, len(i18n.Langs()))
	for _, l := range i18n.Langs() {
		values := make([]any, len(args))
		for i, a := range args {
			if i%2 == 0 {
				a = strings.TrimSuffix(a, "."+l.Code())
			}
			values[i] = a
		}
		words := func(part string) string { return i18n.Text(l, key+part, values...) }
		all = append(all, letter{l, words("subject"), strings.Split(words("text"), "\n\n")})
	}
	return all
}

// near are numbers of others close to what is asked for: a reason to look twice.
func (p ItemPage) near() bool {
	return slices.ContainsFunc(p.Near, func(c gs1prefix.Claimed) bool { return !c.Own })
}
