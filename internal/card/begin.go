package card

import (
	"context"
	"slices"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/productgroup"
)

// Groups are the product groups for which the actor may write cards: those of
// the organization that work, within the actor's reach.
func (s *Service) Groups(ctx context.Context, a actor.Actor) ([]productgroup.Group, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, err
	}
	own, err := productgroup.OfOrg(ctx, s.DB, a.OrgID)
	if err != nil {
		return nil, err
	}
	groups := make([]productgroup.Group, 0, len(own))
	for _, g := range own {
		if g.Status == productgroup.Active && a.Scope.HasGroup(g.Group.ID) {
			groups = append(groups, g.Group)
		}
	}
	return groups, nil
}

// Begin is what is needed to write a card of a group, by its slug: the group
// with its book of today, of whose long dictionaries some codes are enough
// (attribute.BookFor). A group of the organization that is not the actor's is
// actor.ErrGroup, any other is ErrNoGroup.
func (s *Service) Begin(ctx context.Context, a actor.Actor, slug string, codes []string) (productgroup.Group, attribute.Book, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return productgroup.Group{}, attribute.Book{}, err
	}
	g, err := s.writable(ctx, a, slug)
	if err != nil {
		return g, attribute.Book{}, err
	}
	book, err := attribute.BookFor(ctx, s.DB, g.ID, codes)
	return g, book, err
}

// Dictionaries is Begin with all that may be chosen.
func (s *Service) Dictionaries(ctx context.Context, a actor.Actor, slug string) (productgroup.Group, attribute.Book, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return productgroup.Group{}, attribute.Book{}, err
	}
	g, err := s.writable(ctx, a, slug)
	if err != nil {
		return g, attribute.Book{}, err
	}
	book, err := attribute.BookOf(ctx, s.DB, g.ID)
	return g, book, err
}

// writable is a group for which the actor may write cards.
func (s *Service) writable(ctx context.Context, a actor.Actor, slug string) (productgroup.Group, error) {
	own, err := productgroup.OfOrg(ctx, s.DB, a.OrgID)
	if err != nil {
		return productgroup.Group{}, err
	}
	i := slices.IndexFunc(own, func(g productgroup.OrgGroup) bool {
		return g.Group.Slug == slug && g.Status == productgroup.Active
	})
	if i < 0 {
		return productgroup.Group{}, ErrNoGroup
	}
	g := own[i].Group
	if err := a.NeedIn(perm.CardEdit, perm.Reach{Group: g.ID}); err != nil {
		return productgroup.Group{}, err
	}
	return g, nil
}

// Choose looks for words and parts of codes in a dictionary that is too long to be
// listed: the first entries by code, and whether there are more.
func (s *Service) Choose(ctx context.Context, a actor.Actor, group int16, field, words string) ([]attribute.Code, bool, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, false, err
	}
	return attribute.Find(ctx, s.DB, group, attribute.List(field), words, mostFound)
}

// mostFound is how many entries of a dictionary a search shows.
const mostFound = 20

// SameWords is the IKPU that a new card gets when only its HS code was chosen: the
// one that the dictionary calls the same, "" when there is none.
func (s *Service) SameWords(ctx context.Context, a actor.Actor, group int16, hs attribute.Code) (string, error) {
	if err := a.Need(perm.CardEdit); err != nil || hs.Code == "" {
		return "", err
	}
	return attribute.Called(ctx, s.DB, group, attribute.IKPU, hs.Name.Uz)
}

// Alike is what a new card may take over: who makes the goods and who takes
// complaints, as the latest other card of its group says, since both nearly
// always stay the same. On the first card of a group it is the organization
// itself where the number is one of Uzbekistan, else nothing is known.
func (s *Service) Alike(ctx context.Context, a actor.Actor, c Card) (Typed, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, err
	}
	latest, ok, err := latestContent(ctx, s.DB, a.OrgID, c.GroupID, c.ID)
	if err != nil {
		return nil, err
	}
	if ok {
		return latest.parties(), nil
	}
	if !gs1prefix.FromUzbekistan(c.GTIN) {
		return Typed{}, nil
	}
	o, err := org.ByID(ctx, s.DB, a.OrgID)
	if err != nil {
		return nil, err
	}
	own := Party{Name: o.NameUz, Address: addressOf(o)}
	return Content{Maker: own, Claims: own}.parties(), nil
}

// parties are the fields about organizations.
func (c Content) parties() Typed {
	all, t := c.Typed(), Typed{}
	for _, f := range []string{FieldManufacturer, FieldManufacturerAddress, FieldProducer, FieldProducerAddress, FieldClaims, FieldClaimsAddress} {
		t[f] = all[f]
	}
	return t
}

// addressOf is where an organization is, in one line in Uzbek, like its name.
func addressOf(o org.Org) string {
	parts := []string{o.RegionName("uz"), o.District, o.Street}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}
