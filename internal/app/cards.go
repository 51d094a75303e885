package app

import (
	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/card/cardhttp"
	"kabinet/internal/cardfile"
	"kabinet/internal/cardfile/cardfilehttp"
	"kabinet/internal/core/clock"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/gtinregistry"
	"kabinet/internal/gtinregistry/gtinregistryhttp"
	"kabinet/internal/moderation"
	"kabinet/internal/moderation/moderationhttp"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/picture"
	"kabinet/internal/savedview"
	"kabinet/internal/savedview/savedviewhttp"
)

// cardPages are the rooms about product cards: of one card, of many, of files,
// and the desk of moderation.
type cardPages struct {
	one   cardhttp.Handlers
	many  cardhttp.ListHandlers
	views savedviewhttp.Handlers
	files cardfilehttp.Handlers
	desk  moderationhttp.Handlers
}

// openCards makes the service that all of them share.
func (a *App) openCards() error {
	gtins, err := gtinRegistry(a.conf)
	if err != nil {
		return err
	}
	a.rooms.cards = &card.Service{
		DB: a.db, Proof: a.rooms.proof, Accounts: a.rooms.accounts, Pictures: picture.New(), GTINs: gtins, Host: signingHost(a.conf),
		PhotoRoom: a.conf.Photos.Room.Bytes(),
	}
	return nil
}

// gtinRegistry is the one that was configured; without one nobody is asked.
func gtinRegistry(conf config.Config) (gtinregistry.Registry, error) {
	switch c := conf.GTINs; {
	case c.URL != "":
		return gtinregistryhttp.New(gtinregistryhttp.Config{URL: c.URL, Token: c.Token.Reveal(), Now: clock.System})
	case c.File != "":
		return gtinregistry.OpenFile(c.File, clock.System)
	}
	return nil, nil //nolint:nilnil // none is a choice, and nobody is told that nothing was checked
}

// cardPages makes the rooms.
func (a *App) cardPages() cardPages {
	views := &savedview.Service{DB: a.db}
	many := cardhttp.ListHandlers{
		Cards: a.rooms.cards, Groups: a.groupService(), Views: views, Sessions: a.sessions, EDS: panelConfig(a.conf),
	}
	return cardPages{
		many: many, views: savedviewhttp.Handlers{Views: views, Sessions: a.sessions, Lists: []savedviewhttp.List{
			{Name: "cards", Path: "/cards", Title: "layout.nav.cards", Clean: many.CleanQuery, Words: many.QueryWords},
		}},
		one: cardhttp.Handlers{
			Cards: a.rooms.cards, Prefixes: &gs1prefix.Service{DB: a.db}, Sessions: a.sessions, EDS: panelConfig(a.conf),
		},
		files: cardfilehttp.Handlers{
			Files: &cardfile.Service{DB: a.db}, Exports: cardfile.Exporter{DB: a.db, Cards: a.rooms.cards}, Now: a.now,
		},
		desk: moderationhttp.Handlers{
			Desk: &moderation.Service{DB: a.db, Registry: a.rooms.cards.GTINs}, Cards: a.rooms.cards, Groups: a.groupService(), Sessions: a.sessions, Now: a.now,
		},
	}
}

func (p cardPages) members(m chi.Router, wrap httpx.Wrap) {
	p.files.Routes(m, wrap) // /cards/import is no card
	p.many.Routes(m, wrap)
	p.views.Routes(m, wrap)
	p.one.Routes(m, wrap)
}

func (p cardPages) staff(m chi.Router, wrap httpx.Wrap) {
	p.desk.Staff(m, wrap)
}

// workCards registers what is done with cards later.
func (r *rooms) workCards(runner *jobs.Runner) {
	db := r.cards.DB
	card.RegisterPhotos(runner, r.cards)
	moderation.Register(runner, db)
	cardfile.Register(runner, cardfile.Runner{DB: db, Photos: r.cards}, cardfile.Exporter{DB: db, Cards: r.cards})
}
