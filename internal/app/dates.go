package app

import (
	"kabinet/internal/duedate"
	"kabinet/internal/duedate/duedatehttp"
)

// datePages are the dates to keep.
func (a *App) datePages() duedatehttp.Handlers {
	return duedatehttp.Handlers{Dates: &duedate.Service{DB: a.db}, BaseURL: string(a.conf.Web.BaseURL)}
}
