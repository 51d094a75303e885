package profilehttp

import (
	"net/http"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/profileview"
	"kabinet/web/ui"
)

func (h Handlers) email(w http.ResponseWriter, r *http.Request) error {
	return h.emailPage(w, r, http.StatusOK, "", "", nil)
}

// askEmail answers POST /org/email: a letter with a code goes to the new
// address.
func (h Handlers) askEmail(w http.ResponseWriter, r *http.Request) error {
	typed := r.PostFormValue("email")
	err := h.Profile.AskEmail(r.Context(), httpx.Actor(r), typed)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.emailPage(w, r, http.StatusUnprocessableEntity, typed, "", wrong)
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "profile.email.sent")
	return httpx.See(w, r, "/org/email")
}

func (h Handlers) confirmEmail(w http.ResponseWriter, r *http.Request) error {
	typed := r.PostFormValue("code")
	err := h.Profile.ConfirmEmail(r.Context(), httpx.Actor(r), typed)
	if wrong, ok := httpx.Complaints(err); ok {
		return h.emailPage(w, r, http.StatusUnprocessableEntity, "", typed, wrong)
	}
	if f, ok := fault.As(err); ok && f.Kind == fault.Gone {
		return h.emailPage(w, r, http.StatusGone, "", "", nil)
	}
	if err != nil {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "profile.email.done")
	return httpx.See(w, r, "/org")
}

func (h Handlers) dropEmail(w http.ResponseWriter, r *http.Request) error {
	err := h.Profile.DropEmail(r.Context(), httpx.Actor(r))
	if f, ok := fault.As(err); err != nil && (!ok || f.Kind != fault.Gone) {
		return err
	}
	h.Sessions.Put(r.Context(), "flash", "profile.email.dropped")
	return httpx.See(w, r, "/org")
}

func (h Handlers) emailPage(w http.ResponseWriter, r *http.Request, status int, email, code string, wrong fault.Complaints) error {
	v, err := h.editable(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	e := profileview.Editor{
		Title: i18n.T(ctx, "profile.edit.email"), Lead: i18n.T(ctx, "profile.edit.email.lead", "email", v.Profile.Email),
		Submit: i18n.T(ctx, "profile.email.send"), Wrong: wrong,
	}
	in := ask(ctx, "email", values{"email": email}, wrong)
	in.Type, in.Autocomplete, in.Width, in.MaxLength = "email", "email", "w20", 254
	e.Inputs = []profileview.Input{in}
	typed := profileview.Input{Kind: profileview.Code, Field: ui.Field{
		Name: "code", Label: i18n.T(ctx, "profile.email.code"), Hint: i18n.T(ctx, "profile.email.code.hint"), Value: code, Wrong: wrong,
	}}
	return httpx.Render(w, r, status, profileview.Email(e, v, profileview.Editor{Inputs: []profileview.Input{typed}}))
}
