package onboarding_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/onboarding"
)

var (
	director = perm.Rights([]string{"default", "org_admin"})
	clerk    = perm.Rights([]string{"default"})
)

// ready is an issuer right after its activation.
func ready() onboarding.State {
	return onboarding.State{
		Email: "info@bog.example", Director: "Barno Sodiqova", Region: "SA", District: "Kattaqoʻrgʻon", Street: "Navoiy 1",
		ActivatedAt: time.Date(2025, 12, 2, 6, 0, 0, 0, time.UTC), CheckedAt: time.Date(2025, 12, 2, 7, 0, 0, 0, time.UTC),
		Groups: []onboarding.Group{{Uz: "Suv", Status: "active", Issuer: true}, {Uz: "Pivo", Status: "active"}},
		Places: 1, MainPlace: true, Prefixes: 1, Users: 1, MyRoles: 2, MyGroups: 2, MyPlaces: 1,
		Cards: onboarding.Cards{Any: true, Published: true}, Agreement: "active", Now: now,
		Ticked: map[string]time.Time{"documents": now, "receipts": now, "apps": now},
	}
}

var now = time.Date(2025, 12, 4, 6, 0, 0, 0, time.UTC)

var names = map[onboarding.Status]string{
	onboarding.NotStarted: "not started", onboarding.InProgress: "in progress", onboarding.NeedsAction: "needs action",
	onboarding.WithOperator: "with the operator", onboarding.Done: "done", onboarding.Waiting: "waiting",
}

