package invite

import (
	"context"
	"crypto/hmac"
	"fmt"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// purposeEmail is what a typed address is fingerprinted for: the queue, which
// staff can read, need not know what strangers type.
const purposeEmail seal.Purpose = "invitation.email"

// How often new letters may be asked for.
func perUser() limit.Rule { return limit.Rule{Name: "invite.again", Max: 5, Per: time.Hour} }

func perAsker() limit.Rule {
	return limit.Rule{Name: "invite.again_address", Max: 30, Per: time.Hour}
}

// perMailbox bounds the letters that strangers can bring into one mailbox from
// wherever they ask; the last one stays good.
func perMailbox() limit.Rule { return limit.Rule{Name: "invite.again_mailbox", Max: 5, Per: time.Hour} }

// Ask is what a person types who got no letter.
type Ask struct{ TIN, Email string }

// AskAgain takes down a wish for a new letter. Whether anything comes of it is
// found out later, by a job, so answer and timing are the same for everybody:
// nobody learns who is invited. Complaints are about the shape of what was typed.
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
	fingerprint := s.fingerprint(email)
	return s.enqueueAgain(ctx, ip, fmt.Sprintf("%s:%x", tin, fingerprint[:8]), RecoverArgs{TIN: tin, Email: fingerprint})
}

// AskByLink takes down the wish of somebody who holds an earlier letter; its link
// says for whom. The new one goes to the address on record, never to one that was
// typed.
//
//gate:none asked by people who cannot get in
func (s *Service) AskByLink(ctx context.Context, token, ip string) error {
	i, err := s.Open(ctx, token)
	if end, _ := StateOf(err); err != nil && !end.Renews() {
		return err
	}
	return s.enqueueAgain(ctx, ip, fmt.Sprint("member:", i.MemberID), RecoverArgs{OrgID: i.OrgID, MemberID: i.MemberID})
}

func (s *Service) enqueueAgain(ctx context.Context, ip, about string, args RecoverArgs) error {
	for _, try := range []struct {
		rule limit.Rule
		key  string
	}{{perUser(), ip + " " + about}, {perAsker(), ip}} {
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

// RecoverArgs ask for a new letter: for one user, or for whoever waits in the
// organization with TIN under an address with this fingerprint.
type RecoverArgs struct {
	OrgID    int64     `json:"org_id,omitempty"`
	MemberID int64     `json:"member_id,omitempty"`
	TIN      taxid.TIN `json:"tin,omitempty"`
	Email    []byte    `json:"email,omitempty"`
}

// Kind names the job.
func (RecoverArgs) Kind() string { return "invite.recover" }

// JobSpec: asking twice before the letter is out brings one letter.
func (RecoverArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true} }

// maxRecovered bounds the letters of one wish: an integrator may keep several
// technical users under one address.
const maxRecovered = 10

// recoverJob sends new letters where they are due, else nothing. Run twice, it
// would replace a new letter by a newer one, which is good too.
func (s *Service) recoverJob(ctx context.Context, args RecoverArgs) error {
	if args.MemberID != 0 {
		return s.renew(ctx, awaiting{OrgID: args.OrgID, MemberID: args.MemberID})
	}
	all, err := awaitingOf(ctx, s.DB, args.TIN)
	if err != nil {
		return err
	}
	sent := 0
	for _, w := range all {
		if sent == maxRecovered || !hmac.Equal(args.Email, s.fingerprint(w.Email)) {
			continue
		}
		sent++
		if err := s.renew(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// renew sends one user a new letter who still waits for it.
func (s *Service) renew(ctx context.Context, w awaiting) error {
	if hit, err := limit.Hit(ctx, s.DB, perMailbox(), fmt.Sprint(w.OrgID, "/", w.MemberID)); err != nil || !hit.Allowed {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		h, err := holdMember(ctx, tx, w.OrgID, w.MemberID)
		if err != nil || member.Status(h.Status) != member.NotActivated {
			return err
		}
		if err := s.InviteTx(ctx, tx, w.OrgID, w.MemberID); err != nil {
			return err
		}
		e := audit.Entry{OrgID: w.OrgID, Action: "invitation.renew", Target: fmt.Sprintf("member:%d", w.MemberID)}
		return audit.Record(ctx, tx, actor.System("invite.recover"), e)
	})
}
