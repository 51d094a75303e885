package cardview

import (
	"context"
	"strconv"

	"kabinet/internal/card"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// VersionPage is one version of a card, alone or beside another.
type VersionPage struct {
	Card    card.Card
	Version card.Version
	Said    Said
	With    *Said              // an earlier one; nil for none
	Others  []card.VersionHead // all versions, the newest first
}

func (v VersionPage) title(ctx context.Context) string {
	return i18n.T(ctx, "card.versions.one", "n", v.Version.Number)
}

// tabs choose with which version this one is compared.
func (v VersionPage) tabs(ctx context.Context) []ui.Tab {
	tabs := []ui.Tab{{Text: i18n.T(ctx, "card.versions.alone"), URL: VersionURL(v.Card.ID, v.Version.Number), Current: v.With == nil}}
	for _, o := range v.Others {
		if o.Number == v.Version.Number {
			continue
		}
		tabs = append(tabs, ui.Tab{
			Text: i18n.T(ctx, "card.versions.with", "n", o.Number), URL: CompareURL(v.Card.ID, v.Version.Number, o.Number),
			Current: v.With != nil && v.With.Number == o.Number,
		})
	}
	return tabs
}

// about says what became of the version and when.
func (v VersionPage) about(ctx context.Context) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "card.versions.written"), Rich: byAt(v.Version.CreatedBy, ui.Time(v.Version.CreatedAt))},
	}
	if !v.Version.SentAt.IsZero() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "card.versions.sent"), Rich: byAt(v.Version.SentBy, ui.Time(v.Version.SentAt))})
	}
	if !v.Version.DecidedAt.IsZero() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "card.versions.decided"), Rich: ui.Time(v.Version.DecidedAt)})
	}
	for _, r := range v.Version.Remarks {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "card.versions.remark"), Value: remarkLine(ctx, v.Said.Reading, r)})
	}
	return ps
}

func remarkLine(ctx context.Context, r Reading, m card.Remark) string {
	switch m.Field {
	case "":
		return RemarkText(ctx, m)
	case card.FieldPhotos:
		return i18n.T(ctx, "card.photos") + ": " + RemarkText(ctx, m)
	}
	return r.Label(ctx, m.Field) + ": " + RemarkText(ctx, m)
}

// Comparison is two versions beside each other.
type Comparison struct{ Before, After Said }

func (c Comparison) title(ctx context.Context) string {
	return i18n.T(ctx, "card.compare.title", "before", c.Before.Number, "after", c.After.Number)
}

// name is a version with its state: people know it by that.
func (c Comparison) name(ctx context.Context, s Said) string {
	_, status := statusTag(ctx, s.Status)
	return strconv.Itoa(s.Number) + ", " + status
}

func (c Comparison) columns(ctx context.Context) []ui.Column {
	return []ui.Column{{Title: i18n.T(ctx, "card.compare.field")}, {Title: c.name(ctx, c.Before)}, {Title: c.name(ctx, c.After)}}
}

// changed counts what differs.
func (c Comparison) changed(ctx context.Context) (n int) {
	for _, d := range Differences(ctx, c.Before, c.After) {
		if d.Changed {
			n++
		}
	}
	for _, s := range shots(c.Before, c.After) {
		if s.Changed {
			n++
		}
	}
	return n
}
