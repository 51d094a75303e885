package profile

import (
	"context"
	"errors"
	"strings"
	"time"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
	"kabinet/internal/register"
)

// Refusals of a new director. They say why, and the page what to do.
var (
	ErrPersonalKey = fault.New(fault.Invalid, "profile.director.personal")
	ErrNoOrg       = fault.New(fault.Invalid, "profile.director.no_org")
	ErrBlockedOrg  = fault.New(fault.Invalid, "profile.director.blocked")
	ErrAlready     = fault.New(fault.Invalid, "profile.director.already")
	ErrStillOther  = fault.New(fault.Invalid, "profile.director.other")
	ErrClosed      = fault.New(fault.Invalid, "profile.director.closed")
)

// Answer is what the page of a new director sends back after the signature.
type Answer struct {
	SessionKey string
	Challenge  string
	PKCS7      string
	Origin     actor.Origin
}

// Taken is what a change of director came to.
type Taken struct {
	AccountID, OrgID, MemberID int64
	Until                      time.Time // end of the certificate; no session outlives it
	// Waiting: the account is not activated yet. The new director is on record
	// and activates it with the letter.
	Waiting bool
}

// statement is the act in plain words. It names no organization, because
// nobody knows yet whose key it will be: the certificate names it.
func (s *Service) statement(lang i18n.Lang) string {
	return strings.Join([]string{
		i18n.Text(lang, "profile.director.statement.act", "host", s.Host),
		i18n.Text(lang, "profile.director.statement.register"),
		i18n.Text(lang, "profile.director.statement.rights"),
	}, "\n")
}

// Statement is what the page shows before the signature.
//
//gate:none a new director cannot sign in yet
func (s *Service) Statement(ctx context.Context) string { return s.statement(i18n.From(ctx)) }

// Challenge asks for the new director's signature under the statement.
//
//gate:none a new director cannot sign in yet; the signature decides
func (s *Service) Challenge(ctx context.Context, sessionKey, ip string) (proof.Challenge, error) {
	words := s.statement(i18n.From(ctx)) + "\n" + s.Now().In(clock.Tashkent()).Format("02.01.2006 15:04:05") + " UTC+5"
	return s.Proof.NewChallenge(ctx, sessionKey, proof.Director, words, s.client(ip))
}

func (s *Service) client(ip string) eds.Client { return eds.Client{Host: s.Host, IP: ip} }

// TakeOver makes the holder of an organization's key its director, when the
// register names that person now: the tax number is that of the organization,
// the personal number that of the register's director and not ours. The former
// director stops being an administrator at the same instant, and everybody is
// told. A key that is refused leaves a line in the log and nothing else.
//
//gate:none a new director cannot sign in yet; signature and register decide
func (s *Service) TakeOver(ctx context.Context, a Answer) (Taken, error) {
	sig, err := s.Proof.Verify(ctx, a.SessionKey, proof.Director, a.Challenge, a.PKCS7, s.client(a.Origin.IP))
	if err != nil {
		return Taken{}, err
	}
	o, err := s.orgOf(ctx, sig.Signer)
	if err != nil {
		return Taken{}, err
	}
	e, err := s.named(ctx, o, sig.Signer)
	if err != nil {
		return Taken{}, errors.Join(err, s.recordRefusal(ctx, o, a, sig.Signer, err))
	}
	t := Taken{OrgID: o.ID, Until: sig.Signer.NotAfter, Waiting: o.Status == org.Imported}
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		if !t.Waiting {
			if err := s.handOverTx(ctx, tx, &t, o, e, a, sig.Signer); err != nil {
				return err
			}
		}
		return s.replaceTx(ctx, tx, o, e, a, sig)
	})
	return t, err
}

// orgOf finds the organization that a key was issued for.
func (s *Service) orgOf(ctx context.Context, k eds.Signer) (org.Org, error) {
	if !k.IsLegalEntity() {
		return org.Org{}, ErrPersonalKey.With("given", k.CN)
	}
	o, err := org.ByTIN(ctx, s.DB, taxid.TIN(k.OrgTIN))
	switch {
	case errors.Is(err, org.ErrNotFound):
		return org.Org{}, ErrNoOrg.With("tin", taxid.TIN(k.OrgTIN).Grouped()).Because(err)
	case err != nil:
		return org.Org{}, err
	case o.Status == org.Blocked:
		return org.Org{}, ErrBlockedOrg
	}
	return o, nil
}

