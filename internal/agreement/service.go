package agreement

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/productgroup"
	"kabinet/internal/proof"
)

// Service carries agreements from the request to their end.
type Service struct {
	DB       *pgxpool.Pool
	Proof    *proof.Service
	Accounts *account.Service
	Box      *seal.Box
	Host     string      // of the portal, as it stands in what is signed
	Now      clock.Clock // stands in what is signed; the database decides what holds
}

// View is what the page of the organization shows.
type View struct {
	All    []Agreement // the newest first, 50 at most
	Issuer bool        // the organization emits codes, so it needs one
	Offer  []Acceptance
}

// Current is the agreement that has not ended; ok is false without one.
func (v View) Current() (a Agreement, ok bool) {
	for _, a := range v.All {
		if a.Status != Ended {
			return a, true
		}
	}
	return Agreement{}, false
}

// View gives what the reader's organization agreed to.
func (s *Service) View(ctx context.Context, a actor.Actor) (v View, err error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return View{}, err
	}
	if v.All, err = ofOrg(ctx, s.DB, a.OrgID); err != nil {
		return View{}, err
	}
	if v.Issuer, err = issues(ctx, s.DB, a.OrgID); err != nil {
		return View{}, err
	}
	v.Offer, err = acceptances(ctx, s.DB, a.OrgID)
	return v, err
}

// issues reports whether the organization emits codes in some group.
func issues(ctx context.Context, q pg.Querier, orgID int64) (bool, error) {
	groups, err := productgroup.OfOrg(ctx, q, orgID)
	for _, g := range groups {
		if g.Issuer && g.Status != productgroup.Blocked {
			return true, err
		}
	}
	return false, err
}

// Paper gives one agreement of the reader's organization, or ErrNotFound.
func (s *Service) Paper(ctx context.Context, a actor.Actor, id int64) (Paper, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Paper{}, err
	}
	return byID(ctx, s.DB, a.OrgID, id)
}

// Evidence gives the signature under an agreement of the reader's organization, or
// ErrNotFound when there is none.
func (s *Service) Evidence(ctx context.Context, a actor.Actor, id int64) (proof.Evidence, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return proof.Evidence{}, err
	}
	p, err := s.Paper(ctx, a, id)
	switch {
	case err != nil:
		return proof.Evidence{}, err
	case p.SignatureID == 0:
		return proof.Evidence{}, ErrNotFound
	}
	return proof.EvidenceOf(ctx, s.DB, a.OrgID, p.SignatureID)
}

// Container gives the signature message under an agreement. It holds a certificate
// with its holder's personal number, so administrators have it and nobody else.
func (s *Service) Container(ctx context.Context, a actor.Actor, id int64) ([]byte, error) {
	if err := a.Need(perm.OrgEdit); err != nil {
		return nil, err
	}
	e, err := s.Evidence(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.Proof.Container(ctx, s.DB, a.OrgID, e.ID)
}

// Checked is a kept signature, judged anew.
type Checked struct {
	proof.Evidence
	// Against is why it does not stand: a fault of package proof, or ErrChanged when
	// a text is not the one that was signed. Faults of the kind Unavailable say that
	// nobody knows now. Nil: it stands.
	Against *fault.Error
}

// Check judges anew what was signed: the signature itself, and that the texts kept
// are those that the signed statement names.
func (s *Service) Check(ctx context.Context, a actor.Actor, id int64) (Checked, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Checked{}, err
	}
	p, err := s.Paper(ctx, a, id)
	if err != nil {
		return Checked{}, err
	}
	return s.check(ctx, p, s.client(a.Origin))
}

func (s *Service) check(ctx context.Context, p Paper, from eds.Client) (c Checked, err error) {
	if p.SignatureID == 0 {
		return Checked{}, ErrNotFound
	}
	if c.Evidence, err = proof.EvidenceOf(ctx, s.DB, p.OrgID, p.SignatureID); err != nil {
		return Checked{}, err
	}
	if !p.stands(c.Body) {
		c.Against = ErrChanged
		return c, nil
	}
	err = s.Proof.Check(ctx, s.DB, p.OrgID, c.ID, from)
	if f, ok := fault.As(err); ok && f.Kind != fault.Internal {
		c.Against, err = f, nil
	}
	return c, err
}

// Ask asks the operator for an agreement. An organization has one that has not
// ended, else ErrOpen, and needs none while it emits no codes: ErrNotIssuer.
func (s *Service) Ask(ctx context.Context, a actor.Actor, typed string) (id int64, err error) {
	if err := a.Need(perm.OrgEdit); err != nil {
		return 0, err
	}
	note, err := openNote(typed)
	if err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		id, err = s.askTx(ctx, tx, a, note)
		return err
	})
	return id, err
}

// maxDay is how many agreements an organization may ask for in 24 hours.
const maxDay = 5

func (s *Service) askTx(ctx context.Context, tx pg.Tx, a actor.Actor, note string) (int64, error) {
	if err := org.LockTx(ctx, tx, a.OrgID); err != nil {
		return 0, err
	}
	if yes, err := issues(ctx, tx, a.OrgID); err != nil || !yes {
		return 0, orElse(err, ErrNotIssuer)
	}
	n, err := countDay(ctx, tx, a.OrgID)
	if err != nil || n >= maxDay {
		return 0, orElse(err, ErrMany)
	}
	// What has lapsed must not stand in the way until the job comes by.
	if _, err := expireOf(ctx, tx, a.OrgID); err != nil {
		return 0, err
	}
	id, err := insert(ctx, tx, a, note)
	if err != nil {
		return 0, err
	}
	return id, record(ctx, tx, a.Subject(), a.OrgID, id, "agreement.request", nil)
}

func orElse(err, refusal error) error {
	if err != nil {
		return err
	}
	return refusal
}

// Withdraw takes back what was asked for, as long as it was not signed.
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, id int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		if _, err := lock(ctx, tx, a.OrgID, id, Withdraw); err != nil {
			return err
		}
		if err := markEnded(ctx, tx, a.OrgID, id, Withdrawn, "", a.Name); err != nil {
			return err
		}
		return record(ctx, tx, a.Subject(), a.OrgID, id, "agreement.withdraw", nil)
	})
}

func record(ctx context.Context, tx pg.Tx, who actor.Subject, orgID, id int64, action string, details map[string]any) error {
	if details == nil {
		details = map[string]any{}
	}
	details["number"] = Number(id)
	return audit.Record(ctx, tx, who, audit.Entry{
		OrgID: orgID, Action: action, Target: target("agreement", id), Details: details,
	})
}

func target(what string, id int64) string { return what + ":" + strconv.FormatInt(id, 10) }

func (s *Service) client(o actor.Origin) eds.Client { return eds.Client{Host: s.Host, IP: o.IP} }
