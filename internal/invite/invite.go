// Package invite lets the users of an organization in: a letter with a link and
// a code, and then what proves the person. A business user signs with an own EDS
// key; whoever keeps a technical user sets its password.
//
// Opening a link uses nothing up, because mail scanners open links; a code only
// opens the way to the signature or the password. A user has one live invitation
// at a time: a new one ends the one before.
package invite

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/mail"
)

// Why an invitation opens nothing.
var (
	ErrNoLink     = fault.New(fault.NotFound, "invite.no_link")    // never made, mistyped, cut, or the organization is blocked
	ErrNotOpened  = fault.New(fault.Forbidden, "invite.no_letter") // this browser opened no letter, or too long ago
	ErrExpired    = fault.New(fault.Gone, "invite.expired")
	ErrReplaced   = fault.New(fault.Gone, "invite.replaced")
	ErrLocked     = fault.New(fault.Gone, "invite.locked")
	ErrActive     = fault.New(fault.Gone, "invite.active")
	ErrBlocked    = fault.New(fault.Forbidden, "invite.blocked")
	ErrTooManyTry = fault.New(fault.TooMany, "invite.too_many")
)

// What is wrong with a typed code.
var (
	ErrCodeShape   = fault.New(fault.Invalid, "invite.code.shape").On("code")
	ErrCodeWrong   = fault.New(fault.Invalid, "invite.code.wrong").On("code")
	ErrCodeUnknown = fault.New(fault.Invalid, "invite.code.unknown").On("code")
)

// What is wrong with a key. They say whose key is expected, and of the given one
// no more than the name its holder can see anyway.
var (
	ErrOtherOrg    = fault.New(fault.Invalid, "invite.key.other_organization")
	ErrOtherPerson = fault.New(fault.Invalid, "invite.key.other_person")
	ErrWorksHere   = fault.New(fault.Conflict, "invite.key.works_here")
)

// Kept is how far an invitation is, as its row says.
type Kept string

// The statuses. Queued and sent invitations may be live; the others ended.
const (
	Queued   Kept = "queued"
	Sent     Kept = "sent" // the relay took it
	Refused  Kept = "refused"
	Used     Kept = "used"
	Expired  Kept = "expired"
	Replaced Kept = "replaced" // by a newer one, or ended by a block
	Locked   Kept = "locked"   // five wrong codes
)

// MaxWrongCodes is how many wrong codes kill an invitation.
const MaxWrongCodes = 5

// Lifetime is how long an invitation works after a copy left. The database
// counts it, in hours; this constant is for words only.
const Lifetime = 7 * 24 * time.Hour

// Status is what administrators see of a user's newest invitation. Times are
// zero while they have not come.
type Status struct {
	ID        int64
	State     Kept // as of this moment: one whose days are over is Expired
	Email     string
	CreatedAt time.Time
	SentAt    time.Time // when the relay took it
	ExpiresAt time.Time
	Reason    string // the relay's last words when something went wrong
}

// Ref is what a browser session remembers: the invitation whose code was right.
type Ref struct{ OrgID, ID int64 }

// String is the form kept in a session.
func (r Ref) String() string {
	return strconv.FormatInt(r.OrgID, 10) + "/" + strconv.FormatInt(r.ID, 10)
}

// ParseRef reads what String wrote; ok is false for anything else.
func ParseRef(s string) (r Ref, ok bool) {
	left, right, _ := strings.Cut(s, "/")
	var err1, err2 error
	r.OrgID, err1 = strconv.ParseInt(left, 10, 64)
	r.ID, err2 = strconv.ParseInt(right, 10, 64)
	return r, err1 == nil && err2 == nil
}

