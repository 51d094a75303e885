package aicview

import (
	"context"
	"slices"
	"strings"
	"time"

	"kabinet/internal/aic"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// RecordPage is one AIC.
type RecordPage struct {
	aic.Record
	Group string // name
	Now   time.Time
}

func (p RecordPage) title(ctx context.Context) string {
	return i18n.T(ctx, "aic.name", "number", p.Number.Counter())
}

func (p RecordPage) head(ctx context.Context) ui.PageHead {
	h := ui.PageHead{
		Crumbs: []ui.Link{{Text: i18n.T(ctx, "aic.title"), URL: ListURL}}, Title: p.title(ctx), Code: p.Number.Grouped(),
		Status: ui.Tag(tone(p.State), stateName(ctx, p.State)),
	}
	if p.State.Open() && mayDisband(ctx) {
		h.Actions = []ui.Action{{Text: i18n.T(ctx, "aic.disband.open"), URL: AskURL(DisbandURL, []int64{p.ID}), Look: ui.Stop}}
	}
	return h
}

// parts explain the number.
func (p RecordPage) parts(ctx context.Context) []ui.Pair {
	owner := ui.Pair{Key: i18n.T(ctx, "aic.part.owner"), Value: p.Number.Owner(), Code: true}
	if p.Number.Personal() {
		owner = ui.Pair{Key: i18n.T(ctx, "aic.part.person"), Value: i18n.T(ctx, "aic.part.hidden")}
	}
	return []ui.Pair{
		owner,
		{Key: i18n.T(ctx, "aic.part.day"), Value: p.Number.Date() + " · " + ui.Date(p.Number.Day())},
		{Key: i18n.T(ctx, "aic.part.counter"), Value: p.Number.Counter(), Code: true},
	}
}

func (p RecordPage) facts(ctx context.Context) []ui.Pair {
	facts := []ui.Pair{
		{Key: i18n.T(ctx, "aic.column.age"), Value: i18n.N(ctx, "aic.days", p.Age(p.Now))},
		{Key: i18n.T(ctx, "aic.group"), Value: p.Group},
		{Key: i18n.T(ctx, "aic.column.codes"), Value: ui.Int(p.Codes)},
		{Key: i18n.T(ctx, "aic.column.declaration"), Value: p.declaration(ctx)},
	}
	if p.State == aic.Refused {
		facts = append(facts, ui.Pair{Key: i18n.T(ctx, "aic.reason"), Value: strings.TrimPrefix(p.Reason+", "+i18n.T(ctx, "aic.stage."+p.Stage), ", ")})
	}
	if p.State == aic.Disbanded {
		by := i18n.T(ctx, "aic.disbanded_elsewhere")
		if !p.At.IsZero() {
			by = i18n.T(ctx, "aic.disbanded_value", "name", p.By, "time", ui.DateTime(p.At))
		}
		facts = append(facts, ui.Pair{Key: i18n.T(ctx, "aic.disbanded_by"), Value: by})
	}
	return facts
}

func (p RecordPage) declaration(ctx context.Context) string {
	if p.Declaration == "" {
		return i18n.T(ctx, "aic.no_declaration")
	}
	day, err := time.Parse(time.DateOnly, p.DeclaredOn)
	if err != nil {
		return p.Declaration
	}
	return strings.TrimSuffix(i18n.T(ctx, "aic.declaration_value", "number", p.Declaration, "day", day.Format("02.01.2006"), "authority", p.Authority), ", ")
}

// listed reports whether the source names the codes.
func (p RecordPage) listed() bool {
	for _, l := range p.Lines {
		if len(l.List) > 0 {
			return true
		}
	}
	return false
}

// box31 says where the number is written at the customs.
func (p RecordPage) box31(ctx context.Context) string {
	if p.Number.Personal() {
		return i18n.T(ctx, "aic.box31_person")
	}
	return i18n.T(ctx, "aic.box31")
}

// history is what happened, the newest first.
func (p RecordPage) history(ctx context.Context) []ui.Event {
	events := p.said(ctx)
	if p.Declared.ID == 0 {
		return events
	}
	named := ui.Event{At: p.Declared.At, Tone: tone(aic.Declared), Text: i18n.T(ctx, "aic.history.declared", "number", p.Declared.Number)}
	at := slices.IndexFunc(events, func(e ui.Event) bool { return e.At.Before(named.At) })
	if at < 0 {
		at = len(events)
	}
	return slices.Insert(events, at, named)
}

// said is what the source said, and who disbanded the AIC in between.
func (p RecordPage) said(ctx context.Context) []ui.Event {
	var events []ui.Event
	disbanded := p.At
	for _, v := range p.Versions {
		if !disbanded.IsZero() && v.TakenAt.Before(disbanded) {
			events = append(events, p.disbandedEvent(ctx))
			disbanded = time.Time{}
		}
		events = append(events, ui.Event{At: v.At, Tone: tone(v.Content.State), Text: stateName(ctx, v.Content.State)})
	}
	return events
}

func (p RecordPage) disbandedEvent(ctx context.Context) ui.Event {
	return ui.Event{At: p.At, Tone: tone(aic.Disbanded), Text: i18n.T(ctx, "aic.history.disbanded", "name", p.By)}
}

func lineColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Title: i18n.T(ctx, "aic.line.product")}, {Title: i18n.T(ctx, "aic.line.sample")}, {Title: i18n.T(ctx, "aic.column.codes"), Num: true}}
}

// DisbandPage asks before AICs are disbanded.
type DisbandPage struct {
	aic.Plan
	Panel   edsview.Form
	Trouble *fault.Error // why nothing was disbanded just now
}

func (p DisbandPage) title(ctx context.Context) string {
	if len(p.AICs) == 0 {
		return i18n.T(ctx, "aic.disband.none")
	}
	return i18n.N(ctx, "aic.disband.title", len(p.AICs))
}

// ids are those that can be disbanded.
func (p DisbandPage) ids() []int64 {
	ids := make([]int64, len(p.AICs))
	for i, a := range p.AICs {
		ids[i] = a.ID
	}
	return ids
}

func (p DisbandPage) declared() (n int) {
	for _, a := range p.AICs {
		if a.State == aic.Declared {
			n++
		}
	}
	return n
}

// scripts are those of a page that signs.
func (p DisbandPage) scripts() []string {
	if p.signs() {
		return []string{edsview.Script}
	}
	return nil
}

// signs reports whether the page can be signed: all that was chosen fits.
func (p DisbandPage) signs() bool { return p.Statement != "" && len(p.Left) == 0 }

// Panel is what signs for the AICs.
func Panel(ctx context.Context, eds edsview.Config, ids []int64) edsview.Form {
	form := edsview.Form{
		Config: eds, Challenge: AskURL(DisbandURL+"/challenge", ids), Action: DisbandURL,
		Start: i18n.T(ctx, "aic.disband.sign"), Sign: i18n.T(ctx, "aic.disband.sign"),
	}
	for _, id := range ids {
		form.Values = append(form.Values, ui.Hidden{Name: IDsName, Value: text(id)})
	}
	return form
}

func why(ctx context.Context, err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	return i18n.T(ctx, f.Key, f.Args...)
}
