// Package supportview draws what people ask the operator and what it answers:
// for members their list and threads, for staff the desk.
package supportview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/layout"
	"kabinet/web/requestview"
	"kabinet/web/ui"
)

// ListURL is the list of members.
const ListURL = "/support"

// Path is the page of a request for members.
func Path(id int64) string { return ListURL + "/" + itoa(id) }

// Contacts are further ways to the operator; empty ones are not shown.
type Contacts struct {
	Bot   string // address of the Telegram bot
	Email string
	Phone string
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func kindText(ctx context.Context, k support.Kind) string {
	return i18n.T(ctx, "support.kind."+string(k))
}

func kindOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, 0, len(support.Kinds()))
	for _, k := range support.Kinds() {
		options = append(options, ui.Option{Value: string(k), Text: kindText(ctx, k)})
	}
	return options
}

// aboutText is what a request is about, in words.
func aboutText(ctx context.Context, a support.About) string {
	if a.Name != "" {
		return kindText(ctx, a.Kind) + ": " + a.Name
	}
	return kindText(ctx, a.Kind)
}

func statusTag(ctx context.Context, s support.Status) templ.Component {
	tones := map[support.Status]ui.Tone{
		support.Open: ui.Info, support.Work: ui.Info, support.Waiting: ui.Warn, support.Answered: ui.OK, support.Closed: ui.Mute, support.Withdrawn: ui.Mute,
	}
	return ui.Tag(tones[s], statusText(ctx, s))
}

// ownStatusTag is statusTag for the organization: what waits for it waits for the
// reader.
func ownStatusTag(ctx context.Context, s support.Status) templ.Component {
	if s == support.Waiting {
		return ui.Tag(ui.Warn, i18n.T(ctx, "support.part.waiting"))
	}
	return statusTag(ctx, s)
}

func statusText(ctx context.Context, s support.Status) string {
	return i18n.T(ctx, "support.status."+string(s))
}

// Elsewhere is the page on which a thing is asked for that staff decide: there is
// no second way to it. A question about a thing there is has none.
func Elsewhere(a support.About) string {
	switch {
	case a.ID != "":
		return ""
	case a.Kind == support.Prefix:
		return "/org/gs1/new"
	case a.Kind == support.Issuer:
		return "/org/groups"
	}
	return ""
}

// lead is the page on which more can be done about a thing than asking, empty
// where there is none.
func lead(a support.About) string {
	switch a.Kind {
	case support.Prefix:
		return "/org/gs1/new"
	case support.Issuer:
		return "/org/groups/" + a.ID + "/issuer"
	case support.Director:
		return "/director"
	case support.Agreement:
		return "/org/agreement"
	case support.Payment, support.Document, support.Card, support.Place, support.Other:
	}
	return ""
}

// FileName is under what name an attachment is handed out.
func FileName(id int64, f support.File) string {
	return "support-" + itoa(id) + "-" + itoa(f.MessageID) + "-" + strconv.Itoa(f.N) + f.Extension()
}

// OwnPage is the list of members.
type OwnPage struct {
	support.OwnPage
	Filter    support.OwnFilter
	Everybody bool // requests of everybody in the organization are shown
	Contacts  Contacts
	Now       time.Time
}

// OwnURL is the address of the list with a filter, without what is empty.
func OwnURL(f support.OwnFilter) string { return ui.Query(ListURL, ownQuery(f)) }

func ownQuery(f support.OwnFilter) []string {
	return []string{"status", string(f.Part), "kind", string(f.Kind), "q", f.Query, "per", ui.Per(f.Size)}
}

func (p OwnPage) address(changes ...string) string {
	return ui.Query(ListURL, ownQuery(p.Filter), changes...)
}

func (p OwnPage) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, 0, len(support.Parts()))
	for _, part := range support.Parts() {
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "support.part."+partName(part)), URL: p.address("status", string(part)), Current: p.Filter.Part == part,
			Count: p.Counts[part], Counted: true, Hot: part == support.ForUs && p.Counts[part] > 0,
		})
	}
	return tabs
}

func partName(p support.Part) string {
	if p == support.All {
		return "all"
	}
	return string(p)
}

func (p OwnPage) keep() []ui.Hidden {
	var keep []ui.Hidden
	if p.Filter.Part != support.All {
		keep = append(keep, ui.Hidden{Name: "status", Value: string(p.Filter.Part)})
	}
	if per := ui.Per(p.Filter.Size); per != "" {
		keep = append(keep, ui.Hidden{Name: "per", Value: per})
	}
	return keep
}

