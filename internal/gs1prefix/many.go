package gs1prefix

import (
	"context"

	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/pg"
)

// CheckMany says whose each of several numbers is, for an organization, with one
// question to the register. Every number asked for is in the answer.
func CheckMany(ctx context.Context, q pg.Querier, orgID int64, numbers []gs1.GTIN) (map[gs1.GTIN]Check, error) {
	var digits []string
	asked := map[string]bool{}
	for _, g := range numbers {
		if !FromUzbekistan(g) {
			continue
		}
		for _, d := range append(candidates(g), string(g)) {
			if !asked[d] {
				asked[d] = true
				digits = append(digits, d)
			}
		}
	}
	held := map[string]holding{}
	if len(digits) > 0 {
		hs, err := holdings(ctx, q, orgID, digits)
		if err != nil {
			return nil, err
		}
		for _, h := range hs {
			held[h.Digits] = h
		}
	}
	return judgeMany(numbers, held), nil
}

func judgeMany(numbers []gs1.GTIN, held map[string]holding) map[gs1.GTIN]Check {
	checks := make(map[gs1.GTIN]Check, len(numbers))
	for _, g := range numbers {
		var fitting []holding
		for _, d := range append(candidates(g), string(g)) {
			if h, ok := held[d]; ok {
				fitting = append(fitting, h)
			}
		}
		checks[g] = judge(g, fitting)
	}
	return checks
}

// Ours reports whether the organization may have cards of the number published:
// it is its own, or of another country, where no register of ours knows.
func (c Check) Ours() bool {
	return c.Answer == Covered || c.Answer == Single || c.Answer == Foreign
}
