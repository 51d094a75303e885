package app

import (
	"kabinet/internal/apikey"
	"kabinet/internal/apikey/apikeyhttp"
	"kabinet/internal/publicapi"
)

// openKeys makes what API keys are made with, and what they open.
func (a *App) openKeys() {
	r := &a.rooms
	r.keys = &apikey.Service{DB: a.db, Box: a.box}
	r.api = publicapi.New(a.db, r.keys, a.now)
}

func (a *App) keyPages() apikeyhttp.Handlers {
	return apikeyhttp.Handlers{
		Keys: a.rooms.keys, Sessions: a.sessions, BaseURL: string(a.conf.Web.BaseURL), Secure: a.conf.Web.BaseURL.Secure(), Now: a.now,
	}
}
