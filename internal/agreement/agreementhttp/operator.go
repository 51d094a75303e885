package agreementhttp

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/agreement"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/web/agreementview"
	"kabinet/web/ui"
)

// Staff mounts the operator's pages.
func (h Handlers) Staff(r chi.Router, wrap httpx.Wrap) {
	const root = agreementview.DeskRoot
	r.Get(root, wrap(h.list))
	r.Get(root+".csv", wrap(h.export))
	r.Get(root+"/{org}/{id}", wrap(h.deskRecord))
	r.Get(root+"/{org}/{id}/send", wrap(h.sendPage))
	r.Post(root+"/{org}/{id}/send", wrap(h.send))
	r.Get(root+"/{org}/{id}/activate", wrap(h.activatePage))
	r.Post(root+"/{org}/{id}/activate", wrap(h.activate))
	for _, x := range []agreement.Act{agreement.Refuse, agreement.End} {
		r.Get(root+"/{org}/{id}/"+string(x), wrap(h.whyPage(x)))
		r.Post(root+"/{org}/{id}/"+string(x), wrap(h.finish(x)))
	}
}

// filter reads the address; what cannot be read does not narrow.
func filter(q url.Values) agreement.Filter {
	status, ok := agreement.ParseStatus(q.Get("status"))
	if !ok {
		status = ""
	}
	return agreement.Filter{Status: status, Query: strings.TrimSpace(q.Get("q")), After: q.Get("after"), Size: page.Size(q.Get("per"))}
}

func (h Handlers) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := filter(q)
	p, err := h.Agreements.List(r.Context(), httpx.Operator(r), f)
	if err != nil {
		return err
	}
	keep := []string{"status", string(f.Status), "q", f.Query, "per", ui.Per(f.Size)}
	return httpx.Render(w, r, http.StatusOK, agreementview.Desk(agreementview.DeskPage{
		Page: p, Filter: f, Now: h.Now(),
		Address: func(changes ...string) string { return ui.Query(agreementview.DeskRoot, keep, changes...) },
	}))
}

func (h Handlers) export(w http.ResponseWriter, r *http.Request) error {
	items, err := h.Agreements.Export(r.Context(), httpx.Operator(r), filter(r.URL.Query()))
	if err != nil {
		return err
	}
	return httpx.CSV(w, httpx.FileName("agreements", h.Now(), ".csv"), agreementview.Export(r.Context(), items))
}

// find reads the agreement of the address for staff.
func (h Handlers) find(r *http.Request) (agreement.Paper, error) {
	orgID, err := number(r, "org")
	if err != nil {
		return agreement.Paper{}, err
	}
	id, err := number(r, "id")
	if err != nil {
		return agreement.Paper{}, err
	}
	return h.Agreements.Find(r.Context(), httpx.Operator(r), orgID, id)
}

// possible is find for who is about to act.
func (h Handlers) possible(r *http.Request, x agreement.Act) (agreement.Paper, error) {
	if err := httpx.Operator(r).Need(perm.OpRequestDecide); err != nil {
		return agreement.Paper{}, err
	}
	p, err := h.find(r)
	if err == nil && !p.Can(x) {
		err = agreement.ErrState
	}
	return p, err
}

func (h Handlers) deskRecord(w http.ResponseWriter, r *http.Request) error {
	p, err := h.find(r)
	if err != nil {
		return err
	}
	op := httpx.Operator(r)
	v := agreementview.DeskReading{Paper: p, Text: textLang(r), MayDecide: op.Rights.Has(perm.OpRequestDecide)}
	if p.SignatureID != 0 {
		if v.Checked, err = h.Agreements.CheckFor(r.Context(), op, p); err != nil {
			return err
		}
	}
	return httpx.Render(w, r, http.StatusOK, agreementview.DeskRecord(v))
}

func (h Handlers) sendPage(w http.ResponseWriter, r *http.Request) error {
	p, err := h.possible(r, agreement.Send)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, agreementview.Send(agreementview.SendPage{Paper: p}))
}

// send answers POST …/send: "check" shows the text, "send" sends it, anything else
// shows the form again.
func (h Handlers) send(w http.ResponseWriter, r *http.Request) error {
	p, err := h.possible(r, agreement.Send)
	if err != nil {
		return err
	}
	v := agreementview.SendPage{Paper: p, Typed: agreement.Sending{Version: r.PostFormValue("version"), Until: r.PostFormValue("until")}}
	op := httpx.Operator(r)
	switch r.PostFormValue("act") {
	case "check":
		var t agreement.Texts
		if t, err = h.Agreements.Preview(r.Context(), op, p.OrgID, p.ID, v.Typed); err == nil {
			v.Shown = &t
		}
	case "send":
		if err = h.Agreements.Send(r.Context(), op, p.OrgID, p.ID, v.Typed); err == nil {
			return h.done(w, r, "agreement.flash.sent", agreementview.DeskURL(p.OrgID, p.ID, ""))
		}
	}
	status := http.StatusOK
	if wrong, ok := httpx.Complaints(err); ok {
		v.Wrong, status, err = wrong, http.StatusUnprocessableEntity, nil
	}
	if err != nil {
		return err
	}
	return httpx.Render(w, r, status, agreementview.Send(v))
}

func (h Handlers) activatePage(w http.ResponseWriter, r *http.Request) error {
	p, err := h.possible(r, agreement.Activate)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, agreementview.Activate(p))
}

func (h Handlers) activate(w http.ResponseWriter, r *http.Request) error {
	p, err := h.possible(r, agreement.Activate)
	if err != nil {
		return err
	}
	if err := h.Agreements.Activate(r.Context(), httpx.Operator(r), p.OrgID, p.ID); err != nil {
		return err
	}
	return h.done(w, r, "agreement.flash.activated", agreementview.DeskURL(p.OrgID, p.ID, ""))
}

func (h Handlers) whyPage(x agreement.Act) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := h.possible(r, x)
		if err != nil {
			return err
		}
		return httpx.Render(w, r, http.StatusOK, agreementview.Why(agreementview.WhyPage{Paper: p, Act: x}))
	}
}

// finish refuses or ends an agreement, with a reason.
func (h Handlers) finish(x agreement.Act) func(http.ResponseWriter, *http.Request) error {
	do := h.Agreements.Refuse
	if x == agreement.End {
		do = h.Agreements.End
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := h.possible(r, x)
		if err != nil {
			return err
		}
		why := r.PostFormValue("reason")
		err = do(r.Context(), httpx.Operator(r), p.OrgID, p.ID, why)
		if wrong, ok := httpx.Complaints(err); ok {
			return httpx.Render(w, r, http.StatusUnprocessableEntity, agreementview.Why(agreementview.WhyPage{Paper: p, Act: x, Typed: why, Wrong: wrong}))
		}
		if err != nil {
			return err
		}
		return h.done(w, r, "agreement.flash."+string(x), agreementview.DeskURL(p.OrgID, p.ID, ""))
	}
}
