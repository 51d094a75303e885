package feedview

import (
	"context"

	"kabinet/internal/core/fault"
	"kabinet/internal/feed"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

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
