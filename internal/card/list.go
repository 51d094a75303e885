package card

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/country"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/page"
)

// Tab is one of the lists that an organization's cards are divided into. A
// published card that is being changed stands in two.
type Tab string

// The tabs. All is everything but the archive.
const (
	TabAll        Tab = ""
	TabReturned   Tab = "returned"
	TabDrafts     Tab = "draft"
	TabModeration Tab = "moderation"
	TabPublished  Tab = "published"
	TabBlocked    Tab = "blocked"
	TabArchive    Tab = "archive"
)

// Tabs lists them in the order of pages.
func Tabs() []Tab {
	return []Tab{TabAll, TabReturned, TabDrafts, TabModeration, TabPublished, TabBlocked, TabArchive}
}

// Order is how a list is sorted; the id tells equals apart.
type Order string

// The orders, as the address of a list has them; "-" turns one round. By name is
// by the name in the reader's language.
const (
	ByUpdated Order = "-updated" // the latest first: the usual one
	ByOldest  Order = "updated"
	ByName    Order = "name"
	ByNameZA  Order = "-name"
	ByGTIN    Order = "gtin"
	ByGTINZA  Order = "-gtin"
	ByStatus  Order = "status" // what wants work first
	ByDone    Order = "-status"
)

// NoCountry is the Filter.Country of cards on which it is not filled in.
const NoCountry = "none"

// MaxCounted is how far counts are told; beyond it a page says "more than".
const MaxCounted = 1000

// maxWords bounds a search; nobody types more to find a card.
const maxWords = 8

// minNumber is from how many digits on a search is for a GTIN: fewer are part of
// a name, "500 ml".
const minNumber = 5

// Filter chooses cards; zero fields do not narrow.
type Filter struct {
	IDs       []int64 // these only
	Query     string  // parts of names and brand, or the first digits of a GTIN
	Tab       Tab
	GroupID   int16
	Country   string // code, or NoCountry
	Packaging Packaging
	Planned   bool   // goods planned for production or import whose card is not in force
	From      string // updated from this day on, YYYY-MM-DD in Tashkent
	Until     string // and up to this one
	Order     Order
	After     string // cursor of the page before
	Before    string // or of the page after
	Size      int    // rows on a page
	Lang      string // whose names are sorted by
}

// Page is one page of a list.
type Page struct {
	Rows    []Card
	Prev    string             // cursor of the page before, for Filter.Before
	Next    string             // cursor of the page after, for Filter.After
	Counts  map[Tab]page.Count // with the rest of the filter
	Similar bool               // nothing was found; Rows are spelled alike
}

// Total is the number of cards that the filter chooses.
func (p Page) Total(f Filter) page.Count { return p.Counts[f.Tab] }

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
	if f.Country != NoCountry {
		c, _ := country.Parse(f.Country)
		f.Country = c.Code
	}
	switch f.Packaging {
	case Unit, Group, Set, BoxLevel, BoxOuter:
	default:
		f.Packaging = ""
	}
	f.From, f.Until = day(f.From), day(f.Until)
	if f.After != "" {
		f.Before = ""
	}
	f.Size = max(f.Size, 1)
	switch f.Order {
	case ByOldest, ByName, ByNameZA, ByGTIN, ByGTINZA, ByStatus, ByDone:
	default:
		f.Order = ByUpdated
	}
	return f
}

// maxQuery is how much of what is typed into a search counts, in characters.
const maxQuery = 200

// day is what was typed, if it is a day.
func day(s string) string {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return ""
	}
	return s
}

// begin is the first moment of a day in Tashkent, plus days.
func begin(s string, plus int) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, s, clock.Tashkent()) // Clean has left days only
	return t.AddDate(0, 0, plus)
}

// Narrowed reports whether anything but the tab narrows the list.
func (f Filter) Narrowed() bool {
	return len(f.IDs) > 0 || f.Query != "" || f.GroupID != 0 || f.Country != "" || f.Packaging != "" || f.Planned || f.From != "" || f.Until != ""
}

