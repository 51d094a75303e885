package supportview

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/ui"
)

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
	return strings.Replace(strconv.FormatFloat(t.Average(), 'f', 1, 64), ".", ",", 1)
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
