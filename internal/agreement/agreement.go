// Package agreement keeps the agreements of issuers with the operator for
// provision of marking codes (domain.md F30), and what an organization accepted of
// the public offer.
//
// An agreement is asked for by the organization, made from a template and sent for
// signature by the operator, signed by the director with EDS, activated by the
// operator, and ended once and for good. An organization has one that has not
// ended; the database sees to it. What was signed are the statement and, by their
// hashes in it, the texts in all three languages; both are kept as they were.
//
// For the start page: an issuer needs an agreement whose status is Active; Sent
// waits for the director, Requested and Signed wait for the operator.
package agreement

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"kabinet/internal/agreement/terms"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/i18n"
)

// Refusals of this package.
var (
	ErrNotFound    = fault.New(fault.NotFound, "agreement.not_found")
	ErrNotIssuer   = fault.New(fault.Conflict, "agreement.not_issuer")
	ErrOpen        = fault.New(fault.Conflict, "agreement.already_open")
	ErrMany        = fault.New(fault.TooMany, "agreement.many")
	ErrState       = fault.New(fault.Conflict, "agreement.state")        // somebody was faster, or it was never possible
	ErrChanged     = fault.New(fault.Conflict, "agreement.changed")      // the text since it was shown
	ErrOwn         = fault.New(fault.Forbidden, "agreement.own")         // staff do not decide about an organization they belong to
	ErrNotDirector = fault.New(fault.Invalid, "agreement.not_director")  // with "name": who has to sign
	ErrOtherThen   = fault.New(fault.Conflict, "agreement.old_director") // with "name": whom the text names
	ErrAccepted    = fault.New(fault.Conflict, "agreement.offer.accepted_already")
)

// Status is how far an agreement is.
type Status string

// The states, in their order. An ended one stays so.
const (
	Requested Status = "requested" // the operator prepares it
	Sent      Status = "sent"      // the director signs it
	Signed    Status = "signed"    // the operator activates it
	Active    Status = "active"
	Ended     Status = "ended"
)

// Statuses lists them in the order of the tabs.
func Statuses() []Status { return []Status{Requested, Sent, Signed, Active, Ended} }

// ParseStatus reads a status; ok is false for anything else.
func ParseStatus(s string) (st Status, ok bool) {
	return Status(s), slices.Contains(Statuses(), Status(s))
}

// Act is something that is done with an agreement.
type Act string

// The acts: Withdraw and Sign are the organization's, Expire the portal's, the
// others the operator's.
const (
	Withdraw Act = "withdraw"
	Sign     Act = "sign"
	Send     Act = "send"
	Refuse   Act = "refuse"
	Activate Act = "activate"
	End      Act = "end"
	Expire   Act = "expire"
)

// from says in which states an act is possible.
func (x Act) from() []Status {
	switch x {
	case Withdraw, Send: // sent anew with another text as long as nobody signed
		return []Status{Requested, Sent}
	case Sign:
		return []Status{Sent}
	case Refuse:
		return []Status{Requested, Sent, Signed}
	case Activate:
		return []Status{Signed}
	default: // End, Expire
		return []Status{Active}
	}
}

// Can reports whether the act is possible now.
func (a Agreement) Can(x Act) bool { return slices.Contains(x.from(), a.Status) }

// Ending is why an agreement ended.
type Ending string

// The endings.
const (
	Withdrawn  Ending = "withdrawn"  // by the organization, before it was signed
	Refused    Ending = "refused"    // by the operator, before it was active
	Terminated Ending = "terminated" // by the operator
	Expired    Ending = "expired"    // its last day has passed
)

// Done is who did something, and when; At is zero while nobody did.
type Done struct {
	By string
	At time.Time
}

// Agreement is one as it is kept, by the database's clock.
type Agreement struct {
	OrgID, ID   int64
	Status      Status
	Note        string    // what the organization wrote when it asked
	Version     string    // of the template; empty before it was sent
	Director    string    // who is named in the text
	Until       time.Time // first moment at which it no longer holds; zero: without end
	Ending      Ending
	Reason      string
	SignatureID int64 // of the evidence (internal/proof); 0 before it was signed

	Requested, Sent, Signed, Activated, Ended Done
}

// Number is how papers name an agreement: "KM-000042".
func (a Agreement) Number() string { return Number(a.ID) }

