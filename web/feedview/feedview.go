// Package feedview draws the pages about feeds: how sources are doing, what was set
// aside, and how programs deliver.
package feedview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/feed"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

const (
	listURL        = "/op/feeds"
	docsURL        = "/feeds/v1/docs"
	refreshSeconds = 5
)

// Path is where a feed is shown.
func Path(code string) string { return listURL + "/" + code }

// MessagePath is where a message is shown.
func MessagePath(code string, id int64) string { return sub(code, "messages", id) }

// ReplayPath is where a replay is shown.
func ReplayPath(code string, id int64) string { return sub(code, "replays", id) }

// DeliveryPath is where a delivery is shown.
func DeliveryPath(code string, id int64) string { return sub(code, "deliveries", id) }

func sub(code, what string, id int64) string {
	return Path(code) + "/" + what + "/" + strconv.FormatInt(id, 10)
}

func name(ctx context.Context, s feed.Source) string { return s.Name(i18n.From(ctx).Code()) }

func kindName(ctx context.Context, kind string) string { return i18n.T(ctx, "feed.kind."+kind) }

func outcomeName(ctx context.Context, o feed.Outcome) string {
	return i18n.T(ctx, "feed.outcome."+string(o))
}

func outcomeTone(o feed.Outcome) ui.Tone {
	switch o {
	case feed.Taken:
		return ui.OK
	case feed.Duplicate, feed.Older:
		return ui.Mute
	case feed.Conflict, feed.Poisoned:
		return ui.Bad
	case feed.Nobodys:
		return ui.Warn
	}
	return ui.Info
}

func stateTag(ctx context.Context, s feed.State) (ui.Tone, string) {
	tone := map[feed.State]ui.Tone{feed.OnTime: ui.OK, feed.Late: ui.Bad, feed.Silent: ui.Mute, feed.Off: ui.Dark}[s]
	return tone, i18n.T(ctx, "feed.state."+string(s))
}

// crumbs lead to the list, and to a feed.
func crumbs(ctx context.Context, of ...feed.Source) []ui.Link {
	all := []ui.Link{{Text: i18n.T(ctx, "feed.title"), URL: listURL}}
	for _, s := range of {
		all = append(all, ui.Link{Text: name(ctx, s), URL: Path(s.Code)})
	}
	return all
}

// ListPage are all feeds.
type ListPage struct {
	All []feed.Health
	May bool // change something
}

func (p ListPage) actions(ctx context.Context) []ui.Action {
	all := []ui.Action{{Text: i18n.T(ctx, "feed.docs.title"), URL: docsURL}}
	if p.May {
		all = append(all, ui.Action{Text: i18n.T(ctx, "feed.new.title"), URL: listURL + "/new", Look: ui.Go})
	}
	return all
}

// late are the feeds to ask about.
func (p ListPage) late() (n int) {
	for _, h := range p.All {
		if h.State == feed.Late {
			n++
		}
	}
	return n
}

// span is a length of time as people say it.
func span(ctx context.Context, d time.Duration) string {
	switch {
	case d >= 24*time.Hour && d%(24*time.Hour) == 0:
		return i18n.N(ctx, "feed.days", int(d/(24*time.Hour)))
	case d >= time.Hour && d%time.Hour == 0:
		return i18n.N(ctx, "feed.hours", int(d/time.Hour))
	}
	return i18n.N(ctx, "feed.minutes", int(d/time.Minute))
}

func p95(ctx context.Context, d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d > 5*time.Second:
		return i18n.T(ctx, "feed.p95.long")
	}
	return i18n.T(ctx, "feed.p95.at_most", "ms", ui.Int(int(d/time.Millisecond)))
}

// FeedPage is one feed.
type FeedPage struct {
	feed.Health
	Tokens     []feed.Token
	Deliveries []feed.Delivery
	Replays    []feed.Again
	May        bool
	Refused    *fault.Error // why an act on it was
}

