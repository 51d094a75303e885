package perm

import "slices"

// Scope is where a user's rights hold: in which product groups and at which
// places of business. "All" includes what the organization gets in future.
// Right, group and place are asked for independently of each other; an act
// that concerns no group or place is not narrowed by them (domain.md 2.7).
type Scope struct {
	AllGroups bool    `json:"all_groups"`
	AllPlaces bool    `json:"all_places"`
	Groups    []int16 `json:"groups"` // ids of product groups, when not all
	Places    []int32 `json:"places"` // ids of places of business, when not all
}

// HasGroup reports whether acts in a product group are open.
func (s Scope) HasGroup(id int16) bool { return s.AllGroups || slices.Contains(s.Groups, id) }

// HasPlace reports whether acts at a place are open.
func (s Scope) HasPlace(id int32) bool { return s.AllPlaces || slices.Contains(s.Places, id) }

// Reach is what an act concerns; zero fields concern none.
type Reach struct {
	Group int16
	Place int32
}

// Missing gives the part of a reach that is not in the scope; the zero Reach
// when all of it is.
func (s Scope) Missing(r Reach) Reach {
	var m Reach
	if r.Group != 0 && !s.HasGroup(r.Group) {
		m.Group = r.Group
	}
	if r.Place != 0 && !s.HasPlace(r.Place) {
		m.Place = r.Place
	}
	return m
}
