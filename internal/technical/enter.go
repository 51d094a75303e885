package technical

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
)

// cleanEvery is how often lapsed tokens are thrown away.
const cleanEvery = 30 * time.Minute

// Failures are counted for the login and for the address, whatever the login is:
// nobody learns from a limit which logins exist. An address may be a data centre
// with many programs. A try counts from before its hash until it has succeeded,
// so that many at once are no more guesses than one after the other.
func perLogin() limit.Rule {
	return limit.Rule{Name: "technical.login", Max: 10, Per: 15 * time.Minute}
}

func perAddress() limit.Rule {
	return limit.Rule{Name: "technical.address", Max: 50, Per: 15 * time.Minute}
}

// perUser bounds sign-ins that succeed: each costs a hash, and a token is good
// for half an hour.
func perUser() limit.Rule {
	return limit.Rule{Name: "technical.enter", Max: 60, Per: 10 * time.Minute}
}

// Credentials are what a program sends to sign in.
type Credentials struct{ Login, Password string }

// tokenLen is 256 bits.
const tokenLen = 32

// SignIn takes login and password for tokens. Whether the login exists is not
// told, not by the answer and not by its time: whatever is wrong takes the same
// statements and the same hash.
//
//gate:none this is how a program comes to have rights
func (s *Service) SignIn(ctx context.Context, in Credentials, o actor.Origin) (Tokens, error) {
	login := foldLogin(in.Login)
	tried, err := s.try(ctx, login, o.IP)
	if err != nil {
		return Tokens{}, err
	}
	given, refused, err := s.compare(ctx, login, in.Password, o)
	if refused {
		return Tokens{}, err
	}
	if err := errors.Join(err, tried.back(ctx)); err != nil {
		return Tokens{}, err
	}
	return given, nil
}

// compare is SignIn without its limit of failures; refused is what counts as
// one. That the machine was busy tells nobody anything about the password.
func (s *Service) compare(ctx context.Context, login, word string, o actor.Origin) (given Tokens, refused bool, err error) {
	c, err := credentialOf(ctx, s.DB, login)
	if err != nil {
		return Tokens{}, false, err
	}
	fits, err := s.Hasher.Fits(ctx, word, c.Hash)
	switch {
	case err != nil:
		return Tokens{}, false, err
	case !fits:
		return Tokens{}, true, s.refuse(ctx, login, c, o, ErrCredentials)
	}
	if err := limit.Need(ctx, s.DB, perUser(), login); err != nil {
		return Tokens{}, false, err
	}
	given, err = s.enter(ctx, c, o)
	if f, ok := fault.As(err); ok {
		return Tokens{}, true, s.refuse(ctx, login, c, o, f)
	}
	return given, false, err
}

// try is a sign-in under way: a place among the failures of its address and one
// among those of its login.
type try [2]limit.Place

func (s *Service) try(ctx context.Context, login, ip string) (t try, err error) {
	if t[0], err = limit.Take(ctx, s.DB, perAddress(), ip); err != nil {
		return try{}, err
	}
	if t[1], err = limit.Take(ctx, s.DB, perLogin(), key(login)); err != nil {
		return try{}, errors.Join(err, t[0].Back(ctx))
	}
	return t, nil
}

func (t try) back(ctx context.Context) error {
	return errors.Join(t[0].Back(ctx), t[1].Back(ctx))
}

// key bounds what a stranger can make us store as the name of a counter.
func key(login string) string {
	h := sha256.Sum256([]byte(login))
	return hex.EncodeToString(h[:16])
}

// refuse writes a failure down, in the organization's log if there is one, and
// hands it back.
func (s *Service) refuse(ctx context.Context, login string, c credential, o actor.Origin, why *fault.Error) error {
	details := map[string]string{"reason": why.Key}
	if c.MemberID != 0 { // what is nobody's login may be a password in the wrong field
		details["login"] = login
	}
	err := pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		return audit.Record(ctx, tx, actor.Visitor(o), audit.Entry{
			OrgID: c.OrgID, Action: "technical.refuse", Target: target(c.MemberID), Details: details,
		})
	})
	if err != nil {
		return err
	}
	return why
}

// enter gives tokens to a user who is still what the password was compared with.
func (s *Service) enter(ctx context.Context, c credential, o actor.Origin) (t Tokens, err error) {
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		h, ok, err := holdUser(ctx, tx, c.OrgID, c.MemberID)
		switch {
		case err != nil:
			return err
		case !ok, h.Hash != c.Hash:
			return ErrCredentials
		}
		if err := h.admit(o.IP); err != nil {
			return err
		}
		t, err = s.issueTx(ctx, tx, family{ID: newFamily(), OrgID: c.OrgID, MemberID: c.MemberID}, o)
		if err != nil {
			return err
		}
		who := actor.Subject{Kind: "member", ID: strconv.FormatInt(c.MemberID, 10), Name: c.Name, OrgID: c.OrgID, Origin: o}
		return audit.Record(ctx, tx, who, audit.Entry{OrgID: c.OrgID, Action: "technical.enter", Target: target(c.MemberID)})
	})
	return t, err
}

