package publicapihttp

import (
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/problem"
)

// refusal prefixes the keys of faults that have a reason of their own.
const refusal = "publicapi.refusal."

// problemOf puts a fault into the shape of this interface. prefix is where in
// the body a card is that the fault may complain about.
func problemOf(r *http.Request, err error, prefix string) *problem.Problem {
	l, ctx := problem.Language(r), r.Context()
	known := httpx.ProblemOf(err)
	p := problem.New(l, known.Status, httpx.RequestID(ctx))
	if p.Status >= http.StatusInternalServerError {
		logx.From(ctx).Error("api call failed", "err", err, "status", p.Status)
	}
	f, ok := fault.As(err)
	if !ok {
		return p
	}
	switch {
	case f.Is(actor.ErrForbidden):
		f = fault.New(fault.Forbidden, refusal+"no_permission")
	case f.Is(actor.ErrGroup):
		f = fault.New(fault.Forbidden, refusal+"no_group")
	}
	if f.Kind != fault.Internal && !strings.HasPrefix(f.Key, "fault.") {
		p.Reason, p.Detail = reasonOf(f.Key), i18n.Text(l, f.Key, f.Args...)
	}
	if complaints, ok := fault.ComplaintsOf(err); ok {
		for _, c := range complaints {
			p.Errors = append(p.Errors, problem.Detail{Location: placeOf(c.Field, prefix), Message: i18n.Text(l, c.Key, c.Args...)})
		}
	}
	return p
}

// reasonOf is what a program reads of a message key: its last word.
func reasonOf(key string) string {
	return strings.ReplaceAll(key[strings.LastIndexByte(key, '.')+1:], "_", "-")
}

// placeOf is where in a request a field is; fields of a card lie below prefix in
// the body.
func placeOf(field, prefix string) string {
	for _, part := range []string{"path.", "query.", "header.", "body."} {
		if strings.HasPrefix(field, part) {
			return field
		}
	}
	return "body." + prefix + location(field)
}

// send answers with a problem and says how to come in where that is missing.
func send(w http.ResponseWriter, p *problem.Problem) {
	challenge(w.Header(), p)
	p.Send(w)
}

// challenge sets the headers of a problem that JSON does not hold.
func challenge(h http.Header, p *problem.Problem) {
	h.Set("Cache-Control", "no-store")
	if p.Status != http.StatusUnauthorized {
		return
	}
	realm := `Bearer realm="kabinet"`
	if p.Reason != "no-key" {
		realm += `, error="invalid_token"`
	}
	h.Set("WWW-Authenticate", realm)
}

// Draw answers a problem that httpx found, as a program reads it.
func Draw(w http.ResponseWriter, r *http.Request, known httpx.Problem) {
	send(w, problem.New(problem.Language(r), known.Status, known.Number))
}

// problemsOfHuma makes huma speak of its own findings in the same shape. The
// hook is huma's, one for the whole program; nobody else uses huma.
var problemsOfHuma = sync.OnceFunc(func() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		l := i18n.En
		if wish := ctx.Header("Accept-Language"); wish != "" {
			l = i18n.Match(wish)
		}
		p := problem.New(l, status, httpx.RequestID(ctx.Context()))
		for _, err := range errs {
			d := problem.Detail{Location: "body"}
			if e, ok := err.(huma.ErrorDetailer); ok {
				d = problem.Detail{Location: e.ErrorDetail().Location, Message: e.ErrorDetail().Message}
			}
			p.Errors = append(p.Errors, d)
		}
		return p
	}
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return problem.New(i18n.En, status, "") }
})
