// Package letterway answers the pages of somebody who comes with a letter of
// ours: with its code, with its link and code, or with the wish for another one.
// What a letter opens is its feature's; the way to it is the same for all.
package letterway

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
)

// Letters are what a feature knows of its letters; L is one of them.
type Letters[L any] interface {
	// FindCode gives the letter of a code typed without its link.
	FindCode(ctx context.Context, code, ip string) (L, error)
	// EnterCode gives the letter of a link whose code was typed.
	EnterCode(ctx context.Context, token, code, ip string) (L, error)
	// AskByLink takes down the wish for a new letter of who has an old one.
	AskByLink(ctx context.Context, token, ip string) error
}

// Elsewhere takes a typed code that no letter of this kind has: it may be that of
// another kind. It reports whether it answered.
type Elsewhere func(w http.ResponseWriter, r *http.Request, code string) (answered bool, err error)

// Ask is what somebody types who got no letter.
type Ask struct{ TIN, Email string }

// Unknown is the state of a letter that does not exist.
const Unknown = "unknown"

// Way is the way of one kind of letters.
type Way[L any] struct {
	Base      string // address of its pages, "/join"
	Letters   Letters[L]
	NoCode    error     // of FindCode: no letter has this code
	Elsewhere Elsewhere // nil takes none
	// AskAgain takes down the wish for a new letter, the same way for everybody.
	AskAgain func(ctx context.Context, a Ask, ip string) error
	// State names the end of a letter that opens nothing; false for other errors.
	State func(error) (string, bool)
	// Remember goes on with a letter whose code was right.
	Remember func(http.ResponseWriter, *http.Request, L) error
	Pages    Pages[L]
}

// Pages draw the pages.
type Pages[L any] struct {
	Code   func(typed string, wrong fault.Complaints) templ.Component
	Letter func(token string, l L, typed string, wrong fault.Complaints) templ.Component
	End    func(state, token string, l L) templ.Component
	Again  func(a Ask, wrong fault.Complaints) templ.Component
	Asked  func() templ.Component
}

// Routes mounts the pages; that of a letter's link is the feature's own.
func (y Way[L]) Routes(r chi.Router, wrap httpx.Wrap) {
	r.Get(y.Base, wrap(y.code))
	r.Post(y.Base, wrap(y.typedCode))
	r.Get(y.Base+"/new-code", wrap(y.again))
	r.Post(y.Base+"/new-code", wrap(y.ask))
	r.Get(y.Base+"/new-code/sent", wrap(y.asked))
	r.Post(y.Base+"/{token}", wrap(y.typedLetterCode))
	r.Post(y.Base+"/{token}/new-code", wrap(y.askByLink))
}

func (y Way[L]) code(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, y.Pages.Code("", nil))
}

// typedCode answers a code without its link.
func (y Way[L]) typedCode(w http.ResponseWriter, r *http.Request) error {
	code := r.PostFormValue("code")
	l, err := y.Letters.FindCode(r.Context(), code, httpx.OriginOf(r).IP)
	if errors.Is(err, y.NoCode) && y.Elsewhere != nil {
		if answered, wrong := y.Elsewhere(w, r, code); answered || wrong != nil {
			return wrong
		}
	}
	if wrong, ok := httpx.Complaints(err); ok {
		return Complain(w, r, err, y.Pages.Code(code, wrong))
	}
	if err != nil {
		return y.End(w, r, err, "", l)
	}
	return y.Remember(w, r, l)
}

// TakeCode is an Elsewhere for another way: it goes on with a code of this one.
func (y Way[L]) TakeCode(w http.ResponseWriter, r *http.Request, code string) (answered bool, err error) {
	l, err := y.Letters.FindCode(r.Context(), code, httpx.OriginOf(r).IP)
	if _, ended := y.State(err); ended {
		return true, y.End(w, r, err, "", l)
	}
	if _, complaint := httpx.Complaints(err); complaint {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, y.Remember(w, r, l)
}

// typedLetterCode answers the code typed on the page of its link.
func (y Way[L]) typedLetterCode(w http.ResponseWriter, r *http.Request) error {
	token, code := chi.URLParam(r, "token"), r.PostFormValue("code")
	l, err := y.Letters.EnterCode(r.Context(), token, code, httpx.OriginOf(r).IP)
	if wrong, ok := httpx.Complaints(err); ok {
		return Complain(w, r, err, y.Pages.Letter(token, l, code, wrong))
	}
	if err != nil {
		return y.End(w, r, err, token, l)
	}
	return y.Remember(w, r, l)
}

func (y Way[L]) again(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, y.Pages.Again(Ask{}, nil))
}

// ask answers everybody the same way.
func (y Way[L]) ask(w http.ResponseWriter, r *http.Request) error {
	a := Ask{TIN: r.PostFormValue("tin"), Email: r.PostFormValue("email")}
	err := y.AskAgain(r.Context(), a, httpx.OriginOf(r).IP)
	if wrong, ok := httpx.Complaints(err); ok {
		return Complain(w, r, err, y.Pages.Again(a, wrong))
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, y.Base+"/new-code/sent")
}

func (y Way[L]) askByLink(w http.ResponseWriter, r *http.Request) error {
	token := chi.URLParam(r, "token")
	err := y.Letters.AskByLink(r.Context(), token, httpx.OriginOf(r).IP)
	if _, ended := y.State(err); ended {
		var none L
		return y.End(w, r, err, token, none)
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, y.Base+"/new-code/sent")
}

func (y Way[L]) asked(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, y.Pages.Asked())
}

// End answers with the page of a letter that opens nothing; other errors go on to
// where all errors go. l is what is known of the letter.
func (y Way[L]) End(w http.ResponseWriter, r *http.Request, err error, token string, l L) error {
	state, ok := y.State(err)
	if !ok {
		return err
	}
	if state == Unknown { // every link that does not exist looks the same
		var none L
		token, l = "", none
	}
	return httpx.Render(w, r, httpx.ProblemOf(err).Status, y.Pages.End(state, token, l))
}

// Complain shows a form again with what is wrong with it.
func Complain(w http.ResponseWriter, r *http.Request, err error, page templ.Component) error {
	f, _ := fault.As(err)
	return httpx.Render(w, r, httpx.StatusOf(w, f), page)
}
