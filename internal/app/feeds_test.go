package app

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
	"kabinet/internal/feed/feedsim"
)

// TestFeeds goes the whole way: a source calls over the network, and what it says
// is in the rooms of the organization it is about.
func TestFeeds(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	a.exec(t, stage)
	a.exec(t, `insert into staff (id, name, pinfl_mac, roles) values (1, 'Timur', '\x01', '{op_admin}')`)
	a.exec(t, `insert into sessions (token_hash, staff_id, data, expires_at, proved_at) values ('s', 1, '', now() + interval '1 hour', now())`)
	a.exec(t, `insert into feeds (code, kind, name_uz, name_ru, name_en, expected_minutes) values ('edo', 'invoice', 'E', 'Э', 'E', 60)`)
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	chief := actor.Operator{StaffID: 1, Name: "Timur", Rights: perm.Rights([]string{"op_admin"}), SessionKey: "s"}
	here, there := feedsim.Company{TIN: "300000001", Name: "Tashkilot 1"}, feedsim.Company{TIN: "300000002", Name: "Tashkilot 2"}
	unknown := feedsim.Company{TIN: "300000009", Name: "Hech kim"}

	for code, kind := range map[string]string{
		"edo": feed.Invoice, "customs": feed.Declaration, "customs-aic": feed.AIC, "fiscal": feed.Receipt, "operations": feed.Operation,
	} {
		t.Run(kind, func(t *testing.T) {
			secret, err := a.rooms.feeds.feeds.NewToken(t.Context(), chief, code)
			if err != nil {
				t.Fatal(err)
			}
			source := feedsim.Source{Code: code, Kind: kind, Token: secret.Reveal()}
			now := clock.System().Add(-time.Minute)
			first, second := source.Sample(2, now, here, there), source.Sample(3, now, here, there)
			stranger := source.Sample(4, now, unknown, unknown)
			got := delivered(t, server, source, first, second, first, stranger)
			want := []feed.Outcome{feed.Taken, feed.Taken, feed.Duplicate, feed.Nobodys}
			if !slices.Equal(got.Outcomes(), want) {
				t.Errorf("got %+v, want %v", got.Results, want)
			}
			if got := delivered(t, server, source); got.Stored != 0 {
				t.Errorf("an empty call: %+v", got)
			}
		})
	}
	for table, want := range map[string]int{"documents": 4 + 2 + 2, "receipts": 2, "aics": 2} {
		var n int
		if err := a.db.QueryRow(t.Context(), `select count(*) from `+table).Scan(&n); err != nil || n < want {
			t.Errorf("%d %s, want %d at least, %v", n, table, want, err)
		}
	}
}

// delivered sends messages over the network.
func delivered(t *testing.T, server *httptest.Server, s feedsim.Source, all ...feedsim.Message) feedsim.Answer {
	t.Helper()
	c, err := s.Call(all...)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+c.Path, bytes.NewReader(c.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range c.Header {
		r.Header.Set(name, value)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	a, err := feedsim.ReadAnswer(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", res.Status, err)
	}
	return a
}
