package technicalhttp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
	"kabinet/internal/technical"
)

func TestAProgramSignsInAndLearnsWhoItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(`insert into org_product_groups (org_id, group_id, issuer, status) select 1, min(id), true, 'active' from product_groups`)
	d.exec(`insert into member_groups (org_id, member_id, group_id) select 1, 21, min(id) from product_groups`)
	d.exec(`update members set all_places = true where id = 21`)

	in := d.signIn("  "+strings.ToUpper(d.login)+" ", secret)
	if in.status != 200 || in.TokenType != "BEARER" || in.ExpiresIn != 1_800_000 || len(in.AccessToken) != 43 || len(in.RefreshToken) != 43 || in.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", in.status, in.body)
	}
	if n := d.number(`select count(*) from technical_tokens where encode(token_hash, 'escape') like '%' || $1 || '%'`, in.AccessToken); n != 0 {
		t.Error("a token is stored")
	}
	if n := d.number(`select count(*) from technical_tokens where kind = 'access' and expires_at - created_at = interval '30 minutes'
		or kind = 'refresh' and expires_at - created_at = interval '12 hours' and family_ends_at - created_at = interval '168 hours'`); n != 2 {
		t.Errorf("%d tokens with the right lives", n)
	}
	if n := d.number(`select count(*) from audit_log where action = 'technical.enter' and org_id = 1 and actor_id = '21' and ip = '198.51.100.7'`); n != 1 {
		t.Errorf("%d lines", n)
	}
	me := d.me(in.AccessToken)
	var who struct {
		Login, Name  string
		Roles        []string
		Organization struct {
			TIN  string
			Name map[string]string
		}
		ProductGroups, Places struct {
			All bool
			IDs []string
		}
		ExpiresIn int64
	}
	if err := json.Unmarshal([]byte(me.body), &who); err != nil || me.status != 200 {
		t.Fatalf("%d %s %v", me.status, me.body, err)
	}
	if who.Login != d.login || who.Name != "Line 1" || !slices.Equal(who.Roles, []string{"code_issuer", "default"}) || who.Organization.TIN != "302118447" ||
		who.Organization.Name["ru"] != "ООО «Зарафшон Сут»" || who.ProductGroups.All || len(who.ProductGroups.IDs) != 1 || !who.Places.All || who.ExpiresIn <= 0 {
		t.Errorf("%s", me.body)
	}
	if _, english := who.Organization.Name["en"]; english {
		t.Error("a name that is not there")
	}
	if n := d.number(`select count(*) from technical_users where last_used_ip = '198.51.100.7' and last_used_at > now() - interval '1 minute'`); n != 1 {
		t.Error("the use is not noted")
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.signIn(d.login, secret+"!").refused(t, 401, "credentials")
	d.signIn("t-302118447-zzzzzz", secret).refused(t, 401, "credentials")
	d.signIn(strings.Repeat("x", 2000), secret).refused(t, 401, "credentials")
	d.signIn("", "").refused(t, 401, "credentials")
	d.signIn(secret, "").refused(t, 401, "credentials")
	if n := d.number(`select count(*) from audit_log where details::text like '%' || $1 || '%'`, secret); n != 0 {
		t.Error("a password in the wrong field stands in the log")
	}
	d.me("").refused(t, 401, "token")
	d.me("x").refused(t, 401, "token")
	d.refresh("x").refused(t, 401, "token")
	for name, body := range map[string]string{
		"nothing": "", "no object": "[]", "a null": "null", "a text": `"x"`, "one of two": `{"login":"x"}`, "null fields": `{"login":null,"password":null}`,
		"more": `{"login":"x","password":"y","otp":"z"}`, "two": `{"login":"x","password":"y"}{}`, "cut": `{"login":"x`, "numbers": `{"login":1,"password":2}`,
		"NUL": `{"login":"x\u0000","password":"y"}`, "broken bytes": "{\"login\":\"\xff\",\"password\":\"y\"}",
	} {
		t.Run(name, func(t *testing.T) { d.post("/api/users/authenticate", body).refused(t, 400, "bad-json") })
	}
	d.post("/api/users/tokens/refresh", `{}`).refused(t, 400, "bad-json")
	d.post("/api/users/authenticate", `{"login":"`+strings.Repeat("x", 5000)+`"}`).refused(t, 413, "")
	form := httptest.NewRequest(http.MethodPost, "/api/users/authenticate", strings.NewReader("login=x&password=y"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	d.call(form).refused(t, 400, "content-type")
	d.call(httptest.NewRequest(http.MethodGet, "/api/users/authenticate", nil)).refused(t, 405, "")
	d.call(httptest.NewRequest(http.MethodGet, "/api/orders", nil)).refused(t, 404, "")
	uzbek := httptest.NewRequest(http.MethodGet, "/api/users/me", nil)
	uzbek.Header.Set("Accept-Language", "uz")
	if a := d.call(uzbek); !strings.Contains(a.Detail, "Token yoʻq") {
		t.Errorf("in Uzbek: %s", a.Detail)
	}
	basic := httptest.NewRequest(http.MethodGet, "/api/users/me", nil)
	basic.SetBasicAuth("x", "y")
	d.call(basic).refused(t, 401, "token")
}

// TestNobodyLearnsWhichLoginsExist compares what the database is asked: the same
// statements in the same order, whatever is wrong. The hash is the same work too.
func TestNobodyLearnsWhichLoginsExist(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	blocked, fresh := d.user(22), d.user(23)
	d.exec(`update members set status = 'blocked' where id = 22`)
	d.exec(`update technical_users set password_hash = null where member_id = 23`)
	conf := d.db.Config().Copy()
	rec := &recorder{}
	conf.ConnConfig.Tracer = rec
	traced, err := pgxpool.NewWithConfig(t.Context(), conf)
	d.check(err)
	t.Cleanup(traced.Close)
	d.service.DB = traced
	d.signIn("warm", "up")
	rec.take()
	d.signIn("t-302118447-zzzzzz", secret).refused(t, 401, "credentials")
	want := rec.take()
	if len(want) < 6 {
		t.Fatalf("only %v", want)
	}
	for name, login := range map[string]string{"a wrong password": d.login, "a blocked user": blocked, "one without a password": fresh, "no login": ""} {
		d.signIn(login, "wrong "+secret).refused(t, 401, "credentials")
		if got := rec.take(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, unknown: %q", name, got, want)
		}
	}
}

func TestTooManyFailures(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 10 {
		d.signIn(d.login, "wrong").refused(t, 401, "credentials")
	}
	a := d.signIn(strings.ToUpper(d.login), secret)
	a.refused(t, 429, "")
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	d.exec(`delete from rate_limits`)
	for i := range 50 {
		d.signIn("t-302118447-"+strings.Repeat(string(rune('a'+i%26)), 6)+string(rune('a'+i/26)), "wrong").refused(t, 401, "credentials")
	}
	d.signIn(d.login, secret).refused(t, 429, "")
	if n := d.number(`select count(*) from audit_log where action = 'technical.refuse' and org_id = 1`); n != 10 {
		t.Errorf("%d lines in the organization's log", n)
	}
	if n := d.number(`select count(*) from audit_log where details::text like '%wrong%'`); n != 0 {
		t.Error("the log holds passwords")
	}
	d.exec(`delete from rate_limits`)
	for range 60 {
		d.exec(`insert into rate_limits (key, window_start, n) select 'technical.enter:' || $1, date_bin('10 minutes', now(), 'epoch'), 60 on conflict do nothing`, d.login)
	}
	d.signIn(d.login, secret).refused(t, 429, "")
}

func TestManyGuessesAtOnceAreNoMoreThanOneAfterTheOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var compared, busy, tooMany atomic.Int64
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			switch a := d.signIn(d.login, fmt.Sprintf("guess number %d", i)); a.status {
			case http.StatusUnauthorized:
				compared.Add(1)
			case http.StatusTooManyRequests:
				tooMany.Add(1)
			case http.StatusServiceUnavailable: // on a slow machine; it is one of the ten all the same
				busy.Add(1)
			default:
				t.Errorf("%d: %s", a.status, a.body)
			}
		})
	}
	wg.Wait()
	if compared.Load()+busy.Load() != 10 || compared.Load() == 0 || tooMany.Load() != 90 {
		t.Errorf("%d guesses were compared, %d could not be, %d were refused, want 10 and 90", compared.Load(), busy.Load(), tooMany.Load())
	}
	if n := d.number(`select count(*) from audit_log where action = 'technical.refuse'`); int64(n) != compared.Load() {
		t.Errorf("%d lines of %d guesses", n, compared.Load())
	}
}

func TestWhatSucceedsUsesNothingUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.signIn(d.login, "wrong").refused(t, 401, "credentials")
	for range 12 {
		if a := d.signIn(d.login, secret); a.status != http.StatusOK {
			t.Fatalf("%d: %s", a.status, a.body)
		}
	}
	if n := d.number(`select sum(n) from rate_limits where key like 'technical.login:%' or key like 'technical.address:%'`); n != 2 {
		t.Errorf("%d failures are counted, want one for the login and one for the address", n)
	}
}

func TestFromWhereAUserMayCome(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := d.signIn(d.login, secret)
	d.exec(`update technical_users set addresses = '{192.0.2.0/24}'`)
	d.signIn(d.login, secret+"!").refused(t, 401, "credentials")
	d.signIn(d.login, secret).refused(t, 403, "address")
	d.me(in.AccessToken).refused(t, 403, "address")
	d.refresh(in.RefreshToken).refused(t, 403, "address")
	d.exec(`update technical_users set addresses = '{198.51.100.0/24}'`)
	if a := d.me(in.AccessToken); a.status != 200 {
		t.Errorf("from an address on the list: %d %s", a.status, a.body)
	}
	if a := d.refresh(in.RefreshToken); a.status != 200 {
		t.Errorf("the refused refresh used the token up: %d %s", a.status, a.body)
	}
}

