package document

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
)

// Tab is one of the lists that an inbox is divided into, by type.
type Tab string

// The tabs.
const (
	TabAll         Tab = ""
	TabInvoices    Tab = "invoices"
	TabCustoms     Tab = "customs"
	TabUtilisation Tab = "utilisation"
	TabAggregation Tab = "aggregation"
	TabWithdrawal  Tab = "withdrawal"
	TabOther       Tab = "other"
)

// Tabs lists them in the order of pages.
func Tabs() []Tab {
	return []Tab{TabAll, TabInvoices, TabCustoms, TabUtilisation, TabAggregation, TabWithdrawal, TabOther}
}

// Kinds are the types of a tab; nil for all.
func (t Tab) Kinds() []Kind {
	switch t {
	case TabInvoices:
		return []Kind{Invoice, AdditionalInvoice, CorrectedInvoice}
	case TabCustoms:
		return []Kind{Declaration, AICRegistration, AICWithdrawal}
	case TabUtilisation:
		return []Kind{Utilisation}
	case TabAggregation:
		return []Kind{Aggregation, Disaggregation}
	case TabWithdrawal:
		return []Kind{Withdrawal, WriteOff}
	case TabOther:
		return []Kind{Import, Validation, Typographic, CodeCorrection, Order}
	}
	return nil
}

// Order of documents is how a list is sorted; the id tells equals apart.
type Sorting string

// The orders, as the address of a list has them; "-" turns one round.
const (
	ByDate     Sorting = "-date" // the latest first: the usual one
	ByOldest   Sorting = "date"
	ByAmount   Sorting = "-amount" // the greatest first
	BySmallest Sorting = "amount"
)

// UsualDays is how far back a list goes when nobody says.
const UsualDays = 30

// MaxCounted is how far counts are told; beyond it a page says "more than".
const MaxCounted = 10_000

// MaxExport is how many rows go into a file.
const MaxExport = 10_000

const (
	maxWords = 8
	maxQuery = 200
)

// Filter chooses documents; zero fields do not narrow.
type Filter struct {
	Query   string // parts of number and counterparty's name, or its TIN
	Tab     Tab
	Kind    Kind
	Side    Side
	GroupID int16
	Status  Status // as shown
	Answer  Answer
	Feed    string
	Action  bool   // what the organization has to answer
	From    string // dated from this day on, YYYY-MM-DD in Tashkent
	Until   string // and up to this one
	Order   Sorting
	After   string // cursor of the page before
	Before  string // or of the page after
	Size    int
}

// Totals are over all documents that a filter chooses; sums in tiyin.
type Totals struct {
	In    int64 // of incoming invoices
	Out   int64 // of outgoing ones
	Other int64 // of documents without sides
	Codes int64
}

// Page is one page of a list.
type Page struct {
	Rows   []Document
	Prev   string
	Next   string
	Counts map[Tab]page.Count // with the rest of the filter
	Action page.Count         // of the tab, with the rest of the filter
	Totals Totals
	Now    time.Time // by the database's clock; deadlines are told against it
	Unseen map[int64]bool
}

// Total is the number of documents that the filter chooses.
func (p Page) Total(f Filter) page.Count { return p.Counts[f.Tab] }

// LastDays is the period of the days up to today, as of now.
func LastDays(now time.Time, days int) (from, until string) {
	today := now.In(clock.Tashkent())
	return today.AddDate(0, 0, 1-days).Format(time.DateOnly), today.Format(time.DateOnly)
}

// Clean gives the filter without what does not exist or cannot be read: it does
// not narrow (ux.md 5.2).
func (f Filter) Clean() Filter {
	f.Query = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(f.Query, "\x00", ""), "")), " ")
	if r := []rune(f.Query); len(r) > maxQuery {
		f.Query = string(r[:maxQuery])
	}
	if !slices.Contains(Tabs(), f.Tab) {
		f.Tab = TabAll
	}
	if !slices.Contains(Kinds(), f.Kind) || f.Tab != TabAll && !slices.Contains(f.Tab.Kinds(), f.Kind) {
		f.Kind = ""
	}
	if f.Side != In && f.Side != Out {
		f.Side = NoSide
	}
	if !slices.Contains(ShownStatuses(), f.Status) {
		f.Status = ""
	}
	if !slices.Contains([]Answer{Waiting, Accepted, Rejected}, f.Answer) {
		f.Answer = ""
	}
	if len(f.Feed) > 64 || !utf8.ValidString(f.Feed) || strings.ContainsRune(f.Feed, 0) {
		f.Feed = ""
	}
	f.From, f.Until = day(f.From), day(f.Until)
	if f.After != "" {
		f.Before = ""
	}
	f.Size = max(f.Size, 1)
	switch f.Order {
	case ByOldest, ByAmount, BySmallest:
	default:
		f.Order = ByDate
	}
	return f
}

// day is what was typed, if it is a day of our times.
func day(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 1990 || t.Year() > 2199 {
		return ""
	}
	return s
}

// begin is the first moment of a day in Tashkent, plus days.
func begin(s string, plus int) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, s, clock.Tashkent()) // Clean has left days only
	return t.AddDate(0, 0, plus)
}

// Narrowed reports whether anything but tab and period narrows the list.
func (f Filter) Narrowed() bool {
	return f.Query != "" || f.Kind != "" || f.Side != "" || f.GroupID != 0 || f.Status != "" || f.Answer != "" || f.Feed != "" || f.Action
}

func (f Filter) words() []string {
	words := strings.Fields(fold.Text(f.Query))
	return words[:min(len(words), maxWords)]
}

// spot is where a page ends or begins.
type spot struct {
	Order Sorting `json:"o"`
	Key   string  `json:"k"`
	ID    int64   `json:"i"`
}

// spot reads a cursor of this order.
func (f Filter) spot(cursor string) (s spot, err error) {
	if err := page.Decode(cursor, &s); err != nil || cursor == "" {
		return s, err
	}
	ok := s.Order == f.Order
	switch f.Order {
	case ByAmount, BySmallest:
		_, err = strconv.ParseInt(s.Key, 10, 64)
	default:
		var t time.Time
		t, err = time.Parse(time.RFC3339Nano, s.Key)
		t = t.UTC()
		ok, s.Key = ok && t.Year() > 0, t.Format(time.RFC3339Nano)
	}
	if !ok || err != nil {
		return spot{}, page.ErrCursor
	}
	return s, nil
}

// cursor is the place of a document in the list.
func (f Filter) cursor(d Document) string {
	s := spot{Order: f.Order, ID: d.ID, Key: d.At.UTC().Format(time.RFC3339Nano)}
	if f.Order == ByAmount || f.Order == BySmallest {
		s.Key = strconv.FormatInt(d.Amount, 10)
	}
	return page.Encode(s)
}

// past is a spot behind itself: what reads backwards from there begins with the
// row of the spot.
func (f Filter) past(s spot) spot {
	if _, _, down := f.sorted(); down {
		s.ID--
	} else {
		s.ID++
	}
	return s
}

// question is a filter about one organization's documents, for who reaches scope.
type question struct {
	Filter
	orgID int64
	scope perm.Scope
	args  map[string]any
}

func ask(orgID int64, scope perm.Scope, f Filter) *question {
	return &question{Filter: f, orgID: orgID, scope: scope, args: map[string]any{"org": orgID}}
}
