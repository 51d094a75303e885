package onboarding

import (
	"slices"
	"time"

	"kabinet/internal/core/perm"
)

// checkRules is what activation proves at once: the letter came to the address,
// the director's key signed.
func checkRules() []rule {
	return []rule{
		{key: "email", need: perm.Of(perm.OrgEdit), make: func(s State) Task {
			return byActivation(s, "/org#contacts", Hint{Key: "onboarding.hint.email", Args: []any{"email", s.Email}})
		}},
		{key: "director", need: perm.Of(perm.OrgEdit), make: func(s State) Task {
			return byActivation(s, "/org#director", director(s))
		}},
		{key: "address", need: perm.Of(perm.OrgEdit), make: address},
		{key: "activate", need: perm.Of(perm.OrgRead), make: func(s State) Task {
			return byActivation(s, "/org#profile", Hint{Key: "onboarding.hint.activated", Args: []any{"date", s.ActivatedAt}})
		}},
	}
}

// director says who signed, and until when the key is good; of who was there before
// the portal no key is known.
func director(s State) Hint {
	if s.KeyUntil.IsZero() {
		return Hint{Key: "onboarding.hint.director_name", Args: []any{"name", s.Director}}
	}
	return Hint{Key: "onboarding.hint.director", Args: []any{"name", s.Director, "until", s.KeyUntil}}
}

func byActivation(s State, url string, h Hint) Task {
	if s.ActivatedAt.IsZero() {
		return Task{Status: NeedsAction, URL: url}
	}
	return Task{Status: Done, URL: url, Hint: h}
}

// address is done once somebody compared the profile and said so: what came
// from the old records may be out of date (domain.md F3).
func address(s State) Task {
	switch {
	case s.District == "" && s.Street == "" || !s.MainPlace:
		return Task{Status: NeedsAction, URL: "/org/address", Hint: Hint{Key: "onboarding.hint.no_address"}}
	case s.CheckedAt.IsZero():
		return Task{Status: NotStarted, URL: "/org", Hint: Hint{Key: "onboarding.hint.check"}}
	}
	return Task{Status: Done, URL: "/org#address", Hint: Hint{Key: "onboarding.hint.address", Args: []any{"region", s.Region, "district", s.District}}}
}

func setupRules() []rule {
	return []rule{
		{key: "places", need: perm.Of(perm.PlaceManage), make: func(s State) Task {
			if s.Places == 0 {
				return Task{Status: NeedsAction, URL: "/org/places/new", Hint: Hint{Key: "onboarding.hint.no_place"}}
			}
			return Task{Status: Done, URL: "/org/places", Hint: Hint{Key: "onboarding.hint.places", Count: s.Places}}
		}},
		{key: "groups", need: perm.Of(perm.GroupManage), make: groups},
		{key: "gs1", need: perm.Of(perm.OrgEdit), only: State.Issuer, make: prefix},
		{key: "access", need: perm.Of(perm.OrgRead), make: access},
		{key: "users", need: perm.Of(perm.MemberManage), make: users},
	}
}

func groups(s State) Task {
	t := Task{URL: "/org/groups", Hint: Hint{Key: "onboarding.hint.groups", Args: []any{"issuer", s.issued()}, Count: len(s.Groups)}}
	switch pending := s.pending(); {
	case len(s.Groups) == 0:
		t.Status, t.URL, t.Hint = NeedsAction, "/org/groups/new", Hint{Key: "onboarding.hint.no_group"}
	case pending > 0:
		t.Status, t.Hint = WithOperator, Hint{Key: "onboarding.hint.groups_pending", Count: pending}
	default:
		t.Status = Done
	}
	return t
}

// prefix is the one of GTINs that begin with 478. Whether all goods bear numbers of
// other countries, as those of importers do, only a person knows (domain.md 2.4).
func prefix(s State) Task {
	switch {
	case s.Prefixes > 0:
		return Task{Status: Done, URL: "/org/gs1", Hint: Hint{Key: "onboarding.hint.gs1", Count: s.Prefixes}}
	case s.GTINs:
		return Task{Status: Done, URL: "/org/gs1", Hint: Hint{Key: "onboarding.hint.gs1_single"}}
	case s.NumbersAsked:
		return Task{Status: WithOperator, URL: "/org/gs1", Hint: Hint{Key: "onboarding.hint.gs1_asked"}}
	case !s.Ticked["gs1"].IsZero():
		return Task{Status: Done, URL: "/setup/gs1", Hint: Hint{Key: "onboarding.hint.gs1_foreign"}}
	}
	return Task{Status: NotStarted, URL: "/org/gs1", Hint: Hint{Key: "onboarding.hint.no_gs1"}}
}

// access is what the reader may do oneself: a right counts only together with
// a product group and a place (domain.md 2.7).
func access(s State) Task {
	if s.MyRoles == 0 || s.MyGroups == 0 || s.MyPlaces == 0 {
		return Task{Status: NeedsAction, URL: "/me/access", Hint: Hint{Key: "onboarding.hint.no_access"}}
	}
	return Task{Status: Done, URL: "/me/access", Hint: Hint{Key: "onboarding.hint.access", Count: s.MyRoles}}
}

func users(s State) Task {
	t := Task{Status: NotStarted, URL: "/org/users/new", Hint: Hint{Key: "onboarding.hint.alone"}}
	switch {
	case s.UsersInvited > 0:
		args := []any{"active", s.Users, "all", s.Users + s.UsersInvited}
		t.Status, t.URL, t.Hint = InProgress, "/org/users", Hint{Key: "onboarding.hint.users_invited", Args: args}
		t.Others = true
	case s.Users > 1:
		t.Status, t.URL, t.Hint = Done, "/org/users", Hint{Key: "onboarding.hint.users", Count: s.Users}
	case !s.Ticked["users"].IsZero():
		t.Status, t.Hint = Done, Hint{Key: "onboarding.hint.users_none"}
	}
	return t
}

// soon is when an ending key becomes something to do: the first reminder goes
// out on the same day.
const soon = 7

// apiKey is the reader's own: keys have owners, and each has one.
func apiKey(s State) Task {
	t := Task{Status: NotStarted, URL: "/me/keys", Hint: Hint{Key: "onboarding.hint.no_key"}}
	switch {
	case s.KeyDays > soon:
		t.Status, t.Hint = Done, Hint{Key: "onboarding.hint.key", Count: s.KeyDays}
	case s.KeyDays == 0 && s.Programs > 0: // programs of the organization work without a key
		t.Status, t.URL, t.Hint = Done, "/org/users?kind=technical", Hint{Key: "onboarding.hint.programs", Count: s.Programs}
	case s.KeyDays > 0:
		t.Status, t.Hint = NeedsAction, Hint{Key: "onboarding.hint.key_ends", Count: s.KeyDays}
		t.Deadline = s.Now.AddDate(0, 0, s.KeyDays)
	case !s.Ticked["api_key"].IsZero():
		t.Status, t.Hint = Done, Hint{Key: "onboarding.hint.key_none"}
	}
	return t
}

// workRules are what the account is for; ordering codes is still to come.
func workRules() []rule {
	later := func(hint string) func(State) Task {
		return func(State) Task { return Task{Status: Waiting, Hint: Hint{Key: hint}} }
	}
	read := perm.Of(perm.OrgRead)
	first := []rule{{key: "api_key", need: perm.Of(perm.MemberManage, perm.KeyManage), make: apiKey}}
	return append(append(first, cardRules()...), []rule{
		{key: "agreement", need: read, do: perm.OrgEdit, only: State.Issuer, make: agreement},
		{key: "orders", need: read, only: State.Issuer, make: later("onboarding.hint.opens_orders")},
		{key: "balance", need: perm.Of(perm.OrgEdit), only: State.Issuer, make: later("onboarding.hint.opens_balance")},
		{key: "documents", need: perm.Of(perm.OrgEdit, perm.DocumentRead), do: perm.OrgEdit, make: documents},
		{key: "receipts", need: perm.Of(perm.OrgEdit, perm.DocumentRead), do: perm.OrgEdit, make: ticked("receipts")},
		{key: "aic", need: perm.Of(perm.OrgEdit, perm.DocAIC), do: perm.DocAIC, role: perm.RoleDocAIC, only: State.packs, make: aics},
		{key: "apps", need: perm.Of(perm.OrgEdit), make: ticked("apps")},
		{key: "maintenance", need: read, make: maintenance},
		{key: "training", need: read, make: later("onboarding.hint.opens_training")},
	}...)
}

