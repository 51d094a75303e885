package savedview

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Service keeps the choices; everybody has only one's own. Lists are named by
// those who have them ("cards"): a name is part of the program, never typed.
type Service struct{ DB *pgxpool.Pool }

// Of gives what the actor chose about a list.
func (s *Service) Of(ctx context.Context, a actor.Actor, list string) (Choices, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Choices{}, err
	}
	return choices(ctx, s.DB, a.OrgID, a.MemberID, list)
}

// Save keeps a view; at most Max of a list.
func (s *Service) Save(ctx context.Context, a actor.Actor, list string, d Draft) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	d, err := d.Open()
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		if err := holdChoices(ctx, tx, a.OrgID, a.MemberID, list); err != nil {
			return err
		}
		id, err := upsertView(ctx, tx, a.OrgID, a.MemberID, list, d)
		if err != nil {
			return err
		}
		if d.Default {
			if err := updateDefault(ctx, tx, a.OrgID, a.MemberID, list, id); err != nil {
				return err
			}
		}
		return record(ctx, tx, a, "view.save", list, map[string]any{"name": d.Name, "query": d.Query})
	})
}

// Remove deletes a view of the actor's own.
func (s *Service) Remove(ctx context.Context, a actor.Actor, list string, id int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		if err := holdChoices(ctx, tx, a.OrgID, a.MemberID, list); err != nil {
			return err
		}
		name, err := deleteView(ctx, tx, a.OrgID, a.MemberID, list, id)
		if err != nil {
			return err
		}
		return record(ctx, tx, a, "view.remove", list, map[string]any{"name": name})
	})
}

// OpenWith makes a view the one that the list opens with; 0 none.
func (s *Service) OpenWith(ctx context.Context, a actor.Actor, list string, id int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		if err := holdChoices(ctx, tx, a.OrgID, a.MemberID, list); err != nil {
			return err
		}
		if err := updateDefault(ctx, tx, a.OrgID, a.MemberID, list, id); err != nil {
			return err
		}
		return record(ctx, tx, a, "view.default", list, map[string]any{"view": id})
	})
}

// Choose keeps which columns the list shows; none are the usual ones. The list
// itself ignores names it has no column for.
func (s *Service) Choose(ctx context.Context, a actor.Actor, list string, chosen []string) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		if err := holdChoices(ctx, tx, a.OrgID, a.MemberID, list); err != nil {
			return err
		}
		kept := columns(chosen)
		if err := updateColumns(ctx, tx, a.OrgID, a.MemberID, list, kept); err != nil {
			return err
		}
		return record(ctx, tx, a, "view.columns", list, map[string]any{"columns": kept})
	})
}

func record(ctx context.Context, tx pg.Tx, a actor.Actor, action, list string, details map[string]any) error {
	details["list"] = list
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: action, Target: "member:" + strconv.FormatInt(a.MemberID, 10), Details: details,
	})
}
