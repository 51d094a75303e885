package technicalhttp

import (
	"net/http"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/problem"
)

// refuse answers an error; what is no fault is our own and logged.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	known := httpx.ProblemOf(err)
	known.Number = httpx.RequestID(r.Context())
	known.Later(w)
	if known.Status >= http.StatusInternalServerError {
		logx.From(r.Context()).Error("call failed", "err", err, "status", known.Status)
	}
	reason := ""
	if f, ok := fault.As(err); ok {
		if own, mine := strings.CutPrefix(f.Key, "technical."); mine {
			reason = strings.ReplaceAll(own, "_", "-")
		}
	}
	send(w, r, known, reason)
}

// Draw answers a problem that httpx found, as a program reads it.
func Draw(w http.ResponseWriter, r *http.Request, known httpx.Problem) { send(w, r, known, "") }

func send(w http.ResponseWriter, r *http.Request, known httpx.Problem, reason string) {
	family := known.Status
	if family == http.StatusUnprocessableEntity {
		family = http.StatusBadRequest // here every wrong value is an invalid parameter
	}
	l := problem.Language(r)
	p := problem.New(l, family, known.Number)
	p.Status, p.Detail, p.Reason = known.Status, i18n.Text(l, known.Key, known.Args...), reason
	if known.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="kabinet"`)
	}
	p.Send(w)
}
