// Package signinview draws the pages before an organization is chosen.
package signinview

import (
	"context"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// Entrance is the page with the panel for signing in.
type Entrance struct {
	Next  string // where to go afterwards, a path of ours or empty
	Ended bool   // the person was signed in until a moment ago
	Wrong *fault.Error
	Panel edsview.Config
}

func (e Entrance) form(ctx context.Context) edsview.Form {
	return edsview.Form{
		Config: e.Panel, Challenge: "/sign-in/challenge", Action: "/sign-in",
		Values: []ui.Hidden{{Name: "next", Value: e.Next}},
		Sign:   i18n.T(ctx, "signin.form.sign"),
	}
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
