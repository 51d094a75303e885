//go:build dev

package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/help"
	"kabinet/internal/notice"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	articles "kabinet/web/help"
)

// seedNotices tells the director of the company at work of a day at the
// operator's desk, so that the inbox has a group, and lets some readers say
// whether help helped them.
func seedNotices(ctx context.Context, db *pgxpool.Pool, director actor.Actor) error {
	err := pg.InTx(ctx, db, func(tx pg.Tx) error {
		for i, name := range []string{"Smetana 20 %", "Qatiq 2,5 %", "Kefir 1 %", "Tvorog 9 %"} {
			n := strconv.Itoa(i + 1)
			if err := notice.ToMemberTx(ctx, tx, director.MemberID, notice.Notice{
				OrgID: director.OrgID, Kind: notice.Decision, Key: "card.notice.published.",
				Args: []string{"gtin", "0478000100001" + n, "name", name}, Path: "/cards?status=published",
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seed notices: %w", err)
	}
	library, err := help.Load(articles.Files)
	if err != nil {
		return err
	}
	s := &help.Service{DB: db, Library: library}
	for slug, said := range map[string][]bool{"api-keys": {true, true, false}, "aic": {true, false, false}, "activate": {true, true, true}} {
		for _, helped := range said {
			if err := s.Vote(ctx, "127.0.0.1", slug, i18n.Uz, helped); err != nil {
				return fmt.Errorf("seed opinions of help: %w", err)
			}
		}
	}
	return nil
}
