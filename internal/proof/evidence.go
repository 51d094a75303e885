package proof

import (
	"context"
	"crypto/sha256"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/pg"
)

// Refusals of who asks for evidence later.
var (
	ErrNoEvidence = fault.New(fault.NotFound, "proof.no_evidence")
	// ErrElsewhere: the signature was judged by another verifier than the one this
	// portal works with now; nothing is said against it.
	ErrElsewhere = fault.New(fault.Unavailable, "proof.elsewhere")
)

// Evidence is a signature as it was kept.
type Evidence struct {
	ID       int64
	Purpose  Purpose
	Body     string // what the person was shown and the verifier's challenge
	Signer   string // name in the certificate
	Position string
	Serial   string
	Issuer   string
	OrgTIN   string // empty on a personal key
	Verifier string
	SignedAt time.Time // by the clock of the signer's computer
	KeyUntil time.Time
	KeptAt   time.Time // by the database's clock
}

// EvidenceTx is KeepTx that tells under which id the evidence is found.
func (s *Service) EvidenceTx(ctx context.Context, tx pg.Tx, orgID int64, sig Signature) (id int64, err error) {
	hash := sha256.Sum256(sig.Container)
	if err := register(ctx, tx, orgID, hash[:]); err != nil {
		return 0, err
	}
	if id, err = nextSignature(ctx, tx); err != nil {
		return 0, err
	}
	return id, insertSignature(ctx, tx, orgID, id, evidence{
		Signature: sig,
		sealed:    s.Box.Seal(purposeContainer, sig.Container, binding(orgID, id)),
		pinflMAC:  s.Box.MAC(taxid.PINFLPurpose, []byte(sig.Signer.PINFL)),
		verifier:  s.Name,
	})
}

// EvidenceOf reads what was kept, or ErrNoEvidence.
func EvidenceOf(ctx context.Context, q pg.Querier, orgID, id int64) (Evidence, error) {
	return oneEvidence(ctx, q, orgID, id)
}

// EvidenceFor lists what an organization signed for a purpose, the newest first,
// 100 at most.
func EvidenceFor(ctx context.Context, q pg.Querier, orgID int64, p Purpose) ([]Evidence, error) {
	return evidenceFor(ctx, q, orgID, p)
}

// Container gives the signature message itself, as it came from the signer.
//
//gate:none the caller's record decides who may have it
func (s *Service) Container(ctx context.Context, q pg.Querier, orgID, id int64) ([]byte, error) {
	sealed, err := sealedContainer(ctx, q, orgID, id)
	if err != nil {
		return nil, err
	}
	return s.Box.Open(purposeContainer, sealed, binding(orgID, id))
}

// Check judges kept evidence anew: nil says that the container is the one that was
// kept and holds a good signature over the body, by a certificate that was good
// when it was kept. Whether the certificate was revoked since is not asked: that
// takes nothing from what was signed before. What is not accepted is one of this
// package's faults; ErrElsewhere and ErrUnavailable say that nobody knows.
//
//gate:none the caller's record decides who may ask
func (s *Service) Check(ctx context.Context, q pg.Querier, orgID, id int64, c eds.Client) error {
	e, err := oneEvidence(ctx, q, orgID, id)
	if err != nil {
		return err
	}
	judge, able := s.Verifier.(eds.Rechecker)
	if !able || e.Verifier != s.Name {
		return ErrElsewhere
	}
	container, err := s.Container(ctx, q, orgID, id)
	if err != nil {
		return ErrSignature.Because(err) // what is sealed was changed
	}
	signer, err := judge.Recheck(ctx, c, container, signedText(e.Body, s.Statements), e.KeptAt)
	switch {
	case err != nil:
		return refusal(err)
	case signer.Serial != e.Serial:
		return ErrSignature
	}
	return nil
}