// find gives the status of a task, "absent" if it is not on the list.
func find(parts []onboarding.Part, key string) string {
	for _, p := range parts {
		for _, t := range p.Tasks {
			if t.Key == key {
				return names[t.Status]
			}
		}
	}
	return "absent"
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		edit func(*onboarding.State)
		task string
		want string
	}{
		{"activation proved the e-mail", func(*onboarding.State) {}, "email", "done"},
		{"activation proved the director", func(*onboarding.State) {}, "director", "done"},
		{"activated", func(*onboarding.State) {}, "activate", "done"},
		{"not activated", func(s *onboarding.State) { s.ActivatedAt = time.Time{} }, "activate", "needs action"},
		{"not activated, so no e-mail proved", func(s *onboarding.State) { s.ActivatedAt = time.Time{} }, "email", "needs action"},
		{"an address that became a place", func(*onboarding.State) {}, "address", "done"},
		{"only a street is an address", func(s *onboarding.State) { s.District = "" }, "address", "done"},
		{"no address", func(s *onboarding.State) { s.District, s.Street = "", "" }, "address", "needs action"},
		{"a profile nobody has compared", func(s *onboarding.State) { s.CheckedAt = time.Time{} }, "address", "not started"},
		{"an address without a main place", func(s *onboarding.State) { s.MainPlace = false }, "address", "needs action"},
		{"one place", func(*onboarding.State) {}, "places", "done"},
		{"no place", func(s *onboarding.State) { s.Places = 0 }, "places", "needs action"},
		{"groups", func(*onboarding.State) {}, "groups", "done"},
		{"no group", func(s *onboarding.State) { s.Groups = nil }, "groups", "needs action"},
		{"a group to be activated", func(s *onboarding.State) { s.Groups[1].Status = "pending" }, "groups", "with the operator"},
		{"an issuer with a prefix", func(*onboarding.State) {}, "gs1", "done"},
		{"an issuer without a prefix", func(s *onboarding.State) { s.Prefixes = 0 }, "gs1", "not started"},
		{"an issuer who has single GTINs", func(s *onboarding.State) { s.Prefixes, s.GTINs = 0, true }, "gs1", "done"},
		{"an issuer who asked for a prefix", func(s *onboarding.State) { s.Prefixes, s.NumbersAsked = 0, true }, "gs1", "with the operator"},
		{"an issuer of goods from abroad", func(s *onboarding.State) { s.Prefixes, s.Ticked["gs1"] = 0, now }, "gs1", "done"},
		{"no issuer", func(s *onboarding.State) { s.Groups[0].Issuer = false }, "gs1", "absent"},
		{"roles, groups and places", func(*onboarding.State) {}, "access", "done"},
		{"no role", func(s *onboarding.State) { s.MyRoles = 0 }, "access", "needs action"},
		{"no group of one's own", func(s *onboarding.State) { s.MyGroups = 0 }, "access", "needs action"},
		{"no place of one's own", func(s *onboarding.State) { s.MyPlaces = 0 }, "access", "needs action"},
		{"alone", func(*onboarding.State) {}, "users", "not started"},
		{"two users", func(s *onboarding.State) { s.Users = 2 }, "users", "done"},
		{"an invited user", func(s *onboarding.State) { s.UsersInvited = 1 }, "users", "in progress"},
		{"one who works alone", func(s *onboarding.State) { s.Ticked["users"] = now }, "users", "done"},
		{"one who worked alone and invites", func(s *onboarding.State) { s.Ticked["users"], s.UsersInvited = now, 1 }, "users", "in progress"},
		{"no programs", func(s *onboarding.State) { s.Ticked["api_key"] = now }, "api_key", "done"},
		{"programs after all", func(s *onboarding.State) { s.Ticked["api_key"], s.KeyDays = now, 3 }, "api_key", "needs action"},
		{"no API key", func(*onboarding.State) {}, "api_key", "not started"},
		{"an API key", func(s *onboarding.State) { s.KeyDays = 8 }, "api_key", "done"},
		{"an API key that ends in a week", func(s *onboarding.State) { s.KeyDays = 7 }, "api_key", "needs action"},
		{"an API key of the last day", func(s *onboarding.State) { s.KeyDays = 1 }, "api_key", "needs action"},
		{"no card", func(s *onboarding.State) { s.Cards = onboarding.Cards{} }, "cards", "not started"},
		{"only drafts", func(s *onboarding.State) { s.Cards = onboarding.Cards{Any: true} }, "cards", "in progress"},
		{"a card with the operator", func(s *onboarding.State) { s.Cards = onboarding.Cards{Any: true, Waiting: true} }, "cards", "with the operator"},
		{"a card in force", func(*onboarding.State) {}, "cards", "done"},
		{"no card was returned", func(*onboarding.State) {}, "cards_returned", "absent"},
		{"returned cards", func(s *onboarding.State) { s.Cards.Returned = 3 }, "cards_returned", "needs action"},
		{"every card has a country", func(*onboarding.State) {}, "cards_country", "done"},
		{"cards without a country", func(s *onboarding.State) { s.Cards.NoCountry = 40 }, "cards_country", "needs action"},
		{"a country without cards", func(s *onboarding.State) { s.Cards = onboarding.Cards{} }, "cards_country", "absent"},
		{"nothing is planned", func(*onboarding.State) {}, "cards_planned", "absent"},
		{"planned goods without a card in force", func(s *onboarding.State) { s.Cards.Planned = 2 }, "cards_planned", "needs action"},
		{"an agreement in force", func(*onboarding.State) {}, "agreement", "done"},
		{"no agreement", func(s *onboarding.State) { s.Agreement = "" }, "agreement", "not started"},
		{"an agreement that was asked for", func(s *onboarding.State) { s.Agreement = "requested" }, "agreement", "with the operator"},
		{"an agreement to sign", func(s *onboarding.State) { s.Agreement = "sent" }, "agreement", "needs action"},
		{"an agreement that was signed", func(s *onboarding.State) { s.Agreement = "signed" }, "agreement", "with the operator"},
		{"an agreement that ends in a month", func(s *onboarding.State) { s.AgreementUntil = now.AddDate(0, 0, 29) }, "agreement", "needs action"},
		{"an agreement that ends later", func(s *onboarding.State) { s.AgreementUntil = now.AddDate(0, 0, 31) }, "agreement", "done"},
		{"a technical user instead of a key", func(s *onboarding.State) { s.Programs = 1 }, "api_key", "done"},
		{"receipts nobody has looked at", func(s *onboarding.State) { delete(s.Ticked, "receipts") }, "receipts", "not started"},
		{"receipts that were checked", func(*onboarding.State) {}, "receipts", "done"},
		{"apps nobody has tried", func(s *onboarding.State) { delete(s.Ticked, "apps") }, "apps", "not started"},
		{"documents that were checked", func(*onboarding.State) {}, "documents", "done"},
		{"documents nobody has looked at", func(s *onboarding.State) { delete(s.Ticked, "documents") }, "documents", "not started"},
		{"an invoice to answer", func(s *onboarding.State) { s.Invoices, s.InvoiceDue = 1, now }, "documents", "needs action"},
		{"medicines come in AICs", func(s *onboarding.State) { s.Groups[1].ID = 7 }, "aic", "done"},
		{"medicines in AICs that are forgotten", func(s *onboarding.State) { s.Groups[1].ID, s.AICs = 10, 2 }, "aic", "needs action"},
		{"water does not", func(*onboarding.State) {}, "aic", "absent"},
		{"maintenance is always told of", func(s *onboarding.State) { s.Maintenance = now }, "maintenance", "done"},
		{"training is to come", func(*onboarding.State) {}, "training", "waiting"},
		{"money is to come", func(*onboarding.State) {}, "balance", "waiting"},
		{"no issuer needs no agreement", func(s *onboarding.State) { s.Groups[0].Issuer = false }, "agreement", "absent"},
		{"no issuer orders no codes", func(s *onboarding.State) { s.Groups = nil }, "orders", "absent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := ready()
			tt.edit(&s)
			if got := find(onboarding.Checklist(s, director), tt.task); got != tt.want {
				t.Errorf("%s is %s, want %s", tt.task, got, tt.want)
			}
		})
	}
}

