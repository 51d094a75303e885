//go:build dev

package main

import "strings"

// errs waits for the page that comes back with complaints.
func (r reader) errs() {
	r.t.Helper()
	r.Until("complaints", `document.readyState == "complete" && document.title.startsWith(`+quoted(r.words("layout.title.error"))+`)`)
}

// changes makes a state that no way of the tour leads to.
func (r reader) changes(sql string, args ...any) {
	r.t.Helper()
	if _, err := r.portal.DB.Exec(r.t.Context(), sql, args...); err != nil {
		r.t.Fatalf("%s: %v", sql, err)
	}
}

// listsCards looks at the list of cards with its filters, columns and views, and
// at acts on what cannot be acted on.
func (r reader) listsCards(inForce, blocked string) {
	r.t.Helper()
	r.looksAt("cards", "/cards?packaging=UNIT&from=2020-01-01&q=niqob", "/cards?country=none&per=50", "/cards?q=niqbo", "/cards/new/copy?q=yoq", "/catalogue?q=a")
	r.open("/cards")
	r.Click(".listtools summary")
	r.examine("cards-columns")
	r.complains("/cards/views?q=niqob&sort=name", "views-wrong")
	r.Type("#name", "Niqoblar")
	r.press("savedview.save")
	r.See("Niqoblar")
	r.looksAt("viewed", "/cards/views", "/cards?status=all")
	r.press("card.bulk.archive")
	r.See(r.words("card.list.nothing_chosen"))
	r.examine("many-none")
	r.looksAt("many", "/cards/bulk/block?ids="+inForce+","+blocked+",999", "/cards/bulk/archive?ids=999")
}

// writesWrong looks at the steps of a card that lacks answers and a photo.
func (r reader) writesWrong(card string) {
	r.t.Helper()
	r.looksAt("blank", card+"/edit/attributes?required=1")
	r.open(card + "/edit/attributes")
	r.Type(`[id="attr.units_in_pack"]`, "much")
	r.press("card.form.continue")
	r.errs()
	r.examine("card-step-wrong")
	r.open(card + "/edit/photos")
	r.examine("card-photos-none")
	r.Attach("#photos", r.file("drawing.jpg", "<svg/>"))
	r.press("card.form.continue")
	r.errs()
	r.examine("card-photos-wrong")
	for n := range 2 {
		r.open(card + "/edit/photos")
		r.Attach("#photos", r.photo(strings.Repeat("3", 12)+string('4'+rune(n))))
		r.press("card.photo.more")
		r.Until("the photo is kept", `document.readyState == "complete" && document.querySelectorAll(".shots li").length == `+string('1'+rune(n)))
	}
	r.examine("card-photos-two")
	r.Click(".shot")
	r.Until("the photo in full", `document.querySelector(".viewer img")?.naturalWidth > 0`)
	r.examine("card-photos-full")
	r.changes(`update card_versions set content = content || '{"gtin": "04783466280013"}' where card_id = $1`, strings.TrimPrefix(card, "/cards/"))
	r.looksAt("foreign", card+"/check")
}

// endsFile saves what is good in the file on the page, and sees how else it may
// end.
func (r reader) endsFile() {
	r.t.Helper()
	r.Click(`main form[action$="/apply"] button`)
	r.Wait(`main a[href^="/cards"].btn`)
	r.examine("cards-file-applied")
	path := r.Path()
	r.changes(`update card_imports set status = 'queued'`)
	r.looksAt("queued", path)
	r.changes(`update card_imports set status = 'failed', failure = '{"key":"cardfile.failure.rights"}'`)
	r.looksAt("failed", path, "/cards/import")
}

// moderates looks at the states of a card on the desk, from the queue to the
// decision, and at the card that comes next.
func (r reader) moderates(card, second string) {
	r.t.Helper()
	r.looksAt("desk", "/op/cards?hands=mine")
	r.open(card)
	r.press("moderation.claim.take")
	r.Wait("details.more > summary")
	r.examine("desk-taken")
	r.Click("details.more > summary")
	r.examine("desk-passing")
	r.open(card + "/return")
	r.press("moderation.return.check")
	r.errs()
	r.examine("desk-return-wrong")
	r.Click("#reason")
	r.press("moderation.return.check")
	r.see("moderation.preview.title")
	r.examine("desk-preview")
	r.press("moderation.return.submit")
	r.Until("the card is decided", `document.readyState == "complete" && !location.pathname.endsWith("/return")`)
	r.examine("desk-next")
	r.open(second + "/publish")
	r.press("moderation.publish.submit")
	r.Until("the card is decided", `document.readyState == "complete" && !location.pathname.endsWith("/publish")`)
	r.looksAt("decided", second, "/op/cards/stats?days=90")
	r.open("/op/cards/stats")
	r.Click("#by-day details > summary")
	r.examine("desk-stats-table")
}

// writesSet publishes a new version of what cards of a group say.
func (r reader) writesSet(group string) {
	r.t.Helper()
	r.looksAt("set", group+"/edit")
	r.Click("#row1 > summary")
	r.Retype("#a1-label_ru", "Модель по паспорту")
	r.Click(`#row1 button[value="up-1"]`)
	r.Until("the row is the first", `document.querySelector("#a0-label_ru")?.value === "Модель по паспорту" && location.hash === "#row0"`)
	r.examine("set-row")
	r.Click("#add")
	r.Wait("#row14[open]")
	r.Type("#a14-label_uz", "Shovqin")
	r.Click(`.savebar button[value="check"]`)
	r.Wait("#summary")
	r.examine("set-wrong")
	r.Type("#a14-label_ru", "Уровень шума")
	r.Type("#a14-code", "noise")
	r.Click(`.savebar button[value="check"]`)
	r.Wait(`button[value="publish"]`)
	r.examine("set-check")
	r.Click(`button[value="publish"]`)
	r.At(group + "/versions/2")
	r.examine("set-version")
}

// loadsCodes takes a file of codes in.
func (r reader) loadsCodes(list string) {
	r.t.Helper()
	r.open(list + "/import")
	r.Attach("#file", r.file("hs.csv", "code;name_uz;name_ru\n2202999900;Boshqa;Прочие\n22;Suv;\n"))
	r.Click(`.savebar button[type="submit"]`)
	r.Wait("#complaints")
	r.examine("codes-checked")
	r.Click(`form[action$="/apply"] button`)
	r.Until("the file is applied", `!document.querySelector('form[action$="/apply"]') && document.readyState === "complete"`)
	r.examine("codes-applied")
}
