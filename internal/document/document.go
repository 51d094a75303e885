// Package document is the inbox of an organization: e-invoices, customs papers and
// reports of operations with codes, as the state systems that keep them say.
//
// A source says something about a document again and again; each saying is a
// version, kept byte by byte, and the newest by the source's own order is shown.
// An e-invoice between two participants is a document of each. An incoming one
// waits for an answer for a day (deadline.go, decision 0035); the answer is signed,
// final, and owed to the source until it confirms (operator.go).
//
// For Home and the steps of the set-up: Has says whether an organization has any
// document, Open which answers it owes and by when.
package document

import (
	"time"

	"kabinet/internal/core/fault"
)

// Kind is the type of a document, as the published interface calls it (domain.md
// 2.11).
type Kind string

// The kinds.
const (
	Invoice           Kind = "ORIGINAL_INVOICE"
	AdditionalInvoice Kind = "ADDITIONAL_INVOICE"
	CorrectedInvoice  Kind = "CORRECTED_INVOICE"
	Declaration       Kind = "ORIGINAL_CUSTOMS_DECLARATION"
	AICRegistration   Kind = "CUSTOMS_CODE_REGISTRATION"
	AICWithdrawal     Kind = "CUSTOMS_CODE_WITHDRAWAL"
	Utilisation       Kind = "UTILISATION" // application of codes
	Aggregation       Kind = "AGGREGATION"
	Disaggregation    Kind = "TRANSPORT_CODE_DISAGGREGATION"
	Withdrawal        Kind = "WITHDRAWAL"
	WriteOff          Kind = "WRITE_OFF_NOTICE"
	Import            Kind = "IMPORT"
	Validation        Kind = "VALIDATION"
	Typographic       Kind = "TYPOGRAPHIC"
	CodeCorrection    Kind = "CODE_CORRECTION"
	Order             Kind = "ORDER"
)

// Kinds lists them in the order of pages.
func Kinds() []Kind {
	return []Kind{
		Invoice, AdditionalInvoice, CorrectedInvoice, Declaration, AICRegistration, AICWithdrawal,
		Utilisation, Aggregation, Disaggregation, Withdrawal, WriteOff,
		Import, Validation, Typographic, CodeCorrection, Order,
	}
}

// IsInvoice reports whether it is an e-invoice of any of the three sorts.
func (k Kind) IsInvoice() bool {
	return k == Invoice || k == AdditionalInvoice || k == CorrectedInvoice
}

// Side is which party of an e-invoice the organization is; a document without
// parties has none.
type Side string

// In is an invoice to be answered by its buyer, Out the seller's own.
const (
	NoSide Side = ""
	In     Side = "in"
	Out    Side = "out"
)

// Status is how far the source has processed a document; the codes of the
// published interface, in small letters.
type Status string

// The statuses. The first three are shown as "under review".
const (
	Created    Status = "created"
	Validating Status = "validating"
	InProcess  Status = "in_process"
	Success    Status = "success"
	Partial    Status = "partially_processed"
	Failed     Status = "error"
)

// Review is what pages and filters call a document that is still processed.
const Review Status = "review"

// Shown is the status as pages tell it.
func (s Status) Shown() Status {
	switch s {
	case Created, Validating, InProcess:
		return Review
	}
	return s
}

// Shown statuses in the order of filters.
func ShownStatuses() []Status { return []Status{Review, Success, Partial, Failed} }

// Answer is what became of an e-invoice with its buyer.
type Answer string

// The answers; NoAnswer is wanted of no other document.
const (
	NoAnswer Answer = "none"
	Waiting  Answer = "waiting"
	Accepted Answer = "accepted"
	Rejected Answer = "rejected"
)

// Via is where an answer was given.
type Via string

// The ways: here with a signature, at the source, or by silence until the deadline.
const (
	ViaPortal   Via = "portal"
	ViaSource   Via = "source"
	ViaDeadline Via = "deadline"
)

// Party is who is on the other side of a document.
type Party struct {
	TIN  string // nine digits; "" when the source names none
	Name string
}

// FeedPortal is the source of documents that were made here.
const FeedPortal = "portal"

// Document is what lists show of one.
type Document struct {
	OrgID    int64
	ID       int64
	Feed     string // which source keeps it
	SourceID string // how the source calls it
	Version  int64  // of what is shown, in the source's order
	Kind     Kind
	Side     Side
	GroupID  int16 // 0 when it has none
	Number   string
	At       time.Time // date on the document
	Party    Party
	Amount   int64 // with VAT, in tiyin; 0 when it has none
	VAT      int64
	Codes    int
	Wrong    int // codes refused
	Warned   int // codes taken with a remark
	Status   Status
	Answering
	ReceivedAt time.Time
	ChangedAt  time.Time
}

// Answering is how an e-invoice stands with its buyer.
type Answering struct {
	Answer     Answer
	Via        Via
	Deadline   time.Time // zero unless an answer was or is wanted
	AnsweredAt time.Time
	AnsweredBy string // name; "" when nobody here did
	Reason     string // of a rejection
	AnsweredTo int64  // version the answer was given to
}

// Pending reports whether the reader's organization has to answer it.
func (d Document) Pending() bool { return d.Answer == Waiting }

// Line is a line of a document.
type Line struct {
	N        int
	GTIN     string // 14 digits or ""
	Name     string
	Unit     string
	Quantity string // decimal, "12.5"
	Price    int64  // tiyin
	Amount   int64
	VAT      int64
	Codes    int
}

// Result is what became of one code.
type Result string

// The results.
const (
	Taken   Result = "success"
	Remark  Result = "warning"
	Refused Result = "error"
)

// Code is a code that a document names.
type Code struct {
	N      int
	Line   int // 0 when it belongs to none
	Code   string
	Result Result
	Reason string // "document.reason.<code>" are its words; "" when all is well
}

// Relation is how one document refers to another.
type Relation string

// The relations: what a correction or addition corrects, the AIC of a declaration,
// the declaration of goods, the paper another operation rests on.
const (
	ToOriginal    Relation = "original"
	ToAIC         Relation = "aic"
	ToDeclaration Relation = "declaration"
	ToBasis       Relation = "basis"
)

// Link names another document: by the number of an AIC, else by source id.
type Link struct {
	Relation Relation
	Ref      string
}

// Refusals.
var (
	ErrNotFound = fault.New(fault.NotFound, "document.not_found")
	ErrAct      = fault.New(fault.NotFound, "document.not_found") // an invoice is accepted or rejected
	// ErrState: it waits for no answer, or no longer.
	ErrState = fault.New(fault.Conflict, "document.state")
	// ErrLate: the day is over; silence has accepted it.
	ErrLate = fault.New(fault.Conflict, "document.late")
	// ErrVersion: the source sent another version than the one that was signed for.
	ErrVersion    = fault.New(fault.Conflict, "document.version")
	ErrReason     = fault.New(fault.Invalid, "document.reason_missing", "min", minReason).On("reason")
	ErrMany       = fault.New(fault.Invalid, "document.many", "max", MaxAtOnce)
	ErrNothing    = fault.New(fault.Invalid, "document.nothing_chosen").On("ids")
	ErrManyRows   = fault.New(fault.Invalid, "document.many_rows", "max", MaxExport)
	ErrNoEvidence = fault.New(fault.NotFound, "document.no_evidence")
)

// MaxAtOnce is how many invoices one signature answers.
const MaxAtOnce = 100
