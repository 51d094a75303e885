package signup

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/campaign"
	"kabinet/internal/core/clock"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

// Service leads from the letter to the active account.
type Service struct {
	DB       *pgxpool.Pool
	Box      *seal.Box
	Letters  *campaign.Service
	Proof    *proof.Service
	Accounts *account.Service
	Host     string // of the portal: stands in what is signed
	Now      clock.Clock
}

// perAddress bounds the codes typed from one address. A code has 80 random
// bits, so this is against noise, not against luck.
func perAddress() limit.Rule {
	return limit.Rule{Name: "signup.code", Max: 20, Per: 10 * time.Minute}
}

// Open gives the invitation of a link. An error comes with what is known of
// the invitation, so that its page can offer a new letter. Nothing is used up.
//
//gate:none whoever has the link may open it
func (s *Service) Open(ctx context.Context, token string) (Invitation, error) {
	l, err := s.Letters.ByToken(ctx, token)
	if err != nil {
		return Invitation{}, noLink(err)
	}
	return s.invite(ctx, l)
}

// Resume gives the invitation that a session remembers, as it is now.
//
//gate:none the reference comes from a session that typed the right code
func (s *Service) Resume(ctx context.Context, r Ref) (Invitation, error) {
	l, err := s.Letters.Newest(ctx, s.DB, r.OrgID)
	if err != nil {
		return Invitation{}, noLink(err)
	}
	i, err := s.invite(ctx, l)
	if l.ID != r.LetterID && !errors.Is(err, ErrActive) {
		return i, campaign.ErrReplaced
	}
	return i, err
}

// invite joins a letter with its organization and says why it opens nothing.
// An active organization comes before whatever became of the letter.
func (s *Service) invite(ctx context.Context, l campaign.Letter) (Invitation, error) {
	o, err := org.ByID(ctx, s.DB, l.OrgID)
	if err != nil {
		return Invitation{}, noLink(err)
	}
	i := Invitation{Letter: l, Org: o}
	switch o.Status {
	case org.Active:
		return i, ErrActive
	case org.Imported:
		return i, l.Err()
	}
	return i, ErrNoLink // blocked by the operator
}

func noLink(err error) error {
	if errors.Is(err, campaign.ErrNotFound) || errors.Is(err, org.ErrNotFound) {
		return ErrNoLink
	}
	return err
}

// EnterCode takes the code typed on the page of a link. Wrong codes count
// against the letter; the fifth kills it.
//
//gate:none the code itself is what is asked for
func (s *Service) EnterCode(ctx context.Context, token, code, ip string) (Invitation, error) {
	i, err := s.Open(ctx, token)
	if err != nil {
		return i, err
	}
	if !i.NeedsCode() {
		return i, nil // the link is all there is
	}
	if err := s.mayTry(ctx, ip); err != nil {
		return i, err
	}
	return i, s.Letters.TryCode(ctx, i.Letter, code)
}

// FindCode takes a code typed without a link. An unknown one is as wrong as a
// wrong one; there is no letter to count it against, only the address.
//
//gate:none the code itself is what is asked for
func (s *Service) FindCode(ctx context.Context, code, ip string) (Invitation, error) {
	if err := s.mayTry(ctx, ip); err != nil {
		return Invitation{}, err
	}
	l, err := s.Letters.ByCode(ctx, code)
	switch {
	case errors.Is(err, campaign.ErrNotFound):
		return Invitation{}, ErrUnknownCode
	case err != nil:
		return Invitation{}, err
	}
	return s.invite(ctx, l)
}

func (s *Service) mayTry(ctx context.Context, ip string) error {
	hit, err := limit.Hit(ctx, s.DB, perAddress(), ip)
	if err != nil || hit.Allowed {
		return err
	}
	return tooMany(hit.RetryAfter).On("code")
}

// Challenge asks for the signature of a session under the invitation's
// statement, in the reader's language.
//
//gate:none the session typed the right code; the signature decides
func (s *Service) Challenge(ctx context.Context, r Ref, sessionKey, ip string) (proof.Challenge, error) {
	i, err := s.Resume(ctx, r)
	if err != nil {
		return proof.Challenge{}, err
	}
	words := dated(i.Statement(i18n.From(ctx), s.Host), s.Now())
	return s.Proof.NewChallenge(ctx, sessionKey, proof.Activation, words, s.client(ip))
}

func (s *Service) client(ip string) eds.Client { return eds.Client{Host: s.Host, IP: ip} }
