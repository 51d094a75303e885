package notice_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// relay takes letters, or answers with an error.
type relay struct {
	mu   sync.Mutex
	got  []mail.Message
	fail error
}

func (r *relay) Send(_ context.Context, m mail.Message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.got = append(r.got, m)
	return nil
}

// seed makes an organization with an administrator (11, Russian account), a
// clerk (12, Uzbek, no account yet), a blocked user (13) and one without an
// address (14).
func seed(t testing.TB) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	for _, q := range []string{
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (1, 'Barno', 'a', 'a', 'ru')`,
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values (2, '302118447', 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'info@zarafshonsut.example', '', 'SA', '', '', 'uz', 'active', '', '')`,
		`insert into members (org_id, id, account_id, kind, name, email, status, language) values
			(2, 11, 1, 'business', 'Barno Sodiqova', 'barno@zarafshonsut.example', 'active', 'uz'),
			(2, 12, null, 'business', 'Aziz Karimov', 'aziz@zarafshonsut.example', 'active', 'uz'),
			(2, 13, null, 'business', 'Nodir Usmonov', 'nodir@zarafshonsut.example', 'blocked', 'uz'),
			(2, 14, null, 'technical', 'Skaner', '', 'active', 'uz')`,
		`insert into member_roles (org_id, member_id, role) values (2, 11, 'org_admin'), (2, 13, 'org_admin')`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ('k', 1, 2, 11, '', now() + interval '1 hour')`,
	} {
		if _, err := db.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

var barno = actor.Actor{AccountID: 1, OrgID: 2, MemberID: 11, Name: "Barno", SessionKey: "k", Rights: perm.Rights([]string{"default", "org_admin"})}

// chosen is a notice whose words exist: this package has none of its own.
func chosen(kind notice.Kind) notice.Notice {
	return notice.Notice{OrgID: 2, Kind: kind, Key: "notice.test.", Path: "/me"}
}

func tell(t testing.TB, db *pgxpool.Pool, fn func(context.Context, pg.Tx) error) {
	t.Helper()
	if err := pg.InTx(t.Context(), db, func(tx pg.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func exec(t testing.TB, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func count(t testing.TB, db *pgxpool.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// rows are the stored notices as "address status language".
func rows(t *testing.T, db *pgxpool.Pool) (all []string) {
	t.Helper()
	r, err := db.Query(t.Context(), `select email || ' ' || status || ' ' || language from notices order by id`)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for r.Next() {
		var s string
		if err := r.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	db := seed(t)
	for name, tt := range map[string]struct {
		tell func(context.Context, pg.Tx) error
		want []string
	}{
		"a member in the language of the account": {
			func(ctx context.Context, tx pg.Tx) error {
				return notice.ToMemberTx(ctx, tx, 11, chosen(notice.Access))
			},
			[]string{"barno@zarafshonsut.example queued ru"},
		},
		"a blocked member of nothing but security": {
			func(ctx context.Context, tx pg.Tx) error {
				return errors.Join(notice.ToMemberTx(ctx, tx, 13, chosen(notice.Access)), notice.ToMemberTx(ctx, tx, 13, chosen(notice.Security)))
			},
			[]string{"nodir@zarafshonsut.example muted uz", "nodir@zarafshonsut.example queued uz"},
		},
		"one without an address in the portal": {
			func(ctx context.Context, tx pg.Tx) error {
				return notice.ToMembersTx(ctx, tx, []int64{12, 14}, chosen(notice.Security))
			},
			[]string{"aziz@zarafshonsut.example queued uz", " muted uz"},
		},
		"active administrators": {
			func(ctx context.Context, tx pg.Tx) error {
				return notice.ToAdminsTx(ctx, tx, chosen(notice.Organization))
			},
			[]string{"barno@zarafshonsut.example queued ru"},
		},
		"the organization": {
			func(ctx context.Context, tx pg.Tx) error { return notice.ToOrgTx(ctx, tx, chosen(notice.Organization)) },
			[]string{"info@zarafshonsut.example queued uz"},
		},
		"an address it has left": {
			func(ctx context.Context, tx pg.Tx) error {
				return notice.ToAddressTx(ctx, tx, "old@zarafshonsut.example", "en", chosen(notice.Security))
			},
			[]string{"old@zarafshonsut.example queued en"},
		},
		"a mailbox once, whoever reads in it": {
			func(ctx context.Context, tx pg.Tx) error {
				n := chosen(notice.Security)
				return errors.Join(notice.ToAdminsTx(ctx, tx, n),
					notice.ToAddressTx(ctx, tx, "Barno@zarafshonsut.example", "uz", n), notice.ToOrgTx(ctx, tx, n))
			},
			[]string{"barno@zarafshonsut.example queued ru", "info@zarafshonsut.example queued uz"},
		},
		"a mailbox again of something else": {
			func(ctx context.Context, tx pg.Tx) error {
				n := chosen(notice.Security)
				err := notice.ToAdminsTx(ctx, tx, n)
				n.Key = "notice.test.other."
				return errors.Join(err, notice.ToAddressTx(ctx, tx, "barno@zarafshonsut.example", "uz", n))
			},
			[]string{"barno@zarafshonsut.example queued ru", "barno@zarafshonsut.example queued uz"},
		},
		"nobody of another organization": {
			func(ctx context.Context, tx pg.Tx) error {
				n := chosen(notice.Security)
				n.OrgID = 3
				return errors.Join(notice.ToMemberTx(ctx, tx, 11, n), notice.ToAdminsTx(ctx, tx, n), notice.ToOrgTx(ctx, tx, n))
			},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			exec(t, db, `delete from notices`)
			exec(t, db, `delete from river_job`)
			tell(t, db, tt.tell)
			if d := cmp.Diff(tt.want, rows(t, db)); d != "" {
				t.Error(d)
			}
			var jobs, queued int
			if err := db.QueryRow(t.Context(), `select (select count(*) from river_job where kind = 'notice.send'), (select count(*) from notices where status = 'queued')`).Scan(&jobs, &queued); err != nil || jobs != queued {
				t.Errorf("%d jobs for %d letters, %v", jobs, queued, err)
			}
		})
	}
}

func TestALetterGoesOutOnce(t *testing.T) {
	t.Parallel()
	db := seed(t)
	tell(t, db, func(ctx context.Context, tx pg.Tx) error {
		return notice.ToMemberTx(ctx, tx, 11, chosen(notice.Security))
	})
	r := &relay{fail: mail.ErrTemporary}
	s := &notice.Service{DB: db, Mail: r, BaseURL: "https://kabinet.example/"}
	var id int64
	if err := db.QueryRow(t.Context(), `select id from notices`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	args := notice.SendArgs{OrgID: 2, ID: id}
	if err := s.Work(t.Context(), args); !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("the relay is away: %v", err)
	}
	r.fail = nil
	for range 2 {
		if err := s.Work(t.Context(), args); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.got) != 1 {
		t.Fatalf("%d letters", len(r.got))
	}
	m := r.got[0]
	if m.To != "barno@zarafshonsut.example" || m.Lang != "ru" || !strings.Contains(m.Text, "https://kabinet.example/me") ||
		!strings.Contains(m.Text, "Зарафшон Сут") || !strings.HasSuffix(m.MessageID, "@kabinet.example") {
		t.Errorf("%+v", m)
	}
	if d := cmp.Diff([]string{"barno@zarafshonsut.example sent ru"}, rows(t, db)); d != "" {
		t.Error(d)
	}
}

func TestARefusedLetterIsNotedAndNotRepeated(t *testing.T) {
	t.Parallel()
	db := seed(t)
	tell(t, db, func(ctx context.Context, tx pg.Tx) error { return notice.ToOrgTx(ctx, tx, chosen(notice.Security)) })
	s := &notice.Service{DB: db, Mail: &relay{fail: &mail.Refused{Stage: mail.StageRecipient, Code: 550, Text: "no such mailbox"}}}
	var args notice.SendArgs
	if err := db.QueryRow(t.Context(), `select org_id, id from notices`).Scan(&args.OrgID, &args.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Work(t.Context(), args); err != nil {
		t.Errorf("a final no is no failure of the job: %v", err)
	}
	if d := cmp.Diff([]string{"info@zarafshonsut.example refused uz"}, rows(t, db)); d != "" {
		t.Error(d)
	}
}

func TestSecurityFillsNoMailbox(t *testing.T) {
	t.Parallel()
	db := seed(t)
	for range 25 {
		tell(t, db, func(ctx context.Context, tx pg.Tx) error {
			return notice.ToMemberTx(ctx, tx, 11, chosen(notice.Security))
		})
	}
	if n := count(t, db, `select count(*) from notices where status = 'queued'`); n != 20 {
		t.Errorf("%d letters at once, want 20", n)
	}
	if n := count(t, db, `select count(*) from notices where status = 'collected' and due_at <= now() + interval '1 hour'`); n != 5 {
		t.Errorf("%d wait an hour for one letter, want 5", n)
	}
}