// Plain is the filter without its place in the list.
func (f Filter) Plain() Filter {
	f.After, f.Before = "", ""
	return f
}

// search is what was typed, read: a number, or words.
type search struct {
	words  []string    // folded
	ranges [][2]string // of GTINs
}

func readSearch(typed string) search {
	if digits := spaces.Replace(typed); len(digits) >= minNumber && len(digits) <= gtinDigits && strings.Trim(digits, "0123456789") == "" {
		return search{ranges: gtinRanges(digits)}
	}
	words := strings.Fields(fold.Text(typed))
	return search{words: words[:min(len(words), maxWords)]}
}

var spaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "-", "")

const gtinDigits = 14

// gtinRanges are the ranges of stored GTINs that begin with digits, whichever of
// the four lengths they are the beginning of: 13 digits are stored behind one
// zero, 12 behind two, 8 behind six (domain.md 4.2).
func gtinRanges(digits string) (ranges [][2]string) {
	for _, zeros := range []string{"", "0", "00", "000000"} {
		if first := zeros + digits; len(first) <= gtinDigits {
			rest := gtinDigits - len(first)
			ranges = append(ranges, [2]string{first + strings.Repeat("0", rest), first + strings.Repeat("9", rest)})
		}
	}
	return ranges
}

// nearest is how alike two spellings must be to count as similar (word_similarity
// of pg_trgm).
const nearest = 0.3

// spellings are parts of a word of which one typing error leaves at least one
// whole: a letter too many, too few or wrong spoils one half, two letters that
// changed places spoil both only in the middle, and then the word is found by
// changing them back.
func spellings(word string) []string {
	n := utf8.RuneCountInString(word)
	if n < 4 || len(word) != n {
		return []string{word}
	}
	m := n / 2
	return []string{word[:m], word[m:], word[:m-1] + word[m:m+1] + word[m-1:m] + word[m+1:]}
}

// spot is where a page ends or begins: the key of its last or first row, as text,
// in an order.
type spot struct {
	Order Order  `json:"o"`
	Key   string `json:"k"`
	ID    int64  `json:"i"`
}

// spot reads a cursor of this order.
func (f Filter) spot(cursor string) (s spot, err error) {
	if err := page.Decode(cursor, &s); err != nil || cursor == "" {
		return s, err
	}
	ok := s.Order == f.Order && utf8.ValidString(s.Key) && !strings.ContainsRune(s.Key, 0)
	switch f.Order {
	case ByUpdated, ByOldest:
		var t time.Time
		t, err = time.Parse(time.RFC3339Nano, s.Key)
		t = t.UTC() // the database knows fewer zones, and no year 0
		ok, s.Key = ok && t.Year() > 0, t.Format(time.RFC3339Nano)
	case ByStatus, ByDone:
		_, err = strconv.ParseInt(s.Key, 10, 16)
	}
	if !ok || err != nil {
		return spot{}, page.ErrCursor
	}
	return s, nil
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

// cursor is the place of a card in the list.
func (f Filter) cursor(c Card) string {
	s := spot{Order: f.Order, ID: c.ID}
	switch f.Order {
	case ByName, ByNameZA:
		s.Key = c.NameUz
		if f.Lang == "ru" {
			s.Key = c.NameRu
		}
	case ByGTIN, ByGTINZA:
		s.Key = string(c.GTIN)
	case ByStatus, ByDone:
		s.Key = strconv.Itoa(c.rank())
	default:
		s.Key = c.ChangedAt.UTC().Format(time.RFC3339Nano)
	}
	return page.Encode(s)
}

// rank is the place of a card in the order by status; the statement of the list
// has the same (list_store.go).
func (c Card) rank() int {
	switch {
	case c.Editing == Returned:
		return 0
	case c.Editing == Drafted:
		return 1
	case c.Editing == Moderation:
		return 2
	case c.Standing == Published:
		return 3
	}
	return 4
}
