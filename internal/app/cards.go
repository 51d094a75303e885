package app

import (
	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/card/cardhttp"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/picture"
)

// cardPages are the rooms about product cards: of one card, of many, of files,
// and the desk of moderation.
type cardPages struct {
	one cardhttp.Handlers
}

// openCards makes the service that all of them share.
func (a *App) openCards() {
	a.rooms.cards = &card.Service{DB: a.db, Proof: a.rooms.proof, Accounts: a.rooms.accounts, Pictures: picture.New(), Host: signingHost(a.conf)}
}

// cardPages makes the rooms.
func (a *App) cardPages() cardPages {
	return cardPages{
		one: cardhttp.Handlers{
			Cards: a.rooms.cards, Prefixes: &gs1prefix.Service{DB: a.db}, Sessions: a.sessions, EDS: panelConfig(a.conf),
		},
	}
}

func (p cardPages) members(m chi.Router, wrap httpx.Wrap) {
	p.one.Routes(m, wrap)
}

func (p cardPages) staff(m chi.Router, wrap httpx.Wrap) {}
