// Package receiptview draws fiscal receipts: the list and one receipt.
package receiptview

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/receipt"
	"kabinet/web/ui"
)

// ListURL is the address of the list.
const ListURL = "/receipts"

// URL is the address of a receipt.
func URL(id int64) string { return ListURL + "/" + strconv.FormatInt(id, 10) }

// allTime is the period of who wants no bounds.
const allTime = "all"

// FilterOf reads the address of a list. Without a period it is the last 30 days;
// what looks for certain receipts looks at all of them.
func FilterOf(q url.Values, now time.Time) receipt.Filter {
	group, _ := strconv.ParseInt(q.Get("group"), 10, 16)
	f := receipt.Filter{
		From: q.Get("from"), Until: q.Get("to"), Terminal: strings.TrimSpace(q.Get("terminal")), Number: strings.TrimSpace(q.Get("number")), Kind: receipt.Kind(q.Get("kind")),
		Match: q.Get("match"), Code: strings.TrimSpace(q.Get("code")), GroupID: int16(group), Oldest: q.Get("sort") == "time",
		After: q.Get("after"), Before: q.Get("before"), Size: page.Size(q.Get("per")),
	}
	usual := usualFrom(now)
	switch {
	case q.Get("period") == allTime:
		f.From, f.Until = "", ""
	case f.Searched() && f.From == usual && f.Until == "":
		f.From = ""
	case !f.Searched() && f.From == "" && f.Until == "":
		f.From = usual
	}
	return f
}

// usualFrom is the first day of the usual period.
func usualFrom(now time.Time) string { return dayOf(now.AddDate(0, 0, 1-receipt.Days)) }

func dayOf(t time.Time) string { return t.In(clock.Tashkent()).Format(time.DateOnly) }

// Query is a filter as the address has it, but not where in the list.
func Query(f receipt.Filter, now time.Time) []string {
	from, period, order, group := f.From, "", "", ""
	switch {
	case f.From == "" && f.Until == "" && !f.Searched():
		period = allTime
	case f.From == usualFrom(now) && f.Until == "" && !f.Searched():
		from = ""
	}
	if f.Oldest {
		order = "time"
	}
	if f.GroupID != 0 {
		group = strconv.Itoa(int(f.GroupID))
	}
	return []string{
		"from", from, "to", f.Until, "period", period, "terminal", f.Terminal, "number", f.Number, "kind", string(f.Kind), "match", f.Match,
		"code", f.Code, "group", group, "sort", order, "per", ui.Per(f.Size),
	}
}

// FilterURL is the address of the beginning of a list.
func FilterURL(f receipt.Filter, now time.Time) string { return ui.Query(ListURL, Query(f, now)) }

func kindName(ctx context.Context, k receipt.Kind) string {
	return i18n.T(ctx, "receipt.kind."+string(k))
}

func troubleName(ctx context.Context, t receipt.Trouble) string {
	return i18n.T(ctx, "receipt.trouble."+t.Name())
}

// quantity is a number of thousandths as people write it.
func quantity(thousandths int64) string {
	s := i18n.Number(thousandths / 1000)
	if rest := strings.TrimRight(strconv.FormatInt(1000+thousandths%1000, 10)[1:], "0"); rest != "" {
		s += "," + rest
	}
	return s
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }
