//go:build dev

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kabinet/internal/platform/i18n"
)

// signs finds the key of the director and signs with it.
func (n newcomer) signs() {
	n.t.Helper()
	n.Click("[data-eds-start]")
	n.state("choose")
	list, _ := json.Marshal(n.wares.key) // strings always have a form
	var opened float64
	n.ask("opened", "", &opened)
	if chosen := n.Eval(fmt.Sprintf(`hand.key(%s)`, list)); chosen != "chosen" { // the key of the last signature is offered first
		n.tick(fmt.Sprintf("[data-eds-row]:nth-of-type(%s) input", chosen))
	}
	n.Click("[data-eds-sign]")
	n.turn(opened)
}

// activates goes from the letter to Home.
func (n newcomer) activates() {
	n.t.Helper()
	l := n.portal.letterTo(n.t, n.wares.company)
	n.step("activate the account", 5, func() {
		n.open(l.path)
		n.clicks++ // on the link in the letter
		n.arrives()
		n.Retype("#code", strings.ToLower(l.code))
		n.press("way.code.continue")
		n.lands("/activate/sign")
		n.signs()
		n.lands("/home")
	})
	n.see("signup.done")
	for _, proved := range []string{"email", "director", "activate", "places", "groups", "access", "maintenance"} {
		n.stands(proved, "done")
	}
	n.stands("address", "not_started")
	n.next("address")
	n.pictured("home-new")
}

// checksProfile says that the profile is as it should be.
func (n newcomer) checksProfile() {
	n.t.Helper()
	n.step("check e-mail, director, address", 2, func() {
		n.follows("/org")
		n.pictured("org")
		n.press("profile.check.button")
		n.see("profile.checked")
	})
	n.turns("address", "done", n.first())
}

// first is what comes after the address: whoever has a prefix needs none.
func (n newcomer) first() string {
	if n.wares.tin == zarafshon.tin {
		return "users"
	}
	return "gs1"
}

// addsPlaceAndGroup goes by lines of the checklist, not by the next step: both are
// done by what came from the old account.
func (n newcomer) addsPlaceAndGroup() {
	n.t.Helper()
	n.step("add a place", 5, func() {
		n.press("onboarding.task.places")
		n.lands("/org/places")
		n.press("place.new")
		n.lands("/org/places/new")
		n.Retype("#name", "Ombor 2")
		n.tick("input[name=activities]")
		n.pick("#region", "TO")
		n.Retype("#district", "Chirchiq shahri")
		n.press("place.form.create")
		n.see("place.flash.created")
	})
	n.goesHome()
	n.See(i18n.TextN(n.lang, "onboarding.hint.places", 2))
	n.step("add a product group", 5, func() {
		n.press("onboarding.task.groups")
		n.lands("/org/groups")
		n.press("productgroup.add")
		n.lands("/org/groups/new")
		n.pick("#group", "18") // appliances
		n.tick("#issuer-2")
		n.press("productgroup.new.submit")
		n.see("productgroup.flash.added")
	})
	n.turns("groups", "done", n.first())
}

// settlesNumbers is a maker's way to a prefix, an importer's word that none is
// needed, and what becomes of the task when the operator blocks a prefix.
func (n newcomer) settlesNumbers() {
	n.t.Helper()
	switch n.wares.tin {
	case orol.tin:
		n.step("say that no prefix is needed", 0, func() {
			n.follows("/org/gs1")
			n.press("gs1prefix.foreign_only")
			n.lands("/setup/gs1")
			n.press("onboarding.setup.yes")
			n.lands("/home")
		})
		n.stands("gs1", "done")
	case registon.tin:
		n.stands("gs1", "not_started")
		n.step("ask for a prefix", 0, func() {
			n.follows("/org/gs1")
			n.press("gs1prefix.ask")
			n.lands("/org/gs1/new")
			n.tick("#kind")
			n.Retype("#number", "478902")
			n.Attach("#file", n.document())
			n.press("request.number.submit")
			n.see("request.flash.opened")
		})
		n.turns("gs1", "with_operator", "users")
		n.desk.approves(n, "478902")
		n.turns("gs1", "done", "users")
	default:
		n.stands("gs1", "done")
		n.desk.blocks(n, "478001")
		n.turns("gs1", "not_started", "gs1")
		n.desk.unblocks(n, "478001")
		n.turns("gs1", "done", "users")
	}
	n.next("users")
}

// letsColleagueIn invites somebody, who comes in at another computer.
func (n newcomer) letsColleagueIn() {
	n.t.Helper()
	u := colleagueOf(n.wares.company)
	n.stands("users", "not_started")
	if n.wares.tin == zarafshon.tin {
		n.worksAlone()
	}
	n.step("add a user with roles", 4, func() {
		n.follows("/org/users/new")
		for _, f := range [][2]string{{"name", u.name}, {"name_ru", u.ru}, {"name_en", u.en}, {"email", u.email}, {"pinfl", u.pinfl}} {
			n.Retype("#"+f[0], f[1])
		}
		n.tick(fmt.Sprintf(`input[name=preset][value=%s]`, u.preset))
		n.press("member.new.submit")
		n.see("member.flash.added")
	})
	record := n.Path()
	n.turns("users", "in_progress", "api_key")
	n.portal.sit(n.t, n.lang).followsInvitation(n.portal.invitationTo(n.t, u.email), u.key)
	n.turns("users", "done", "api_key")
	if n.wares.tin == orol.tin {
		n.losesColleague(record, u)
	}
}

// worksAlone says that nobody else is needed, and changes its mind.
func (n newcomer) worksAlone() {
	n.t.Helper()
	n.step("say that nobody else is needed", 0, func() {
		n.follows("/org/users/new")
		n.press("member.new.alone")
		n.lands("/setup/users")
		n.pictured("setup-users")
		n.press("onboarding.setup.yes")
		n.lands("/home")
	})
	n.stands("users", "done")
	n.next("api_key")
	n.free(func() {
		n.open("/setup/users")
		n.press("onboarding.setup.needed")
		n.lands("/home")
	})
	n.stands("users", "not_started")
	n.next("users")
}

// followsInvitation is the way of an invited person to Home.
func (r reader) followsInvitation(l letter, key []string) {
	r.t.Helper()
	r.open(l.path)
	r.Type("#code", strings.ToLower(l.code))
	r.press("way.code.continue")
	r.At("/join/sign")
	r.findKeys()
	r.choose(key...)
	r.sign()
	r.At("/home")
	r.see("invite.done")
}

// losesColleague blocks the colleague and lets the same person in again.
func (n newcomer) losesColleague(record string, u colleague) {
	n.t.Helper()
	earlier := n.portal.invitationTo(n.t, u.email)
	n.free(func() {
		n.open(record + "/block")
		n.Retype("#reason", "Left the company")
		n.press("member.block.submit")
		n.see("member.flash.blocked")
	})
	n.turns("users", "not_started", "users")
	n.free(func() {
		n.open(record)
		n.press("member.unblock")
		n.see("member.flash.unblocked")
	})
	n.turns("users", "in_progress", "api_key")
	n.portal.sit(n.t, n.lang).followsInvitation(n.portal.invitationAfter(n.t, u.email, earlier), u.key)
	n.turns("users", "done", "api_key")
}

// invitationAfter waits for an invitation that is not the earlier one.
func (w *whole) invitationAfter(t *testing.T, address string, earlier letter) letter {
	t.Helper()
	for seen := w.Mail.Total(); ; seen++ {
		if l := w.invitationTo(t, address); l != earlier {
			return l
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		err := w.Mail.Wait(ctx, seen+1)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
	}
}
