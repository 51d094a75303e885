// Package campaign sends the letters with which directors activate their
// organizations, and decides what such a letter is still worth.
//
// A campaign chooses organizations and puts one letter for each into the queue.
// What must never be forgotten: neither link nor code is stored, both are
// derived from the letter's row (keys.go); an organization has at most one live
// letter; the database's clock decides when seven days are over; and only the
// signed finish of an activation uses a letter up (ConsumeTx), never a visit.
package campaign

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
)

// Refusals that concern a campaign.
var (
	ErrNoCampaign   = fault.New(fault.NotFound, "campaign.not_found")
	ErrNotDraft     = fault.New(fault.Conflict, "campaign.not_draft")
	ErrNotStoppable = fault.New(fault.Conflict, "campaign.not_stoppable")
	ErrOver         = fault.New(fault.Conflict, "campaign.over")
	ErrStale        = fault.New(fault.Conflict, "campaign.stale") // somebody changed the draft meanwhile
)

// Phase is how far a campaign is: its stored status, and closed once its end
// has come.
type Phase string

// A campaign is started by a person, chooses its organizations from opens_at
// on (starting), has chosen all (running), and ends by its date or by a person.
const (
	Draft    Phase = "draft"
	Starting Phase = "starting"
	Running  Phase = "running"
	Stopped  Phase = "stopped"
	Closed   Phase = "closed"
)

// Campaign is a wave of letters.
type Campaign struct {
	ID        int64
	Name      string
	Kind      Kind
	OpensAt   time.Time // letters leave from then on
	ClosesAt  time.Time // and no new one after that
	Selection Selection
	Phase     Phase
	Opened    bool // opens_at has come, by the database's clock
	Picked    int  // organizations chosen so far
	Skipped   int  // of them, how many had a live letter already
	StaffName string
	CreatedAt time.Time
	StartedAt time.Time
	StoppedAt time.Time
	Version   int    // of a draft, 1 when it was created
	EditedBy  string // who changed it last; empty when nobody did
	EditedAt  time.Time
}

// Live reports whether numbers of the campaign are still changing by themselves.
func (c Campaign) Live() bool { return c.Phase == Starting || c.Phase == Running }

// Names is a name in the three languages; the English one may be missing.
type Names struct{ Uz, Ru, En string }

// In is the name in a language ("uz", "ru" or "en"); a missing English one is
// the Uzbek one, which stands in the state register.
func (n Names) In(lang string) string {
	switch {
	case lang == "ru":
		return n.Ru
	case lang == "en" && n.En != "":
		return n.En
	}
	return n.Uz
}

// Group is a product group that a selection may name.
type Group struct {
	ID int16
	Names
}

// Import is a file of organizations that a selection may name.
type Import struct {
	ID         int64
	FileName   string
	FinishedAt time.Time
	Good       int // organizations it named
}

// Offer is what a form offers to choose from.
type Offer struct {
	Groups  []Group
	Imports []Import // the newest first
}

// Selection says which organizations get a letter: all that were imported and
// are not active yet, narrowed by each list that is not empty.
type Selection struct {
	Regions []string `json:"regions,omitempty"` // codes of core/region
	Groups  []int16  `json:"groups,omitempty"`  // product groups
	Imports []int64  `json:"imports,omitempty"` // files that named the organization
	TINs    []string `json:"tins,omitempty"`
}

// Everyone reports whether nothing narrows the selection.
func (s Selection) Everyone() bool {
	return len(s.Regions) == 0 && len(s.Groups) == 0 && len(s.Imports) == 0 && len(s.TINs) == 0
}

const (
	maxName = 120
	maxTINs = 10_000
)

// Form is what a person typed about a campaign.
type Form struct {
	Name, Kind      string
	OpensAt         string // Tashkent time, 24.11.2025 14:00
	ClosesAt        string
	Regions, Groups []string
	Imports         []string
	TINs            string // separated by anything but digits inside a number
}

