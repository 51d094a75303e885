package httpx

import (
	"net/http"
	"net/url"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/session"
)

// Where people sign in.
const (
	SignInPath      = "/sign-in"
	StaffSignInPath = "/op/sign-in"
	ChoicePath      = "/sign-in/organization"
)

// RequireMember lets members of an organization in. Somebody not signed in is
// led to the sign-in and back; somebody who has yet to choose an organization
// to the choice. For staff the pages do not exist.
func RequireMember(draw Draw) func(http.Handler) http.Handler {
	return require(draw, session.Identity.Member, func(i session.Identity) string {
		switch {
		case i.Staff():
			return ""
		case i.AccountID != 0:
			return ChoicePath
		}
		return SignInPath
	})
}

// RequireStaff lets the operator's staff in. For members the pages do not
// exist; everybody else is led to the staff's own sign-in.
func RequireStaff(draw Draw) func(http.Handler) http.Handler {
	return require(draw, session.Identity.Staff, func(i session.Identity) string {
		if i.AccountID != 0 {
			return ""
		}
		return StaffSignInPath
	})
}

// require lets in whom open accepts; where says where the others go, "" for
// nowhere. A form cannot be led away and come back, so it is refused.
func require(draw Draw, open func(session.Identity) bool, where func(session.Identity) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			who := Identity(r)
			if open(who) {
				next.ServeHTTP(w, r)
				return
			}
			way := where(who)
			switch {
			case way == "":
				Fail(w, r, ErrNotFound, draw)
			case !isRead(r):
				Fail(w, r, actor.ErrSignIn, draw)
			default:
				_ = See(w, r, way+"?"+wayBack(r).Encode()) // See never fails
			}
		})
	}
}

// maxNext bounds the address kept for after the sign-in; filters of a long list
// stay far below.
const maxNext = 1500

// wayBack is the query of a sign-in page: where to go afterwards, and whether
// the person was signed in until a moment ago.
func wayBack(r *http.Request) url.Values {
	q := url.Values{}
	if next := LocalPath(r.URL.RequestURI(), ""); next != "" && len(next) <= maxNext {
		q.Set("next", next)
	}
	if session.Ended(r.Context()) {
		q.Set("ended", "1")
	}
	return q
}
