// Package request carries to the operator what an organization may not do
// itself: become the issuer of codes in a product group, or have a GS1 prefix or
// a single GTIN registered.
//
// A request is open until one of the staff decides it or the organization takes
// it back; nothing is open twice about the same thing. A decision and what it
// changes are one transaction, so an approved request is a registered prefix.
// Documents are somebody else's files: their type is found out from what they
// contain, and they leave as downloads only.
package request

import (
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/text"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/productgroup"
)

// Refusals.
var (
	ErrNotFound = fault.New(fault.NotFound, "request.not_found")
	ErrOpen     = fault.New(fault.Conflict, "request.already_open") // about the same thing
	ErrMany     = fault.New(fault.TooMany, "request.many")
	ErrDecided  = fault.New(fault.Conflict, "request.decided") // or taken back
	ErrClaimed  = fault.New(fault.Conflict, "request.claimed") // with "name": who looks at it now
	ErrOwn      = fault.New(fault.Forbidden, "request.own")    // staff do not decide about an organization they belong to
)

// Kind is what is asked for.
type Kind string

// The kinds.
const (
	Issuer Kind = "issuer"
	Prefix Kind = "gs1_prefix"
	GTIN   Kind = "gs1_gtin"
)

// Kinds lists them in the order of filters.
func Kinds() []Kind { return []Kind{Issuer, Prefix, GTIN} }

// ParseKind reads a kind; ok is false for anything else.
func ParseKind(s string) (k Kind, ok bool) {
	for _, k := range Kinds() {
		if string(k) == s {
			return k, true
		}
	}
	return "", false
}

// Status is how far a request is.
type Status string

// A request is open, then one of the others for good.
const (
	Open      Status = "open"
	Approved  Status = "approved"
	Refused   Status = "refused"
	Withdrawn Status = "withdrawn"
)

// Statuses lists them in the order of the tabs.
func Statuses() []Status { return []Status{Open, Approved, Refused, Withdrawn} }

// ParseStatus reads a status; ok is false for anything else.
func ParseStatus(s string) (st Status, ok bool) {
	for _, st := range Statuses() {
		if string(st) == s {
			return st, true
		}
	}
	return "", false
}

// Request is what somebody asked for and what became of it.
type Request struct {
	OrgID     int64
	ID        int64
	Kind      Kind
	Subject   string             // number of the group, prefix, or the 14 digits of a GTIN
	Group     productgroup.Group // of Issuer
	Wanted    bool               // of Issuer: the flag asked for
	About     string             // what the applicant wrote
	Document  Document           // of Prefix and GTIN
	Status    Status
	By        string // who asked
	CreatedAt time.Time

	DecidedBy string
	DecidedAt time.Time // zero while open
	Answer    string    // of the operator, as the applicant reads it
}

// Document describes the file of a request; Size is 0 when there is none.
type Document struct {
	BlobID    int64
	Name      string // as it was called where it came from
	MediaType string // found out from what it contains
	Size      int64  // bytes
}

// Limits of texts, in characters.
const (
	maxAbout  = 1000
	maxAnswer = 1000
)

// NumberDraft is what a person typed about a prefix or GTIN to be registered.
type NumberDraft struct {
	Kind   string // Prefix or GTIN
	Number string
	About  string
}

// Open reads a draft, or complains about every field at once. Whether the number
// is free is for the register to say.
func (d NumberDraft) Open() (kind Kind, subject, about string, err error) {
	var wrong fault.Form
	kind, _ = ParseKind(d.Kind)
	wrong.Check(kind == Prefix || kind == GTIN, "kind", "request.number.kind_missing")
	subject, err = d.number(kind)
	wrong.Add("number", err)
	about, err = text.Lines(d.About, maxAbout)
	wrong.Add("about", err)
	return kind, subject, about, wrong.Err()
}

func (d NumberDraft) number(kind Kind) (string, error) {
	if kind == Prefix {
		return gs1prefix.ParsePrefix(d.Number)
	}
	g, err := gs1.ParseGTIN(d.Number)
	if err == nil && !gs1prefix.FromUzbekistan(g) {
		err = gs1prefix.ErrForeign
	}
	return string(g), err
}

// openAbout reads why an issuer flag should change: the operator decides by it,
// so it may not be empty.
func openAbout(typed string) (string, error) {
	var wrong fault.Form
	about, err := text.Lines(typed, maxAbout)
	wrong.Add("about", err)
	wrong.Check(about != "", "about", "request.issuer.about_missing")
	return about, wrong.Err()
}

// Verdicts of a decision.
const (
	Approve = "approve"
	Refuse  = "refuse"
)

// Decision is what one of the staff decided.
type Decision struct {
	Verdict string // Approve, Refuse or not chosen yet
	Answer  string // what the applicant reads; must be there for Refuse
}

// Open reads a decision, or complains about every field at once.
func (d Decision) Open() (Decision, error) {
	var wrong fault.Form
	wrong.Check(d.Verdict == Approve || d.Verdict == Refuse, "verdict", "request.decision.verdict_missing")
	answer, err := text.Lines(d.Answer, maxAnswer)
	wrong.Add("answer", err)
	wrong.Check(answer != "" || d.Verdict != Refuse, "answer", "request.decision.answer_missing")
	d.Answer = answer
	return d, wrong.Err()
}

// status is what a decided request becomes.
func (d Decision) status() Status {
	if d.Verdict == Approve {
		return Approved
	}
	return Refused
}

// Letter names the words that tell of a decision and the values that fill them:
// what goes out, and what staff see before they decide.
func (r Request) Letter(d Decision) (key string, args []string) {
	key = "request.notice.number_" + string(d.status()) + "."
	if r.Kind == Issuer {
		key = "request.notice.issuer_" + string(d.status()) + "."
	}
	remark := ""
	if d.Answer != "" {
		remark = "\n\n" + d.Answer
	}
	return key, append(r.Group.NoticeArgs(), "number", r.Subject, "remark", remark)
}

// Path is the page of the request for members of the organization.
func (r Request) Path() string {
	if r.Kind == Issuer {
		return "/org/groups/" + r.Subject + "/issuer"
	}
	return "/org/gs1/requests/" + strconv.FormatInt(r.ID, 10)
}