// Invitation is a letter with the user it invites, as of this moment.
type Invitation struct {
	OrgID     int64
	ID        int64
	State     Kept
	ExpiresAt time.Time
	Email     string // to which a new letter would go
	MemberID  int64
	Kind      member.Kind
	Names     member.Names
	Status    member.Status // of the user
	TIN       taxid.TIN
	OrgUz     string
	OrgRu     string
	OrgEn     string
	OrgActive bool
	Language  string
	newest    int64    // id of the user's newest invitation
	addressed bool     // it went to the address the user has now
	macs      [][]byte // fingerprints under which the person is known here
}

// Ref names the invitation in a session.
func (i Invitation) Ref() Ref { return Ref{OrgID: i.OrgID, ID: i.ID} }

// Technical reports whether a program is let in, whose keeper sets a password.
func (i Invitation) Technical() bool { return i.Kind == member.Technical }

// OrgName is the organization's name in a language.
func (i Invitation) OrgName(lang string) string {
	switch {
	case lang == "ru" && i.OrgRu != "":
		return i.OrgRu
	case lang == "en" && i.OrgEn != "":
		return i.OrgEn
	}
	return i.OrgUz
}

// MaskedEmail is where a new letter would go, recognizable to its owner only.
func (i Invitation) MaskedEmail() string { return mail.Mask(i.Email) }

// Err is nil for an invitation that works, else why it opens nothing. What became
// of the user comes before what became of the letter.
func (i Invitation) Err() error {
	switch {
	case !i.OrgActive:
		return ErrNoLink
	case i.Status == member.Blocked:
		return ErrBlocked
	case i.Status == member.Active:
		return ErrActive
	case i.ID != i.newest, !i.addressed: // the mailbox it went to may be a stranger's
		return ErrReplaced
	}
	return stateErr(i.State)
}

func stateErr(s Kept) error {
	switch s {
	case Queued, Sent:
		return nil
	case Expired:
		return ErrExpired
	case Locked:
		return ErrLocked
	case Used: // the user was blocked and invited anew since
		return ErrReplaced
	case Replaced:
		return ErrReplaced
	}
	return ErrExpired // refused by the relay: only a new letter helps
}

// State is why an invitation opens nothing; every state has a page.
type State string

// StateOf tells which page answers an error; ok is false for errors that are not
// the end of an invitation.
func StateOf(err error) (s State, ok bool) {
	for _, end := range []struct {
		err   error
		state State
	}{
		{ErrNoLink, "unknown"},
		{ErrNotOpened, "lost"},
		{ErrExpired, "expired"},
		{ErrReplaced, "replaced"},
		{ErrLocked, "locked"},
		{ErrActive, "active"},
		{ErrBlocked, "blocked"},
	} {
		if errors.Is(err, end.err) {
			return end.state, true
		}
	}
	return "", false
}

// Renews reports whether a new letter helps.
func (s State) Renews() bool { return s == "expired" || s == "locked" }

// Statement is the act in plain words, as the page shows it and as it is signed.
// host is the portal's; without it and the organization's tax number a signature
// could be carried elsewhere.
func (i Invitation) Statement(lang i18n.Lang, host string) string {
	return strings.Join([]string{
		i18n.Text(lang, "invite.statement.act", "org", i.OrgName(lang.Code()), "tin", string(i.TIN), "host", host),
		i18n.Text(lang, "invite.statement.who", "name", i.Names.In(lang.Code())),
	}, "\n")
}

// stands reports whether what was signed is this invitation's statement, in
// whatever language it was read: the browser may have opened another letter in
// between.
func (i Invitation) stands(signed, host string) bool {
	for _, l := range i18n.Langs() {
		if strings.HasPrefix(signed, i.Statement(l, host)+"\n") {
			return true
		}
	}
	return false
}

// dated adds the moment to a statement, by Tashkent's clock.
func dated(statement string, at time.Time) string {
	return statement + "\n" + at.In(clock.Tashkent()).Format("02.01.2006 15:04:05") + " UTC+5"
}

// tooMany says in whole minutes, rounded up, when to try again.
func tooMany(after time.Duration) *fault.Error {
	return ErrTooManyTry.With("minutes", int((after+time.Minute-1)/time.Minute)).After(after)
}
