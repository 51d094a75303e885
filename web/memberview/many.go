package memberview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// manyURL is where acts on several users begin.
const manyURL = "/org/users/bulk"

// InName is the field with the query of the list in which users were ticked.
const InName = "in"

// ManyURL is the page that asks about an act on several users.
func ManyURL(m member.Many) string { return manyURL + "/" + string(m) }

// Back is the list one came from.
func Back(in string) string {
	if in == "" {
		return "/org/users"
	}
	return "/org/users?" + in
}

// ManyPage asks before something is done with several users, and says afterwards
// with whom it was not.
type ManyPage struct {
	Order   member.Order
	Fit     []member.Listed
	Left    []member.Skipped
	In      string // query of the list
	Choices member.Choices
	Wrong   fault.Complaints
	Done    *int // with how many it was done; nil before
}

// JoinIDs writes numbers of users for a field or an address.
func JoinIDs(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = number(id)
	}
	return strings.Join(texts, ",")
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func (p ManyPage) word(what string) string { return "member.many." + string(p.Order.Act) + what }

func (p ManyPage) title(ctx context.Context) string {
	if p.Done != nil {
		return i18n.N(ctx, p.word(".done"), *p.Done)
	}
	return i18n.N(ctx, p.word(".title"), len(p.Fit))
}

// lead is what the act does; nothing more is said once it is done.
func (p ManyPage) lead(ctx context.Context) string {
	if p.Done != nil {
		return ""
	}
	return i18n.T(ctx, p.word(".text"))
}

func (p ManyPage) submit(ctx context.Context) string {
	return i18n.N(ctx, p.word(".submit"), len(p.Fit))
}

func (p ManyPage) look() ui.Look {
	if p.Order.Act == member.ManyBlock {
		return ui.Stop
	}
	return ui.Go
}

func (p ManyPage) values() []ui.Hidden {
	ids := make([]int64, len(p.Fit))
	for i, u := range p.Fit {
		ids[i] = u.ID
	}
	return []ui.Hidden{{Name: "ids", Value: JoinIDs(ids)}, {Name: InName, Value: p.In}}
}

// roles are those the organization may give.
func (p ManyPage) roles(ctx context.Context) []ui.Choice {
	return roleChoices(ctx, p.Choices.Issuer, member.Business, nil)
}

// acts are the buttons above the list.
func acts(ctx context.Context) []ui.Button {
	var list []ui.Button
	for _, m := range member.Manies() {
		list = append(list, ui.Button{Text: i18n.T(ctx, "member.many."+string(m)), Name: "act", Value: string(m)})
	}
	return list
}

// query is what the list shows, but for the page one is on.
func (p ListPage) query() string {
	_, q, _ := strings.Cut(p.Address("after", ""), "?")
	return q
}

func (p ListPage) allWords(ctx context.Context) string {
	total := p.Page.Total(p.Filter)
	if total.More {
		return i18n.T(ctx, "member.many.all_more", "n", ui.Int(total.N))
	}
	return i18n.N(ctx, "member.many.all", total.N)
}

// whyLeft is why a user is left out.
func whyLeft(ctx context.Context, s member.Skipped) string {
	return i18n.T(ctx, s.Why.Key, s.Why.Args...)
}
