package supporthttp

import (
	"errors"
	"net/http"
	"strconv"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/support"
	"kabinet/web/supportview"
)

func (h Handlers) library(w http.ResponseWriter, r *http.Request) error {
	all, err := h.Support.Library(r.Context(), httpx.Operator(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, supportview.Library(all))
}

func (h Handlers) blankReady(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, supportview.Ready(supportview.ReadyPage{Draft: support.ReadyDraft{Active: true}}))
}

func (h Handlers) addReady(w http.ResponseWriter, r *http.Request) error {
	p := supportview.ReadyPage{Draft: typedReady(r)}
	return h.saved(w, r, p, "support.flash.ready_added", h.Support.AddReady(r.Context(), httpx.Operator(r), p.Draft))
}

func (h Handlers) ready(w http.ResponseWriter, r *http.Request) error {
	id, err := readyID(r)
	if err != nil {
		return err
	}
	kept, err := h.Support.Ready(r.Context(), httpx.Operator(r), id)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, supportview.Ready(supportview.ReadyPage{ID: id, Draft: kept.Draft()}))
}

func (h Handlers) changeReady(w http.ResponseWriter, r *http.Request) error {
	id, err := readyID(r)
	if err != nil {
		return err
	}
	p := supportview.ReadyPage{ID: id, Draft: typedReady(r)}
	return h.saved(w, r, p, "support.flash.ready_changed", h.Support.ChangeReady(r.Context(), httpx.Operator(r), id, p.Draft))
}

func readyID(r *http.Request) (int64, error) {
	id, err := number(r, "id")
	if err != nil {
		return 0, support.ErrNoReady
	}
	return id, nil
}

// typedReady reads the form.
func typedReady(r *http.Request) support.ReadyDraft {
	version, _ := strconv.Atoi(r.PostFormValue("version")) // 0 fits no stored answer
	return support.ReadyDraft{
		Kind: r.PostFormValue("kind"), Name: r.PostFormValue("name"),
		Uz: r.PostFormValue("uz"), Ru: r.PostFormValue("ru"), En: r.PostFormValue("en"),
		Active: r.PostFormValue("active") == "yes", Version: version,
	}
}

// saved ends a form: complaints go back to it, and so does what somebody else
// saved meanwhile.
func (h Handlers) saved(w http.ResponseWriter, r *http.Request, p supportview.ReadyPage, flash string, err error) error {
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return httpx.Render(w, r, http.StatusUnprocessableEntity, supportview.Ready(p))
	}
	if errors.Is(err, support.ErrEdited) {
		kept, err := h.Support.Ready(r.Context(), httpx.Operator(r), p.ID)
		if err != nil {
			return err
		}
		p.Kept, p.Draft.Version = &kept, kept.Version
		return httpx.Render(w, r, http.StatusConflict, supportview.Ready(p))
	}
	if err != nil {
		return err
	}
	return h.done(w, r, flash, supportview.LibraryURL)
}
