package enroll

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/enroll/offer"
	"kabinet/internal/member"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/place"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/letterkey"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
	"kabinet/internal/register"
)

// purposeSignature is what the signature under the offer is sealed for while
// there is no organization to keep it for.
const purposeSignature seal.Purpose = "enroll.signature"

// Registered is who may be signed in now.
type Registered struct {
	AccountID, OrgID, MemberID int64
	Until                      time.Time // end of the certificate; no session outlives it
}

func (s *Service) codes() letterkey.Maker {
	return letterkey.Maker{Box: s.Box, Token: "enroll.token", Code: "enroll.code"}
}

// signedTx keeps the signature with the draft and sends the code.
func (s *Service) signedTx(ctx context.Context, tx pg.Tx, ref Ref, sig proof.Signature) error {
	b, err := json.Marshal(sig)
	if err != nil {
		return fmt.Errorf("signature of offer: %w", err)
	}
	if err := putSignature(ctx, tx, ref, s.Box.Seal(purposeSignature, b, []byte(ref.String()))); err != nil {
		return err
	}
	return s.codeTx(ctx, tx, ref)
}

// Finish takes the code. The right one makes organization, place, person and
// user in one transaction; of two who finish one company at once, here or by an
// import, the second finds it taken. A wrong code counts; the fifth kills it.
//
//gate:none the reference comes from a session that signed; code and signature decide
func (s *Service) Finish(ctx context.Context, ref Ref, typed string, o actor.Origin) (done Registered, err error) {
	var refusal error // a try counts although it is refused
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		d, x, err := read(ctx, tx, s.Box, ref, ` for update`)
		switch {
		case err != nil:
			return err
		case d.Next() != StepConfirm:
			return ErrNoDraft
		case d.Code.Over || x.seed == nil:
			return ErrOver
		}
		code, _ := letterkey.FoldCode(typed)
		if !letterkey.Opens(s.codes().All(x.seed, 0, d.ID), code) {
			refusal = ErrWrongCode.With("left", d.Code.Left-1)
			return countTry(ctx, tx, ref)
		}
		done, err = s.registerTx(ctx, tx, ref, d, x, o)
		return err
	})
	if errors.Is(err, org.ErrTaken) {
		return Registered{}, s.taken(ctx, ref, err)
	}
	return done, errors.Join(err, refusal)
}

// taken says what became of the number that somebody else was faster with.
func (s *Service) taken(ctx context.Context, ref Ref, err error) error {
	d, failed := s.Draft(ctx, ref)
	if failed != nil || d.Entry == nil {
		return err
	}
	if refusal := s.free(ctx, d.Entry.TIN); refusal != nil {
		return refusal
	}
	return err
}

// registerTx does it all, in the order of decision 0016; the tax number comes
// first because it decides who does it.
func (s *Service) registerTx(ctx context.Context, tx pg.Tx, ref Ref, d Draft, x secrets, o actor.Origin) (Registered, error) {
	sig, err := s.openSignature(ref, x.signature)
	if err != nil {
		return Registered{}, err
	}
	record, err := d.record()
	if err != nil {
		return Registered{}, err
	}
	done := Registered{Until: sig.Signer.NotAfter}
	if done.OrgID, err = org.RegisterTx(ctx, tx, s.Box, record); err != nil {
		return Registered{}, err
	}
	if err := register.KeepTx(ctx, tx, s.Box, done.OrgID, *d.Entry); err != nil {
		return Registered{}, err
	}
	placeID, err := s.settleTx(ctx, tx, &done, d)
	if err != nil {
		return Registered{}, err
	}
	if err := s.Proof.KeepTx(ctx, tx, done.OrgID, sig); err != nil {
		return Registered{}, err
	}
	if err := deleteDraft(ctx, tx, ref); err != nil {
		return Registered{}, err
	}
	if err := welcomeTx(ctx, tx, done.OrgID); err != nil {
		return Registered{}, err
	}
	return done, recordTx(ctx, tx, done, placeID, d, sig, o)
}

func (s *Service) openSignature(ref Ref, sealed []byte) (sig proof.Signature, err error) {
	plain, err := s.Box.Open(purposeSignature, sealed, []byte(ref.String()))
	if err != nil {
		return sig, fmt.Errorf("signature of offer: %w", err)
	}
	if err := json.Unmarshal(plain, &sig); err != nil {
		return sig, fmt.Errorf("signature of offer: %w", err)
	}
	return sig, nil
}

// record is the organization as it is stored: what the register says, with the
// contacts and the address that were given.
func (d Draft) record() (org.Record, error) {
	e := d.Entry
	return org.Draft{
		TIN: string(e.TIN), NameUz: e.Names.Uz, NameRu: e.Names.Ru, NameEn: e.Names.En, Form: string(e.Form),
		Director: e.Director.Name, PINFL: string(d.PINFL), Email: d.Email, Phone: d.Phone,
		Region: d.Place.Address.Region, District: d.Place.Address.District, Street: d.Place.Address.Street, Language: d.Language,
	}.Open()
}

// settleTx makes person, first place and first user.
func (s *Service) settleTx(ctx context.Context, tx pg.Tx, done *Registered, d Draft) (placeID int32, err error) {
	person := account.Person{Name: d.Entry.Director.Name, PINFL: d.PINFL, Language: d.Language}
	if done.AccountID, err = s.Accounts.EnsureTx(ctx, tx, person); err != nil {
		return 0, err
	}
	at := place.Address{
		Language: d.Language, Region: d.Place.Address.Region, District: d.Place.Address.District, Street: d.Place.Address.Street,
		Activities: activities(d.Place.Activities),
	}
	if placeID, err = place.FirstTx(ctx, tx, done.OrgID, at); err != nil {
		return 0, err
	}
	done.MemberID, err = member.FirstTx(ctx, tx, member.First{
		OrgID: done.OrgID, AccountID: done.AccountID, Name: d.Entry.Director.Name, Position: d.Position, Email: d.Email, PlaceID: placeID,
	})
	return placeID, err
}

func activities(codes []string) []place.Activity {
	as := make([]place.Activity, len(codes))
	for i, c := range codes {
		as[i] = place.Activity(c)
	}
	return as
}

func welcomeTx(ctx context.Context, tx pg.Tx, orgID int64) error {
	return notice.ToOrgTx(ctx, tx, notice.Notice{OrgID: orgID, Kind: notice.Security, Key: "enroll.notice.welcome.", Path: "/home"})
}

// recordTx writes what happened: three things exist that did not before.
func recordTx(ctx context.Context, tx pg.Tx, done Registered, placeID int32, d Draft, sig proof.Signature, o actor.Origin) error {
	who := actor.Subject{Kind: "member", ID: fmt.Sprint(done.MemberID), Name: d.Entry.Director.Name, OrgID: done.OrgID, Origin: o}
	for _, e := range []audit.Entry{
		{Action: "org.register", Target: fmt.Sprintf("org:%d", done.OrgID), Details: map[string]any{
			"tin": d.Entry.TIN, "offer": offer.Current, "email": d.Email, "as_of": d.Entry.AsOf,
			"key": sig.Signer.Key(),
		}},
		{Action: "place.create", Target: fmt.Sprintf("place:%d", placeID), Details: map[string]any{"origin": "address", "main": true}},
		{Action: "member.create", Target: fmt.Sprintf("member:%d", done.MemberID), Details: map[string]any{"first": true, "place": placeID}},
	} {
		e.OrgID = done.OrgID
		if err := audit.Record(ctx, tx, who, e); err != nil {
			return err
		}
	}
	return nil
}
