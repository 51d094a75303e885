// Package aicview draws codes of aggregated customs goods: the list, one of them,
// and the page that asks before some are disbanded.
package aicview

import (
	"context"
	"net/url"
	"strconv"

	"kabinet/internal/aic"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// ListURL is the address of the list.
const ListURL = "/aics"

// DisbandURL is the address of the page that asks before AICs are disbanded.
const DisbandURL = ListURL + "/disband"

// URL is the address of an AIC.
func URL(id int64) string { return ListURL + "/" + strconv.FormatInt(id, 10) }

// IDsName is what ids are called in addresses and forms.
const IDsName = "id"

// IDs reads ids from a form or an address; what is none counts as one that names
// nothing.
func IDs(values []string) []int64 {
	ids := make([]int64, 0, len(values))
	for _, v := range values[:min(len(values), aic.MaxAtOnce+1)] {
		id, err := aic.ParseID(v)
		if err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// AskURL is the page that asks about some AICs.
func AskURL(path string, ids []int64) string {
	q := url.Values{}
	for _, id := range ids {
		q.Add(IDsName, strconv.FormatInt(id, 10))
	}
	return path + "?" + q.Encode()
}

// FilterOf reads the address of a list; what cannot be read does not narrow.
func FilterOf(q url.Values) aic.Filter {
	group, _ := strconv.ParseInt(q.Get("group"), 10, 16)
	return aic.Filter{
		Number: q.Get("q"), State: aic.State(q.Get("state")), GroupID: int16(group), Newest: q.Get("sort") == "-age",
		After: q.Get("after"), Before: q.Get("before"), Size: page.Size(q.Get("per")),
	}.Clean()
}

// Query is a filter as the address has it, but not where in the list.
func Query(f aic.Filter) []string {
	order, group := "", ""
	if f.Newest {
		order = "-age"
	}
	if f.GroupID != 0 {
		group = strconv.Itoa(int(f.GroupID))
	}
	return []string{"q", f.Number, "state", string(f.State), "group", group, "sort", order, "per", ui.Per(f.Size)}
}

// FilterURL is the address of the beginning of a list.
func FilterURL(f aic.Filter) string { return ui.Query(ListURL, Query(f)) }

func stateName(ctx context.Context, s aic.State) string {
	return i18n.T(ctx, "aic.state."+string(s))
}

// tone is how a state looks: what waits for somebody is marked.
func tone(s aic.State) ui.Tone {
	switch s {
	case aic.Formed:
		return ui.Warn
	case aic.Declared:
		return ui.Info
	case aic.Released:
		return ui.OK
	case aic.Refused:
		return ui.Bad
	}
	return ui.Dark
}

// mayDisband reports whether the reader may, at least somewhere.
func mayDisband(ctx context.Context) bool { return layout.ViewerOf(ctx).Rights.Has(perm.DocAIC) }

// product names the first product of an AIC and counts the others.
func product(ctx context.Context, a aic.AIC) string {
	text := a.Product
	if n := a.Products - 1; n > 0 {
		text += " " + i18n.N(ctx, "aic.products_more", n)
	}
	return text
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func text(id int64) string { return strconv.FormatInt(id, 10) }
