package app

import (
	"kabinet/internal/readiness"
	"kabinet/internal/readiness/readinesshttp"
)

// readinessService keeps where organizations stand.
func (a *App) readinessService() *readiness.Service { return &readiness.Service{DB: a.db} }

// readinessPages are the operator's rooms about it.
func (a *App) readinessPages() readinesshttp.Handlers {
	return readinesshttp.Handlers{Readiness: a.readinessService(), Groups: a.groupService(), Sessions: a.sessions, Now: a.now}
}
