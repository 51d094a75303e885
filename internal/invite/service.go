package invite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/letterkey"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
	"kabinet/internal/technical"
)

// Mailer hands one letter to the relay; platform/mail's Sender is one.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Service leads from the invitation to the active user.
type Service struct {
	DB        *pgxpool.Pool
	Box       *seal.Box
	Mail      Mailer
	Proof     *proof.Service
	Accounts  *account.Service
	Technical *technical.Service
	BaseURL   string // of the portal, "https://kabinet.example"
	Host      string // of the portal: stands in what is signed
	Now       clock.Clock
}

// InviteTx makes an invitation and asks for its letter; an earlier one of the
// user is worth nothing from now on. A technical user gets its login at the first
// one. The caller has asked for the right and records what it did; the user is
// not activated.
func (s *Service) InviteTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) error {
	h, err := holdMember(ctx, tx, orgID, memberID)
	if err != nil {
		return err
	}
	if member.Kind(h.Kind) == member.Technical {
		if _, err := s.Technical.LoginTx(ctx, tx, orgID, memberID, h.TIN); err != nil {
			return err
		}
	}
	if _, err := endLive(ctx, tx, orgID, memberID); err != nil {
		return err
	}
	seed := letterkey.NewSeed()
	id, err := insertInvitation(ctx, tx, orgID, memberID, h, seed)
	if err != nil {
		return err
	}
	r, k := Ref{OrgID: orgID, ID: id}, s.keys().New(seed, orgID, id)
	if err := insertKeys(ctx, tx, r, letterkey.Hash(k.Token), letterkey.Hash(k.Code)); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, SendArgs(r))
}

// InvitedTx reports whether a user was ever invited.
func (s *Service) InvitedTx(ctx context.Context, tx pg.Tx, orgID, memberID int64) (bool, error) {
	_, ok, err := statusOf(ctx, tx, orgID, memberID)
	return ok, err
}

// RevokeAllTx ends the invitation of a user who is blocked, if one waits.
func (s *Service) RevokeAllTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, _ string) error {
	_, err := endLive(ctx, tx, orgID, memberID)
	return err
}

// OfUser reads what became of a user's newest invitation; ok is false for a user
// who never had one.
func (s *Service) OfUser(ctx context.Context, a actor.Actor, memberID int64) (st Status, ok bool, err error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return Status{}, false, err
	}
	return statusOf(ctx, s.DB, a.OrgID, memberID)
}

// perAddress bounds the codes typed from one address. A code has 80 random bits,
// so this is against noise, not against luck.
func perAddress() limit.Rule {
	return limit.Rule{Name: "invite.code", Max: 20, Per: 10 * time.Minute}
}

// Open gives the invitation of a link. An error comes with what is known of it,
// so that its page can offer a new letter. Nothing is used up.
//
//gate:none whoever has the link may open it
func (s *Service) Open(ctx context.Context, token string) (Invitation, error) {
	folded, ok := letterkey.FoldToken(token)
	if !ok {
		return Invitation{}, ErrNoLink
	}
	i, err := byKey(ctx, s.DB, "token", letterkey.Hash(folded))
	return judged(i, err)
}

// Resume gives the invitation that a session remembers, as it is now.
//
//gate:none the reference comes from a session that typed the right code
func (s *Service) Resume(ctx context.Context, r Ref) (Invitation, error) {
	i, err := byRef(ctx, s.DB, r)
	return judged(i, err)
}

// judged says why an invitation opens nothing.
func judged(i Invitation, err error) (Invitation, error) {
	if err != nil {
		return Invitation{}, err
	}
	return i, i.Err()
}

// EnterCode takes the code typed on the page of a link. Wrong codes count against
// the invitation; the fifth kills it.
//
//gate:none the code itself is what is asked for
func (s *Service) EnterCode(ctx context.Context, token, code, ip string) (Invitation, error) {
	i, err := s.Open(ctx, token)
	if err != nil {
		return i, err
	}
	if err := s.mayTry(ctx, ip); err != nil {
		return i, err
	}
	return i, s.tryCode(ctx, i.Ref(), code)
}

// FindCode takes a code typed without a link. An unknown one is as wrong as a
// wrong one; there is no invitation to count it against, only the address.
//
//gate:none the code itself is what is asked for
func (s *Service) FindCode(ctx context.Context, code, ip string) (Invitation, error) {
	if err := s.mayTry(ctx, ip); err != nil {
		return Invitation{}, err
	}
	folded, ok := letterkey.FoldCode(code)
	if !ok {
		return Invitation{}, ErrCodeShape
	}
	i, err := byKey(ctx, s.DB, "code", letterkey.Hash(folded))
	if errors.Is(err, ErrNoLink) {
		return Invitation{}, ErrCodeUnknown
	}
	return judged(i, err)
}

func (s *Service) mayTry(ctx context.Context, ip string) error {
	hit, err := limit.Hit(ctx, s.DB, perAddress(), ip)
	if err != nil || hit.Allowed {
		return err
	}
	return tooMany(hit.RetryAfter).On("code")
}

// tryCode compares a typed code with that of an invitation. What cannot be a code
// costs nothing.
func (s *Service) tryCode(ctx context.Context, r Ref, code string) error {
	folded, ok := letterkey.FoldCode(code)
	if !ok {
		return ErrCodeShape
	}
	var verdict error // of a transaction that is stored whatever it says
	err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
		verdict, err = s.tryCodeTx(ctx, tx, r, folded)
		return err
	})
	if err != nil {
		return err
	}
	return verdict
}

// tryCodeTx holds the invitation's row, so that tries come one after the other
// and there is never a sixth.
func (s *Service) tryCodeTx(ctx context.Context, tx pg.Tx, r Ref, folded string) (verdict, err error) {
	st, seed, err := lockForCode(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	if dead := stateErr(st); dead != nil {
		return dead, nil
	}
	if letterkey.Opens(s.keys().All(seed, r.OrgID, r.ID), folded) {
		return nil, nil
	}
	wrong, err := countWrongCode(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	e := audit.Entry{OrgID: r.OrgID, Action: "invitation.mistype", Target: target(r.ID), Details: map[string]any{"wrong": wrong}}
	verdict = ErrCodeWrong.With("left", MaxWrongCodes-wrong)
	if wrong >= MaxWrongCodes {
		e.Action, verdict = "invitation.lock", ErrLocked
	}
	return verdict, audit.Record(ctx, tx, actor.Visitor(actor.Origin{}), e)
}

// Challenge asks for the signature of a session under the invitation's statement,
// in the reader's language.
//
//gate:none the session typed the right code; the signature decides
func (s *Service) Challenge(ctx context.Context, r Ref, sessionKey, ip string) (proof.Challenge, error) {
	i, err := s.Resume(ctx, r)
	if err != nil {
		return proof.Challenge{}, err
	}
	words := dated(i.Statement(i18n.From(ctx), s.Host), s.Now())
	return s.Proof.NewChallenge(ctx, sessionKey, proof.Invitation, words, s.client(ip))
}

func (s *Service) client(ip string) eds.Client { return eds.Client{Host: s.Host, IP: ip} }

func target(id int64) string { return fmt.Sprintf("invitation:%d", id) }
