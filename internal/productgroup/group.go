// Package productgroup keeps the product groups of the marking system and
// which organization works with which of them, as an issuer of marking codes
// or not.
//
// The groups are a dictionary in the database, so that a new one needs no new
// program. A group once connected to an activated organization is never taken
// away by an import: its users and codes hang on it. Whether the organization
// is the issuer of codes in a group is answered once, when the group is added;
// only the operator changes the answer (domain.md F14).
package productgroup

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/fault"
)

// Refusals about a group of an organization.
var (
	ErrNotFound = fault.New(fault.NotFound, "productgroup.not_found")
	ErrTaken    = fault.New(fault.Conflict, "productgroup.taken").On("group")
	ErrBlocked  = fault.New(fault.Conflict, "productgroup.is_blocked")
)

// FieldGroups is the column of a file that lists the groups.
const FieldGroups = "groups"

// Group is one product group with its number and its name in the API.
type Group struct {
	ID         int16
	Slug       string // "water"
	Uz, Ru, En string
}

// Name is the group's name in a language ("uz", "ru" or "en").
func (g Group) Name(lang string) string {
	switch lang {
	case "ru":
		return g.Ru
	case "en":
		return g.En
	}
	return g.Uz
}

// NoticeArgs are the names for the words of a notice, each for its own language.
func (g Group) NoticeArgs() []string {
	return []string{"group.uz", g.Uz, "group.ru", g.Ru, "group.en", g.En}
}

// Status is the state of a group of an organization.
type Status string

// A group waits for its activation, is active, or was blocked by the operator.
// What comes from the old account worked there already, and what an active
// organization adds works from then on: both are active at once
// (decisions/0022).
const (
	Pending Status = "pending"
	Active  Status = "active"
	Blocked Status = "blocked"
)

// OrgGroup is a group of an organization.
type OrgGroup struct {
	Group       Group
	Issuer      bool // emits marking codes
	Status      Status
	ConnectedAt time.Time
}

// Choice is a group with its issuer flag, as a row of a file names it.
type Choice struct {
	ID     int16
	Issuer bool
}

// Dictionary finds groups by number, slug or name.
type Dictionary struct {
	groups []Group
	byName map[string]int16
}

// NewDictionary makes one of the groups there are.
func NewDictionary(groups []Group) Dictionary {
	d := Dictionary{groups: groups, byName: map[string]int16{}}
	for _, g := range groups {
		for _, name := range []string{strconv.Itoa(int(g.ID)), g.Slug, g.Uz, g.Ru, g.En} {
			d.byName[strings.ToLower(name)] = g.ID
		}
	}
	return d
}

// All lists the groups by number.
func (d Dictionary) All() []Group { return append([]Group(nil), d.groups...) }

// Find gives a group by its number.
func (d Dictionary) Find(id int16) (Group, bool) {
	for _, g := range d.groups {
		if g.ID == id {
			return g, true
		}
	}
	return Group{}, false
}

// Named finds a group by its slug, number or name in any language, whatever the
// capitals.
func (d Dictionary) Named(name string) (Group, bool) {
	return d.Find(d.byName[strings.ToLower(strings.TrimSpace(name))])
}

// without lists the groups that are not among those of an organization.
func (d Dictionary) without(have []OrgGroup) []Group {
	left := make([]Group, 0, len(d.groups))
	for _, g := range d.groups {
		if !slices.ContainsFunc(have, func(o OrgGroup) bool { return o.Group.ID == g.ID }) {
			left = append(left, g)
		}
	}
	return left
}

// Parse reads a list of groups: "water=issuer, beer=non-issuer". A group is
// named by slug, number or name; the flag must be there, because nobody can
// guess who emits codes. An empty text is no groups. The first thing wrong is
// the fault.
func (d Dictionary) Parse(s string) ([]Choice, error) {
	var cs []Choice
	for part := range strings.FieldsFuncSeq(s, separator) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		c, err := d.parseOne(part)
		if err != nil {
			return nil, err
		}
		for _, earlier := range cs {
			if earlier.ID == c.ID {
				return nil, fault.New(fault.Invalid, "productgroup.draft.twice", "group", part)
			}
		}
		cs = append(cs, c)
	}
	return cs, nil
}

func (d Dictionary) parseOne(part string) (Choice, error) {
	name, flag := part, ""
	if i := strings.IndexAny(part, "=:"); i >= 0 {
		name, flag = part[:i], part[i+1:]
	}
	id, known := d.byName[strings.ToLower(strings.TrimSpace(name))]
	if !known {
		return Choice{}, fault.New(fault.Invalid, "productgroup.draft.unknown", "group", shorten(name))
	}
	issuer, ok := parseIssuer(flag)
	if !ok {
		return Choice{}, fault.New(fault.Invalid, "productgroup.draft.issuer", "group", shorten(name))
	}
	return Choice{ID: id, Issuer: issuer}, nil
}

func parseIssuer(flag string) (issuer, ok bool) {
	switch strings.ToLower(strings.TrimSpace(flag)) {
	case "issuer", "эмитент", "emitent", "1", "yes", "да", "ha":
		return true, true
	case "non-issuer", "не эмитент", "неэмитент", "emitent emas", "0", "no", "нет", "yoʻq", "yo'q":
		return false, true
	}
	return false, false
}

func separator(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '|' }

// shorten keeps what a complaint quotes readable.
func shorten(s string) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