func (p FeedPage) actions(ctx context.Context) []ui.Action {
	if !p.May {
		return nil
	}
	return []ui.Action{
		{Text: i18n.T(ctx, "feed.edit"), URL: Path(p.Code) + "/edit"},
		{Text: i18n.T(ctx, "feed.upload.title"), URL: Path(p.Code) + "/upload"},
		{Text: i18n.T(ctx, "feed.replay.title"), URL: Path(p.Code) + "/replay"},
	}
}

func (p FeedPage) facts(ctx context.Context) []ui.Pair {
	last := i18n.T(ctx, "feed.never")
	if !p.LastAt.IsZero() {
		last = ui.DateTime(p.LastAt) + ", " + ui.Ago(ctx, p.LastAt, p.Now)
	}
	waiting := ui.Int(p.Waiting)
	if p.Waiting > 0 {
		waiting += ", " + i18n.T(ctx, "feed.oldest", "ago", ui.Ago(ctx, p.Oldest, p.Now))
	}
	addresses := i18n.T(ctx, "feed.any_address")
	for i, a := range p.Addresses {
		if i == 0 {
			addresses = a
			continue
		}
		addresses += ", " + a
	}
	return []ui.Pair{
		{Key: i18n.T(ctx, "feed.field.code"), Value: p.Code, Code: true},
		{Key: i18n.T(ctx, "feed.field.kind"), Value: kindName(ctx, p.Kind)},
		{Key: i18n.T(ctx, "feed.last"), Value: last},
		{Key: i18n.T(ctx, "feed.silence"), Value: span(ctx, p.Expected)},
		{Key: i18n.T(ctx, "feed.waiting"), Value: waiting},
		{Key: i18n.T(ctx, "feed.p95"), Value: p95(ctx, p.P95)},
		{Key: i18n.T(ctx, "feed.field.addresses"), Value: addresses},
	}
}

// counters are the outcomes of a day.
func counters(ctx context.Context, counts map[feed.Outcome]int) []ui.Counter {
	all := make([]ui.Counter, 0, len(feed.Outcomes()))
	for _, o := range feed.Outcomes() {
		tone := outcomeTone(o)
		if counts[o] == 0 {
			tone = ui.Mute
		}
		all = append(all, ui.Counter{Label: outcomeName(ctx, o), Value: counts[o], Tone: tone})
	}
	return all
}

// open are tokens that are valid.
func (p FeedPage) open() (n int) {
	for _, t := range p.Tokens {
		if t.RevokedAt.IsZero() {
			n++
		}
	}
	return n
}

func deliveryTone(d feed.Delivery) ui.Tone {
	return map[feed.DeliveryState]ui.Tone{feed.Storing: ui.Info, feed.Stored: ui.OK, feed.Failed: ui.Bad}[d.State]
}

func deliveryName(ctx context.Context, d feed.Delivery) string {
	if d.Name != "" {
		return d.Name
	}
	return i18n.T(ctx, "feed.delivery.call", "id", d.ID)
}

// FormPage asks about a feed.
type FormPage struct {
	Source  feed.Source // that is changed; zero: a new one
	Draft   feed.Draft
	Wrong   fault.Complaints
	Refused *fault.Error
}

func (p FormPage) fresh() bool { return p.Source.Code == "" }

func (p FormPage) title(ctx context.Context) string {
	if p.fresh() {
		return i18n.T(ctx, "feed.new.title")
	}
	return i18n.T(ctx, "feed.edit.title", "name", name(ctx, p.Source))
}

func (p FormPage) way() string {
	if p.fresh() {
		return listURL
	}
	return Path(p.Source.Code) + "/edit"
}

func (p FormPage) back() string {
	if p.fresh() {
		return listURL
	}
	return Path(p.Source.Code)
}

func (p FormPage) crumbs(ctx context.Context) []ui.Link {
	if p.fresh() {
		return crumbs(ctx)
	}
	return crumbs(ctx, p.Source)
}

