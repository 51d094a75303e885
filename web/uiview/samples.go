// Package uiview shows every part of the look in every state, with invented
// people and companies. It is served in development only, and the tests of the
// look (contrast, axe, reflow) run on its pages.
package uiview

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Sample is one page of the gallery.
type Sample struct {
	Name   string // last part of its address
	Title  string
	Status int
	Page   func(theme string) templ.Component
}

// Samples lists the pages: the parts, the frames, every problem page.
func Samples() []Sample {
	all := []Sample{
		{"parts", "Parts", 200, partsPage},
		{"home", "Home", 200, homePage},
		{"list", "Operator list", 200, listPage},
		{"form", "Form with complaints", 422, formPage},
		{"code", "Activation code", 200, codePage},
		{"sign", "Choice of a key", 200, signPage},
		{"job", "Running job", 200, jobPage},
		{"confirm", "Confirmation", 200, confirmPage},
	}
	for _, status := range []int{400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503} {
		all = append(all, problemSample(status))
	}
	return all
}

// Gallery is the first page: parts and links to the other samples.
func Gallery() templ.Component { return partsPage("") }

// moment is when the samples happen: a Thursday in Tashkent.
var moment = time.Date(2025, time.December, 4, 4, 41, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return moment.Add(-d) }

// say picks the text of the reader's language; the catalogue has no room for
// invented companies.
func say(ctx context.Context, uz, ru, en string) string {
	return [...]string{uz, ru, en}[i18n.From(ctx)]
}

const tin = taxid.TIN("302118447")

func portalPage(ctx context.Context, name, theme, title string) layout.Page {
	return layout.Page{
		Title: title, Area: layout.Portal, Path: "/dev/ui/" + name, Theme: theme, Version: "2.0",
		Org: &layout.Org{Name: "“Zarafshon Sut” MChJ", TIN: tin},
		Person: &layout.Person{
			Name: "Gʻulomjon Oʻrinboyev", URL: "/dev/ui", SignOut: "/dev/ui",
			Role: i18n.T(ctx, "role.org_admin"),
		},
		Help:    &ui.Link{Text: say(ctx, "Bu sahifa boʻyicha yordam", "Справка по этой странице", "Help for this page"), URL: "/dev/ui"},
		Support: &ui.Link{Text: say(ctx, "Telegramdagi bot", "Бот в Telegram", "Support bot in Telegram"), URL: "/dev/ui"},
		Nav:     portalNav(ctx),
	}
}

func portalNav(ctx context.Context) []layout.NavItem {
	return []layout.NavItem{
		{Text: say(ctx, "Bosh sahifa", "Главная", "Home"), URL: "/dev/ui/home", Current: true},
		{
			Text: say(ctx, "Tovar kartochkalari", "Карточки товаров", "Product cards"), URL: "/dev/ui/list",
			Count: 3, Hot: true, About: say(ctx, "qaytarilgan", "возвращено", "returned"),
		},
		{Text: say(ctx, "Kod buyurtmalari", "Заказы кодов", "Code orders"), URL: "/dev/ui/job"},
		{Text: say(ctx, "Hujjatlar", "Документы", "Documents"), URL: "/dev/ui/form", Count: 12},
		{Text: say(ctx, "Tashkilot", "Организация", "Organization"), URL: "/dev/ui/confirm", Apart: true},
		{Text: say(ctx, "Yordam", "Справка", "Help"), URL: "/dev/ui/problem-404"},
	}
}

func publicPage(ctx context.Context, name, theme, title string) layout.Page {
	p := portalPage(ctx, name, theme, title)
	p.Area, p.Org, p.Person, p.Nav = layout.Public, nil, nil, nil
	return p
}

func operatorPage(ctx context.Context, name, theme, title string) layout.Page {
	p := portalPage(ctx, name, theme, title)
	p.Area, p.Org = layout.Operator, nil
	p.Person = &layout.Person{Name: "Dilnoza Yoʻldosheva", Role: i18n.T(ctx, "role.op_launcher"), SignOut: "/dev/ui"}
	p.Nav = []layout.NavItem{
		{Text: say(ctx, "Tashkilotlar", "Организации", "Organizations"), URL: "/dev/ui/list", Current: true},
		{Text: say(ctx, "Importlar", "Импорты", "Imports"), URL: "/dev/ui/job"},
		{Text: say(ctx, "Kampaniyalar", "Кампании", "Campaigns"), URL: "/dev/ui/job"},
		{Text: say(ctx, "Xatlar", "Письма", "Letters"), URL: "/dev/ui/list", Count: 28, Hot: true, About: say(ctx, "yetkazilmagan", "не доставлено", "not delivered")},
		{Text: say(ctx, "Vazifalar", "Задания", "Jobs"), URL: "/dev/ui/job"},
		{Text: say(ctx, "Jurnal", "Журнал", "Audit"), URL: "/dev/ui/list", Apart: true},
		{Text: say(ctx, "Xodimlar", "Сотрудники", "Staff"), URL: "/dev/ui/list"},
	}
	return p
}

// company is a row of the list sample.
type company struct {
	tin      taxid.TIN
	name, ru string
	region   string
	tone     ui.Tone
	state    [3]string // in the order of i18n.Langs
	problem  bool
	days     int
}

var (
	stateActive  = [3]string{"Faol", "Активна", "Active"}
	stateInvited = [3]string{"Xat yuborilgan", "Письмо отправлено", "Letter sent"}
	stateNew     = [3]string{"Import qilingan", "Импортирована", "Imported"}
	stateExpired = [3]string{"Kod muddati tugagan", "Код истёк", "Code expired"}
	stateRefused = [3]string{"Xat qaytgan", "Письмо не доставлено", "Letter refused"}
	stateBlocked = [3]string{"Bloklangan", "Заблокирована", "Blocked"}
)

var companies = []company{
	{"302118447", "“Zarafshon Sut” MChJ", "ООО «Zarafshon Sut»", "Samarqand viloyati", ui.OK, stateActive, false, 1},
	{"205447130", "“Chirchiq Suvlari” AJ", "АО «Chirchiq Suvlari»", "Toshkent viloyati", ui.Info, stateInvited, false, 2},
	{"309220815", "“Oʻzfarm Lik” QK", "СП «Oʻzfarm Lik»", "Toshkent shahri", ui.Bad, stateRefused, true, 2},
	{"301774026", "“Gʻijduvon Teks” MChJ", "ООО «Gʻijduvon Teks»", "Buxoro viloyati", ui.Mute, stateNew, false, 3},
	{"307903118", "“Ferghana Agro Plyus” XK", "ЧП «Ferghana Agro Plyus»", "Fargʻona viloyati", ui.Warn, stateExpired, false, 9},
	{"204118690", "“Nukus Qurilish Mollari” MChJ", "ООО «Nukus Qurilish Mollari»", "Qoraqalpogʻiston Respublikasi", ui.OK, stateActive, false, 4},
	{"306552071", "“Surxon Moy” MChJ", "ООО «Surxon Moy»", "Surxondaryo viloyati", ui.Dark, stateBlocked, false, 30},
	{"303661254", "“Andijon Baraka Don” MChJ", "ООО «Andijon Baraka Don»", "Andijon viloyati", ui.OK, stateActive, false, 5},
}

func complaints() fault.Complaints {
	return fault.Complaints{
		{Field: "tin", Key: "taxid.tin"},
		{Field: "region", Key: "region.unknown"},
		{Field: "kind", Key: "fault.value"},
		{Field: "agree", Key: "fault.value"},
	}
}
