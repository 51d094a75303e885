// Package enrollview draws the registration of a new company, step by step, and
// the public offer.
package enrollview

import (
	"context"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/enroll"
	"kabinet/internal/org"
	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// StartPage is the first page: what is needed, and the first signature.
type StartPage struct {
	Panel   edsview.Form
	Trouble *fault.Error
	Resume  enroll.Step // of the draft this browser remembers; empty for none
}

// FormPage is a step with questions.
type FormPage struct {
	Draft    enroll.Draft
	Contacts enroll.Contacts
	Place    enroll.Place
	Code     string
	Wrong    fault.Complaints
}

// SignPage is the second signature.
type SignPage struct {
	Draft   enroll.Draft
	Host    string
	Panel   edsview.Form
	Trouble *fault.Error
}

// stages are the steps as people see them.
func stages(ctx context.Context) []string {
	keys := []string{"key", "contacts", "place", "offer", "confirm"}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = i18n.T(ctx, "enroll.step."+k)
	}
	return names
}

// advice says what to do about a refusal; empty where its words do.
func advice(ctx context.Context, trouble *fault.Error) string {
	key := "enroll.advice." + strings.TrimPrefix(trouble.Key, "enroll.refuse.")
	if !i18n.Has(key) {
		return ""
	}
	return i18n.T(ctx, key)
}

// wayOn leads on from a refusal, where there is a way.
func wayOn(ctx context.Context, trouble *fault.Error) *ui.Action {
	switch trouble.Key {
	case enroll.ErrActive.Key:
		return &ui.Action{Text: i18n.T(ctx, "enroll.go.sign_in"), URL: "/sign-in"}
	case enroll.ErrWaits.Key:
		return &ui.Action{Text: i18n.T(ctx, "enroll.go.letter"), URL: "/activate/new-code"}
	}
	return nil
}

func stepURL(s enroll.Step) string { return "/register/" + string(s) }

func regionName(ctx context.Context, code string) string {
	r, err := region.Parse(code)
	if err != nil {
		return code
	}
	return r.Name(i18n.From(ctx).Code())
}

func address(ctx context.Context, a org.Address) string {
	if a.Empty() {
		return ""
	}
	return strings.Join([]string{regionName(ctx, a.Region), a.District, a.Street}, ", ")
}

// company is what the register says, to be compared.
func company(ctx context.Context, d enroll.Draft) []ui.Pair {
	e := d.Entry
	return []ui.Pair{
		{Key: i18n.T(ctx, "enroll.row.name_uz"), Value: e.Names.Uz, Lang: i18n.Uz.Tag()},
		{Key: i18n.T(ctx, "enroll.row.name_ru"), Value: e.Names.Ru, Lang: i18n.Ru.Tag()},
		{Key: i18n.T(ctx, "enroll.row.tin"), Value: ui.TIN(e.TIN)},
		{Key: i18n.T(ctx, "enroll.row.form"), Value: e.Form.Name(i18n.From(ctx).Code())},
		{Key: i18n.T(ctx, "enroll.row.director"), Value: e.Director.Name},
		{Key: i18n.T(ctx, "enroll.row.address"), Value: address(ctx, e.Address)},
		{Key: i18n.T(ctx, "enroll.row.as_of"), Value: ui.DateTime(e.AsOf)},
	}
}

// answers are what was given, each with its way back.
func answers(ctx context.Context, d enroll.Draft) []ui.Pair {
	return []ui.Pair{
		{Key: i18n.T(ctx, "enroll.row.company"), Value: d.Name(i18n.From(ctx).Code())},
		{Key: i18n.T(ctx, "enroll.row.tin"), Value: ui.TIN(d.Entry.TIN)},
		{Key: i18n.T(ctx, "enroll.row.director"), Value: d.Entry.Director.Name},
		{Key: i18n.T(ctx, "enroll.row.email"), Value: d.Email, ChangeURL: "/register/contacts"},
		{Key: i18n.T(ctx, "enroll.row.phone"), Value: ui.Phone(d.Phone), ChangeURL: "/register/contacts"},
		{Key: i18n.T(ctx, "enroll.row.language"), Value: ui.LanguageName(d.Language), ChangeURL: "/register/contacts"},
		{Key: i18n.T(ctx, "enroll.row.activities"), Value: activities(ctx, d.Place.Activities), ChangeURL: "/register/place"},
		{Key: i18n.T(ctx, "enroll.row.place"), Value: address(ctx, d.Place.Address), ChangeURL: "/register/place"},
	}
}

func activities(ctx context.Context, codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = i18n.T(ctx, "enroll.activity."+c)
	}
	return strings.Join(names, ", ")
}

func activityChoices(ctx context.Context) []ui.Choice {
	all := place.Activities()
	choices := make([]ui.Choice, len(all))
	for i, a := range all {
		choices[i] = ui.Choice{Value: string(a), Text: i18n.T(ctx, "enroll.activity."+string(a))}
	}
	return choices
}

func languageChoices() []ui.Choice {
	all := i18n.Langs()
	choices := make([]ui.Choice, len(all))
	for i, l := range all {
		choices[i] = ui.Choice{Value: l.Code(), Text: l.Name(), Lang: l.Tag()}
	}
	return choices
}

func regions(ctx context.Context) []ui.Option {
	all := region.All()
	options := make([]ui.Option, len(all))
	for i, r := range all {
		options[i] = ui.Option{Value: r.Code, Text: r.Name(i18n.From(ctx).Code())}
	}
	return options
}

// kept is the line under every step of a draft.
func kept(ctx context.Context, d enroll.Draft) string {
	return i18n.T(ctx, "enroll.kept", "date", ui.Date(d.Expires))
}
