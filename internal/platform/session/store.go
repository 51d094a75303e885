package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// touchEvery is how old last_seen must be before a request writes it anew: a
// write on every request would halve the speed of every page (performance.md
// 2.2), so the idle limit is exact to a minute.
const touchEvery = time.Minute

// channel on which processes tell each other that a session ended.
const channel = "kabinet_sessions"

// Store keeps sessions in Postgres; it is scs's store with a context.
type Store struct {
	db    *pgxpool.Pool
	conf  Config
	cache *cache
}

func newStore(db *pgxpool.Pool, c Config) *Store {
	return &Store{db: db, conf: c, cache: newCache(c.Cache)}
}

// errNoContext answers scs's older methods, which nobody may call: without the
// request's context a hung database would hang every page (security.md 0, row 2).
var errNoContext = errors.New("session store needs a context")

// Find is not used; see FindCtx.
func (s *Store) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit is not used; see CommitCtx.
func (s *Store) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete is not used; see DeleteCtx.
func (s *Store) Delete(string) error { return errNoContext }

// FindCtx gives scs the session that the request began with.
func (s *Store) FindCtx(ctx context.Context, key string) ([]byte, bool, error) {
	if e := from(ctx).entry; e != nil && e.Key == key {
		return e.data, true, nil
	}
	return nil, false, nil
}

// find gives a live session and who it belongs to, from memory where it can;
// nil if there is none.
func (s *Store) find(ctx context.Context, key string) (*entry, error) {
	if hit, ok := s.cache.get(key); ok {
		return hit, nil
	}
	mark := s.cache.mark()
	found, err := s.load(ctx, selectLive+` and s.token_hash = $3`, key)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	e := found[0]
	e.use()
	s.cache.put(key, e, mark)
	if e.idle && s.conf.Cache == 0 { // otherwise refresh does it, for many at once
		err = s.touch(ctx, []string{key})
	}
	return e, err
}

// refreshed is how many sessions one statement reads anew; more would hold up
// the pages beside it.
const refreshed = 250

