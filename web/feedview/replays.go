package feedview

import (
	"context"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/feed"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

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
