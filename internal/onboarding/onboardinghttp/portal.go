// Package onboardinghttp answers the start page of members and the summary of
// their organization.
package onboardinghttp

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/onboarding"
	"kabinet/internal/platform/httpx"
	"kabinet/web/onboardingview"
)

// Handlers are the start page.
type Handlers struct{ Onboarding *onboarding.Service }

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/home", wrap(h.home))
}

func (h Handlers) home(w http.ResponseWriter, r *http.Request) error {
	page, err := h.Onboarding.Home(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, onboardingview.Home(page))
}
