package invite

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
	"kabinet/internal/technical"
)

// Answer is what the page sends back after the signature.
type Answer struct {
	Ref        Ref
	SessionKey string
	Challenge  string // id of the challenge
	PKCS7      string // base64
	Origin     actor.Origin
}

// Joined is who may be signed in now.
type Joined struct {
	AccountID, OrgID, MemberID int64
	Until                      time.Time // end of the certificate; no session outlives it
}

// Finish activates the user with an own signature. Of two that finish at once one
// does it and the other learns what happened. A refused key leaves a line in the
// audit log and everything else as it was.
//
//gate:none the person's signature is the right
func (s *Service) Finish(ctx context.Context, a Answer) (Joined, error) {
	if i, err := s.Resume(ctx, a.Ref); err != nil || i.Technical() {
		return Joined{}, elseNoLink(err)
	}
	sig, err := s.Proof.Verify(ctx, a.SessionKey, proof.Invitation, a.Challenge, a.PKCS7, s.client(a.Origin.IP))
	if err != nil {
		return Joined{}, err
	}
	var done Joined
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		done, err = s.joinTx(ctx, tx, a, sig)
		return err
	})
	if wrongKey(err) {
		if lost := s.recordRefusal(ctx, a, sig.Signer, err); lost != nil {
			return Joined{}, lost
		}
	}
	return done, err
}

// elseNoLink is for a page that does not fit the kind of user.
func elseNoLink(err error) error {
	if err == nil {
		return ErrNoLink
	}
	return err
}

// joinTx does it all.
func (s *Service) joinTx(ctx context.Context, tx pg.Tx, a Answer, sig proof.Signature) (Joined, error) {
	i, err := s.claimTx(ctx, tx, a.Ref)
	if err != nil {
		return Joined{}, err
	}
	if err := s.judge(i, sig.Signer); err != nil {
		return Joined{}, err
	}
	if !i.stands(sig.Body, s.Host) {
		return Joined{}, proof.ErrChallenge
	}
	person := account.Person{Name: i.Names.Uz, PINFL: taxid.PINFL(sig.Signer.PINFL), Language: i18n.From(ctx).Code()}
	accountID, err := s.Accounts.EnsureTx(ctx, tx, person)
	if err != nil {
		return Joined{}, refusedPerson(err)
	}
	if err := member.ActivateTx(ctx, tx, i.subject(a.Origin), i.OrgID, i.MemberID, accountID); err != nil {
		return Joined{}, refusedPerson(err)
	}
	if err := s.Proof.KeepTx(ctx, tx, i.OrgID, sig); err != nil {
		return Joined{}, err
	}
	if err := s.tellTx(ctx, tx, i, a.Origin, map[string]any{"key": sig.Signer.Key()}); err != nil {
		return Joined{}, err
	}
	return Joined{AccountID: accountID, OrgID: i.OrgID, MemberID: i.MemberID, Until: sig.Signer.NotAfter}, nil
}

// claimTx decides the race: it holds the user first, as inviting and blocking do,
// and uses the invitation up.
func (s *Service) claimTx(ctx context.Context, tx pg.Tx, r Ref) (Invitation, error) {
	i, err := byRef(ctx, tx, r)
	if err != nil {
		return i, err
	}
	if _, err := holdMember(ctx, tx, i.OrgID, i.MemberID); err != nil {
		return i, err
	}
	if i, err = judged(byRef(ctx, tx, r)); err != nil { // as it is behind the wait
		return i, err
	}
	used, err := consume(ctx, tx, r)
	if err == nil && !used {
		err = ErrExpired
	}
	return i, err
}

// judge is nil when the key is the invited person's own: the personal number
// decides. On a key of an organization its tax number must be this one's; name
// and position are free text and decide nothing.
func (s *Service) judge(i Invitation, k eds.Signer) error {
	whose := []any{"given", k.CN, "name", i.Names.Uz, "tin", i.TIN.Grouped()}
	if k.IsLegalEntity() && k.OrgTIN != string(i.TIN) {
		return ErrOtherOrg.With(whose...)
	}
	if k.PINFL == "" {
		return ErrOtherPerson.With(whose...)
	}
	given := s.Box.MACs(taxid.PINFLPurpose, []byte(k.PINFL))
	for _, known := range i.macs {
		if slices.ContainsFunc(given, func(g []byte) bool { return bytes.Equal(g, known) }) {
			return nil
		}
	}
	return ErrOtherPerson.With(whose...)
}

