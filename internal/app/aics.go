package app

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/aic"
	"kabinet/internal/aic/aichttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/aicview"
	"kabinet/web/ui"
)

// aicRooms are the rooms about codes of aggregated customs goods.
type aicRooms struct {
	aics  *aic.Service
	pages aichttp.Handlers
}

func (a *App) aicRooms() aicRooms {
	s := &aic.Service{DB: a.db, Proof: a.rooms.proof, Accounts: a.rooms.accounts, Host: signingHost(a.conf)}
	return aicRooms{aics: s, pages: aichttp.Handlers{
		AICs: s, Groups: a.groupService(), Sessions: a.sessions, EDS: panelConfig(a.conf), Now: a.now,
	}}
}

func (r aicRooms) members(m chi.Router, wrap httpx.Wrap) { r.pages.Routes(m, wrap) }

// besideDocuments leads from documents to the AICs of who works in their groups.
func (a *App) besideDocuments(r *http.Request) ([]ui.Action, error) {
	does, err := aic.Works(r.Context(), a.db, httpx.Actor(r).OrgID)
	if err != nil || !does {
		return nil, err
	}
	return []ui.Action{{Text: i18n.T(r.Context(), "aic.title"), URL: aicview.ListURL}}, nil
}
