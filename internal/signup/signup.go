// Package signup activates the account of an organization: a letter, its code,
// the director's signature, and then everything at once.
//
// Opening a link uses nothing up, because mail scanners open links; a code only
// opens the way to the signature. What counts is the signature of the director:
// tax number and personal number of a verified certificate must both be those
// of the organization. Then, in one transaction, the organization becomes
// active and gets its first user and its first place, or nothing happens.
package signup

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/campaign"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/org"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/mail"
)

// Refusals of this package. Those about a key say whose key is expected, and of
// the given one no more than the name its holder can see anyway.
var (
	ErrNoLink      = fault.New(fault.NotFound, "signup.no_link")
	ErrNoLetter    = fault.New(fault.Forbidden, "signup.no_letter")
	ErrActive      = fault.New(fault.Gone, "signup.active")
	ErrTooManyTry  = fault.New(fault.TooMany, "signup.too_many")
	ErrPersonalKey = fault.New(fault.Invalid, "signup.key.personal")
	ErrOrgKey      = fault.New(fault.Invalid, "signup.key.organization")
	ErrOtherOrg    = fault.New(fault.Invalid, "signup.key.other_organization")
	ErrOtherPerson = fault.New(fault.Invalid, "signup.key.other_person")
)

// Ref is what a browser session remembers: the letter whose code was right.
type Ref struct{ OrgID, LetterID int64 }

// String is the form kept in a session.
func (r Ref) String() string {
	return strconv.FormatInt(r.OrgID, 10) + "/" + strconv.FormatInt(r.LetterID, 10)
}

// ParseRef reads what String wrote; ok is false for anything else.
func ParseRef(s string) (r Ref, ok bool) {
	left, right, _ := strings.Cut(s, "/")
	var err1, err2 error
	r.OrgID, err1 = strconv.ParseInt(left, 10, 64)
	r.LetterID, err2 = strconv.ParseInt(right, 10, 64)
	return r, err1 == nil && err2 == nil
}

// Invitation is a letter with the organization it was sent to.
type Invitation struct {
	Letter campaign.Letter
	Org    org.Org
}

// Ref names the invitation in a session.
func (i Invitation) Ref() Ref { return Ref{OrgID: i.Letter.OrgID, LetterID: i.Letter.ID} }

// NeedsCode reports whether a code has to be typed before the signature.
func (i Invitation) NeedsCode() bool { return i.Letter.Kind == campaign.KindCode }

// Trader reports whether a sole trader is invited, who signs with a personal key.
func (i Invitation) Trader() bool { return i.Org.Form.Person() }

// MaskedEmail is where a new letter would go, recognizable to its owner only.
func (i Invitation) MaskedEmail() string { return mail.Mask(i.Org.Email) }

// State is why an invitation opens nothing; every state has a page.
type State string

// The states.
const (
	Unknown  State = "unknown" // no such link: never made, mistyped or cut
	Lost     State = "lost"    // this browser has opened no letter, or too long ago
	Expired  State = "expired"
	Replaced State = "replaced" // a newer letter was sent
	Locked   State = "locked"   // five wrong codes
	Active   State = "active"   // the account is active, whoever did it
)

// StateOf tells which page answers an error; ok is false for errors that are
// not the end of an invitation.
func StateOf(err error) (s State, ok bool) {
	for _, end := range []struct {
		err   error
		state State
	}{
		{ErrNoLink, Unknown},
		{campaign.ErrNotFound, Unknown},
		{campaign.ErrNotLive, Unknown},
		{ErrNoLetter, Lost},
		{campaign.ErrExpired, Expired},
		{campaign.ErrReplaced, Replaced},
		{campaign.ErrLocked, Locked},
		{campaign.ErrUsed, Active},
		{ErrActive, Active},
	} {
		if errors.Is(err, end.err) {
			return end.state, true
		}
	}
	return "", false
}

// Statement is the act in plain words, as the page shows it and as it is
// signed. host is the portal's; without it and the organization's tax number a
// signature could be carried elsewhere.
func (i Invitation) Statement(lang i18n.Lang, host string) string {
	who := "signup.statement.director"
	if i.Trader() {
		who = "signup.statement.trader"
	}
	return strings.Join([]string{
		i18n.Text(lang, "signup.statement.act", "org", i.Org.Name(lang.Code()), "tin", string(i.Org.TIN), "host", host),
		i18n.Text(lang, who, "name", i.Org.Director),
		i18n.Text(lang, "signup.statement.rights"),
	}, "\n")
}

// stands reports whether what was signed is this invitation's statement, in
// whatever language it was read. It is not so when the browser opened another
// letter in between, or the organization's record has changed: then the words
// signed are not the act that would be done.
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

// ErrUnknownCode is what a code without a letter gets: the same words as a
// wrong one, without a number of tries, because nothing counts them.
var ErrUnknownCode = fault.New(fault.Invalid, "signup.code.unknown").On("code")

// tooMany says in whole minutes, rounded up, when to try again.
func tooMany(after time.Duration) *fault.Error {
	return ErrTooManyTry.With("minutes", int((after+time.Minute-1)/time.Minute)).After(after)
}
