package supportview

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
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
	for _, n := range page.Sizes() {
		text := strconv.Itoa(n)
		pager.PerURLs = append(pager.PerURLs, ui.Link{Text: text, URL: p.address("per", text)})
	}
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
			ui.DateTime(i.CreatedAt), moment(i.Due), moment(i.AnsweredAt), ui.DateTime(i.ChangedAt), i.Hold.Name, score,
		})
	}
	return table
}

// moment is empty for a time that is not there.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.DateTime(t)
}

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
	return p.MayAnswer && p.Status.Fits(a) && (a == support.Note || !p.Hold.Others(p.Staff))
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
	case support.Document, support.Card, support.Place, support.Other:
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

// ReadyPage is the form of a ready answer.
type ReadyPage struct {
	ID    int64 // 0 for a new one
	Draft support.ReadyDraft
	Kept  *support.Ready // what somebody else saved meanwhile
	Wrong fault.Complaints
}

// ReadyURL is the page of a ready answer, that of a new one for 0.
func ReadyURL(id int64) string {
	if id == 0 {
		return LibraryURL + "/new"
	}
	return LibraryURL + "/" + itoa(id)
}

func dictionaryCrumbs(ctx context.Context, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: i18n.T(ctx, "productgroup.dictionaries.title"), URL: "/op/dictionaries"}}, more...)
}

func (p ReadyPage) pageTitle(ctx context.Context) string {
	if p.ID == 0 {
		return i18n.T(ctx, "support.ready.new")
	}
	return i18n.T(ctx, "support.ready.edit")
}

func (p ReadyPage) words(ctx context.Context, code, value string) ui.Field {
	l, _ := i18n.Parse(code)
	return ui.Field{Name: code, Label: i18n.T(ctx, "support.ready.in."+code), Value: value, Lang: l.Tag(), Wrong: p.Wrong}
}

func (p ReadyPage) kept(ctx context.Context) []ui.Pair {
	tag := func(code string) string { l, _ := i18n.Parse(code); return l.Tag() }
	return []ui.Pair{
		{Key: i18n.T(ctx, "support.ready.name"), Value: p.Kept.Name},
		{Key: i18n.T(ctx, "support.ready.in.uz"), Value: p.Kept.Uz, Lang: tag("uz")},
		{Key: i18n.T(ctx, "support.ready.in.ru"), Value: p.Kept.Ru, Lang: tag("ru")},
		{Key: i18n.T(ctx, "support.ready.in.en"), Value: p.Kept.En, Lang: tag("en")},
	}
}

func readyKind(ctx context.Context, k support.Kind) string {
	if k == "" {
		return i18n.T(ctx, "support.all_kinds")
	}
	return kindText(ctx, k)
}

// activeTag says whether an answer is offered.
func activeTag(ctx context.Context, active bool) templ.Component {
	if active {
		return ui.Tag(ui.OK, i18n.T(ctx, "support.ready.active"))
	}
	return ui.Tag(ui.Mute, i18n.T(ctx, "support.ready.inactive"))
}

// blanks lists the names in braces, "{number} {name} …".
func blanks() (s string) {
	for _, b := range support.Blanks() {
		s += " {" + b + "}"
	}
	return s[1:]
}

// StatsPage is how asking and answering goes.
type StatsPage struct {
	support.Stats
	Period int // days
}

func (p StatsPage) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, 0, len(support.Periods()))
	for _, d := range support.Periods() {
		tabs = append(tabs, ui.Tab{Text: i18n.N(ctx, "support.stats.days", d), URL: ui.Query(StatsURL, nil, "days", strconv.Itoa(d)), Current: d == p.Period})
	}
	return tabs
}

func (p StatsPage) waiting(ctx context.Context) []ui.Counter {
	return []ui.Counter{
		{Label: i18n.T(ctx, "support.due_late"), Value: p.Now.Late, Tone: ui.Bad, URL: ui.Query(Desk, nil, "due", string(support.Late))},
		{Label: i18n.T(ctx, "support.tab.to_answer"), Value: p.Now.ToAnswer, Tone: ui.Info, URL: Desk},
		{Label: i18n.T(ctx, "support.tab.waiting"), Value: p.Now.Waiting, Tone: ui.Mute, URL: ui.Query(Desk, nil, "tab", string(support.Waits))},
	}
}

func (p StatsPage) numbers(ctx context.Context) []ui.Fact {
	t := p.All()
	return []ui.Fact{
		{Label: i18n.T(ctx, "support.stats.asked"), Value: ui.Int(t.Asked)},
		{Label: i18n.T(ctx, "support.stats.first"), Value: took(ctx, t)},
		{Label: i18n.T(ctx, "support.stats.in_time"), Value: share(t.InTime, t.Answered)},
		{Label: i18n.T(ctx, "support.stats.score"), Value: average(t), Hint: i18n.N(ctx, "support.stats.scores", t.Scored)},
	}
}

// share is a part in percent; nothing of nothing is a dash.
func share(part, all int) string {
	if all == 0 {
		return "–"
	}
	return ui.Percent(part, all)
}

// average is the mean score with one decimal; nothing is a dash.
func average(t support.Tally) string {
	if t.Scored == 0 {
		return "–"
	}
	return strconv.FormatFloat(t.Average(), 'f', 1, 64)
}

// took is the mean time to the first answer.
func took(ctx context.Context, t support.Tally) string {
	d := t.First()
	switch {
	case t.Answered == 0:
		return "–"
	case d < time.Hour:
		return i18n.N(ctx, "support.stats.minutes", max(1, int(d/time.Minute)))
	case d < 48*time.Hour:
		return i18n.N(ctx, "support.stats.hours", int(d/time.Hour))
	}
	return i18n.N(ctx, "support.stats.days", int(d/(24*time.Hour)))
}

// ExportStats is the table by day of a file.
func ExportStats(ctx context.Context, s support.Stats) [][]string {
	table := [][]string{{
		i18n.T(ctx, "support.stats.date"), i18n.T(ctx, "support.stats.asked"), i18n.T(ctx, "support.stats.answered"),
		i18n.T(ctx, "support.stats.in_time"), i18n.T(ctx, "support.stats.first_minutes"), i18n.T(ctx, "support.stats.score"),
	}}
	for _, d := range s.Days {
		table = append(table, []string{
			ui.Date(d.Date), strconv.Itoa(d.Asked), strconv.Itoa(d.Answered), strconv.Itoa(d.InTime), strconv.Itoa(int(d.First() / time.Minute)), average(d.Tally),
		})
	}
	return table
}

func tallyColumns(ctx context.Context, first string) []ui.Column {
	return []ui.Column{
		{Title: first},
		{Title: i18n.T(ctx, "support.stats.asked"), Num: true},
		{Title: i18n.T(ctx, "support.stats.answered"), Num: true},
		{Title: i18n.T(ctx, "support.stats.in_time"), Num: true},
		{Title: i18n.T(ctx, "support.stats.first"), Num: true},
		{Title: i18n.T(ctx, "support.stats.score"), Num: true},
	}
}

// lately are the days on which something was asked, the latest first: the page
// is to be read, the file has all.
func (p StatsPage) lately() (days []support.Day) {
	for _, d := range slices.Backward(p.Days) {
		if d.Asked > 0 {
			days = append(days, d)
		}
	}
	return days
}
