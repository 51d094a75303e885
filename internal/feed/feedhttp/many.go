package feedhttp

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
	"kabinet/internal/platform/httpx"
	"kabinet/web/feedview"
)

func rangeOf(r *http.Request) feed.RangeDraft {
	return feed.RangeDraft{Outcome: r.FormValue("outcome"), From: r.FormValue("from"), Until: r.FormValue("until")}
}

// askReplay answers GET /op/feeds/{code}/replay: first the question, and once it
// is answered, how many messages that are.
func (h Handlers) askReplay(w http.ResponseWriter, r *http.Request) error {
	return h.drawReplay(w, r, nil)
}

func (h Handlers) drawReplay(w http.ResponseWriter, r *http.Request, refused *fault.Error) error {
	one, err := h.managed(r)
	if err != nil {
		return err
	}
	p := feedview.ReplayPage{Source: one.Source, Draft: rangeOf(r), Count: -1, Refused: refused}
	if r.URL.RawQuery == "" && r.Method == http.MethodGet {
		return httpx.Render(w, r, http.StatusOK, feedview.Replay(p))
	}
	meant, err := p.Draft.Open()
	var complained bool
	if p.Wrong, complained = httpx.Complaints(err); complained {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, feedview.Replay(p))
	}
	if err != nil {
		return err
	}
	if p.Count, err = h.Feeds.Count(r.Context(), httpx.Operator(r), one.Source, meant); err != nil {
		return err
	}
	return httpx.Render(w, r, httpx.StatusOf(w, refused), feedview.Replay(p))
}

func (h Handlers) replay(w http.ResponseWriter, r *http.Request) error {
	meant, err := rangeOf(r).Open()
	if _, complained := httpx.Complaints(err); complained {
		return h.drawReplay(w, r, nil)
	}
	code := chi.URLParam(r, "code")
	id, err := h.Feeds.ReplayAll(r.Context(), httpx.Operator(r), code, meant)
	if f, ok := fault.As(err); ok && f.Kind == fault.Conflict {
		return h.drawReplay(w, r, f)
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, feedview.ReplayPath(code, id))
}

func (h Handlers) replayed(w http.ResponseWriter, r *http.Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	id, err := number(r)
	if err != nil {
		return err
	}
	a, err := h.Feeds.OneReplay(r.Context(), httpx.Operator(r), one.Source, id)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Replayed(one.Source, a))
}

func (h Handlers) askFile(w http.ResponseWriter, r *http.Request) error {
	one, err := h.managed(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Upload(one.Source, nil))
}

// Of an upload, so much is kept in memory; the rest goes to a temporary file.
const inMemory = 1 << 20

// overhead is what a form holds besides its file.
const overhead = 64 << 10

func (h Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpFeedManage); err != nil {
		return err
	}
	one, err := h.managed(r)
	if err != nil {
		return err
	}
	id, err := h.receive(w, r, one.Code)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, feedview.Upload(one.Source, wrong))
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, feedview.DeliveryPath(one.Code, id))
}

func (h Handlers) receive(w http.ResponseWriter, r *http.Request, code string) (id int64, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, feed.MaxUpload+overhead)
	if err := r.ParseMultipartForm(inMemory); err != nil { //nolint:gosec // bounded by the line above
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return 0, feed.ErrFileSize.Because(err)
		}
		return 0, feed.ErrNoFile.Because(err)
	}
	defer func() { err = errors.Join(err, r.MultipartForm.RemoveAll()) }()
	file, about, err := r.FormFile("file")
	if err != nil {
		return 0, feed.ErrNoFile.Because(err)
	}
	defer func() { _ = file.Close() }() // only read from
	return h.Feeds.Upload(r.Context(), httpx.Operator(r), code, about.Filename, file)
}

func (h Handlers) delivery(w http.ResponseWriter, r *http.Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	id, err := number(r)
	if err != nil {
		return err
	}
	t, err := h.Feeds.OneDelivery(r.Context(), httpx.Operator(r), one.Source, id)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, feedview.Delivery(one.Source, t))
}
