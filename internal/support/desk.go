package support

import (
	"context"
	"io"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Said is what one of the staff writes to an organization.
type Said struct {
	Act   Act // Answer, which solves the request, or Ask, which waits for the organization
	Body  string
	Seen  int64 // the last message on the page the answer was written on
	Files []Upload
}

// Answer writes to the organization and tells, by letter, who asked and whoever
// of its people wrote in the thread. Who answers must not find the request in the
// hands of a colleague (ErrHeld); if somebody wrote since the page was drawn,
// nothing is sent (ErrMoved).
func (s *Service) Answer(ctx context.Context, op actor.Operator, orgID, id int64, said Said) error {
	if err := op.Need(perm.OpSupportAnswer); err != nil {
		return err
	}
	body, wrong := bodyErr(said.Body)
	files, err := s.prepare(ctx, "staff-"+itoa(op.StaffID), said.Files)
	if err = together(wrong, err); err != nil {
		return err
	}
	if said.Act != Answer && said.Act != Ask {
		return ErrOver
	}
	return gate.InTx(ctx, s.DB, op, perm.OpSupportAnswer, func(tx pg.Tx) error {
		r, err := lockFree(ctx, tx, op, orgID, id, said.Act)
		switch {
		case err != nil:
			return err
		case r.LastID != said.Seen:
			return ErrMoved
		}
		if err := room(ctx, tx, r); err != nil {
			return err
		}
		return answer(ctx, tx, op, r, said.Act, body, files)
	})
}

func answer(ctx context.Context, tx pg.Tx, op actor.Operator, r Request, act Act, body string, files []ready) error {
	if r.AnsweredAt.IsZero() {
		if err := takeOut(ctx, tx, r); err != nil {
			return err
		}
	}
	r.Status, r.LastText = Answered, excerpt(body)
	if act == Ask {
		r.Status = Waiting
	}
	id, err := turnToMember(ctx, tx, r)
	if err != nil {
		return err
	}
	r.LastID = id
	if err := say(ctx, tx, r, Message{Side: Staff, AuthorID: op.StaffID, Author: op.Name, Body: body}, files); err != nil {
		return err
	}
	err = audit.Record(ctx, tx, op.Subject(), audit.Entry{
		OrgID: r.OrgID, Action: "support." + string(act), Target: target(r.ID), Details: map[string]any{"number": r.Number()},
	})
	if err != nil {
		return err
	}
	return tell(ctx, tx, r, "support.notice."+string(act)+".", body)
}

// letterBody is how much of an answer a letter says, in characters; the rest is
// read in the portal.
const letterBody = 1500

// tell writes to who asked and to whoever of the organization wrote.
func tell(ctx context.Context, tx pg.Tx, r Request, key, body string) error {
	ids, err := writers(ctx, tx, r.OrgID, r.ID)
	if err != nil {
		return err
	}
	if runes := []rune(body); len(runes) > letterBody {
		body = string(runes[:letterBody-1]) + "…"
	}
	return notice.ToMembersTx(ctx, tx, ids, notice.Notice{
		OrgID: r.OrgID, Kind: notice.Support, Key: key, Path: r.Path(),
		Args: []string{"number", r.Number(), "title", r.Title, "answer", strings.TrimSpace(body)},
	})
}

// StaffNote is what one of the staff noted for the others.
type StaffNote struct {
	By   string
	Body string
	At   time.Time
}

// Note keeps a note for the staff; whoever works on the request.
func (s *Service) Note(ctx context.Context, op actor.Operator, orgID, id int64, typed string) error {
	if err := op.Need(perm.OpSupportAnswer); err != nil {
		return err
	}
	var wrong fault.Form
	body, err := openBody(typed)
	wrong.Add("note", err)
	if err := wrong.Err(); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, op, perm.OpSupportAnswer, func(tx pg.Tx) error {
		r, err := lockFree(ctx, tx, op, orgID, id, Note)
		if err != nil {
			return err
		}
		if err := insertNote(ctx, tx, op, r, body); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{ // not the organization's to read
			Action: "support.note", Target: target(id), Details: map[string]any{"number": r.Number(), "org": orgID},
		})
	})
}

// Opened is a request on the desk.
type Opened struct {
	Item
	Messages []Message
	Notes    []StaffNote
	Language string // of who asked
	Others   int    // further requests of the organization that are not over
	Own      bool   // the reader belongs to the organization: neither answers nor reads notes
}

// Find gives a request with all there is of it, or ErrNotFound.
func (s *Service) Find(ctx context.Context, op actor.Operator, orgID, id int64) (o Opened, err error) {
	if err := op.Need(perm.OpSupportRead); err != nil {
		return Opened{}, err
	}
	if o.Item, o.Language, o.Others, err = item(ctx, s.DB, orgID, id); err != nil {
		return Opened{}, err
	}
	if o.Messages, err = messages(ctx, s.DB, orgID, id); err != nil {
		return Opened{}, err
	}
	if o.Own, err = org.Concerns(ctx, s.DB, orgID, op.StaffID); err != nil || o.Own {
		return o, err
	}
	o.Notes, err = notes(ctx, s.DB, orgID, id)
	return o, err
}

// ReadFileFor gives an attachment to one of the staff.
func (s *Service) ReadFileFor(ctx context.Context, op actor.Operator, orgID, id, messageID int64, n int) (File, io.ReadSeeker, error) {
	if err := op.Need(perm.OpSupportRead); err != nil {
		return File{}, nil, err
	}
	return s.content(ctx, orgID, id, messageID, n)
}
