package document

import (
	"context"
	"slices"
	"time"

	"kabinet/internal/platform/pg"
)

// Customs keeps the AICs that customs declarations name. It is told in the
// transaction that keeps a declaration, so that both say the same at any moment.
type Customs interface {
	// NamedTx says which AICs of an organization a declaration names, by their
	// numbers and by the codes in them, and lets nobody else change that until the
	// transaction ends. An AIC that is not here yet is named all the same.
	NamedTx(ctx context.Context, tx pg.Tx, orgID int64, numbers, codes []string) ([]string, error)

	// DeclareTx looks anew at where AICs stand, after declarations that name them,
	// or named them before, have changed.
	DeclareTx(ctx context.Context, tx pg.Tx, orgID int64, numbers []string) error
}

// Declaring is a declaration that names an AIC, as far as AICs tell of it.
type Declaring struct {
	ID         int64
	Number     string
	At         time.Time
	Post       string // customs office; "" when the source names none
	ReceivedAt time.Time
}

// DeclarationsOf gives the newest declaration that names each of some AICs, by their
// numbers. One that customs did not accept declares nothing.
func DeclarationsOf(ctx context.Context, q pg.Querier, orgID int64, numbers []string) (map[string]Declaring, error) {
	return declaring(ctx, q, orgID, numbers)
}

// LinkDeclarationsTx makes declarations since a moment name an AIC by its codes
// which came before it. Declarations that name AICs by number are left alone.
func LinkDeclarationsTx(ctx context.Context, tx pg.Tx, orgID int64, number string, since time.Time, inside func(code string) bool) error {
	var ids []int64
	err := unnamedCodes(ctx, tx, orgID, since, func(id int64, code string) {
		if !slices.Contains(ids, id) && inside(code) {
			ids = append(ids, id)
		}
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	return linkAIC(ctx, tx, orgID, ids, number)
}

// declareTx keeps a customs declaration, and lets the AICs follow that it names now
// or named before.
func (s *Service) declareTx(ctx context.Context, tx pg.Tx, in intake, o owner, now time.Time) error {
	named, err := s.Customs.NamedTx(ctx, tx, o.orgID, in.refs(ToAIC), in.codeTexts())
	if err != nil {
		return err
	}
	before, err := namedBy(ctx, tx, o.orgID, in.Feed, in.SourceID)
	if err != nil {
		return err
	}
	in.Links = in.linked(ToAIC, named)
	if err := s.storeTx(ctx, tx, in, o, now); err != nil {
		return err // what was kept before, or is older, is not shown
	}
	return s.Customs.DeclareTx(ctx, tx, o.orgID, append(before, named...))
}

// refs are the documents that a document names in one relation.
func (c Content) refs(r Relation) (refs []string) {
	for _, l := range c.Links {
		if l.Relation == r {
			refs = append(refs, l.Ref)
		}
	}
	return refs
}

// linked are the links with those of one relation replaced.
func (c Content) linked(r Relation, refs []string) []Link {
	links := slices.DeleteFunc(slices.Clone(c.Links), func(l Link) bool { return l.Relation == r })
	for _, ref := range refs {
		links = append(links, Link{Relation: r, Ref: ref})
	}
	return links
}

func (c Content) codeTexts() []string {
	codes := make([]string, len(c.Codes))
	for i, k := range c.Codes {
		codes[i] = k.Code
	}
	return codes
}