// refusedPerson puts what others say of the person into words of this page.
func refusedPerson(err error) error {
	switch {
	case errors.Is(err, account.ErrBlocked), errors.Is(err, member.ErrBlocked):
		return ErrBlocked.Because(err)
	case errors.Is(err, member.ErrActive):
		return ErrActive.Because(err)
	case errors.Is(err, member.ErrTaken):
		return ErrWorksHere.Because(err)
	}
	return err
}

// subject is the user as who acts.
func (i Invitation) subject(o actor.Origin) actor.Subject {
	return actor.Subject{Kind: "member", ID: strconv.FormatInt(i.MemberID, 10), Name: i.Names.Uz, OrgID: i.OrgID, Origin: o}
}

// tellTx writes down that the invitation was used and tells the administrators.
func (s *Service) tellTx(ctx context.Context, tx pg.Tx, i Invitation, o actor.Origin, details map[string]any) error {
	details["member"] = i.MemberID
	e := audit.Entry{OrgID: i.OrgID, Action: "invitation.use", Target: target(i.ID), Details: details}
	if err := audit.Record(ctx, tx, i.subject(o), e); err != nil {
		return err
	}
	return notice.ToAdminsTx(ctx, tx, notice.Notice{
		OrgID: i.OrgID, Kind: notice.Access, Key: "invite.notice.joined.",
		Args: []string{"name", i.Names.Uz}, Path: "/org/users/" + strconv.FormatInt(i.MemberID, 10),
	})
}

func wrongKey(err error) bool {
	return errors.Is(err, ErrOtherOrg) || errors.Is(err, ErrOtherPerson) || errors.Is(err, ErrWorksHere)
}

// recordRefusal keeps that somebody else's key was tried, in a transaction of its
// own: that of the activation is gone.
func (s *Service) recordRefusal(ctx context.Context, a Answer, k eds.Signer, why error) error {
	f, _ := fault.As(why)
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		return audit.Record(ctx, tx, actor.Visitor(a.Origin), audit.Entry{
			OrgID: a.Ref.OrgID, Action: "invitation.refuse", Target: target(a.Ref.ID),
			Details: map[string]any{"reason": f.Key, "key": k.Key()},
		})
	})
}

// Program is what the page of a technical user's password shows.
type Program struct {
	Invitation
	Login string
}

// Program gives the technical user of an invitation that a session remembers.
//
//gate:none the reference comes from a session that typed the right code
func (s *Service) Program(ctx context.Context, r Ref) (Program, error) {
	i, err := s.Resume(ctx, r)
	p := Program{Invitation: i}
	if err != nil {
		return p, err
	}
	if !i.Technical() {
		return p, ErrNoLink
	}
	p.Login, err = s.Technical.Login(ctx, s.DB, i.OrgID, i.MemberID)
	return p, err
}

// SetPassword activates a technical user. The hash is made before anything is
// held. Of two that finish at once one password is set and the other's sender
// learns that the user is active.
//
//gate:none the code of the letter is the right
func (s *Service) SetPassword(ctx context.Context, r Ref, p technical.NewPassword, o actor.Origin) (Program, error) {
	prog, err := s.Program(ctx, r)
	if err != nil {
		return prog, err
	}
	hash, err := s.Technical.HashNew(ctx, prog.Login, p)
	if err != nil {
		return prog, err
	}
	return prog, pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		i, err := s.claimTx(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := member.ActivateTechnicalTx(ctx, tx, i.subject(o), i.OrgID, i.MemberID); err != nil {
			return refusedPerson(err)
		}
		if err := s.Technical.SetPasswordTx(ctx, tx, i.OrgID, i.MemberID, hash); err != nil {
			return err
		}
		return s.tellTx(ctx, tx, i, o, map[string]any{"login": prog.Login})
	})
}
