package publicapi_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/apikey"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/publicapi"
)

// desk is the service with a caller of each of two organizations.
func desk(t *testing.T) (*pgxpool.Pool, *publicapi.Service, [2]publicapi.Call) {
	t.Helper()
	db := pgtest.New(t)
	var calls [2]publicapi.Call
	for n := range 2 {
		id := int64(n + 1)
		for _, sql := range []string{
			`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
				email, phone, region, district, street, language, status, search, source_hash)
				values ($1::bigint, '30100000' || $1::bigint::text, 'mchj', 'Sut', 'Сут', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`,
			`insert into members (org_id, id, kind, name, email, status) values ($1, 5, 'business', 'Aziz', '', 'active')`,
		} {
			exec(t, db, sql, id)
		}
		calls[n] = publicapi.Call{Caller: publicapi.Caller{OrgID: id, Key: apikey.Key{MemberID: 5}}}
	}
	return db, publicapi.New(db, &apikey.Service{DB: db}, time.Now), calls
}

func exec(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func printOf(s string) [32]byte { return sha256.Sum256([]byte(s)) }

func TestACallSentAgainIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	db, s, calls := desk(t)
	done := 0
	act := func() (publicapi.Answer, error) {
		done++
		return publicapi.Answer{Status: 201, Body: fmt.Appendf(nil, "made %d", done)}, nil
	}
	once := func(c publicapi.Call, key, sent string) (publicapi.Answer, error) {
		return s.Once(t.Context(), c, key, printOf(sent), act)
	}
	first, err := once(calls[0], "k1", "a")
	if err != nil || first.Again || string(first.Body) != "made 1" {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := once(calls[0], "k1", "a"); err != nil || !again.Again || again.Status != 201 || string(again.Body) != "made 1" {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	if _, err := once(calls[0], "k1", "b"); !errors.Is(err, publicapi.ErrKeyReused) {
		t.Errorf("another call under the key: %v", err)
	}
	if a, err := once(calls[1], "k1", "b"); err != nil || string(a.Body) != "made 2" {
		t.Errorf("the same key of another organization: %+v, %v", a, err)
	}
	exec(t, db, `update api_answers set begun_at = now() - interval '25 hours'`)
	if a, err := once(calls[0], "k1", "b"); err != nil || string(a.Body) != "made 3" {
		t.Errorf("a key of yesterday: %+v, %v", a, err)
	}
	for range 2 {
		if a, err := once(calls[0], "", "a"); err != nil || a.Again {
			t.Errorf("without a key: %+v, %v", a, err)
		}
	}
	if done != 5 {
		t.Errorf("done %d times, want 5", done)
	}
	for _, bad := range []string{"a b", "ключ", "\x00", strings.Repeat("k", 65)} {
		if _, err := once(calls[0], bad, "a"); !errors.Is(err, publicapi.ErrKeyShape) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestARefusalFreesTheKey(t *testing.T) {
	t.Parallel()
	_, s, calls := desk(t)
	no := fault.New(fault.Invalid, "core.text.missing")
	if _, err := s.Once(t.Context(), calls[0], "k", printOf("a"), func() (publicapi.Answer, error) { return publicapi.Answer{}, no }); !errors.Is(err, no) {
		t.Fatal(err)
	}
	a, err := s.Once(t.Context(), calls[0], "k", printOf("corrected"), func() (publicapi.Answer, error) { return publicapi.Answer{Status: 200}, nil })
	if err != nil || a.Again {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestWhatAnIdleCallSaidIsNotKept(t *testing.T) {
	t.Parallel()
	db, s, calls := desk(t)
	for _, sent := range []string{"a", "a", "b"} { // nor does it keep the key
		a, err := s.Once(t.Context(), calls[0], "k", printOf(sent), func() (publicapi.Answer, error) {
			return publicapi.Answer{Status: 200, Body: []byte(strings.Repeat("x", 1<<20)), Idle: true}, nil
		})
		if err != nil || a.Again || len(a.Body) != 1<<20 {
			t.Errorf("%s: %d bytes, again %t, %v", sent, len(a.Body), a.Again, err)
		}
	}
	var kept int
	if err := db.QueryRow(t.Context(), `select count(*) from api_answers`).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("%d kept, %v", kept, err)
	}
}

func TestADeadCallMayBeSentAgain(t *testing.T) {
	t.Parallel()
	db, s, calls := desk(t)
	exec(t, db, `insert into api_answers (org_id, member_id, key, print, begun_at) values (1, 5, 'k', $1, now() - interval '3 minutes')`, sha256Of("a"))
	ok := func() (publicapi.Answer, error) { return publicapi.Answer{Status: 200}, nil }
	if _, err := s.Once(t.Context(), calls[0], "k", printOf("b"), ok); !errors.Is(err, publicapi.ErrKeyReused) {
		t.Errorf("another call: %v", err)
	}
	if a, err := s.Once(t.Context(), calls[0], "k", printOf("a"), ok); err != nil || a.Again {
		t.Errorf("the same call: %+v, %v", a, err)
	}
}

func sha256Of(s string) []byte { sum := printOf(s); return sum[:] }

// TestOneOfManyRuns: what is sent at once is done once; the others are told to
// wait, or get the answer.
func TestOneOfManyRuns(t *testing.T) {
	t.Parallel()
	_, s, calls := desk(t)
	for round := range 50 {
		var done atomic.Int32
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				a, err := s.Once(t.Context(), calls[0], fmt.Sprint(round), printOf("a"), func() (publicapi.Answer, error) {
					return publicapi.Answer{Status: 200, Body: fmt.Append(nil, done.Add(1))}, nil
				})
				if err != nil && !errors.Is(err, publicapi.ErrRunning) || err == nil && string(a.Body) != "1" {
					t.Errorf("%s, %v", a.Body, err)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Fatalf("done %d times", done.Load())
		}
	}
}

func TestAnswersAreForgotten(t *testing.T) {
	t.Parallel()
	db, s, calls := desk(t)
	ok := func() (publicapi.Answer, error) { return publicapi.Answer{Status: 200}, nil }
	for _, key := range []string{"old", "new"} {
		if _, err := s.Once(t.Context(), calls[0], key, printOf("a"), ok); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, db, `update api_answers set begun_at = now() - interval '25 hours' where key = 'old'`)
	if err := s.Clean(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left string
	if err := db.QueryRow(t.Context(), `select string_agg(key, ' ') from api_answers`).Scan(&left); err != nil || left != "new" {
		t.Errorf("left: %q, %v", left, err)
	}
}

// Programs of one organization take no more pictures than others leave room for.
func TestPicturesOfAnOrganizationAreCounted(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 30, 0, time.UTC)
	s := publicapi.New(nil, nil, func() time.Time { return now })
	one, other := publicapi.Call{Caller: publicapi.Caller{OrgID: 1}}, publicapi.Call{Caller: publicapi.Caller{OrgID: 2}}
	for n := range 60 {
		if err := s.Picture(one); err != nil {
			t.Fatalf("picture %d: %v", n+1, err)
		}
	}
	err := s.Picture(one)
	if f, ok := fault.As(err); !ok || !f.Is(publicapi.ErrTooMany) || f.RetryAfter != 30*time.Second {
		t.Errorf("one too many: %v", err)
	}
	if err := s.Picture(other); err != nil {
		t.Errorf("another organization: %v", err)
	}
	now = now.Add(time.Minute)
	if err := s.Picture(one); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}
