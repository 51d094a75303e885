// Package profileview draws the profile of an organization, the forms that
// change it one subject at a time, and the entrance of a new director.
package profileview

import (
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"kabinet/internal/core/country"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/org"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/profile"
	"kabinet/internal/register"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// Input is one question of an editor.
type Input struct {
	ui.Field
	Kind    Kind
	First   string // empty line of a select
	Options []ui.Option
	Choices []ui.Choice
	Heading string // begins a part of the form
}

// Kind is how a question is asked.
type Kind int

// The kinds.
const (
	Line Kind = iota
	Select
	Radios
	Tick
	Code
)

// Editor is the page that changes one subject.
type Editor struct {
	Title   string
	Lead    string
	Action  string
	Version int
	Inputs  []Input
	Wrong   fault.Complaints
	Clash   *ui.Clash // somebody else changed the subject meanwhile
	Submit  string
	Notes   []ui.Notice
	Remove  *ui.Action // of what can be removed
}

// HistoryPage is a page of the history.
type HistoryPage struct {
	Changes []profile.Change
	Field   string
	Next    int64
}

// DirectorPage is the entrance of a new director.
type DirectorPage struct {
	Statement string
	Panel     edsview.Form
	Trouble   *fault.Error
	Taken     bool // an account that is not activated yet
}

func regionName(ctx context.Context, code string) string {
	r, err := region.Parse(code)
	if err != nil {
		return code
	}
	return r.Name(i18n.From(ctx).Code())
}

// Place writes an address on one line.
func Place(ctx context.Context, a org.Address) string {
	if a.Empty() {
		return ""
	}
	return strings.Join([]string{regionName(ctx, a.Region), a.District, a.Street}, ", ")
}

func countryName(ctx context.Context, code string) string {
	c, err := country.Parse(code)
	if err != nil {
		return code
	}
	return c.Name(i18n.From(ctx).Code())
}

// change is where a row is changed, empty for readers.
func change(v profile.View, path string) string {
	if !v.Editable {
		return ""
	}
	return "/org/" + path
}

func fromRegister(ctx context.Context, v profile.View) []ui.Pair {
	k := v.Register
	return []ui.Pair{
		{Key: i18n.T(ctx, "profile.row.register_name"), Value: k.Names.Uz, Lang: i18n.Uz.Tag()},
		{Key: i18n.T(ctx, "profile.row.form"), Value: k.Form.Name(i18n.From(ctx).Code())},
		{Key: i18n.T(ctx, "profile.row.tin"), Value: ui.TIN(v.Profile.TIN)},
		{Key: i18n.T(ctx, "profile.row.director"), Value: k.Director},
		{Key: i18n.T(ctx, "profile.row.legal_address"), Value: Place(ctx, k.Address)},
		{Key: i18n.T(ctx, "profile.row.status"), Rich: ui.Tag(statusTone(k.Status), i18n.T(ctx, "profile.register."+string(k.Status)))},
		{Key: i18n.T(ctx, "profile.row.vat"), Value: vat(ctx, k.VAT)},
	}
}

func statusTone(s register.Status) ui.Tone {
	switch s {
	case register.Active:
		return ui.OK
	case register.Suspended:
		return ui.Warn
	}
	return ui.Dark
}

func vat(ctx context.Context, pays *bool) string {
	switch {
	case pays == nil:
		return ""
	case *pays:
		return i18n.T(ctx, "profile.yes")
	}
	return i18n.T(ctx, "profile.no")
}

func names(ctx context.Context, v profile.View) []ui.Pair {
	p, to := v.Profile, change(v, "names")
	return []ui.Pair{
		{Key: i18n.T(ctx, "profile.field.name_uz"), Value: p.NameUz, Lang: i18n.Uz.Tag(), ChangeURL: to},
		{Key: i18n.T(ctx, "profile.field.name_ru"), Value: p.NameRu, Lang: i18n.Ru.Tag(), ChangeURL: to},
		{Key: i18n.T(ctx, "profile.field.name_en"), Value: p.NameEn, Lang: i18n.En.Tag(), ChangeURL: to},
		{Key: i18n.T(ctx, "profile.row.form"), Value: p.Form.Name(i18n.From(ctx).Code())},
		{Key: i18n.T(ctx, "profile.row.tin"), Value: ui.TIN(p.TIN)},
		{Key: i18n.T(ctx, "profile.row.activated"), Value: ui.Date(p.ActivatedAt)},
		{Key: i18n.T(ctx, "profile.field.country"), Value: countryName(ctx, p.Country), ChangeURL: change(v, "residency")},
	}
}

func contacts(ctx context.Context, v profile.View) []ui.Pair {
	p := v.Profile
	return []ui.Pair{
		{Key: i18n.T(ctx, "profile.field.email"), Rich: emailRow(v), ChangeURL: change(v, "email")},
		{Key: i18n.T(ctx, "profile.field.phone"), Value: ui.Phone(p.Phone), ChangeURL: change(v, "contacts")},
		{Key: i18n.T(ctx, "profile.field.language"), Value: ui.LanguageName(p.Language), ChangeURL: change(v, "contacts")},
	}
}

func director(ctx context.Context, v profile.View) []ui.Pair {
	ps := []ui.Pair{{Key: i18n.T(ctx, "profile.field.director"), Value: v.Profile.Director}}
	if v.Editable {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "profile.row.pinfl"), Value: ui.PINFL(v.PINFL), Code: true})
	}
	return ps
}

