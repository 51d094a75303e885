package notice

import (
	"context"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// ErrKind says that a form named a kind of letters there is not.
var ErrKind = fault.New(fault.Invalid, "notice.kind.unknown").On("kinds")

// Told is a notice as its reader sees it in the portal.
type Told struct {
	ID      int64
	At      time.Time
	Kind    Kind
	Subject string
	Text    []string // paragraphs
	Path    string   // page to open; may be empty
	Button  string   // its words
	Read    bool
	Refused bool // the relay would not take the letter
}

// Inbox is a page of notices, the newest first.
type Inbox struct {
	Notices []Told
	Unread  int
	Next    string // cursor of the next page, empty on the last
}

// Inbox gives a page of what the reader was told.
func (s *Service) Inbox(ctx context.Context, a actor.Actor, cursor string, per int) (Inbox, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Inbox{}, err
	}
	var before int64
	if err := page.Decode(cursor, &before); err != nil {
		return Inbox{}, err
	}
	rows, unread, err := ofMember(ctx, s.DB, a.OrgID, a.MemberID, before, per+1)
	if err != nil {
		return Inbox{}, err
	}
	box := Inbox{Unread: unread}
	if len(rows) > per {
		rows = rows[:per]
		box.Next = page.Encode(rows[per-1].ID)
	}
	for _, r := range rows {
		box.Notices = append(box.Notices, r.told(i18n.From(ctx)))
	}
	return box, nil
}

// MarkRead marks everything up to a notice as read: those that came since the
// page was drawn were not seen.
func (s *Service) MarkRead(ctx context.Context, a actor.Actor, upTo int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		return markRead(ctx, tx, a.OrgID, a.MemberID, upTo)
	})
}

// Wanted lists the kinds the reader gets by mail, the undeclinable among them.
func (s *Service) Wanted(ctx context.Context, a actor.Actor) ([]Kind, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, err
	}
	return wanted(ctx, s.DB, a.OrgID, a.MemberID)
}

// Want keeps which kinds the reader gets by mail; the others stand in the
// portal only. Security letters come whatever is chosen.
func (s *Service) Want(ctx context.Context, a actor.Actor, kinds []Kind) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	for _, k := range kinds {
		if !slices.Contains(Kinds(), k) {
			return ErrKind
		}
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		before, err := wanted(ctx, tx, a.OrgID, a.MemberID)
		if err != nil {
			return err
		}
		var declined, after []Kind
		for _, k := range Kinds() {
			if k.Always() || slices.Contains(kinds, k) {
				after = append(after, k)
			} else {
				declined = append(declined, k)
			}
		}
		if slices.Equal(before, after) {
			return nil
		}
		if err := replaceDeclined(ctx, tx, a.OrgID, a.MemberID, declined); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "notice.choose", Target: a.Subject().Kind + ":" + a.Subject().ID,
			Details: map[string]any{"kinds": map[string][]Kind{"before": before, "after": after}},
		})
	})
}

// told puts a stored notice into the reader's words; the row's own language is
// that of the letter.
func (r shown) told(lang i18n.Lang) Told {
	values := make([]any, len(r.Args))
	for i, a := range r.Args {
		values[i] = a
	}
	words := func(part string) string { return i18n.Text(lang, r.Key+part, values...) }
	t := Told{
		ID: r.ID, At: r.At, Kind: r.Kind, Subject: words("subject"), Text: strings.Split(words("text"), "\n\n"),
		Path: r.Path, Read: r.Read, Refused: r.Refused,
	}
	if t.Path != "" {
		t.Button = words("button")
	}
	return t
}

func without(all, some []Kind) []Kind {
	var rest []Kind
	for _, k := range all {
		if !slices.Contains(some, k) {
			rest = append(rest, k)
		}
	}
	return rest
}
