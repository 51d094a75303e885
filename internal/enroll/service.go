package enroll

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/enroll/offer"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
	"kabinet/internal/register"
)

// Mailer hands one letter to the relay; platform/mail's Sender is one.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Service leads a company from its director's key to an account.
type Service struct {
	DB       *pgxpool.Pool
	Box      *seal.Box
	Register register.Register
	Proof    *proof.Service
	Accounts *account.Service
	Mail     Mailer
	BaseURL  string // of the portal, "https://kabinet.example"
	Host     string // of the portal: stands in what is signed
	Now      clock.Clock
}

// Signed is what the browser sends back after a signature.
type Signed struct {
	SessionKey string
	Challenge  string
	PKCS7      string
	Origin     actor.Origin
}

// perPerson bounds the questions to the register that one key may cause.
func perPerson() limit.Rule {
	return limit.Rule{Name: "enroll.register", Max: 20, Per: time.Hour}
}

// perDraft bounds the letters of one draft.
func perDraft() limit.Rule { return limit.Rule{Name: "enroll.letter", Max: 5, Per: time.Hour} }

func (s *Service) client(ip string) eds.Client { return eds.Client{Host: s.Host, IP: ip} }

// Challenge asks for the signature that says who registers what.
//
//gate:none whoever registers has no account yet
func (s *Service) Challenge(ctx context.Context, sessionKey, ip string) (proof.Challenge, error) {
	return s.Proof.NewChallenge(ctx, sessionKey, proof.Enrollment, i18n.T(ctx, "enroll.statement.begin", "host", s.Host), s.client(ip))
}

// Begin judges the first signature, and finds or makes the draft of its holder.
// When the register does not answer the draft is there all the same, with the
// error beside it.
//
//gate:none whoever registers has no account yet; the key says who it is
func (s *Service) Begin(ctx context.Context, in Signed) (Ref, error) {
	sig, err := s.Proof.Verify(ctx, in.SessionKey, proof.Enrollment, in.Challenge, in.PKCS7, s.client(in.Origin.IP))
	if err != nil {
		return 0, err
	}
	pinfl, err := taxid.ParsePINFL(sig.Signer.PINFL)
	if err != nil {
		return 0, proof.ErrCertificate.Because(err)
	}
	d := Draft{
		Trader: !sig.Signer.IsLegalEntity(), Holder: sig.Signer.CN, Position: sig.Signer.Position, PINFL: pinfl,
		TIN: taxid.TIN(sig.Signer.OrgTIN), Contacts: Contacts{Language: i18n.From(ctx).Code()},
	}
	if err := s.free(ctx, d.TIN); err != nil {
		return 0, err
	}
	var ref Ref
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		ref, err = ensureDraft(ctx, tx, s.Box, d)
		return err
	})
	if err != nil {
		return 0, err
	}
	return ref, s.LookUp(ctx, ref)
}

// free refuses a number that the portal knows already, and says what to do.
func (s *Service) free(ctx context.Context, tin taxid.TIN) error {
	if tin == "" {
		return nil // a sole trader's: the register will tell
	}
	o, err := org.ByTIN(ctx, s.DB, tin)
	switch {
	case errors.Is(err, org.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return known(o)
}

// known is the refusal for an organization that there is.
func known(o org.Org) error {
	refusal := map[org.Status]*fault.Error{org.Active: ErrActive, org.Imported: ErrWaits, org.Blocked: ErrBlocked}[o.Status]
	return refusal.With("tin", o.TIN.Grouped())
}

// LookUp asks the register about a draft and keeps what it says.
//
//gate:none the reference comes from a session that signed
func (s *Service) LookUp(ctx context.Context, ref Ref) error {
	d, err := s.Draft(ctx, ref)
	if err != nil {
		return err
	}
	if err := limit.Need(ctx, s.DB, perPerson(), ref.String()); err != nil {
		return err
	}
	e, err := s.Register.Find(ctx, d.number())
	if err != nil {
		return unknown(d, err)
	}
	refusal := judge(d, e)
	if refusal == nil {
		refusal = s.free(ctx, e.TIN)
	}
	if refusal != nil { // what it said before does not hold any more
		return errors.Join(refusal, pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return dropEntry(ctx, tx, ref) }))
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return putEntry(ctx, tx, ref, e) })
}

// number is what the register is asked for.
func (d Draft) number() register.Number {
	if d.Trader {
		return register.Number{PINFL: d.PINFL}
	}
	return register.Number{TIN: d.TIN}
}

