package legacy

import (
	"context"

	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/productgroup"
)

// batch is what one transaction stores.
type batch struct {
	candidates []candidate
	complaints []Complaint
	bad        int // rows that complained already
}

// storeTx stores the candidates of a run, or in a check only looks what would
// come of them. It may run twice for one batch and leaves the batch as it is.
func (b batch) storeTx(ctx context.Context, tx pg.Tx, box *seal.Box, run Import) (Tally, []Complaint, error) {
	if run.Mode == Apply {
		if err := org.LockImportTx(ctx, tx); err != nil {
			return Tally{}, nil, err
		}
	}
	good, told, err := b.withoutTaken(ctx, tx)
	if err != nil {
		return Tally{}, nil, err
	}
	t := Tally{Bad: b.bad + len(told)}
	outcomes, err := putOrganizations(ctx, tx, box, run.Mode, good)
	if err != nil {
		return Tally{}, nil, err
	}
	for i, o := range outcomes {
		t = t.plus(count(o))
		told = append(told, refused(good[i], o)...)
	}
	if run.Mode == Check {
		return t, told, nil
	}
	if err := putBelongings(ctx, tx, good, outcomes); err != nil {
		return Tally{}, nil, err
	}
	return t, told, nameOrgs(ctx, tx, run.ID, accepted(outcomes))
}

// accepted gives the organizations of good rows.
func accepted(outcomes []org.Outcome) []int64 {
	ids := make([]int64, 0, len(outcomes))
	for _, o := range outcomes {
		if o.Result != org.Refused {
			ids = append(ids, o.OrgID)
		}
	}
	return ids
}

func count(o org.Outcome) Tally {
	switch o.Result {
	case org.Created:
		return Tally{Good: 1, Created: 1}
	case org.Changed:
		return Tally{Good: 1, Changed: 1}
	case org.Unchanged:
		return Tally{Good: 1, Unchanged: 1}
	}
	return Tally{Bad: 1}
}

// withoutTaken sorts out the rows with a prefix of another organization.
func (b batch) withoutTaken(ctx context.Context, tx pg.Tx) (good []candidate, told []Complaint, err error) {
	var all []string
	for _, c := range b.candidates {
		all = append(all, c.prefixes...)
	}
	owners, err := gs1prefix.Owners(ctx, tx, all)
	if err != nil {
		return nil, nil, err
	}
	good = make([]candidate, 0, len(b.candidates))
	for _, c := range b.candidates {
		taken := ""
		for _, p := range c.prefixes {
			if tin, ok := owners[p]; ok && tin != c.record.TIN {
				taken = p
			}
		}
		if taken == "" {
			good = append(good, c)
			continue
		}
		told = append(told, complaint(c.row, gs1prefix.FieldPrefixes, "gs1prefix.draft.taken", taken,
			"prefix", taken, "tin", owners[taken].Grouped()))
	}
	return good, told, nil
}

func putOrganizations(ctx context.Context, tx pg.Tx, box *seal.Box, mode Mode, cs []candidate) ([]org.Outcome, error) {
	if len(cs) == 0 {
		return nil, nil
	}
	records := make([]org.Record, len(cs))
	for i, c := range cs {
		records[i] = c.record
	}
	if mode == Check {
		return org.CompareManyTx(ctx, tx, box, records)
	}
	return org.PutManyTx(ctx, tx, box, records)
}

// refused gives the complaints of a record that was not taken.
func refused(c candidate, o org.Outcome) []Complaint {
	var told []Complaint
	for _, w := range o.Complaints {
		found := ""
		switch w.Field {
		case org.FieldDirector:
			found = c.record.Director
		case org.FieldPINFL:
			found = c.record.PINFL.Masked()
		case org.FieldEmail:
			found = c.record.Email
		}
		told = append(told, complaint(c.row, w.Field, w.Key, found, w.Args...))
	}
	return told
}

// putBelongings stores groups and prefixes of what was written. An activated
// organization only gets more of them.
func putBelongings(ctx context.Context, tx pg.Tx, cs []candidate, outcomes []org.Outcome) error {
	var groups []productgroup.OrgChoices
	var prefixes []gs1prefix.OrgPrefixes
	for i, o := range outcomes {
		if o.Result != org.Created && o.Result != org.Changed {
			continue
		}
		replace := o.Result == org.Changed && !o.Active
		groups = append(groups, productgroup.OrgChoices{OrgID: o.OrgID, Choices: cs[i].groups, Replace: replace})
		prefixes = append(prefixes, gs1prefix.OrgPrefixes{OrgID: o.OrgID, Prefixes: cs[i].prefixes, Replace: replace})
	}
	if err := productgroup.PutManyTx(ctx, tx, groups); err != nil {
		return err
	}
	return gs1prefix.PutManyTx(ctx, tx, prefixes)
}