func TestABlockHoldsForTheNextCall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := d.signIn(d.login, secret)
	d.exec(`update organizations set status = 'blocked'`)
	d.me(in.AccessToken).refused(t, 403, "org-blocked")
	d.refresh(in.RefreshToken).refused(t, 403, "org-blocked")
	d.signIn(d.login, secret).refused(t, 403, "org-blocked")
	d.exec(`update organizations set status = 'active'`)
	d.exec(`update members set status = 'blocked'`)
	d.me(in.AccessToken).refused(t, 401, "token")
	d.refresh(in.RefreshToken).refused(t, 401, "token")
	d.signIn(d.login, secret).refused(t, 401, "credentials")
	d.exec(`update members set status = 'active'`)
	d.check(pg.InTx(t.Context(), d.db, func(tx pg.Tx) error { return d.service.RevokeAllTx(t.Context(), tx, orgID, memberID, "x") }))
	d.me(in.AccessToken).refused(t, 401, "token")
	d.refresh(in.RefreshToken).refused(t, 401, "token")
	d.signIn(d.login, secret).refused(t, 401, "credentials")
}

func TestTokensEndByTheDatabasesClock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := d.signIn(d.login, secret)
	d.exec(`update technical_tokens set expires_at = now() + interval '5 seconds'`)
	if a := d.me(in.AccessToken); a.status != 200 {
		t.Errorf("%d", a.status)
	}
	d.exec(`update technical_tokens set expires_at = now()`)
	d.me(in.AccessToken).refused(t, 401, "token")
	d.refresh(in.RefreshToken).refused(t, 401, "token")
	d.me(in.RefreshToken).refused(t, 401, "token") // not for calls
	d.exec(`update technical_tokens set expires_at = now() + interval '1 hour', family_ends_at = now() + interval '10 minutes'`)
	d.refresh(in.AccessToken).refused(t, 401, "token")
	next := d.refresh(in.RefreshToken)
	if n := d.number(`select count(*) from technical_tokens where expires_at <= family_ends_at and family_ends_at < now() + interval '10 minutes' and used_at is null and created_at > now() - interval '1 minute' and expires_at < now() + interval '11 minutes'`); next.status != 200 || n != 2 {
		t.Errorf("tokens outlive their family: %d, %d", next.status, n)
	}
	d.exec(`update technical_tokens set expires_at = now() - interval '61 minutes'`)
	d.check(d.service.Clean(t.Context()))
	if n := d.number(`select count(*) from technical_tokens`); n != 0 {
		t.Errorf("%d lapsed tokens kept", n)
	}
}

func TestARefreshTokenWorksOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, other := d.signIn(d.login, secret), d.signIn(d.login, secret)
	second := d.refresh(first.RefreshToken)
	if second.status != 200 || second.AccessToken == first.AccessToken || second.RefreshToken == first.RefreshToken || d.me(second.AccessToken).status != 200 {
		t.Fatalf("%d %s", second.status, second.body)
	}
	d.refresh(first.RefreshToken).refused(t, 401, "token")
	for name, token := range map[string]string{"the first": first.AccessToken, "the second": second.AccessToken} {
		t.Run(name, func(t *testing.T) { d.me(token).refused(t, 401, "token") })
	}
	d.refresh(second.RefreshToken).refused(t, 401, "token")
	if a := d.me(other.AccessToken); a.status != 200 {
		t.Errorf("another sign-in ended as well: %d", a.status)
	}
	if n := d.number(`select count(*) from audit_log where action = 'technical.reuse' and org_id = 1`); n != 1 {
		t.Errorf("%d lines", n)
	}
}

func TestOfTwoRefreshesAtOnceNothingIsLeft(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := d.signIn(d.login, secret)
	for n := range 200 {
		d.exec(`delete from rate_limits`)
		if n > 0 {
			d.exec(`delete from technical_tokens`)
			d.exec(`insert into technical_tokens (token_hash, kind, org_id, member_id, family, expires_at, family_ends_at)
				values (sha256($1), 'refresh', 1, 21, gen_random_uuid(), now() + interval '1 hour', now() + interval '1 day')`, []byte(in.RefreshToken))
		}
		var a, b answer
		var wg sync.WaitGroup
		wg.Go(func() { a = d.refresh(in.RefreshToken) })
		wg.Go(func() { b = d.refresh(in.RefreshToken) })
		wg.Wait()
		if a.status+b.status != 200+401 {
			t.Fatalf("round %d: %d and %d", n, a.status, b.status)
		}
		if left := d.number(`select count(*) from technical_tokens where used_at is null and kind = 'refresh'`); left != 0 && n > 0 {
			t.Fatalf("round %d: %d tokens of a token that came twice", n, left)
		}
	}
}

func TestARefreshAgainstABlockLeavesNoToken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n := range 200 {
		d.exec(`insert into technical_tokens (token_hash, kind, org_id, member_id, family, expires_at, family_ends_at)
			values (sha256('token'), 'refresh', 1, 21, gen_random_uuid(), now() + interval '1 hour', now() + interval '1 day')`)
		var wg sync.WaitGroup
		wg.Go(func() { d.refresh("token") })
		wg.Go(func() {
			err := pg.InTx(t.Context(), d.db, func(tx pg.Tx) error {
				if _, err := tx.Exec(t.Context(), `update members set status = 'blocked' where org_id = 1 and id = 21`); err != nil {
					return err
				}
				return d.service.RevokeAllTx(t.Context(), tx, orgID, memberID, "x")
			})
			if err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if left := d.number(`select count(*) from technical_tokens`); left != 0 {
			t.Fatalf("round %d: %d tokens of a blocked user", n, left)
		}
		d.exec(`update members set status = 'active'`)
	}
}

func TestTheUseIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := d.signIn(d.login, secret)
	d.exec(`update technical_users set last_used_at = now() - interval '30 seconds', last_used_ip = 'x'`)
	d.me(in.AccessToken)
	if n := d.number(`select count(*) from technical_users where last_used_ip = 'x'`); n != 1 {
		t.Error("noted too soon")
	}
	d.exec(`update technical_users set last_used_at = now() - interval '61 seconds'`)
	d.me(in.AccessToken)
	if n := d.number(`select count(*) from technical_users where last_used_ip = '198.51.100.7'`); n != 1 {
		t.Error("not noted")
	}
}

func TestCallerIsAnActorOfItsOrganization(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := d.signIn(d.login, secret)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	c, err := d.service.Caller(r.Context(), in.AccessToken, origin)
	a := c.Actor()
	if err != nil || a.OrgID != orgID || a.MemberID != memberID || a.AccountID != 0 || a.Origin != origin || a.SessionKey == "" || strings.Contains(a.SessionKey, in.AccessToken) {
		t.Errorf("%+v, %v", a, err)
	}
	if (technical.Caller{}).Rights() != (technical.Caller{}).Actor().Rights {
		t.Error("nobody has rights")
	}
}

func BenchmarkSignIn(b *testing.B) {
	d := newDesk(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if a := d.signIn(d.login, secret); a.status != 200 && a.status != 429 && a.status != 503 {
				b.Error(a.status, a.body)
			}
		}
	})
}

func BenchmarkMe(b *testing.B) {
	d := newDesk(b)
	in := d.signIn(d.login, secret)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if a := d.me(in.AccessToken); a.status != 200 {
				b.Error(a.status)
			}
		}
	})
}
