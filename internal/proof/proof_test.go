package proof_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

var (
	director = edstest.Person{
		CN: "AHMEDOV BOTIR QODIROVICH", PINFL: "31508801234567", PersonTIN: "412345678", OrgTIN: "302118447",
		Org: "ZARAFSHON SUT MCHJ", Position: "direktor",
	}
	visitor = eds.Client{Host: "kabinet.example", IP: "192.0.2.7"}
)

// desk is a service with a real verifier, an authority of its own and a real
// database.
type desk struct {
	*proof.Service
	db        *pgxpool.Pool
	authority *edstest.Authority
	key       edstest.Key
}

func newDesk(t *testing.T) desk {
	t.Helper()
	authority, answers := newAuthority(t)
	verifier, err := cms.New(cms.Config{TrustPEM: authority.TrustPEM(), Now: clock.System, HTTP: answers.Client()})
	if err != nil {
		t.Fatal(err)
	}
	root := sha256.Sum256([]byte(t.Name()))
	box, err := seal.New(root[:])
	if err != nil {
		t.Fatal(err)
	}
	key, err := authority.Issue(director)
	if err != nil {
		t.Fatal(err)
	}
	db := pgtest.New(t)
	return desk{
		Service:   &proof.Service{DB: db, Verifier: verifier, Box: box, Name: "cms", Statements: true},
		db:        db,
		authority: authority,
		key:       key,
	}
}

func newAuthority(t *testing.T) (*edstest.Authority, *httptest.Server) {
	t.Helper()
	answers := httptest.NewUnstartedServer(nil)
	authority, err := edstest.NewAuthority(clock.System, "http://"+answers.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	answers.Config.Handler = authority.Handler()
	answers.Start()
	t.Cleanup(answers.Close)
	return authority, answers
}

func (d desk) ask(t *testing.T, session string, p proof.Purpose, words string) proof.Challenge {
	t.Helper()
	c, err := d.NewChallenge(t.Context(), session, p, words, visitor)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (d desk) answer(t *testing.T, session string, p proof.Purpose, id, signed string) (proof.Signature, error) {
	t.Helper()
	return d.Verify(t.Context(), session, p, id, signed, visitor)
}

// sign is what E-IMZO gives back for a text.
func sign(k edstest.Key, text string) string {
	return base64.StdEncoding.EncodeToString(edstest.Message{Key: k, Content: []byte(text), At: clock.System(), BER: true}.Encode())
}

func TestVerifyGivesTheSignerOfTheText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.ask(t, "browser", proof.Activation, "I activate the account")
	if !strings.HasPrefix(c.Text, "I activate the account\nhost=kabinet.example; purpose=activation; nonce=") {
		t.Errorf("text to sign: %q", c.Text)
	}
	s, err := d.answer(t, "browser", proof.Activation, c.ID, sign(d.key, c.Text))
	if err != nil {
		t.Fatal(err)
	}
	if s.Signer.OrgTIN != director.OrgTIN || s.Signer.PINFL != director.PINFL || s.Body != c.Text || len(s.Container) == 0 {
		t.Errorf("signature: %+v", s)
	}
}

func TestAChallengeIsGoodForOneSessionOnePurposeAndOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	refused := func(name string, err error) {
		t.Helper()
		if !errors.Is(err, proof.ErrChallenge) {
			t.Errorf("%s: %v, want ErrChallenge", name, err)
		}
	}

	c := d.ask(t, "browser", proof.SignIn, "")
	_, err := d.answer(t, "other browser", proof.SignIn, c.ID, sign(d.key, c.Text))
	refused("in another session", err)
	_, err = d.answer(t, "browser", proof.Activation, c.ID, sign(d.key, c.Text))
	refused("for another purpose", err)
	if _, err = d.answer(t, "browser", proof.SignIn, c.ID, sign(d.key, c.Text)); err != nil {
		t.Fatalf("its own: %v", err)
	}
	_, err = d.answer(t, "browser", proof.SignIn, c.ID, sign(d.key, c.Text))
	refused("twice", err)

	for _, id := range []string{"", "1", "not-an-id", strings.ToUpper(c.ID), c.ID + "0", strings.Repeat("0", 36), "00000000-0000-0000-0000-000000000000"} {
		_, err = d.answer(t, "browser", proof.SignIn, id, sign(d.key, c.Text))
		refused("id "+id, err)
	}

	c = d.ask(t, "browser", proof.SignIn, "")
	if _, err = d.answer(t, "browser", proof.SignIn, c.ID, "%%%"); !errors.Is(err, proof.ErrMalformed) {
		t.Errorf("no message at all: %v", err)
	}
	_, err = d.answer(t, "browser", proof.SignIn, c.ID, sign(d.key, c.Text))
	refused("after a failed attempt", err)

	first := d.ask(t, "browser", proof.SignIn, "")
	second := d.ask(t, "browser", proof.SignIn, "")
	_, err = d.answer(t, "browser", proof.SignIn, first.ID, sign(d.key, first.Text))
	refused("replaced by a newer one", err)
	if _, err = d.answer(t, "browser", proof.SignIn, second.ID, sign(d.key, second.Text)); err != nil {
		t.Errorf("the newer one: %v", err)
	}
}

