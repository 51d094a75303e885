package ui_test

import (
	"context"
	"testing"
	"time"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

func TestMomentsAreShownInTashkent(t *testing.T) {
	t.Parallel()
	lateEvening := time.Date(2025, 12, 3, 20, 5, 30, 0, time.UTC)
	for _, c := range []struct{ name, got, want string }{
		{"a day begins at 19:00 UTC", ui.Date(lateEvening), "04.12.2025"},
		{"a moment has minutes and no seconds", ui.DateTime(lateEvening), "04.12.2025, 01:05"},
		{"a time of day", ui.Clock(lateEvening), "01:05"},
		{"machines read the offset", ui.Machine(lateEvening), "2025-12-04T01:05:30+05:00"},
		{"machines read the day", ui.MachineDay(lateEvening), "2025-12-04"},
		{"no moment is nothing", ui.DateTime(time.Time{}) + ui.Date(time.Time{}), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}

func TestNumbersAndIdentifiers(t *testing.T) {
	t.Parallel()
	en := i18n.With(context.Background(), i18n.En)
	ru := i18n.With(context.Background(), i18n.Ru)
	for _, c := range []struct{ name, got, want string }{
		{"groups of three", ui.Number(1204500), "1\u00a0204\u00a0500"},
		{"no group below a thousand", ui.Int(999), "999"},
		{"a real minus", ui.Number(-1204), "\u22121\u00a0204"},
		{"a tax number", ui.TIN(taxid.TIN("302118447")), "302\u00a0118\u00a0447"},
		{"a personal number is masked", ui.PINFL(taxid.PINFL("30101900000001")), "3010…0001"},
		{"a phone with plus", ui.Phone("+998 (90) 123 45 67"), "+998\u00a090\u00a0123-45-67"},
		{"a phone without country", ui.Phone("901234567"), "+998\u00a090\u00a0123-45-67"},
		{"a foreign phone is left alone", ui.Phone("+7 495 123-45-67"), "+7 495 123-45-67"},
		{"no phone", ui.Phone(""), ""},
		{"bytes", ui.Bytes(en, 999), "999\u00a0bytes"},
		{"a decimal comma below ten", ui.Bytes(ru, 1572864), "1,5\u00a0МБ"},
		{"no decimal when it is zero", ui.Bytes(en, 1<<20), "1\u00a0MB"},
		{"no decimal above ten", ui.Bytes(en, 52<<20), "52\u00a0MB"},
		{"no unit above gigabytes", ui.Bytes(en, 5<<40), "5120\u00a0GB"},
		{"99.9 percent are not all", ui.Percent(999, 1000), "99\u00a0%"},
		{"a share of nothing", ui.Percent(0, 0), "0\u00a0%"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}

// What stands in a cell is a date or a number to the programs people open it
// with here, none of which takes a comma after the day or a point before tiyin.
func TestCells(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 12, 4, 4, 41, 7, 0, time.UTC)
	for got, want := range map[string]string{
		ui.CellTime(at): "04.12.2025 09:41", ui.CellMoment(at): "04.12.2025 09:41:07", ui.CellTime(time.Time{}): "",
		ui.CellTime(time.Date(2025, 12, 3, 19, 0, 0, 0, time.UTC)): "04.12.2025",
		ui.CellSum(450000): "4500,00", ui.CellSum(5): "0,05", ui.CellSum(-5): "-0,05", ui.CellSum(-123456): "-1234,56", ui.CellSum(0): "0,00",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSpansOfTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 12, 4, 4, 41, 0, 0, time.UTC)
	in := func(l i18n.Lang) context.Context { return i18n.With(context.Background(), l) }
	for _, c := range []struct{ name, got, want string }{
		{"seconds ago", ui.Ago(in(i18n.En), now.Add(-59*time.Second), now), "just now"},
		{"a clock that runs ahead", ui.Ago(in(i18n.En), now.Add(3*time.Second), now), "just now"},
		{"one minute", ui.Ago(in(i18n.En), now.Add(-time.Minute), now), "1 minute ago"},
		{"few in Russian", ui.Ago(in(i18n.Ru), now.Add(-3*time.Hour), now), "3 часа назад"},
		{"many in Russian", ui.Ago(in(i18n.Ru), now.Add(-5*24*time.Hour), now), "5 дней назад"},
		{"Uzbek has one form", ui.Ago(in(i18n.Uz), now.Add(-21*24*time.Hour), now), "21 kun oldin"},
		{"days left are rounded down", ui.Left(in(i18n.En), now.Add(71*time.Hour), now), "2 days left"},
		{"below two days hours are named", ui.Left(in(i18n.En), now.Add(47*time.Hour), now), "47 hours left"},
		{"the last minute counts as one", ui.Left(in(i18n.Ru), now.Add(10*time.Second), now), "осталась 1 минута"},
		{"at the very moment it is over", ui.Left(in(i18n.Uz), now, now), "muddati tugagan"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}
