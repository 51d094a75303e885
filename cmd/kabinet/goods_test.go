//go:build dev

package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"kabinet/internal/platform/i18n"
)

// addsGroup goes from Home to a product group that works: at most five clicks.
func (r reader) addsGroup() {
	r.t.Helper()
	r.open("/home")
	r.Count()
	r.press("onboarding.task.groups")
	r.At("/org/groups")
	r.examine("groups")
	r.press("productgroup.add")
	r.At("/org/groups/new")
	r.examine("groups-new")
	const fromTheList = 1 // a native list counts as one click
	r.Eval(`document.querySelector("#group").selectedIndex = 1; ""`)
	r.Click("#issuer-2")
	r.press("productgroup.new.submit")
	r.see("productgroup.flash.added")
	r.examine("groups-record")
	r.within(5, fromTheList, "adding a product group")
}

// asksOperator asks for the issuer flag of the group on the page, takes the
// request back, asks again, and has a prefix registered.
func (r reader) asksOperator(prefix string) {
	r.t.Helper()
	group := r.Path()
	r.press("request.issuer.ask")
	r.At(group + "/issuer")
	r.examine("issuer-ask")
	r.press("request.issuer.submit")
	r.see("request.issuer.about_missing")
	r.examine("issuer-wrong")
	for _, last := range []bool{false, true} {
		r.Type("#about", "We make these goods since May")
		r.press("request.issuer.submit")
		r.see("request.flash.opened")
		if last {
			continue
		}
		r.press("request.withdraw.open")
		r.see("request.withdraw.title")
		r.examine("issuer-withdraw")
		r.press("request.withdraw.submit")
		r.see("request.flash.withdrawn")
	}
	r.examine("issuer-open")
	r.open("/org/gs1")
	r.examine("gs1")
	r.press("gs1prefix.ask")
	r.At("/org/gs1/new")
	r.press("request.number.submit")
	r.see("request.file.missing")
	r.examine("gs1-wrong")
	r.Click("#kind")
	r.Type("#number", prefix)
	r.Attach("#file", r.document())
	r.press("request.number.submit")
	r.see("request.flash.opened")
	r.examine("gs1-request")
	r.press("request.withdraw.open")
	r.see("request.withdraw.title")
	r.examine("gs1-withdraw")
}

// document makes the file of a request.
func (r reader) document() string {
	r.t.Helper()
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))) // a buffer takes everything
	path := filepath.Join(r.t.TempDir(), "certificate.png")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}

// decidesAll empties the queue of requests and looks at what staff keep about
// goods.
func (r reader) decidesAll() {
	r.t.Helper()
	r.decides()
	r.toursGoods()
}

// toursWatch looks at what staff see of other systems, of organizations and of
// their questions.
func (r reader) toursWatch() {
	r.t.Helper()
	r.toursFeeds()
	r.toursAgreements()
	r.toursSupport()
	r.toursOpinions()
}

// decides goes through the queue to its end: every second request is refused.
func (r reader) decides() {
	r.t.Helper()
	var requests int
	if err := r.portal.DB.QueryRow(r.t.Context(), `select count(*) from requests where status = 'open'`).Scan(&requests); err != nil {
		r.t.Fatal(err)
	}
	r.open("/op/requests")
	r.examine("op-requests")
	r.Click("tbody th a")
	for i := range requests {
		r.see("request.decision.verdict")
		r.press("request.claim.take")
		r.see("request.claim.mine")
		r.examine("op-request-claimed")
		if i%2 == 0 {
			r.Click("#verdict-2")
			r.press("request.decision.check")
			r.see("request.decision.answer_missing")
			r.examine("op-request-wrong")
			r.Type("#answer", "The certificate is of last year")
		} else {
			r.Click("#verdict")
		}
		r.press("request.decision.check")
		r.see("request.preview.title")
		r.examine("op-request-preview")
		confirm, done := "request.decision.confirm_refuse", "request.flash.refuse"
		if i%2 == 1 {
			confirm, done = "request.decision.confirm_approve", "request.flash.approve"
		}
		r.press(confirm)
		r.see(done)
	}
	r.see("request.empty")
}

// toursGoods looks at what staff keep about goods.
func (r reader) toursGoods() {
	r.t.Helper()
	request := r.id(`select org_id from requests where status = 'refused' order by id limit 1`) + "/" + r.id(`select id from requests where status = 'refused' order by id limit 1`)
	prefix := "/op/orgs/" + zarafshon.tin + "/prefixes"
	for _, path := range []string{
		"/op/dictionaries", "/op/dictionaries/groups", "/op/dictionaries/groups/new", "/op/dictionaries/groups/13",
		"/op/requests?status=refused", "/op/requests/" + request, prefix,
	} {
		r.open(path)
		r.examine("op" + strings.NewReplacer("/op", "", "/", "-", "?", "-").Replace(path))
	}
	r.open(prefix)
	r.Type("#digits", "478777")
	r.press("gs1prefix.register.submit")
	r.see("gs1prefix.flash.registered")
	r.open(prefix + "/478777/block")
	r.examine("op-prefix-block")
	r.Type("#reason", "The membership ended")
	r.press("gs1prefix.block.submit")
	r.see("gs1prefix.flash.blocked")
	r.examine("op-prefix-blocked")
}

// prefixOf is a prefix for each language, so that nobody asks for another's.
func prefixOf(l i18n.Lang) string { return [...]string{"478901", "478902", "478903"}[l] }