func TestReadersSeeTheirOwnTasks(t *testing.T) {
	t.Parallel()
	list := func(s onboarding.State, rights perm.Set) string {
		var keys []string
		for _, p := range onboarding.Checklist(s, rights) {
			var of []string
			for _, task := range p.Tasks {
				of = append(of, task.Key)
			}
			keys = append(keys, p.Key+": "+strings.Join(of, " "))
		}
		return strings.Join(keys, "; ")
	}
	trader := ready()
	trader.Groups[0].Issuer = false
	for _, tt := range []struct {
		name   string
		state  onboarding.State
		rights perm.Set
		want   string
	}{
		{
			"an administrator of an issuer", ready(), director,
			"check: email director address activate; setup: places groups gs1 access users; work: api_key cards cards_country agreement orders balance documents receipts apps maintenance training",
		},
		{
			"an administrator of a trader", trader, director,
			"check: email director address activate; setup: places groups access users; work: api_key cards cards_country documents receipts apps maintenance training",
		},
		{"a user without further roles", ready(), clerk, "check: activate; setup: access; work: cards cards_country agreement orders maintenance training"},
		{"nobody", ready(), perm.Of(), ""},
	} {
		if got := list(tt.state, tt.rights); got != tt.want {
			t.Errorf("%s sees\n%s, want\n%s", tt.name, got, tt.want)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		edit     func(*onboarding.State)
		want     string
		operator bool
	}{
		{"nothing is left", func(s *onboarding.State) { s.Users, s.KeyDays = 2, 30 }, "", false},
		{"what has not begun comes last", func(*onboarding.State) {}, "users", false},
		{"what is held up comes first", func(s *onboarding.State) { s.Places, s.UsersInvited = 0, 1 }, "places", false},
		{"then what goes on", func(s *onboarding.State) { s.Cards = onboarding.Cards{Any: true} }, "cards", false},
		{"what others have to do comes last", func(s *onboarding.State) { s.UsersInvited = 1 }, "api_key", false},
		{"but it comes", func(s *onboarding.State) { s.UsersInvited, s.KeyDays = 1, 30 }, "users", false},
		{"of two held up the first of the list", func(s *onboarding.State) { s.Places, s.ActivatedAt = 0, time.Time{} }, "email", false},
		{"what the operator does is not next", func(s *onboarding.State) { s.Groups[1].Status, s.Users, s.KeyDays = "pending", 2, 30 }, "", true},
		{"of two deadlines the nearer", func(s *onboarding.State) {
			s.KeyDays, s.Invoices, s.InvoiceDue, s.Places = 3, 2, now.Add(time.Hour), 0
		}, "documents", false},
		{"a deadline comes before what has none", func(s *onboarding.State) { s.Places, s.KeyDays = 0, 3 }, "api_key", false},
		{"without a group one is to be added", func(s *onboarding.State) { s.Groups = nil }, "groups", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := ready()
			tt.edit(&s)
			parts := onboarding.Checklist(s, director)
			task, ok := onboarding.Next(parts)
			if task.Key != tt.want || ok != (tt.want != "") || onboarding.WaitsForOperator(parts) != tt.operator {
				t.Errorf("next is %q (%t), operator %t; want %q, %t", task.Key, ok, onboarding.WaitsForOperator(parts), tt.want, tt.operator)
			}
		})
	}
}

