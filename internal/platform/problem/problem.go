// Package problem is how programs are refused: RFC 9457, one shape for every
// interface. A code is the family a program acts upon, a reason what exactly it
// was; both are kept for as long as the interface lives.
package problem

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"kabinet/internal/platform/i18n"
)

// explained is the page where the codes are explained.
const explained = "/public/api/docs"

// Problem is a refusal.
type Problem struct {
	Type    string   `json:"type" format:"uri-reference" doc:"Page that explains the code" example:"/public/api/docs#access-denied"`
	Title   string   `json:"title" doc:"The code in words, in the language of Accept-Language: en, ru or uz"`
	Status  int      `json:"status" doc:"HTTP status" example:"401"`
	Detail  string   `json:"detail" doc:"What happened this time, in the same language"`
	Code    string   `json:"code" doc:"What a program acts upon" example:"access-denied"`
	Reason  string   `json:"reason,omitempty" doc:"What exactly it was" example:"expired-key"`
	Request string   `json:"request,omitempty" doc:"Number of the request, for the support desk" example:"6F1D0A52B8E3C947"`
	Errors  []Detail `json:"errors,omitempty" doc:"What was wrong where"`
}

// Detail is what was wrong at one place of the request. What was sent there is
// not repeated: it could be a secret.
type Detail struct {
	Location string `json:"location" doc:"Where, as in body.tin" example:"path.tin"`
	Message  string `json:"message" doc:"What, in English unless it is a rule of the portal"`
}

// Error is for logs.
func (p *Problem) Error() string { return p.Code + " " + p.Reason }

// GetStatus makes it an error of huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (*Problem) ContentType(string) string { return "application/problem+json" }

// codes are the families of refusals by their status.
func codes() map[int]string {
	return map[int]string{
		http.StatusBadRequest:            "invalid-input-parameter",
		http.StatusUnauthorized:          "access-denied",
		http.StatusForbidden:             "forbidden",
		http.StatusNotFound:              "not-found",
		http.StatusMethodNotAllowed:      "method-not-allowed",
		http.StatusNotAcceptable:         "not-acceptable",
		http.StatusConflict:              "conflict",
		http.StatusGone:                  "gone",
		http.StatusRequestEntityTooLarge: "too-large",
		http.StatusUnsupportedMediaType:  "unsupported-media-type",
		http.StatusUnprocessableEntity:   "invalid-body",
		http.StatusTooManyRequests:       "too-many-requests",
		http.StatusInternalServerError:   "internal-error",
		http.StatusServiceUnavailable:    "unavailable",
	}
}

// kept is made once.
var kept = sync.OnceValue(codes)

// Codes are the families of refusals by their status; not to be changed.
func Codes() map[int]string { return kept() }

// New is a problem without particulars. A status that has no family is our own
// fault; number is that of the request.
func New(l i18n.Lang, status int, number string) *Problem {
	code, known := Codes()[status]
	if !known {
		status = http.StatusInternalServerError
		code = Codes()[status]
	}
	words := "publicapi.code." + strings.ReplaceAll(code, "-", "_")
	return &Problem{
		Type: explained + "#" + code, Title: i18n.Text(l, words), Status: status, Detail: i18n.Text(l, words+".about"),
		Code: code, Request: number,
	}
}

// Language is what a program asks for, and English when it does not ask.
func Language(r *http.Request) i18n.Lang {
	if wish := r.Header.Get("Accept-Language"); wish != "" {
		return i18n.Match(wish)
	}
	return i18n.En
}

// Send answers with the problem. The challenge of a 401 (RFC 9110, 11.6.1) is
// the interface's own to set.
func (p *Problem) Send(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte("{}") // texts and numbers always marshal
	}
	h := w.Header()
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the reader is gone; there is nobody to tell
}