// unknown says in the words of the key what it means that the register has no
// such number.
func unknown(d Draft, err error) error {
	switch {
	case !errors.Is(err, register.ErrUnknown):
		return err
	case d.Trader:
		return ErrNoTrader.With("given", d.Holder).Because(err)
	}
	return ErrNoCompany.With("tin", d.TIN.Grouped()).Because(err)
}

// judge is nil when the register lets the holder of the key register the company:
// it operates, and this person directs it. The tax number alone never proves the
// director, because accountants hold such keys too.
func judge(d Draft, e register.Entry) error {
	switch {
	case d.Trader && !e.Trader():
		return ErrNoTrader.With("given", d.Holder)
	case e.Status == register.Liquidated:
		return ErrLiquidated.With("tin", e.TIN.Grouped())
	case e.Status != register.Active:
		return ErrSuspended.With("tin", e.TIN.Grouped())
	case e.Director.PINFL != d.PINFL:
		return ErrNotDirector.With("given", d.Holder, "director", e.Director.Name, "tin", e.TIN.Grouped())
	}
	return nil
}

// Draft reads the draft that a session remembers, or ErrNoDraft.
//
//gate:none the reference comes from a session that signed
func (s *Service) Draft(ctx context.Context, ref Ref) (Draft, error) {
	return draft(ctx, s.DB, s.Box, ref)
}

// SetContacts keeps how the company is reached. Another address ends the code
// that was sent to the one before.
//
//gate:none the reference comes from a session that signed
func (s *Service) SetContacts(ctx context.Context, ref Ref, in Contacts) error {
	c, err := in.open()
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return putContacts(ctx, tx, ref, c) })
}

// SetPlace keeps the first place of business.
//
//gate:none the reference comes from a session that signed
func (s *Service) SetPlace(ctx context.Context, ref Ref, in Place) error {
	p, err := in.open()
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return putPlace(ctx, tx, ref, p) })
}

// Accept keeps that the offer was read; the signature comes next.
//
//gate:none the reference comes from a session that signed
func (s *Service) Accept(ctx context.Context, ref Ref, ticked bool) error {
	if !ticked {
		return ErrNotAccepted
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return putOffer(ctx, tx, ref, offer.Current) })
}

// OfferChallenge asks for the signature under the offer, in the reader's
// language.
//
//gate:none the reference comes from a session that signed
func (s *Service) OfferChallenge(ctx context.Context, ref Ref, sessionKey, ip string) (proof.Challenge, error) {
	d, err := s.ready(ctx, ref, StepSign)
	if err != nil {
		return proof.Challenge{}, err
	}
	return s.Proof.NewChallenge(ctx, sessionKey, proof.Offer, dated(d.Statement(i18n.From(ctx), s.Host), s.Now()), s.client(ip))
}

// ready is the draft if a step may be done.
func (s *Service) ready(ctx context.Context, ref Ref, step Step) (Draft, error) {
	d, err := s.Draft(ctx, ref)
	if err == nil && !d.Reached(step) {
		err = ErrNoDraft
	}
	return d, err
}

// Sign judges the signature under the offer, keeps it with the draft and sends
// the code. The register is asked again when its answer is a day old.
//
//gate:none the reference comes from a session that signed; the signature decides
func (s *Service) Sign(ctx context.Context, ref Ref, in Signed) error {
	d, err := s.ready(ctx, ref, StepSign)
	if err != nil {
		return err
	}
	sig, err := s.Proof.Verify(ctx, in.SessionKey, proof.Offer, in.Challenge, in.PKCS7, s.client(in.Origin.IP))
	if err != nil {
		return err
	}
	switch {
	case sig.Signer.PINFL != string(d.PINFL) || sig.Signer.OrgTIN != string(d.TIN):
		return ErrOtherKey.With("given", sig.Signer.CN, "holder", d.Holder)
	case !d.stands(sig.Body, s.Host):
		return proof.ErrChallenge
	}
	if s.Now().Sub(d.EntryAt) > entryLife {
		if err := s.LookUp(ctx, ref); err != nil {
			return err
		}
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return s.signedTx(ctx, tx, ref, sig) })
}

// Again sends a new code; the one before is worth nothing from now on.
//
//gate:none the reference comes from a session that signed
func (s *Service) Again(ctx context.Context, ref Ref) error {
	if _, err := s.ready(ctx, ref, StepConfirm); err != nil {
		return err
	}
	if err := limit.Need(ctx, s.DB, perDraft(), strconv.FormatInt(int64(ref), 10)); err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return s.codeTx(ctx, tx, ref) })
}
