package publicapihttp

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
)

// Problem is every refusal of the Open API, in one shape (RFC 9457). Code is the
// family a program acts upon, Reason what exactly it was.
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
		http.StatusRequestEntityTooLarge: "too-large",
		http.StatusUnsupportedMediaType:  "unsupported-media-type",
		http.StatusUnprocessableEntity:   "invalid-body",
		http.StatusTooManyRequests:       "too-many-requests",
		http.StatusInternalServerError:   "internal-error",
		http.StatusServiceUnavailable:    "unavailable",
	}
}

// codeOf is the family of a status; one that is not in the list is our own fault.
var codeOf = sync.OnceValue(codes)

// newProblem is a problem without particulars.
func newProblem(l i18n.Lang, status int, number string) *Problem {
	code, known := codeOf()[status]
	if !known {
		status = http.StatusInternalServerError
		code = codeOf()[status]
	}
	words := "publicapi.code." + strings.ReplaceAll(code, "-", "_")
	return &Problem{
		Type: docsPath + "#" + code, Title: i18n.Text(l, words), Status: status, Detail: i18n.Text(l, words+".about"),
		Code: code, Request: number,
	}
}

// refusal prefixes the keys of faults that have a reason of their own.
const refusal = "publicapi.refusal."

// problemOf puts a fault into the shape of this interface.
func problemOf(r *http.Request, err error) *Problem {
	l, ctx := language(r), r.Context()
	known := httpx.ProblemOf(err)
	p := newProblem(l, known.Status, httpx.RequestID(ctx))
	if p.Status >= http.StatusInternalServerError {
		logx.From(ctx).Error("api call failed", "err", err, "status", p.Status)
	}
	f, ok := fault.As(err)
	if !ok {
		return p
	}
	if f.Is(actor.ErrForbidden) {
		f = fault.New(fault.Forbidden, refusal+"no_permission")
	}
	if reason, own := strings.CutPrefix(f.Key, refusal); own {
		p.Reason = strings.ReplaceAll(reason, "_", "-")
		p.Detail = i18n.Text(l, f.Key, f.Args...)
	}
	if f.Field != "" {
		p.Errors = []Detail{{Location: f.Field, Message: p.Detail}}
	}
	return p
}

// language is what the program asks for, and English when it does not ask.
func language(r *http.Request) i18n.Lang {
	if wish := r.Header.Get("Accept-Language"); wish != "" {
		return i18n.Match(wish)
	}
	return i18n.En
}

// send writes a problem with the headers that belong to it.
func (p *Problem) send(w http.ResponseWriter) {
	p.headers(w.Header())
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte("{}") // texts and numbers always marshal
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the reader is gone; there is nobody to tell
}

func (p *Problem) headers(h http.Header) {
	h.Set("Cache-Control", "no-store")
	if p.Status != http.StatusUnauthorized {
		return
	}
	challenge := `Bearer realm="kabinet"`
	if p.Reason != "no-key" {
		challenge += `, error="invalid_token"`
	}
	h.Set("WWW-Authenticate", challenge)
}

// Draw answers a problem that httpx found, as a program reads it.
func Draw(w http.ResponseWriter, r *http.Request, known httpx.Problem) {
	newProblem(language(r), known.Status, known.Number).send(w)
}

// problemsOfHuma makes huma speak of its own findings in the same shape. The
// hook is huma's, one for the whole program; nobody else uses huma.
var problemsOfHuma = sync.OnceFunc(func() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		l := i18n.En
		if wish := ctx.Header("Accept-Language"); wish != "" {
			l = i18n.Match(wish)
		}
		p := newProblem(l, status, httpx.RequestID(ctx.Context()))
		for _, err := range errs {
			d := Detail{Location: "body"}
			if e, ok := err.(huma.ErrorDetailer); ok {
				d = Detail{Location: e.ErrorDetail().Location, Message: e.ErrorDetail().Message}
			}
			p.Errors = append(p.Errors, d)
		}
		return p
	}
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return newProblem(i18n.En, status, "") }
})
