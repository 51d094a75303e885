package technical

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/password"
	"kabinet/internal/platform/pg"
)

// Service keeps technical users and lets them in.
type Service struct {
	DB     *pgxpool.Pool
	Hasher *password.Hasher
}

// errNoLogin says that no free login was found, which luck does not explain.
var errNoLogin = errors.New("every login tried is taken")

// LoginTx gives the login of a technical user and makes it at the first call: it
// stays the same for ever, whoever activates the user anew.
func (s *Service) LoginTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, tin taxid.TIN) (string, error) {
	login, err := loginOf(ctx, tx, orgID, memberID)
	if err != nil || login != "" {
		return login, err
	}
	const tries = 5 // one in a thousand million is taken
	for range tries {
		login = newLogin(tin)
		free, err := registerLogin(ctx, tx, login, orgID, memberID)
		if err != nil {
			return "", err
		}
		if free {
			return login, insertUser(ctx, tx, login, orgID, memberID)
		}
	}
	return "", errNoLogin
}

// Login is that of a technical user, "" for one that was never invited.
//
//gate:none read by the activation, whose visitor has no rights yet
func (s *Service) Login(ctx context.Context, q pg.Querier, orgID, memberID int64) (string, error) {
	return loginOf(ctx, q, orgID, memberID)
}

// loginChars are easy to read aloud: Crockford's alphabet in lower case.
const loginChars = "0123456789abcdefghjkmnpqrstvwxyz"

// newLogin is t-<tin>-<six characters>.
func newLogin(tin taxid.TIN) string {
	random := make([]byte, 6)
	_, _ = rand.Read(random) // never fails: crypto/rand ends the program instead
	for i, b := range random {
		random[i] = loginChars[int(b)%len(loginChars)]
	}
	return "t-" + string(tin) + "-" + string(random)
}

// foldLogin is a login as it is registered.
func foldLogin(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// HashNew judges a new password and gives its hash. It is slow by design and
// wants no transaction around it; ErrBusy when too many ask at once.
//
//gate:none changes nothing
func (s *Service) HashNew(ctx context.Context, login string, p NewPassword) (string, error) {
	if err := p.check(login); err != nil {
		return "", err
	}
	return s.Hasher.Hash(ctx, p.First)
}

// SetPasswordTx stores the hash of a new password; whatever was signed in with an
// earlier one ends.
func (s *Service) SetPasswordTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, hash string) error {
	if err := setPassword(ctx, tx, orgID, memberID, hash); err != nil {
		return err
	}
	_, err := deleteTokens(ctx, tx, orgID, memberID)
	return err
}

// RevokeAllTx ends the password and every token of a user who is blocked; a user
// without any is left alone. The caller holds the user's row, so that a sign-in
// or a call is either before the block or refused.
func (s *Service) RevokeAllTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, _ string) error {
	if err := dropPassword(ctx, tx, orgID, memberID); err != nil {
		return err
	}
	_, err := deleteTokens(ctx, tx, orgID, memberID)
	return err
}

// RevokeOrgTx ends every token of an organization that is blocked. Passwords
// stay: the organization may be unblocked.
func (s *Service) RevokeOrgTx(ctx context.Context, tx pg.Tx, orgID int64) error {
	return deleteTokensOfOrg(ctx, tx, orgID)
}

// Of reads a technical user of the administrator's organization.
func (s *Service) Of(ctx context.Context, a actor.Actor, memberID int64) (User, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return User{}, err
	}
	return userOf(ctx, s.DB, a.OrgID, memberID)
}

// Networks is the form of the list of addresses.
type Networks struct {
	Typed   string // one a line
	Version int    // of the list that was shown
}

// SetNetworks says from where a user may come; it holds for the next call. The
// list may be empty: then from anywhere. ErrChanged when somebody else changed
// it since it was shown.
func (s *Service) SetNetworks(ctx context.Context, a actor.Actor, memberID int64, n Networks) error {
	return gate.InTx(ctx, s.DB, a, perm.MemberManage, func(tx pg.Tx) error {
		list, err := parseNetworks(n.Typed)
		if err != nil {
			return err
		}
		before, err := userOf(ctx, tx, a.OrgID, memberID)
		if err != nil {
			return err
		}
		changed, err := setNetworks(ctx, tx, a.OrgID, memberID, list, n.Version)
		switch {
		case err != nil:
			return err
		case !changed:
			return ErrChanged
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "technical.restrict", Target: target(memberID),
			Details: audit.Changes{"networks": {Before: before.Networks, After: list}},
		})
	})
}

func target(memberID int64) string { return fmt.Sprintf("member:%d", memberID) }

// cleanArgs ask for lapsed tokens to be thrown away.
type cleanArgs struct{}

// Kind names the job.
func (cleanArgs) Kind() string { return "technical.clean" }

// Clean deletes tokens that ended an hour ago. Nothing that has ended is honoured
// until then; run it now and then.
//
//gate:none a job of the portal itself
func (s *Service) Clean(ctx context.Context) error {
	return pg.InSlices(ctx, s.DB, deleteLapsed)
}

// Register adds the worker of this package and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[cleanArgs](func(ctx context.Context, _ cleanArgs) error { return s.Clean(ctx) }))
	r.Every(cleanEvery, cleanArgs{})
}
