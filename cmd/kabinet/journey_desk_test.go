//go:build dev

package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/feed"
	"kabinet/internal/feed/feedsim"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/readiness"
)

// desk is somebody of the operator, who serves one newcomer after the other, and
// the state systems that deliver.
type desk struct {
	sync.Mutex
	reader
	sources map[string]feedsim.Source
	through int // newcomers who are done, and had not undone anything
}

// opensDesk signs somebody of the operator in, who makes tokens for the feeds that
// newcomers hear of, once the invented state systems have theirs.
func (w *whole) opensDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{reader: w.staff(t, i18n.En), sources: map[string]feedsim.Source{}}
	for code, kind := range map[string]string{"edo-aloqa": feed.Invoice, "fiscal": feed.Receipt, "customs-aic": feed.AIC} {
		d.open("/op/feeds/" + code)
		for range 100 {
			if d.Sees(d.words("feed.token.valid")) {
				break
			}
			d.Reload()
		}
		d.press("feed.token.new")
		d.Wait("#token")
		d.sources[code] = feedsim.Source{Code: code, Kind: kind, Token: d.Text("#token")}
	}
	return d
}

// serves lets the desk work for one newcomer, whose test fails when it cannot.
func (d *desk) serves(n newcomer, do func(r reader)) {
	n.t.Helper()
	d.Lock()
	defer d.Unlock()
	r := d.reader
	defer func(was testing.TB) { r.T = was }(r.T)
	r.t, r.T = n.t, n.t
	do(r)
}

// approves decides an open request about a number.
func (d *desk) approves(n newcomer, number string) {
	n.t.Helper()
	d.serves(n, func(r reader) {
		r.t.Helper()
		r.open("/op/requests?q=" + n.wares.tin)
		r.Click("tbody th a")
		r.See(number)
		r.press("request.claim.take")
		r.see("request.claim.mine")
		r.Click("#verdict")
		r.press("request.decision.check")
		r.see("request.preview.title")
		r.press("request.decision.confirm_approve")
		r.see("request.flash.approve")
	})
}

// blocks stops a prefix of the newcomer's.
func (d *desk) blocks(n newcomer, digits string) {
	n.t.Helper()
	d.serves(n, func(r reader) {
		r.t.Helper()
		r.open("/op/orgs/" + n.wares.tin + "/prefixes/" + digits + "/block")
		r.Type("#reason", "The membership ended")
		r.press("gs1prefix.block.submit")
		r.see("gs1prefix.flash.blocked")
	})
}

func (d *desk) unblocks(n newcomer, digits string) {
	n.t.Helper()
	d.serves(n, func(r reader) {
		r.t.Helper()
		r.open("/op/orgs/" + n.wares.tin + "/prefixes")
		r.Click(`form[action$="/` + digits + `/unblock"] button`)
		r.see("gs1prefix.flash.unblocked")
	})
}

func (d *desk) publishes(n newcomer) {
	n.t.Helper()
	d.serves(n, func(r reader) {
		r.t.Helper()
		r.publishesCard(n.wares.gtin)
	})
}

// atAgreement opens the newcomer's agreement that waits in this state.
func (r reader) atAgreement(n newcomer, status string) {
	r.t.Helper()
	r.open("/op/agreements?status=" + status + "&q=" + n.wares.tin)
	r.Click("#agreements tbody th a")
}

func (d *desk) sendsAgreement(n newcomer) {
	n.t.Helper()
	d.serves(n, func(r reader) {
		r.t.Helper()
		r.atAgreement(n, "requested")
		r.press("agreement.send")
		r.press("agreement.send.check")
		r.see("agreement.send.shown")
		r.press("agreement.send")
		r.see("agreement.flash.sent")
	})
}

func (d *desk) activatesAgreement(n newcomer) {
	n.t.Helper()
	d.serves(n, func(r reader) {
		r.t.Helper()
		r.atAgreement(n, "signed")
		r.press("agreement.activate")
		r.Until("the question", `location.pathname.endsWith("/activate") && document.readyState == "complete"`)
		r.press("agreement.activate")
		r.see("agreement.flash.activated")
	})
}

func (d *desk) endsAgreement(n newcomer) {
	n.t.Helper()
	d.serves(n, func(r reader) {
		r.t.Helper()
		r.atAgreement(n, "active")
		r.press("agreement.end")
		r.Wait("#reason")
		r.Type("#reason", "The issuer asked for it")
		r.press("agreement.end")
		r.see("agreement.flash.end")
		d.through--
	})
}

// findsDone finds one organization more that is through in the operator's overview,
// kept up as the job does every minute.
func (d *desk) findsDone(n newcomer) {
	n.t.Helper()
	d.serves(n, func(r reader) {
		r.t.Helper()
		if err := (&readiness.Service{DB: r.portal.DB}).Refresh(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
		d.through++
		r.open("/op/readiness")
		if at := r.Eval(`[...document.querySelectorAll(".facts dt")].find(e => e.textContent == ` + quoted(r.words("readiness.settled")) + `)?.parentElement.querySelector("dd").textContent.trim() ?? ""`); !strings.HasPrefix(at, fmt.Sprint(d.through)) {
			r.t.Errorf("the overview counts %q as through, not %d", at, d.through)
		}
	})
}

// delivers hands a message over as the state system does.
func (d *desk) delivers(n newcomer, code string, m feedsim.Message) {
	n.t.Helper()
	if err := call(n.t.Context(), n.portal.URL, d.sources[code], []feedsim.Message{m}); err != nil {
		n.t.Fatal(err)
	}
}

// partner is the other side of what is delivered; nobody of the invented ones.
var partner = feedsim.Company{TIN: "209999992", Name: "“HAMKOR SAVDO” MCHJ"}

// invoice is one that the newcomer has a day to answer.
func (n newcomer) invoice() feedsim.Message {
	const incoming = 9001 // odd ones come in
	return feedsim.Source{Code: "edo-aloqa-" + n.wares.tin, Kind: feed.Invoice}.Sample(incoming, clock.System(), n.buyer(), partner)
}

func (n newcomer) receipt() feedsim.Message {
	return feedsim.Source{Code: "fiscal-" + n.wares.tin, Kind: feed.Receipt}.Sample(9000, clock.System(), n.buyer(), partner)
}

func (n newcomer) buyer() feedsim.Company {
	return feedsim.Company{TIN: n.wares.tin, Name: n.wares.email}
}

// forgotten is an AIC of two months ago that is in no declaration.
func (n newcomer) forgotten() feedsim.Message {
	m := feedsim.Source{Code: "customs-aic", Kind: feed.AIC}.Sample(9000, clock.System().Add(-60*24*time.Hour), n.buyer(), partner)
	m.Body["group"] = "pharma"
	return m
}

// tasks are those that everybody who issues codes has.
func (n newcomer) tasks() []string {
	return []string{
		"email", "director", "address", "activate", "places", "groups", "gs1", "access", "users", "api_key",
		"cards", "cards_country", "agreement", "documents", "receipts", "apps", "maintenance",
	}
}
