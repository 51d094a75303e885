package support

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/workday"
)

// About finds what a request would be about, with its name. A thing that is not
// the reader's is ErrNotFound, like one there is not.
func (s *Service) About(ctx context.Context, a actor.Actor, about About) (About, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return About{}, err
	}
	about.Name = ""
	if about.ID == "" {
		return about, nil
	}
	find, ok := s.Things[about.Kind]
	if !ok {
		return About{}, ErrNotFound
	}
	name, err := find(ctx, a, about.ID)
	if k := fault.KindOf(err); err != nil && (k == fault.NotFound || k == fault.Forbidden || k == fault.Invalid) {
		return About{}, ErrNotFound.Because(err)
	}
	about.Name = name
	return about, err
}

// Open asks the operator. The request is the reader's own.
func (s *Service) Open(ctx context.Context, a actor.Actor, about About, d Draft, uploads []Upload) (r Request, err error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Request{}, err
	}
	if about, err = s.About(ctx, a, about); err != nil {
		return Request{}, err
	}
	d, wrong := d.Open()
	files, err := s.prepare(ctx, person(a), uploads)
	if err = together(wrong, err); err != nil {
		return Request{}, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		r, err = open(ctx, tx, a, about, d, files)
		return err
	})
	return r, err
}

// open stores a request with its first message. Who asks or writes at the same
// moment for the same organization waits until this one counts.
func open(ctx context.Context, tx pg.Tx, a actor.Actor, about About, d Draft, files []ready) (Request, error) {
	if err := org.LockTx(ctx, tx, a.OrgID); err != nil {
		return Request{}, err
	}
	n, err := count(ctx, tx, a.OrgID, a.MemberID)
	switch {
	case err != nil:
		return Request{}, err
	case n.openOfOrg >= openOfOrg || n.openOfOne >= openOfOne:
		return Request{}, ErrMany
	case n.often():
		return Request{}, ErrOften
	}
	due, err := deadline(ctx, tx)
	if err != nil {
		return Request{}, err
	}
	r, err := insertRequest(ctx, tx, a, Request{OrgID: a.OrgID, About: about, Title: d.Title, LastText: excerpt(d.Body), Due: due})
	if err != nil {
		return Request{}, err
	}
	if err := say(ctx, tx, r, byMember(a, d.Body), files); err != nil {
		return Request{}, err
	}
	return r, audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: "support.open", Target: target(r.ID), Details: map[string]any{"number": r.Number(), "subject": about.String()},
	})
}

// deadline is the end of the second working day after today.
func deadline(ctx context.Context, tx pg.Tx) (time.Time, error) {
	now, err := databaseTime(ctx, tx)
	if err != nil {
		return time.Time{}, err
	}
	return workday.Add(ctx, tx, now, answerDays)
}

// say stores a message of the request, whose LastID is its number.
func say(ctx context.Context, tx pg.Tx, r Request, m Message, files []ready) error {
	m.ID = r.LastID
	if err := insertMessage(ctx, tx, r.OrgID, r.ID, m); err != nil {
		return err
	}
	if len(files) > 0 {
		if err := keepFiles(ctx, tx, r.OrgID, r.ID, m.ID, files); err != nil {
			return err
		}
	}
	if m.Side == Member {
		return seen(ctx, tx, r, m.AuthorID, m.ID) // who writes has read
	}
	return nil
}

// seen notes how far a member has read, and that the member knows what notices
// said of the request.
func seen(ctx context.Context, tx pg.Tx, r Request, memberID, upTo int64) error {
	if err := readTo(ctx, tx, r.OrgID, r.ID, memberID, upTo); err != nil {
		return err
	}
	return notice.SeenTx(ctx, tx, r.OrgID, memberID, r.Path())
}

func byMember(a actor.Actor, body string) Message {
	return Message{Side: Member, AuthorID: a.MemberID, Author: a.Name, Body: body}
}

func target(id int64) string { return "support:" + strconv.FormatInt(id, 10) }

// person names a member among those of all organizations.
func person(a actor.Actor) string { return itoa(a.OrgID) + "-" + itoa(a.MemberID) }
