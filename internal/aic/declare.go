package aic

import (
	"context"
	"slices"
	"strings"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
	"kabinet/internal/document"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// An AIC is declared when its source says so, or when a customs declaration among
// the organization's documents names it: customs send both, and in any order. The
// declaration declares as long as customs have not refused it and its newest
// version names the AIC; refusal and release are said by the source alone.

// NamedTx is document.Customs: the AICs that a declaration names, by numbers as they
// are kept and by the codes in them.
//
//gate:none it serves the sink of declarations
func (s *Service) NamedTx(ctx context.Context, tx pg.Tx, orgID int64, numbers, codes []string) ([]string, error) {
	if err := hold(ctx, tx, orgID); err != nil {
		return nil, err
	}
	named := make([]string, 0, len(numbers))
	for _, said := range numbers {
		if n, err := ParseNumber(said); err == nil {
			said = string(n.Kept())
		}
		named = append(named, said)
	}
	if in := identsOf(codes); len(in.idents) > 0 {
		found, err := numbersWith(ctx, tx, orgID, in)
		if err != nil {
			return nil, err
		}
		named = append(named, found...)
	}
	slices.Sort(named)
	return slices.Compact(named), nil
}

// DeclareTx is document.Customs: it looks anew at where AICs stand.
//
//gate:none it serves the sink of declarations
func (s *Service) DeclareTx(ctx context.Context, tx pg.Tx, orgID int64, numbers []string) error {
	found, err := lockNumbers(ctx, tx, orgID, numbers)
	if err != nil || len(found) == 0 {
		return err
	}
	groups, err := productgroup.LoadDictionary(ctx, tx)
	if err != nil {
		return err
	}
	said, err := contentsOf(ctx, tx, orgID, Plan{AICs: found}.ids())
	if err != nil {
		return err
	}
	declared, err := document.DeclarationsOf(ctx, tx, orgID, numbers)
	if err != nil {
		return err
	}
	for _, was := range found {
		c := merged(said[was.ID]).in(declared[string(was.Number)])
		now, err := was.become(c, groups)
		if err != nil {
			return err
		}
		if now == was {
			continue
		}
		if err := s.settle(ctx, tx, was, now, c); err != nil {
			return err
		}
	}
	return nil
}

// in is what is said of an AIC once a declaration names it; the zero one is none.
func (c Content) in(d document.Declaring) Content {
	if d.ID == 0 || c.State != Formed && c.State != Declared {
		return c
	}
	c.State = Declared
	if c.Declaration.Number == "" {
		c.Declaration = Declaration{Number: d.Number, Date: d.At.In(clock.Tashkent()).Format("2006-01-02"), Authority: d.Post}
	}
	return c
}

// idents are codes as AICs keep them.
type idents struct {
	idents []string
	gtins  []string // of them; none when one has no GTIN, as transport codes have none
}

// identsOf reads the codes of a declaration; what is no code names nothing.
func identsOf(codes []string) (in idents) {
	bare := false
	for _, said := range codes {
		code, ok := readCode(said)
		if !ok {
			continue
		}
		in.idents = append(in.idents, code.Idents()...)
		g, err := gs1.ParseGTIN(gtinIn(code))
		if bare = bare || err != nil; err == nil && !slices.Contains(in.gtins, string(g)) {
			in.gtins = append(in.gtins, string(g))
		}
	}
	if bare {
		in.gtins = nil
	}
	return in
}

// readCode reads a marking code, or a transport code with or without its identifier.
func readCode(said string) (marking.Code, bool) {
	if len(said) == 18 && strings.Trim(said, "0123456789") == "" {
		said = "00" + said
	}
	code, _, err := marking.Read(said)
	return code, err == nil
}

// gtinIn are the digits behind the identifier of a trade item.
func gtinIn(c marking.Code) string {
	if rest, ok := strings.CutPrefix(string(c), "01"); ok && len(rest) > 14 {
		return rest[:14]
	}
	return ""
}

// holds gives what tells whether a code is one of the AIC's own; listed is false when
// the source names none of them.
func (c Content) holds() (inside func(code string) bool, listed bool) {
	own := map[string]bool{}
	for _, l := range c.Lines {
		for _, code := range l.List {
			own[string(code)] = true
		}
	}
	return func(said string) bool {
		code, ok := readCode(said)
		return ok && slices.ContainsFunc(code.Idents(), func(s string) bool { return own[s] })
	}, len(own) > 0
}
