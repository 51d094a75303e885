package documenthttp

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/document"
	"kabinet/internal/platform/httpx"
	"kabinet/web/documentview"
)

// requestOf reads which invoices are to be answered, and how. What is no act leads
// to no page.
func requestOf(q url.Values) (document.Request, error) {
	act := document.Act(q.Get(documentview.ActName))
	if !slices.Contains(document.Acts(), act) {
		return document.Request{}, httpx.ErrNotFound
	}
	return document.Request{Act: act, IDs: documentview.SplitIDs(q.Get(documentview.IDsName)), Reason: q.Get(documentview.ReasonName)}, nil
}

// ask answers GET /documents/answer: the reason of a rejection first, then what is
// signed.
func (h Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	req, err := requestOf(r.URL.Query())
	if err != nil {
		return err
	}
	return h.review(w, r, req, r.URL.Query().Has(documentview.ReasonName), nil, 0)
}

// review shows the page before an answer, and why it was not given just now.
// version is the one that was signed for, where there was one.
func (h Handlers) review(w http.ResponseWriter, r *http.Request, req document.Request, reasoned bool, trouble *fault.Error, version int64) error {
	ctx, a := r.Context(), httpx.Actor(r)
	if err := a.Need(perm.DocAccept); err != nil {
		return err
	}
	p := documentview.AnswerForm{Request: req, Trouble: trouble}
	if err := h.compare(r, &p, version); err != nil {
		return err
	}
	probe := req
	if req.Act == document.Reject && !reasoned {
		probe.Act = document.Accept // whether it can be answered does not depend on the reason
	}
	signing, err := h.Documents.Prepare(ctx, a, probe)
	switch complaints, ok := httpx.Complaints(err); {
	case ok && reasoned:
		p.Wrong = complaints
	case err != nil:
		return err
	case reasoned || req.Act == document.Accept:
		p.Signing = signing
		p.Panel = documentview.AnswerPanel(ctx, h.EDS, signing, req)
		httpx.AllowConnect(w, h.EDS.Endpoints()...)
	default:
		p.Signing.Documents = signing.Documents
	}
	return httpx.Render(w, r, statusOf(w, p), documentview.Answer(p, h.Now()))
}

// compare puts the version that was signed for beside the one of now.
func (h Handlers) compare(r *http.Request, p *documentview.AnswerForm, version int64) error {
	if version == 0 || len(p.Request.IDs) != 1 || !errors.Is(p.Trouble, document.ErrVersion) {
		return nil
	}
	c, err := h.Documents.Compare(r.Context(), httpx.Actor(r), p.Request.IDs[0], version)
	if err != nil {
		return err
	}
	p.Changed = &c
	return nil
}

func statusOf(w http.ResponseWriter, p documentview.AnswerForm) int {
	switch {
	case p.Trouble != nil:
		problem := httpx.ProblemOf(p.Trouble)
		problem.Later(w)
		return problem.Status
	case len(p.Wrong) > 0:
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// challenge answers POST /documents/answer/challenge with the text to sign.
func (h Handlers) challenge(w http.ResponseWriter, r *http.Request) error {
	req, err := requestOf(r.URL.Query())
	if err != nil {
		return err
	}
	c, err := h.Documents.Challenge(r.Context(), httpx.Actor(r), req)
	if err != nil {
		return err
	}
	return httpx.JSON(w, c)
}

// answer answers POST /documents/answer. A signature that is not accepted, or an
// invoice that has changed since it was shown, leads back to the page that asks.
func (h Handlers) answer(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.DocAccept); err != nil {
		return err
	}
	_ = r.PostFormValue(documentview.ActName)
	req, err := requestOf(r.PostForm)
	if err != nil {
		return err
	}
	err = h.Documents.Answer(r.Context(), httpx.Actor(r), req, document.Signed{
		Challenge: r.PostFormValue("challenge"), PKCS7: r.PostFormValue("pkcs7"),
	})
	switch f, ok := fault.As(err); {
	case err == nil:
		return h.answered(w, r, req)
	case !ok, f.Kind == fault.Internal, f.Kind == fault.NotFound, f.Kind == fault.Forbidden, errors.Is(err, document.ErrState), errors.Is(err, document.ErrLate):
		return err
	default:
		version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
		return h.review(w, r, req, true, f, version)
	}
}

// answered leads to the invoice, or to those that are left.
func (h Handlers) answered(w http.ResponseWriter, r *http.Request, req document.Request) error {
	key := "document.flash." + string(req.Act)
	if len(req.IDs) == 1 {
		return h.done(w, r, key, documentview.URL(req.IDs[0], ""))
	}
	return h.done(w, r, key+"_many", documentview.ListURL)
}
