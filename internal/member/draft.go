package member

import (
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/mail"
)

// Longest values, in characters.
const (
	maxName     = 200
	maxPosition = 200
	maxReason   = 500
)

// markup is in no name and no position; pasted with one it is a mistake.
const markup = "<>{}[]\\|^~="

// Own is what stands in the place of a preset when only single roles count.
const Own = "own"

// yes is what a form sends for "all, also future ones".
const yes = "all"

// Person is what is typed about who a user is.
type Person struct {
	Name, NameRu, NameEn             string
	Position, PositionRu, PositionEn string
	Email, Language                  string
	PINFL                            string // digits; empty leaves what is stored
}

// Reach is what is typed about where a user's rights hold.
type Reach struct {
	AllGroups, AllPlaces string   // "all", or "some" for those that are chosen
	Groups, Places       []string // numbers
}

// Draft is what is typed about a new user.
type Draft struct {
	Kind string
	Person
	Preset string   // a perm.Preset, or Own
	Roles  []string // single roles, on top of those of the preset
	Reach
	FormKey string // sent twice it makes one user
}

// record is a user fit to be stored.
type record struct {
	Kind      Kind
	Names     Names
	Positions Names
	Email     string
	Language  string
	PINFL     taxid.PINFL
	Roles     []string
	Scope     perm.Scope
	FormKey   string
}

func (r record) search() string {
	return fold.Words(r.Names.Uz, r.Names.Ru, r.Names.En, r.Email, r.Positions.Uz, r.Positions.Ru)
}

// clean turns a draft into a record, or complains about every field at once.
// issuer says whether the organization issues codes.
func (d Draft) clean(issuer bool) (record, error) {
	var f fault.Form
	r := record{Kind: Kind(d.Kind), FormKey: d.FormKey}
	f.Check(slices.Contains(Kinds(), r.Kind), "kind", "member.kind.missing")
	d.Person.clean(&f, &r, r.Kind != Technical)
	r.Roles = d.roles(&f, issuer)
	r.Scope = d.Reach.clean(&f)
	if len(r.FormKey) > 64 {
		r.FormKey = "" // none of our forms sends it
	}
	return r, f.Err()
}

// clean reads the fields in the order of the form. A person needs a number by
// which the EDS key is known again.
func (p Person) clean(f *fault.Form, r *record, number bool) {
	line := func(field, s string, most int) string {
		s, err := text.Line(s, most)
		f.Add(field, err)
		f.Check(!strings.ContainsAny(s, markup) && !text.Linked(s), field, "member.name.signs")
		return s
	}
	name := func(field, s string) string {
		s = line(field, s, maxName)
		f.Check(s != "", field, "member.name.missing."+field)
		f.Check(s == "" || letters(s), field, "member.name.letters")
		return s
	}
	r.Names = Names{text.Uzbek(name("name", p.Name)), name("name_ru", p.NameRu), name("name_en", p.NameEn)}
	r.Positions = Names{
		text.Uzbek(line("position", p.Position, maxPosition)), line("position_ru", p.PositionRu, maxPosition), line("position_en", p.PositionEn, maxPosition),
	}
	email, err := mail.ParseAddress(p.Email)
	f.Add("email", err)
	r.Email = email.String()
	if number {
		r.PINFL, err = taxid.ParsePINFL(p.PINFL)
		f.Add("pinfl", err)
	}
	r.Language = p.Language
	f.Check(slices.Contains([]string{"uz", "ru", "en"}, p.Language), "language", "member.language.missing")
}

// letters wants something to read: a name of digits and signs names nobody.
func letters(s string) bool { return strings.Trim(fold.Text(s), "0123456789 ") != "" }

// roles joins the preset and the single roles. What needs the issuer flag is
// left out of a preset, and refused when it was chosen by itself.
func (d Draft) roles(f *fault.Form, issuer bool) []string {
	preset := perm.Preset(d.Preset)
	f.Check(d.Preset == Own || preset.Roles() != nil, "preset", "member.preset.missing")
	var roles []string
	for _, r := range preset.Roles() {
		if issuer || !r.NeedsIssuer() {
			roles = append(roles, string(r))
		}
	}
	chosen := known(d.Roles)
	f.Check(d.Preset != Own || len(chosen) > 1, "roles", "member.roles.missing")
	roles = known(append(roles, chosen...))
	checkRoles(f, Kind(d.Kind), roles, nil, issuer)
	return roles
}

// checkRoles refuses roles that would be of no use or of harm; those a user has
// already may stay.
func checkRoles(f *fault.Form, k Kind, roles, had []string, issuer bool) {
	for _, r := range roles {
		if slices.Contains(had, r) {
			continue
		}
		f.Check(issuer || !perm.Role(r).NeedsIssuer(), "roles", "member.roles.issuer")
		f.Check(k != Technical || ForPrograms(perm.Role(r)), "roles", "member.roles.technical")
	}
}

// ForPrograms reports whether a technical user may have the role: it has no way
// into the pages where people are let in, and signs in by a password, not a key.
func ForPrograms(r perm.Role) bool { return r != perm.RoleOrgAdmin && r != perm.RoleKeyManager }

// clean reads the choice; the store refuses groups and places that are not the
// organization's.
func (r Reach) clean(f *fault.Form) perm.Scope {
	s := perm.Scope{AllGroups: r.AllGroups == yes, AllPlaces: r.AllPlaces == yes}
	f.Check(s.AllGroups || r.AllGroups == "some", "all_groups", "member.scope.missing")
	f.Check(s.AllPlaces || r.AllPlaces == "some", "all_places", "member.scope.missing")
	if !s.AllGroups {
		s.Groups = numbers[int16](f, "groups", r.Groups, 16)
	}
	if !s.AllPlaces {
		s.Places = numbers[int32](f, "places", r.Places, 32)
	}
	return s
}

// numbers reads ids of so many bits, each once, in order; a form sends nothing
// else.
func numbers[T int16 | int32](f *fault.Form, field string, typed []string, bits int) []T {
	ids := make([]T, 0, len(typed))
	for _, s := range typed {
		n, err := strconv.ParseInt(s, 10, bits)
		f.Check(err == nil, field, "member.scope.unknown")
		if err == nil {
			ids = append(ids, T(n)) // parsed with as many bits as T has
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// ReachOf is a stored scope as a form shows it.
func ReachOf(s perm.Scope) Reach {
	r := Reach{AllGroups: "some", AllPlaces: "some"}
	if s.AllGroups {
		r.AllGroups = yes
	}
	if s.AllPlaces {
		r.AllPlaces = yes
	}
	for _, g := range s.Groups {
		r.Groups = append(r.Groups, strconv.Itoa(int(g)))
	}
	for _, p := range s.Places {
		r.Places = append(r.Places, strconv.Itoa(int(p)))
	}
	return r
}
