//go:build dev

package main

// makesKeys makes a key for programs; one newcomer ends it and takes a technical
// user instead.
func (n newcomer) makesKeys() {
	n.t.Helper()
	n.stands("api_key", "not_started")
	if n.wares.tin == zarafshon.tin {
		n.needsNoPrograms()
	}
	n.step("make an API key", 5, func() {
		n.follows("/me/keys")
		n.press("apikey.create")
		n.lands("/me/keys/new")
		n.press("apikey.new.submit")
		n.Wait("#key")
		n.Click(`[data-copy="#key"]`)
		n.copied()
		n.press("apikey.value.saved")
		n.see("apikey.flash.saved")
	})
	n.turns("api_key", "done", "cards")
	if n.wares.tin != registon.tin {
		return
	}
	n.free(func() {
		n.open("/me/keys")
		n.Click(`main tbody th a`)
		n.press("apikey.revoke")
		n.press("apikey.revoke")
		n.see("apikey.flash.revoked")
	})
	n.turns("api_key", "not_started", "api_key")
	n.letsProgramIn()
}

// needsNoPrograms says that nothing but people will work here, and changes its mind.
func (n newcomer) needsNoPrograms() {
	n.t.Helper()
	n.step("say that no key is needed", 0, func() {
		n.follows("/me/keys")
		n.press("apikey.first.none")
		n.lands("/setup/api_key")
		n.press("onboarding.setup.yes")
		n.lands("/home")
	})
	n.stands("api_key", "done")
	n.next("cards")
	n.free(func() {
		n.open("/setup/api_key")
		n.press("onboarding.setup.needed")
		n.lands("/home")
	})
	n.stands("api_key", "not_started")
	n.next("api_key")
}

// letsProgramIn makes a technical user, whose password its keeper sets.
func (n newcomer) letsProgramIn() {
	n.t.Helper()
	const mail = "dastur@registonfarm.example"
	n.step("add a technical user", 0, func() {
		n.Click("#tasks-2 > summary") // what is done is folded
		n.press("onboarding.task.users")
		n.press("member.add")
		n.lands("/org/users/new")
		n.tick("input[name=kind][value=technical]")
		for _, f := range [][2]string{{"name", "Ombor dasturi"}, {"name_ru", "Программа склада"}, {"name_en", "Warehouse program"}, {"email", mail}} {
			n.Retype("#"+f[0], f[1])
		}
		n.tick("input[name=preset][value=production]")
		n.press("member.new.submit")
		n.see("member.flash.added")
	})
	n.turns("api_key", "not_started", "api_key")
	keeper, l := n.portal.sit(n.t, n.lang), n.portal.invitationTo(n.t, mail)
	keeper.open(l.path)
	keeper.Type("#code", l.code)
	keeper.press("way.code.continue")
	keeper.At("/join/password")
	for _, field := range []string{"#password", "#again"} {
		keeper.Type(field, "quiet river under stones")
	}
	keeper.press("invite.password.set")
	keeper.At("/join/password/set")
	n.turns("api_key", "done", "cards")
}
