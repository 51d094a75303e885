package notice

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// Told is a notice as its reader sees it in the portal.
type Told struct {
	ID      int64
	At      time.Time
	Kind    Kind
	Key     string
	Subject string
	Text    []string // paragraphs
	Path    string   // page to open; may be empty
	Button  string   // its words
	Read    bool
	Refused bool  // the relay would not take the letter
	OrgID   int64 // 0 of what everybody is told
}

// Org is an organization that a person works for.
type Org struct {
	ID         int64
	Uz, Ru, En string
}

// Name is its name in a language; the English one falls back to the Uzbek one.
func (o Org) Name(lang string) string {
	switch {
	case lang == "ru":
		return o.Ru
	case lang == "en" && o.En != "":
		return o.En
	}
	return o.Uz
}

// Group is one notice, or several alike of one day, the newest first.
type Group struct {
	Notices []Told
	Title   string // "12 cards published"; empty for a single one
}

// Unread reports whether something of the group is unread.
func (g Group) Unread() bool {
	for _, n := range g.Notices {
		if !n.Read {
			return true
		}
	}
	return false
}

// Filter narrows an inbox; blanks mean all.
type Filter struct {
	Unread bool
	Kind   Kind
	Org    int64  // of the reader's organizations
	Cursor string // next of the page before
	Per    int
}

// Inbox is a page of notices, the newest first. What was announced to everybody
// stands among them. A person has one inbox, for however many organizations.
type Inbox struct {
	Groups []Group
	Orgs   []Org  // those the reader works for, by name
	Unread int    // of all, at most MaxUnread
	Newest int64  // number of the first one of the page
	Next   string // cursor of the next page, empty on the last
}

// Inbox gives a page of what the reader was told, in any organization that the
// reader may work in now.
func (s *Service) Inbox(ctx context.Context, a actor.Actor, f Filter) (Inbox, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Inbox{}, err
	}
	var before int64
	if err := page.Decode(f.Cursor, &before); err != nil {
		return Inbox{}, err
	}
	orgs, err := orgsOf(ctx, s.DB, a)
	if err != nil {
		return Inbox{}, err
	}
	rows, unread, err := ofPerson(ctx, s.DB, a, f, before, f.Per+1)
	if err != nil {
		return Inbox{}, err
	}
	box := Inbox{Unread: unread, Orgs: orgs}
	rows, box.Next = page.Cut(rows, f.Per, func(n shown) string { return page.Encode(n.ID) })
	if len(rows) > 0 {
		box.Newest = rows[0].ID
	}
	box.Groups = groups(i18n.From(ctx), rows)
	return box, nil
}

// maxMarked is how many notices one act marks by their numbers: a page of them.
const maxMarked = 200

// MarkRead marks notices of the reader by their numbers, whatever organization
// they are of; those of others, and what is none, are passed over.
func (s *Service) MarkRead(ctx context.Context, a actor.Actor, ids []int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		return markRead(ctx, tx, a, ids[:min(len(ids), maxMarked)])
	})
}

// MarkAllRead marks everything up to a notice as read: those that came since the
// page was drawn were not seen.
func (s *Service) MarkAllRead(ctx context.Context, a actor.Actor, upTo int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		return markAllRead(ctx, tx, a, upTo)
	})
}

// alike is how many notices of one sort on one day become a group.
const alike = 3

// groups puts notices of the same sort and day together where there are words
// for several, each group at the place of its newest.
func groups(lang i18n.Lang, rows []shown) []Group {
	var gs []Group
	for _, same := range grouped(rows, shown.sort) {
		many := manyKey(same[0].Key)
		if len(same) < alike || !i18n.Has(many) {
			for _, r := range same {
				gs = append(gs, Group{Notices: []Told{r.told(lang)}})
			}
			continue
		}
		g := Group{Title: i18n.TextN(lang, many, len(same))}
		for _, r := range same {
			g.Notices = append(g.Notices, r.told(lang))
		}
		gs = append(gs, g)
	}
	return newestFirst(gs)
}

// sort is what notices of a group have in common.
func (r shown) sort() string {
	return r.At.In(clock.Tashkent()).Format(time.DateOnly) + " " + r.Key + " " + strconv.FormatInt(r.OrgID, 10)
}

// told puts a stored notice into the reader's words; the row's own language is
// that of the letter.
func (r shown) told(lang i18n.Lang) Told {
	values := valuesIn(lang, r.Args)
	words := func(part string) string { return i18n.Text(lang, r.Key+part, values...) }
	t := Told{
		ID: r.ID, At: r.At, Kind: r.Kind, Key: r.Key, Subject: words("subject"), Text: strings.Split(words("text"), "\n\n"),
		Path: r.Path, Read: r.Read, Refused: r.Refused, OrgID: r.OrgID,
	}
	if t.Path != "" {
		t.Button = words("button")
	}
	return t
}

// valuesIn fill words in a language; "group.ru" is "group" for a reader of
// Russian only.
func valuesIn(lang i18n.Lang, args []string) []any {
	values := make([]any, len(args))
	for i, a := range args {
		if i%2 == 0 {
			a = strings.TrimSuffix(a, "."+lang.Code())
		}
		values[i] = a
	}
	return values
}
