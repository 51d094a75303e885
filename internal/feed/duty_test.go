package feed_test

import (
	"context"
	"strings"
	"testing"

	"kabinet/internal/feed"
	"kabinet/internal/platform/mail"
)

// mailbox keeps the letters to who is on duty.
type mailbox struct{ got []mail.Message }

func (m *mailbox) Send(_ context.Context, letter mail.Message) error {
	m.got = append(m.got, letter)
	return nil
}

func TestWhoIsOnDutyIsToldOfLateSources(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	box := &mailbox{}
	duty := &feed.Duty{DB: b.db, Mail: box, Email: "navbatchi@operator.example", Language: "en", BaseURL: "https://portal.example"}
	// look is a round of the job, and the letters it asked for.
	look := func(want string) {
		t.Helper()
		box.got = nil
		if err := feed.Look(t.Context(), duty); err != nil {
			t.Fatal(err)
		}
		var subjects []string
		for _, m := range box.got {
			subjects = append(subjects, m.Subject)
		}
		if got := strings.Join(subjects, "; "); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	heard := func(ago string) {
		t.Helper()
		b.exec(`insert into feed_deliveries (feed_id, way, state, received_at) select id, 'push', 'stored', now() - $1::interval from feeds where code = 'customs'`, ago)
	}
	look("") // nothing was heard of anybody yet
	heard("1 minute")
	look("")
	b.exec(`update feed_deliveries set received_at = now() - interval '9 days'`)
	look("Late: Customs: declarations")
	first := box.got[0]
	if first.To != "navbatchi@operator.example" || !strings.Contains(first.Text, "https://portal.example/op/feeds/customs") || first.MessageID == "" {
		t.Errorf("%+v", first)
	}
	look("") // once
	heard("0 minutes")
	look("Back: Customs: declarations")
	look("")
	b.exec(`update feed_deliveries set received_at = now() - interval '9 days'`)
	look("Late: Customs: declarations")
	b.exec(`update feeds set active = false where code = 'customs'`)
	look("") // who switched it off knows
	duty.Email = ""
	b.exec(`update feeds set active = true where code = 'customs'`)
	look("")
}
