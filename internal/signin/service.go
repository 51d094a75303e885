package signin

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// Service lets people in.
type Service struct {
	DB       *pgxpool.Pool
	Proof    *proof.Service
	Accounts *account.Service
	// Staff reports whether a personal number is that of one of the staff.
	Staff func(ctx context.Context, staffID int64, pinfl taxid.PINFL) (bool, error)
}

// Enter judges a signature and says who is let in, and where to.
//
//gate:none this is how somebody comes to have rights
func (s *Service) Enter(ctx context.Context, in Signed, c eds.Client, o actor.Origin) (e Entry, err error) {
	door := Door{DB: s.DB, Proof: s.Proof, Purpose: proof.SignIn}
	err = door.Knock(ctx, in, c, o, func(signer eds.Signer) error {
		e, err = s.entry(ctx, signer)
		return err
	})
	return e, err
}

// entry finds the person behind a certificate and where that person works.
func (s *Service) entry(ctx context.Context, signer eds.Signer) (Entry, error) {
	pinfl, err := taxid.ParsePINFL(signer.PINFL)
	if err != nil {
		return Entry{}, ErrNowhere.Because(err)
	}
	a, err := s.Accounts.ByPINFL(ctx, s.DB, pinfl)
	switch {
	case errors.Is(err, account.ErrUnknown):
		return Entry{}, ErrNowhere.Because(err)
	case err != nil:
		return Entry{}, err
	case a.Blocked:
		return Entry{}, ErrNowhere.Because(account.ErrBlocked)
	}
	all, err := member.Of(ctx, s.DB, a.ID)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{AccountID: a.ID, Name: a.Name, Open: open(all), TIN: taxid.TIN(signer.OrgTIN), Until: signer.NotAfter}
	if len(e.Open) == 0 {
		return Entry{}, ErrNowhere
	}
	return e, nil
}

// Choices are the organizations a person may work in, by tax number.
//
//gate:none a person who has yet to choose has no rights anywhere
func (s *Service) Choices(ctx context.Context, accountID int64) ([]member.Membership, error) {
	if accountID == 0 {
		return nil, actor.ErrSignIn
	}
	all, err := member.Of(ctx, s.DB, accountID)
	return open(all), err
}

// Choose begins work in an organization: after the sign-in, or instead of
// another organization.
//
//gate:none the membership itself is what is asked for
func (s *Service) Choose(ctx context.Context, accountID int64, name string, orgID int64, o actor.Origin) (member.Membership, error) {
	all, err := s.Choices(ctx, accountID)
	if err != nil {
		return member.Membership{}, err
	}
	for _, m := range all {
		if m.OrgID == orgID {
			return m, s.Begin(ctx, m, name, o)
		}
	}
	return member.Membership{}, ErrChoice
}

// Begin writes down that a person begins to work in an organization.
//
//gate:none called with a membership that was found open just now
func (s *Service) Begin(ctx context.Context, m member.Membership, name string, o actor.Origin) error {
	who := actor.Subject{Kind: "member", ID: strconv.FormatInt(m.MemberID, 10), Name: name, OrgID: m.OrgID, Origin: o}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		if err := member.SeenTx(ctx, tx, m.OrgID, m.MemberID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{OrgID: m.OrgID, Action: "signin.enter", Target: "member:" + who.ID})
	})
}

// Leave writes down that somebody signs out.
//
//gate:none everybody may leave
func (s *Service) Leave(ctx context.Context, who actor.Subject) error {
	return s.record(ctx, who, audit.Entry{OrgID: who.OrgID, Action: "signin.leave", Target: who.Kind + ":" + who.ID})
}

func (s *Service) record(ctx context.Context, who actor.Subject, e audit.Entry) error {
	return record(ctx, s.DB, who, e)
}

func record(ctx context.Context, db *pgxpool.Pool, who actor.Subject, e audit.Entry) error {
	return pg.InTx(ctx, db, func(tx pg.Tx) error { return audit.Record(ctx, tx, who, e) })
}
