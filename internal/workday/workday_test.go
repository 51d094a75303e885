package workday

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/pg/pgtest"
)

func tashkent(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Tashkent())
	if err != nil {
		panic(err)
	}
	return t
}

func day(s string) Day {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestAdd(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, tt := range []struct {
		from string
		days int
		want string
	}{
		{"2026-06-01 10:00", 1, "2026-06-02"}, // Monday
		{"2026-06-01 10:00", 5, "2026-06-08"},
		{"2026-06-06 10:00", 1, "2026-06-08"}, // Saturday
		{"2026-06-05 23:59", 1, "2026-06-08"}, // still Friday
		{"2026-06-06 00:00", 5, "2026-06-12"},
		{"2026-08-31 09:00", 1, "2026-09-02"}, // Independence Day between
		{"2026-12-31 09:00", 1, "2027-01-04"}, // New Year is a Friday
		{"2026-03-19 09:00", 1, "2026-03-24"}, // a feast, Navruz on Saturday, Sunday, the day off for Navruz
		{"2026-01-13 09:00", 1, "2026-01-14"}, // Defenders' Day is worked
		{"2030-01-01 09:00", 250, "2030-12-17"},
	} {
		got, err := Add(t.Context(), db, tashkent(tt.from), tt.days)
		if want := tashkent(tt.want + " 23:59").Add(time.Minute - time.Microsecond); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%d days after %s: %v, %v, want %v", tt.days, tt.from, got, err, want)
		}
	}
	if _, err := Add(t.Context(), db, tashkent("2026-06-01 10:00"), 0); err == nil {
		t.Error("no days are added")
	}
}

func TestAddLooksFurtherAndGivesUp(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	feast := func(days int) {
		t.Helper()
		_, err := db.Exec(t.Context(), `insert into calendar_days (day, working, name_uz, name_ru, name_en)
			select date '2030-01-01' + n, false, '', '', '' from generate_series(0, $1) n on conflict do nothing`, days)
		if err != nil {
			t.Fatal(err)
		}
	}
	feast(100)
	if got, err := Add(t.Context(), db, tashkent("2029-12-31 10:00"), 1); err != nil || DayOf(got) != day("2030-04-12") {
		t.Errorf("after a feast of 101 days: %v, %v", got, err)
	}
	feast(5000)
	if got, err := Add(t.Context(), db, tashkent("2029-12-31 10:00"), 1); err == nil {
		t.Errorf("a working day without end: %v", got)
	}
}

func TestASaturdayMayBeWorked(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if _, err := db.Exec(t.Context(), `insert into calendar_days (day, working, name_uz, name_ru, name_en) values ('2026-06-06', true, '', '', '')`); err != nil {
		t.Fatal(err)
	}
	if got, err := Add(t.Context(), db, tashkent("2026-06-05 10:00"), 1); err != nil || DayOf(got) != day("2026-06-06") {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestTerms: a term ends on a working day, holds exactly its number of them, and
// never ends earlier for who begins later or has more days.
func TestTerms(t *testing.T) {
	t.Parallel()
	first := day("2026-01-01")
	rapid.Check(t, func(t *rapid.T) {
		c := Calendar{First: first, Last: first.AddDate(0, 0, 400), except: map[Day]bool{}}
		for n, working := range rapid.MapOfN(rapid.IntRange(0, 120), rapid.Bool(), 0, 60).Draw(t, "exceptions") {
			c.except[first.AddDate(0, 0, n)] = working
		}
		from := first.AddDate(0, 0, rapid.IntRange(0, 120).Draw(t, "from"))
		days := rapid.IntRange(1, 40).Draw(t, "days")
		got, ok := c.nth(from, days)
		if !ok || !c.Working(got) || !got.After(from) {
			t.Fatalf("%d days after %v end %v, %v", days, from, got, ok)
		}
		if n := count(c, from, got); n != days {
			t.Fatalf("%d days after %v end %v, which is %d working days", days, from, got, n)
		}
		later, _ := c.nth(from.AddDate(0, 0, 1), days)
		more, _ := c.nth(from, days+1)
		if later.Before(got) || !more.After(got) {
			t.Fatalf("%d days after %v end %v; a day later %v, a day more %v", days, from, got, later, more)
		}
	})
}

// count is how many working days there are after from, to included.
func count(c Calendar, from, to Day) (n int) {
	for d := from.AddDate(0, 0, 1); !d.After(to); d = d.AddDate(0, 0, 1) {
		if c.Working(d) {
			n++
		}
	}
	return n
}
