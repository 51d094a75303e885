package notice

import (
	"context"
	"maps"
	"slices"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Choice says how the letters of each kind come.
type Choice map[Kind]Way

// Check complains about ways there are not, and of kinds that are left out. What
// is said of Security is not looked at: it comes at once.
func (c Choice) Check() error {
	var wrong fault.Form
	for _, k := range Kinds() {
		wrong.Check(k.Always() || slices.Contains(Ways(), c[k]), string(k), "notice.way.unknown")
	}
	return wrong.Err()
}

// Choice gives how the reader's letters come.
func (s *Service) Choice(ctx context.Context, a actor.Actor) (Choice, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, err
	}
	return choiceOf(ctx, s.DB, a)
}

// Choose keeps how the reader's letters come; c names every kind. What waits in
// a digest of a kind that is no longer wanted by mail goes out no more.
func (s *Service) Choose(ctx context.Context, a actor.Actor, c Choice) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		before, err := choiceOf(ctx, tx, a)
		if err != nil {
			return err
		}
		after := maps.Clone(c)
		after[Security] = AtOnce
		changes := audit.Changes{}
		for _, k := range Kinds() {
			changes.Note("letters_"+string(k), before[k], after[k])
		}
		if len(changes) == 0 {
			return nil
		}
		if err := storeChoice(ctx, tx, a, after); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "notice.choose", Target: a.Subject().Kind + ":" + a.Subject().ID, Details: changes,
		})
	})
}
