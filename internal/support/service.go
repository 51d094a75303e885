package support

import (
	"context"
	"io"
	"strconv"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/blob"
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

// Thread is a request with all that was written.
type Thread struct {
	Request
	Messages []Message
	ReadTo   int64 // the last message the reader has marked as read
	Mine     bool  // the reader asked
	Reopens  bool  // of Closed: the operator may still be written to
}

// Unread reports whether the reader has not marked a message of the operator as
// read.
func (t Thread) Unread(m Message) bool { return m.Side == Staff && m.ID > t.ReadTo }

// Can reports whether the reader may do something now.
func (t Thread) Can(a Act) bool {
	switch {
	case !t.Status.Fits(a):
		return false
	case a == Reply && t.Status == Closed:
		return t.Reopens
	case a == Score:
		return t.Mine && t.Score == 0
	}
	return true
}

// Get gives a request of the reader's organization with its thread, or
// ErrNotFound: also when it is a colleague's and the reader no administrator.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (Thread, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Thread{}, err
	}
	r, reopens, err := byID(ctx, s.DB, a.OrgID, id)
	if err == nil && !sees(a, r) {
		err = ErrNotFound
	}
	if err != nil {
		return Thread{}, err
	}
	t := Thread{Request: r, Reopens: reopens, Mine: r.MemberID == a.MemberID}
	if t.Messages, err = messages(ctx, s.DB, a.OrgID, id); err != nil {
		return Thread{}, err
	}
	t.ReadTo, err = readUpTo(ctx, s.DB, a.OrgID, id, a.MemberID)
	return t, err
}

// sees reports whether a request is open to a member of its organization.
func sees(a actor.Actor, r Request) bool {
	return r.MemberID == a.MemberID || a.Need(perm.MemberManage) == nil
}

// ReadFile gives an attachment of a request that the reader sees, or ErrNotFound.
func (s *Service) ReadFile(ctx context.Context, a actor.Actor, id, messageID int64, n int) (File, io.ReadSeeker, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return File{}, nil, err
	}
	r, _, err := byID(ctx, s.DB, a.OrgID, id)
	if err == nil && !sees(a, r) {
		err = ErrNotFound
	}
	if err != nil {
		return File{}, nil, err
	}
	return s.content(ctx, a.OrgID, id, messageID, n)
}

func (s *Service) content(ctx context.Context, orgID, id, messageID int64, n int) (File, io.ReadSeeker, error) {
	f, err := file(ctx, s.DB, orgID, id, messageID, n)
	if err != nil {
		return File{}, nil, err
	}
	content, _, err := blob.Open(ctx, s.DB, f.BlobID)
	return f, content, err
}

// Reply writes to the operator. What was answered, waited or was closed at most
// 14 days ago is open again, with a new deadline; a job that closes it at the
// same moment changes nothing of that.
func (s *Service) Reply(ctx context.Context, a actor.Actor, id int64, typed string, uploads []Upload) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	body, wrong := bodyErr(typed)
	files, err := s.prepare(ctx, person(a), uploads)
	if err = together(wrong, err); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		if err := org.LockTx(ctx, tx, a.OrgID); err != nil {
			return err
		}
		r, err := lockFor(ctx, tx, a, id, Reply)
		if err != nil {
			return err
		}
		if err := room(ctx, tx, r); err != nil {
			return err
		}
		n, err := count(ctx, tx, a.OrgID, a.MemberID)
		switch {
		case err != nil:
			return err
		case n.often():
			return ErrOften
		}
		return reply(ctx, tx, a, r, body, files)
	})
}

func reply(ctx context.Context, tx pg.Tx, a actor.Actor, r Request, body string, files []ready) error {
	before := r.Status
	if before != Open && before != Work { // the operator's turn again
		due, err := deadline(ctx, tx)
		if err != nil {
			return err
		}
		r.Status, r.Due = Open, due
	}
	r.LastText = excerpt(body)
	id, err := turnToStaff(ctx, tx, r)
	if err != nil {
		return err
	}
	r.LastID = id
	if err := say(ctx, tx, r, byMember(a, body), files); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: "support.reply", Target: target(r.ID), Details: map[string]any{"number": r.Number(), "was": before},
	})
}

// lockFor holds a request that a member sees and may do something with now.
func lockFor(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, act Act) (Request, error) {
	r, reopens, err := lock(ctx, tx, a.OrgID, id)
	switch {
	case err != nil:
		return Request{}, err
	case !sees(a, r):
		return Request{}, ErrNotFound
	case !r.Status.Fits(act), act == Reply && r.Status == Closed && !reopens:
		return Request{}, ErrOver
	}
	return r, nil
}

// room is ErrLong when the thread can hold no more.
func room(ctx context.Context, tx pg.Tx, r Request) error {
	n, err := written(ctx, tx, r.OrgID, r.ID)
	if err == nil && n >= maxMessages {
		return ErrLong
	}
	return err
}

// Withdraw ends a request that needs no answer any more, else ErrOver.
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, id int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		r, err := lockFor(ctx, tx, a, id, Withdraw)
		if err != nil {
			return err
		}
		if err := end(ctx, tx, r, Withdrawn); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "support.withdraw", Target: target(id), Details: map[string]any{"number": r.Number()},
		})
	})
}

// Score says how the person who asked was served; once.
func (s *Service) Score(ctx context.Context, a actor.Actor, id int64, d ScoreDraft) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	score, said, err := d.Open()
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		r, err := lockFor(ctx, tx, a, id, Score)
		switch {
		case err != nil:
			return err
		case r.MemberID != a.MemberID:
			return actor.ErrForbidden
		case r.Score != 0:
			return ErrScored
		}
		if err := keepScore(ctx, tx, r, score, said); err != nil {
			return err
		}
		if err := takeOut(ctx, tx, r); err != nil {
			return err
		}
		if err := seen(ctx, tx, r, a.MemberID, r.LastID); err != nil { // who judges an answer has read it
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "support.score", Target: target(id), Details: map[string]any{"number": r.Number(), "score": score},
		})
	})
}

// MarkRead marks the messages up to one as read by the reader: those that came
// since the page was drawn were not seen.
func (s *Service) MarkRead(ctx context.Context, a actor.Actor, id, upTo int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		r, _, err := lock(ctx, tx, a.OrgID, id)
		switch {
		case err != nil:
			return err
		case !sees(a, r):
			return ErrNotFound
		}
		if upTo < r.LastID { // a notice may tell of what came since
			return readTo(ctx, tx, a.OrgID, id, a.MemberID, upTo)
		}
		return seen(ctx, tx, r, a.MemberID, r.LastID)
	})
}

func target(id int64) string { return "support:" + strconv.FormatInt(id, 10) }

// person names a member among those of all organizations.
func person(a actor.Actor) string { return itoa(a.OrgID) + "-" + itoa(a.MemberID) }
