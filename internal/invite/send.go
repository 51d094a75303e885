package invite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/letterkey"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/web/mailview"
)

// What links and codes are derived for.
const (
	purposeToken seal.Purpose = "invitation.token"
	purposeCode  seal.Purpose = "invitation.code"
)

func (s *Service) keys() letterkey.Maker {
	return letterkey.Maker{Box: s.Box, Token: purposeToken, Code: purposeCode}
}

// SendArgs ask to send one invitation; one that is no longer queued is left alone.
type SendArgs struct {
	OrgID int64 `json:"org"`
	ID    int64 `json:"id"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "invite.send" }

// JobSpec tries until the relay is back. Somebody waits for the letter.
func (SendArgs) JobSpec() jobs.Spec {
	return jobs.Spec{
		Queue: jobs.Mail, Priority: 1, Timeout: 40 * time.Second,
		Retry: jobs.Schedule{
			Delays: []time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute},
			Every:  10 * time.Minute,
			For:    Lifetime,
		},
	}
}

// ExpireArgs ask to end invitations whose seven days are over.
type ExpireArgs struct{}

// Kind names the job.
func (ExpireArgs) Kind() string { return "invite.expire" }

// RemindArgs ask to remind whoever did not activate.
type RemindArgs struct{}

// Kind names the job.
func (RemindArgs) Kind() string { return "invite.remind" }

const (
	expireSlice  = 1000
	remindSlice  = 25
	remindBudget = 10 * time.Minute
)

// JobSpec gives the reminders of an hour time; the next hour tries again.
func (RemindArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Queue: jobs.Mail, Priority: 3, Timeout: remindBudget + 2*time.Minute, Retry: jobs.Once()}
}

// Register adds the workers of this package and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[SendArgs](s.send))
	jobs.Add(r, jobs.Func[RecoverArgs](s.recoverJob))
	jobs.Add(r, jobs.Func[ExpireArgs](func(ctx context.Context, _ ExpireArgs) error { return s.Expire(ctx) }))
	jobs.Add(r, jobs.Func[RemindArgs](func(ctx context.Context, _ RemindArgs) error { return s.Remind(ctx) }))
	r.Every(5*time.Minute, ExpireArgs{})
	r.Every(time.Hour, RemindArgs{})
}

// send sends an invitation that nobody has sent yet. Killed between the relay's
// answer and the row, it sends a second copy with the same code and Message-ID.
// No transaction waits for the relay.
func (s *Service) send(ctx context.Context, a SendArgs) error {
	r := Ref(a)
	var c copyOf
	var ok bool
	err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
		c, ok, err = issue(ctx, tx, r)
		return err
	})
	if err != nil || !ok {
		return err
	}
	sent := s.deliver(ctx, c)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	if err := pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return note(ctx, tx, c, sent) }); err != nil {
		return err
	}
	return retried(sent)
}

// noteTimeout is how long what became of a letter may take to be stored, also
// when the job's time is up: each note that is lost means a second copy.
const noteTimeout = 8 * time.Second

// note stores what became of a copy.
func note(ctx context.Context, tx pg.Tx, c copyOf, sent error) error {
	r := Ref{OrgID: c.OrgID, ID: c.ID}
	refused, no := errors.AsType[*mail.Refused](sent)
	switch {
	case sent == nil:
		return markSent(ctx, tx, r)
	case no:
		return markRefused(ctx, tx, r, shorten(fmt.Sprintf("%d %s", refused.Code, refused.Text)))
	case errors.Is(sent, mail.ErrUnacknowledged):
		return noteReason(ctx, tx, r, shorten(sent.Error()))
	}
	return takeBack(ctx, tx, r, c.Earlier, shorten(sent.Error()))
}

// retried is the error for which the job comes again: none for a final no.
func retried(sent error) error {
	if _, no := errors.AsType[*mail.Refused](sent); no {
		return nil
	}
	return sent
}

// shorten keeps the relay's words fit for a line of a page.
func shorten(text string) string {
	const most = 300
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// deliver hands one copy to the relay.
func (s *Service) deliver(ctx context.Context, c copyOf) error {
	to, err := mail.ParseAddress(c.Email)
	if err != nil {
		return &mail.Refused{Stage: mail.StageRecipient, Code: 553, Text: "not an address: " + c.Email}
	}
	k, err := s.chooseKeys(ctx, c)
	if err != nil {
		return err
	}
	m, err := mailview.Write(ctx, s.words(c, k))
	if err != nil {
		return fmt.Errorf("write invitation %d: %w", c.ID, err)
	}
	m.To = to
	return s.Mail.Send(ctx, m)
}

// chooseKeys derives what a copy carries. After the root secret was exchanged, a
// letter made before still carries the keys it was registered with.
func (s *Service) chooseKeys(ctx context.Context, c copyOf) (letterkey.Keys, error) {
	all := s.keys().All(c.Seed, c.OrgID, c.ID)
	if len(all) == 1 {
		return all[0], nil
	}
	hashes := make([][]byte, len(all))
	for i, k := range all {
		hashes[i] = letterkey.Hash(k.Token)
	}
	known, err := registered(ctx, s.DB, hashes)
	if err != nil {
		return letterkey.Keys{}, err
	}
	for i, k := range all {
		if known[string(hashes[i])] {
			return k, nil
		}
	}
	return all[0], nil
}

// words are what is written in a copy.
func (s *Service) words(c copyOf, k letterkey.Keys) mailview.Note {
	lang, _ := i18n.Parse(c.Language) // an unknown one is Uzbek, as everywhere
	i := Invitation{Names: member.Names{Uz: c.Name, Ru: c.NameRu}, OrgUz: c.OrgUz, OrgRu: c.OrgRu, OrgEn: c.OrgEn}
	args := []any{
		"name", i.Names.In(lang.Code()), "org", i.OrgName(lang.Code()), "tin", c.TIN.Grouped(),
		"until", mailview.Moment(c.ExpiresAt), "address", s.typeAt(),
	}
	family := "invite.letter.person."
	if c.Kind == member.Technical {
		family = "invite.letter.program."
	}
	word := func(key string) string { return i18n.Text(lang, key, args...) }
	subject := func(key string) string { return i18n.Text(lang, key, "tin", string(c.TIN)) } // without no-break spaces
	n := mailview.Note{
		Language: c.Language, Subject: subject(family + "subject"), Heading: word(family + "heading"),
		Paragraphs: []string{word(family + "text")},
		Link:       s.base() + "/join/" + k.Token, Button: word("invite.letter.button"),
		Code:      letterkey.Grouped(k.Code),
		AfterCode: []string{word("invite.letter.elsewhere"), word("invite.letter.until"), word("invite.letter.safety")},
		Number:    "I-" + strconv.FormatInt(c.ID, 10),
		MessageID: fmt.Sprintf("invitation.%d.%d.%d@%s", c.OrgID, c.ID, c.Reminder, s.mailHost()),
	}
	if c.Reminder > 0 {
		n.Subject = subject("invite.letter.subject_reminder")
		n.Paragraphs = append([]string{word("invite.letter.reminder")}, n.Paragraphs...)
	}
	return n
}

func (s *Service) base() string { return strings.TrimSuffix(s.BaseURL, "/") }

// typeAt is the page for the code, short enough to be typed.
func (s *Service) typeAt() string {
	_, address, _ := strings.Cut(s.base(), "://")
	return address + "/join"
}

// mailHost is the right side of Message-IDs.
func (s *Service) mailHost() string {
	if u, err := url.Parse(s.BaseURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "kabinet.localhost"
}

// Expire ends invitations until none is over; run it every few minutes. It decides
// nothing: one opens nothing from the moment its days are over, however late this
// is.
//
//gate:none a job of the portal itself
func (s *Service) Expire(ctx context.Context) error {
	return pg.InSlices(ctx, s.DB, func(ctx context.Context, tx pg.Tx) (int64, error) { return expireSome(ctx, tx, expireSlice) })
}

// Remind sends the reminders that are due; run it every hour. Each is noted before
// it leaves, so running twice sends none twice; what the relay put off is given
// back at the end and tried again the next hour.
//
//gate:none a job of the portal itself
func (s *Service) Remind(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, remindBudget)
	defer cancel()
	var later []copyOf
	defer func() { err = errors.Join(err, s.giveBack(ctx, later)) }()
	for ctx.Err() == nil {
		copies, err := s.claim(ctx)
		if err != nil || len(copies) == 0 {
			return err
		}
		failed, err := s.remindAll(ctx, copies)
		later = append(later, failed...)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) claim(ctx context.Context) (copies []copyOf, err error) {
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		copies, err = claimReminders(ctx, tx, remindSlice)
		return err
	})
	return copies, err
}

// remindAll sends reminders one after the other and gives those that certainly
// did not leave. A relay that takes none of a whole slice is left alone.
func (s *Service) remindAll(ctx context.Context, copies []copyOf) (failed []copyOf, err error) {
	for _, c := range copies {
		live, err := stillLive(ctx, s.DB, Ref{OrgID: c.OrgID, ID: c.ID})
		if err != nil {
			return append(failed, c), err
		}
		if !live {
			continue
		}
		err = retried(s.deliver(ctx, c))
		if err != nil && !errors.Is(err, mail.ErrUnacknowledged) {
			failed = append(failed, c)
		}
	}
	if len(failed) == len(copies) {
		return failed, errRelay
	}
	return failed, nil
}

// errRelay says that the relay took no reminder of a slice.
var errRelay = errors.New("the relay takes no reminders")

func (s *Service) giveBack(ctx context.Context, failed []copyOf) error {
	if len(failed) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		for _, c := range failed {
			if err := unclaim(ctx, tx, Ref{OrgID: c.OrgID, ID: c.ID}, c.Reminder); err != nil {
				return err
			}
		}
		return nil
	})
}
