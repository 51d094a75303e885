package moderation

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// sumEvery is how often days that are over are looked for.
const sumEvery = time.Hour

// DaysArgs asks to sum up the decisions of days that are over.
type DaysArgs struct{}

// Kind names the job.
func (DaysArgs) Kind() string { return "moderation.sum_days" }

// Register adds the worker that keeps statistics.
func Register(r *jobs.Runner, db *pgxpool.Pool) {
	jobs.Add(r, jobs.Func[DaysArgs](func(ctx context.Context, _ DaysArgs) error { return SumDays(ctx, db) }))
	r.Every(sumEvery, DaysArgs{})
}

// SumDays sums up the decisions of days that are over; done twice it does nothing.
func SumDays(ctx context.Context, db *pgxpool.Pool) error {
	return pg.InTx(ctx, db, func(tx pg.Tx) error { return sumDays(ctx, tx) })
}
