package agreement

import (
	"context"
	"slices"
	"strings"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

// Signature is what the browser sends back after signing.
type Signature struct {
	Challenge string // id
	PKCS7     string // base64
}

// Statement is what is signed, as the page shows it.
//
//gate:none words about an agreement that the reader has
func (s *Service) Statement(ctx context.Context, p Paper) string {
	return p.statement(s.Host)(i18n.From(ctx))
}

func (p Paper) statement(host string) func(i18n.Lang) string {
	return func(l i18n.Lang) string { return statement(l, host, p.Agreement, p.Party, p.Texts) }
}

// stands reports whether a signed body names these texts: version and hashes, in
// whatever language it was read. The name of the organization may have changed since.
func (p Paper) stands(body string) bool {
	return slices.ContainsFunc(i18n.Langs(), func(l i18n.Lang) bool {
		lines := strings.Split(p.statement("")(l), "\n")
		return strings.Contains(body, strings.Join(lines[len(lines)-1-len(i18n.Langs()):], "\n"))
	})
}

// Challenge opens a challenge over the statement, good for ten minutes.
func (s *Service) Challenge(ctx context.Context, a actor.Actor, id int64) (proof.Challenge, error) {
	if err := a.Need(perm.OrgEdit); err != nil {
		return proof.Challenge{}, err
	}
	p, err := byID(ctx, s.DB, a.OrgID, id)
	switch {
	case err != nil:
		return proof.Challenge{}, err
	case !p.Can(Sign):
		return proof.Challenge{}, ErrState
	}
	words := dated(s.Statement(ctx, p), s.Now())
	return s.Proof.NewChallenge(ctx, a.SessionKey, proof.Agreement, words, s.client(a.Origin))
}

// Sign keeps the director's signature. Who signs is the administrator who is
// signed in, with a key of their own that is the director's of record and of whom
// the text names; anybody else is refused, and so is a text that was made anew
// since it was shown.
func (s *Service) Sign(ctx context.Context, a actor.Actor, id int64, in Signature) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	sig, err := s.Proof.Verify(ctx, a.SessionKey, proof.Agreement, in.Challenge, in.PKCS7, s.client(a.Origin))
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		p, err := lock(ctx, tx, a.OrgID, id, Sign)
		if err != nil {
			return err
		}
		if !signs(sig.Body, p.statement(s.Host)) {
			return ErrChanged
		}
		if err := s.directorTx(ctx, tx, a, p, sig.Signer); err != nil {
			return err
		}
		return s.signTx(ctx, tx, a, p, sig)
	})
}

// directorTx is nil when the key is the actor's own and the director's.
func (s *Service) directorTx(ctx context.Context, tx pg.Tx, a actor.Actor, p Paper, k eds.Signer) error {
	o, err := org.ByID(ctx, tx, a.OrgID)
	switch {
	case err != nil:
		return err
	case o.Director != p.Director:
		return ErrOtherThen.With("name", p.Director)
	}
	if err := s.Accounts.OwnKey(ctx, tx, a.AccountID, o.TIN, k); err != nil {
		return err
	}
	if !directs(s.Box, o, k) {
		return ErrNotDirector.With("name", o.Director, "given", k.CN)
	}
	return nil
}

// directs reports whether a key is that of the director: for a legal entity the
// organization's, for a sole trader, who has no such key, the person's own.
func directs(box *seal.Box, o org.Org, k eds.Signer) bool {
	tin := k.OrgTIN
	if o.Form.Person() && !k.IsLegalEntity() {
		tin = k.PersonTIN
	}
	return k.PINFL != "" && org.DirectorMatches(o, taxid.TIN(tin), box.MACs(taxid.PINFLPurpose, []byte(k.PINFL))...)
}

func (s *Service) signTx(ctx context.Context, tx pg.Tx, a actor.Actor, p Paper, sig proof.Signature) error {
	evidence, err := s.Proof.EvidenceTx(ctx, tx, a.OrgID, sig)
	if err != nil {
		return err
	}
	if err := markSigned(ctx, tx, a, p.ID, evidence); err != nil {
		return err
	}
	err = record(ctx, tx, a.Subject(), a.OrgID, p.ID, "agreement.sign", map[string]any{
		"version": p.Version, "key": sig.Signer.Key(),
	})
	if err != nil {
		return err
	}
	return tell(ctx, tx, p, notice.Organization, "signed", "name", sig.Signer.CN)
}
