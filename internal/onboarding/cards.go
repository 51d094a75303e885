package onboarding

import "kabinet/internal/core/perm"

// Cards is what the rules look at of the product cards in the reader's groups.
// Numbers are counted up to cardsCounted.
type Cards struct {
	Any       bool // there is a card at all
	Waiting   bool // one waits for the operator
	Published bool // one is in force
	Returned  int  // with remarks of the operator, not sent again
	NoCountry int  // without the country of manufacture
	Planned   int  // goods planned for production or import whose card is not in force
}

// cardsCounted is where counting ends: the page says "more than".
const cardsCounted = 10_000

// cardRules are the tasks about product cards. Without a card in force no code
// can be ordered (domain.md F29); without a country no report is accepted (F27).
// A task that only sometimes arises is not on the list before it does. Each ends
// with sending, so a right to edit alone is not enough.
func cardRules() []rule {
	all := perm.Of(perm.OrgRead)
	return []rule{
		{key: "cards", need: all, do: perm.CardPublish, role: perm.RoleCardPublisher, make: cards},
		{key: "cards_returned", need: all, do: perm.CardPublish, role: perm.RoleCardPublisher, only: func(s State) bool { return s.Cards.Returned > 0 }, make: func(s State) Task {
			return Task{Status: NeedsAction, URL: "/cards?status=returned", Hint: Hint{Key: "onboarding.hint.cards_returned", Count: s.Cards.Returned}}
		}},
		{key: "cards_planned", need: all, do: perm.CardPublish, role: perm.RoleCardPublisher, only: func(s State) bool { return s.Cards.Planned > 0 }, make: func(s State) Task {
			return Task{Status: NeedsAction, URL: "/cards?planned=1", Hint: Hint{Key: "onboarding.hint.cards_planned", Count: s.Cards.Planned}}
		}},
		{key: "cards_country", need: all, do: perm.CardPublish, role: perm.RoleCardPublisher, only: func(s State) bool { return s.Cards.Any }, make: func(s State) Task {
			if s.Cards.NoCountry == 0 {
				return Task{Status: Done, URL: "/cards", Hint: Hint{Key: "onboarding.hint.cards_country_done"}}
			}
			return Task{Status: NeedsAction, URL: "/cards?country=none", Hint: Hint{Key: "onboarding.hint.cards_country", Count: s.Cards.NoCountry}}
		}},
	}
}

func cards(s State) Task {
	switch {
	case s.Cards.Published:
		return Task{Status: Done, URL: "/cards?status=published", Hint: Hint{Key: "onboarding.hint.cards_published"}}
	case s.Cards.Waiting:
		return Task{Status: WithOperator, URL: "/cards?status=moderation", Hint: Hint{Key: "onboarding.hint.cards_waiting"}}
	case s.Cards.Any:
		return Task{Status: InProgress, URL: "/cards", Hint: Hint{Key: "onboarding.hint.cards_drafts"}}
	}
	return Task{Status: NotStarted, URL: "/cards/new", Hint: Hint{Key: "onboarding.hint.no_card"}}
}
