package technicalhttp

import (
	"encoding/json"
	"net/http"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
)

// problem is every refusal of this interface, in the one shape (RFC 9457) in
// which the Open API refuses as well: code is the family a program acts upon,
// reason what exactly it was.
type problem struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail"`
	Code    string `json:"code"`
	Reason  string `json:"reason,omitempty"`
	Request string `json:"request,omitempty"`
}

// explained is where the codes are explained.
const explained = "/public/api/docs"

// codeOf is the family of a status; one that is not in the list is our own fault.
func codeOf(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return "invalid-input-parameter"
	case http.StatusUnauthorized:
		return "access-denied"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "not-found"
	case http.StatusMethodNotAllowed:
		return "method-not-allowed"
	case http.StatusRequestEntityTooLarge:
		return "too-large"
	case http.StatusUnsupportedMediaType:
		return "unsupported-media-type"
	case http.StatusTooManyRequests:
		return "too-many-requests"
	case http.StatusServiceUnavailable:
		return "unavailable"
	}
	return "internal-error"
}

// language is what the program asks for, and English when it does not ask.
func language(r *http.Request) i18n.Lang {
	if wish := r.Header.Get("Accept-Language"); wish != "" {
		return i18n.Match(wish)
	}
	return i18n.En
}

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
	l, code := language(r), codeOf(known.Status)
	body, err := json.Marshal(problem{
		Type: explained + "#" + code, Title: i18n.Text(l, "publicapi.code."+strings.ReplaceAll(code, "-", "_")), Status: known.Status,
		Detail: i18n.Text(l, known.Key, known.Args...), Code: code, Reason: reason, Request: known.Number,
	})
	if err != nil {
		body = []byte("{}") // texts and numbers always marshal
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if known.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="kabinet"`)
	}
	w.WriteHeader(known.Status)
	_, _ = w.Write(body) // the reader is gone; there is nobody to tell
}