func (p FormPage) field(ctx context.Context, field, value string) ui.Field {
	f := ui.Field{Name: field, Label: i18n.T(ctx, "feed.field."+field), Value: value, Wrong: p.Wrong, Autocomplete: "off"}
	if hint := "feed.field." + field + ".hint"; i18n.Has(hint) {
		f.Hint = i18n.T(ctx, hint)
	}
	return f
}

func kinds(ctx context.Context) []ui.Choice {
	all := make([]ui.Choice, 0, len(feed.Kinds()))
	for _, k := range feed.Kinds() {
		all = append(all, ui.Choice{Value: k, Text: kindName(ctx, k)})
	}
	return all
}

// MessagesPage is what a feed set aside.
type MessagesPage struct {
	feed.Health
	List    feed.List
	Outcome feed.Outcome // empty: all
	Size    int
	First   bool
	May     bool
}

func (p MessagesPage) path() string { return Path(p.Code) + "/messages" }

func (p MessagesPage) tabs(ctx context.Context) []ui.Tab {
	all := []ui.Tab{{Text: i18n.T(ctx, "feed.messages.all"), URL: p.path(), Current: p.Outcome == "", Count: p.SetAside(), Counted: true}}
	for _, o := range feed.AsideOutcomes() {
		all = append(all, ui.Tab{
			Text: outcomeName(ctx, o), URL: p.path() + "?outcome=" + string(o), Current: p.Outcome == o, Count: p.Aside[o], Counted: true, Hot: p.Aside[o] > 0,
		})
	}
	return all
}

func (p MessagesPage) actions(ctx context.Context) []ui.Action {
	if !p.May || p.Outcome == "" || p.Aside[p.Outcome] == 0 {
		return nil
	}
	q := "?outcome=" + string(p.Outcome)
	return []ui.Action{
		{Text: i18n.T(ctx, "feed.messages.replay"), URL: Path(p.Code) + "/replay" + q},
		{Text: i18n.T(ctx, "feed.messages.discard"), URL: Path(p.Code) + "/discard" + q},
	}
}

func (p MessagesPage) pager() ui.Pager {
	total := p.SetAside()
	if p.Outcome != "" {
		total = p.Aside[p.Outcome]
	}
	filter := []string{"outcome", string(p.Outcome)}
	g := ui.Pager{Shown: len(p.List.Rows), Total: total, Per: p.Size}
	if !p.First {
		g.FirstURL = ui.Query(p.path(), filter)
	}
	if p.List.Next != "" {
		g.NextURL = ui.Query(p.path(), filter, "after", p.List.Next, "per", ui.Per(p.Size))
	}
	return g
}

// label is how a message is called.
func label(ctx context.Context, e feed.Entry) string {
	if e.SourceID != "" {
		return e.SourceID
	}
	return i18n.T(ctx, "feed.message.unreadable")
}

// MessagePage is one message.
type MessagePage struct {
	Source feed.Source
	feed.Body
	May bool
}

func (p MessagePage) actions(ctx context.Context) []ui.Action {
	if !p.May || p.State != feed.MessageAside {
		return nil
	}
	at := MessagePath(p.Source.Code, p.ID)
	return []ui.Action{
		{Text: i18n.T(ctx, "feed.message.replay"), URL: at + "/replay", Post: true, Look: ui.Go},
		{Text: i18n.T(ctx, "feed.message.discard"), URL: at + "/discard"},
	}
}

func messageTag(ctx context.Context, e feed.Entry) (ui.Tone, string) {
	switch e.State {
	case feed.MessageWaiting:
		return ui.Info, outcomeName(ctx, feed.Waiting)
	case feed.MessageDiscarded:
		return ui.Dark, i18n.T(ctx, "feed.discarded")
	}
	return outcomeTone(e.Outcome), outcomeName(ctx, e.Outcome)
}

