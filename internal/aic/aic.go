// Package aic keeps codes of aggregated customs goods (AIC, AIK): what an importer
// of medicines or medical devices forms before customs clearance, and disbands when
// it is of no use.
//
// What becomes of an AIC at the customs is said by feed, in versions; the newest by
// the source's own order counts, and what it leaves out is taken from those before
// it. A customs declaration among the documents that names an AIC declares it too
// (declare.go). Disbanding is done here, with a signature, and is final: what a source says
// afterwards is kept and shown as too late, and takes no code back.
//
// The personal number in the number of a sole trader's AIC is not kept (number.go).
//
// Home and readiness ask with Undeclared.
package aic

import (
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
)

// Refusals of this package.
var (
	ErrNotFound = fault.New(fault.NotFound, "aic.not_found")
	// ErrState says of an AIC that it cannot be disbanded (any more); "state" is why.
	ErrState = fault.New(fault.Conflict, "aic.state")
	// ErrChanged: what was signed is not what is here now; nothing was disbanded.
	ErrChanged = fault.New(fault.Conflict, "aic.changed")
	ErrNothing = fault.New(fault.Invalid, "aic.nothing").On("aics")
	ErrMany    = fault.New(fault.Invalid, "aic.many", "max", MaxAtOnce).On("aics")
)

// MaxAtOnce is how many AICs one signature disbands.
const MaxAtOnce = 100

// The product groups in which AICs are formed (domain.md F4).
const (
	Pharma   int16 = 7
	Medicals int16 = 10
)

// State is where an AIC stands (domain.md 2.11).
type State string

// The states. Codes are bound in the first two: nothing but customs can be done
// with them.
const (
	Formed    State = "formed"    // registered; no declaration yet
	Declared  State = "declared"  // in a customs declaration
	Released  State = "released"  // goods released: the codes go into circulation
	Refused   State = "refused"   // disbanded by itself: customs refused it
	Disbanded State = "disbanded" // on request
)

// States lists them in the order of pages.
func States() []State { return []State{Formed, Declared, Released, Refused, Disbanded} }

// Open reports whether it can be disbanded: as long as goods are not released.
func (s State) Open() bool { return s == Formed || s == Declared }

// Where customs refused.
const (
	AtRegistration = "registration"
	AtDeclaration  = "declaration"
)

// AIC is an AIC as lists show it.
type AIC struct {
	OrgID       int64
	ID          int64
	Number      Number
	GroupID     int16
	State       State
	Stage       string // of a refusal
	Reason      string // of a refusal, as customs say it
	Late        State  // what the source said after it was disbanded here; "" for nothing
	Codes       int
	Products    int    // how many
	Product     string // name of the first, as the source has it
	Declaration string // number
	DeclaredOn  string // day on the declaration, YYYY-MM-DD
	Authority   string // customs office
	Version     int64
	Revision    int // grows with every change
	ChangedAt   time.Time
	Disbanding
}

// Disbanding is who disbanded an AIC here; zero where nobody did.
type Disbanding struct {
	At        time.Time
	By        string
	Document  int64
	Signature int64 // evidence
}

// Line is a product in an AIC.
type Line struct {
	GTIN  gs1.GTIN       `json:"gtin"`
	Name  string         `json:"name,omitempty"`
	Codes int            `json:"codes"`
	List  []marking.Code `json:"list,omitempty"` // where the source names them
}

// Age is how many days before now the AIC was formed.
func (a AIC) Age(now time.Time) int {
	return max(0, int(now.Sub(a.Number.Day())/(24*time.Hour)))
}

// ParseID reads an id from an address; what is none is ErrNotFound.
func ParseID(s string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 {
		return 0, ErrNotFound
	}
	return id, nil
}

func target(id int64) string { return "aic:" + strconv.FormatInt(id, 10) }
