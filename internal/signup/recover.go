package signup

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"strings"
	"time"

	"kabinet/internal/campaign"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/org"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// purposeEmail is what a typed address is fingerprinted for: the queue, which
// staff can read, need not know what strangers type.
const purposeEmail seal.Purpose = "signup.email"

// How often new letters may be asked for.
func perOrg() limit.Rule { return limit.Rule{Name: "signup.again", Max: 5, Per: time.Hour} }

func perAsker() limit.Rule {
	return limit.Rule{Name: "signup.again_address", Max: 30, Per: time.Hour}
}

// perMailbox bounds the letters that strangers can bring into one mailbox from
// wherever they ask: tax number and address of an organization are no secret,
// and each new letter ends the one before. The last one stays good.
func perMailbox() limit.Rule { return limit.Rule{Name: "signup.again_mailbox", Max: 5, Per: time.Hour} }

// Ask is what a person types who got no letter.
type Ask struct{ TIN, Email string }

// AskAgain takes down a wish for a new letter. Whether anything comes of it is
// found out later, by a job, so answer and timing are the same for every tax
// number and address: nobody learns who has an account. Complaints are about
// the shape of what was typed.
//
//gate:none asked by people who cannot get in
func (s *Service) AskAgain(ctx context.Context, a Ask, ip string) error {
	f := fault.Form{}
	tin, err := taxid.ParseTIN(a.TIN)
	f.Add("tin", err)
	email, err := org.ParseEmail(a.Email)
	f.Add("email", err)
	if err := f.Err(); err != nil {
		return err
	}
	return s.enqueueAgain(ctx, ip, string(tin), RecoverArgs{TIN: tin, Email: s.fingerprint(email)})
}

// AskByLink takes down the wish of somebody who holds an earlier letter; its
// link says for which organization. The new one goes to the organization's
// address, never to one that was typed.
//
//gate:none asked by people who cannot get in
func (s *Service) AskByLink(ctx context.Context, token, ip string) error {
	l, err := s.Letters.ByToken(ctx, token)
	if err != nil {
		return noLink(err)
	}
	return s.enqueueAgain(ctx, ip, "org:"+fmt.Sprint(l.OrgID), RecoverArgs{OrgID: l.OrgID})
}

func (s *Service) enqueueAgain(ctx context.Context, ip, about string, args RecoverArgs) error {
	for _, try := range []struct {
		rule limit.Rule
		key  string
	}{{perOrg(), ip + " " + about}, {perAsker(), ip}} {
		hit, err := limit.Hit(ctx, s.DB, try.rule, try.key)
		if err != nil {
			return err
		}
		if !hit.Allowed {
			return tooMany(hit.RetryAfter).On("tin")
		}
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return jobs.Enqueue(ctx, tx, args) })
}

// fingerprint of an address; letters of either case are one mailbox here.
func (s *Service) fingerprint(email string) []byte {
	return s.Box.MAC(purposeEmail, []byte(strings.ToLower(email)))
}

// RecoverArgs ask for a new letter: for OrgID, or for the organization with TIN
// if its address has this fingerprint.
type RecoverArgs struct {
	OrgID int64     `json:"org_id,omitempty"`
	TIN   taxid.TIN `json:"tin,omitempty"`
	Email []byte    `json:"email,omitempty"`
}

// Kind names the job.
func (RecoverArgs) Kind() string { return "signup.recover" }

// JobSpec: asking twice before the letter is out brings one letter.
func (RecoverArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true} }

// Recover does the job: it sends a new letter where one is due, else nothing.
// Run twice, it would replace the new letter by a newer one, which is good too.
//
//gate:none a job; what it may do was decided when letters were sent at all
func (s *Service) Recover(ctx context.Context, args RecoverArgs) error {
	id, err := s.entitled(ctx, args)
	if err != nil || id == 0 {
		return err
	}
	if invited, err := s.invited(ctx, id); err != nil || !invited {
		return err
	}
	if hit, err := limit.Hit(ctx, s.DB, perMailbox(), fmt.Sprint(id)); err != nil || !hit.Allowed {
		return err
	}
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		_, err := s.Letters.ResendTx(ctx, tx, actor.System("signup.recover"), id)
		return err
	})
	for _, nothingToDo := range []error{campaign.ErrOrgActive, campaign.ErrJustSent, campaign.ErrNoOrg} {
		if errors.Is(err, nothingToDo) {
			return nil
		}
	}
	return err
}

// entitled gives the organization that shall get a letter, 0 for none.
func (s *Service) entitled(ctx context.Context, args RecoverArgs) (int64, error) {
	if args.OrgID != 0 {
		return args.OrgID, nil
	}
	o, err := org.ByTIN(ctx, s.DB, args.TIN)
	switch {
	case errors.Is(err, org.ErrNotFound):
		return 0, nil
	case err != nil:
		return 0, err
	case o.Status != org.Imported, !hmac.Equal(args.Email, s.fingerprint(o.Email)):
		return 0, nil
	}
	return o.ID, nil
}

// invited reports whether a letter ever left for the organization. Before that
// its campaign has not begun, and asking does not begin it.
func (s *Service) invited(ctx context.Context, orgID int64) (bool, error) {
	l, err := s.Letters.Newest(ctx, s.DB, orgID)
	if errors.Is(err, campaign.ErrNotFound) {
		return false, nil
	}
	return l.Status != campaign.Withdrawn, err
}

// Register adds the worker of this package.
func Register(r *jobs.Runner, s *Service) { jobs.Add(r, jobs.Func[RecoverArgs](s.Recover)) }
