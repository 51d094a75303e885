// Package support carries what people ask the operator in their own words, about
// a thing of theirs or about anything, and what the operator answers.
//
// A request goes to and fro between two sides: while it is open or in work the
// operator has to answer within two working days, while it waits or is answered
// the organization may write, and after seven days without a word it closes by
// itself (see Act for the whole table). What changes a record is not asked for
// here: the issuer flag and GS1 numbers are requests of package request, and an
// answer here changes nothing but the thread.
//
// Members see their own requests, administrators all of their organization's.
// What staff note for each other is in a table that nothing for members reads.
package support

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/picture"
)

// Refusals.
var (
	ErrNotFound = fault.New(fault.NotFound, "support.not_found")
	// ErrOver says that the request is not any more where this could be done.
	ErrOver = fault.New(fault.Conflict, "support.over")
	// ErrMoved says that somebody wrote meanwhile; what was typed is not lost.
	ErrMoved = fault.New(fault.Conflict, "support.moved")
	// ErrHeld says that a colleague works on it; "name" is who.
	ErrHeld = fault.New(fault.Conflict, "support.held")
	// ErrOwn keeps staff from serving an organization they belong to.
	ErrOwn = fault.New(fault.Forbidden, "support.own")
	// ErrMany says that too many requests are open, of the person or of all;
	// ErrOften that too much was written within an hour; ErrLong that the thread is
	// as long as one may be.
	ErrMany  = fault.New(fault.TooMany, "support.many")
	ErrOften = fault.New(fault.TooMany, "support.often").After(time.Hour)
	ErrLong  = fault.New(fault.Conflict, "support.long")
	// ErrScored says that the person has said already how it was.
	ErrScored = fault.New(fault.Conflict, "support.scored")
	// ErrColleague says that nobody of the staff was chosen.
	ErrColleague = fault.New(fault.Invalid, "support.colleague").On("to")
)

// Terms.
const (
	answerDays = 2                   // working days the operator has
	patience   = 7 * 24 * time.Hour  // then what nobody answers closes
	mayReopen  = 14 * 24 * time.Hour // after closing
	claimTime  = 15 * time.Minute    // after the last act of who holds a request
	passTime   = 4 * time.Hour       // after a colleague was given it
)

// Limits.
const (
	maxTitle    = 120 // characters
	maxBody     = 4000
	maxScore    = 1000 // characters of what is said with a score
	openOfOrg   = 30
	openOfOne   = 10
	hourOfOne   = 20 // messages of a person within an hour
	hourOfOrg   = 100
	maxMessages = 200 // of a thread
)

// Kind is what a request is about.
type Kind string

// The kinds.
const (
	Prefix    Kind = "prefix"
	Issuer    Kind = "issuer" // a product group, by its number
	Agreement Kind = "agreement"
	Director  Kind = "director"
	Payment   Kind = "payment"
	Document  Kind = "document"
	Receipt   Kind = "receipt"
	AIC       Kind = "aic"
	Card      Kind = "card"
	Place     Kind = "place"
	Other     Kind = "other"
)

// Kinds lists them in the order of forms.
func Kinds() []Kind {
	return []Kind{Prefix, Issuer, Agreement, Director, Payment, Document, Receipt, AIC, Card, Place, Other}
}

// ParseKind reads a kind; ok is false for anything else.
func ParseKind(s string) (k Kind, ok bool) {
	for _, k := range Kinds() {
		if string(k) == s {
			return k, true
		}
	}
	return "", false
}

// About is the thing a request is about.
type About struct {
	Kind Kind
	ID   string // the last part of its address; empty where there is but one, or none
	Name string // what it is called; empty without an ID
}

// ParseAbout reads "card:17" or "payment", as layout.AskURL writes it. Whether
// there is such a thing is for Service.About to say.
func ParseAbout(s string) (About, bool) {
	kind, id, _ := strings.Cut(s, ":")
	k, ok := ParseKind(kind)
	if !ok || len(id) > maxID || strings.ContainsAny(id, "/?#") {
		return About{}, false
	}
	return About{Kind: k, ID: id}, true
}

const maxID = 40 // bytes

// String is what ParseAbout reads.
func (a About) String() string {
	if a.ID == "" {
		return string(a.Kind)
	}
	return string(a.Kind) + ":" + a.ID
}