// Number writes the number of an agreement.
func Number(id int64) string { return fmt.Sprintf("KM-%06d", id) }

// LastDay is the last day on which it holds; zero: without end.
func (a Agreement) LastDay() time.Time {
	if a.Until.IsZero() {
		return a.Until
	}
	return a.Until.Add(-time.Second)
}

// Texts are the words of an agreement as they were made, by language.
type Texts struct{ Uz, Ru, En string }

// In is the text in a language ("uz", "ru" or "en").
func (t Texts) In(lang string) string {
	switch lang {
	case "ru":
		return t.Ru
	case "en":
		return t.En
	}
	return t.Uz
}

// Digest is the SHA-256 of the text in a language, in hexadecimal.
func (t Texts) Digest(lang string) string {
	sum := sha256.Sum256([]byte(t.In(lang)))
	return hex.EncodeToString(sum[:])
}

// Party is the organization as papers name it.
type Party struct {
	TIN        taxid.TIN
	Uz, Ru, En string // names
}

// In is its name in a language; the English one falls back to the Uzbek one.
func (p Party) In(lang string) string {
	switch {
	case lang == "ru":
		return p.Ru
	case lang == "en" && p.En != "":
		return p.En
	}
	return p.Uz
}

// statement is what the director signs: the act in plain words and the hashes of
// the texts in every language.
func statement(lang i18n.Lang, host string, a Agreement, p Party, t Texts) string {
	lines := []string{
		i18n.Text(lang, "agreement.statement.act", "number", a.Number(), "org", p.In(lang.Code()), "tin", string(p.TIN), "host", host),
		i18n.Text(lang, "agreement.statement.director", "name", a.Director),
		i18n.Text(lang, "agreement.statement.version", "version", a.Version),
	}
	for _, l := range i18n.Langs() {
		lines = append(lines, i18n.Text(lang, "agreement.statement.text", "language", l.Name(), "sha256", t.Digest(l.Code())))
	}
	return strings.Join(lines, "\n")
}

// signs reports whether what was signed is one of these statements, read in
// whatever language: texts may have been made anew since.
func signs(body string, statement func(i18n.Lang) string) bool {
	return slices.ContainsFunc(i18n.Langs(), func(l i18n.Lang) bool { return strings.HasPrefix(body, statement(l)+"\n") })
}

func dated(statement string, at time.Time) string {
	return statement + "\n" + at.In(clock.Tashkent()).Format("02.01.2006 15:04:05") + " UTC+5"
}

// Limits of texts, in characters, and of the term, in years.
const (
	maxNote   = 1000
	maxReason = 1000
	longest   = 10
)

func openNote(typed string) (string, error) {
	var f fault.Form
	note, err := text.Lines(typed, maxNote)
	f.Add("note", err)
	return note, f.Err()
}

// openReason reads why the operator refuses or ends: the organization reads it in
// a letter of ours.
func openReason(typed string) (string, error) {
	var f fault.Form
	why, err := text.Lines(typed, maxReason)
	f.Add("reason", err)
	f.Check(why != "", "reason", "agreement.reason_missing")
	f.Check(!text.Linked(why), "reason", "agreement.reason_link")
	return why, f.Err()
}

// Sending is what staff choose when they send an agreement for signature.
type Sending struct {
	Version string
	Until   string // last day, 2027-12-31 or 31.12.2027; empty: without end
}

// open gives the end, zero for none, or complains about every field at once.
func (s Sending) open(now time.Time) (until time.Time, err error) {
	var f fault.Form
	f.Check(terms.Known(s.Version), "version", "agreement.version_missing")
	if s.Until = strings.TrimSpace(s.Until); s.Until != "" {
		day, ok := readDay(s.Until)
		until = day.AddDate(0, 0, 1)
		f.Check(ok, "until", "agreement.day")
		f.Check(!ok || until.After(now), "until", "agreement.past_day")
		f.Check(!ok || day.Before(now.AddDate(longest, 0, 0)), "until", "agreement.far", "years", longest)
	}
	return until, f.Err()
}

func readDay(s string) (day time.Time, ok bool) {
	for _, layout := range []string{time.DateOnly, "02.01.2006"} {
		if t, err := time.ParseInLocation(layout, s, clock.Tashkent()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func dayText(t time.Time) string { return t.In(clock.Tashkent()).Format("02.01.2006") }
