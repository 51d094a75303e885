package feed_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/feed"
	"kabinet/internal/platform/pg"
)

// BenchmarkTake delivers calls of 1,000 messages of 1 kB beside plain COPY of the
// same bytes: what judging, handing over and remembering cost. The sink writes one
// row.
func BenchmarkTake(b *testing.B) {
	k := newBench(b)
	k.Sinks[feed.Declaration] = func(ctx context.Context, tx pg.Tx, m feed.Message) error {
		_, err := tx.Exec(ctx, `insert into things (feed, source_id, version, body, tin) values ($1, $2, $3, $4, $5)`, m.Feed, m.SourceID, m.Version, m.Body, m.TIN)
		return err
	}
	n := 0
	batch := func() [][]byte {
		all := make([][]byte, 1000)
		for i := range all {
			n++
			all[i] = []byte(msg(fmt.Sprint("m", n), 1, fmt.Sprintf(`"x":"%0900d"`, n)))
		}
		return all
	}
	perSecond := func(b *testing.B) { b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "messages/s") }
	b.Run("take", func(b *testing.B) {
		c := k.caller("customs")
		for b.Loop() {
			if _, results, err := k.Take(b.Context(), c, batch()); err != nil || results[999].Outcome != feed.Taken {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
	b.Run("store", func(b *testing.B) {
		c := k.caller("customs-aic") // has no sink
		for b.Loop() {
			if _, _, err := k.Take(b.Context(), c, batch()); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
	b.Run("copy", func(b *testing.B) {
		k.exec(`create table plain (id bigint generated always as identity primary key, hash bytea, raw bytea)`)
		for b.Loop() {
			all := batch()
			_, err := k.db.CopyFrom(b.Context(), pgx.Identifier{"plain"}, []string{"hash", "raw"}, pgx.CopyFromSlice(len(all), func(i int) ([]any, error) {
				sum := sha256.Sum256(all[i])
				return []any{sum[:], all[i]}, nil
			}))
			if err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
}
