package profilehttp

import (
	"context"
	"net/http"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/org"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/profile"
	"kabinet/web/profileview"
	"kabinet/web/ui"
)

// values are the fields of a form, by name.
type values map[string]string

// subject is what one page changes: which questions, where their answers stand
// and who stores them.
type subject struct {
	path   string
	key    string // of its words, "profile.edit.<key>"
	inputs func(ctx context.Context, v values, wrong fault.Complaints) []profileview.Input
	read   func(profile.View) values
	save   func(ctx context.Context, a actor.Actor, version int, v values) error
}

func subjects(p *profile.Service) []subject {
	return []subject{
		{"/org/names", "names", nameInputs, readNames, func(ctx context.Context, a actor.Actor, version int, v values) error {
			return p.SetNames(ctx, a, version, org.Names{Uz: v["name_uz"], Ru: v["name_ru"], En: v["name_en"]})
		}},
		{"/org/contacts", "contacts", contactInputs, readContacts, func(ctx context.Context, a actor.Actor, version int, v values) error {
			return p.SetContacts(ctx, a, version, profile.Contacts{Phone: v["phone"], Language: v["language"]})
		}},
		{"/org/address", "address", addressInputs, readAddresses, func(ctx context.Context, a actor.Actor, version int, v values) error {
			in := profile.Addresses{Actual: org.Address{Region: v["region"], District: v["district"], Street: v["street"]}}
			if v["postal_same"] != "yes" {
				in.Postal = org.Address{Region: v["postal_region"], District: v["postal_district"], Street: v["postal_street"]}
			}
			return p.SetAddresses(ctx, a, version, in)
		}},
		{"/org/residency", "residency", countryInputs, readCountry, func(ctx context.Context, a actor.Actor, version int, v values) error {
			return p.SetCountry(ctx, a, version, v["country"])
		}},
	}
}

// typed reads the subject's fields from a form.
func (s subject) typed(r *http.Request) values {
	v := values{}
	for _, in := range s.inputs(r.Context(), values{}, nil) {
		v[in.Name] = r.PostFormValue(in.Name)
	}
	return v
}

func (s subject) editor(ctx context.Context, v profile.View, at values, wrong fault.Complaints) profileview.Editor {
	return profileview.Editor{
		Title: i18n.T(ctx, "profile.edit."+s.key), Lead: i18n.T(ctx, "profile.edit."+s.key+".lead"), Action: s.path,
		Version: v.Profile.Version, Inputs: s.inputs(ctx, at, wrong), Wrong: wrong, Submit: i18n.T(ctx, "profile.save"),
	}
}

// clash lists the fields in which the stored version differs from the typed one.
func clash(ctx context.Context, v profile.View, inputs []profileview.Input, stored, typed values) *ui.Clash {
	c := &ui.Clash{By: v.Edited.By, At: v.Edited.At}
	for _, in := range inputs {
		if in.Name != "postal_same" && stored[in.Name] != typed[in.Name] {
			c.Rows = append(c.Rows, ui.ClashRow{
				Field:  profileview.FieldName(ctx, in.Name),
				Theirs: profileview.Shown(ctx, in.Name, stored[in.Name]), Yours: profileview.Shown(ctx, in.Name, typed[in.Name]),
			})
		}
	}
	return c
}

// ask is a question with its name in words and what was answered.
func ask(ctx context.Context, name string, v values, wrong fault.Complaints) profileview.Input {
	return profileview.Input{Field: ui.Field{Name: name, Label: profileview.FieldName(ctx, name), Value: v[name], Wrong: wrong}}
}

func nameInputs(ctx context.Context, v values, wrong fault.Complaints) []profileview.Input {
	uz, ru, en := ask(ctx, "name_uz", v, wrong), ask(ctx, "name_ru", v, wrong), ask(ctx, "name_en", v, wrong)
	uz.Lang, ru.Lang, en.Lang = i18n.Uz.Tag(), i18n.Ru.Tag(), i18n.En.Tag()
	uz.MaxLength, ru.MaxLength, en.MaxLength = 300, 300, 300
	en.Optional = true
	return []profileview.Input{uz, ru, en}
}

func readNames(v profile.View) values {
	return values{"name_uz": v.Profile.NameUz, "name_ru": v.Profile.NameRu, "name_en": v.Profile.NameEn}
}

func contactInputs(ctx context.Context, v values, wrong fault.Complaints) []profileview.Input {
	phone, language := ask(ctx, "phone", v, wrong), ask(ctx, "language", v, wrong)
	phone.Type, phone.Autocomplete, phone.Width, phone.MaxLength = "tel", "tel", "w20", 40
	phone.Hint = i18n.T(ctx, "profile.hint.phone")
	language.Kind = profileview.Radios
	for _, l := range i18n.Langs() {
		language.Choices = append(language.Choices, ui.Choice{Value: l.Code(), Text: l.Name(), Lang: l.Tag()})
	}
	return []profileview.Input{phone, language}
}

func readContacts(v profile.View) values {
	return values{"phone": ui.Phone(v.Profile.Phone), "language": v.Profile.Language}
}

func addressInputs(ctx context.Context, v values, wrong fault.Complaints) []profileview.Input {
	same := ask(ctx, "postal_same", v, wrong)
	same.Kind, same.Heading = profileview.Tick, i18n.T(ctx, "profile.row.postal")
	all := addressOf(ctx, "", v, wrong)
	all[0].Heading = i18n.T(ctx, "profile.row.actual")
	return append(append(all, same), addressOf(ctx, "postal_", v, wrong)...)
}

func addressOf(ctx context.Context, prefix string, v values, wrong fault.Complaints) []profileview.Input {
	in, district, street := ask(ctx, prefix+"region", v, wrong), ask(ctx, prefix+"district", v, wrong), ask(ctx, prefix+"street", v, wrong)
	in.Kind, in.First, in.Options = profileview.Select, i18n.T(ctx, "profile.choose"), Regions(ctx)
	district.MaxLength, street.MaxLength = 100, 300
	return []profileview.Input{in, district, street}
}

// Regions are the lines of a choice of region.
func Regions(ctx context.Context) []ui.Option {
	all := region.All()
	options := make([]ui.Option, len(all))
	for i, r := range all {
		options[i] = ui.Option{Value: r.Code, Text: r.Name(i18n.From(ctx).Code())}
	}
	return options
}

func readAddresses(v profile.View) values {
	same := ""
	if v.Profile.Postal.Empty() {
		same = "yes"
	}
	a, p := v.Profile.Actual(), v.Profile.Postal
	return values{
		"region": a.Region, "district": a.District, "street": a.Street, "postal_same": same,
		"postal_region": p.Region, "postal_district": p.District, "postal_street": p.Street,
	}
}

func countryInputs(ctx context.Context, v values, wrong fault.Complaints) []profileview.Input {
	in := ask(ctx, "country", v, wrong)
	in.Kind = profileview.Select
	in.Options = ui.Countries(ctx)
	return []profileview.Input{in}
}

func readCountry(v profile.View) values { return values{"country": v.Profile.Country} }
