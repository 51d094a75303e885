//go:build dev

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/app"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
	"kabinet/internal/feed/feedsim"
	"kabinet/internal/platform/session"
	"kabinet/internal/staff"
)

// feedKeeper is who makes feeds and tokens.
const feedKeeper = "Timur Operatorov"

// operators of e-documents are invented; the other feeds exist from the first
// migration on.
func edoFeeds() []feed.Draft {
	return []feed.Draft{
		{Code: "edo-aloqa", Kind: feed.Invoice, Uz: "“Hujjat Aloqa”: fakturalar", Ru: "«Hujjat Aloqa»: счета-фактуры", En: "Hujjat Aloqa: e-invoices", Expected: "15"},
		{Code: "edo-raqam", Kind: feed.Invoice, Uz: "“Raqam EHF”: fakturalar", Ru: "«Raqam EHF»: счета-фактуры", En: "Raqam EHF: e-invoices", Expected: "30"},
	}
}

// feedsNow makes a token for every feed, in the place of that of an earlier start,
// and gives the systems that use them.
func feedsNow(ctx context.Context, db *pgxpool.Pool) ([]feedsim.Source, error) {
	op, end, err := administrator(ctx, db)
	if err != nil {
		return nil, err
	}
	defer end()
	feeds := &feed.Service{DB: db}
	for _, d := range edoFeeds() {
		if _, err := feeds.Create(ctx, op, d); err != nil && !errors.Is(err, feed.ErrTaken) {
			return nil, fmt.Errorf("make the feed %s: %w", d.Code, err)
		}
	}
	all, err := feeds.Overview(ctx, op)
	if err != nil {
		return nil, err
	}
	sources := make([]feedsim.Source, 0, len(all))
	for _, h := range all {
		token, err := freshToken(ctx, feeds, op, h.Source)
		if err != nil {
			return nil, fmt.Errorf("token of %s: %w", h.Code, err)
		}
		sources = append(sources, feedsim.Source{Code: h.Code, Kind: h.Kind, Token: token})
	}
	return sources, nil
}

func freshToken(ctx context.Context, feeds *feed.Service, op actor.Operator, src feed.Source) (string, error) {
	tokens, err := feeds.Tokens(ctx, op, src)
	if err != nil {
		return "", err
	}
	for _, t := range tokens {
		if !t.RevokedAt.IsZero() {
			continue
		}
		if err := feeds.Revoke(ctx, op, src.Code, t.ID); err != nil {
			return "", err
		}
	}
	secret, err := feeds.NewToken(ctx, op, src.Code)
	return secret.Reveal(), err
}

// administrator signs the operator's administrator in, until end.
func administrator(ctx context.Context, db *pgxpool.Pool) (op actor.Operator, end func(), err error) {
	anybody := actor.Operator{SessionKey: "seed", Rights: perm.RoleOpAdmin.Rights()} // reads, changes nothing
	s := staff.Service{DB: db}
	page, err := s.List(ctx, anybody, staff.Filter{Query: feedKeeper})
	if err != nil || len(page.Rows) != 1 {
		return op, nil, fmt.Errorf("%d administrators called %s: %w", len(page.Rows), feedKeeper, err)
	}
	i, end, err := atBrowser(ctx, db, session.Who{StaffID: page.Rows[0].ID})
	return i.Operator(atDesk), end, err
}

// lively is the pause between two deliveries of all systems together.
const lively = 20 * time.Second

// play has the systems deliver over the real interface until ctx ends: a day's
// worth at first, with everything that can go wrong, then one message after the
// other. Invoices are those of the company at work, which wait for no answer. The
// customs' AICs fall silent after the first time.
func play(ctx context.Context, baseURL string, sources []feedsim.Source, log *slog.Logger) {
	about := feedsim.Company{TIN: string(companyTIN), Name: "REGISTON TIBBIYOT"}
	partner := feedsim.Company{TIN: "209999992", Name: "“HAMKOR SAVDO” MCHJ"} // not here: nobody gets letters
	stranger := feedsim.Company{TIN: "209999991", Name: "Nomaʼlum"}
	now := clock.System()
	day := now.Truncate(24 * time.Hour) // a second start on one day says the same again
	push := func(s feedsim.Source, all ...feedsim.Message) {
		if err := call(ctx, baseURL, s, all); err != nil && ctx.Err() == nil {
			log.Warn("invented delivery failed", "feed", s.Code, "error", err.Error())
		}
	}
	for _, s := range sources {
		var all []feedsim.Message
		for n := range 12 {
			all = append(all, s.Sample(2*n, day.Add(-time.Duration(n)*2*time.Hour), about, partner))
		}
		nobody, broken, other := s.Sample(50, day, stranger, partner), s.Sample(52, day, about, partner), s.Sample(0, day, about, partner)
		broken.Body = map[string]any{"type": "?", "pinfl": "31503850000014"}
		other.Body["number"] = "0"
		push(s, append(all, all[3], nobody, broken, other)...)
	}
	tick := time.NewTicker(lively)
	defer tick.Stop()
	for n := 100 + int(now.Unix()%1_000_000); ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if s := sources[n%len(sources)]; s.Kind != feed.AIC {
			push(s, s.Sample(2*n, clock.System(), about, partner))
		}
	}
}

// call sends messages as a program of a source does.
func call(ctx context.Context, baseURL string, s feedsim.Source, all []feedsim.Message) error {
	c, err := s.Call(all...)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, baseURL+c.Path, bytes.NewReader(c.Body))
	if err != nil {
		return err
	}
	for name, value := range c.Header {
		r.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", c.Path, res.Status)
	}
	_, err = feedsim.ReadAnswer(res.Body)
	return err
}

// deliver lets the invented state systems call the portal at an address.
func (w *workshop) deliver(ctx context.Context, baseURL string, log *slog.Logger) {
	db, err := app.Open(ctx, w.conf, log)
	if err != nil {
		return // the portal itself says so
	}
	sources, err := feedsNow(ctx, db)
	db.Close()
	if err != nil {
		log.Warn("no invented deliveries", "error", err.Error())
		return
	}
	play(ctx, baseURL, sources, log)
}
