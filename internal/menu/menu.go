// Package menu counts what the menu of every page says beside its lines: cards to
// correct, notices and answers to read, invoices to answer.
//
// The numbers belong to four features. They are read here in one statement,
// because every page of a member pays for it (decision 0023); each counts what the
// list behind its line shows.
package menu

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
)

// How far is counted: who has more is not helped by the number.
const (
	MaxReturned = 10_000
	MaxUnread   = notice.MaxUnread
	MaxWaiting  = 10_000
)

// Counts are the numbers of a member's menu; 0 where a right is missing.
type Counts struct {
	Returned int // cards the operator returned, within the reader's groups
	Unread   int // notices, of every organization of the reader's, and announcements not read
	Answers  int // own requests to the operator with words the reader has not read; none that is closed
	Waiting  int // invoices that wait for an answer, within the reader's groups
}

// Service counts.
type Service struct{ DB *pgxpool.Pool }

// Counts reads the numbers that the actor's rights show.
//
//gate:none each right decides about its number; without any nothing is read
func (s *Service) Counts(ctx context.Context, a actor.Actor) (Counts, error) {
	ask := wants{
		returned: a.Need(perm.CardRead) == nil,
		unread:   a.Need(perm.OrgRead) == nil,
		waiting:  a.Need(perm.DocAccept) == nil,
	}
	if ask == (wants{}) {
		return Counts{}, nil
	}
	return countsOf(ctx, s.DB, a, ask)
}

// wants says which numbers are read.
type wants struct{ returned, unread, waiting bool }
