package receipt

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/marking"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
)

// Filter chooses receipts; zero fields do not narrow.
type Filter struct {
	From, Until string // days in Tashkent, YYYY-MM-DD, both included
	Terminal    string // exactly
	Number      string // receipt number, or with signDigits and more a fiscal sign
	Kind        Kind
	Match       string // Matched, Unmatched, or the Name of a Trouble
	Code        string // marking code, as typed
	GroupID     int16
	Oldest      bool   // the oldest first
	After       string // cursor of the page before
	Before      string // or of the page after
	Size        int    // rows on a page
}

// Values of Filter.Match.
const (
	Matched   = "matched"
	Unmatched = "unmatched"
)

// Days is the usual period of the list: the last 30 days.
const Days = 30

// MaxTotals is how many receipts are summed up; of more there is no total.
const MaxTotals = 50_000

// signDigits is from how many digits on a number is a fiscal sign.
const signDigits = 10

// maxTyped bounds what is typed into a field of the search, in characters.
const maxTyped = 60

// Totals sum up what a filter chooses.
type Totals struct {
	Sales, Returns       int
	SalesSum, ReturnsSum int64 // tiyin
	Unmatched            int
	More                 bool // there are more than MaxTotals: the sums are of none
}

// Count is how many receipts there are, MaxTotals at most.
func (t Totals) Count() int { return t.Sales + t.Returns }

// Page is one page of a list.
type Page struct {
	Rows    []Receipt
	Prev    string // cursor of the page before, for Filter.Before
	Next    string // cursor of the page after, for Filter.After
	Totals  Totals
	Changes []marking.Change // what reading the code of the filter altered
	Any     bool             // there is a receipt at all
	TakenAt time.Time        // when the newest of the page came
}

// Clean gives the filter without what does not exist or cannot be read: it does
// not narrow (ux.md 5.2). A code stays as typed.
func (f Filter) Clean() Filter {
	f.From, f.Until = day(f.From), day(f.Until)
	f.Terminal, f.Number, f.Code = typed(f.Terminal), typed(f.Number), strings.ToValidUTF8(f.Code, "")
	if f.Kind != Sale && f.Kind != Return {
		f.Kind = ""
	}
	if f.Match != Matched && f.Match != Unmatched && f.trouble() == 0 {
		f.Match = ""
	}
	if f.After != "" {
		f.Before = ""
	}
	f.Size = max(f.Size, 1)
	return f
}

// trouble is the reason that the filter asks for.
func (f Filter) trouble() Trouble {
	for _, t := range Troubles() {
		if f.Match == t.Name() {
			return t
		}
	}
	return 0
}

func typed(s string) string {
	s = shown(s)
	if r := []rune(s); len(r) > maxTyped {
		s = string(r[:maxTyped])
	}
	return s
}

func day(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 2000 || t.Year() > 2200 {
		return ""
	}
	return s
}

// begin is the first moment of a day in Tashkent, plus days.
func begin(s string, plus int) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, s, clock.Tashkent()) // Clean has left days only
	return t.AddDate(0, 0, plus)
}

// Searched reports whether the filter looks for certain receipts, of whatever time.
func (f Filter) Searched() bool { return f.Code != "" || f.Number != "" }

// Narrowed reports whether anything but the period narrows the list.
func (f Filter) Narrowed() bool {
	return f.Searched() || f.Terminal != "" || f.Kind != "" || f.Match != "" || f.GroupID != 0
}

// spot is where a page ends or begins.
type spot struct {
	At time.Time `json:"t"`
	ID int64     `json:"i"`
}

func (f Filter) spot() (s spot, err error) {
	if err := page.Decode(f.After+f.Before, &s); err != nil {
		return s, err
	}
	s.At = s.At.UTC()
	if f.After+f.Before != "" && (s.At.Year() < 1 || s.At.Year() > 9999) {
		return s, page.ErrCursor
	}
	return s, nil
}

func cursor(r Receipt) string { return page.Encode(spot{r.IssuedAt.UTC(), r.ID}) }

// Find gives a page of the receipts of the actor's organization and groups. Days
// that are none, a period that ends before it begins and a code that is none are
// complaints.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return Page{}, err
	}
	q, changes, err := ask(a, f)
	if err != nil {
		return Page{}, err
	}
	at, err := q.spot()
	if err != nil {
		return Page{}, err
	}
	p, err := s.page(ctx, q, at)
	p.Changes = changes
	if err != nil || len(p.Rows) > 0 {
		p.Any = true
		return p, err
	}
	p.Any, err = Any(ctx, s.DB, a.OrgID)
	return p, err
}

// ask reads a filter as typed.
func ask(a actor.Actor, f Filter) (*question, []marking.Change, error) {
	var form fault.Form
	form.Check(day(f.From) != "" || f.From == "", "from", ErrDay.Key)
	form.Check(day(f.Until) != "" || f.Until == "", "to", ErrDay.Key)
	form.Check(f.From == "" || f.Until == "" || f.From <= f.Until, "to", ErrBackward.Key)
	q := &question{Filter: f.Clean(), orgID: a.OrgID, scope: a.Scope}
	var changes []marking.Change
	if strings.TrimSpace(q.Code) != "" {
		code, changed, err := marking.Read(q.Code)
		form.Add("code", err)
		q.marks, changes = code.Marks(), changed
	}
	return q, changes, form.Err()
}

func (s *Service) page(ctx context.Context, q *question, at spot) (p Page, err error) {
	p.Rows, p.Totals, err = selectPage(ctx, s.DB, q, at)
	if err != nil || len(p.Rows) == 0 {
		return p, err
	}
	p.Rows, p.Prev, p.Next = page.Turned(p.Rows, q.Size, q.After, q.Before, cursor)
	p.TakenAt = slices.MaxFunc(p.Rows, func(a, b Receipt) int { return a.TakenAt.Compare(b.TakenAt) }).TakenAt
	return p, nil
}

// MaxExport bounds a downloaded list; a longer one is asked for by period.
const MaxExport = 50_000

// ErrManyExported says that a filter chooses more than MaxExport.
var ErrManyExported = fault.New(fault.Invalid, "receipt.export.many", "max", MaxExport).On("from")

// Export gives each receipt that the filter chooses to write, in order.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter, write func(Receipt) error) error {
	if err := a.Need(perm.DocumentRead); err != nil {
		return err
	}
	f.After, f.Before = "", ""
	q, _, err := ask(a, f)
	if err != nil {
		return err
	}
	n, err := countAtMost(ctx, s.DB, q, MaxExport)
	switch {
	case err != nil:
		return err
	case n > MaxExport:
		return ErrManyExported
	}
	return eachReceipt(ctx, s.DB, q, write)
}

// isSign reports whether a number that was typed is a fiscal sign.
func (f Filter) isSign() bool { return utf8.RuneCountInString(f.Number) >= signDigits }