// admit is nil when the organization works and the address is one of those named.
func (h holder) admit(ip string) error {
	switch {
	case !h.OrgActive:
		return ErrOrgBlocked
	case !mayCome(h.Networks, ip):
		return ErrAddress.With("address", ip)
	}
	return nil
}

func (s *Service) issueTx(ctx context.Context, tx pg.Tx, f family, o actor.Origin) (Tokens, error) {
	t := Tokens{Access: newToken(), Refresh: newToken()}
	if err := insertTokens(ctx, tx, f, tokenHash(t.Access), tokenHash(t.Refresh)); err != nil {
		return Tokens{}, err
	}
	return t, touch(ctx, tx, f.OrgID, f.MemberID, o.IP)
}

// Refresh takes a refresh token for new tokens; it works once. One that comes
// again was stolen, or its program is confused about it: all tokens that came of
// the same sign-in end.
//
//gate:none the token itself is what is asked for
func (s *Service) Refresh(ctx context.Context, token string, o actor.Origin) (t Tokens, err error) {
	var verdict error // of a transaction that is stored whatever it says
	hash := tokenHash(token)
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		f, ok, err := familyOf(ctx, tx, hash)
		if err != nil || !ok {
			verdict = ErrToken
			return err
		}
		t, verdict, err = s.refreshTx(ctx, tx, f, hash, o)
		return err
	})
	switch {
	case err != nil:
		return Tokens{}, err
	case verdict != nil:
		return Tokens{}, verdict
	}
	return t, nil
}

func (s *Service) refreshTx(ctx context.Context, tx pg.Tx, f family, hash []byte, o actor.Origin) (t Tokens, verdict, err error) {
	h, ok, err := holdUser(ctx, tx, f.OrgID, f.MemberID)
	if err != nil || !ok {
		return Tokens{}, ErrToken, err
	}
	if refused := h.admit(o.IP); refused != nil {
		return Tokens{}, refused, nil
	}
	good, err := useRefresh(ctx, tx, f.OrgID, hash)
	if err != nil {
		return Tokens{}, nil, err
	}
	if !good {
		return Tokens{}, ErrToken, s.endReusedTx(ctx, tx, f, hash, o)
	}
	t, err = s.issueTx(ctx, tx, f, o)
	return t, nil, err
}

// endReusedTx ends the family of a token that comes a second time.
func (s *Service) endReusedTx(ctx context.Context, tx pg.Tx, f family, hash []byte, o actor.Origin) error {
	used, err := wasUsed(ctx, tx, f.OrgID, hash)
	if err != nil || !used {
		return err
	}
	if err := deleteFamily(ctx, tx, f.OrgID, f.ID); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor.Visitor(o), audit.Entry{OrgID: f.OrgID, Action: "technical.reuse", Target: target(f.MemberID)})
}

// Caller says who shows an access token, as of this moment: roles, scope and
// status are read with it. A user who is blocked has no good token.
//
//gate:none the token itself is what is asked for
func (s *Service) Caller(ctx context.Context, token string, o actor.Origin) (Caller, error) {
	hash := tokenHash(token)
	c, ok, err := callerOf(ctx, s.DB, hash)
	switch {
	case err != nil:
		return Caller{}, err
	case !ok:
		return Caller{}, ErrToken
	}
	if err := (holder{Networks: c.Networks, OrgActive: c.OrgActive}).admit(o.IP); err != nil {
		return Caller{}, err
	}
	if c.Stale {
		if err := pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return touch(ctx, tx, c.OrgID, c.MemberID, o.IP) }); err != nil {
			return Caller{}, err
		}
	}
	c.key, c.origin = hex.EncodeToString(hash), o
	return c.Caller, nil
}

// GroupSlugs names the product groups a caller is limited to, as programs do.
//
//gate:none a dictionary
func (s *Service) GroupSlugs(ctx context.Context, c Caller) ([]string, error) {
	return slugsOf(ctx, s.DB, c.Scope.Groups)
}

func newToken() string {
	b := make([]byte, tokenLen)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// tokenHash is under what a token is stored: its bits are random, a plain hash
// will do.
func tokenHash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// newFamily is a random UUID.
func newFamily() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
