package ui

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
)

// The national forms are the same in all three languages, so that a figure read
// aloud from one screen matches the other (ux.md 5.10). Groups are held
// together by a no-break space.
const nbsp = "\u00a0"

// Date is a day in Tashkent: 04.12.2025. The zero time is empty.
func Date(t time.Time) string { return inTashkent(t, "02.01.2006") }

// DateTime is a moment in Tashkent: 04.12.2025, 09:41.
func DateTime(t time.Time) string { return inTashkent(t, "02.01.2006, 15:04") }

// CellTime is a moment in Tashkent as a cell of a table for office programs has
// it, 04.12.2025 09:41: with the comma of DateTime they take it for a text. Midnight
// is a day, as in workbooks (package sheet).
func CellTime(t time.Time) string {
	if h, m, s := t.In(clock.Tashkent()).Clock(); h+m+s == 0 {
		return Date(t)
	}
	return inTashkent(t, "02.01.2006 15:04")
}

// CellMoment is CellTime with its seconds, where the order of acts matters.
func CellMoment(t time.Time) string { return inTashkent(t, "02.01.2006 15:04:05") }

// CellSum is a sum in tiyin as office programs of this country read a number:
// 4500,00. With a point some of them make a month of it.
func CellSum(tiyin int64) string {
	sign := ""
	if tiyin < 0 {
		sign = "-"
	}
	whole, part := tiyin/100, tiyin%100
	return sign + strings.TrimPrefix(strconv.FormatInt(whole, 10), "-") + "," + strconv.FormatInt(100+max(part, -part), 10)[1:]
}

// Clock is the time of day in Tashkent: 09:41.
func Clock(t time.Time) string { return inTashkent(t, "15:04") }

// Machine is a moment for the datetime attribute, with its offset.
func Machine(t time.Time) string { return inTashkent(t, time.RFC3339) }

// MachineDay is a day for the datetime attribute.
func MachineDay(t time.Time) string { return inTashkent(t, time.DateOnly) }

// ActName is an act of the log in words; one that has none shows its code.
func ActName(ctx context.Context, action string) string {
	if key := "audit." + action; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return action
}

// LanguageName is a language in its own words, "Русский" for "ru"; a code that
// is none of ours stays as it is.
func LanguageName(code string) string {
	l, ok := i18n.Parse(code)
	if !ok {
		return code
	}
	return l.Name()
}

func inTashkent(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Tashkent()).Format(layout)
}

// Int is a whole number: 1 204 500.
func Int(n int) string { return i18n.Number(int64(n)) }

// Number is a whole number of 64 bits: 1 204 500.
func Number(n int64) string { return i18n.Number(n) }

// TIN is a tax number as it is shown: 302 118 447.
func TIN(t taxid.TIN) string { return t.Grouped() }

// PINFL is a personal number as it is shown, masked: 3010…0001.
func PINFL(p taxid.PINFL) string { return p.Masked() }

// Phone is an Uzbek number as it is shown: +998 90 123-45-67. Digits of
// another length are given back as they are.
func Phone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if len(digits) == 9 {
		digits = "998" + digits
	}
	if len(digits) != 12 || !strings.HasPrefix(digits, "998") {
		return s
	}
	return "+998" + nbsp + digits[3:5] + nbsp + digits[5:8] + "-" + digits[8:10] + "-" + digits[10:]
}

// Bytes is a size in units of 1 024, with one decimal below ten: 1,5 MB. The
// units are words and come from the messages.
func Bytes(ctx context.Context, n int64) string {
	units := [...]string{"ui.bytes.b", "ui.bytes.kb", "ui.bytes.mb", "ui.bytes.gb"}
	value, unit := float64(n), 0
	for value >= 1024 && unit < len(units)-1 {
		value, unit = value/1024, unit+1
	}
	text := strconv.FormatFloat(value, 'f', 0, 64)
	if unit > 0 && value < 9.95 {
		text = strings.TrimSuffix(strconv.FormatFloat(value, 'f', 1, 64), ".0")
	}
	return strings.Replace(text, ".", ",", 1) + nbsp + i18n.T(ctx, units[unit])
}

// Percent is a share of total in whole percent: 9 %; rounded down, so that
// 100 % means all. A total of 0 gives 0 %.
func Percent(part, total int) string {
	p := 0
	if total > 0 {
		p = part * 100 / total
	}
	return strconv.Itoa(p) + nbsp + "%"
}

// Ago says how long before now t was, in the largest whole unit: "3 days ago".
// It stands only beside an absolute time. A moment in the future is "just now":
// clocks differ by seconds.
func Ago(ctx context.Context, t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return i18n.T(ctx, "ui.ago.now")
	case d < time.Hour:
		return i18n.N(ctx, "ui.ago.minutes", int(d/time.Minute))
	case d < 24*time.Hour:
		return i18n.N(ctx, "ui.ago.hours", int(d/time.Hour))
	default:
		return i18n.N(ctx, "ui.ago.days", int(d/(24*time.Hour)))
	}
}

// Left says how long it is from now until t: "2 days left", then hours, then
// minutes, and "expired". Whole units are rounded down, so that nobody is
// promised more than there is; the last minute counts as one.
func Left(ctx context.Context, t, now time.Time) string {
	d := t.Sub(now)
	switch {
	case d <= 0:
		return i18n.T(ctx, "ui.left.over")
	case d < time.Hour:
		return i18n.N(ctx, "ui.left.minutes", max(1, int(d/time.Minute)))
	case d < 48*time.Hour:
		return i18n.N(ctx, "ui.left.hours", int(d/time.Hour))
	default:
		return i18n.N(ctx, "ui.left.days", int(d/(24*time.Hour)))
	}
}
