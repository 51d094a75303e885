package campaign

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Form is the campaign as a person would type it.
func (c Campaign) Form() Form {
	typed := func(t time.Time) string { return t.In(clock.Tashkent()).Format("02.01.2006 15:04") }
	f := Form{
		Name: c.Name, Kind: string(c.Kind), OpensAt: typed(c.OpensAt), ClosesAt: typed(c.ClosesAt),
		Regions: c.Selection.Regions, TINs: strings.Join(c.Selection.TINs, "\n"),
	}
	for _, g := range c.Selection.Groups {
		f.Groups = append(f.Groups, itoa(int64(g)))
	}
	for _, i := range c.Selection.Imports {
		f.Imports = append(f.Imports, itoa(i))
	}
	return f
}

// importIDs are the files the form names; Open complains of what is no number.
func (f Form) importIDs() []int64 {
	var ids []int64
	for _, s := range f.Imports {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Edit changes a draft. version is the one that the person began from: when
// somebody else has changed it since, nothing changes and the error is ErrStale.
// A campaign that was started stays as it is: ErrNotDraft.
func (s *Service) Edit(ctx context.Context, op actor.Operator, id int64, version int, f Form) error {
	if err := op.Need(perm.OpCampaignRun); err != nil {
		return err
	}
	c, err := s.open(ctx, f)
	if err != nil {
		return err
	}
	c.ID, c.Version, c.EditedBy = id, version, op.Name
	return gate.InTx(ctx, s.db, op, perm.OpCampaignRun, func(tx pg.Tx) error {
		if err := updateDraft(ctx, tx, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "campaign.edit", Target: target(id), Details: c.details()})
	})
}