// Open turns the form into a campaign, or complains about every field at once.
// What it chooses must be on offer.
func (f Form) Open(o Offer) (Campaign, error) {
	var wrong fault.Form
	c := Campaign{Name: strings.Join(strings.Fields(f.Name), " "), Kind: Kind(f.Kind)}
	wrong.Check(c.Name != "", "name", "campaign.form.name_missing")
	wrong.Check(utf8.RuneCountInString(c.Name) <= maxName, "name", "campaign.form.name_long", "max", maxName)
	wrong.Check(!text.Linked(c.Name), "name", "campaign.form.name_address")
	wrong.Check(slices.Contains(Kinds(), c.Kind), "kind", "campaign.form.kind_missing")
	c.OpensAt = moment(&wrong, "opens_at", f.OpensAt)
	c.ClosesAt = moment(&wrong, "closes_at", f.ClosesAt)
	if !c.OpensAt.IsZero() && !c.ClosesAt.IsZero() {
		wrong.Check(c.ClosesAt.After(c.OpensAt), "closes_at", "campaign.form.closes_before")
	}
	c.Selection = f.selection(&wrong, o)
	return c, wrong.Err()
}

func (f Form) selection(wrong *fault.Form, o Offer) Selection {
	var s Selection
	for _, code := range f.Regions {
		r, err := region.Parse(code)
		wrong.Check(err == nil, "regions", "campaign.form.region")
		if err == nil && !slices.Contains(s.Regions, r.Code) {
			s.Regions = append(s.Regions, r.Code)
		}
	}
	for _, id := range f.Groups {
		g, ok := find(id, o.Groups, func(g Group) int16 { return g.ID })
		wrong.Check(ok, "groups", "campaign.form.group")
		if ok && !slices.Contains(s.Groups, g) {
			s.Groups = append(s.Groups, g)
		}
	}
	for _, id := range f.Imports {
		i, ok := find(id, o.Imports, func(i Import) int64 { return i.ID })
		wrong.Check(ok, "imports", "campaign.form.import")
		if ok && !slices.Contains(s.Imports, i) {
			s.Imports = append(s.Imports, i)
		}
	}
	s.TINs = taxNumbers(wrong, f.TINs)
	return s
}

// find gives the id that a form named, if it was on offer.
func find[T any, ID int16 | int64](s string, offered []T, id func(T) ID) (ID, bool) {
	for _, o := range offered {
		if s == itoa(int64(id(o))) {
			return id(o), true
		}
	}
	return 0, false
}

// taxNumbers reads a pasted list: one number a line, or separated by commas,
// semicolons or tabs; inside a number spaces are free.
func taxNumbers(wrong *fault.Form, text string) []string {
	var tins []string
	seen := map[string]bool{}
	split := func(r rune) bool { return strings.ContainsRune("\n\r,;\t", r) }
	for word := range strings.FieldsFuncSeq(text, split) {
		if strings.TrimSpace(word) == "" {
			continue
		}
		tin, err := taxid.ParseTIN(word)
		wrong.Check(err == nil, "tins", "campaign.form.tin", "value", short(word))
		if err == nil && !seen[string(tin)] {
			seen[string(tin)] = true
			tins = append(tins, string(tin))
		}
	}
	wrong.Check(len(tins) <= maxTINs, "tins", "campaign.form.tins_many", "max", maxTINs)
	return tins
}

// short keeps a complaint readable when a whole text was pasted.
func short(s string) string {
	const most = 20
	r := []rune(strings.TrimSpace(s))
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(r)
}

// moment reads a Tashkent time as people and date pickers write it.
func moment(wrong *fault.Form, field, s string) time.Time {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, ",", " ")), " ")
	if s == "" {
		wrong.Check(false, field, "campaign.form.moment_missing")
		return time.Time{}
	}
	for _, layout := range []string{"2.1.2006 15:04", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, s, clock.Tashkent()); err == nil {
			return t.UTC()
		}
	}
	wrong.Check(false, field, "campaign.form.moment")
	return time.Time{}
}