// named is the register's entry when it names the holder of the key as the
// director and we do not yet.
func (s *Service) named(ctx context.Context, o org.Org, k eds.Signer) (register.Entry, error) {
	macs := s.Box.MACs(org.PurposePINFL, []byte(k.PINFL))
	if org.DirectorMatches(o, o.TIN, macs...) {
		return register.Entry{}, ErrAlready
	}
	e, err := s.Register.Find(ctx, register.Number{TIN: o.TIN})
	switch {
	case err != nil:
		return register.Entry{}, err
	case e.Status != register.Active:
		return register.Entry{}, ErrClosed
	case k.PINFL == "" || string(e.Director.PINFL) != k.PINFL:
		return register.Entry{}, ErrStillOther.With("given", k.CN, "name", e.Director.Name)
	}
	return e, nil
}

// handOverTx changes the users of an active organization. Members are locked
// before the organization, as every act of theirs does it (platform/gate);
// whether the director is still the one we looked at replaceTx finds out.
func (s *Service) handOverTx(ctx context.Context, tx pg.Tx, t *Taken, o org.Org, e register.Entry, a Answer, k eds.Signer) error {
	lang := i18n.From(ctx).Code()
	var err error
	t.AccountID, err = s.Accounts.EnsureTx(ctx, tx, account.Person{Name: e.Director.Name, PINFL: e.Director.PINFL, Language: lang})
	if err != nil {
		return err
	}
	id, was, err := member.DirectorTx(ctx, tx, s.Box, visitor(a, o.ID, e.Director.Name), member.Director{
		OrgID: o.ID, AccountID: t.AccountID, PINFL: e.Director.PINFL, Name: e.Director.Name, Position: k.Position,
		Email: o.Email, Language: lang, Before: s.fingerprints(o),
	})
	if err != nil {
		return err
	}
	t.MemberID = id
	if was == 0 {
		return nil
	}
	return notice.ToMemberTx(ctx, tx, was, notice.Notice{
		OrgID: o.ID, Kind: notice.Security, Key: "profile.notice.director_was.", Path: "/me/access",
		Args: []string{"name", e.Director.Name},
	})
}

// fingerprints of the director on record: the organization's may be of an older
// root than the user's.
func (s *Service) fingerprints(o org.Org) [][]byte {
	all := [][]byte{o.DirectorMAC}
	if pinfl, err := org.OpenPINFL(s.Box, o); err == nil { // sealed under a root that is lost: nothing else is to be had
		all = append(all, s.Box.MACs(org.PurposePINFL, []byte(pinfl))...)
	}
	return all
}

// replaceTx changes the record, keeps the evidence and tells everybody.
func (s *Service) replaceTx(ctx context.Context, tx pg.Tx, o org.Org, e register.Entry, a Answer, sig proof.Signature) error {
	if _, err := org.HoldTx(ctx, tx, o.ID); err != nil {
		return err
	}
	if err := org.SetDirectorTx(ctx, tx, s.Box, o, e.Director); err != nil {
		return err
	}
	if err := register.KeepTx(ctx, tx, s.Box, o.ID, e); err != nil {
		return err
	}
	if err := s.Proof.KeepTx(ctx, tx, o.ID, sig); err != nil {
		return err
	}
	told := notice.Notice{
		OrgID: o.ID, Kind: notice.Security, Key: "profile.notice.director.", Path: "/org",
		Args: []string{"name", e.Director.Name, "before", o.Director},
	}
	if err := notice.ToAdminsTx(ctx, tx, told); err != nil {
		return err
	}
	if err := notice.ToOrgTx(ctx, tx, told); err != nil {
		return err
	}
	return audit.Record(ctx, tx, visitor(a, o.ID, e.Director.Name), entry(o.ID, "org.director", map[string]any{
		"director": audit.Change{Before: o.Director, After: e.Director.Name}, "key": sig.Signer.Key(), "as_of": e.AsOf,
	}))
}

// visitor is the new director in the log: there is no session yet.
func visitor(a Answer, orgID int64, name string) actor.Subject {
	return actor.Subject{Kind: "visitor", Name: name, OrgID: orgID, Origin: a.Origin}
}

// recordRefusal keeps that somebody's key was tried.
func (s *Service) recordRefusal(ctx context.Context, o org.Org, a Answer, k eds.Signer, why error) error {
	f, ok := fault.As(why)
	if !ok || f.Kind == fault.Unavailable || errors.Is(why, ErrAlready) {
		return nil
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		return audit.Record(ctx, tx, actor.Visitor(a.Origin), entry(o.ID, "org.director_refuse", map[string]any{"reason": f.Key, "key": k.Key()}))
	})
}
