package gs1prefix

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Service is what members ask about prefixes and the operator does with them.
type Service struct{ DB *pgxpool.Pool }

// OfOrg lists the prefixes of an organization for the operator.
func (s *Service) OfOrg(ctx context.Context, op actor.Operator, orgID int64) ([]Prefix, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return nil, err
	}
	return OfOrg(ctx, s.DB, orgID)
}

// Own lists the prefixes and single numbers of the reader's organization,
// prefixes first.
func (s *Service) Own(ctx context.Context, a actor.Actor) ([]Prefix, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, err
	}
	return all(ctx, s.DB, a.OrgID)
}

// Check says whether a number falls under a prefix of the reader's
// organization. A number that is none is the fault of core/gs1.
func (s *Service) Check(ctx context.Context, a actor.Actor, typed string) (Check, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Check{}, err
	}
	g, err := gs1.ParseGTIN(typed)
	if err != nil {
		return Check{}, err
	}
	return whose(ctx, s.DB, a.OrgID, g)
}

// Whose is the verdict of the register on a number, for cards that are sent and
// for staff who judge them.
func Whose(ctx context.Context, q pg.Querier, orgID int64, g gs1.GTIN) (Check, error) {
	return whose(ctx, q, orgID, g)
}

// whose is the verdict of the register on a number.
func whose(ctx context.Context, q pg.Querier, orgID int64, g gs1.GTIN) (Check, error) {
	if !FromUzbekistan(g) {
		return judge(g, nil), nil
	}
	fitting, err := fittingGTIN(ctx, q, orgID, g, candidates(g))
	return judge(g, fitting), err
}

// Free reports by nil that an organization may ask for a prefix: it has not got
// it (ErrOwn) nor has another (ErrOthers).
func Free(ctx context.Context, q pg.Querier, orgID int64, prefix string) error {
	owner, found, err := prefixOwner(ctx, q, prefix)
	switch {
	case err != nil || !found:
		return err
	case owner == orgID:
		return ErrOwn.With("digits", prefix)
	}
	return ErrOthers
}

// FreeGTIN is Free for a single number; one that is not of Uzbekistan needs no
// register (ErrForeign).
func FreeGTIN(ctx context.Context, q pg.Querier, orgID int64, g gs1.GTIN) error {
	c, err := whose(ctx, q, orgID, g)
	if err != nil {
		return err
	}
	switch c.Answer {
	case Foreign:
		return ErrForeign
	case Others:
		return ErrOthers
	case Nobody:
		return nil
	}
	if c.Prefix == "" {
		return ErrOwn.With("digits", string(g))
	}
	return ErrOwn.With("digits", c.Prefix)
}

// RegisterTx registers a prefix, or with 14 digits a single number, for an
// organization: ErrOwn when it has it, ErrOthers when another has. Of two who
// register the same at once the second waits for the first and is refused.
func RegisterTx(ctx context.Context, tx pg.Tx, who actor.Subject, orgID int64, digits string) error {
	put := putPrefix
	if len(digits) == gtinLength {
		put = putGTIN
	}
	if err := put(ctx, tx, orgID, digits); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Entry{OrgID: orgID, Action: "prefix.register", Target: target(digits)})
}

// Holder is the organization on a page of the operator.
type Holder struct {
	OrgID      int64
	TIN        string
	Uz, Ru, En string
}

// Name is the name in a language; the English one falls back to the Uzbek one.
func (h Holder) Name(lang string) string {
	switch {
	case lang == "ru":
		return h.Ru
	case lang == "en" && h.En != "":
		return h.En
	}
	return h.Uz
}

// Holdings gives an organization by its tax number with its prefixes and single
// numbers, or ErrNotFound.
func (s *Service) Holdings(ctx context.Context, op actor.Operator, tin string) (Holder, []Prefix, error) {
	if err := op.Need(perm.OpPrefixManage); err != nil {
		return Holder{}, nil, err
	}
	h, err := holder(ctx, s.DB, tin)
	if err != nil {
		return Holder{}, nil, err
	}
	ps, err := all(ctx, s.DB, h.OrgID)
	return h, ps, err
}

