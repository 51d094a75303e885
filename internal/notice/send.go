package notice

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/web/mailview"
)

// Mailer hands one letter to the relay; platform/mail's Sender is one.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Service sends notices and shows them.
type Service struct {
	DB      *pgxpool.Pool
	Mail    Mailer
	BaseURL string // of the portal, "https://kabinet.example"
}

// SendArgs asks to send one notice.
type SendArgs struct {
	OrgID int64 `json:"org"`
	ID    int64 `json:"id"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "notice.send" }

// JobSpec tries for three days: what a notice tells of is in the portal too.
func (SendArgs) JobSpec() jobs.Spec {
	return jobs.Spec{
		Queue: jobs.Mail, Priority: 1, Timeout: 40 * time.Second,
		Retry: jobs.Schedule{
			Delays: []time.Duration{15 * time.Second, time.Minute, 5 * time.Minute},
			Every:  15 * time.Minute,
			For:    3 * 24 * time.Hour,
		},
	}
}

// Register adds the workers.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[SendArgs](s.send))
	jobs.Add(r, jobs.Func[LetterArgs](s.sendLetter))
	jobs.Add(r, jobs.Func[AnnounceArgs](s.announced))
	jobs.Add(r, jobs.Func[CollectArgs](s.collect))
	r.Every(collectEvery, CollectArgs{})
}

// send sends a notice that nobody has sent yet. Killed between the relay's
// answer and the row, it sends a second copy with the same Message-ID.
func (s *Service) send(ctx context.Context, a SendArgs) error {
	n, err := queued(ctx, s.DB, a)
	switch {
	case pg.NoRows(err):
		return nil
	case err != nil:
		return fmt.Errorf("notice to send: %w", err)
	}
	return s.settle(ctx, s.deliver(ctx, n, s.note(n)), func(tx pg.Tx, status, reason string) error {
		return mark(ctx, tx, a, status, reason)
	})
}

// settle keeps what became of a letter. An error that is no final refusal is
// the job's, which tries again.
func (s *Service) settle(ctx context.Context, err error, mark func(tx pg.Tx, status, reason string) error) error {
	status, reason := "sent", ""
	if refused, ok := errors.AsType[*mail.Refused](err); ok {
		status, reason = "refused", fmt.Sprintf("%d %.200s", refused.Code, refused.Text)
	} else if err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return mark(tx, status, reason) })
}

// deliver writes a letter to the person of a notice and hands it to the relay.
func (s *Service) deliver(ctx context.Context, to row, words mailview.Note) error {
	address, err := mail.ParseAddress(to.Email)
	if err != nil {
		return &mail.Refused{Stage: mail.StageRecipient, Code: 553, Text: "not an address"}
	}
	m, err := mailview.Write(ctx, words)
	if err != nil {
		return err
	}
	m.To, m.ToName = address, to.Name
	return s.Mail.Send(ctx, m)
}

// note puts a notice into words.
func (s *Service) note(n row) mailview.Note {
	lang, _ := i18n.Parse(n.Language)
	words := func(part string) string { return i18n.Text(lang, n.Key+part, valuesIn(lang, n.Args)...) }
	note := mailview.Note{
		Language: n.Language, Subject: words("subject"), Heading: words("subject"),
		Paragraphs: append(strings.Split(words("text"), "\n\n"), s.about(lang, n)),
		Number:     fmt.Sprintf("N-%d", n.ID),
		MessageID:  fmt.Sprintf("notice.%d.%d@%s", n.OrgID, n.ID, s.host()),
	}
	if n.Path != "" {
		note.Link, note.Button = strings.TrimSuffix(s.BaseURL, "/")+n.Path, words("button")
	}
	return note
}

// about says which organization a letter is about: its reader may work in
// several.
func (s *Service) about(lang i18n.Lang, n row) string {
	return i18n.Text(lang, "notice.about", "org", n.orgName(lang), "tin", n.TIN)
}

// orgName is the organization's name for a reader of a language.
func (r row) orgName(lang i18n.Lang) string {
	if lang == i18n.Ru {
		return r.OrgRu
	}
	return r.OrgUz
}

// host is the right side of Message-IDs.
func (s *Service) host() string {
	if u, err := url.Parse(s.BaseURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "kabinet.localhost"
}
