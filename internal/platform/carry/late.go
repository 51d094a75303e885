package carry

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
)

// Late is a form that came after its session had ended. It goes on when the same
// person signs in for the same organization, and for nobody else.
type Late struct {
	To    string // where it was going; empty when only the way back is left
	Back  string // the page it came from, "" when unknown
	Typed []Field
	// Token says all that and whose form it is, sealed: it comes back with the
	// signature, see Query.
	Token string
	owner session.Who
}

// tokenField is the name of the token in the address of a sign-in form.
const tokenField = "late"

// Query is what the address of the sign-in form says of it.
func (l *Late) Query() string { return url.Values{tokenField: {l.Token}}.Encode() }

const purpose seal.Purpose = "carry.late"

// ticket is what a token holds.
type ticket struct {
	To      string `json:"to,omitempty"`
	Back    string `json:"back,omitempty"`
	Account int64  `json:"account,omitempty"`
	Org     int64  `json:"org,omitempty"`
	Staff   int64  `json:"staff,omitempty"`
}

// Keeper knows whose late forms are.
type Keeper struct {
	Box      *seal.Box
	Sessions *session.Manager
}

// Late gives the form of a request whose session ended by itself; nil for
// anything else. A form with files, or with a signature that the ended session
// asked for, leads back to its page.
func (k Keeper) Late(r *http.Request) (*Late, error) {
	if r.Method != http.MethodPost || !session.Ended(r.Context()) {
		return nil, nil
	}
	who, err := k.Sessions.Former(r.Context())
	if err != nil || who.OrgID == 0 && who.StaffID == 0 {
		return nil, err
	}
	l := &Late{Back: From(r), owner: who}
	if to, typed, ok := To(r); ok && !r.PostForm.Has("pkcs7") {
		l.To, l.Typed = to, typed
	}
	l.Token, err = k.seal(l)
	return l, err
}

// Draw draws the refusal of a late form by show, a sign-in page that takes it
// along, and all other problems by draw.
func (k Keeper) Draw(draw httpx.Draw, show func(http.ResponseWriter, *http.Request, int, *Late) error) httpx.Draw {
	return func(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
		if p.Key != actor.ErrSignIn.Key {
			draw(w, r, p)
			return
		}
		late, err := k.Late(r)
		if err == nil && late == nil {
			draw(w, r, p)
			return
		}
		if err == nil {
			err = show(w, r, p.Status, late)
		}
		if err != nil {
			httpx.Fail(w, r, err, draw)
		}
	}
}

func (k Keeper) seal(l *Late) (string, error) {
	plain, err := json.Marshal(ticket{l.To, l.Back, l.owner.AccountID, l.owner.OrgID, l.owner.StaffID})
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(k.Box.Seal(purpose, plain, nil)), nil
}

// Again gives the form that a sign-in brings along; nil when it brings none.
func (k Keeper) Again(r *http.Request) *Late {
	token := r.URL.Query().Get(tokenField)
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || token == "" {
		return nil
	}
	plain, err := k.Box.Open(purpose, sealed, nil)
	if err != nil {
		return nil
	}
	var t ticket
	if json.Unmarshal(plain, &t) != nil {
		return nil
	}
	l := &Late{To: t.To, Back: t.Back, Token: token, owner: session.Who{AccountID: t.Account, OrgID: t.Org, StaffID: t.Staff}}
	if l.To != "" {
		l.Typed, _ = Typed(r.PostForm) // it is one of ours: Forms bounds it
	}
	return l
}

// Org is the organization that the form was for, if the person who signs in may
// have it back; 0 for anybody else's.
func (l *Late) Org(accountID int64) int64 {
	if l == nil || l.owner.AccountID != accountID {
		return 0
	}
	return l.owner.OrgID
}

// OfStaff reports whether the form was that of one of the staff.
func (l *Late) OfStaff(id int64) bool { return l != nil && id != 0 && l.owner.StaffID == id }

// GoOn sends the person on after the sign-in: the form to where it was going, or
// the person to the page it came from, or to start.
func (l *Late) GoOn(w http.ResponseWriter, r *http.Request, start string) error {
	if l.To == "" {
		return httpx.See(w, r, httpx.LocalPath(l.Back, start))
	}
	GoOn(w, r, l.To)
	return nil
}

// Drop tells the person who has just signed in that the form in the page went no
// further: it was somebody else's, or for an organization that is not open any
// more.
func (k Keeper) Drop(r *http.Request) {
	k.Sessions.Put(r.Context(), "flash", "edsview.late.lost")
	k.Sessions.Put(r.Context(), "flash.tone", "warn")
}
