package document

import (
	"context"
	"slices"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// Find gives a page of the documents of the actor's organization, of what they
// reach. Rows that name goods without a published card are in Page.Unseen.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return Page{}, err
	}
	f = f.Clean()
	at, err := f.spot(f.After + f.Before)
	if err != nil {
		return Page{}, err
	}
	p, err := s.page(ctx, a, f, at)
	if err == nil && len(p.Rows) == 0 && f.After != "" { // what stood there is gone: the last page
		f.Before, f.After = f.After, ""
		p, err = s.page(ctx, a, f, f.past(at))
		p.Next = ""
	}
	if err != nil || len(p.Rows) == 0 {
		return p, err
	}
	p.Unseen, err = unpublished(ctx, s.DB, a.OrgID, idsOf(p.Rows))
	return p, err
}

// page reads a page from a spot on and says where those before and after it are.
func (s *Service) page(ctx context.Context, a actor.Actor, f Filter, at spot) (Page, error) {
	p, err := selectPage(ctx, s.DB, ask(a.OrgID, a.Scope, f), at)
	p.Rows, p.Prev, p.Next = page.Turned(p.Rows, f.Size, f.After, f.Before, f.cursor)
	return p, err
}

// unpublished are those of documents that name goods without a published card.
func unpublished(ctx context.Context, q pg.Querier, orgID int64, ids []int64) (map[int64]bool, error) {
	of, err := gtinsOf(ctx, q, orgID, ids)
	if err != nil || len(of) == 0 {
		return nil, err
	}
	published, err := card.PublishedNumbers(ctx, q, distinct(of))
	if err != nil {
		return nil, err
	}
	unseen := map[int64]bool{}
	for id, gtins := range of {
		unseen[id] = slices.ContainsFunc(gtins, func(g string) bool { return !published[g] })
	}
	return unseen, nil
}

// Export gives all documents that a filter chooses, MaxExport at most, else
// ErrManyRows.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter) ([]Document, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return nil, err
	}
	ds, err := selectChosen(ctx, s.DB, ask(a.OrgID, a.Scope, f.Clean()), MaxExport)
	if err != nil {
		return nil, err
	}
	if len(ds) > MaxExport {
		return nil, ErrManyRows
	}
	return ds, nil
}

// Sources says until when each source has delivered, by names in the reader's
// language.
func (s *Service) Sources(ctx context.Context, a actor.Actor) ([]Source, error) {
	if err := a.Need(perm.DocumentRead); err != nil {
		return nil, err
	}
	known, err := feed.AsOf(ctx, s.DB, feed.Invoice, feed.Declaration, feed.AIC, feed.Operation)
	if err != nil {
		return nil, err
	}
	sources := make([]Source, len(known))
	for i, k := range known {
		sources[i] = Source{Feed: k.Code, Name: k.Name(i18n.From(ctx).Code()), AsOf: k.At, Late: k.State == feed.Late}
	}
	return sources, nil
}

// Has reports whether an organization has any document.
//
//gate:none a read for Home and the steps of the set-up
func Has(ctx context.Context, q pg.Querier, orgID int64) (bool, error) {
	return hasDocuments(ctx, q, orgID)
}
