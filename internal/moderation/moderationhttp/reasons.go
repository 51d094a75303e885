package moderationhttp

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/perm"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/httpx"
	"kabinet/web/moderationview"
)

func (h Handlers) reasons(w http.ResponseWriter, r *http.Request) error {
	all, err := h.Desk.Reasons(r.Context(), httpx.Operator(r))
	if err != nil {
		return err
	}
	d, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, moderationview.Reasons(moderationview.ReasonsPage{Reasons: all, Groups: d.All()}))
}

func (h Handlers) blankReason(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Operator(r).Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	return h.reasonForm(w, r, http.StatusOK, moderationview.ReasonPage{Draft: moderation.ReasonDraft{Active: true}})
}

func (h Handlers) addReason(w http.ResponseWriter, r *http.Request) error {
	p := moderationview.ReasonPage{Draft: typedReason(r)}
	err := h.Desk.AddReason(r.Context(), httpx.Operator(r), p.Draft)
	return h.saved(w, r, p, "moderation.flash.reason_added", err)
}

// saved ends a form: complaints go back to it, and so does what somebody else
// saved meanwhile.
func (h Handlers) saved(w http.ResponseWriter, r *http.Request, p moderationview.ReasonPage, flash string, err error) error {
	if wrong, ok := httpx.Complaints(err); ok {
		p.Wrong = wrong
		return h.reasonForm(w, r, http.StatusUnprocessableEntity, p)
	}
	if errors.Is(err, moderation.ErrEdited) {
		if p.Stored, err = h.Desk.Reason(r.Context(), httpx.Operator(r), p.ID); err != nil {
			return err
		}
		p.Edited, p.Draft.Version = true, p.Stored.Version
		return h.reasonForm(w, r, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, flash, moderationview.ReasonsURL)
}

func (h Handlers) reasonForm(w http.ResponseWriter, r *http.Request, status int, p moderationview.ReasonPage) error {
	d, err := h.Groups.Dictionary(r.Context())
	if err != nil {
		return err
	}
	p.Groups = d.All()
	return httpx.Render(w, r, status, moderationview.Reason(p))
}

// typedReason reads the form; the code of an attribute goes before the field
// that was chosen.
func typedReason(r *http.Request) moderation.ReasonDraft {
	version, _ := strconv.Atoi(r.PostFormValue("version")) // 0 fits no stored reason
	d := moderation.ReasonDraft{
		Field: r.PostFormValue("field"), Group: groupID(r.PostFormValue("group")),
		Uz: r.PostFormValue("uz"), Ru: r.PostFormValue("ru"), En: r.PostFormValue("en"),
		Active: r.PostFormValue("active") == "yes", Version: version,
	}
	if code := r.PostFormValue("attribute"); code != "" {
		d.Field = card.AttributePrefix + code
	}
	return d
}

func (h Handlers) reason(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return moderation.ErrNoReason
	}
	s, err := h.Desk.Reason(r.Context(), httpx.Operator(r), id)
	if err != nil {
		return err
	}
	return h.reasonForm(w, r, http.StatusOK, moderationview.ReasonPage{ID: id, Draft: moderation.ReasonDraft{
		Field: s.Field, Group: s.Group, Uz: s.Uz, Ru: s.Ru, En: s.En, Active: s.Active, Version: s.Version,
	}})
}

func (h Handlers) changeReason(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return moderation.ErrNoReason
	}
	p := moderationview.ReasonPage{ID: id, Draft: typedReason(r)}
	err = h.Desk.ChangeReason(r.Context(), httpx.Operator(r), id, p.Draft)
	return h.saved(w, r, p, "moderation.flash.reason_changed", err)
}
