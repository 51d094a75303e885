package document

import (
	"context"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// Act is what the buyer does with an invoice.
type Act string

// The acts; both are signed.
const (
	Accept Act = "accept"
	Reject Act = "reject"
)

// Acts lists them in the order of pages.
func Acts() []Act { return []Act{Accept, Reject} }

// answer is what an invoice is after the act.
func (act Act) answer() Answer {
	if act == Reject {
		return Rejected
	}
	return Accepted
}

const (
	minReason = 3
	maxReason = 500
)

// Request asks to answer invoices.
type Request struct {
	Act    Act
	IDs    []int64
	Reason string // of a rejection; the seller reads it
}

// clean gives the request with its ids once each and in order; what cannot be
// asked is refused.
func (r Request) clean() (Request, error) {
	r.IDs = slices.Compact(slices.Sorted(slices.Values(r.IDs)))
	switch {
	case !slices.Contains(Acts(), r.Act):
		return r, ErrAct
	case len(r.IDs) == 0:
		return r, ErrNothing
	case len(r.IDs) > MaxAtOnce:
		return r, ErrMany
	case r.Act == Accept:
		r.Reason = ""
		return r, nil
	}
	reason, err := text.Line(r.Reason, maxReason)
	if err != nil {
		return r, onReason(err)
	}
	if r.Reason = reason; len([]rune(reason)) < minReason {
		return r, ErrReason
	}
	return r, nil
}

// Signing is what would be answered now, and exactly what is signed for it.
type Signing struct {
	Act       Act
	Documents []Document // by id
	Reason    string
	Statement string // in the reader's language
	sums      map[int64]string
	org       org.Org
	host      string
}

// Signed is what the browser sends back after signing.
type Signed struct {
	Challenge string // id
	PKCS7     string // base64
}

// Prepare says what would be answered, without changing anything: ErrNotFound,
// ErrState or ErrLate when one of the invoices cannot be.
func (s *Service) Prepare(ctx context.Context, a actor.Actor, r Request) (Signing, error) {
	if err := a.Need(perm.DocAccept); err != nil {
		return Signing{}, err
	}
	r, err := r.clean()
	if err != nil {
		return Signing{}, err
	}
	ds, err := readDocuments(ctx, s.DB, a.OrgID, r.IDs)
	if err != nil {
		return Signing{}, err
	}
	return s.weigh(ctx, s.DB, a, a.Scope, r, ds)
}

// Challenge is Prepare for who is about to sign: a challenge over the statement,
// good for ten minutes.
func (s *Service) Challenge(ctx context.Context, a actor.Actor, r Request) (proof.Challenge, error) {
	if err := a.Need(perm.DocAccept); err != nil {
		return proof.Challenge{}, err
	}
	p, err := s.Prepare(ctx, a, r)
	if err != nil {
		return proof.Challenge{}, err
	}
	return s.Proof.NewChallenge(ctx, a.SessionKey, proof.Invoice, p.Statement, s.client(a))
}

// Answer accepts or rejects invoices with the acting person's own signature over
// the statement of exactly these, as they are now: all of them or none. ErrVersion
// when the source sent another version meanwhile.
func (s *Service) Answer(ctx context.Context, a actor.Actor, r Request, in Signed) error {
	if err := a.Need(perm.DocAccept); err != nil {
		return err
	}
	r, err := r.clean()
	if err != nil {
		return err
	}
	sig, err := s.Proof.Verify(ctx, a.SessionKey, proof.Invoice, in.Challenge, in.PKCS7, s.client(a))
	if err != nil {
		return err
	}
	o, err := org.ByID(ctx, s.DB, a.OrgID)
	if err != nil {
		return err
	}
	if err := s.Accounts.OwnKey(ctx, s.DB, a.AccountID, o.TIN, sig.Signer); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.DocAccept, func(tx pg.Tx) error {
		return s.answerTx(ctx, tx, a, r, sig)
	})
}