func TestAChallengeEndsByTheDatabasesClock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, tt := range []struct {
		purpose proof.Purpose
		age     time.Duration
		good    bool
	}{
		{proof.SignIn, 119 * time.Second, true},
		{proof.SignIn, 120 * time.Second, false},
		{proof.Activation, 599 * time.Second, true},
		{proof.Activation, 600 * time.Second, false},
	} {
		c := d.ask(t, "browser", tt.purpose, "")
		d.exec(t, `update eds_challenges set created_at = created_at - $2::interval, expires_at = expires_at - $2::interval where id = $1`, c.ID, tt.age)
		_, err := d.answer(t, "browser", tt.purpose, c.ID, sign(d.key, c.Text))
		if (err == nil) != tt.good {
			t.Errorf("%s after %s: %v", tt.purpose, tt.age, err)
		}
	}
}

func TestEveryRefusalOfTheVerifierHasItsFault(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	issue := func(o ...edstest.Option) edstest.Key {
		k, err := d.authority.Issue(director, o...)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	revoked := issue()
	d.authority.Revoke(revoked.Certificate)
	foreign, _ := newAuthority(t)
	stranger, err := foreign.Issue(director)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(m edstest.Message) string { return base64.StdEncoding.EncodeToString(m.Encode()) }
	now := clock.System()
	for name, tt := range map[string]struct {
		message func(text string) string
		want    *fault.Error
		kind    fault.Kind
	}{
		"not base64": {func(string) string { return "no signature" }, proof.ErrMalformed, fault.Invalid},
		"too large":  {func(string) string { return strings.Repeat("MIAG", eds.MaxMessage) }, proof.ErrMalformed, fault.Invalid},
		"junk":       {func(string) string { return "MIAGMIAG" }, proof.ErrMalformed, fault.Invalid},
		"detached": {func(s string) string {
			return encode(edstest.Message{Key: d.key, Content: []byte(s), At: now, Detached: true})
		}, proof.ErrMalformed, fault.Invalid},
		"signature flipped": {func(s string) string {
			return encode(edstest.Message{Key: d.key, Content: []byte(s), At: now, FlipSignature: true})
		}, proof.ErrSignature, fault.Invalid},
		"statement changed": {func(s string) string { return sign(d.key, s+" ") }, proof.ErrChallenge, fault.Gone},
		"expired":           {func(s string) string { return sign(issue(edstest.Expired()), s) }, proof.ErrExpired, fault.Invalid},
		"not yet valid":     {func(s string) string { return sign(issue(edstest.NotYetValid()), s) }, proof.ErrExpired, fault.Invalid},
		"revoked":           {func(s string) string { return sign(revoked, s) }, proof.ErrRevoked, fault.Invalid},
		"foreign authority": {func(s string) string { return sign(stranger, s) }, proof.ErrCertificate, fault.Invalid},
		"authority's own":   {func(s string) string { return sign(issue(edstest.AsAuthority()), s) }, proof.ErrCertificate, fault.Invalid},
		"clock behind": {func(s string) string {
			return encode(edstest.Message{Key: d.key, Content: []byte(s), At: now.Add(-time.Hour)})
		}, proof.ErrClock, fault.Invalid},
		"clock ahead": {func(s string) string {
			return encode(edstest.Message{Key: d.key, Content: []byte(s), At: now.Add(time.Hour)})
		}, proof.ErrClock, fault.Invalid},
		"service silent": {func(s string) string {
			return sign(issue(edstest.Sources(nil, []string{"http://127.0.0.1:1/x.crl"})), s)
		}, proof.ErrUnavailable, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			c := d.ask(t, name, proof.Activation, "words")
			_, err := d.answer(t, name, proof.Activation, c.ID, tt.message(c.Text))
			if !errors.Is(err, tt.want) || fault.KindOf(err) != tt.kind {
				t.Errorf("%v (kind %d), want %v", err, fault.KindOf(err), tt.want)
			}
			if tt.kind == fault.Unavailable {
				if f, _ := fault.As(err); f.RetryAfter == 0 {
					t.Error("does not say when to try again")
				}
			}
		})
	}
}

func TestOfManyAnswersToOneChallengeOneIsJudged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for round := range 50 {
		session := "browser " + strconv.Itoa(round)
		c := d.ask(t, session, proof.SignIn, "")
		signed := sign(d.key, c.Text)
		var won sync.Map
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				_, err := d.Verify(context.WithoutCancel(t.Context()), session, proof.SignIn, c.ID, signed, visitor)
				if err == nil {
					won.Store(i, true)
				} else if !errors.Is(err, proof.ErrChallenge) {
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		wg.Wait()
		n := 0
		won.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Fatalf("round %d: %d winners", round, n)
		}
	}
}

func TestEvidenceIsSealedAndKeptOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values (1, '302118447', 'mchj', '', '', '', '', '', '', '', '', '', '', 'uz', 'imported', '', '')`)
	c := d.ask(t, "browser", proof.Activation, "words")
	s, err := d.answer(t, "browser", proof.Activation, c.ID, sign(d.key, c.Text))
	if err != nil {
		t.Fatal(err)
	}
	keep := func() error {
		return pg.InTx(t.Context(), d.db, func(tx pg.Tx) error { return d.KeepTx(t.Context(), tx, 1, s) })
	}
	if err := keep(); err != nil {
		t.Fatal(err)
	}
	if err := keep(); !errors.Is(err, proof.ErrReused) {
		t.Errorf("kept twice: %v", err)
	}
	var purpose, body, serial, tin, verifier string
	var sealed, mac []byte
	err = d.db.QueryRow(t.Context(), `select purpose, body, serial, org_tin, verifier, container_sealed, pinfl_mac from eds_signatures`).
		Scan(&purpose, &body, &serial, &tin, &verifier, &sealed, &mac)
	if err != nil {
		t.Fatal(err)
	}
	if purpose != "activation" || body != c.Text || serial != s.Signer.Serial || tin != "302118447" || verifier != "cms" || len(mac) != 32 {
		t.Errorf("row: %s %q %s %s %s %x", purpose, body, serial, tin, verifier, mac)
	}
	if strings.Contains(string(sealed), director.PINFL) || len(sealed) != len(s.Container)+seal.Overhead {
		t.Error("the container is not sealed")
	}
}

func TestWithTheServersOwnChallengeOnlyThatIsSigned(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Statements = false
	c := d.ask(t, "browser", proof.Activation, "I activate\nthe account")
	if strings.Contains(c.Text, "\n") || !strings.HasPrefix(c.Text, "host=") {
		t.Fatalf("text to sign: %q", c.Text)
	}
	var seconds int
	if err := d.db.QueryRow(t.Context(), `select extract(epoch from expires_at - created_at)::int from eds_challenges where id = $1`, c.ID).Scan(&seconds); err != nil {
		t.Fatal(err)
	}
	if seconds != 120 {
		t.Errorf("lives %d s, but the server forgets it after 120 s", seconds)
	}
	s, err := d.answer(t, "browser", proof.Activation, c.ID, sign(d.key, c.Text))
	if err != nil || s.Body != "I activate\nthe account\n"+c.Text {
		t.Errorf("%q, %v", s.Body, err)
	}
}

func TestCleanKeepsWhatIsStillOfUse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	old, young := d.ask(t, "a", proof.SignIn, ""), d.ask(t, "b", proof.SignIn, "")
	d.exec(t, `update eds_challenges set expires_at = now() - interval '25 hours' where id = $1`, old.ID)
	if err := d.Clean(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left string
	if err := d.db.QueryRow(t.Context(), `select string_agg(id::text, ',') from eds_challenges`).Scan(&left); err != nil || left != young.ID {
		t.Errorf("left %s, want %s (%v)", left, young.ID, err)
	}
}

func (d desk) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := d.db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func TestChallengesAreRationed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, tt := range []struct {
		purpose                proof.Purpose
		rule                   string
		ofSession, ofAnAddress int
	}{
		{proof.SignIn, "proof", 10, 100},
		{proof.Card, "proof.work", 60, 600}, // though the same people used up the first
	} {
		t.Run(string(tt.purpose), func(t *testing.T) {
			ask := func(session, ip string) error {
				_, err := d.NewChallenge(t.Context(), session, tt.purpose, "", eds.Client{Host: "kabinet.example", IP: ip})
				return err
			}
			for i := range tt.ofSession {
				if err := ask("busy", "192.0.2.1"); err != nil {
					t.Fatalf("challenge %d: %v", i+1, err)
				}
			}
			err := ask("busy", "192.0.2.1")
			if f, _ := fault.As(err); !errors.Is(err, proof.ErrTooMany) || f.RetryAfter <= 0 {
				t.Errorf("one more of a session: %v", err)
			}
			if err := ask("colleague", "192.0.2.1"); err != nil {
				t.Errorf("a colleague at the same address: %v", err)
			}
			d.exec(t, `update rate_limits set n = $2 where key = $1`, tt.rule+".address:192.0.2.1", tt.ofAnAddress)
			if err := ask("another", "192.0.2.1"); !errors.Is(err, proof.ErrTooMany) {
				t.Errorf("one more of an address: %v", err)
			}
			if err := ask("another", "192.0.2.2"); err != nil {
				t.Errorf("another address: %v", err)
			}
		})
	}
}
