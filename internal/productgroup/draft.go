package productgroup

import (
	"regexp"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/text"
)

// Answers to the question whether the organization is the issuer. There is no
// answer to begin with: who overlooks the question must be asked again.
const (
	Yes = "yes"
	No  = "no"
)

// Draft is what a person answered about a group to add.
type Draft struct {
	Group  string // number of the group
	Issuer string // Yes, No or no answer
}

// Open turns the answers into a choice, or complains about each that is
// missing. Whether the organization has the group already is for the database
// to say.
func (d Draft) Open(groups Dictionary) (Choice, error) {
	var wrong fault.Form
	id, err := strconv.ParseInt(d.Group, 10, 16)
	_, known := groups.Find(int16(id))
	wrong.Check(d.Group != "", "group", "productgroup.new.group_missing")
	wrong.Check(err == nil && known, "group", "productgroup.new.group_unknown")
	wrong.Check(d.Issuer == Yes || d.Issuer == No, "issuer", "productgroup.new.issuer_missing")
	return Choice{ID: int16(id), Issuer: d.Issuer == Yes}, wrong.Err()
}

// Limits of an entry of the dictionary, in characters.
const (
	maxGroupName = 120
	maxSlug      = 32
)

// Entry is what one of the staff typed about a group of the dictionary.
type Entry struct {
	ID         string // number in codes; fixed once it is there
	Slug       string // name in the API; fixed once an organization has the group
	Uz, Ru, En string
	Version    int // of the group that was on the page; 0 for a new one
}

var slugShape = regexp.MustCompile(`^[a-z][a-z0-9_]+$`)

// Open turns an entry into a group, or complains about every field at once.
// Names must not be those of other groups: imports find groups by name.
func (e Entry) Open(others Dictionary) (Group, error) {
	var wrong fault.Form
	id, err := strconv.ParseInt(strings.TrimSpace(e.ID), 10, 16)
	wrong.Check(err == nil && id > 0, "id", "productgroup.entry.id_shape")
	g := Group{ID: int16(id), Slug: strings.TrimSpace(e.Slug)}
	wrong.Check(slugShape.MatchString(g.Slug) && len(g.Slug) <= maxSlug, "slug", "productgroup.entry.slug_shape", "max", maxSlug)
	g.Uz = name(&wrong, "uz", text.Uzbek(e.Uz))
	g.Ru = name(&wrong, "ru", e.Ru)
	g.En = name(&wrong, "en", e.En)
	for _, v := range []struct{ field, value string }{{"slug", g.Slug}, {"uz", g.Uz}, {"ru", g.Ru}, {"en", g.En}} {
		other, taken := others.byName[strings.ToLower(v.value)]
		wrong.Check(!taken || other == g.ID, v.field, "productgroup.entry.name_taken")
	}
	return g, wrong.Err()
}

func name(wrong *fault.Form, field, typed string) string {
	s, err := text.Line(typed, maxGroupName)
	wrong.Add(field, err)
	wrong.Check(s != "", field, "productgroup.entry.name_missing")
	return s
}
