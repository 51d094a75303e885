package agreementview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/agreement"
	"kabinet/internal/agreement/terms"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// DeskRoot is the operator's list.
const DeskRoot = "/op/agreements"

// DeskURL is the address of an agreement for staff, or of what is done with it.
func DeskURL(orgID, id int64, rest string) string {
	return DeskRoot + "/" + strconv.FormatInt(orgID, 10) + "/" + strconv.FormatInt(id, 10) + rest
}

func deskCrumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "agreement.desk.title"), URL: DeskRoot}}
}

func recordCrumbs(ctx context.Context, p agreement.Paper) []ui.Link {
	return append(deskCrumbs(ctx), ui.Link{Text: p.Number(), URL: DeskURL(p.OrgID, p.ID, "")})
}

// DeskPage is a page of the operator's list.
type DeskPage struct {
	agreement.Page
	Filter  agreement.Filter
	Now     time.Time
	Address func(changes ...string) string // of the list with its filter, but for what changes
}

func (p DeskPage) status() agreement.Status {
	if p.Filter.Status == "" {
		return agreement.Requested
	}
	return p.Filter.Status
}

func (p DeskPage) tabs(ctx context.Context) []ui.Tab {
	var tabs []ui.Tab
	for _, s := range agreement.Statuses() {
		c := p.Counts[s]
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "agreement.tab."+string(s)), URL: p.Address("status", string(s)), Current: s == p.status(),
			Count: c.N, Counted: !c.More, Hot: (s == agreement.Requested || s == agreement.Signed) && c.N > 0,
		})
	}
	return tabs
}

func (p DeskPage) keep() []ui.Hidden {
	return []ui.Hidden{{Name: "status", Value: string(p.status())}}
}

func (p DeskPage) chips(ctx context.Context) []ui.Link {
	if p.Filter.Query == "" {
		return nil
	}
	return []ui.Link{{Text: i18n.T(ctx, "agreement.desk.query") + ": " + p.Filter.Query, URL: p.Address("q", "")}}
}

func (p DeskPage) actions(ctx context.Context) []ui.Action {
	return []ui.Action{{Text: i18n.T(ctx, "agreement.desk.export"), URL: p.csv()}}
}

func (p DeskPage) csv() string {
	return ui.Query(DeskRoot+".csv", []string{"status", string(p.status()), "q", p.Filter.Query})
}

func (p DeskPage) pager() ui.Pager {
	pager := ui.Pager{Shown: len(p.Rows), Total: -1, Per: p.Filter.Size}
	if p.Filter.After != "" {
		pager.FirstURL = p.Address()
	}
	if p.Next != "" {
		pager.NextURL = p.Address("after", p.Next)
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return p.Address("per", strconv.Itoa(n)) })
	return pager
}

// Export is the list as a table for office programs, with its head.
func Export(ctx context.Context, items []agreement.Item) [][]string {
	var head []string
	for _, k := range []string{"number", "org", "tin", "status", "version", "until", "requested", "sent", "signed", "activated", "ended"} {
		head = append(head, i18n.T(ctx, "agreement.column."+k))
	}
	rows := [][]string{head}
	for _, i := range items {
		state := i18n.T(ctx, "agreement.status."+string(i.Status))
		if i.Status == agreement.Ended {
			state = i18n.T(ctx, "agreement.ending."+string(i.Ending))
		}
		row := []string{i.Number(), i.In(lang(ctx)), string(i.TIN), state, i.Version}
		for _, t := range []time.Time{i.LastDay(), i.Requested.At, i.Sent.At, i.Signed.At, i.Activated.At, i.Ended.At} {
			row = append(row, ui.Date(t))
		}
		rows = append(rows, row)
	}
	return rows
}

// DeskReading is an agreement as staff see it.
type DeskReading struct {
	agreement.Paper
	agreement.Checked // when SignatureID is set
	Text              i18n.Lang
	MayDecide         bool
}

