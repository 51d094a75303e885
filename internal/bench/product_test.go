package bench

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabinet/internal/app"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// productProgram is how the portal's connections are told from others.
const productProgram = "kabinet"

// gcs is how the setting of the garbage collector was decided, and how it can
// be looked at again.
var gcs = flag.String("gc", "", "further GOGC settings to compare the list under: 50,100,400")

// environment is that of a portal in production, besides the database.
func environment() []string {
	secret := sha256.Sum256([]byte("of nobody"))
	return []string{
		"KABINET_BASE_URL=https://kabinet.example",
		"KABINET_LISTEN=127.0.0.1:0",
		"KABINET_ADMIN_LISTEN=127.0.0.1:0",
		"KABINET_SECRET_KEY=" + base64.StdEncoding.EncodeToString(secret[:]),
		"KABINET_SMTP_HOST=127.0.0.1", "KABINET_SMTP_TLS=none",
		"KABINET_SMTP_FROM=notifier@kabinet.example",
		"KABINET_EIMZO_URL=http://127.0.0.1:9", "KABINET_EIMZO_HOST=kabinet.example",
		"KABINET_SUPPORT_EMAIL=help@kabinet.example",
	}
}

// portal assembles the whole portal; the bare page is mounted in it too.
func portal(ctx context.Context, log *slog.Logger, lines ...string) (*app.App, error) {
	conf, problems := config.Load(append(environment(), lines...))
	if problems = append(problems, conf.Validate(true)...); len(problems) > 0 {
		return nil, problems.Err()
	}
	db, err := pg.Open(ctx, pg.Config{URL: conf.Database.URL.Reveal(), MaxConns: bareConns, AppName: productProgram})
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, db.Close)
	return app.New(ctx, conf, log, app.Options{Version: "bench", Extra: func(m app.Mux) { m.Get(barePath, barePage(db)) }})
}

// serveProduct is the portal as `kabinet serve` runs it, all middleware and
// background work included. Its log goes to a file, as in production.
func serveProduct(ctx context.Context, ready func(string)) error {
	lines, err := os.CreateTemp(filepath.Dir(os.Args[0]), "kabinet-*.log")
	if err != nil {
		return err
	}
	defer os.Remove(lines.Name())
	defer lines.Close()
	a, err := portal(ctx, logx.New(lines, "json", "info"), append(os.Environ(), "KABINET_DATABASE_URL="+*database)...)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, ready)
}

// productSides are the portal's pages, as signed-in people open them. "chain" is
// the bare page itself behind everything a signed-in request goes through: what
// the portal adds to a page of the same content.
func productSides(tb testing.TB, url string) []side {
	tb.Helper()
	p := start(tb, "product", url)
	staff := func(path string) [][]byte {
		return each(sessions, func(n int) []byte { return get(path, fmt.Sprintf("__Host-kabinet=staff-%d", n)) })
	}
	member := func(path string) [][]byte {
		return each(sessions, func(n int) []byte { return get(path, fmt.Sprintf("__Host-kabinet=member-%d", n)) })
	}
	reader := func(paths ...string) [][]byte { // of cards: all members but the first six
		return each(sessions-6, func(n int) []byte { return get(paths[n%len(paths)], fmt.Sprintf("__Host-kabinet=member-%d", n+6)) })
	}
	sides := []side{
		{"chain", p, productProgram, each(sessions, func(n int) []byte {
			return get(fmt.Sprintf("/bare/%d", n), fmt.Sprintf("__Host-kabinet=staff-%d", n))
		})},
		{"list", p, productProgram, staff("/op/orgs")},
		{"home", p, productProgram, member("/home")},
		{"cards", p, productProgram, reader("/cards")},
		{"cards, search", p, productProgram, reader("/cards?q=sut", "/cards?q=%D0%B2%D0%BE%D0%B4%D0%B0", "/cards?q=pivo+oydin", "/cards?q=04780000", "/cards?q=qwrtyp")},
		{"activate", p, productProgram, each(sessions, func(n int) []byte { return get("/activate/"+token(n), "") })},
	}
	for gc := range strings.FieldsFuncSeq(*gcs, func(r rune) bool { return r == ',' }) {
		sides = append(sides, side{"list, GOGC=" + gc, start(tb, "product", url, "GOGC="+gc), productProgram, staff("/op/orgs")})
	}
	return sides
}

// token opens the letter of the nth organization that was written to.
func token(n int) string {
	t := []byte("bench")
	for _, d := range fmt.Sprint(n) {
		t = append(t, byte(d)-'0'+'a')
	}
	for len(t) < 32 {
		t = append(t, 'k')
	}
	return string(t)
}
