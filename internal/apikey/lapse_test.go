package apikey_test

import (
	"testing"

	"kabinet/internal/apikey"
	"kabinet/internal/platform/jobs"
)

// at moves the end of Aziz's key, as if time went on.
func (d desk) at(left string) {
	d.t.Helper()
	d.exec(`update api_keys set created_at = now() + $1::interval - interval '29 days', expires_at = now() + $1::interval where member_id = 12 and ended_at is null`, left)
}

func TestReminders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	lapse := jobs.Func[apikey.LapseArgs](d.Lapse)
	told := func(what string) int {
		return d.count(`select count(*) from notices where member_id = 12 and key = 'apikey.notice.' || $1 || '.'`, what)
	}
	run := func() {
		t.Helper()
		for range 2 { // the second run has nothing to tell
			if err := lapse(t.Context(), apikey.LapseArgs{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.make(aziz, apikey.Draft{Days: 30})
	for _, step := range []struct {
		left              string
		expiring, expired int
	}{
		{"7 days 1 minute", 0, 0},
		{"7 days", 1, 0},
		{"3 days 1 minute", 1, 0},
		{"3 days", 2, 0},
		{"1 day 1 minute", 2, 0},
		{"1 day", 3, 0},
		{"1 second", 3, 0},
		{"0 seconds", 3, 1},
	} {
		d.at(step.left)
		run()
		if a, b := told("expiring"), told("expired"); a != step.expiring || b != step.expired {
			t.Errorf("%s before the end: %d reminders and %d ends told, want %d and %d", step.left, a, b, step.expiring, step.expired)
		}
	}
	if n := d.count(`select count(*) from audit_log where action = 'apikey.expire' and actor_kind = 'system'`); n != 1 {
		t.Errorf("%d lines", n)
	}

	t.Run("a key for 7 days begins with that of 3", func(t *testing.T) {
		d.exec(`delete from notices`)
		d.make(aziz, apikey.Draft{Days: 7})
		run()
		if n := told("expiring"); n != 0 {
			t.Errorf("%d reminders on the first day", n)
		}
		d.at("3 days")
		run()
		if n := told("expiring"); n != 1 {
			t.Errorf("%d reminders, want 1", n)
		}
	})
	t.Run("a job that slept tells the last one only", func(t *testing.T) {
		d.exec(`delete from notices`)
		d.exec(`update api_keys set reminded = 30 where ended_at is null`)
		d.at("1 hour")
		run()
		if n := told("expiring"); n != 1 {
			t.Errorf("%d reminders, want 1", n)
		}
	})
}
