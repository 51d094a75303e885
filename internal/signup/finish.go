package signup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/org"
	"kabinet/internal/place"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
	"kabinet/internal/proof"
)

// Answer is what the page sends back after the signature.
type Answer struct {
	Ref        Ref
	SessionKey string
	Challenge  string // id of the challenge
	PKCS7      string // base64
	Origin     actor.Origin
}

// Activated is who may be signed in now.
type Activated struct {
	AccountID, OrgID, MemberID int64
	Until                      time.Time // end of the certificate; no session outlives it
}

// Finish activates the account with the director's signature. Of two that
// finish at once one does it and the other gets ErrActive. A refused key leaves
// a line in the audit log and everything else as it was: the letter stays good
// for the right key.
//
//gate:none the director's signature is the right
func (s *Service) Finish(ctx context.Context, a Answer) (Activated, error) {
	if _, err := s.Resume(ctx, a.Ref); err != nil {
		return Activated{}, err
	}
	sig, err := s.Proof.Verify(ctx, a.SessionKey, proof.Activation, a.Challenge, a.PKCS7, s.client(a.Origin.IP))
	if err != nil {
		return Activated{}, err
	}
	if err := s.mayStillTry(ctx, sig.Signer); err != nil {
		return Activated{}, err
	}
	var done Activated
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		done, err = s.activateTx(ctx, tx, a, sig)
		return err
	})
	if wrongKey(err) {
		if lost := s.recordRefusal(ctx, a, sig.Signer, err); lost != nil {
			return Activated{}, lost
		}
	}
	return done, err
}

// activateTx does it all. Organization before letter: everything that holds
// both takes them in this order, so a letter sent again at this moment waits.
func (s *Service) activateTx(ctx context.Context, tx pg.Tx, a Answer, sig proof.Signature) (Activated, error) {
	if err := s.claimTx(ctx, tx, a.Ref); err != nil {
		return Activated{}, err
	}
	o, err := org.ByID(ctx, tx, a.Ref.OrgID)
	if err != nil {
		return Activated{}, err
	}
	if err := judge(s.Box, o, sig.Signer); err != nil {
		return Activated{}, err
	}
	if !(Invitation{Org: o}).stands(sig.Body, s.Host) {
		return Activated{}, proof.ErrChallenge
	}
	f, err := s.settleTx(ctx, tx, o, sig.Signer)
	if err != nil {
		return Activated{}, err
	}
	if err := s.Proof.KeepTx(ctx, tx, o.ID, sig); err != nil {
		return Activated{}, err
	}
	if err := recordTx(ctx, tx, a, o, f, sig.Signer); err != nil {
		return Activated{}, err
	}
	return Activated{AccountID: f.AccountID, OrgID: o.ID, MemberID: f.id, Until: sig.Signer.NotAfter}, nil
}

// claimTx decides the race: who gets the organization's row first goes on, the
// others find it active.
func (s *Service) claimTx(ctx context.Context, tx pg.Tx, r Ref) error {
	err := org.ActivateTx(ctx, tx, r.OrgID)
	switch {
	case errors.Is(err, org.ErrNotImported):
		return ErrActive.Because(err)
	case err != nil:
		return err
	}
	return s.Letters.ConsumeTx(ctx, tx, r.OrgID, r.LetterID)
}

// firstMember is the director as stored.
type firstMember struct {
	member.First
	id int64
}

// settleTx makes person, first place and first user. The name is the
// register's, which people write as they are used to; that of the certificate
// is kept with the signature.
func (s *Service) settleTx(ctx context.Context, tx pg.Tx, o org.Org, k eds.Signer) (f firstMember, err error) {
	f.First = member.First{OrgID: o.ID, Name: o.Director, Position: k.Position, Email: o.Email}
	person := account.Person{Name: o.Director, PINFL: taxid.PINFL(k.PINFL), Language: i18n.From(ctx).Code()}
	if f.AccountID, err = s.Accounts.EnsureTx(ctx, tx, person); err != nil {
		return f, err
	}
	address := place.Address{Language: o.Language, Region: o.Region, District: o.District, Street: o.Street}
	if f.PlaceID, err = place.FirstTx(ctx, tx, o.ID, address); err != nil {
		return f, err
	}
	groups, err := productgroup.OfOrg(ctx, tx, o.ID)
	if err != nil {
		return f, err
	}
	for _, g := range groups {
		f.Groups = append(f.Groups, g.Group.ID)
	}
	f.id, err = member.FirstTx(ctx, tx, f.First)
	return f, err
}

// recordTx writes what happened: three lines, because three things exist now
// that did not before.
func recordTx(ctx context.Context, tx pg.Tx, a Answer, o org.Org, f firstMember, k eds.Signer) error {
	who := actor.Subject{Kind: "member", ID: fmt.Sprint(f.id), Name: f.Name, OrgID: o.ID, Origin: a.Origin}
	for _, e := range []audit.Entry{
		{Action: "org.activate", Target: orgTarget(o.ID), Details: activation{
			TIN: string(o.TIN), Letter: a.Ref.LetterID, Key: k.Key(), NameMatches: sameName(k.CN, o.Director),
		}},
		{Action: "place.create", Target: fmt.Sprintf("place:%d", f.PlaceID), Details: map[string]any{"origin": "address", "main": true}},
		{Action: "member.create", Target: fmt.Sprintf("member:%d", f.id), Details: map[string]any{"first": true, "groups": f.Groups, "place": f.PlaceID}},
	} {
		e.OrgID = o.ID
		if err := audit.Record(ctx, tx, who, e); err != nil {
			return err
		}
	}
	return nil
}

// activation is what the log keeps of an activation.
type activation struct {
	TIN         string  `json:"tin"`
	Letter      int64   `json:"letter"`
	Key         eds.Key `json:"key"`
	NameMatches bool    `json:"name_matches"` // certificate and register; decides nothing
}

// perCertificate bounds how often one key that does not fit may be tried, at
// whatever letters: it is counted only when its signature was good, so that
// nobody can lock another one's key out.
func perCertificate() limit.Rule {
	return limit.Rule{Name: "signup.certificate", Max: 5, Per: 15 * time.Minute}
}

// mayStillTry refuses a key that did not fit too often.
func (s *Service) mayStillTry(ctx context.Context, k eds.Signer) error {
	err := limit.Spent(ctx, s.DB, perCertificate(), k.Serial)
	if f, ok := fault.As(err); ok && f.Kind == fault.TooMany {
		return tooMany(f.RetryAfter)
	}
	return err
}

// recordRefusal keeps and counts that somebody else's key was tried, in a
// transaction of its own: that of the activation is gone.
func (s *Service) recordRefusal(ctx context.Context, a Answer, k eds.Signer, why error) error {
	if _, err := limit.Hit(ctx, s.DB, perCertificate(), k.Serial); err != nil {
		return err
	}
	f, _ := fault.As(why)
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		return audit.Record(ctx, tx, actor.Visitor(a.Origin), audit.Entry{
			OrgID: a.Ref.OrgID, Action: "org.refuse", Target: orgTarget(a.Ref.OrgID),
			Details: map[string]any{"reason": f.Key, "letter": a.Ref.LetterID, "key": k.Key()},
		})
	})
}

func wrongKey(err error) bool {
	for _, e := range []error{ErrPersonalKey, ErrOrgKey, ErrOtherOrg, ErrOtherPerson} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func orgTarget(id int64) string { return fmt.Sprintf("org:%d", id) }
