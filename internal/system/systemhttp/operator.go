// Package systemhttp answers the operator's pages about the portal itself: the
// overview, background jobs and the log.
package systemhttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/session"
	"kabinet/internal/system"
	"kabinet/web/systemview"
)

// Handlers are the pages about the portal.
type Handlers struct {
	System   *system.Service
	Sessions *session.Manager
}

// Routes mounts the pages for staff.
func (h Handlers) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get("/op", wrap(h.overview))
	r.Get("/op/jobs", wrap(h.jobs))
	r.Get("/op/jobs/{id}", wrap(h.job))
	r.Post("/op/jobs/{id}/retry", wrap(h.retry))
	r.Post("/op/jobs/{id}/cancel", wrap(h.cancel))
	r.Get("/op/audit", wrap(h.audit))
	r.Get("/op/audit.csv", wrap(h.export))
}

func (h Handlers) overview(w http.ResponseWriter, r *http.Request) error {
	v, err := h.System.Overview(r.Context(), httpx.Operator(r))
	if err != nil {
		return err
	}
	waiting, err := h.System.Queues(r.Context(), httpx.Operator(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, systemview.Overview(systemview.Start{Overview: v, Queues: waiting}))
}

func (h Handlers) jobs(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := system.JobFilter{
		State: system.JobState(q.Get("state")), Kind: q.Get("kind"), Cursor: q.Get("after"), Limit: page.Size(q.Get("per")),
	}
	list, next, err := h.System.Jobs(r.Context(), httpx.Operator(r), f)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, systemview.Jobs(systemview.JobList{Filter: f, Jobs: list, Next: next}))
}

// id reads the job's number; what is no number names no job.
func id(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0, jobs.ErrNotFound.Because(err)
	}
	return n, nil
}

func (h Handlers) job(w http.ResponseWriter, r *http.Request) error {
	return h.showJob(w, r, http.StatusOK, nil)
}

// showJob draws a job; wrong is why an act on it was refused.
func (h Handlers) showJob(w http.ResponseWriter, r *http.Request, status int, wrong *fault.Error) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	d, err := h.System.Job(r.Context(), httpx.Operator(r), n)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, systemview.Job(systemview.OneJob{JobDetail: d, Wrong: wrong}))
}

func (h Handlers) retry(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	return h.acted(w, r, n, h.System.RetryJob(r.Context(), httpx.Operator(r), n), "system.flash.retried")
}

func (h Handlers) cancel(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	return h.acted(w, r, n, h.System.CancelJob(r.Context(), httpx.Operator(r), n), "system.flash.cancelled")
}

// acted leads back to the job, or shows it as it has become meanwhile.
func (h Handlers) acted(w http.ResponseWriter, r *http.Request, n int64, err error, flash string) error {
	if f, ok := fault.As(err); ok && f.Kind == fault.Conflict {
		return h.showJob(w, r, http.StatusConflict, f)
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, "/op/jobs/"+strconv.FormatInt(n, 10))
}

func auditQuery(r *http.Request) system.AuditQuery {
	q := r.URL.Query()
	return system.AuditQuery{
		Actor: q.Get("actor"), Action: q.Get("action"), TIN: q.Get("tin"), Cursor: q.Get("after"), Per: page.Size(q.Get("per")),
	}
}

// audit answers GET /op/audit; a tax number that cannot be looked for is said
// beside the filter, which stays.
func (h Handlers) audit(w http.ResponseWriter, r *http.Request) error {
	q := auditQuery(r)
	p, err := h.System.Audit(r.Context(), httpx.Operator(r), q)
	wrong, complained := httpx.Complaints(err)
	if err != nil && !complained {
		return err
	}
	status := http.StatusOK
	if complained {
		status = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, status, systemview.Audit(systemview.AuditList{Query: q, AuditPage: p, Wrong: wrong}))
}

// export answers GET /op/audit.csv with the lines the filter of the list shows.
func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	p, err := h.System.Export(r.Context(), httpx.Operator(r), auditQuery(r))
	if errors.Is(err, system.ErrNoOrg) {
		p, err = system.AuditPage{}, nil
	}
	if err != nil {
		return err
	}
	return httpx.CSV(w, "audit.csv", systemview.AuditRows(r.Context(), p))
}
