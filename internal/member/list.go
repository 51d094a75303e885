package member

import (
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/fold"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
)

// countLimit is how far rows are counted; beyond it a count says "more than".
const countLimit = 10_000

// Filter chooses users; zero fields do not narrow.
type Filter struct {
	Query  string // parts of names, position or address
	Status Status
	Role   perm.Role
	Kind   Kind
	After  string // cursor of the page before
	Size   int    // rows on a page
}

// Listed is a row of the list.
type Listed struct {
	ID        int64
	Kind      Kind
	Names     Names
	Positions Names
	Email     string
	Status    Status
	Roles     []perm.Role
	AllGroups bool
	AllPlaces bool
	Groups    []string // names in Uzbek, Russian and English apart by a tab
	Places    []string
	CreatedAt time.Time
	SeenAt    time.Time // zero: never
}

// GroupNames gives the names of its product groups in a language.
func (l Listed) GroupNames(lang string) []string {
	names := make([]string, len(l.Groups))
	for i, g := range l.Groups {
		names[i] = threefold(g).In(lang)
	}
	return names
}

// threefold takes names apart that a statement joined by tabs.
func threefold(s string) Names {
	parts := strings.SplitN(s+"\t\t", "\t", 3)
	return Names{parts[0], parts[1], strings.TrimRight(parts[2], "\t")}
}

// Page is one page of the list, by name.
type Page struct {
	Rows   []Listed
	Next   string                // cursor of the next page; empty on the last one
	All    page.Count            // whatever the status
	Counts map[Status]page.Count // by status, with the rest of the filter
}

// Total is the number of rows that the filter chooses.
func (p Page) Total(f Filter) page.Count {
	if f.Status != "" {
		return p.Counts[f.Status]
	}
	return p.All
}

// mark is where a page ends: the key of its last row.
type mark struct {
	Name string `json:"n"`
	ID   int64  `json:"i"`
}

// criteria is a filter whose parts are all valid.
type criteria struct {
	words  []string
	status Status
	role   perm.Role
	kind   Kind
	ids    []int64 // nil: whoever they are
	after  mark    // ID 0: from the start
	size   int
}

// open checks a filter. What is not known does not narrow, so that an old
// address still shows something.
func (f Filter) open() (criteria, error) {
	c := criteria{words: strings.Fields(fold.Text(f.Query)), size: f.Size}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	if len(c.words) > 8 {
		c.words = c.words[:8]
	}
	if slices.Contains(Statuses(), f.Status) {
		c.status = f.Status
	}
	if slices.Contains(perm.MemberRoles(), f.Role) {
		c.role = f.Role
	}
	if slices.Contains(Kinds(), f.Kind) {
		c.kind = f.Kind
	}
	return c, page.Decode(f.After, &c.after)
}
