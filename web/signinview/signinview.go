// Package signinview draws the pages before an organization is chosen.
package signinview

import (
	"context"
	"net/url"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// Entrance is the page with the panel for signing in.
type Entrance struct {
	Next  string        // where to go afterwards, a path of ours or empty
	Ended bool          // the person was signed in until a moment ago
	Late  *edsview.Late // a form that came after the session had ended; nil for none
	Wrong *fault.Error
	Panel edsview.Config
}

func (e Entrance) form(ctx context.Context) edsview.Form {
	f := edsview.Form{
		Config: e.Panel, Challenge: "/sign-in/challenge", Action: "/sign-in",
		Values: []ui.Hidden{{Name: "next", Value: e.Next}},
		Sign:   i18n.T(ctx, "signin.form.sign"),
	}
	return f.Along(e.Late)
}

// Choice is the page on which a person with several organizations takes one.
type Choice struct {
	Open   []member.Membership
	Chosen int64 // organization, 0 for none
	Next   string
	Wrong  fault.Complaints
}

func (c Choice) field(ctx context.Context) ui.Field {
	f := ui.Field{Name: "org", Label: i18n.T(ctx, "signin.choice.label"), LabelHidden: true, Wrong: c.Wrong}
	if c.Chosen != 0 {
		f.Value = strconv.FormatInt(c.Chosen, 10)
	}
	return f
}

func (c Choice) choices(ctx context.Context) []ui.Choice {
	lang := i18n.From(ctx).Code()
	list := make([]ui.Choice, len(c.Open))
	for i, m := range c.Open {
		list[i] = ui.Choice{
			Value: strconv.FormatInt(m.OrgID, 10), Text: m.OrgName(lang),
			Hint: i18n.T(ctx, "signin.choice.tin", "tin", ui.TIN(m.TIN)),
		}
	}
	return list
}

// Confirmation is the page that asks for the key before a sensitive act.
type Confirmation struct {
	Route  string      // pattern of the act's route
	Act    string      // key of the words for the act; empty when it has none of its own
	To     string      // where the act goes on after the signature; empty: back to a page
	Values []ui.Hidden // what was typed, sent there
	Back   string      // the page before
	Lost   bool        // what was chosen, as a file, could not be kept
	Staff  bool
	Wrong  *fault.Error
	Panel  edsview.Config
}

func (c Confirmation) form(ctx context.Context) edsview.Form {
	return edsview.Form{
		Config: c.Panel, Challenge: "/confirm/challenge", Action: c.action(), Values: c.Values,
		Sign: i18n.T(ctx, "signin.confirm.sign"),
	}
}

// action carries the way in the address: the names of all fields are the act's.
func (c Confirmation) action() string {
	q := url.Values{}
	for name, value := range map[string]string{"act": c.Route, "to": c.To, "back": c.Back} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/confirm"
	}
	return "/confirm?" + q.Encode()
}

// lead says what follows the signature.
func (c Confirmation) lead(ctx context.Context) string {
	switch {
	case c.To != "":
		return i18n.T(ctx, "signin.confirm.kept")
	case c.Lost:
		return i18n.T(ctx, "signin.confirm.lost")
	}
	return i18n.T(ctx, "signin.confirm.ahead")
}
