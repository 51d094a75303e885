package help

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
)

// Service counts whether articles helped.
type Service struct {
	DB      *pgxpool.Pool
	Library *Library
}

// votes is how often one address may say whether articles helped.
func votes() limit.Rule { return limit.Rule{Name: "help.vote", Max: 30, Per: time.Hour} }

// Vote counts that an article helped its reader, or did not; ErrNotFound when
// there is no such article. from is the reader's address, which is not kept.
//
//gate:none everybody reads help and may say whether it did
func (s *Service) Vote(ctx context.Context, from, slug string, lang i18n.Lang, helped bool) error {
	if _, err := s.Library.Article(lang, slug); err != nil {
		return err
	}
	if err := limit.Need(ctx, s.DB, votes(), from); err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return countVote(ctx, tx, slug, lang.Code(), helped) })
}

// Opinion is what readers of an article said.
type Opinion struct {
	Slug     string
	Language string
	Yes, No  int
}

// Opinions gives what readers said of each article and language; those of whom
// nobody said anything are left out.
func (s *Service) Opinions(ctx context.Context, o actor.Operator) ([]Opinion, error) {
	if err := o.Need(perm.OpOrgRead); err != nil {
		return nil, err
	}
	return opinions(ctx, s.DB)
}
