package publicapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/apikey"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// Service answers the methods of the Open API.
type Service struct {
	db    *pgxpool.Pool
	keys  *apikey.Service
	now   clock.Clock
	calls *meter // of each key
	fails *meter // of each address
	shots *meter // pictures of each organization
}

// How often a key may call, and how often an address may fail, in a minute. They
// are counted in the process: they keep one program from slowing the others
// down, and no secret hangs on them.
const (
	CallsPerMinute = 100
	failsPerMinute = 60
	shotsPerMinute = 60
)

// New makes the service.
func New(db *pgxpool.Pool, keys *apikey.Service, now clock.Clock) *Service {
	return &Service{
		db: db, keys: keys, now: now,
		calls: newMeter(CallsPerMinute, time.Minute), fails: newMeter(failsPerMinute, time.Minute),
		shots: newMeter(shotsPerMinute, time.Minute),
	}
}

// Knock is what a program brings along.
type Knock struct {
	Authorization string // the header
	TIN           string // of the organization asked about; empty where the method is about none
	Origin        actor.Origin
}

// Call is a call that was let in.
type Call struct {
	Caller
	Party  Party // of the organization asked about; OrgID 0 when there is none
	Origin actor.Origin
	hash   [sha256.Size]byte
}

// Actor is the owner of the key, acting by it. What it may do is asked again in
// the transaction of every change (platform/gate).
func (c Call) Actor() actor.Actor {
	return actor.Actor{
		AccountID: c.AccountID, OrgID: c.OrgID, MemberID: c.Key.MemberID, Name: c.Key.Owner.Uz,
		Rights: c.Rights, Scope: c.Scope, SessionKey: actor.ByKey + hex.EncodeToString(c.hash[:]), Origin: c.Origin,
	}
}

// Enter says who calls, refuses who may not, and counts. The quota is that of the
// key, also after a refusal for want of a right; without a known key it is zero.
//
//gate:none it is the gate of this interface
func (s *Service) Enter(ctx context.Context, k Knock, right perm.Code) (c Call, q Quota, err error) {
	now := s.now()
	value, err := bearer(k.Authorization)
	if err != nil {
		return Call{}, Quota{}, s.refused(k, now, err)
	}
	tin, err := k.tin()
	if err != nil {
		return Call{}, Quota{}, err
	}
	hash := value.Hash()
	key := string(hash[:])
	// A key that was good a moment ago is not held up by what others of the same
	// office do wrong.
	if !s.calls.knows(key, now) && s.fails.spent(limit.Customer(k.Origin.IP), now) {
		return Call{}, Quota{}, ErrTooMany.After(s.fails.left(now))
	}
	if c, err = enter(ctx, s.db, hash[:], tin); err != nil {
		return Call{}, Quota{}, s.refused(k, now, err)
	}
	if err := c.judge(); err != nil {
		return Call{}, Quota{}, s.refused(k, now, err)
	}
	c.Origin, c.hash = k.Origin, hash
	if q = s.calls.hit(key, now); q.Spent {
		return Call{}, q, ErrTooMany.After(q.Reset)
	}
	if !c.Rights.Has(right) {
		return Call{}, q, actor.ErrForbidden.With("right", right)
	}
	return c, q, s.touch(ctx, c, now)
}

// tin reads the organization a method is about, if it is about one.
func (k Knock) tin() (taxid.TIN, error) {
	if k.TIN == "" {
		return "", nil
	}
	tin, wrong := taxid.ParseTIN(k.TIN)
	if wrong != nil || string(tin) != k.TIN {
		return "", ErrTIN
	}
	return tin, nil
}

// refused counts a failure of an address; beyond the limit it is told to wait.
func (s *Service) refused(k Knock, now time.Time, err error) error {
	if fault.KindOf(err) == fault.Unauthenticated && s.fails.hit(limit.Customer(k.Origin.IP), now).Spent {
		return ErrTooMany.After(s.fails.left(now))
	}
	return err
}

// bearer takes the key out of the header (RFC 6750).
func bearer(header string) (apikey.Value, error) {
	scheme, token, _ := strings.Cut(header, " ")
	if header == "" || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return apikey.Value{}, ErrNoKey
	}
	v, err := apikey.ParseValue(token)
	if err != nil {
		return apikey.Value{}, ErrMalformed.Because(err)
	}
	return v, nil
}

// touch notes the use of a key once a minute.
func (s *Service) touch(ctx context.Context, c Call, now time.Time) error {
	if c.touched(now) {
		return nil
	}
	return pg.InTx(ctx, s.db, func(tx pg.Tx) error { return apikey.TouchTx(ctx, tx, c.OrgID, c.Key.ID, c.Origin.IP) })
}

// Groups are the product groups there are.
//
//gate:none a dictionary that everybody may read
func (s *Service) Groups(ctx context.Context) (productgroup.Dictionary, error) {
	return productgroup.LoadDictionary(ctx, s.db)
}

// Status gives the organization that was asked about.
//
//gate:none Enter asked for the right in the statement that read the key
func (s *Service) Status(c Call) (View, error) { return c.Party.viewFor(c.Caller) }

// Picture counts a picture that is sent. All programs of an organization share a
// limit: each picture is drawn anew, and people wait for their turn beside them.
//
//gate:none Enter asked for the right in the statement that read the key
func (s *Service) Picture(c Call) error {
	if q := s.shots.hit(strconv.FormatInt(c.OrgID, 10), s.now()); q.Spent {
		return ErrTooMany.After(q.Reset)
	}
	return nil
}

// Check gives the key that calls. A key says nothing about others, so it must be
// asked about its own organization.
//
//gate:none Enter asked for the right in the statement that read the key
func (s *Service) Check(c Call) (apikey.Key, error) {
	if c.Party.OrgID != c.OrgID {
		return apikey.Key{}, ErrForeign
	}
	return c.Key, nil
}

// Refresh gives another value in the place of the key that calls, which ends.
//
//gate:none apikey.Rotate asks for owner and right in its transaction
func (s *Service) Refresh(ctx context.Context, c Call) (apikey.Key, apikey.Value, error) {
	if c.Party.OrgID != c.OrgID {
		return apikey.Key{}, apikey.Value{}, ErrForeign
	}
	k, v, err := s.keys.Rotate(ctx, c.OrgID, c.Key, c.Origin.IP)
	if f, ok := fault.As(err); ok && f.Is(apikey.ErrEnded) {
		return apikey.Key{}, apikey.Value{}, ErrRevokedKey.Because(err)
	}
	return k, v, err
}
