// Package onboardinghttp answers the start page of members and the few tasks of it
// that a person ticks.
package onboardinghttp

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/onboarding"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/onboardingview"
)

// Handlers are the start page and its tasks.
type Handlers struct {
	Onboarding *onboarding.Service
	Sessions   *session.Manager
}

// Routes mounts the pages for members.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/home", wrap(h.home))
	r.Get("/setup/{task}", wrap(h.task))
	r.Post("/setup/{task}", wrap(h.tick))
}

func (h Handlers) home(w http.ResponseWriter, r *http.Request) error {
	page, err := h.Onboarding.Home(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, onboardingview.Home(page))
}

// task answers GET /setup/{task}: have you checked it?
func (h Handlers) task(w http.ResponseWriter, r *http.Request) error {
	task := chi.URLParam(r, "task")
	t, err := h.Onboarding.Ticked(r.Context(), httpx.Actor(r), task)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, onboardingview.Task(onboardingview.TaskPage{Key: task, Tick: t}))
}

// tick answers POST /setup/{task}: "yes" ticks it, anything else does not, or takes
// the tick back.
func (h Handlers) tick(w http.ResponseWriter, r *http.Request) error {
	task, done := chi.URLParam(r, "task"), r.PostFormValue("checked") == "yes"
	if err := h.Onboarding.Tick(r.Context(), httpx.Actor(r), task, done); err != nil {
		return err
	}
	flash := "onboarding.flash.unticked"
	if done {
		flash = "onboarding.flash.ticked"
	}
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, "/home")
}
