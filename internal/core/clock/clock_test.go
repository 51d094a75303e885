package clock_test

import (
	"testing"
	"time"

	"kabinet/internal/core/clock"
)

func TestSystemIsUTCWithMicroseconds(t *testing.T) {
	t.Parallel()
	now := clock.System()
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
		t.Errorf("got %v", now)
	}
}

func TestTashkent(t *testing.T) {
	t.Parallel()
	summer := time.Date(2026, 7, 1, 20, 0, 0, 0, time.UTC).In(clock.Tashkent())
	if got := summer.Format("02.01.2006 15:04 -07:00"); got != "02.07.2026 01:00 +05:00" {
		t.Errorf("got %s", got)
	}
	if z, err := clock.Zone("Asia/Tashkent"); err != nil || z != clock.Tashkent() {
		t.Errorf("got %v, %v", z, err)
	}
	if _, err := clock.Zone("Asia/Nowhere"); err == nil {
		t.Error("an invented zone is known")
	}
}
