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
