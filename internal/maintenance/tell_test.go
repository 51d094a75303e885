package maintenance_test

import (
	"testing"
	"time"

	"kabinet/internal/maintenance"
)

func TestMembersAreToldOfAWindowOnce(t *testing.T) {
	t.Parallel()
	db, s := desk(t)
	count := func(sql string) (n int) {
		t.Helper()
		if err := db.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	tell := func() {
		t.Helper()
		for range 2 {
			if err := s.Tell(t.Context(), maintenance.TellArgs{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	soon, err := s.Plan(t.Context(), chief, in(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	later, err := s.Plan(t.Context(), chief, in(72*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	tell()
	if n := count(`select count(*) from announcements where kind = 'maintenance' and args::text like '%Обновление базы%'`); n != 1 {
		t.Errorf("%d announced, want the one whose day has come", n)
	}
	for _, id := range []int64{soon, later} {
		if err := s.End(t.Context(), chief, id); err != nil {
			t.Fatal(err)
		}
	}
	tell()
	if n := count(`select count(*) from announcements where until > now() and key = 'maintenance.notice.off.'`); n != 1 {
		t.Errorf("%d called off, want the one that members knew of", n)
	}
	if n := count(`select count(*) from announcements where until > now()`); n != 1 {
		t.Errorf("%d go on, want only the word that it is off", n)
	}
}
