// Package maintenancehttp shows what is planned, to everybody and to staff, and
// answers for the portal while it is closed.
package maintenancehttp

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/maintenance"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/maintenanceview"
	"kabinet/web/static"
	"kabinet/web/ui"
)

// Handlers are the pages.
type Handlers struct {
	Maintenance *maintenance.Service
	Watch       *maintenance.Watch
	Sessions    *session.Manager
}

// Public mounts what everybody sees.
func (h Handlers) Public(r chi.Router, wrap httpx.Wrap) { r.Get("/status", wrap(h.status)) }

// Staff mounts the pages of the operator.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op/maintenance", wrap(h.list))
	r.Get("/op/maintenance/new", wrap(h.blank))
	r.Post("/op/maintenance", wrap(h.plan))
	r.Get("/op/maintenance/{id}/end", wrap(h.askEnd))
	r.Post("/op/maintenance/{id}/end", wrap(h.end))
}

// status answers GET /status: whether the portal works, and what is planned.
func (h Handlers) status(w http.ResponseWriter, r *http.Request) error {
	ahead, err := h.Maintenance.Ahead(r.Context())
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, maintenanceview.Status(ahead))
}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	size := page.Size(q.Get("per"))
	p, err := h.Maintenance.List(r.Context(), httpx.Operator(r), q.Get("after"), size)
	if err != nil {
		return err
	}
	may := httpx.Operator(r).Rights.Has(perm.OpMaintenance)
	return httpx.Render(w, r, http.StatusOK, maintenanceview.List(maintenanceview.Windows{Page: p, Size: size, First: q.Get("after") == "", May: may}))
}

func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpMaintenance); err != nil {
		return err
	}
	d := maintenance.Draft{Mode: string(maintenance.ReadOnly), Time: "22:00", Hours: "2", Announce: "3"}
	return httpx.Render(w, r, http.StatusOK, maintenanceview.New(d, nil))
}

func (h Handlers) plan(w http.ResponseWriter, r *http.Request) error {
	v := r.PostFormValue
	d := maintenance.Draft{
		Mode: v("mode"), Date: v("date"), Time: v("time"), Hours: v("hours"), Announce: v("announce"), Uz: v("uz"), Ru: v("ru"), En: v("en"),
	}
	_, err := h.Maintenance.Plan(r.Context(), httpx.Operator(r), d)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, httpx.ProblemOf(err).Status, maintenanceview.New(d, wrong))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "maintenance.flash.planned")
}

func (h Handlers) askEnd(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	one, err := h.Maintenance.Get(r.Context(), httpx.Operator(r), id)
	if err != nil {
		return err
	}
	if one.State != maintenance.Planned && one.State != maintenance.Running {
		return maintenance.ErrOver
	}
	return httpx.Render(w, r, http.StatusOK, maintenanceview.End(one))
}

func (h Handlers) end(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	if err := h.Maintenance.End(r.Context(), httpx.Operator(r), id); err != nil {
		return err
	}
	return h.done(w, r, "maintenance.flash.ended")
}

// done says what was done, on the list.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, flash string) error {
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, "/op/maintenance")
}

func number(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0, maintenance.ErrNotFound.Because(err)
	}
	return n, nil
}

// What is open while the portal is closed: what everybody may see, and the
// operator's area. Beginnings of addresses end in a slash.
var (
	openPages  = []string{"/", "/status", "/favicon.ico", "/robots.txt", "/sign-in", "/sign-out", "/op", "/help"}
	openAreas  = []string{static.Prefix, "/.well-known/", "/op/", "/help/"}
	signingIn  = []string{"/sign-in", "/sign-out", "/op", "/public/api/docs"}
	signAreas  = []string{"/sign-in/", "/op/"}
	tokenPaths = []string{"/api/users/authenticate", "/api/users/tokens/refresh"}
)

// Gate answers 503 for what a window that runs does not allow. Sessions are not
// touched, so who is signed in stays so. It is planned, so it is no error in the
// log: while the portal is closed that would be a line for every request.
func (h Handlers) Gate(draw httpx.Draw) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			one, now := h.Watch.Now(r.Context())
			if one.State != maintenance.Running || allowed(one.Mode, r) {
				next.ServeHTTP(w, r)
				return
			}
			why := fault.New(fault.Unavailable, "maintenance.refusal."+string(one.Mode), "until", ui.DateTime(one.Until))
			refused := httpx.ProblemOf(why.After(one.Until.Sub(now)))
			refused.Number = httpx.RequestID(r.Context())
			refused.Later(w)
			w.Header().Set("Cache-Control", "no-store")
			draw(w, r, refused)
		})
	}
}

// allowed reports whether a request goes on during a window.
func allowed(mode maintenance.Mode, r *http.Request) bool {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if mode == maintenance.ReadOnly {
		return reads || under(r.URL.Path, signingIn, signAreas) || slices.Contains(tokenPaths, r.URL.Path)
	}
	if r.URL.Path == "/sign-in" {
		return reads // one sees why; nobody comes in
	}
	if strings.HasPrefix(r.URL.Path, "/help/") && !reads {
		return false // help is there to read; nobody counts whether it helped
	}
	return under(r.URL.Path, openPages, openAreas)
}

func under(path string, whole, areas []string) bool {
	return slices.Contains(whole, path) || slices.ContainsFunc(areas, func(a string) bool { return strings.HasPrefix(path, a) })
}