func messageFacts(ctx context.Context, s feed.Source, e feed.Entry) []ui.Pair {
	occurred := ""
	if !e.OccurredAt.IsZero() {
		occurred = ui.DateTime(e.OccurredAt)
	}
	all := []ui.Pair{
		{Key: i18n.T(ctx, "feed.message.id"), Value: e.SourceID, Code: true},
		{Key: i18n.T(ctx, "feed.message.version"), Value: ui.Number(e.Version)},
		{Key: i18n.T(ctx, "feed.message.tin"), Value: e.TIN, Code: true},
		{Key: i18n.T(ctx, "feed.message.occurred"), Value: occurred},
		{Key: i18n.T(ctx, "feed.message.received"), Value: ui.DateTime(e.ReceivedAt)},
		{Key: i18n.T(ctx, "feed.message.size"), Value: ui.Bytes(ctx, int64(e.Size))},
		{Key: i18n.T(ctx, "feed.message.delivery"), Rich: link(DeliveryPath(s.Code, e.Delivery), i18n.T(ctx, "feed.message.place", "id", e.Delivery, "n", e.Position))},
	}
	if e.State == feed.MessageWaiting && e.Attempts > 0 {
		all = append(all, ui.Pair{Key: i18n.T(ctx, "feed.message.again"), Value: ui.DateTime(e.DueAt)})
	}
	if e.Discarded != "" {
		all = append(all, ui.Pair{Key: i18n.T(ctx, "feed.discarded"), Value: e.Discarded + ": " + e.Why})
	}
	return all
}

func reason(ctx context.Context, e feed.Entry) string {
	if t := e.Text(i18n.From(ctx)); t != "" {
		return t
	}
	return i18n.T(ctx, "feed.outcome."+string(e.Outcome)+".about")
}

// DiscardPage asks before messages are discarded.
type DiscardPage struct {
	Source  feed.Source
	Message *feed.Body   // one, or
	Outcome feed.Outcome // all of an outcome,
	Count   int          // so many
	Reason  string
	Wrong   fault.Complaints
}

func (p DiscardPage) title(ctx context.Context) string {
	if p.Message != nil {
		return i18n.T(ctx, "feed.discard.title", "name", label(ctx, p.Message.Entry))
	}
	return i18n.N(ctx, "feed.discard.all", p.Count)
}

func (p DiscardPage) way() (post, back string) {
	if p.Message != nil {
		at := MessagePath(p.Source.Code, p.Message.ID)
		return at + "/discard", at
	}
	return Path(p.Source.Code) + "/discard", Path(p.Source.Code) + "/messages?outcome=" + string(p.Outcome)
}

func (p DiscardPage) confirmation(ctx context.Context) ui.Confirmation {
	post, back := p.way()
	c := ui.Confirmation{
		Crumbs: crumbs(ctx, p.Source), Title: p.title(ctx), Consequence: i18n.T(ctx, "feed.discard.consequence"),
		Action:    ui.Action{Text: i18n.T(ctx, "feed.discard.submit"), URL: post, Look: ui.Stop, Post: true},
		CancelURL: back,
	}
	if p.Message == nil {
		c.Action.Values = []ui.Hidden{{Name: "outcome", Value: string(p.Outcome)}}
		c.Facts = []ui.Pair{{Key: i18n.T(ctx, "feed.field.outcome"), Value: outcomeName(ctx, p.Outcome)}}
	}
	return c
}

// ReplayPage asks what is handed over again.
type ReplayPage struct {
	Source  feed.Source
	Draft   feed.RangeDraft
	Count   int // messages that are meant; negative: not asked yet
	Wrong   fault.Complaints
	Refused *fault.Error
}

// countLook: the one act of the page is first to count, then to process.
func (p ReplayPage) countLook() ui.Look {
	if p.Count > 0 {
		return ui.Plain
	}
	return ui.Go
}

func outcomes(ctx context.Context) []ui.Choice {
	all := []ui.Choice{{Value: "", Text: i18n.T(ctx, "feed.replay.everything"), Hint: i18n.T(ctx, "feed.replay.everything.hint")}}
	for _, o := range feed.AsideOutcomes() {
		all = append(all, ui.Choice{Value: string(o), Text: outcomeName(ctx, o)})
	}
	return all
}

