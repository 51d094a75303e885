package receipt

import (
	"context"
	"slices"

	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
	"kabinet/internal/platform/pg"
)

// match finds the sale of a return and says what of a receipt is not known.
func (s *Service) match(ctx context.Context, q pg.Querier, r *Receipt) (err error) {
	r.SaleID = 0
	if r.Kind == Return {
		if r.SaleID, err = saleOf(ctx, q, r.OrgID, r.Sale); err != nil {
			return err
		}
	}
	about, err := s.weigh(ctx, q, []Receipt{*r})
	if err != nil {
		return err
	}
	r.Trouble, r.Groups = about[0].trouble, about[0].groups
	return nil
}

// weighed is what is known about a receipt.
type weighed struct {
	trouble Trouble
	groups  []int16
	lines   []Trouble // by line
	cards   []int64   // own card of the line's product, 0 for none
}

// weigh looks up the products of receipts and what is known of their codes.
func (s *Service) weigh(ctx context.Context, q pg.Querier, rs []Receipt) ([]weighed, error) {
	found, err := productsOf(ctx, q, rs)
	if err != nil {
		return nil, err
	}
	came, err := s.arrivals(ctx, q, rs, found)
	if err != nil {
		return nil, err
	}
	all := make([]weighed, len(rs))
	for i, r := range rs {
		all[i] = r.weighed(found, came)
	}
	return all, nil
}

func (r Receipt) weighed(found products, came arrivals) (w weighed) {
	w.groups = []int16{}
	if r.Kind == Return && r.SaleID == 0 {
		w.trouble = NoSale
	}
	for _, l := range r.Lines {
		t := r.judge(l, found, came)
		p, carded := found[goods{r.OrgID, l.GTIN}]
		if carded {
			w.groups = append(w.groups, p.group)
		}
		w.lines, w.cards = append(w.lines, t), append(w.cards, p.card)
		w.trouble |= t
	}
	slices.Sort(w.groups)
	w.groups = slices.Compact(w.groups)
	return w
}

// judge is what does not fit about a line. Goods without marking always fit, and
// so do transport codes, which name no product.
func (r Receipt) judge(l Line, found products, came arrivals) (t Trouble) {
	if len(l.Bad) > 0 {
		t |= BadCode
	}
	for _, c := range l.Codes {
		p, carded := found[goods{r.OrgID, l.productOf(c)}]
		switch {
		case c.IsTransport():
		case !carded:
			t |= NoCard
		case p.foreign(c) && came != nil && !came[r.OrgID][c]:
			t |= Unknown
		}
	}
	return t
}

// goods are a product as an organization sees it.
type goods struct {
	orgID int64
	gtin  gs1.GTIN
}

// products are goods that have a card.
type products map[goods]product

type product struct {
	group int16
	card  int64 // the organization's own; 0 when somebody else's is published
}

// foreign reports whether a code must have come by a document: that of somebody
// else's product, as far as the code itself tells.
func (p product) foreign(c marking.Code) bool { return p.card == 0 && c.GTIN() != "" }

// arrivals are the codes that came to organizations by documents.
type arrivals map[int64]map[marking.Code]bool

// arrivals asks which codes of others' products came to whom by documents; nil
// where nobody knows. Receipts looked at together are mostly of one organization.
func (s *Service) arrivals(ctx context.Context, q pg.Querier, rs []Receipt, found products) (arrivals, error) {
	if s.Known == nil {
		return nil, nil //nolint:nilnil // nobody knows: no code is held against a receipt
	}
	ask := map[int64][]marking.Code{}
	for _, r := range rs {
		for _, l := range r.Lines {
			for _, c := range l.Codes {
				if p, carded := found[goods{r.OrgID, l.productOf(c)}]; carded && p.foreign(c) {
					ask[r.OrgID] = append(ask[r.OrgID], c)
				}
			}
		}
	}
	came := arrivals{}
	for orgID, codes := range ask {
		var err error
		if came[orgID], err = s.Known(ctx, q, orgID, codes); err != nil {
			return nil, err
		}
	}
	return came, nil
}

// productOf is of what product a code of the line is.
func (l Line) productOf(c marking.Code) gs1.GTIN {
	if g := c.GTIN(); g != "" {
		return g
	}
	return l.GTIN
}

// gtins are the numbers of a receipt's products, by lines and by codes.
func (c Content) gtins() []string {
	var all []string
	for _, l := range c.Lines {
		if l.GTIN != "" {
			all = append(all, string(l.GTIN))
		}
		for _, code := range l.Codes {
			if g := code.GTIN(); g != "" && g != l.GTIN {
				all = append(all, string(g))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
