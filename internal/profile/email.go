package profile

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/letterkey"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/web/mailview"
)

// Refusals of a change of the address of letters.
var (
	ErrSameEmail = fault.New(fault.Invalid, "profile.email.same").On("email")
	ErrNoChange  = fault.New(fault.Gone, "profile.email.none")
	ErrOver      = fault.New(fault.Gone, "profile.email.over")
	ErrWrongCode = fault.New(fault.Invalid, "profile.email.wrong").On("code")
)

// A code lives a day, dies of five wrong tries, of use, and of a newer one.
const (
	codeLife = 24 * time.Hour
	maxTries = 5
)

// perMailbox bounds the letters that people of one organization can have sent
// to addresses that are not theirs yet.
func perMailbox() limit.Rule { return limit.Rule{Name: "profile.email", Max: 5, Per: time.Hour} }

// codes derives the code in a letter. Its link carries no secret: who types the
// code is signed in.
func (s *Service) codes() letterkey.Maker {
	return letterkey.Maker{Box: s.Box, Token: "profile.email.token", Code: "profile.email.code"}
}

// AskEmail takes down a wish for a new address of letters and writes to it; the
// present one is told. Nothing else changes before the code comes back. It
// wants a fresh signature: whoever gets the letters gets the next code too.
func (s *Service) AskEmail(ctx context.Context, a actor.Actor, typed string) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	email, err := openEmail(typed)
	if err != nil {
		return err
	}
	if err := s.provedFresh(ctx, a); err != nil {
		return err
	}
	if err := limit.Need(ctx, s.DB, perMailbox(), strconv.FormatInt(a.OrgID, 10)); err != nil {
		return err
	}
	return gate.InFreshTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		p, err := org.HoldTx(ctx, tx, a.OrgID)
		switch {
		case err != nil:
			return err
		case strings.EqualFold(p.Email, email): // ASCII only, see org.ParseEmail
			return ErrSameEmail
		}
		return askEmailTx(ctx, tx, a, p, email)
	})
}

func openEmail(typed string) (string, error) {
	var f fault.Form
	f.Check(strings.TrimSpace(typed) != "", "email", "profile.form.email")
	email, err := org.ParseEmail(typed)
	f.Add("email", err)
	return email, f.Err()
}

// provedFresh asks for the fresh signature before a try is counted: coming back
// with it must not use up another one.
func (s *Service) provedFresh(ctx context.Context, a actor.Actor) error {
	return gate.InFreshTx(ctx, s.DB, a, perm.OrgEdit, func(pg.Tx) error { return nil })
}

func askEmailTx(ctx context.Context, tx pg.Tx, a actor.Actor, p org.Profile, email string) error {
	c := change{Email: email, Language: p.Language, Seed: letterkey.NewSeed()}
	id, err := putChange(ctx, tx, a.OrgID, c, a.MemberID, a.Name, codeLife)
	if err != nil {
		return err
	}
	if err := jobs.Enqueue(ctx, tx, SendArgs{OrgID: a.OrgID, ID: id}); err != nil {
		return err
	}
	told := notice.Notice{
		OrgID: a.OrgID, Kind: notice.Security, Key: "profile.notice.email_asked.", Path: "/org",
		Args: []string{"name", a.Name, "email", email},
	}
	if err := notice.ToAddressTx(ctx, tx, p.Email, p.Language, told); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a.Subject(), entry(a.OrgID, "org.email_ask", map[string]any{"email": email}))
}

// ConfirmEmail puts the new address in place of the old one when the code is
// right. A wrong one counts; the fifth kills the wish.
func (s *Service) ConfirmEmail(ctx context.Context, a actor.Actor, typed string) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	var refusal error // a try counts although it is refused
	err := gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		p, err := org.HoldTx(ctx, tx, a.OrgID)
		if err != nil {
			return err
		}
		c, err := holdChange(ctx, tx, a.OrgID)
		switch {
		case err != nil:
			return err
		case !c.Live || c.Tries >= maxTries:
			return ErrOver
		}
		code, _ := letterkey.FoldCode(typed)
		if !letterkey.Opens(s.codes().All(c.Seed, a.OrgID, c.ID), code) {
			refusal = ErrWrongCode.With("left", maxTries-c.Tries-1)
			return countTry(ctx, tx, a.OrgID)
		}
		return confirmTx(ctx, tx, a, p, c.Email)
	})
	return errors.Join(err, refusal)
}