func (p OwnPage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if p.Filter.Query != "" {
		chips = append(chips, ui.Link{Text: p.Filter.Query, URL: p.address("q", "")})
	}
	if p.Filter.Kind != "" {
		chips = append(chips, ui.Link{Text: kindText(ctx, p.Filter.Kind), URL: p.address("kind", "")})
	}
	return chips
}

func (p OwnPage) cleared() string { return p.address("q", "", "kind", "") }

func (p OwnPage) actions(ctx context.Context) []ui.Action {
	all := []ui.Action{{Text: i18n.T(ctx, "support.new.open"), URL: ListURL + "/new", Look: ui.Go}}
	if len(p.Rows) > 0 {
		all = append(all, ui.Action{Text: i18n.T(ctx, "support.export"), URL: ui.Query(ListURL+".csv", ownQuery(p.Filter), "per", "")})
	}
	return all
}

func (p OwnPage) pager() ui.Pager {
	pager := ui.Pager{Shown: len(p.Rows), Total: -1, Per: p.Filter.Size}
	if p.Filter.Query == "" && p.Filter.Kind == "" {
		pager.Total = p.Counts[p.Filter.Part]
	}
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

// ExportOwn is the table of a file: titles, then a row for each request.
func ExportOwn(ctx context.Context, rows []support.Row) [][]string {
	table := [][]string{{
		i18n.T(ctx, "support.column.number"), i18n.T(ctx, "support.column.title"), i18n.T(ctx, "support.column.about"), i18n.T(ctx, "support.column.status"),
		i18n.T(ctx, "support.column.by"), i18n.T(ctx, "support.column.created"), i18n.T(ctx, "support.column.changed"), i18n.T(ctx, "support.column.last"),
	}}
	for _, r := range rows {
		if w := r.Wish; w != nil {
			table = append(table, []string{
				"", requestview.Wish(ctx, *w), i18n.T(ctx, "request.kind."+string(w.Kind)), i18n.T(ctx, "request.status."+string(w.Status)),
				w.By, ui.DateTime(w.CreatedAt), ui.DateTime(r.At), w.Answer,
			})
			continue
		}
		table = append(table, []string{
			r.Number(), r.Title, aboutText(ctx, r.About), statusText(ctx, r.Status), r.By, ui.DateTime(r.CreatedAt), ui.DateTime(r.At), r.LastText,
		})
	}
	return table
}

// NewPage is the form of a request.
type NewPage struct {
	About    support.About
	Draft    support.Draft
	Files    bool // files came with what was wrong: they have to be chosen again
	Contacts Contacts
	Wrong    fault.Complaints
}

func (p NewPage) title(ctx context.Context) ui.Field {
	return ui.Field{Name: "title", Label: i18n.T(ctx, "support.title"), Hint: i18n.T(ctx, "support.title_hint"), Value: p.Draft.Title, Wrong: p.Wrong, Autocomplete: "off"}
}

func (p NewPage) body(ctx context.Context) ui.Field {
	return ui.Field{Name: "body", Label: i18n.T(ctx, "support.body"), Hint: i18n.T(ctx, "support.body_hint"), Value: p.Draft.Body, Wrong: p.Wrong}
}

// filesField asks for attachments; browsers forget them when a form comes back.
func filesField(ctx context.Context, again bool, wrong fault.Complaints) ui.Field {
	hint := i18n.T(ctx, "support.files_hint", "max", support.MaxFiles, "size", ui.Bytes(ctx, support.MaxFile))
	if _, on := wrong.On("files"); again && !on {
		hint += " " + i18n.T(ctx, "support.files_again")
	}
	return ui.Field{Name: "files", Label: i18n.T(ctx, "support.files"), Hint: hint, Optional: true, Multiple: true, Wrong: wrong}
}

// accept are the types a browser offers to choose.
const accept = ".jpg,.jpeg,.png,.pdf"

func listCrumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "support.list"), URL: ListURL}}
}

// topic is one of the things that can be asked about.
type topic struct {
	text, hint, url string
}

// topics lead to the form, or to the page on which the thing is asked for.
func topics(ctx context.Context) []topic {
	all := make([]topic, 0, len(support.Kinds()))
	for _, k := range support.Kinds() {
		all = append(all, topic{kindText(ctx, k), i18n.T(ctx, "support.topic."+string(k)), topicURL(ctx, k)})
	}
	return all
}

// topicURL is where one asks best: beside the thing, or in the form.
func topicURL(ctx context.Context, k support.Kind) string {
	switch k {
	case support.Prefix:
		return "/org/gs1"
	case support.Issuer:
		return "/org/groups"
	case support.Card:
		if layout.ViewerOf(ctx).Rights.Has(perm.CardRead) {
			return "/cards"
		}
	case support.Place:
		return "/org/places"
	case support.Agreement, support.Director, support.Payment, support.Document, support.Other:
	}
	return ListURL + "/new?about=" + string(k)
}

