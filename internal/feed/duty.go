package feed

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/web/mailview"
)

// Mailer hands one letter to the relay; platform/mail's Sender is one.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Duty tells those of the staff who look after feeds, at the mailbox of who is on
// duty, of each source that falls silent: once, and once more when it is back.
type Duty struct {
	DB       *pgxpool.Pool
	Mail     Mailer
	Email    string // "" tells nobody; pages show lateness all the same
	Language string // of the letters
	BaseURL  string // of the portal
}

// WatchArgs asks to look for sources that fell silent or are back.
type WatchArgs struct{}

// Kind names the job.
func (WatchArgs) Kind() string { return "feed.watch" }

// JobSpec: the next round looks again.
func (WatchArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true, Retry: jobs.Once()} }

// DutyArgs asks to write a letter about a source.
type DutyArgs struct {
	Code string    `json:"feed"`
	Late bool      `json:"late"` // else it is back
	Told time.Time `json:"told"` // when the lateness was noticed; tells latenesses apart
	Last time.Time `json:"last"` // when the source was heard last before the letter
}

// Kind names the job.
func (DutyArgs) Kind() string { return "feed.duty" }

// JobSpec tries for a day: then the page has told everybody.
func (DutyArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Queue: jobs.Mail, Priority: 1, Timeout: 40 * time.Second, Retry: jobs.Schedule{
		Delays: []time.Duration{15 * time.Second, time.Minute, 5 * time.Minute}, Every: 15 * time.Minute, For: 24 * time.Hour,
	}}
}

const watchEvery = time.Minute

// RegisterDuty adds the workers that tell who is on duty.
func RegisterDuty(r *jobs.Runner, d *Duty) {
	jobs.Add(r, jobs.Func[WatchArgs](d.watch))
	jobs.Add(r, jobs.Func[DutyArgs](d.send))
	r.Every(watchEvery, WatchArgs{})
}

// watch notes what has changed, and asks for the letters in the same transaction.
func (d *Duty) watch(ctx context.Context, _ WatchArgs) error {
	return pg.InTx(ctx, d.DB, func(tx pg.Tx) error {
		turned, err := turnedSources(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range turned {
			if err := noteLate(ctx, tx, t.Code, t.Late); err != nil {
				return err
			}
			if d.Email == "" || t.off {
				continue
			}
			if err := jobs.Enqueue(ctx, tx, t.DutyArgs); err != nil {
				return err
			}
		}
		return nil
	})
}

// turned is a source that is late and nobody was told, or told of and not late.
type turned struct {
	DutyArgs
	off bool // it may not deliver any more: no news
}

// send writes the letter. A relay that refuses for good is not asked again.
func (d *Duty) send(ctx context.Context, a DutyArgs) error {
	src, err := sourceByCode(ctx, d.DB, a.Code)
	if err != nil {
		return err
	}
	if d.Email == "" {
		return nil // taken out of the settings since it was late
	}
	to, err := mail.ParseAddress(d.Email)
	if err != nil {
		return fmt.Errorf("mailbox on duty: %w", err)
	}
	m, err := mailview.Write(ctx, d.letter(src, a))
	if err != nil {
		return err
	}
	m.To = to
	err = d.Mail.Send(ctx, m)
	if refused, ok := errors.AsType[*mail.Refused](err); ok {
		logx.From(ctx).Error("the mailbox on duty refuses letters", "code", refused.Code, "text", refused.Text)
		return nil
	}
	return err
}

func (d *Duty) letter(src Source, a DutyArgs) mailview.Note {
	lang, _ := i18n.Parse(d.Language)
	what, act := "back", "b"
	if a.Late {
		what, act = "late", "l"
	}
	words := func(part string) string {
		return i18n.Text(lang, "feed.notice."+what+"."+part, "source", src.Name(lang.Code()), "time", mailview.Moment(a.Last),
			"minutes", strconv.Itoa(int(src.Expected/time.Minute)))
	}
	return mailview.Note{
		Language: lang.Code(), Subject: words("subject"), Heading: words("subject"), Paragraphs: strings.Split(words("text"), "\n\n"),
		Link: strings.TrimSuffix(d.BaseURL, "/") + "/op/feeds/" + src.Code, Button: words("button"),
		Number:    fmt.Sprintf("F-%d-%s", a.Told.Unix(), act),
		MessageID: fmt.Sprintf("feed.%s.%d.%s@%s", src.Code, a.Told.Unix(), what, d.host()),
	}
}

// host is the right side of Message-IDs.
func (d *Duty) host() string {
	if u, err := url.Parse(d.BaseURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "kabinet.localhost"
}