// Path is the thing's own page for members, empty where it has none.
func (a About) Path() string {
	switch {
	case a.Kind == Director:
		return "/org"
	case a.Kind == Prefix:
		return "/org/gs1"
	case a.ID == "":
		return ""
	}
	root := map[Kind]string{
		Issuer: "/org/groups/", Document: "/documents/", Receipt: "/receipts/", AIC: "/aics/", Card: "/cards/", Place: "/org/places/",
	}[a.Kind]
	if root == "" {
		return ""
	}
	return root + a.ID
}

// Thing finds what a thing of the reader's organization is called, or says with a
// fault of kind NotFound or Forbidden that it is nothing of the reader's.
type Thing func(ctx context.Context, a actor.Actor, id string) (name string, err error)

// Service keeps requests and their threads.
type Service struct {
	DB       *pgxpool.Pool
	Pictures *picture.Cleaner
	Things   map[Kind]Thing // kinds whose things can be named; about others one asks in general
}

// Status is where a request stands.
type Status string

// The states; ux.md knows five for tasks, these say who has to move.
const (
	Open      Status = "open"      // the operator, nobody of the staff yet
	Work      Status = "work"      // one of the staff
	Waiting   Status = "waiting"   // the organization: something was asked back
	Answered  Status = "answered"  // nobody: solved, unless the organization says no
	Closed    Status = "closed"    // nobody wrote for seven days
	Withdrawn Status = "withdrawn" // by who asked
)

// Statuses lists them in the order of a request's life.
func Statuses() []Status { return []Status{Open, Work, Waiting, Answered, Closed, Withdrawn} }

// Request is what somebody asked, without the thread.
type Request struct {
	OrgID     int64
	ID        int64
	About     About
	Title     string
	Status    Status
	MemberID  int64
	By        string
	CreatedAt time.Time
	ChangedAt time.Time

	LastID   int64  // of the last message
	LastSide Side   // Member or Staff
	LastText string // its beginning

	Due        time.Time // by when the operator answers; zero while it need not
	AnsweredAt time.Time // first answer; zero before
	ClosesAt   time.Time // of Waiting and Answered
	ClosedAt   time.Time // of Closed and Withdrawn
	Hold       Hold      // of Work
	Score      int       // 1 to 5; 0 while nothing was said
	ScoreText  string
}

// Number is how people call a request, "ASL-2026-000123": the year it was made
// in and a number that no other has.
func (r Request) Number() string {
	return fmt.Sprintf("ASL-%d-%06d", r.CreatedAt.In(clock.Tashkent()).Year(), r.ID)
}

// ParseNumber reads the number of a request, or only its digits; 0 when it is
// none.
func ParseNumber(s string) int64 {
	s = strings.ToUpper(strings.TrimSpace(s))
	if rest, ok := strings.CutPrefix(s, "ASL-"); ok {
		_, s, _ = strings.Cut(rest, "-")
	}
	var n int64
	for _, r := range s {
		if r < '0' || r > '9' || n > 1e15 {
			return 0
		}
		n = 10*n + int64(r-'0')
	}
	return n
}

// Path is the page of the request for members.
func (r Request) Path() string { return fmt.Sprintf("/support/%d", r.ID) }

// Hold is who of the staff works on a request; zero when nobody does.
type Hold struct {
	StaffID int64
	Name    string
	Since   time.Time
	Until   time.Time // from then on anybody may take it over
	Lapsed  bool      // that is now, by the database's clock
}

// By reports whether one of the staff holds the request.
func (h Hold) By(staffID int64) bool { return h.StaffID != 0 && h.StaffID == staffID }

// Others reports whether somebody else holds it and may not be relieved yet.
func (h Hold) Others(staffID int64) bool { return h.StaffID != 0 && h.StaffID != staffID && !h.Lapsed }

// Side is who wrote a message.
type Side string

// The sides.
const (
	Member Side = "member"
	Staff  Side = "staff"
)

// Message is one of a thread.
type Message struct {
	ID       int64
	Side     Side
	AuthorID int64
	Author   string
	Body     string
	At       time.Time
	Files    []File
}

// File is attached to a message.
type File struct {
	MessageID int64
	N         int // counted from 1
	Name      string
	MediaType string
	Size      int64 // bytes
	BlobID    int64
}

// Org is the organization that asks, as staff see it.
type Org struct {
	TIN        taxid.TIN
	Uz, Ru, En string
}

// Name is its name in a language; the English one falls back to the Uzbek one.
func (o Org) Name(lang string) string {
	switch {
	case lang == "ru":
		return o.Ru
	case lang == "en" && o.En != "":
		return o.En
	}
	return o.Uz
}
