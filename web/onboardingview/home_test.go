package onboardingview_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/golden"
	"kabinet/internal/core/perm"
	"kabinet/internal/onboarding"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/onboardingview"
)

// The page of an invented dairy: one place, two groups, a prefix on its way.
func home() onboarding.Home {
	s := onboarding.State{
		Email: "buxgalteriya@zarafshonsut.example", Director: "Gʻulomjon Oʻrinboyev", Region: "SA", District: "Kattaqoʻrgʻon", Street: "Navoiy 1",
		ActivatedAt: time.Date(2025, 12, 2, 6, 0, 0, 0, time.UTC), CheckedAt: time.Date(2025, 12, 2, 7, 0, 0, 0, time.UTC),
		Groups: []onboarding.Group{
			{Uz: "Suv va salqin ichimliklar", Ru: "Вода и напитки", En: "Water and soft drinks", Issuer: true, Status: "active"},
			{Uz: "Pivo mahsulotlari", Ru: "Пиво и пивные напитки", En: "Beer and beer drinks", Status: "active"},
		},
		Places: 1, MainPlace: true, Users: 2, UsersInvited: 1, MyRoles: 2, MyGroups: 2, MyPlaces: 1,
	}
	at := time.Date(2025, 12, 4, 4, 41, 0, 0, time.UTC)
	admin := perm.Rights([]string{"default", "org_admin"})
	return onboarding.Home{
		State: s, Parts: onboarding.Checklist(s, admin), Rights: admin, At: at,
		Events: []onboarding.Event{
			{At: at.Add(-time.Hour), ActorKind: "member", ActorName: "Gʻulomjon Oʻrinboyev", Action: "signin.enter"},
			{At: at.Add(-48 * time.Hour), ActorKind: "staff", ActorName: "Timur Rashidov", Action: "letter.resend"},
			{At: at.Add(-50 * time.Hour), ActorKind: "visitor", Action: "letter.mistype"},
			{At: at.Add(-51 * time.Hour), ActorKind: "system", Action: "no.words.for.this"},
		},
	}
}

func TestHomeLooksAsReviewed(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		t.Run(l.Code(), func(t *testing.T) {
			t.Parallel()
			ctx := layout.WithViewer(i18n.With(t.Context(), l), layout.Viewer{
				Path: "/home", Name: "Gʻulomjon Oʻrinboyev", Role: "role.org_admin", OrgName: "Zarafshon Sut MChJ", TIN: "302118447",
				Orgs: 1, Rights: perm.Rights([]string{"default", "org_admin"}),
			})
			var page bytes.Buffer
			if err := onboardingview.Home(home()).Render(ctx, &page); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, "home."+l.Code()+".html", main(page.String()))
		})
	}
}

// main is the content of a page without its frame, a tag on each line: the
// frame has a test of its own, and a review reads lines.
func main(page string) string {
	_, page, _ = strings.Cut(page, `<main id="page-main" tabindex="-1">`)
	page, _, _ = strings.Cut(page, "</main>")
	return strings.ReplaceAll(page, "><", ">\n<") + "\n"
}