// Whatever the data: a task that can be opened has an address, one that cannot
// has none and says why.
func TestNoTaskLeadsNowhere(t *testing.T) {
	t.Parallel()
	for bits := range 1 << 8 {
		s := ready()
		for i, edit := range []func(){
			func() { s.ActivatedAt = time.Time{} }, func() { s.Places = 0 }, func() { s.Groups = nil }, func() { s.Prefixes = 0 },
			func() { s.MyRoles = 0 }, func() { s.UsersInvited = 2 }, func() { s.MainPlace = false }, func() { s.Users = 3 },
		} {
			if bits&(1<<i) != 0 {
				edit()
			}
		}
		for _, p := range onboarding.Checklist(s, director) {
			for _, task := range p.Tasks {
				dead := task.Status == onboarding.Waiting
				if dead != (task.URL == "") || dead && task.Hint.Key == "" {
					t.Fatalf("%s in %s: %s", task.Key, fmt.Sprint(s), fmt.Sprint(task))
				}
			}
		}
	}
}

func TestWhoMayDoWhatTheReaderMayNot(t *testing.T) {
	t.Parallel()
	s := ready()
	s.Agreement = "sent"
	s.People = []onboarding.Person{{Name: "Barno", Rights: director}, {Name: "Karim", Rights: clerk}}
	for _, p := range onboarding.Checklist(s, clerk) {
		for _, task := range p.Tasks {
			if task.Key == "agreement" && (len(task.Who) != 1 || task.Who[0] != "Barno") {
				t.Errorf("the agreement is done by %v", task.Who)
			}
		}
	}
	if next, ok := onboarding.Next(onboarding.Checklist(s, clerk)); ok {
		t.Errorf("next for who may not: %s", next.Key)
	}
	if next, _ := onboarding.Next(onboarding.Checklist(s, director)); next.Key != "agreement" {
		t.Errorf("next for who may: %s", next.Key)
	}
}

// An administrator may give the missing role to himself, unless somebody has it.
func TestNobodyMaySendCards(t *testing.T) {
	t.Parallel()
	s := ready()
	s.Cards = onboarding.Cards{}
	led := func(rights perm.Set) (url string, who []string) {
		for _, p := range onboarding.Checklist(s, rights) {
			for _, task := range p.Tasks {
				if task.Key == "cards" {
					return task.URL, task.Who
				}
			}
		}
		return "", nil
	}
	if url, who := led(director); url != "/me/access/take?kind=role&next=%2Fcards%2Fnew&thing=card_publisher" || who != nil {
		t.Errorf("the administrator is led to %s, or to %v", url, who)
	}
	if url, _ := led(clerk); url != "/cards/new" {
		t.Errorf("a user is led to %s", url)
	}
	if url, _ := led(director.Or(perm.RoleCardPublisher.Rights())); url != "/cards/new" {
		t.Errorf("a publisher is led to %s", url)
	}
	s.People = []onboarding.Person{{Name: "Barno", Rights: perm.RoleCardEditor.Rights()}}
	if _, who := led(director); who != nil {
		t.Errorf("%v may edit, not send", who)
	}
	s.People[0].Rights = perm.RoleCardPublisher.Rights()
	if url, who := led(director); url != "/cards/new" || len(who) != 1 {
		t.Errorf("the administrator is led to %s, to %v", url, who)
	}
}

// What cannot be done yet does not stand between an organization and the end.
func TestAllDone(t *testing.T) {
	t.Parallel()
	s := ready()
	s.Users, s.KeyDays = 2, 30
	if !onboarding.Settled(onboarding.Checklist(s, director)) || !s.Settled().Equal(now) {
		t.Errorf("not settled, or on another day: %v", s.Settled())
	}
	s.Cards.NoCountry = 1
	if onboarding.Settled(onboarding.Checklist(s, director)) {
		t.Error("settled with a card without a country")
	}
}
