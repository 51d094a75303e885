package signin

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/limit"
	"kabinet/internal/proof"
)

// Door is where members and staff knock. It judges signatures, counts failures
// and writes them down; a failure of ours is not held against anybody.
type Door struct {
	DB      *pgxpool.Pool
	Proof   *proof.Service
	Purpose proof.Purpose
}

// Signed is what the browser sends to sign in.
type Signed struct {
	SessionKey string // of the visitor's session, to which the challenge is bound
	Challenge  string
	PKCS7      string
}

// A certificate that is refused again and again is refused without asking
// anybody; it is counted only when its signature was good, so that nobody can
// lock another one's certificate out. An address may be a whole office behind
// one router.
func (d Door) perCertificate() limit.Rule {
	return limit.Rule{Name: string(d.Purpose) + ".certificate", Max: 5, Per: 15 * time.Minute}
}

func (d Door) perAddress() limit.Rule {
	return limit.Rule{Name: string(d.Purpose) + ".address", Max: 20, Per: 15 * time.Minute}
}

// Again reports whether signing again may help after a failure of a kind.
func Again(k fault.Kind) bool {
	switch k {
	case fault.Invalid, fault.Gone, fault.Conflict, fault.TooMany, fault.Unavailable:
		return true
	default:
		return false
	}
}

// Knock judges a signature, then asks admit about its holder. What either
// refuses is given back after it was counted and written down.
func (d Door) Knock(ctx context.Context, in Signed, c eds.Client, o actor.Origin, admit func(eds.Signer) error) error {
	if err := limit.Spent(ctx, d.DB, d.perAddress(), o.IP); err != nil {
		return err
	}
	sig, err := d.Proof.Verify(ctx, in.SessionKey, d.Purpose, in.Challenge, in.PKCS7, c)
	if err != nil {
		return d.refused(ctx, err, eds.Signer{}, o)
	}
	if err := limit.Spent(ctx, d.DB, d.perCertificate(), sig.Signer.Serial); err != nil {
		return err
	}
	if err := admit(sig.Signer); err != nil {
		return d.refused(ctx, err, sig.Signer, o)
	}
	return nil
}

// refused counts a failure and writes it down; it gives the failure back.
func (d Door) refused(ctx context.Context, failure error, signer eds.Signer, o actor.Origin) error {
	f, known := fault.As(failure)
	if !known || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return failure
	}
	if _, err := limit.Hit(ctx, d.DB, d.perAddress(), o.IP); err != nil {
		return err
	}
	if signer.Serial != "" {
		if _, err := limit.Hit(ctx, d.DB, d.perCertificate(), signer.Serial); err != nil {
			return err
		}
	}
	err := record(ctx, d.DB, actor.Visitor(o), audit.Entry{
		Action: "signin.refuse", Target: "certificate:" + signer.Serial,
		Details: map[string]string{"at": string(d.Purpose), "reason": f.Key, "holder": signer.CN, "tin": signer.OrgTIN},
	})
	if err != nil {
		return err
	}
	return failure
}
