package card

import (
	"context"
	"errors"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Copy makes a card of another GTIN that says the same and has the same photos;
// what was typed as the GTIN must be one of its own. A form sent twice makes one
// card. The copy is written under the attribute set of its original until
// somebody edits it.
func (s *Service) Copy(ctx context.Context, a actor.Actor, id int64, gtin, formKey string) (newID int64, err error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return 0, err
	}
	g, err := ParseGTIN(gtin)
	if err != nil {
		return 0, onField(err, FieldGTIN)
	}
	err = gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		newID, err = s.copyTx(ctx, tx, a, id, g, formKey)
		return err
	})
	return newID, err
}

func (s *Service) copyTx(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, g gs1.GTIN, formKey string) (int64, error) {
	from, err := lockOwn(ctx, tx, a, id)
	if err != nil {
		return 0, err
	}
	if made, err := madeBy(ctx, tx, a.OrgID, formKey); made != 0 || err != nil {
		return made, err
	}
	if from.GTIN == g && !from.Archived {
		return 0, ErrSame
	}
	if err := openGroup(ctx, tx, a, from.GroupID); err != nil {
		return 0, err
	}
	newest, err := newestVersions(ctx, tx, a.OrgID, []Card{from})
	if err != nil {
		return 0, err
	}
	c := newest[id].Content.clone()
	c.GTIN = g
	return s.insertCopyTx(ctx, tx, a, from, c, formKey)
}

func (s *Service) insertCopyTx(ctx context.Context, tx pg.Tx, a actor.Actor, from Card, c Content, formKey string) (int64, error) {
	photos := c.Photos
	c.Photos = nil
	id, err := insertCard(ctx, tx, a.OrgID, authorOf(a), c, formKey)
	if err != nil {
		return 0, err
	}
	if id == 0 {
		other, err := liveCard(ctx, tx, a.OrgID, c.GTIN)
		return 0, errors.Join(err, ErrTwice.With("card", other).On(FieldGTIN))
	}
	if c.Photos, err = copyPhotosTx(ctx, tx, a.OrgID, id, photos); err != nil {
		return 0, err
	}
	if err := setContent(ctx, tx, a.OrgID, id, c); err != nil {
		return 0, err
	}
	details := creation(c)
	details["copied_from"] = from.ID
	return id, audit.Record(ctx, tx, a.Subject(), audit.Entry{OrgID: a.OrgID, Action: "card.copy", Target: target(id), Details: details})
}
