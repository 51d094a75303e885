package feed

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// tokenMark begins every token, so that a scanner of source code finds it.
const tokenMark = "kbf_"

// MaxTokens is how many tokens of a source are valid at once: two while one takes
// the place of the other.
const MaxTokens = 2

// Token is what a source proves itself with, as it is kept.
type Token struct {
	ID        int64
	Last4     string
	CreatedBy string
	CreatedAt time.Time
	RevokedBy string
	RevokedAt time.Time // zero: it is valid
	UsedAt    time.Time // zero: never
	UsedIP    string
}

// Secret is a token in plain text. It is shown once and compared by its hash; it
// hides from logs and printing.
type Secret struct{ text string }

// newSecret makes a token of 260 random bits that nobody had before.
func newSecret() Secret { return Secret{tokenMark + rand.Text() + rand.Text()} }

// Reveal is the text.
func (s Secret) Reveal() string { return s.text }

// String hides the text.
func (Secret) String() string { return tokenMark + "…" }

func (s Secret) hash() [sha256.Size]byte { return sha256.Sum256([]byte(s.text)) }

// bearer takes the token out of a header (RFC 6750); ok is false for what cannot
// be one of ours.
func bearer(header string) (s Secret, ok bool) {
	scheme, text, _ := strings.Cut(header, " ")
	ok = strings.EqualFold(scheme, "Bearer") && strings.HasPrefix(text, tokenMark) && len(text) <= 100
	return Secret{text}, ok
}

// Tokens gives the tokens of a source, the newest first.
func (s *Service) Tokens(ctx context.Context, o actor.Operator, src Source) ([]Token, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return nil, err
	}
	return tokensOf(ctx, s.DB, src.ID)
}

// NewToken makes a token. It wants a signature of the last minutes, like every
// secret that opens something; with two valid ones already it is ErrTwoTokens.
func (s *Service) NewToken(ctx context.Context, o actor.Operator, code string) (secret Secret, err error) {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return Secret{}, err
	}
	secret = newSecret()
	err = gate.InFreshTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) error {
		src, err := lockSource(ctx, tx, code)
		if err != nil {
			return err
		}
		open, err := openTokens(ctx, tx, src.ID)
		switch {
		case err != nil:
			return err
		case open >= MaxTokens:
			return ErrTwoTokens
		}
		hash := secret.hash()
		id, err := insertToken(ctx, tx, src.ID, o.Name, hash[:], secret.text[len(secret.text)-4:])
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.new_token", Target: target(src), Details: map[string]any{"token": id}})
	})
	if err != nil {
		return Secret{}, err
	}
	return secret, nil
}

// Revoke ends a token at once.
func (s *Service) Revoke(ctx context.Context, o actor.Operator, code string, id int64) error {
	return gate.InTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) error {
		src, err := lockSource(ctx, tx, code)
		if err != nil {
			return err
		}
		if err := revokeToken(ctx, tx, src.ID, id, o.Name); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.revoke_token", Target: target(src), Details: map[string]any{"token": id}})
	})
}
