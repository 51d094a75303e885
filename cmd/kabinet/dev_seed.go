//go:build dev

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/app"
	"kabinet/internal/campaign"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/org"
	"kabinet/internal/platform/seal"
	"kabinet/internal/staff"
	"kabinet/web/ui"
)

// seed fills an empty database by the same use cases that staff use: the
// operator's administrator, the invented organizations, a campaign that writes to
// the four whose keys are in the simulator, and one company that is at work. A database that has
// organizations is left alone.
func seed(ctx context.Context, w *workshop, db *pgxpool.Pool, t terminal) error {
	some, err := org.Any(ctx, db)
	if err != nil || some {
		return err
	}
	box, err := app.Box(w.conf)
	if err != nil {
		return err
	}
	if err := seedStaff(ctx, db, box, w.people); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "importing 500 invented organizations …")
	file := filepath.Join("testdata", "legacy", "organizations.csv")
	if err := runImport(ctx, w.conf, slog.New(slog.DiscardHandler), file, true, io.Discard); err != nil {
		return err
	}
	if err := seedCampaign(ctx, w, db, box); err != nil {
		return spoken(err)
	}
	return spoken(seedCompany(ctx, w, db, box))
}

// moderatorName is who decides about the invented cards.
const moderatorName = "Lola Moderatorova"

// seedStaff takes the last two of the cast on, unless a start that was
// interrupted did so before.
func seedStaff(ctx context.Context, db *pgxpool.Pool, box *seal.Box, cast people) error {
	s := staff.Service{DB: db, Box: box}
	moderator, admin := cast[len(cast)-2], cast[len(cast)-1]
	for _, d := range []staff.Draft{
		{Name: adminName, PINFL: admin.PINFL, Roles: []string{string(perm.RoleOpAdmin)}},
		{Name: moderatorName, PINFL: moderator.PINFL, Roles: []string{string(perm.RoleOpModerator)}},
	} {
		if _, err := s.AddByCommand(ctx, d); err != nil && !errors.Is(err, staff.ErrTaken) {
			return err
		}
	}
	return nil
}

func seedCampaign(ctx context.Context, w *workshop, db *pgxpool.Pool, box *seal.Box) error {
	letters := campaign.New(campaign.Deps{DB: db, Seal: box, BaseURL: string(w.conf.Web.BaseURL)})
	now := clock.System()
	_, err := letters.LaunchByCommand(ctx, campaign.Form{
		Name: "Pre-activation", Kind: string(campaign.KindCode),
		OpensAt: typed(now), ClosesAt: typed(now.AddDate(0, 3, 0)),
		TINs: "302118447, 305667718, 309004412, 512345671",
	})
	return err
}

// typed is a moment as staff type it.
func typed(t time.Time) string { return ui.Date(t) + " " + ui.Clock(t) }
