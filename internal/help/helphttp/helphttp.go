// Package helphttp answers the pages of help.
package helphttp

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/help"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/helpview"
)

// Handlers are the pages under /help.
type Handlers struct{ Help *help.Service }

// Public mounts what everybody reads.
func (h Handlers) Public(r chi.Router, wrap httpx.Wrap) {
	r.Get("/help", wrap(h.contents))
	r.Get("/help/"+help.GlossarySlug, wrap(h.glossary))
	r.Get("/help/{slug}", wrap(h.article))
	r.Post("/help/{slug}", wrap(h.vote))
}

// Staff mounts what readers said of the articles.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) { r.Get("/op/help", wrap(h.opinions)) }

// contents answers GET /help: what there is, or what was searched for.
func (h Handlers) contents(w http.ResponseWriter, r *http.Request) error {
	v := helpview.Contents{Library: h.Help.Library, Query: r.URL.Query().Get("q")}
	if v.Query != "" {
		v.Found = h.Help.Library.Search(i18n.From(r.Context()), v.Query)
	}
	return httpx.Render(w, r, http.StatusOK, helpview.Index(v))
}

func (h Handlers) glossary(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, helpview.Glossary(h.Help.Library.Terms(i18n.From(r.Context()))))
}

func (h Handlers) article(w http.ResponseWriter, r *http.Request) error {
	a, err := h.Help.Library.Article(i18n.From(r.Context()), chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	v := helpview.Reading{Article: a, Library: h.Help.Library, Thanked: r.URL.Query().Get("thanks") == "1"}
	return httpx.Render(w, r, http.StatusOK, helpview.Article(v))
}

// vote answers POST /help/{slug}: "Did this help?".
func (h Handlers) vote(w http.ResponseWriter, r *http.Request) error {
	slug := chi.URLParam(r, "slug")
	helped := r.PostFormValue("helped") == "yes"
	if err := h.Help.Vote(r.Context(), httpx.OriginOf(r).IP, slug, i18n.From(r.Context()), helped); err != nil {
		return err
	}
	return httpx.See(w, r, help.Prefix+slug+"?thanks=1#helped")
}

func (h Handlers) opinions(w http.ResponseWriter, r *http.Request) error {
	all, err := h.Help.Opinions(r.Context(), httpx.Operator(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, helpview.Opinions(helpview.Said{All: all, Library: h.Help.Library}))
}
