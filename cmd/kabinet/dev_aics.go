//go:build dev

package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/aic"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/feed"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/eimzosim"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

// border lets invented customs say what became of the company's AICs.
type border struct {
	aics *aic.Service
	now  time.Time
}

// seedAICs gives the company at work AICs in every state; one of them the director
// disbands with a signature, and customs come too late for it.
func seedAICs(ctx context.Context, w *workshop, db *pgxpool.Pool, box *seal.Box, director actor.Actor) error {
	verifier, err := cms.New(cms.Config{TrustPEM: w.sim.TrustPEM(), Now: clock.System, ChallengeTTL: w.conf.EDS.ChallengeTTL})
	if err != nil {
		return err
	}
	b := border{now: clock.System().UTC(), aics: &aic.Service{
		DB: db, Accounts: &account.Service{DB: db, Box: box}, Host: "localhost",
		Proof: &proof.Service{DB: db, Verifier: verifier, Box: box, Name: "cms", Statements: true},
	}}
	for n, states := range [][]string{
		{"formed"}, {"formed"}, {"formed"}, {"formed", "declared"}, {"formed", "declared", "released"}, {"formed", "refused"}, {"formed"},
	} {
		for v, state := range states {
			if err := b.take(ctx, db, b.said(n, int64(v+1), state)); err != nil {
				return err
			}
		}
	}
	if err := b.disband(ctx, w, director, 6); err != nil {
		return err
	}
	late := b.said(6, 2, "declared")
	late.OccurredAt = b.now
	return b.take(ctx, db, late)
}

func (b border) take(ctx context.Context, db *pgxpool.Pool, m feed.Message) error {
	err := pg.InTx(ctx, db, func(tx pg.Tx) error { return b.aics.TakeTx(ctx, tx, m) })
	if err != nil {
		return fmt.Errorf("AIC %s: %w", m.SourceID, err)
	}
	return nil
}

// number is that of the nth AIC; each is nine days older than the one before.
func (b border) number(n int) string {
	day := b.now.AddDate(0, 0, -3-9*n)
	return fmt.Sprintf("00000%s%s%05d", companyTIN, day.Format("020106"), n+1)
}

func (b border) said(n int, version int64, state string) feed.Message {
	m := map[string]any{"number": b.number(n), "state": state}
	switch state {
	case "formed":
		codes := make([]string, 0, 120)
		for k := range 120 {
			codes = append(codes, fmt.Sprintf("01%s21%02d%04dQw'Z+aB", glovesGTIN, n, k))
		}
		m["group"] = "medicals"
		m["lines"] = []any{
			map[string]any{"gtin": glovesGTIN, "name": "Nitril qoʻlqop, M, 100 dona", "codes": codes},
			map[string]any{"gtin": nobodyGTIN, "name": "Shprits 5 ml", "count": 400 + n},
		}
	case "refused":
		m["refusal"] = map[string]any{"stage": "declaration", "reason": "Kodlar soni deklaratsiyadagidan farq qiladi"}
	default:
		m["declaration"] = map[string]any{"number": fmt.Sprintf("26003/%s/%07d", b.now.Format("020106"), 4400+n), "date": b.now.AddDate(0, 0, -2).Format(time.DateOnly), "authority": "26003 Toshkent-AERO"}
	}
	body, _ := json.Marshal(m) // texts and numbers never fail
	return feed.Message{
		Feed: "customs-aic", SourceID: b.number(n), Kind: feed.AIC, Version: version, TIN: string(companyTIN), Body: body,
		OccurredAt: b.now.AddDate(0, 0, -3-9*n).Add(time.Duration(version) * time.Hour),
	}
}

// disband signs for one with the director's key.
func (b border) disband(ctx context.Context, w *workshop, director actor.Actor, n int) error {
	p, err := b.aics.Find(ctx, director, aic.Filter{Number: b.number(n), Size: 1})
	if err != nil || len(p.Rows) != 1 {
		return fmt.Errorf("%d AICs to disband: %w", len(p.Rows), err)
	}
	ids := []int64{p.Rows[0].ID}
	asked, err := b.aics.Challenge(ctx, director, ids)
	if err != nil {
		return err
	}
	keys := w.sim.Keys()
	at := slices.IndexFunc(keys, func(k eimzosim.Key) bool { return k.Person.PINFL == string(directorPINFL) && len(k.Flaws) == 0 })
	if at < 0 {
		return errors.New("nobody in the cast has the number of the director")
	}
	container := keys[at].Sign([]byte(asked.Text), clock.System())
	_, err = b.aics.Disband(ctx, director, ids, aic.Signed{Challenge: asked.ID, PKCS7: base64.StdEncoding.EncodeToString(container)})
	return err
}
