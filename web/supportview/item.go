package supportview

import (
	"context"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/ui"
)

// Forms of a request's page, by which complaints find their fields.
const (
	AnswerForm = "answer"
	NoteForm   = "note"
	PassForm   = "pass"
)

// ItemPage is one request on the desk.
type ItemPage struct {
	support.Opened
	Staff      int64 // the reader
	MayAnswer  bool
	Ready      []support.Ready
	Colleagues []support.Colleague
	Now        time.Time

	Body     string
	Files    bool
	Insert   int64 // ready answer to put into the text
	NoteBody string
	PassTo   string
	PassNote string

	Wrong     fault.Complaints
	WrongForm string
	Moved     *fault.Error // somebody was faster; what was typed is still there
}

func (p ItemPage) crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "support.desk"), URL: Desk}}
}

// wrong are the complaints of one form of the page.
func (p ItemPage) wrong(form string) fault.Complaints {
	if p.WrongForm == form {
		return p.Wrong
	}
	return nil
}

// free reports whether the reader may do something with the request now.
func (p ItemPage) free(a support.Act) bool {
	return p.MayAnswer && (!p.Own || a == support.PutBack) && p.Status.Fits(a) && (a == support.Note || !p.Hold.Others(p.Staff))
}

func (p ItemPage) facts(ctx context.Context) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "support.column.number"), Value: p.Number(), Code: true},
		{Key: i18n.T(ctx, "support.column.org"), Rich: orgLink(p.Item)},
		{Key: i18n.T(ctx, "support.column.tin"), Value: ui.TIN(p.Org.TIN)},
		{Key: i18n.T(ctx, "support.column.about"), Value: aboutText(ctx, p.About)},
		{Key: i18n.T(ctx, "support.column.by"), Value: p.By},
		{Key: i18n.T(ctx, "support.language"), Value: ui.LanguageName(p.Language)},
		{Key: i18n.T(ctx, "support.column.created"), Rich: ui.Time(p.CreatedAt)},
	}
	if !p.Due.IsZero() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "support.due"), Rich: ui.Time(p.Due)})
	}
	if !p.ClosesAt.IsZero() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "support.closes"), Rich: ui.Time(p.ClosesAt)})
	}
	if p.Others > 0 {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "support.others"), Rich: othersLink(p)})
	}
	if p.Score > 0 {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "support.column.score"), Value: scoreName(ctx, p.Score)})
		if p.ScoreText != "" {
			ps = append(ps, ui.Pair{Key: i18n.T(ctx, "support.score.text"), Value: p.ScoreText})
		}
	}
	return ps
}

// where says on which page staff change the thing itself; empty where there is
// nothing to change here.
func (p ItemPage) where(ctx context.Context) (text, url string) {
	switch p.About.Kind {
	case support.Prefix, support.Issuer:
		return i18n.T(ctx, "support.where.requests"), ui.Query("/op/requests", nil, "q", string(p.Org.TIN))
	case support.Director:
		return i18n.T(ctx, "support.where.director"), ""
	case support.Payment:
		return i18n.T(ctx, "support.where.payment"), ""
	case support.Agreement:
		return i18n.T(ctx, "support.where.agreement"), ui.Query("/op/agreements", nil, "q", string(p.Org.TIN))
	case support.Document, support.Receipt, support.AIC, support.Card, support.Place, support.Other:
	}
	return "", ""
}

// whereText names that page.
func (p ItemPage) whereText(ctx context.Context) string {
	if p.About.Kind == support.Agreement {
		return i18n.T(ctx, "support.to_agreements")
	}
	return i18n.T(ctx, "support.to_requests")
}

func (p ItemPage) readyOptions() []ui.Option {
	options := make([]ui.Option, len(p.Ready))
	for i, r := range p.Ready {
		options[i] = ui.Option{Value: itoa(r.ID), Text: r.Name}
	}
	return options
}

func (p ItemPage) colleagueOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(p.Colleagues))
	for i, c := range p.Colleagues {
		options[i] = ui.Option{Value: itoa(c.ID), Text: i18n.T(ctx, "support.pass.colleague", "name", c.Name, "n", ui.Int(c.Holds))}
	}
	return options
}

func (p ItemPage) body(ctx context.Context) ui.Field {
	return ui.Field{Name: "body", Label: i18n.T(ctx, "support.answer.body"), Hint: i18n.T(ctx, "support.answer.hint"), Value: p.Body, Wrong: p.wrong(AnswerForm)}
}

func (p ItemPage) ready(ctx context.Context) ui.Field {
	return ui.Field{Name: "ready", Label: i18n.T(ctx, "support.answer.ready"), Hint: i18n.T(ctx, "support.answer.ready_hint", "language", ui.LanguageName(p.Language))}
}

func (p ItemPage) note(ctx context.Context) ui.Field {
	return ui.Field{Name: "note", ID: "note", Label: i18n.T(ctx, "support.note.label"), Value: p.NoteBody, Wrong: p.wrong(NoteForm)}
}

func (p ItemPage) passTo(ctx context.Context) ui.Field {
	return ui.Field{Name: "to", Label: i18n.T(ctx, "support.pass.to"), Value: p.PassTo, Wrong: p.wrong(PassForm)}
}

func (p ItemPage) passNote(ctx context.Context) ui.Field {
	return ui.Field{Name: "note", ID: "pass-note", Label: i18n.T(ctx, "support.pass.note"), Value: p.PassNote, Optional: true, Wrong: p.wrong(PassForm)}
}

// acts let the reader take the request, leave it, or go on to the next.
func (p ItemPage) acts(ctx context.Context) []ui.Action {
	if !p.MayAnswer {
		return nil
	}
	var all []ui.Action
	path := opPath(p.Request)
	switch {
	case p.free(support.Claim) && !p.Hold.By(p.Staff):
		all = append(all, ui.Action{Text: i18n.T(ctx, p.claimKey()), URL: path + "/claim", Post: true})
	case p.free(support.PutBack) && p.Hold.By(p.Staff):
		all = append(all, ui.Action{Text: i18n.T(ctx, "support.hold.put_back"), URL: path + "/put-back", Post: true})
	}
	return append(all, ui.Action{Text: i18n.T(ctx, "support.next_one"), URL: Desk + "/next", Post: true, Values: []ui.Hidden{
		{Name: "leave", Value: itoa(p.OrgID) + "-" + itoa(p.ID)},
	}})
}

func (p ItemPage) claimKey() string {
	if p.Hold.StaffID != 0 {
		return "support.hold.take_over"
	}
	return "support.hold.take"
}

// staffAuthor names who wrote a message, for staff.
func staffAuthor(ctx context.Context, m support.Message) string {
	if m.Side == support.Staff {
		return i18n.T(ctx, "support.operator", "name", m.Author)
	}
	return m.Author
}
