// Package technical lets programs in: technical users, who have a login and a
// password for the interface of orders and reports (IZKM) and no way onto the
// pages.
//
// The login is made by the portal, the password by whoever activates the user,
// and nobody else ever sees it. Signing in gives an access token for half an
// hour and a refresh token that works once; only hashes of both are stored. A
// user who is blocked has no password and no tokens from the same moment on.
package technical

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
)

// Refusals of this package. ErrCredentials and ErrToken do not tell what is
// wrong: unknown, wrong, blocked and expired are one.
var (
	ErrCredentials = fault.New(fault.Unauthenticated, "technical.credentials")
	ErrToken       = fault.New(fault.Unauthenticated, "technical.token")
	ErrAddress     = fault.New(fault.Forbidden, "technical.address")
	ErrOrgBlocked  = fault.New(fault.Forbidden, "technical.org_blocked")
	ErrNotFound    = fault.New(fault.NotFound, "fault.not_found")
	ErrChanged     = fault.New(fault.Conflict, "technical.changed")
)

// How long tokens live, by the database's clock (domain.md 3.1 for the access
// token; the others are ours). These constants are for words and tests; the
// statements say the same.
const (
	AccessLife  = 30 * time.Minute
	RefreshLife = 12 * time.Hour
	FamilyLife  = 7 * 24 * time.Hour // then the password is wanted again
)

// User is a technical user as its administrators see it. Times are zero while
// they have not come.
type User struct {
	OrgID         int64
	MemberID      int64
	Name          string
	Status        string // not_activated, active, blocked
	Login         string // empty until it was invited
	PasswordSetAt time.Time
	Networks      []string // from which it may come, in CIDR form; none: from anywhere
	LastUsedAt    time.Time
	LastUsedIP    string
	Version       int // counts changes of Networks
}

// Tokens are what a sign-in or a refresh gives. They are shown once.
type Tokens struct {
	Access  string
	Refresh string
}

// Caller is a technical user who has shown a good access token.
type Caller struct {
	OrgID     int64
	MemberID  int64
	Login     string
	Name      string
	TIN       taxid.TIN
	OrgUz     string
	OrgRu     string
	OrgEn     string
	Roles     []string
	Scope     perm.Scope
	ExpiresAt time.Time // end of the token
	key       string    // hash of the token, in hexadecimal
	origin    actor.Origin
}

// Rights are those of its roles.
func (c Caller) Rights() perm.Set { return perm.Rights(c.Roles) }

// Actor is the caller as the use cases know it.
func (c Caller) Actor() actor.Actor {
	return actor.Actor{
		OrgID: c.OrgID, MemberID: c.MemberID, Name: c.Name, Rights: c.Rights(), Scope: c.Scope,
		SessionKey: actor.ByToken + c.key, Origin: c.origin,
	}
}

// maxNetworks bounds the list of one user.
const maxNetworks = 50

// parseNetworks reads addresses and networks apart by lines, commas or spaces,
// and gives them in one form without doubles. A network named by one of its
// hosts is that network.
func parseNetworks(typed string) ([]string, error) {
	words := strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	all := make([]string, 0, len(words))
	for _, w := range words {
		n, ok := parseNetwork(w)
		if !ok {
			return nil, fault.New(fault.Invalid, "technical.network", "value", shorten(w)).On("addresses")
		}
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
		if len(all) > maxNetworks { // here, because a form has room for a hundred thousand
			return nil, fault.New(fault.Invalid, "technical.networks_many", "max", maxNetworks).On("addresses")
		}
	}
	return all, nil
}

func parseNetwork(w string) (string, bool) {
	if a, err := netip.ParseAddr(w); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()).String(), true
	}
	p, err := netip.ParsePrefix(w)
	if err != nil || p.Addr().Is4In6() {
		return "", false
	}
	return p.Masked().String(), true
}

// shorten keeps what somebody typed short enough for a line.
func shorten(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// mayCome reports whether an address lies in one of the networks; without
// networks every address may come. An address that is none may not.
func mayCome(networks []string, ip string) bool {
	if len(networks) == 0 {
		return true
	}
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	a = a.Unmap()
	return slices.ContainsFunc(networks, func(n string) bool {
		p, err := netip.ParsePrefix(n)
		return err == nil && p.Contains(a)
	})
}