// Register registers what one of the staff typed, a prefix or a GTIN, for an
// organization and tells its administrators.
func (s *Service) Register(ctx context.Context, op actor.Operator, tin, typed string) (digits string, err error) {
	if err := op.Need(perm.OpPrefixManage); err != nil {
		return "", err
	}
	if digits, err = parseEither(typed); err != nil {
		return "", onField(err, "digits")
	}
	err = s.write(ctx, op, tin, func(tx pg.Tx, h Holder) error {
		if err := RegisterTx(ctx, tx, op.Subject(), h.OrgID, digits); err != nil {
			return onField(err, "digits")
		}
		return tell(ctx, tx, h.OrgID, "gs1prefix.notice.registered.", "digits", digits)
	})
	return digits, err
}

// Block takes a prefix or single number out of use; it stays the organization's.
// The reason is read by its administrators.
func (s *Service) Block(ctx context.Context, op actor.Operator, tin, digits, reason string) error {
	if err := op.Need(perm.OpPrefixManage); err != nil {
		return err
	}
	reason, err := text.Lines(reason, maxReason)
	switch {
	case err != nil:
		return onField(err, "reason")
	case reason == "":
		return ErrReason
	}
	return s.write(ctx, op, tin, func(tx pg.Tx, h Holder) error {
		if err := setStatus(ctx, tx, h.OrgID, digits, Active, Blocked, reason); err != nil {
			return err
		}
		if err := note(ctx, tx, op, h, "prefix.block", digits, map[string]any{"reason": reason}); err != nil {
			return err
		}
		return tell(ctx, tx, h.OrgID, "gs1prefix.notice.blocked.", "digits", digits, "reason", reason)
	})
}

// Unblock puts it back into use.
func (s *Service) Unblock(ctx context.Context, op actor.Operator, tin, digits string) error {
	if err := op.Need(perm.OpPrefixManage); err != nil {
		return err
	}
	return s.write(ctx, op, tin, func(tx pg.Tx, h Holder) error {
		if err := setStatus(ctx, tx, h.OrgID, digits, Blocked, Active, ""); err != nil {
			return err
		}
		if err := note(ctx, tx, op, h, "prefix.unblock", digits, nil); err != nil {
			return err
		}
		return tell(ctx, tx, h.OrgID, "gs1prefix.notice.unblocked.", "digits", digits)
	})
}

// maxReason is how long a reason may be, in characters.
const maxReason = 1000

// write changes the holdings of an organization.
func (s *Service) write(ctx context.Context, op actor.Operator, tin string, do func(pg.Tx, Holder) error) error {
	return gate.InTx(ctx, s.DB, op, perm.OpPrefixManage, func(tx pg.Tx) error {
		h, err := holder(ctx, tx, tin)
		if err != nil {
			return err
		}
		return do(tx, h)
	})
}

func note(ctx context.Context, tx pg.Tx, op actor.Operator, h Holder, action, digits string, details any) error {
	return audit.Record(ctx, tx, op.Subject(), audit.Entry{OrgID: h.OrgID, Action: action, Target: target(digits), Details: details})
}

func tell(ctx context.Context, tx pg.Tx, orgID int64, key string, args ...string) error {
	return notice.ToAdminsTx(ctx, tx, notice.Notice{OrgID: orgID, Kind: notice.Decision, Key: key, Args: args, Path: "/org/gs1"})
}

func target(digits string) string { return "prefix:" + digits }

// Claimed is a prefix in the register, for staff who judge one close to it.
type Claimed struct {
	Digits string
	TIN    string
	Own    bool // it is that of the organization in question
}

// Near lists what is registered for anybody above or below a prefix, or above
// the digits of a GTIN: 47800 is near 478001, and so is 4780012.
func Near(ctx context.Context, q pg.Querier, orgID int64, digits string) ([]Claimed, error) {
	return near(ctx, q, orgID, digits)
}
