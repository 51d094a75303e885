package support

import (
	"context"
	"io"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/blob"
)

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