func (p ReplayPage) values() []ui.Hidden {
	return []ui.Hidden{{Name: "outcome", Value: p.Draft.Outcome}, {Name: "from", Value: p.Draft.From}, {Name: "until", Value: p.Draft.Until}}
}

func replayJob(ctx context.Context, a feed.Again) ui.Job {
	j := ui.Job{
		State: ui.JobRunning, Label: i18n.T(ctx, "feed.replay.title"), Done: a.Done(), Total: a.Total,
		Line: i18n.T(ctx, "feed.replay.line", "done", ui.Int(a.Done()), "total", ui.Int(a.Total)), Note: i18n.T(ctx, "feed.leave"),
	}
	switch {
	case a.Over:
		j.State, j.Note = ui.JobDone, ""
	case a.Marked == 0:
		j.State = ui.JobQueued
	}
	return j
}

func replayFacts(ctx context.Context, a feed.Again) []ui.Pair {
	what := i18n.T(ctx, "feed.replay.everything")
	if a.Range.Outcome != "" {
		what = outcomeName(ctx, a.Range.Outcome)
	}
	all := []ui.Pair{{Key: i18n.T(ctx, "feed.field.outcome"), Value: what}}
	if !a.Range.From.IsZero() {
		all = append(all, ui.Pair{Key: i18n.T(ctx, "feed.field.from"), Value: ui.Date(a.Range.From)})
	}
	if !a.Range.Until.IsZero() {
		all = append(all, ui.Pair{Key: i18n.T(ctx, "feed.field.until"), Value: ui.Date(a.Range.Until.Add(-time.Second))})
	}
	return append(all, ui.Pair{Key: i18n.T(ctx, "feed.by"), Value: a.By + ", " + ui.DateTime(a.AskedAt)})
}

func deliveryJob(ctx context.Context, t feed.Tally) ui.Job {
	j := ui.Job{
		State: ui.JobRunning, Label: i18n.T(ctx, "feed.delivery.title"), Done: t.SumDone, Total: t.Messages,
		Line: i18n.T(ctx, "feed.replay.line", "done", ui.Int(t.SumDone), "total", ui.Int(t.Messages)), Note: i18n.T(ctx, "feed.leave"),
		Counters: counters(ctx, t.Counts),
	}
	switch {
	case t.State == feed.Failed:
		j.State, j.Note = ui.JobFailed, ""
	case t.Over() && t.Aside > 0:
		j.State, j.Note = ui.JobDoneWithErrors, ""
	case t.Over():
		j.State, j.Note = ui.JobDone, ""
	}
	return j
}

func deliveryFacts(ctx context.Context, t feed.Tally) []ui.Pair {
	by := t.By
	if by == "" {
		by = t.IP
	}
	return []ui.Pair{
		{Key: i18n.T(ctx, "feed.delivery.way"), Value: i18n.T(ctx, "feed.way."+string(t.Way))},
		{Key: i18n.T(ctx, "feed.message.received"), Value: ui.DateTime(t.ReceivedAt)},
		{Key: i18n.T(ctx, "feed.by"), Value: by},
	}
}

func reload(moving bool) int {
	if moving {
		return refreshSeconds
	}
	return 0
}

// curl is a first call.
func curl(baseURL, code, token string) string {
	return `curl -H "Authorization: Bearer ` + token + `" -H "Content-Type: application/x-ndjson" --data-binary @messages.ndjson ` + baseURL + "/feeds/v1/" + code + "/messages"
}

const sample = `{"id":"GTD-2026-000117","version":1,"occurred_at":"2026-11-20T10:15:00+05:00","tin":"301118447","body":{"number":"26010/20.11.2026/0001175"}}`

// envelope are the fields of a message.
func envelope() []string { return []string{"id", "version", "kind", "occurred_at", "tin", "body"} }

func addresses(f ui.Field) ui.Field {
	f.Optional = true
	return f
}

// fileArgs fill the words of why a file could not be read to its end.
func fileArgs() []any { return []any{"mib", feed.MaxMessage >> 20, "gib", feed.MaxUnpacked >> 30} }