// packs reports whether the organization works in a group whose goods come in AICs:
// medicines and medical devices (domain.md F4).
func (s State) packs() bool {
	return slices.ContainsFunc(s.Groups, func(g Group) bool { return g.ID == groupPharma || g.ID == groupMedicals })
}

// The groups whose goods come in AICs, as the dictionary numbers them.
const (
	groupPharma   = 7
	groupMedicals = 10
)

// aics are bound codes: what a month after is in no declaration is to be disbanded,
// or is forgotten.
func aics(s State) Task {
	if s.AICs > 0 {
		return Task{Status: NeedsAction, URL: "/aics", Hint: Hint{Key: "onboarding.hint.aics", Count: s.AICs}}
	}
	return Task{Status: Done, URL: "/aics", Hint: Hint{Key: "onboarding.hint.no_aics"}}
}

// agreementSoon is when an ending agreement becomes something to do: the first
// reminder goes out on the same day.
const agreementSoon = 30 * 24 * time.Hour

// agreement is the issuer's, for provision of codes (domain.md F30).
func agreement(s State) Task {
	t := Task{URL: "/org/agreement", Hint: Hint{Key: "onboarding.hint.agreement_" + s.Agreement}, Deadline: s.AgreementUntil}
	switch s.Agreement {
	case "requested", "signed":
		t.Status = WithOperator
	case "sent":
		t.Status = NeedsAction
	case "active":
		t.Status = Done
		if !s.AgreementUntil.IsZero() && s.AgreementUntil.Before(s.Now.Add(agreementSoon)) {
			t.Status, t.Hint = NeedsAction, Hint{Key: "onboarding.hint.agreement_ends", Args: []any{"date", s.AgreementUntil.Add(-time.Second)}}
		}
	default:
		t.Status, t.Hint = NotStarted, Hint{Key: "onboarding.hint.agreement_none"}
	}
	return t
}

// Ticks lists the tasks that only a person can know to be done (ux.md 2.2), and
// those of Spared.
func Ticks() []string { return append([]string{"documents", "receipts", "apps"}, Spared()...) }

// Spared lists the tasks that only a person can know not to concern an
// organization: all goods are from abroad, nobody else works there, no programs do.
func Spared() []string { return []string{"gs1", "users", "api_key"} }

// ticked is a task that a person ticks.
func ticked(key string) func(State) Task {
	return func(s State) Task {
		t := Task{Status: NotStarted, URL: "/setup/" + key, Hint: Hint{Key: "onboarding.hint." + key}}
		if at := s.Ticked[key]; !at.IsZero() {
			t.Status, t.Hint = Done, Hint{Key: "onboarding.hint.ticked", Args: []any{"date", at}}
		}
		return t
	}
}

// documents are ticked once, and ask for action whenever an invoice does: it is
// accepted by itself after a day (domain.md 2.12).
func documents(s State) Task {
	if s.Invoices > 0 {
		return Task{
			Status: NeedsAction, URL: "/documents?action=1", Deadline: s.InvoiceDue,
			Hint: Hint{Key: "onboarding.hint.invoices", Count: s.Invoices, Args: []any{"moment", s.InvoiceDue}},
		}
	}
	return ticked("documents")(s)
}

// maintenance is announced on every page; here it is said once more what to do.
func maintenance(s State) Task {
	t := Task{Status: Done, URL: "/status", Hint: Hint{Key: "onboarding.hint.no_maintenance"}}
	if !s.Maintenance.IsZero() {
		t.Hint = Hint{Key: "onboarding.hint.maintenance", Args: []any{"moment", s.Maintenance}}
	}
	return t
}
