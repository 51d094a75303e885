package cardview

import (
	"context"
	"strings"

	"kabinet/internal/card"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// GroupName is the field that names the new product group of a draft.
const GroupName = "to"

// GroupURL is where the product group of a draft is changed.
func GroupURL(id int64) string { return URL(id, "/group") }

// Regroup is the page on which a draft is moved to another product group.
type Regroup struct {
	Record card.Record
	Groups []productgroup.Group // those the person may choose
	To     productgroup.Group   // chosen; the zero one before
	Lost   []string             // fields whose answers do not fit there
}

func (p Regroup) chosen() bool { return p.To.ID != 0 }

// options are the groups but the one the card is in.
func (p Regroup) options(ctx context.Context) []ui.Option {
	var os []ui.Option
	for _, g := range p.Groups {
		if g.ID != p.Record.GroupID {
			os = append(os, ui.Option{Value: g.Slug, Text: g.Name(lang(ctx))})
		}
	}
	return os
}

// losses are the answers that go, as the card has them now.
func (p Regroup) losses(ctx context.Context) []string {
	now := Reading{Group: p.Record.Group, Book: p.Record.Now}
	typed := p.Record.Version.Content.Typed()
	lines := make([]string, len(p.Lost))
	for i, f := range p.Lost {
		lines[i] = strings.TrimSuffix(now.Label(ctx, f)+": "+now.Text(ctx, f, typed[f]), ": ")
	}
	return lines
}

func (p Regroup) consequence(ctx context.Context) string {
	if len(p.Lost) == 0 {
		return i18n.T(ctx, "card.group.nothing_lost")
	}
	return i18n.N(ctx, "card.group.lost", len(p.Lost))
}

func (p Regroup) values() []ui.Hidden {
	return []ui.Hidden{{Name: GroupName, Value: p.To.Slug}, {Name: RevisionName, Value: count(int64(p.Record.Revision))}}
}
