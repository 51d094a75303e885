package campaign_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"kabinet/internal/campaign"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
)

// quiet is for runners whose failures are what a test is about.
var quiet = slog.New(slog.DiscardHandler)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if os.Getenv(doomedEnv) != "" {
		return sendUntilKilled()
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// kit is a portal with letters: a database, a relay and the service between.
type kit struct {
	t     testing.TB
	db    *pgxpool.Pool
	relay *mailtest.Server
	box   *seal.Box
	svc   *campaign.Service
	staff actor.Operator
}

// root makes a root secret that is the same in every run.
func root(first byte) []byte {
	b := make([]byte, seal.RootLen)
	for i := range b {
		b[i] = first + byte(i)
	}
	return b
}

func newKit(t testing.TB, orgs int) *kit {
	t.Helper()
	k := &kit{t: t, db: pgtest.New(t), relay: mailtest.New(t, mailtest.Options{Keep: 5000})}
	var err error
	if k.box, err = seal.New(root(1)); err != nil {
		t.Fatal(err)
	}
	k.svc = k.service(k.box)
	k.seedOrgs(1, orgs)
	k.staff = k.seedStaff(perm.RoleOpLauncher)
	return k
}

// service makes another service on the same database and relay.
func (k *kit) service(box *seal.Box) *campaign.Service {
	k.t.Helper()
	sender, err := mail.NewSender(k.relay.Config(), nil)
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(sender.Close)
	return campaign.New(campaign.Deps{DB: k.db, Seal: box, Mail: sender, BaseURL: "https://kabinet.example"})
}

func (k *kit) exec(sql string, args ...any) {
	k.t.Helper()
	if _, err := k.db.Exec(k.t.Context(), sql, args...); err != nil {
		k.t.Fatal(err)
	}
}

// seedOrgs stores organizations with the ids from first to last, in three
// languages and two regions; their addresses are org<id>@company.example.
func (k *kit) seedOrgs(first, last int) {
	k.t.Helper()
	k.exec(`
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac,
		    director_pinfl_sealed, email, phone, region, district, street, language, status, search, source_hash)
		select n, (300000000 + n)::text, 'mchj', 'Zarafshon Sut ' || n, 'Зарафшон Сут ' || n, 'Gʻulomjon Oʻrinboyev', '', '',
		    'org' || n || '@company.example', '+998901234567', (array['SA', 'TK'])[1 + n % 2], 'x', 'x',
		    (array['uz', 'ru', 'en'])[1 + n % 3], 'imported', 'x', ''
		from generate_series($1::bigint, $2) n`, first, last)
	k.exec(`insert into tin_registry (tin, org_id) select tin, org_id from organizations on conflict do nothing`)
	k.exec(`insert into org_product_groups (org_id, group_id, issuer, status)
		select org_id, 13, false, 'active' from organizations where org_id % 5 = 0 on conflict do nothing`)
}

// seedStaff stores somebody of the staff who is signed in.
func (k *kit) seedStaff(role perm.Role) actor.Operator {
	k.t.Helper()
	op := actor.Operator{Name: "Dilnoza Karimova", Rights: perm.Rights([]string{string(role)}), SessionKey: "session-" + string(role)}
	err := k.db.QueryRow(k.t.Context(), `insert into staff (name, pinfl_mac, roles) values ($1, $2, $3) returning id`,
		op.Name, []byte(role), []string{string(role)}).Scan(&op.StaffID)
	if err != nil {
		k.t.Fatal(err)
	}
	k.exec(`insert into sessions (token_hash, staff_id, data, expires_at) values ($1, $2, '', now() + interval '1 hour')`,
		op.SessionKey, op.StaffID)
	return op
}

// form is a campaign for everybody that is open now.
func form(kind campaign.Kind) campaign.Form {
	return campaign.Form{Name: "Main launch", Kind: string(kind), OpensAt: "24.11.2025 14:00", ClosesAt: "01.01.2099 00:00"}
}

// started creates and starts a campaign; its job waits in the queue.
func (k *kit) started(f campaign.Form) int64 {
	k.t.Helper()
	id, err := k.svc.Create(k.t.Context(), k.staff, f)
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.svc.Start(k.t.Context(), k.staff, id, 0); err != nil {
		k.t.Fatal(err)
	}
	return id
}

// chosen has a campaign choose all its organizations.
func (k *kit) chosen(f campaign.Form) int64 {
	k.t.Helper()
	id := k.started(f)
	for more := true; more; {
		var err error
		if more, err = k.svc.ChooseSlice(k.t.Context(), id); err != nil {
			k.t.Fatal(err)
		}
	}
	return id
}

// refs lists the letters there are, by id.
func (k *kit) refs() []campaign.Ref {
	k.t.Helper()
	rows, err := k.db.Query(k.t.Context(), `select org_id, id from letters order by id`)
	if err != nil {
		k.t.Fatal(err)
	}
	defer rows.Close()
	var refs []campaign.Ref
	for rows.Next() {
		var r campaign.Ref
		if err := rows.Scan(&r.OrgID, &r.ID); err != nil {
			k.t.Fatal(err)
		}
		refs = append(refs, r)
	}
	return refs
}

// sentLetter has a campaign of the kind send all its letters and gives the
// newest letter of organization 1.
func (k *kit) sentLetter(kind campaign.Kind) campaign.Letter {
	k.t.Helper()
	k.chosen(form(kind))
	if err := k.svc.SendNow(k.t.Context(), k.refs()...); err != nil {
		k.t.Fatal(err)
	}
	return k.letter(1)
}

func (k *kit) letter(orgID int64) campaign.Letter {
	k.t.Helper()
	l, err := k.svc.Newest(k.t.Context(), k.db, orgID)
	if err != nil {
		k.t.Fatal(err)
	}
	return l
}

// keys gives token and code of a letter, from its row.
func (k *kit) keys(l campaign.Letter) (token, code string) {
	k.t.Helper()
	var seed []byte
	err := k.db.QueryRow(k.t.Context(), `select seed from letters where org_id = $1 and id = $2`, l.OrgID, l.ID).Scan(&seed)
	if err != nil {
		k.t.Fatal(err)
	}
	return campaign.KeysOf(k.box, seed, l.OrgID, l.ID)
}

func (k *kit) consume(l campaign.Letter) error {
	return pg.InTx(k.t.Context(), k.db, func(tx pg.Tx) error { return k.svc.ConsumeTx(k.t.Context(), tx, l.OrgID, l.ID) })
}

func (k *kit) resend(orgID int64) (id int64, err error) {
	err = pg.InTx(k.t.Context(), k.db, func(tx pg.Tx) error {
		id, err = k.svc.ResendTx(k.t.Context(), tx, actor.System("test"), orgID)
		return err
	})
	return id, err
}

func (k *kit) count(sql string, args ...any) (n int) {
	k.t.Helper()
	if err := k.db.QueryRow(k.t.Context(), sql, args...).Scan(&n); err != nil {
		k.t.Fatal(err)
	}
	return n
}

func (k *kit) wantCount(want int, sql string, args ...any) {
	k.t.Helper()
	if got := k.count(sql, args...); got != want {
		k.t.Errorf("got %d, want %d: %s", got, want, sql)
	}
}

// work runs the jobs until the returned function is called.
func (k *kit) work(svc *campaign.Service, o jobs.Options) (stop func()) {
	k.t.Helper()
	if o.Workers == nil {
		o.Workers = map[jobs.Queue]int{jobs.Default: 2, jobs.Mail: 2, jobs.Bulk: 1}
	}
	o.Log = quiet
	r := jobs.New(k.db, o)
	campaign.Register(r, svc)
	if err := r.Start(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(k.t.Context()), 20*time.Second)
		defer cancel()
		if err := r.Stop(ctx); err != nil {
			k.t.Error(err)
		}
	})
	k.t.Cleanup(stop)
	return stop
}

// copies counts the letters the relay holds by Message-ID.
func (k *kit) copies() map[string]int {
	n := map[string]int{}
	for _, m := range k.relay.Mails() {
		n[m.MessageID]++
	}
	return n
}

// eventually asks again and again until the condition holds.
func (k *kit) eventually(what string, ok func() bool) {
	k.t.Helper()
	timeout := time.After(5 * time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-timeout:
			k.t.Fatalf("not within five minutes: %s", what)
		case <-tick.C:
		}
	}
}

func wantFault(t testing.TB, got error, want *fault.Error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
