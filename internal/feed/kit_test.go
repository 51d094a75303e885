package feed_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// chief may do everything with feeds, and signed a moment ago.
var chief = actor.Operator{StaffID: 4, Name: "Timur", Rights: perm.Rights([]string{"op_admin"}), SessionKey: "s"}

// bench is a service with sinks of its own, which keep things as a feature would.
type bench struct {
	*feed.Service
	t  testing.TB
	db *pgxpool.Pool
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t, db: pgtest.New(t)}
	b.exec(`insert into staff (id, name, pinfl_mac, roles) values (4, 'Timur', 's', '{op_admin}')`)
	b.exec(`insert into sessions (token_hash, staff_id, data, expires_at, proved_at) values ('s', 4, '', now() + interval '1 hour', now())`)
	b.exec(`create table things (feed text, source_id text, version bigint, body jsonb, tin text, primary key (feed, source_id, version))`)
	b.Service = &feed.Service{DB: b.db, Sinks: map[string]feed.Sink{feed.Declaration: things, feed.Receipt: things, feed.Invoice: things}}
	return b
}

// things is a sink as features write them. What the body says drives it.
func things(ctx context.Context, tx pg.Tx, m feed.Message) error {
	var say struct{ Fail, Nobody, Panic, SQL string }
	if err := json.Unmarshal(m.Body, &say); err != nil {
		return feed.Poison(errors.New("fail: not what it should be"))
	}
	if say.Panic != "" {
		panic(say.Panic)
	}
	if say.Nobody != "" {
		var there bool
		if err := tx.QueryRow(ctx, `select exists (select from tin_registry where tin = $1)`, m.TIN).Scan(&there); err != nil || !there {
			return errors.Join(err, feed.ErrNobodys)
		}
	}
	tag, err := tx.Exec(ctx, `insert into things (feed, source_id, version, body, tin) values ($1, $2, $3, $4, $5) on conflict do nothing`,
		m.Feed, m.SourceID, m.Version, m.Body, m.TIN)
	switch {
	case err != nil:
		return err
	case say.SQL != "":
		_, err := tx.Exec(ctx, `select 1 / 0`)
		return err
	case say.Fail != "": // after it has written
		return feed.Poison(errors.New(say.Fail))
	}
	var newest int64
	var same bool
	err = tx.QueryRow(ctx, `select max(version), bool_or(version = $3 and body = $4) from things where feed = $1 and source_id = $2`,
		m.Feed, m.SourceID, m.Version, m.Body).Scan(&newest, &same)
	switch {
	case err != nil:
		return err
	case tag.RowsAffected() == 0 && same:
		return feed.ErrDuplicate
	case tag.RowsAffected() == 0:
		return feed.ErrConflict
	case newest > m.Version:
		return feed.ErrOlder
	}
	return nil
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.db.Exec(context.WithoutCancel(b.t.Context()), sql, args...); err != nil {
		b.t.Fatalf("%s: %v", sql, err)
	}
}

func (b *bench) count(sql string, args ...any) (n int) {
	b.t.Helper()
	b.check(b.db.QueryRow(b.t.Context(), sql, args...).Scan(&n))
	return n
}

func (b *bench) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// quiet is the test's context without the log: refusals are meant.
func (b *bench) quiet() context.Context {
	return logx.Into(b.t.Context(), slog.New(slog.DiscardHandler))
}

// caller is a source that was let in.
func (b *bench) caller(code string) feed.Caller {
	b.t.Helper()
	b.exec(`update feed_tokens set revoked_at = now() where feed_id = (select id from feeds where code = $1)`, code)
	secret, err := b.NewToken(b.t.Context(), chief, code)
	b.check(err)
	c, _, err := b.Enter(b.t.Context(), feed.Knock{Authorization: "Bearer " + secret.Reveal(), Code: code, IP: "192.0.2.7"})
	b.check(err)
	return c
}

// take delivers messages and gives the outcome of each.
func (b *bench) take(c feed.Caller, raws ...string) []feed.Outcome {
	b.t.Helper()
	all := make([][]byte, len(raws))
	for i, r := range raws {
		all[i] = []byte(r)
	}
	_, results, err := b.Take(b.quiet(), c, all)
	b.check(err)
	outcomes := make([]feed.Outcome, len(results))
	for i, r := range results {
		outcomes[i] = r.Outcome
	}
	return outcomes
}

// msg is a message about id; body is the inside of an object.
func msg(id string, version int, body string) string {
	return fmt.Sprintf(`{"id":%q,"version":%d,"occurred_at":"2026-11-20T10:00:00+05:00","tin":"301000001","body":{%s}}`, id, version, body)
}

func (b *bench) source(code string) feed.Source {
	b.t.Helper()
	h, err := b.One(b.t.Context(), chief, code)
	b.check(err)
	return h.Source
}

// mended is the sink after a fault in it was mended: what failed before is taken.
func mended(ctx context.Context, tx pg.Tx, m feed.Message) error {
	m.Body = bytes.ReplaceAll(m.Body, []byte(`"fail"`), []byte(`"was"`))
	return things(ctx, tx, m)
}