// ThreadPage is one request for members.
type ThreadPage struct {
	support.Thread
	Reader   int64 // id of the member
	Body     string
	Files    bool
	Score    support.ScoreDraft
	Contacts Contacts
	Wrong    fault.Complaints
	Now      time.Time
}

func (p ThreadPage) facts(ctx context.Context) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "support.column.number"), Value: p.Number(), Code: true},
		{Key: i18n.T(ctx, "support.column.about"), Rich: aboutLink(p.About)},
		{Key: i18n.T(ctx, "support.column.by"), Value: p.By},
		{Key: i18n.T(ctx, "support.column.created"), Rich: ui.Time(p.CreatedAt)},
	}
	switch {
	case !p.Due.IsZero():
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "support.due"), Rich: ui.Time(p.Due)})
	case !p.ClosesAt.IsZero():
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "support.closes"), Rich: ui.Time(p.ClosesAt)})
	case !p.ClosedAt.IsZero():
		ps = append(ps, ui.Pair{Key: statusText(ctx, p.Status), Rich: ui.Time(p.ClosedAt)})
	}
	return ps
}

// next says who has to move.
func (p ThreadPage) next(ctx context.Context) string {
	if p.Status == support.Closed && !p.Reopens {
		return i18n.T(ctx, "support.next.closed_for_good")
	}
	return i18n.T(ctx, "support.next."+string(p.Status))
}

// lastUnread is the number of the newest message that is not marked as read, 0
// when all are.
func (p ThreadPage) lastUnread() (id int64) {
	for _, m := range p.Messages {
		if p.Unread(m) {
			id = m.ID
		}
	}
	return id
}

func (p ThreadPage) reply(ctx context.Context) ui.Field {
	key := "support.reply.label"
	if p.Status == support.Answered || p.Status == support.Closed {
		key = "support.reply.again"
	}
	return ui.Field{Name: "body", Label: i18n.T(ctx, key), Value: p.Body, Wrong: p.Wrong}
}

func scoreField(ctx context.Context, p ThreadPage) ui.Field {
	return ui.Field{Name: "score", Label: i18n.T(ctx, "support.score.label"), Value: p.Score.Score, Wrong: p.Wrong}
}

func scoreText(ctx context.Context, p ThreadPage) ui.Field {
	return ui.Field{Name: "text", Label: i18n.T(ctx, "support.score.text"), Value: p.Score.Text, Optional: true, Wrong: p.Wrong}
}

// scores are the answers, the best first.
func scores(ctx context.Context) []ui.Choice {
	var cs []ui.Choice
	for n := 5; n >= 1; n-- {
		cs = append(cs, ui.Choice{Value: strconv.Itoa(n), Text: scoreName(ctx, n)})
	}
	return cs
}

func scoreName(ctx context.Context, n int) string {
	return i18n.T(ctx, "support.score."+strconv.Itoa(n))
}

// author names who wrote a message; to members staff are the operator.
func (p ThreadPage) author(ctx context.Context, m support.Message) string {
	switch {
	case m.Side == support.Staff:
		return i18n.T(ctx, "support.operator", "name", m.Author)
	case m.AuthorID == p.Reader:
		return i18n.T(ctx, "support.you", "name", m.Author)
	}
	return m.Author
}

func (p OwnPage) lead(ctx context.Context) string {
	if p.Everybody {
		return i18n.T(ctx, "support.lead_all")
	}
	return i18n.T(ctx, "support.lead_own")
}

func (p OwnPage) columns(ctx context.Context) []ui.Column {
	cs := []ui.Column{
		{Title: i18n.T(ctx, "support.column.title")},
		{Title: i18n.T(ctx, "support.column.about")},
		{Title: i18n.T(ctx, "support.column.status")},
		{Title: i18n.T(ctx, "support.column.last")},
	}
	if p.Everybody {
		cs = append(cs, ui.Column{Title: i18n.T(ctx, "support.column.by")})
	}
	return append(cs, ui.Column{Title: i18n.T(ctx, "support.column.changed")})
}

// lastBy says which side wrote last.
func lastBy(ctx context.Context, r support.Request) string {
	return i18n.T(ctx, "support.last."+string(r.LastSide))
}

// bot is the name of the bot as people type it.
func (c Contacts) bot() string { return "@" + c.Bot[strings.LastIndex(c.Bot, "/")+1:] }

func filePath(path string, f support.File) string {
	return path + "/files/" + itoa(f.MessageID) + "/" + strconv.Itoa(f.N)
}
