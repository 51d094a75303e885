package profilehttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/org"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/profile"
	"kabinet/web/profileview"
	"kabinet/web/ui"
)

func (h Handlers) newBank(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).Need(perm.OrgEdit); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, profileview.Edit(bankEditor(r.Context(), profile.Bank{}, nil)))
}

func (h Handlers) addBank(w http.ResponseWriter, r *http.Request) error {
	b := typedBank(r, 0)
	err := h.Profile.AddBank(r.Context(), httpx.Actor(r), b)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, profileview.Edit(bankEditor(r.Context(), b, wrong)))
	}
	return h.banked(w, r, err, "profile.bank.added")
}

func (h Handlers) bank(w http.ResponseWriter, r *http.Request) error {
	b, err := h.Profile.Bank(r.Context(), httpx.Actor(r), bankID(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, profileview.Edit(bankEditor(r.Context(), b, nil)))
}

func (h Handlers) setBank(w http.ResponseWriter, r *http.Request) error {
	b := typedBank(r, bankID(r))
	err := h.Profile.SetBank(r.Context(), httpx.Actor(r), b)
	if wrong, ok := httpx.Complaints(err); ok {
		return httpx.Render(w, r, http.StatusUnprocessableEntity, profileview.Edit(bankEditor(r.Context(), b, wrong)))
	}
	if errors.Is(err, org.ErrEdited) {
		return h.bankClash(w, r, b)
	}
	return h.banked(w, r, err, "profile.saved")
}

// bankClash shows what somebody else made of the account meanwhile.
func (h Handlers) bankClash(w http.ResponseWriter, r *http.Request, mine profile.Bank) error {
	v, err := h.editable(r)
	if err != nil {
		return err
	}
	theirs, err := h.Profile.Bank(r.Context(), httpx.Actor(r), mine.ID)
	if err != nil {
		return err
	}
	mine.Version = theirs.Version
	e := bankEditor(r.Context(), mine, nil)
	e.Clash = clash(r.Context(), v, e.Inputs, bankValues(theirs), bankValues(mine))
	return httpx.Render(w, r, http.StatusConflict, profileview.Edit(e))
}

func (h Handlers) removeBank(w http.ResponseWriter, r *http.Request) error {
	err := h.Profile.RemoveBank(r.Context(), httpx.Actor(r), bankID(r))
	if errors.Is(err, profile.ErrMainBank) {
		h.Sessions.Put(r.Context(), "flash", profile.ErrMainBank.Key)
		h.Sessions.Put(r.Context(), "flash.tone", "warn")
		return httpx.See(w, r, "/org")
	}
	return h.banked(w, r, err, "profile.bank.removed")
}

func (h Handlers) banked(w http.ResponseWriter, r *http.Request, err error, said string) error {
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", said)
	return httpx.See(w, r, "/org")
}

// bankID is the account of the address; what is no number is none.
func bankID(r *http.Request) int64 {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

func typedBank(r *http.Request, id int64) profile.Bank {
	version, _ := strconv.Atoi(r.PostFormValue("version")) // none is an old page: a conflict
	return profile.Bank{
		ID: id, Version: version, Account: r.PostFormValue("account"), MFO: r.PostFormValue("mfo"),
		Name: r.PostFormValue("bank"), Main: r.PostFormValue("main") == "yes",
	}
}

func bankValues(b profile.Bank) values {
	v := values{"account": b.Account, "mfo": b.MFO, "bank": b.Name}
	if b.Main {
		v["main"] = "yes"
	}
	return v
}

func bankEditor(ctx context.Context, b profile.Bank, wrong fault.Complaints) profileview.Editor {
	v := bankValues(b)
	number, mfo, name, main := ask(ctx, "account", v, wrong), ask(ctx, "mfo", v, wrong), ask(ctx, "bank", v, wrong), ask(ctx, "main", v, wrong)
	number.InputMode, number.Mono, number.MaxLength, number.Hint = "numeric", true, 40, i18n.T(ctx, "profile.hint.account")
	mfo.InputMode, mfo.Mono, mfo.Width, mfo.MaxLength, mfo.Hint = "numeric", true, "w10", 20, i18n.T(ctx, "profile.hint.mfo")
	name.MaxLength, main.Kind = 150, profileview.Tick
	e := profileview.Editor{
		Title: i18n.T(ctx, "profile.bank.add"), Lead: i18n.T(ctx, "profile.edit.bank.lead"), Action: "/org/bank/new",
		Inputs: []profileview.Input{number, mfo, name, main}, Wrong: wrong, Submit: i18n.T(ctx, "profile.save"), Version: b.Version,
	}
	if b.ID != 0 {
		e.Title, e.Action = i18n.T(ctx, "profile.edit.bank"), fmt.Sprintf("/org/bank/%d", b.ID)
		e.Remove = &ui.Action{Text: i18n.T(ctx, "profile.bank.remove"), URL: e.Action + "/remove", Post: true, Look: ui.Stop}
	}
	return e
}