func (r DeskReading) title(ctx context.Context) string {
	return i18n.T(ctx, "agreement.record.title", "number", r.Number())
}

func (r DeskReading) languages(url string) []ui.Tab { return languages(url, r.Text) }

func (r DeskReading) deskFacts(ctx context.Context) []ui.Pair { return deskFacts(ctx, r.Paper) }

// deskFacts name the organization and which of the operator's people acted.
func deskFacts(ctx context.Context, p agreement.Paper) []ui.Pair {
	ps := []ui.Pair{{
		Key:  i18n.T(ctx, "agreement.column.org"),
		Rich: orgLink(p),
	}}
	ps = append(ps, facts(ctx, p.Agreement)...)
	for _, staff := range []struct{ key, by string }{{"sent", p.Sent.By}, {"activated", p.Activated.By}, {"ended", p.Ended.By}} {
		if staff.by != "" && (staff.key != "ended" || p.Ending != agreement.Withdrawn) {
			ps = append(ps, ui.Pair{Key: i18n.T(ctx, "agreement.by."+staff.key), Value: staff.by})
		}
	}
	return ps
}

// deskActs are what staff can do now.
func (r DeskReading) deskActs(ctx context.Context) []ui.Action {
	if !r.MayDecide {
		return nil
	}
	var as []ui.Action
	for _, x := range []agreement.Act{agreement.Send, agreement.Activate, agreement.Refuse, agreement.End} {
		if !r.Can(x) {
			continue
		}
		look := ui.Go
		if x == agreement.Refuse || x == agreement.End {
			look = ui.Stop
		}
		text := i18n.T(ctx, "agreement."+string(x))
		if x == agreement.Send && r.Status == agreement.Sent {
			text, look = i18n.T(ctx, "agreement.send.anew"), ui.Plain
		}
		as = append(as, ui.Action{Text: text, URL: DeskURL(r.OrgID, r.Paper.ID, "/"+string(x)), Look: look})
	}
	return as
}

// SendPage chooses the template of an agreement.
type SendPage struct {
	agreement.Paper
	Typed agreement.Sending
	Shown *agreement.Texts // as they would go out; nil: still chosen
	Wrong fault.Complaints
}

func (s SendPage) crumbs(ctx context.Context) []ui.Link { return recordCrumbs(ctx, s.Paper) }

func (s SendPage) cancel(ctx context.Context) ui.Link {
	return ui.Link{Text: i18n.T(ctx, "agreement.desk.back"), URL: DeskURL(s.OrgID, s.ID, "")}
}

func (s SendPage) version(ctx context.Context) ui.Field {
	value := s.Typed.Version
	if value == "" {
		value = terms.Versions()[0]
	}
	return ui.Field{Name: "version", Label: i18n.T(ctx, "agreement.column.version"), Value: value, Wrong: s.Wrong}
}

func (s SendPage) until(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "until", Label: i18n.T(ctx, "agreement.column.until"), Hint: i18n.T(ctx, "agreement.until.hint"), Value: s.Typed.Until, Optional: true, Wrong: s.Wrong,
		Type: "date", Width: "w10",
	}
}

func (s SendPage) typed() []ui.Hidden {
	return []ui.Hidden{{Name: "version", Value: s.Typed.Version}, {Name: "until", Value: s.Typed.Until}}
}

// WhyPage asks for the reason of an act.
type WhyPage struct {
	agreement.Paper
	Act   agreement.Act // Refuse or End
	Typed string
	Wrong fault.Complaints
}

func (w WhyPage) title(ctx context.Context) string {
	return i18n.T(ctx, "agreement."+string(w.Act)+".title", "number", w.Number())
}

func (w WhyPage) crumbs(ctx context.Context) []ui.Link { return recordCrumbs(ctx, w.Paper) }

func (w WhyPage) reason(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "reason", Label: i18n.T(ctx, "agreement.reason"), Hint: i18n.T(ctx, "agreement.reason.hint"), Value: w.Typed, Wrong: w.Wrong, MaxLength: 1000,
	}
}
