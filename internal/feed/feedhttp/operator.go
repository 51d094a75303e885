package feedhttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/session"
	"kabinet/web/feedview"
)

// Handlers are the pages for the operator's staff.
type Handlers struct {
	Feeds    *feed.Service
	Sessions *session.Manager
	BaseURL  string
}

// UploadPath takes files; "*" stands for the feed.
const UploadPath = "/op/feeds/*/upload"

// Staff mounts the pages.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	const one = "/op/feeds/{code}"
	r.Get("/op/feeds", wrap(h.list))
	r.Post("/op/feeds", wrap(h.create))
	r.Get("/op/feeds/new", wrap(h.blank))
	r.Get(one, wrap(h.show))
	r.Get(one+"/edit", wrap(h.form))
	r.Post(one+"/edit", wrap(h.change))
	r.Post(one+"/tokens", wrap(h.newToken))
	r.Get(one+"/tokens/{id}/revoke", wrap(h.askRevoke))
	r.Post(one+"/tokens/{id}/revoke", wrap(h.revoke))
	r.Get(one+"/messages", wrap(h.messages))
	r.Get(one+"/messages/{id}", wrap(h.message))
	r.Post(one+"/messages/{id}/replay", wrap(h.replayOne))
	r.Get(one+"/messages/{id}/discard", wrap(h.askDiscard))
	r.Post(one+"/messages/{id}/discard", wrap(h.discard))
	r.Get(one+"/discard", wrap(h.askDiscardAll))
	r.Post(one+"/discard", wrap(h.discardAll))
	r.Get(one+"/replay", wrap(h.askReplay))
	r.Post(one+"/replay", wrap(h.replay))
	r.Get(one+"/replays/{id}", wrap(h.replayed))
	r.Get(one+"/upload", wrap(h.askFile))
	r.Post(one+"/upload", wrap(h.upload))
	r.Get(one+"/deliveries/{id}", wrap(h.delivery))
}

func may(r *http.Request) bool { return httpx.Operator(r).Rights.Has(perm.OpFeedManage) }

// one is the feed of the address.
func (h Handlers) one(r *http.Request) (feed.Health, error) {
	return h.Feeds.One(r.Context(), httpx.Operator(r), chi.URLParam(r, "code"))
}

// managed is the feed of the address, for who may change something about it.
func (h Handlers) managed(r *http.Request) (feed.Health, error) {
	if err := httpx.Operator(r).Need(perm.OpFeedManage); err != nil {
		return feed.Health{}, err
	}
	return h.one(r)
}

func number(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0, feed.ErrNotFound.Because(err)
	}
	return n, nil
}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	all, err := h.Feeds.Overview(r.Context(), httpx.Operator(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.List(feedview.ListPage{All: all, May: may(r)}))
}

func (h Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpFeedManage); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Form(feedview.FormPage{Draft: feed.Draft{Kind: feed.Invoice, Expected: "60", Active: true}}))
}

func draft(r *http.Request) feed.Draft {
	v := r.PostFormValue
	version, _ := strconv.Atoi(v("version")) // one that is none fits no record
	return feed.Draft{
		Code: v("code"), Kind: v("kind"), Uz: v("uz"), Ru: v("ru"), En: v("en"), Expected: v("expected"),
		Addresses: v("addresses"), Active: v("active") != "", Version: version,
	}
}

func (h Handlers) create(w http.ResponseWriter, r *http.Request) error {
	d := draft(r)
	src, err := h.Feeds.Create(r.Context(), httpx.Operator(r), d)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, feedview.Form(feedview.FormPage{Draft: d, Wrong: wrong}))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "feed.flash.created", feedview.Path(src.Code))
}

func (h Handlers) form(w http.ResponseWriter, r *http.Request) error {
	one, err := h.managed(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Form(feedview.FormPage{Source: one.Source, Draft: feed.DraftOf(one.Source)}))
}

func (h Handlers) change(w http.ResponseWriter, r *http.Request) error {
	one, err := h.managed(r)
	if err != nil {
		return err
	}
	d := draft(r)
	err = h.Feeds.Change(r.Context(), httpx.Operator(r), one.Code, d)
	wrong, complained := httpx.Complaints(err)
	conflict, _ := fault.As(err)
	switch {
	case complained:
		return httpx.Render(w, r, http.StatusUnprocessableEntity, feedview.Form(feedview.FormPage{Source: one.Source, Draft: d, Wrong: wrong}))
	case errors.Is(err, feed.ErrChanged):
		d.Version = one.Version // what was typed, over what is there now
		return httpx.Render(w, r, http.StatusConflict, feedview.Form(feedview.FormPage{Source: one.Source, Draft: d, Refused: conflict}))
	case err != nil:
		return err
	}
	return h.done(w, r, "feed.flash.changed", feedview.Path(one.Code))
}

func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	return h.draw(w, r, one, nil)
}

// draw shows a feed; refused is why an act on it was.
func (h Handlers) draw(w http.ResponseWriter, r *http.Request, one feed.Health, refused *fault.Error) error {
	ctx, o := r.Context(), httpx.Operator(r)
	tokens, err := h.Feeds.Tokens(ctx, o, one.Source)
	if err != nil {
		return err
	}
	deliveries, err := h.Feeds.Deliveries(ctx, o, one.Source)
	if err != nil {
		return err
	}
	replays, err := h.Feeds.Replays(ctx, o, one.Source)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, httpx.StatusOf(w, refused), feedview.Feed(feedview.FeedPage{
		Health: one, Tokens: tokens, Deliveries: deliveries, Replays: replays, May: may(r), Refused: refused,
	}))
}

