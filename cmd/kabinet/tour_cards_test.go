//go:build dev

package main

import (
	"strings"
)

// keepsCards is the director of the company at work on every page about cards;
// dev_card_goods.go has one and more in every state.
func (r reader) keepsCards() {
	r.t.Helper()
	card := func(where string) string {
		r.t.Helper()
		return "/cards/" + r.id(`select min(c.id) from cards c join organizations o using (org_id) where o.tin = '`+string(companyTIN)+`' and `+where)
	}
	draft, blank := card(`editing = 'draft' and standing = 'new' and photo_id is not null and c.country <> ''`), card(`photo_id is null`)
	returned, waiting := card(`editing = 'returned'`), card(`editing = 'moderation'`)
	inForce, changed, blocked := card(`standing = 'published' and editing = 'none'`), card(`standing = 'published' and editing = 'draft'`), card(`standing = 'blocked'`)
	r.looksAt("cards", "/cards", "/cards?status=returned", "/cards?country=none", "/cards?q=yoq", "/cards/views", "/cards/new", "/cards/new?group=medicals",
		"/cards/new/copy", "/cards/import", "/cards/export", "/catalogue", "/catalogue?q=yoq", r.catalogued())
	for name, paths := range map[string][]string{
		"draft": {
			draft, draft + "/edit/identification", draft + "/edit/attributes", draft + "/edit/photos", draft + "/check", draft + "/copy", draft + "/discard", draft + "/plan", draft + "/group",
			strings.TrimSuffix(r.Eval(`fetch(`+quoted(draft)+`).then(r => r.text()).then(t => t.match(/\/cards\/\d+\/photos\/\d+\/view/)[0])`), "\n"),
		},
		"blank": {blank, blank + "/check"}, "returned": {returned, returned + "/edit/remarks"}, "waiting": {waiting}, "blocked": {blocked},
		"in-force": {inForce, inForce + "/block", inForce + "/archive"}, "changed": {changed, changed + "/versions/1", changed + "/versions/2?with=1"},
	} {
		for _, path := range paths {
			r.open(path)
			r.examine("card-" + name + strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(path))
		}
	}
	export := "/cards/export/" + r.id(`insert into card_exports (org_id, id, member_id, member_name, query, format, language)
		select o.org_id, nextval('card_file_ids'), m.id, m.name, '{}', 'csv', 'uz' from organizations o join members m using (org_id)
		where o.tin = '`+string(companyTIN)+`' and m.kind = 'business' order by m.id limit 1 returning id`)
	r.looksAt("cards-export", export)
	r.changes(`update card_exports set status = 'done'`)
	r.looksAt("exported", export)
	r.complains(inForce+"/block", "card-block-wrong")
	r.actsOnMany(strings.TrimPrefix(draft, "/cards/"), strings.TrimPrefix(inForce, "/cards/"))
	r.sendsFile()
	r.endsFile()
	r.listsCards(strings.TrimPrefix(inForce, "/cards/"), strings.TrimPrefix(blocked, "/cards/"))
	r.writesWrong(blank)
}

// catalogued is the page of somebody else's goods.
func (r reader) catalogued() string {
	r.t.Helper()
	return "/catalogue/" + r.id(`select org_id from catalogue order by org_id desc limit 1`) + "-" + r.id(`select card_id from catalogue order by org_id desc, card_id limit 1`)
}

// actsOnMany looks at what asks before an act on several cards, and at a result.
func (r reader) actsOnMany(draft, inForce string) {
	r.t.Helper()
	r.looksAt("many", "/cards/bulk/send?ids="+draft+","+inForce, "/cards/bulk/block?ids="+inForce, "/cards/bulk/archive?ids="+draft, "/cards/bulk/country?all=yes&in=country%3Dnone")
	r.Eval(`document.getElementById("country").value = "TR"; ""`)
	r.Click("main form.form button.go")
	r.Wait("#done")
	r.examine("many-result")
}

// sendsFile looks at a file of cards from the form to its end.
func (r reader) sendsFile() {
	r.t.Helper()
	r.open("/cards/import")
	r.press("cardfile.new.submit")
	r.Wait("#summary")
	r.examine("cards-file-none")
	r.Eval(`document.querySelector("select[name=group]").value = "medicals"; ""`)
	r.Attach("#file", r.file("cards.csv", "gtin;packaging;name_uz;country\n8690990100129;UNIT;Nitril qoʻlqop;TR\n123;UNIT;Xato;QQ\n"))
	r.press("cardfile.new.submit")
	r.Wait(`#errors`)
	r.examine("cards-file-checked")
}

// toursDesk looks at the desk of moderation and at what staff keep about cards.
func (r reader) toursDesk() {
	r.t.Helper()
	waiting := "/op/cards/" + r.id(`select org_id from cards where editing = 'moderation' order by org_id, id limit 1`) + "-" + r.id(`select id from cards where editing = 'moderation' order by org_id, id limit 1`)
	r.looksAt("desk", "/op/cards", "/op/cards?q=yoq", "/op/cards/stats", waiting, waiting+"/publish", waiting+"/return")
	r.open(waiting)
	r.Click("ul.shots a")
	r.Until("the page of the photo", `document.readyState == "complete" && location.pathname != `+quoted(waiting))
	r.examine("desk-photo")
	r.looksAt("kept", "/op/dictionaries/attributes", "/op/dictionaries/attributes/13", "/op/dictionaries/attributes/13/versions/1", "/op/dictionaries/attributes/13/edit",
		"/op/dictionaries/calendar", "/op/dictionaries/calendar/new", "/op/dictionaries/reasons", "/op/dictionaries/reasons/new", "/op/dictionaries/reasons/1",
		"/op/maintenance", "/op/maintenance/new", "/status")
	for _, list := range []string{"category", "hs", "ikpu"} {
		codes := "/op/dictionaries/attributes/13/codes/" + list
		r.looksAt("codes", codes, codes+"?q=yoq", codes+"/new", codes+"/import")
	}
	r.looksAt("kept-one", "/op/dictionaries/attributes/13/codes/hs/entry/2201101900", "/op/dictionaries/calendar/2026-03-21", "/op/dictionaries/calendar/2026-03-21/remove",
		"/op/dictionaries/attributes/13/codes/hs/import/"+r.id(`insert into code_imports (group_id, list, file_name, rows, complaints, read, bad, staff_name)
			values (13, 'hs', 'hs.csv', '[]', '[]', 0, 0, 'Staff') returning id`),
		"/op/maintenance/"+r.id(`insert into maintenance_windows (mode, announce_at, starts_at, ends_at, reason_uz, reason_ru, created_name)
			select 'read_only', t, t, t + interval '2 hours', 'Baza yangilanadi', 'Обновление базы', 'Staff' from (select now() + interval '300 days' t) x returning id`)+"/end")
	r.complains("/op/maintenance/new", "maintenance-new-wrong")
	r.looksAt("kept", "/op/dictionaries/calendar?year=2030", "/op/dictionaries/attributes/18", "/op/dictionaries/reasons/17")
	r.loadsCodes("/op/dictionaries/attributes/13/codes/hs")
	r.writesSet("/op/dictionaries/attributes/18")
	r.moderates(waiting, "/op/cards/"+r.id(`select org_id from cards where editing = 'moderation' order by org_id desc, id desc limit 1`)+"-"+
		r.id(`select id from cards where editing = 'moderation' order by org_id desc, id desc limit 1`))
}
