//go:build dev

package main

import (
	"cmp"
	"fmt"
	"strings"
)

// publishesFirstCard takes the role that is missing on the way to a card, which the
// operator publishes.
func (n newcomer) publishesFirstCard() {
	n.t.Helper()
	n.stands("cards", "not_started")
	n.stands("cards_country", "")
	n.step("create and send a card", 14, func() {
		n.takesRole("/cards/new")
		n.fillsCard()
		n.press("card.form.continue")
		n.see("card.check.statement")
		n.pictured("card-check")
		n.signs()
		n.see("card.flash.sent")
	})
	n.turns("cards", "with_operator", "agreement")
	n.stands("cards_country", "done")
	n.desk.publishes(n)
	n.turns("cards", "done", "agreement")
}

// takesRole goes from the next step to where it is done, over a role.
func (n newcomer) takesRole(path string) {
	n.t.Helper()
	n.step("give myself a missing role", 2, func() {
		n.follows("/me/access/take")
		n.pictured("access-take")
		n.press("access.take.confirm")
		n.lands(path)
	})
}

// fillsCard goes through the steps of a new card up to its check.
func (n newcomer) fillsCard() {
	n.t.Helper()
	n.Click(fmt.Sprintf(`#groups a[href$="group=%s"]`, cmp.Or(n.wares.group, "water"))) // there are two by now
	n.Retype("#gtin", n.wares.gtin)
	n.answers()
	n.press("card.form.continue")
	n.answers()
	n.pictured("card-attributes")
	n.press("card.form.continue")
	n.Attach("#photos", n.photo(n.wares.gtin))
}

// answers fills in what the page asks, in the order of the page.
func (n newcomer) answers() {
	n.t.Helper()
	for name := range strings.FieldsSeq(n.Eval(`[...new Set([...document.querySelectorAll("main form :is(input, select, textarea)")].map(e => e.id || e.name))].join(" ")`)) {
		if value, ok := n.wares.picks[name]; ok {
			n.pick(`[id="`+name+`"]`, value)
		} else if value, ok := n.wares.typed[name]; ok {
			n.Retype(`[id="`+name+`"]`, value)
		}
		for _, box := range n.wares.boxes {
			if question, value, _ := strings.Cut(box, "="); question == name {
				n.tick(fmt.Sprintf(`input[name="%s"][value="%s"]`, question, value))
			}
		}
	}
}

// concludesAgreement asks for the agreement, signs it and waits for the operator.
func (n newcomer) concludesAgreement() {
	n.t.Helper()
	n.stands("agreement", "not_started")
	n.step("ask for the agreement", 0, func() {
		n.follows("/org/agreement")
		n.press("agreement.request")
		n.see("agreement.flash.requested")
	})
	n.turns("agreement", "with_operator", "documents")
	n.desk.sendsAgreement(n)
	n.turns("agreement", "needs_action", "agreement")
	n.step("sign the agreement", 0, func() {
		n.follows("/org/agreement")
		n.press("agreement.sign")
		n.pictured("agreement-sign")
		n.signs()
		n.see("agreement.flash.signed")
	})
	n.turns("agreement", "with_operator", "documents")
	n.desk.activatesAgreement(n)
	n.turns("agreement", "done", "documents")
}

// looksThroughDocuments answers an e-invoice that comes, and says that documents
// and receipts are there.
func (n newcomer) looksThroughDocuments() {
	n.t.Helper()
	n.stands("documents", "not_started")
	n.desk.delivers(n, "edo-aloqa", n.invoice())
	n.turns("documents", "needs_action", "documents")
	n.step("accept an e-invoice", 0, func() {
		n.follows("/documents")
		n.pictured("documents")
		n.acceptsInvoice()
	})
	n.turns("documents", "not_started", "documents")
	n.ticks("documents")
	if n.wares.tin == orol.tin {
		n.turns("documents", "done", "receipts")
		n.free(func() {
			n.open("/setup/documents")
			n.press("onboarding.setup.undo")
		})
		n.turns("documents", "not_started", "documents")
		n.free(func() { n.says("documents") })
	}
	n.turns("documents", "done", "receipts")
	n.desk.delivers(n, "fiscal", n.receipt())
	n.ticks("receipts")
	n.turns("receipts", "done", "apps")
}

// acceptsInvoice takes the role that answers invoices, then signs.
func (n newcomer) acceptsInvoice() {
	n.t.Helper()
	n.Click("main tbody th a")
	n.pictured("document")
	n.press("document.act.accept")
	n.signs()
	n.see("document.flash.accept")
}

// ticks looks at what came and says so.
func (n newcomer) ticks(task string) {
	n.t.Helper()
	n.step("check "+task, 3, func() {
		n.follows("/setup/" + task)
		if task != "apps" {
			n.press("onboarding.setup." + task + ".open")
			n.lands("/" + task)
			n.Wait("main tbody th a")
			n.Eval(`history.back() || ""`)
			n.At("/setup/" + task)
		}
		n.press("onboarding.setup.yes")
		n.lands("/home")
	})
}

// says is ticks without a look.
func (n newcomer) says(task string) {
	n.t.Helper()
	n.follows("/setup/" + task)
	n.press("onboarding.setup.yes")
}

// disbandsForgotten is for groups whose goods come in AICs.
func (n newcomer) disbandsForgotten() {
	n.t.Helper()
	if n.wares.group != "pharma" {
		n.stands("aic", "")
		return
	}
	n.stands("aic", "done")
	n.desk.delivers(n, "customs-aic", n.forgotten())
	n.turns("aic", "needs_action", "aic")
	n.step("disband a forgotten AIC", 0, func() {
		n.takesRole("/aics")
		n.tick("main tbody input[type=checkbox]")
		n.press("aic.disband.selected")
		n.pictured("aic-disband")
		n.signs()
		n.see("aic.flash.disbanded")
	})
	n.turns("aic", "done", "apps")
}

func (n newcomer) checksApps() {
	n.t.Helper()
	n.stands("apps", "not_started")
	n.ticks("apps")
}

// isDone holds Home to being through, and the operator's overview to knowing it.
func (n newcomer) isDone() {
	n.t.Helper()
	n.next("")
	n.Wait("#completed > summary")
	n.pictured("home-done")
	n.Click("#completed > summary")
	for _, task := range n.tasks() {
		n.stands(task, "done")
	}
	n.desk.findsDone(n)
	if n.wares.tin == orol.tin {
		n.desk.endsAgreement(n)
		n.turns("agreement", "not_started", "agreement")
	}
}