// answerTx weighs the invoices anew, locked, and answers what was signed for.
func (s *Service) answerTx(ctx context.Context, tx pg.Tx, a actor.Actor, r Request, sig proof.Signature) error {
	ds, err := lockPairs(ctx, tx, a.OrgID, r.IDs, false)
	if err != nil {
		return err
	}
	scope, err := gate.ScopeTx(ctx, tx, a)
	if err != nil {
		return err
	}
	p, err := s.weigh(ctx, tx, a, scope, r, ds)
	if err != nil {
		return err
	}
	if !p.signedBy(sig.Body) {
		return ErrVersion
	}
	if err := markAnswered(ctx, tx, a, r, len(ds)); err != nil {
		return err
	}
	if err := tellSellersTx(ctx, tx, a.OrgID, r.IDs); err != nil {
		return err
	}
	evidence, err := s.Proof.EvidenceTx(ctx, tx, a.OrgID, sig)
	if err != nil {
		return err
	}
	signer := Party{TIN: sig.Signer.OrgTIN, Name: sig.Signer.CN}
	if err := insertEvidence(ctx, tx, ds, string(r.Act), signer, evidence); err != nil {
		return err
	}
	if err := oweAnswers(ctx, tx, a.OrgID, r.IDs, evidence); err != nil {
		return err
	}
	if err := jobs.Enqueue(ctx, tx, DeliverArgs{}); err != nil {
		return err
	}
	return p.record(ctx, tx, a, sig)
}

// weigh judges whether all the invoices can be answered, and reads what the
// statement says.
func (s *Service) weigh(ctx context.Context, q pg.Querier, a actor.Actor, scope perm.Scope, r Request, ds []Document) (p Signing, err error) {
	now, err := databaseTime(ctx, q)
	if err != nil {
		return p, err
	}
	if len(ds) != len(r.IDs) {
		return p, ErrNotFound
	}
	for _, d := range ds {
		if err := visible(d, scope); err != nil {
			return p, err
		}
		if err := d.answerable(now); err != nil {
			return p, err
		}
	}
	p = Signing{Act: r.Act, Documents: ds, Reason: r.Reason, host: s.Host}
	if p.org, err = org.ByID(ctx, q, a.OrgID); err != nil {
		return p, err
	}
	if p.sums, err = shownSums(ctx, q, a.OrgID, r.IDs); err != nil {
		return p, err
	}
	p.Statement = p.statement(i18n.From(ctx))
	return p, nil
}

// answerable is why an invoice cannot be answered at a moment, nil when it can.
func (d Document) answerable(now time.Time) error {
	switch {
	case d.Via == ViaDeadline:
		return ErrLate
	case d.Answer != Waiting:
		return ErrState
	case !now.Before(d.Deadline):
		return ErrLate
	}
	return nil
}

// visible refuses a document that is not in reach. One without a product group is
// for those who reach all groups: nobody can say which of theirs it is about.
func visible(d Document, scope perm.Scope) error {
	switch {
	case scope.AllGroups:
		return nil
	case d.GroupID == 0:
		return ErrNotFound
	}
	return actor.OutOfReach(scope.Missing(perm.Reach{Group: d.GroupID}))
}

// signedBy reports whether what was signed is the statement of now, in whichever
// language it was shown, and the verifier's line under it.
func (p Signing) signedBy(body string) bool {
	end := strings.LastIndexByte(body, '\n')
	return end > 0 && slices.ContainsFunc(i18n.Langs(), func(l i18n.Lang) bool { return p.statement(l) == body[:end] })
}

// record leaves a line for each invoice, with the hash of what was answered.
func (p Signing) record(ctx context.Context, tx pg.Tx, a actor.Actor, sig proof.Signature) error {
	lines := make([]audit.Entry, len(p.Documents))
	for i, d := range p.Documents {
		details := map[string]any{
			"number": d.Number, "party": d.Party.Name, "amount": d.Amount, "version": d.Version, "content": p.sums[d.ID], "key_serial": sig.Signer.Serial,
			"answer": audit.Change{Before: string(d.Answer), After: string(p.Act.answer())},
		}
		if p.Reason != "" {
			details["reason"] = p.Reason
		}
		lines[i] = audit.Entry{OrgID: d.OrgID, Action: "document." + string(p.Act), Target: target(d.ID), Details: details}
	}
	return audit.RecordMany(ctx, tx, a.Subject(), lines)
}
