package app

import (
	"net/http"

	"kabinet/internal/core/clock"
	"kabinet/internal/maintenance"
	"kabinet/internal/maintenance/maintenancehttp"
	"kabinet/web/maintenanceview"
	"kabinet/web/ui"
)

// maintenancePages makes the rooms about planned work. What is announced is known
// to the frame of every page, and the gate stands before everything else.
func (a *App) maintenancePages() maintenancehttp.Handlers {
	return maintenancehttp.Handlers{
		Maintenance: &maintenance.Service{DB: a.db, Now: a.now},
		Watch:       &maintenance.Watch{DB: a.db, Clock: clock.System},
		Sessions:    a.sessions,
	}
}

// banner is what the page announces, nil for nothing.
func (a *App) banner(r *http.Request) *ui.Notice {
	w, _ := a.rooms.pages.closing.Watch.Now(r.Context())
	return maintenanceview.Banner(r.Context(), w)
}
