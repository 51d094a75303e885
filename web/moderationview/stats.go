package moderationview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/moderation"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// StatsPage is how moderation goes.
type StatsPage struct {
	moderation.Stats
	Period int // days
}

func (p StatsPage) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, 0, len(moderation.Periods()))
	for _, d := range moderation.Periods() {
		tabs = append(tabs, ui.Tab{Text: i18n.N(ctx, "moderation.stats.days", d), URL: statsURL(StatsURL, d, ""), Current: d == p.Period})
	}
	return tabs
}

func statsURL(url string, days int, table string) string {
	return ui.Query(url, nil, "days", strconv.Itoa(days), "table", table)
}

// waiting are the ages of what waits; each number leads to it where the queue
// can show it.
func (p StatsPage) waiting(ctx context.Context) []ui.Counter {
	return []ui.Counter{
		{Label: i18n.T(ctx, "moderation.stats.overdue"), Value: p.Ages.Overdue, Tone: ui.Bad, URL: ui.Query(QueueURL, nil, "due", string(moderation.Late))},
		{Label: i18n.T(ctx, "moderation.stats.longer"), Value: p.Ages.Longer, Tone: ui.Warn},
		{Label: i18n.T(ctx, "moderation.stats.three"), Value: p.Ages.Three, Tone: ui.Info},
		{Label: i18n.T(ctx, "moderation.stats.day"), Value: p.Ages.Day, Tone: ui.Mute},
		{Label: i18n.T(ctx, "moderation.stats.waiting"), Value: p.Ages.All(), Tone: ui.Mute, URL: QueueURL},
	}
}

func (p StatsPage) decided(ctx context.Context) []ui.Fact {
	d := p.Decided()
	return []ui.Fact{
		{Label: i18n.T(ctx, "moderation.stats.decided"), Value: ui.Int(d.All())},
		{Label: i18n.T(ctx, "moderation.stats.published"), Value: ui.Int(d.Published)},
		{Label: i18n.T(ctx, "moderation.stats.returned"), Value: ui.Int(d.Returned), Hint: share(d.Returned, d.All())},
		{Label: i18n.T(ctx, "moderation.stats.in_time"), Value: share(d.InTime, d.All())},
	}
}

// share is a part in percent; nothing of nothing is a dash.
func share(part, all int) string {
	if all == 0 {
		return "–"
	}
	return ui.Percent(part, all)
}

// took is how long decisions took, on average.
func took(ctx context.Context, g moderation.GroupLine) string {
	switch {
	case g.Decided() == 0:
		return "–"
	case g.Took < time.Hour:
		return i18n.N(ctx, "moderation.stats.minutes", max(1, int(g.Took/time.Minute)))
	case g.Took < 48*time.Hour:
		return i18n.N(ctx, "moderation.stats.hours", int(g.Took/time.Hour))
	}
	return i18n.N(ctx, "moderation.stats.days", int(g.Took/(24*time.Hour)))
}

// The chart is drawn in a box of these units; the page stretches it.
const (
	chartHeight = 120
	barWidth    = 10
	barGap      = 2
)

// bar is one day of the chart: published below, returned above it.
type bar struct {
	x, y, height        string // of the published
	aboveY, aboveHeight string // of the returned
	day                 moderation.Day
}

// bars are the days of the period to the scale of the fullest one.
func (p StatsPage) bars() []bar {
	most := 1
	for _, d := range p.Days {
		most = max(most, d.All())
	}
	bs := make([]bar, len(p.Days))
	for i, d := range p.Days {
		low, high := d.Published*chartHeight/most, d.Returned*chartHeight/most
		bs[i] = bar{
			x: strconv.Itoa(i * (barWidth + barGap)), y: strconv.Itoa(chartHeight - low), height: strconv.Itoa(low),
			aboveY: strconv.Itoa(chartHeight - low - high), aboveHeight: strconv.Itoa(high), day: d,
		}
	}
	return bs
}

func (p StatsPage) chartBox() string {
	return "0 0 " + strconv.Itoa(len(p.Days)*(barWidth+barGap)) + " " + strconv.Itoa(chartHeight)
}

// chartText is the chart in a sentence.
func (p StatsPage) chartText(ctx context.Context) string {
	d, most := p.Decided(), moderation.Day{}
	for _, day := range p.Days {
		if day.All() > most.All() {
			most = day
		}
	}
	if d.All() == 0 {
		return i18n.T(ctx, "moderation.stats.chart_none")
	}
	return i18n.T(ctx, "moderation.stats.chart_text", "published", ui.Int(d.Published), "returned", ui.Int(d.Returned), "most", ui.Int(most.All()), "day", ui.Date(most.Date))
}

func reasonText(ctx context.Context, r moderation.Reason) string {
	if r.ID == 0 {
		return i18n.T(ctx, "moderation.stats.own_words")
	}
	return r.In(lang(ctx))
}

// ExportStats is one of the tables as a file: "days", "groups" or "reasons".
func ExportStats(ctx context.Context, s moderation.Stats, table string) [][]string {
	switch table {
	case "groups":
		return groupRows(ctx, s)
	case "reasons":
		rows := [][]string{{i18n.T(ctx, "moderation.reason.text"), i18n.T(ctx, "moderation.words.field"), i18n.T(ctx, "moderation.stats.cards")}}
		for _, l := range s.Reasons {
			rows = append(rows, []string{reasonText(ctx, l.Reason), fieldName(ctx, l.Reason.Field), strconv.Itoa(l.Cards)})
		}
		return rows
	}
	rows := [][]string{{
		i18n.T(ctx, "moderation.stats.date"), i18n.T(ctx, "moderation.stats.published"),
		i18n.T(ctx, "moderation.stats.returned"), i18n.T(ctx, "moderation.stats.in_time"),
	}}
	for _, d := range s.Days {
		rows = append(rows, []string{ui.Date(d.Date), strconv.Itoa(d.Published), strconv.Itoa(d.Returned), strconv.Itoa(d.InTime)})
	}
	return rows
}

func groupRows(ctx context.Context, s moderation.Stats) [][]string {
	rows := [][]string{{
		i18n.T(ctx, "moderation.column.group"), i18n.T(ctx, "moderation.stats.waiting"), i18n.T(ctx, "moderation.stats.overdue"),
		i18n.T(ctx, "moderation.stats.published"), i18n.T(ctx, "moderation.stats.returned"), i18n.T(ctx, "moderation.stats.in_time"),
		i18n.T(ctx, "moderation.stats.took"),
	}}
	for _, g := range s.Groups {
		rows = append(rows, []string{
			g.Group.Name(lang(ctx)), strconv.Itoa(g.Waiting.All()), strconv.Itoa(g.Waiting.Overdue),
			strconv.Itoa(g.Published), strconv.Itoa(g.Returned), strconv.Itoa(g.InTime), took(ctx, g),
		})
	}
	return rows
}