func addresses(ctx context.Context, v profile.View) []ui.Pair {
	postal := Place(ctx, v.Profile.Postal)
	if postal == "" {
		postal = i18n.T(ctx, "profile.postal_same")
	}
	return []ui.Pair{
		{Key: i18n.T(ctx, "profile.row.actual"), Value: Place(ctx, v.Profile.Actual()), ChangeURL: change(v, "address")},
		{Key: i18n.T(ctx, "profile.row.postal"), Value: postal, ChangeURL: change(v, "address")},
	}
}

// account is a bank account in groups of four, as banks print it.
func account(number string) string {
	groups := make([]string, 0, 5)
	for i := 0; i+4 <= len(number); i += 4 {
		groups = append(groups, number[i:i+4])
	}
	return strings.Join(groups, "\u00a0")
}

func bankURL(b profile.Bank) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/org/bank/%d", b.ID))
}

func headActions(ctx context.Context, v profile.View) []ui.Action {
	as := []ui.Action{{Text: i18n.T(ctx, "profile.history.title"), URL: "/org/history"}}
	if v.Editable {
		as = append(as, ui.Action{Text: i18n.T(ctx, "profile.check.button"), URL: "/org/check", Post: true, Look: ui.Go})
	}
	return as
}

func checked(ctx context.Context, v profile.View) string {
	switch {
	case v.Profile.CheckedAt.IsZero() && !v.Editable:
		return ""
	case v.Profile.CheckedAt.IsZero():
		return i18n.T(ctx, "profile.lead")
	}
	return i18n.T(ctx, "profile.lead.checked", "date", ui.Date(v.Profile.CheckedAt))
}

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "profile.title"), URL: "/org"}}
}

func panelOr(ctx context.Context, v profile.View) string {
	if !v.Register.Asked() {
		return ""
	}
	return i18n.T(ctx, "profile.as_of", "moment", ui.DateTime(v.Register.AsOf))
}

// FieldName is a field of the profile in words.
func FieldName(ctx context.Context, field string) string { return i18n.T(ctx, "profile.field."+field) }

// Shown writes a stored value as people read it.
func Shown(ctx context.Context, field, value string) string {
	switch {
	case value == "":
		return "—"
	case field == "language":
		return ui.LanguageName(value)
	case strings.HasSuffix(field, "region"):
		return regionName(ctx, value)
	case field == "country":
		return countryName(ctx, value)
	case field == "phone":
		return ui.Phone(value)
	case field == "account":
		return account(value)
	case value == "true":
		return i18n.T(ctx, "profile.yes")
	case value == "false":
		return i18n.T(ctx, "profile.no")
	}
	return value
}

func historyBy(ctx context.Context, c profile.Change) string {
	if c.By == "" {
		return i18n.T(ctx, "profile.history.operator")
	}
	return c.By
}

func (h HistoryPage) olderURL() string {
	return fmt.Sprintf("/org/history?field=%s&before=%d", h.Field, h.Next)
}

func fieldOptions(ctx context.Context) []ui.Option {
	all := profile.Fields()
	options := make([]ui.Option, len(all))
	for i, f := range all {
		options[i] = ui.Option{Value: f, Text: FieldName(ctx, f)}
	}
	return options
}

// directorAdvice says what to do about a refusal; empty where its words do.
func directorAdvice(ctx context.Context, trouble *fault.Error) string {
	key := "profile.advice." + strings.TrimPrefix(trouble.Key, "profile.director.")
	if !i18n.Has(key) {
		return ""
	}
	return i18n.T(ctx, key)
}
