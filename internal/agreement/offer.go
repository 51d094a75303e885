package agreement

import (
	"context"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/enroll/offer"
	"kabinet/internal/org"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// Acceptance is the public offer as an organization accepted it.
type Acceptance struct {
	Version string // empty when it is one whose text is no longer published
	Lang    string // in which it was read
	By      string // name in the certificate
	At      time.Time
	ID      int64 // of the evidence
}

// Accepted reports whether one of them is of the version that holds now.
func Accepted(all []Acceptance) bool {
	return slices.ContainsFunc(all, func(a Acceptance) bool { return a.Version == offer.Current })
}

// acceptances reads them from what was signed: the statement names the version and
// the hash of the text in one language.
func acceptances(ctx context.Context, q pg.Querier, orgID int64) ([]Acceptance, error) {
	signed, err := proof.EvidenceFor(ctx, q, orgID, proof.Offer)
	if err != nil {
		return nil, err
	}
	all := make([]Acceptance, 0, len(signed))
	for _, e := range signed {
		a := Acceptance{By: e.Signer, At: e.KeptAt, ID: e.ID}
		for _, l := range i18n.Langs() {
			if strings.Contains(e.Body, offer.Digest(l.Code())) {
				a.Version, a.Lang = offer.Current, l.Code()
			}
		}
		all = append(all, a)
	}
	return all, nil
}

// Offer says what the reader's organization accepted of the public offer, and what
// is signed to accept the version that holds now.
func (s *Service) Offer(ctx context.Context, a actor.Actor) ([]Acceptance, string, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, "", err
	}
	all, err := acceptances(ctx, s.DB, a.OrgID)
	if err != nil {
		return nil, "", err
	}
	o, err := org.ByID(ctx, s.DB, a.OrgID)
	return all, s.offerStatement(i18n.From(ctx), o), err
}

func (s *Service) offerStatement(lang i18n.Lang, o org.Org) string {
	return strings.Join([]string{
		i18n.Text(lang, "agreement.offer.statement.act", "org", o.Name(lang.Code()), "tin", string(o.TIN), "host", s.Host),
		i18n.Text(lang, "agreement.offer.statement.text", "version", offer.Current, "digest", offer.Digest(lang.Code())),
	}, "\n")
}

// ChallengeOffer opens a challenge over that statement, good for ten minutes.
func (s *Service) ChallengeOffer(ctx context.Context, a actor.Actor) (proof.Challenge, error) {
	if err := a.Need(perm.OrgEdit); err != nil {
		return proof.Challenge{}, err
	}
	all, words, err := s.Offer(ctx, a)
	switch {
	case err != nil:
		return proof.Challenge{}, err
	case Accepted(all):
		return proof.Challenge{}, ErrAccepted
	}
	return s.Proof.NewChallenge(ctx, a.SessionKey, proof.Offer, dated(words, s.Now()), s.client(a.Origin))
}

// Accept keeps the signature of an administrator, by a key of their own, under the
// offer that holds now. Companies that registered in the portal did so then; those
// that came from the old account do it here.
func (s *Service) Accept(ctx context.Context, a actor.Actor, in Signature) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	sig, err := s.Proof.Verify(ctx, a.SessionKey, proof.Offer, in.Challenge, in.PKCS7, s.client(a.Origin))
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		if err := org.LockTx(ctx, tx, a.OrgID); err != nil {
			return err
		}
		o, err := org.ByID(ctx, tx, a.OrgID)
		if err != nil {
			return err
		}
		all, err := acceptances(ctx, tx, a.OrgID)
		switch {
		case err != nil:
			return err
		case Accepted(all):
			return ErrAccepted
		case !signs(sig.Body, func(l i18n.Lang) string { return s.offerStatement(l, o) }):
			return ErrChanged
		}
		if err := s.Accounts.OwnKey(ctx, tx, a.AccountID, o.TIN, sig.Signer); err != nil {
			return err
		}
		id, err := s.Proof.EvidenceTx(ctx, tx, a.OrgID, sig)
		if err != nil {
			return err
		}
		return recordOffer(ctx, tx, a, id, sig)
	})
}
