// Package feedhttp is the door of other systems that deliver messages, and the
// pages on which the operator's staff look after them.
package feedhttp

import (
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/feed"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/problem"
	"kabinet/web/feedview"
	"kabinet/web/layout"
)

// Where the interface lies. PushPath takes large bodies; "*" stands for the feed.
const (
	Prefix   = "/feeds"
	PushPath = Prefix + "/v1/*/messages"
	docsPath = Prefix + "/v1/docs"
	specPath = Prefix + "/v1/openapi.json"
)

//go:embed openapi.json
var spec []byte

// push is the interface for programs.
type push struct {
	feeds   *feed.Service
	baseURL string
	slots   *slots
}

// Mount makes the interface part of r, which holds what every answer of the portal
// gets and nothing of sessions.
func Mount(r chi.Router, s *feed.Service, baseURL string) {
	p := push{feeds: s, baseURL: strings.TrimSuffix(baseURL, "/"), slots: newSlots()}
	r.Group(func(r chi.Router) {
		r.Use(httpx.Recover(Draw))
		r.Get(docsPath, httpx.Adapter(Draw)(p.docs))
		r.Get(specPath, p.spec)
		r.Post(Prefix+"/v1/{feed}/messages", p.take)
	})
	for _, verb := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"} {
		r.MethodFunc(verb, Prefix+"/*", nowhere)
	}
}

// docs answers GET /feeds/v1/docs with a page for people.
func (p push) docs(w http.ResponseWriter, r *http.Request) error {
	r = r.WithContext(layout.WithViewer(r.Context(), layout.Viewer{Path: r.URL.RequestURI()}))
	return httpx.Render(w, r, http.StatusOK, feedview.Docs(p.baseURL, specPath))
}

// spec answers GET /feeds/v1/openapi.json.
func (p push) spec(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(strings.Replace(string(spec), "https://kabinet.example", p.baseURL, 1))) // the reader is gone
}

// answer says what became of a call.
type answer struct {
	Delivery int64    `json:"delivery"` // number to name when asking about it
	Stored   int      `json:"stored"`
	Results  []result `json:"results"` // in the order of the call
}

type result struct {
	Message int          `json:"message"` // place in the call, from 1
	ID      string       `json:"id,omitempty"`
	Outcome feed.Outcome `json:"outcome"`
	Reason  string       `json:"reason,omitempty"`
	Detail  string       `json:"detail,omitempty"`
}

// take answers POST /feeds/v1/{feed}/messages. 200 means that everything is stored;
// the outcomes say how far it went beyond that.
func (p push) take(w http.ResponseWriter, r *http.Request) {
	caller, quota, err := p.feeds.Enter(r.Context(), feed.Knock{
		Authorization: strings.Join(r.Header.Values("Authorization"), ","), Code: chi.URLParam(r, "feed"), IP: httpx.OriginOf(r).IP,
	})
	tell(w.Header(), quota)
	if err != nil {
		refuse(w, r, err)
		return
	}
	leave, err := p.slots.enter(r.Context(), caller.Code)
	if err != nil {
		refuse(w, r, err)
		return
	}
	defer leave()
	raws, err := p.read(w, r)
	if err != nil {
		refuse(w, r, err)
		return
	}
	delivery, results, err := p.feeds.Take(r.Context(), caller, raws)
	if err != nil {
		refuse(w, r, err)
		return
	}
	send(w, r, answer{Delivery: delivery, Stored: len(raws), Results: shown(problem.Language(r), results)})
}

func shown(l i18n.Lang, all []feed.Result) []result {
	rs := make([]result, len(all))
	for i, one := range all {
		rs[i] = result{Message: one.Position, ID: one.SourceID, Outcome: one.Outcome, Detail: one.Text(l)}
		if one.Reason != "" {
			rs[i].Reason = reasonOf(one.Reason)
		}
	}
	return rs
}

// read takes the messages out of a body.
func (p push) read(w http.ResponseWriter, r *http.Request) ([][]byte, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, feed.ErrMediaType.Because(err)
	}
	var body io.Reader = http.MaxBytesReader(w, r.Body, feed.MaxBody)
	switch strings.ToLower(r.Header.Get("Content-Encoding")) {
	case "", "identity":
		body = feed.Bounded(body, feed.MaxBody)
	case "gzip":
		if body, err = feed.Unpack(body, feed.MaxBody); err != nil {
			return nil, whole(err)
		}
	default:
		return nil, feed.ErrMediaType
	}
	var raws [][]byte
	switch kind {
	case "application/json":
		raws, err = feed.ReadArray(body)
	case "application/x-ndjson", "application/ndjson", "application/jsonl":
		raws, err = feed.ReadLines(body)
	default:
		return nil, feed.ErrMediaType
	}
	return raws, whole(err)
}

// whole tells a body that is too large from one that breaks off.
func whole(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return feed.ErrTooLarge.Because(err)
	}
	return err
}

func send(w http.ResponseWriter, r *http.Request, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the reader is gone; it sends again, and everything is a duplicate
}

// tell writes the quota of the source.
func tell(h http.Header, q feed.Quota) {
	if q.Limit == 0 {
		return
	}
	h.Set("RateLimit-Limit", strconv.Itoa(q.Limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(q.Left))
	h.Set("RateLimit-Reset", strconv.Itoa(seconds(q.Reset)))
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// refuse answers an error as a problem.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	known := httpx.ProblemOf(err)
	known.Later(w)
	status := known.Status
	f, ok := fault.As(err)
	if ok && f.Is(feed.ErrMediaType) {
		status = http.StatusUnsupportedMediaType
	}
	p := problem.New(problem.Language(r), status, httpx.RequestID(r.Context()))
	if status >= http.StatusInternalServerError && !errors.Is(err, errBusy) {
		logx.From(r.Context()).Error("delivery failed", "err", err, "status", status)
	}
	if ok && strings.HasPrefix(f.Key, "feed.") {
		p.Reason, p.Detail = reasonOf(f.Key), i18n.Text(problem.Language(r), f.Key, f.Args...)
	}
	w.Header().Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="kabinet feeds"`)
	}
	explained(p).Send(w)
}

// reasonOf is what a program reads of a message key: its last word.
func reasonOf(key string) string {
	return strings.ReplaceAll(key[strings.LastIndexByte(key, '.')+1:], "_", "-")
}

// explained leads to the page of this interface.
func explained(p *problem.Problem) *problem.Problem {
	p.Type = docsPath + "#" + p.Code
	return p
}

// Draw answers a problem that httpx found, as a program reads it.
func Draw(w http.ResponseWriter, r *http.Request, known httpx.Problem) {
	explained(problem.New(problem.Language(r), known.Status, known.Number)).Send(w)
}

// nowhere answers what is no method of the interface.
func nowhere(w http.ResponseWriter, r *http.Request) {
	status := http.StatusNotFound
	if httpx.PathIn([]string{PushPath}, r.URL.Path) {
		status = http.StatusMethodNotAllowed
		w.Header().Set("Allow", http.MethodPost)
	}
	explained(problem.New(problem.Language(r), status, httpx.RequestID(r.Context()))).Send(w)
}