// newToken shows the token in the answer itself: it is kept nowhere, so there is no
// page to go to.
func (h Handlers) newToken(w http.ResponseWriter, r *http.Request) error {
	one, err := h.managed(r)
	if err != nil {
		return err
	}
	secret, err := h.Feeds.NewToken(r.Context(), httpx.Operator(r), one.Code)
	if f, ok := fault.As(err); ok && f.Kind == fault.Conflict {
		return h.draw(w, r, one, f)
	}
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Token(one.Source, secret.Reveal(), h.BaseURL))
}

// token is the one of the address.
func (h Handlers) token(r *http.Request) (feed.Health, feed.Token, error) {
	one, err := h.managed(r)
	if err != nil {
		return one, feed.Token{}, err
	}
	id, err := number(r)
	if err != nil {
		return one, feed.Token{}, err
	}
	all, err := h.Feeds.Tokens(r.Context(), httpx.Operator(r), one.Source)
	if err != nil {
		return one, feed.Token{}, err
	}
	for _, t := range all {
		if t.ID == id {
			return one, t, nil
		}
	}
	return one, feed.Token{}, feed.ErrNotFound
}

func (h Handlers) askRevoke(w http.ResponseWriter, r *http.Request) error {
	one, t, err := h.token(r)
	switch {
	case err != nil:
		return err
	case !t.RevokedAt.IsZero():
		return feed.ErrRevoked
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Revoke(one.Source, t))
}

func (h Handlers) revoke(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	code := chi.URLParam(r, "code")
	if err := h.Feeds.Revoke(r.Context(), httpx.Operator(r), code, id); err != nil {
		return err
	}
	return h.done(w, r, "feed.flash.revoked", feedview.Path(code))
}

// done says what was done, on the page that follows.
func (h Handlers) done(w http.ResponseWriter, r *http.Request, flash, path string) error {
	h.Sessions.Put(r.Context(), "flash", flash)
	return httpx.See(w, r, path)
}

func outcome(r *http.Request) feed.Outcome {
	if o := feed.Outcome(r.FormValue("outcome")); o.SetAside() {
		return o
	}
	return ""
}

func (h Handlers) messages(w http.ResponseWriter, r *http.Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	size := page.Size(q.Get("per"))
	rows, err := h.Feeds.Aside(r.Context(), httpx.Operator(r), one.Source, outcome(r), q.Get("after"), size)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Messages(feedview.MessagesPage{
		Health: one, List: rows, Outcome: outcome(r), Size: size, First: q.Get("after") == "", May: may(r),
	}))
}

func (h Handlers) message(w http.ResponseWriter, r *http.Request) error {
	one, m, err := h.found(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Message(feedview.MessagePage{Source: one.Source, Body: m, May: may(r)}))
}

// found is the message of the address.
func (h Handlers) found(r *http.Request) (feed.Health, feed.Body, error) {
	one, err := h.one(r)
	if err != nil {
		return one, feed.Body{}, err
	}
	id, err := number(r)
	if err != nil {
		return one, feed.Body{}, err
	}
	m, err := h.Feeds.Message(r.Context(), httpx.Operator(r), one.Source, id)
	return one, m, err
}

func (h Handlers) replayOne(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	code := chi.URLParam(r, "code")
	became, err := h.Feeds.Replay(r.Context(), httpx.Operator(r), code, id)
	if err != nil {
		return err
	}
	flash := "feed.flash.replayed"
	if became.SetAside() {
		flash = "feed.flash.aside_again"
	}
	return h.done(w, r, flash, feedview.MessagePath(code, id))
}

func (h Handlers) askDiscard(w http.ResponseWriter, r *http.Request) error {
	return h.drawDiscard(w, r, nil)
}

func (h Handlers) drawDiscard(w http.ResponseWriter, r *http.Request, wrong fault.Complaints) error {
	if err := httpx.Operator(r).Need(perm.OpFeedManage); err != nil {
		return err
	}
	one, m, err := h.found(r)
	switch {
	case err != nil:
		return err
	case m.State != feed.MessageAside:
		return feed.ErrNotAside
	}
	return httpx.Render(w, r, status(wrong), feedview.Discard(feedview.DiscardPage{Source: one.Source, Message: &m, Reason: r.PostFormValue("reason"), Wrong: wrong}))
}

func status(wrong fault.Complaints) int {
	if len(wrong) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (h Handlers) discard(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	code := chi.URLParam(r, "code")
	err = h.Feeds.Discard(r.Context(), httpx.Operator(r), code, id, r.PostFormValue("reason"))
	if wrong, ok := httpx.Complaints(err); ok {
		return h.drawDiscard(w, r, wrong)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "feed.flash.discarded", feedview.Path(code)+"/messages")
}

func (h Handlers) askDiscardAll(w http.ResponseWriter, r *http.Request) error {
	return h.drawDiscardAll(w, r, nil)
}

func (h Handlers) drawDiscardAll(w http.ResponseWriter, r *http.Request, wrong fault.Complaints) error {
	one, err := h.managed(r)
	if err != nil {
		return err
	}
	o := outcome(r)
	if one.Aside[o] == 0 {
		return feed.ErrNothing
	}
	return httpx.Render(w, r, status(wrong), feedview.Discard(feedview.DiscardPage{
		Source: one.Source, Outcome: o, Count: min(one.Aside[o], feed.MaxDiscard), Reason: r.PostFormValue("reason"), Wrong: wrong,
	}))
}

func (h Handlers) discardAll(w http.ResponseWriter, r *http.Request) error {
	code := chi.URLParam(r, "code")
	_, err := h.Feeds.DiscardAll(r.Context(), httpx.Operator(r), code, outcome(r), r.PostFormValue("reason"))
	if wrong, ok := httpx.Complaints(err); ok {
		return h.drawDiscardAll(w, r, wrong)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, "feed.flash.discarded", feedview.Path(code)+"/messages")
}
