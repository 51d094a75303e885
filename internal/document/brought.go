package document

import (
	"context"
	"slices"

	"kabinet/internal/core/marking"
	"kabinet/internal/platform/pg"
)

// Brought gives those of some codes that came to an organization by a document: by an
// invoice it has not rejected, a paper of the customs, or a report of its own that
// was taken. A code may also have come unnamed: in a pack, or in a document that
// says how many codes there are and not which. Nobody can say that of a code of such
// a product, so it is given too.
//
//gate:none a read for receipts, which ask whose they are
func Brought(ctx context.Context, q pg.Querier, orgID int64, codes []marking.Code) (map[marking.Code]bool, error) {
	var asked questioned
	for i, c := range codes {
		for _, mark := range c.Marks() {
			asked.codes, asked.marks, asked.products = append(asked.codes, i), append(asked.marks, mark), append(asked.products, productOf(string(c.GTIN())))
		}
	}
	came := map[marking.Code]bool{}
	some, err := broughtCodes(ctx, q, orgID, asked)
	for _, i := range some {
		came[codes[i]] = true
	}
	return came, err
}

// questioned are codes in all forms they may be known in, side by side.
type questioned struct {
	codes    []int
	marks    []int64
	products []string
}

// productOf is what numbers of a product and of its packs share: the GTIN without
// its indicator in front and its check digit.
func productOf(gtin string) string {
	if len(gtin) != 14 {
		return ""
	}
	return gtin[1:13]
}

// bringing are the kinds by which codes come to an organization.
func bringing() []Kind {
	return []Kind{Invoice, AdditionalInvoice, CorrectedInvoice, Declaration, AICRegistration, Import, Utilisation, Aggregation}
}

// brings reports whether codes come to its owner by a document, as long as it is not
// rejected.
func (d Document) brings() bool { return d.Side != Out && slices.Contains(bringing(), d.Kind) }

// storePartsTx stores what belongs to a document and says that it brought codes.
func (s *Service) storePartsTx(ctx context.Context, tx pg.Tx, d Document, c Content) error {
	if err := insertParts(ctx, tx, s.Proof.Box, d, c); err != nil || s.Came == nil || !d.brings() {
		return err
	}
	return s.Came(ctx, tx, d.OrgID)
}

// mark is what a code is found by; 0 for what is none.
func (k Code) mark() int64 {
	c, _, err := marking.Read(k.Code)
	if err != nil {
		return 0
	}
	return c.Marks()[0]
}

// unnamed are the products of which there may be codes that a document does not
// name; "" when nobody can say of which.
func (c Content) unnamed() []string {
	var products []string
	named, told := 0, 0
	for _, k := range c.Codes {
		code, _, err := marking.Read(k.Code)
		if err != nil || code.IsTransport() {
			continue
		}
		named++
		if g := string(code.GTIN()); g != "" && g[0] != '0' { // a pack of units, each with its own
			products = append(products, productOf(g))
		}
	}
	for _, l := range c.Lines {
		told += l.Codes
	}
	told = max(told, c.CodesCount)
	if named == 0 || told > named {
		products = append(products, c.products(told > 0)...)
	}
	slices.Sort(products)
	return slices.Compact(products)
}

// products are those on the lines; where there is none but there are codes, any.
func (c Content) products(codes bool) (products []string) {
	for _, l := range c.Lines {
		if l.GTIN != "" {
			products = append(products, productOf(l.GTIN))
		}
	}
	if len(products) == 0 && codes {
		return []string{""}
	}
	return products
}
