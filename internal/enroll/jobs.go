package enroll

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/letterkey"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/web/mailview"
)

// SendArgs asks to send the letter with a draft's code. The seed says which
// code: without the root secret nothing is derived from it.
type SendArgs struct {
	Ref  Ref    `json:"draft"`
	Seed []byte `json:"seed"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "enroll.send" }

// JobSpec tries as long as the code lives.
func (SendArgs) JobSpec() jobs.Spec {
	return jobs.Spec{
		Queue: jobs.Mail, Priority: 1, Timeout: 40 * time.Second,
		Retry: jobs.Schedule{Delays: []time.Duration{5 * time.Second, 30 * time.Second, time.Minute}, Every: 5 * time.Minute, For: codeLife},
	}
}

// CleanArgs asks to forget drafts that lapsed.
type CleanArgs struct{}

// Kind names the job.
func (CleanArgs) Kind() string { return "enroll.clean" }

// Register adds the workers of this package.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[SendArgs](s.send))
	jobs.Add(r, jobs.Func[CleanArgs](s.clean))
	r.Every(time.Hour, CleanArgs{})
}

func (s *Service) clean(ctx context.Context, _ CleanArgs) error {
	return pg.InSlices(ctx, s.DB, deleteLapsed)
}

// codeTx makes a new code and asks for its letter.
func (s *Service) codeTx(ctx context.Context, tx pg.Tx, ref Ref) error {
	seed := letterkey.NewSeed()
	if err := putCode(ctx, tx, ref, seed); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, SendArgs{Ref: ref, Seed: seed})
}

// send sends the letter of a code that still stands. Killed before the row says
// so, it sends a second copy with the same code and Message-ID.
func (s *Service) send(ctx context.Context, a SendArgs) error {
	d, x, err := read(ctx, s.DB, s.Box, a.Ref, "")
	switch {
	case errors.Is(err, ErrNoDraft):
		return nil
	case err != nil:
		return err
	case !bytes.Equal(x.seed, a.Seed) || !x.live || d.Code.Sent || d.Entry == nil:
		return nil
	}
	err = s.deliver(ctx, d, a.Seed)
	reason := ""
	if refused, ok := errors.AsType[*mail.Refused](err); ok {
		reason = fmt.Sprintf("%d %.200s", refused.Code, strings.ToValidUTF8(refused.Text, ""))
	} else if err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return markSent(ctx, tx, a, reason) })
}

func (s *Service) deliver(ctx context.Context, d Draft, seed []byte) error {
	to, err := mail.ParseAddress(d.Email)
	if err != nil {
		return &mail.Refused{Stage: mail.StageRecipient, Code: 553, Text: "not an address"}
	}
	m, err := mailview.Write(ctx, s.letter(d, seed))
	if err != nil {
		return err
	}
	m.To = to
	return s.Mail.Send(ctx, m)
}

func (s *Service) letter(d Draft, seed []byte) mailview.Note {
	lang, _ := i18n.Parse(d.Language)
	words := func(key string, args ...any) string { return i18n.Text(lang, "enroll.letter."+key, args...) }
	keys := s.codes().New(seed, 0, d.ID)
	return mailview.Note{
		Language: d.Language, Subject: words("subject"), Heading: words("subject"),
		Paragraphs: []string{words("text", "org", d.name(lang.Code()), "tin", d.Entry.TIN.Grouped())},
		Link:       strings.TrimSuffix(s.BaseURL, "/") + "/register/confirm", Button: words("button"),
		Code:      letterkey.Grouped(keys.Code),
		AfterCode: []string{words("life"), words("unexpected")},
		Number:    fmt.Sprintf("R-%d", d.ID), MessageID: fmt.Sprintf("enroll.%d.%s@%s", d.ID, keys.Token[:12], hostOf(s.BaseURL)),
	}
}

// hostOf is the right side of Message-IDs.
func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "kabinet.localhost"
}
