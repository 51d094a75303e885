package member

import (
	"context"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// Choices are what a user can be given in an organization.
type Choices struct {
	Issuer bool // the organization issues codes in at least one group
	Groups []GroupChoice
	Places []PlaceChoice // active ones, at most maxPlaces
}

// GroupChoice is a product group of the organization.
type GroupChoice struct {
	ID    int16
	Names Names
}

// PlaceChoice is a place of business.
type PlaceChoice struct {
	ID   int32
	Name string
}

// maxPlaces is how many places a form lists; who has more gives "all".
const maxPlaces = 500

// GroupNames gives the names of chosen groups in a language, by number.
func (c Choices) GroupNames(s perm.Scope, lang string) []string {
	var names []string
	for _, g := range c.Groups {
		if s.AllGroups || s.HasGroup(g.ID) {
			names = append(names, g.Names.In(lang))
		}
	}
	return names
}

// PlaceNames gives the names of chosen places.
func (c Choices) PlaceNames(s perm.Scope) []string {
	var names []string
	for _, p := range c.Places {
		if s.AllPlaces || s.HasPlace(p.ID) {
			names = append(names, p.Name)
		}
	}
	return names
}

// ChoicesOf reads what users of an organization can be given; the caller has
// asked who may know.
func ChoicesOf(ctx context.Context, q pg.Querier, orgID int64) (Choices, error) {
	return choices(ctx, q, orgID)
}