// refresh reads the sessions in use anew before they are too old. One statement
// for many costs a twentieth of one for each, and no page waits for it.
func (s *Store) refresh(ctx context.Context) error {
	for old := range slices.Chunk(s.cache.due(), refreshed) {
		if err := s.renew(ctx, old); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) renew(ctx context.Context, old []*entry) error {
	keys := make([]string, len(old))
	var used []string
	for i, e := range old {
		keys[i] = e.Key
		if e.idle && e.usedSinceRead() {
			used = append(used, e.Key)
		}
	}
	if len(used) > 0 {
		if err := s.touch(ctx, used); err != nil {
			return err
		}
	}
	found, err := s.load(ctx, selectLive+` and s.token_hash = any($3)`, keys)
	if err != nil {
		return err
	}
	fresh := make(map[string]*entry, len(found))
	for _, e := range found {
		fresh[e.Key] = e
	}
	for _, e := range old {
		s.cache.renew(e, fresh[e.Key])
	}
	return nil
}

// CommitCtx stores a session. A session that this request found is only ever
// updated: had somebody ended it meanwhile, it stays ended.
func (s *Store) CommitCtx(ctx context.Context, key string, b []byte, _ time.Time) error {
	var r record
	_, values, err := codec{}.Decode(b)
	if err != nil {
		return err
	}
	r.Account, _ = values[keyAccount].(int64)
	r.Org, _ = values[keyOrg].(int64)
	r.Member, _ = values[keyMember].(int64)
	r.Staff, _ = values[keyStaff].(int64)
	// After the statement: a reading that began before it is not kept either.
	defer s.cache.evict(key)
	req := from(ctx)
	switch {
	case req.key == key:
		return s.update(ctx, key, r, b)
	case req.moving != "":
		return s.move(ctx, key, r, b, req)
	}
	req.key = key
	return s.insert(ctx, key, r, b, req)
}

// DeleteCtx ends a session everywhere.
func (s *Store) DeleteCtx(ctx context.Context, key string) error {
	const q = `
		with gone as (delete from sessions where token_hash = $1)
		select pg_notify($2, $1)`
	if from(ctx).moving == key {
		return nil // it ends when the new token takes its place
	}
	if _, err := s.db.Exec(ctx, q, key, channel); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	s.cache.evict(key)
	return nil
}

// selectLive is the one statement behind every page: session, person,
// organization and roles together. It is sent in two forms, for one session and
// for many: a plan that fits many is made anew for each, which takes twenty
// times as long as to read one.
//
//tenant:any the session itself says which organization it belongs to
const selectLive = `
	select s.token_hash, s.id::text, s.data, s.last_seen < now() - $2::interval,
	       coalesce(s.account_id, 0), coalesce(m.org_id, 0), coalesce(m.id, 0), coalesce(st.id, 0),
	       coalesce(m.name, a.name, st.name, ''), coalesce(o.name_uz, ''), coalesce(o.name_ru, ''), coalesce(o.name_en, ''),
	       coalesce(o.tin, ''), coalesce(a.language, st.language, ''), coalesce(a.theme, st.theme, 'system'),
	       coalesce(a.density, st.density, 'comfortable'),
	       (select count(*) from account_members am where am.account_id = s.account_id),
	       coalesce(st.roles, array(select r.role from member_roles r where r.org_id = m.org_id and r.member_id = m.id)),
	       coalesce(m.all_groups, false), coalesce(m.all_places, false),
	       array(select g.group_id from member_groups g where g.org_id = m.org_id and g.member_id = m.id and not m.all_groups),
	       array(select p.place_id from member_places p where p.org_id = m.org_id and p.member_id = m.id and not m.all_places),
	       s.created_at, coalesce(s.proved_at, s.created_at)
	from sessions s
	left join accounts a on a.id = s.account_id
	left join members m on m.org_id = s.org_id and m.id = s.member_id and m.status = 'active'
	left join organizations o on o.org_id = m.org_id and o.status = 'active'
	left join staff st on st.id = s.staff_id and st.status = 'active'
	where s.expires_at > now() and s.last_seen > now() - $1::interval
	  and (s.member_id is null or o.org_id is not null)
	  and (s.staff_id is null or st.id is not null)
	  and (s.account_id is null or a.blocked_at is null)`

// load reads live sessions; keys are for the condition at the end of q.
func (s *Store) load(ctx context.Context, q string, keys any) ([]*entry, error) {
	read := clock.System()
	rows, err := s.db.Query(ctx, q, s.conf.Idle, touchEvery, keys)
	if err != nil {
		return nil, fmt.Errorf("load sessions: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*entry, error) { return scan(row, read) })
	if err != nil {
		return nil, fmt.Errorf("load sessions: %w", err)
	}
	return found, nil
}

func scan(row pgx.CollectableRow, read time.Time) (*entry, error) {
	e := &entry{read: read}
	i := &e.Identity
	err := row.Scan(&i.Key, &i.ID, &e.data, &e.idle, &i.AccountID, &i.OrgID, &i.MemberID, &i.StaffID,
		&i.Name, &i.OrgNames.Uz, &i.OrgNames.Ru, &i.OrgNames.En, &i.TIN, &i.Language, &i.Theme, &i.Density, &i.Orgs, &i.Roles,
		&i.Scope.AllGroups, &i.Scope.AllPlaces, &i.Scope.Groups, &i.Scope.Places, &i.Since, &i.ProvedAt)
	if err != nil {
		return nil, err
	}
	i.Rights = perm.Rights(i.Roles)
	e.texts, err = textsOf(e.data)
	return e, err
}

// touch moves last_seen of the sessions where that is due. One that somebody
// changes at this moment is left for the next time.
func (s *Store) touch(ctx context.Context, keys []string) error {
	const q = `
		with due as (
			select token_hash from sessions
			where token_hash = any($1) and expires_at > now()
			  and last_seen > now() - $2::interval and last_seen < now() - $3::interval
			order by token_hash
			for update skip locked)
		update sessions s set last_seen = now() from due where s.token_hash = due.token_hash`
	if _, err := s.db.Exec(ctx, q, keys, s.conf.Idle, touchEvery); err != nil {
		return fmt.Errorf("move last use of sessions: %w", err)
	}
	return nil
}

func (s *Store) insert(ctx context.Context, key string, r record, b []byte, req *request) error {
	const q = `
		insert into sessions (token_hash, account_id, org_id, member_id, staff_id, data, ip, agent, expires_at, proved_at)
		values ($1, nullif($2::bigint, 0), nullif($3::bigint, 0), nullif($4::bigint, 0), nullif($5::bigint, 0), $6, $7, $8,
		        least(now() + $9::interval, $10::timestamptz),
		        case when $11 then timestamptz 'epoch' when $2 <> 0 or $5 <> 0 then now() end)`
	var until *time.Time
	if !req.until.IsZero() {
		until = &req.until
	}
	_, err := s.db.Exec(ctx, q, key, r.Account, r.Org, r.Member, r.Staff, b, req.ip, req.agent, s.conf.Absolute, until, req.unproved)
	if err != nil {
		return fmt.Errorf("insert session: %w", err)
	}
	return nil
}

func (s *Store) update(ctx context.Context, key string, r record, b []byte) error {
	const q = `
		update sessions
		set account_id = nullif($2::bigint, 0), org_id = nullif($3::bigint, 0), member_id = nullif($4::bigint, 0),
		    staff_id = nullif($5::bigint, 0), data = $6, last_seen = now()
		where token_hash = $1`
	if _, err := s.db.Exec(ctx, q, key, r.Account, r.Org, r.Member, r.Staff, b); err != nil {
		return fmt.Errorf("update session: %w", err)
	}
	return nil
}

// move gives a session another token, if nobody has ended it since. Everything
// that limits it is carried over; the last signature only while the person works
// for nobody or goes on working for the same organization.
func (s *Store) move(ctx context.Context, key string, r record, b []byte, req *request) error {
	const q = `
		with old as (
			delete from sessions where token_hash = $1
			returning id, account_id, staff_id, ip, agent, created_at, expires_at,
			          case when org_id <> $3 then timestamptz 'epoch' else proved_at end as proved_at)
		insert into sessions (token_hash, id, account_id, staff_id, org_id, member_id, data, ip, agent, created_at, proved_at, expires_at)
		select $2, id, account_id, staff_id, nullif($3::bigint, 0), nullif($4::bigint, 0), $5, ip, agent, created_at, proved_at, expires_at
		from old`
	defer s.cache.evict(req.moving)
	if _, err := s.db.Exec(ctx, q, req.moving, key, r.Org, r.Member, b); err != nil {
		return fmt.Errorf("move session: %w", err)
	}
	req.key, req.moving = key, ""
	return nil
}

// remembered is how long a session that ended by itself still says whose it was:
// a form left open overnight finds its person again (see Former).
const remembered = 24 * time.Hour

// clean deletes a slice of sessions that ended by themselves, those of visitors at
// once and those of people when nobody asks whose they were any more, and says how
// many.
func (s *Store) clean(ctx context.Context) (int64, error) {
	const q = `
		delete from sessions
		where token_hash in (
			select token_hash from sessions
			where (last_seen < now() - $1::interval or expires_at < now())
			  and (account_id is null and staff_id is null
			       or last_seen < now() - $1::interval - $2::interval or expires_at < now() - $2::interval)
			order by last_seen limit 5000)`
	tag, err := s.db.Exec(ctx, q, s.conf.Idle, remembered)
	if err != nil {
		return 0, fmt.Errorf("clean sessions: %w", err)
	}
	return tag.RowsAffected(), nil
}

// former says whose a session was that ended by itself not long ago; nobody's
// otherwise. Whoever signs out, or is signed out, leaves no session behind.
//
//tenant:any the session itself says which organization it belonged to
func (s *Store) former(ctx context.Context, key string) (w Who, err error) {
	const q = `
		select coalesce(account_id, 0), coalesce(org_id, 0), coalesce(member_id, 0), coalesce(staff_id, 0)
		from sessions
		where token_hash = $1 and last_seen > now() - $2::interval - $3::interval and expires_at > now() - $3::interval`
	err = s.db.QueryRow(ctx, q, key, s.conf.Idle, remembered).Scan(&w.AccountID, &w.OrgID, &w.MemberID, &w.StaffID)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Who{}, fmt.Errorf("former session: %w", err)
	}
	return w, nil
}

// Open is one live session of a person, for the list under /me/sessions.
type Open struct {
	ID        string
	OrgNames  OrgNames // empty before an organization was chosen
	IP        string
	Agent     string
	CreatedAt time.Time
	LastSeen  time.Time
	Current   bool
}

// ofOwner lists the live sessions of the same account or staff member.
//
//tenant:any a person sees all own sessions, whatever the organization
func (s *Store) ofOwner(ctx context.Context, i Identity) ([]Open, error) {
	const q = `
		select s.id::text, coalesce(o.name_uz, ''), coalesce(o.name_ru, ''), coalesce(o.name_en, ''), s.ip, s.agent, s.created_at, s.last_seen, s.token_hash = $3
		from sessions s
		left join organizations o on o.org_id = s.org_id
		where (s.account_id = nullif($1::bigint, 0) or s.staff_id = nullif($2::bigint, 0))
		  and s.expires_at > now() and s.last_seen > now() - $4::interval
		order by s.last_seen desc, s.id
		limit 100`
	rows, err := s.db.Query(ctx, q, i.AccountID, i.StaffID, i.Key, s.conf.Idle)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	open, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Open, err error) {
		err = row.Scan(&o.ID, &o.OrgNames.Uz, &o.OrgNames.Ru, &o.OrgNames.En, &o.IP, &o.Agent, &o.CreatedAt, &o.LastSeen, &o.Current)
		return o, err
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return open, nil
}

// end deletes sessions of the owner: one by id, or with an empty id all but
// the one that asks. It returns the keys that ended.
func end(ctx context.Context, tx pg.Tx, i Identity, id string) ([]string, error) {
	const q = `
		with gone as (
			delete from sessions
			where (account_id = nullif($1::bigint, 0) or staff_id = nullif($2::bigint, 0))
			  and case when $4 = '' then token_hash <> $3 else id::text = $4 end
			returning token_hash)
		select token_hash, pg_notify($5, token_hash)::text from gone`
	rows, err := tx.Query(ctx, q, i.AccountID, i.StaffID, i.Key, id, channel)
	if err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	keys, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (key string, err error) {
		err = r.Scan(&key, nil)
		return key, err
	})
	if err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	return keys, nil
}
