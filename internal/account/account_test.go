package account_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
)

var botir = account.Person{Name: "Botir Ahmedov", PINFL: "31508801234567", Language: "ru"}

func newService(t *testing.T, db *pgxpool.Pool, roots ...string) *account.Service {
	t.Helper()
	var keys [][]byte
	for _, r := range roots {
		sum := sha256.Sum256([]byte(r))
		keys = append(keys, sum[:])
	}
	box, err := seal.New(keys[0], keys[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return &account.Service{DB: db, Box: box}
}

func ensure(t *testing.T, s *account.Service, p account.Person) (id int64, err error) {
	t.Helper()
	err = pg.InTx(t.Context(), s.DB, func(tx pg.Tx) error {
		id, err = s.EnsureTx(t.Context(), tx, p)
		return err
	})
	return id, err
}

func TestAPersonHasOneAccount(t *testing.T) {
	t.Parallel()
	s := newService(t, pgtest.New(t), "root")
	var ids [8]int64
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			if ids[i], err = ensure(t, s, botir); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id == 0 || id != ids[0] {
			t.Fatalf("several accounts: %v", ids)
		}
	}
	a, err := s.ByPINFL(t.Context(), s.DB, botir.PINFL)
	if err != nil || a.ID != ids[0] || a.Name != botir.Name || a.Language != "ru" || a.Theme != "system" || a.Density != "comfortable" || a.Blocked {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := s.ByPINFL(t.Context(), s.DB, "31508801234568"); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("somebody else: %v", err)
	}
	other, err := ensure(t, s, account.Person{Name: "X", PINFL: "31508801234568", Language: "uz"})
	if err != nil || other == ids[0] {
		t.Errorf("somebody else: %d, %v", other, err)
	}
}

func TestTheNumberIsSealed(t *testing.T) {
	t.Parallel()
	s := newService(t, pgtest.New(t), "root")
	id, err := ensure(t, s, botir)
	if err != nil {
		t.Fatal(err)
	}
	var row string
	var sealed []byte
	if err := s.DB.QueryRow(t.Context(), `select a::text, pinfl_sealed from accounts a where id = $1`, id).Scan(&row, &sealed); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(row, string(botir.PINFL)) || strings.Contains(string(sealed), string(botir.PINFL)) {
		t.Error("the number stands in the row")
	}
	plain, err := s.Box.Open(taxid.PINFLPurpose, sealed, []byte("account:1001"))
	if err != nil || string(plain) != string(botir.PINFL) {
		t.Errorf("%q, %v", plain, err)
	}
}

func TestANewRootStillFindsThePerson(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	id, err := ensure(t, newService(t, db, "old"), botir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ensure(t, newService(t, db, "new", "old"), botir)
	if err != nil || again != id {
		t.Errorf("%d, %v, want %d", again, err, id)
	}
}

func TestABlockedPersonIsNoNewOne(t *testing.T) {
	t.Parallel()
	s := newService(t, pgtest.New(t), "root")
	if _, err := ensure(t, s, botir); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Exec(t.Context(), `update accounts set blocked_at = now()`); err != nil {
		t.Fatal(err)
	}
	if _, err := ensure(t, s, botir); !errors.Is(err, account.ErrBlocked) {
		t.Errorf("%v", err)
	}
	if a, err := s.ByPINFL(t.Context(), s.DB, botir.PINFL); err != nil || !a.Blocked {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestSetDisplay(t *testing.T) {
	t.Parallel()
	s := newService(t, pgtest.New(t), "root")
	id, err := ensure(t, s, botir)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values (1, '302118447', 'mchj', '', '', '', '', '', '', '', '', '', '', 'uz', 'active', '', '')`,
		`insert into members (org_id, id, account_id, kind, name, email, status) values (1, 7, 1001, 'business', 'B', '', 'active')`,
		`insert into member_roles (org_id, member_id, role) values (1, 7, 'default')`,
		`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ('key', 1001, 1, 7, '', now() + interval '1 hour')`,
	} {
		if _, err := s.DB.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	a := actor.Actor{AccountID: id, OrgID: 1, MemberID: 7, Name: "Botir", Rights: perm.Rights([]string{"default"}), SessionKey: "key"}

	t.Run("keeps what was chosen and says so in the log", func(t *testing.T) {
		if err := s.SetDisplay(t.Context(), a, account.Display{Language: "en", Theme: "dark", Density: "compact"}); err != nil {
			t.Fatal(err)
		}
		got, err := s.ByPINFL(t.Context(), s.DB, botir.PINFL)
		if err != nil || got.Language != "en" || got.Theme != "dark" || got.Density != "compact" {
			t.Errorf("%+v, %v", got, err)
		}
		var n int
		if err := s.DB.QueryRow(t.Context(), `select count(*) from audit_log where action = 'account.change' and target = 'account:1001'`).Scan(&n); err != nil || n != 1 {
			t.Errorf("%d lines, %v", n, err)
		}
	})

	t.Run("complains about every wrong choice at once", func(t *testing.T) {
		err := s.SetDisplay(t.Context(), a, account.Display{Language: "kz", Theme: "pink", Density: "tight"})
		if cs, ok := fault.ComplaintsOf(err); !ok || len(cs) != 3 || cs[0].Field != "language" || cs[1].Field != "theme" || cs[2].Field != "density" {
			t.Errorf("%v", err)
		}
	})

	t.Run("asks for somebody signed in", func(t *testing.T) {
		if err := s.SetDisplay(t.Context(), actor.Actor{}, account.Display{Language: "uz", Theme: "light", Density: "compact"}); !errors.Is(err, actor.ErrSignIn) {
			t.Errorf("%v", err)
		}
	})
}

func TestOwnKey(t *testing.T) {
	t.Parallel()
	s := newService(t, pgtest.New(t), "root")
	own, err := ensure(t, s, botir)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ensure(t, s, account.Person{Name: "X", PINFL: "31508801234568", Language: "uz"})
	if err != nil {
		t.Fatal(err)
	}
	key := func(pinfl, org string) eds.Signer { return eds.Signer{PINFL: pinfl, OrgTIN: org} }
	const number = "31508801234567"
	for name, tt := range map[string]struct {
		account int64
		tin     taxid.TIN
		key     eds.Signer
		want    error
	}{
		"one's own of the organization":                {own, "302118447", key(number, "302118447"), nil},
		"one's own, personal":                          {own, "302118447", key(number, ""), nil},
		"one's own of another organization":            {own, "302118447", key(number, "302118448"), account.ErrOtherOrg},
		"one's own where no organization is worked in": {own, "", key(number, "302118448"), nil},
		"a colleague's":                                {own, "302118447", key("31508801234568", "302118447"), account.ErrOtherPerson},
		"one's own, used by a colleague":               {other, "302118447", key(number, "302118447"), account.ErrOtherPerson},
		"a stranger's":                                 {own, "302118447", key("31508801234569", ""), account.ErrOtherPerson},
		"without a personal number":                    {own, "302118447", key("", "302118447"), account.ErrOtherPerson},
		"nobody's account":                             {0, "302118447", key(number, ""), account.ErrOtherPerson},
	} {
		if err := s.OwnKey(t.Context(), s.DB, tt.account, tt.tin, tt.key); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}
