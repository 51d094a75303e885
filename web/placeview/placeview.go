// Package placeview draws the pages about an organization's places of business.
package placeview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/country"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/region"
	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Page addresses.
const (
	listURL   = "/org/places"
	newURL    = "/org/places/new"
	importURL = "/org/places/import"
)

// URL is the address of a place, or of an act on it ("/edit").
func URL(id int32, act string) string { return listURL + "/" + itoa(id) + act }

// ImportURL is the address of a file, or of an act on it ("/apply").
func ImportURL(id, act string) string { return importURL + "/" + id + act }

func itoa(id int32) string { return strconv.Itoa(int(id)) }

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// may reports whether the reader may change places; the act itself asks again.
func may(ctx context.Context) bool { return layout.ViewerOf(ctx).Rights.Has(perm.PlaceManage) }

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "layout.org.places"), URL: listURL}}
}

func importCrumbs(ctx context.Context) []ui.Link {
	return append(crumbs(ctx), ui.Link{Text: i18n.T(ctx, "place.import.title"), URL: importURL})
}

// lead says of a new place whose it will be.
func lead(ctx context.Context, e Editor) string {
	if e.Place.ID == 0 {
		return i18n.T(ctx, "place.new_lead")
	}
	return ""
}

func placeCrumbs(ctx context.Context, p place.Place) []ui.Link {
	return append(crumbs(ctx), ui.Link{Text: p.Name, URL: URL(p.ID, "")})
}

func regionName(ctx context.Context, code string) string {
	if r, err := region.Parse(code); err == nil {
		return r.Name(lang(ctx))
	}
	return code
}

func countryName(ctx context.Context, code string) string {
	if c, err := country.Parse(code); err == nil {
		return c.Name(lang(ctx))
	}
	return code
}

func activityName(ctx context.Context, a place.Activity) string {
	return i18n.T(ctx, "place.activity."+string(a))
}

func activityNames(ctx context.Context, as []place.Activity) string {
	names := make([]string, len(as))
	for i, a := range as {
		names[i] = activityName(ctx, a)
	}
	return strings.Join(names, ", ")
}

// address is one line: country where it is not ours, region, district, street.
func address(ctx context.Context, f place.Fields) string {
	var parts []string
	if f.Abroad() {
		parts = append(parts, countryName(ctx, f.Country))
	} else {
		parts = append(parts, regionName(ctx, f.Region))
	}
	for _, p := range []string{f.District, f.Street} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func statusTone(s place.Status) ui.Tone {
	if s == place.Active {
		return ui.OK
	}
	return ui.Dark
}

func statusName(ctx context.Context, s place.Status) string {
	return i18n.T(ctx, "place.status."+string(s))
}

func regionOptions(ctx context.Context) []ui.Option {
	var os []ui.Option
	for _, r := range region.All() {
		os = append(os, ui.Option{Value: r.Code, Text: r.Name(lang(ctx))})
	}
	return os
}

func activityOptions(ctx context.Context) []ui.Option {
	var os []ui.Option
	for _, a := range place.Activities() {
		os = append(os, ui.Option{Value: string(a), Text: activityName(ctx, a)})
	}
	return os
}

func activityChoices(ctx context.Context) []ui.Choice {
	var cs []ui.Choice
	for _, a := range place.Activities() {
		cs = append(cs, ui.Choice{Value: string(a), Text: activityName(ctx, a), Hint: i18n.T(ctx, "place.activity_hint."+string(a))})
	}
	return cs
}

// Stamp is a moment as the name of a file has it.
func Stamp(t time.Time) string {
	return strings.NewReplacer(".", "-", ", ", "_", ":", "").Replace(ui.MachineDay(t) + "_" + ui.Clock(t))
}
