package proof

import (
	"context"
	"crypto/sha256"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// perSession and perAddress are how often challenges for p are given. Who enters
// signs once or twice; work is signed paper by paper, by people who are signed in
// and known. An address may stand for a whole office behind one router, hence the
// wider limits. Entering and working do not use up each other's.
func (p Purpose) perSession() limit.Rule {
	if p.isWork() {
		return limit.Rule{Name: "proof.work.session", Max: 60, Per: 10 * time.Minute}
	}
	return limit.Rule{Name: "proof.session", Max: 10, Per: 10 * time.Minute}
}

func (p Purpose) perAddress() limit.Rule {
	if p.isWork() {
		return limit.Rule{Name: "proof.work.address", Max: 600, Per: 10 * time.Minute}
	}
	return limit.Rule{Name: "proof.address", Max: 100, Per: 10 * time.Minute}
}

// purposeContainer is what kept containers are sealed for: they hold a
// certificate with its holder's personal number.
const purposeContainer seal.Purpose = "proof.container"

// uuidShape keeps what is no id away from the database, which would call it an
// error of ours.
var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Service gives challenges and judges what comes back.
type Service struct {
	DB       *pgxpool.Pool
	Verifier eds.Verifier
	Box      *seal.Box
	// Name of the verifier, "cms" or "eimzo", kept with the evidence.
	Name string
	// Statements says that the verifier judges a signature over any text, as
	// the built-in one does: then the words of the act are signed. The
	// E-IMZO-SERVER only knows challenges of its own; then the words are shown
	// and kept, the bare challenge is signed, and purpose and session are bound
	// by our row alone (eds.md 3.4).
	Statements bool
}

// NewChallenge opens a challenge for a browser session. words is the act in
// plain words as the page shows it, "" where the purpose says enough. An open
// challenge of the same session and purpose ends.
//
//gate:none whoever signs in or activates is not known yet
func (s *Service) NewChallenge(ctx context.Context, sessionKey string, p Purpose, words string, c eds.Client) (Challenge, error) {
	if err := s.mayAsk(ctx, p, sessionKey, c.IP); err != nil {
		return Challenge{}, err
	}
	c.Purpose = string(p)
	text, ttl, err := s.Verifier.NewChallenge(ctx, c)
	if err != nil {
		return Challenge{}, refusal(err)
	}
	life := p.life()
	if !s.Statements {
		life = min(life, ttl) // it is the verifier that forgets first
	}
	body := compose(words, text)
	var id string
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		id, err = insertChallenge(ctx, tx, sessionKey, p, body, c.IP, life)
		return err
	})
	return Challenge{ID: id, Text: signedText(body, s.Statements)}, err
}

// mayAsk counts the session's hits before the address's: a browser stuck in a
// loop shall not use up what its office shares.
func (s *Service) mayAsk(ctx context.Context, p Purpose, sessionKey, ip string) error {
	for _, try := range []struct {
		rule limit.Rule
		key  string
	}{{p.perSession(), sessionKey}, {p.perAddress(), ip}} {
		hit, err := limit.Hit(ctx, s.DB, try.rule, try.key)
		if err != nil {
			return err
		}
		if !hit.Allowed {
			return ErrTooMany.After(hit.RetryAfter)
		}
	}
	return nil
}

// Verify uses the challenge up and judges the signature, in this order. What
// is not accepted is one of this package's faults.
//
//gate:none the signature itself is what proves who somebody is
func (s *Service) Verify(ctx context.Context, sessionKey string, p Purpose, challengeID, pkcs7 string, c eds.Client) (Signature, error) {
	body, err := s.consume(ctx, sessionKey, p, challengeID)
	if err != nil {
		return Signature{}, err
	}
	container, err := eds.Decode(pkcs7) // refuses by size before it decodes
	if err != nil {
		return Signature{}, refusal(err)
	}
	c.Purpose = string(p)
	signer, err := s.Verifier.VerifyLogin(ctx, c, container, signedText(body, s.Statements))
	if err != nil {
		return Signature{}, refusal(err)
	}
	return Signature{Purpose: p, Body: body, Container: container, Signer: signer}, nil
}

// consume commits on its own: nothing that happens later gives a challenge back.
func (s *Service) consume(ctx context.Context, sessionKey string, p Purpose, id string) (body string, err error) {
	if !uuidShape.MatchString(id) {
		return "", ErrChallenge
	}
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		body, err = consumeChallenge(ctx, tx, sessionKey, p, id)
		return err
	})
	return body, err
}

// KeepTx stores a signature as evidence of an organization's act: sealed, with
// who signed. A container that was kept before, by anybody, is ErrReused.
func (s *Service) KeepTx(ctx context.Context, tx pg.Tx, orgID int64, sig Signature) error {
	hash := sha256.Sum256(sig.Container)
	if err := register(ctx, tx, orgID, hash[:]); err != nil {
		return err
	}
	id, err := nextSignature(ctx, tx)
	if err != nil {
		return err
	}
	return insertSignature(ctx, tx, orgID, id, evidence{
		Signature: sig,
		sealed:    s.Box.Seal(purposeContainer, sig.Container, binding(orgID, id)),
		pinflMAC:  s.Box.MAC(taxid.PINFLPurpose, []byte(sig.Signer.PINFL)),
		verifier:  s.Name,
	})
}

// binding ties a sealed container to its row.
func binding(orgID, id int64) []byte {
	return []byte("signature:" + strconv.FormatInt(orgID, 10) + "/" + strconv.FormatInt(id, 10))
}

// Clean deletes challenges that ended a day ago; run it every hour.
//
//gate:none a job of the portal itself
func (s *Service) Clean(ctx context.Context) error {
	return pg.InSlices(ctx, s.DB, deleteChallenges)
}
