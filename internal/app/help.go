package app

import (
	"net/http"

	"kabinet/internal/help"
	"kabinet/internal/help/helphttp"
	"kabinet/internal/platform/i18n"
	articles "kabinet/web/help"
	"kabinet/web/ui"
)

// openHelp reads the articles.
func (a *App) openHelp() error {
	library, err := help.Load(articles.Files)
	if err != nil {
		return err
	}
	a.rooms.pages.help = helphttp.Handlers{Help: &help.Service{DB: a.db, Library: library}}
	return nil
}

// helpFor leads to the article about a page.
func (a *App) helpFor(r *http.Request) *ui.Link {
	slug, _ := a.rooms.pages.help.Help.Library.For(r.URL.Path)
	return &ui.Link{Text: i18n.T(r.Context(), "help.page"), URL: help.Prefix + slug}
}
