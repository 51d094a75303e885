package supportview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/ui"
)

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