func confirmTx(ctx context.Context, tx pg.Tx, a actor.Actor, p org.Profile, email string) error {
	if err := org.SetEmailTx(ctx, tx, a.OrgID, email); err != nil {
		return err
	}
	if err := deleteChange(ctx, tx, a.OrgID); err != nil {
		return err
	}
	told := notice.Notice{
		OrgID: a.OrgID, Kind: notice.Security, Key: "profile.notice.email_changed.", Path: "/org",
		Args: []string{"name", a.Name, "email", email},
	}
	if err := notice.ToAdminsTx(ctx, tx, told); err != nil {
		return err
	}
	if err := notice.ToAddressTx(ctx, tx, p.Email, p.Language, told); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a.Subject(), entry(a.OrgID, "org.email", audit.Changes{"email": {Before: p.Email, After: email}}))
}

// DropEmail takes the wish for a new address back.
func (s *Service) DropEmail(ctx context.Context, a actor.Actor) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		c, err := holdChange(ctx, tx, a.OrgID)
		if err != nil {
			return err
		}
		if err := deleteChange(ctx, tx, a.OrgID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), entry(a.OrgID, "org.email_drop", map[string]any{"email": c.Email}))
	})
}

// RevokeAllTx takes back the wish of a member who is blocked (member.Revoker):
// nobody is to confirm an address that a blocked one chose.
func (s *Service) RevokeAllTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, _ string) error {
	email, err := deleteChangeOf(ctx, tx, orgID, memberID)
	if err != nil || email == "" {
		return err
	}
	return audit.Record(ctx, tx, actor.System("profile"), entry(orgID, "org.email_drop", map[string]any{"email": email}))
}

// SendArgs asks to send the letter with the code of one wish.
type SendArgs struct {
	OrgID int64 `json:"org"`
	ID    int64 `json:"id"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "profile.email" }

// JobSpec tries as long as the code lives.
func (SendArgs) JobSpec() jobs.Spec {
	return jobs.Spec{
		Queue: jobs.Mail, Priority: 1, Timeout: 40 * time.Second,
		Retry: jobs.Schedule{Delays: []time.Duration{5 * time.Second, 30 * time.Second, time.Minute}, Every: 5 * time.Minute, For: codeLife},
	}
}

// Register adds the worker of this package.
func Register(r *jobs.Runner, s *Service) { jobs.Add(r, jobs.Func[SendArgs](s.send)) }

// send sends the letter of a wish that still stands. Killed before the row says
// so, it sends a second copy with the same code and Message-ID.
func (s *Service) send(ctx context.Context, a SendArgs) error {
	c, err := toSend(ctx, s.DB, a)
	switch {
	case pg.NoRows(err):
		return nil
	case err != nil:
		return fmt.Errorf("letter to send: %w", err)
	}
	err = s.deliver(ctx, a.OrgID, c)
	reason := ""
	if refused, ok := errors.AsType[*mail.Refused](err); ok {
		reason = fmt.Sprintf("%d %.200s", refused.Code, strings.ToValidUTF8(refused.Text, ""))
	} else if err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return markSent(ctx, tx, a, reason) })
}

func (s *Service) deliver(ctx context.Context, orgID int64, c change) error {
	to, err := mail.ParseAddress(c.Email)
	if err != nil {
		return &mail.Refused{Stage: mail.StageRecipient, Code: 553, Text: "not an address"}
	}
	o, err := org.ByID(ctx, s.DB, orgID)
	if err != nil {
		return err
	}
	m, err := mailview.Write(ctx, s.letter(o, c))
	if err != nil {
		return err
	}
	m.To = to
	return s.Mail.Send(ctx, m)
}

func (s *Service) letter(o org.Org, c change) mailview.Note {
	lang, _ := i18n.Parse(c.Language)
	words := func(key string, args ...any) string { return i18n.Text(lang, "profile.letter."+key, args...) }
	return mailview.Note{
		Language: c.Language, Subject: words("subject"), Heading: words("subject"),
		Paragraphs: []string{words("text", "org", o.Name(lang.Code()), "tin", o.TIN.Grouped())},
		Link:       strings.TrimSuffix(s.BaseURL, "/") + "/org/email", Button: words("button"),
		Code:      letterkey.Grouped(s.codes().New(c.Seed, o.ID, c.ID).Code),
		AfterCode: []string{words("life"), words("unexpected")},
		Number:    fmt.Sprintf("E-%d", c.ID), MessageID: fmt.Sprintf("email.%d.%d@%s", o.ID, c.ID, hostOf(s.BaseURL)),
	}
}

// hostOf is the right side of Message-IDs.
func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "kabinet.localhost"
}
