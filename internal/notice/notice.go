// Package notice tells people what happened: a letter to their address and a
// line in the portal.
//
// A notice is stored in the transaction of the act it tells of, and a job sends
// it: the act cannot be kept without its notice, nor the notice without the
// act. A person has one inbox and, under one address, one letter a day, for however
// many organizations. Each person chooses for each kind how its letters come: at once, once a
// day, or not at all. A letter goes out at least once, and no notice goes out in
// two letters. What is in a notice may be read by whoever reads the mailbox, so
// it never holds a code, a key or a password.
package notice

import (
	"context"
	"time"

	"kabinet/internal/platform/pg"
)

// Kind is a family of letters a person may want or not.
type Kind string

// The kinds (ux.md 5.6). Security letters are always sent.
const (
	Security     Kind = "security"     // my roles, my keys, my account; organization's address, director
	Access       Kind = "access"       // requests for access and their answers
	Expiry       Kind = "expiry"       // something of mine ends soon
	Decision     Kind = "decision"     // what the operator decided
	Organization Kind = "organization" // what became of places, groups, authorizations
	Documents    Kind = "documents"    // invoices to answer, receipts, codes of imports
	Support      Kind = "support"      // answers to what I asked the operator
	Maintenance  Kind = "maintenance"  // planned work on the portal
)

// Kinds lists them in the order of the form.
func Kinds() []Kind {
	return []Kind{Security, Access, Expiry, Decision, Organization, Documents, Support, Maintenance}
}

// Always reports whether the kind cannot be declined.
func (k Kind) Always() bool { return k == Security }

// Way is how the letters of a kind come.
type Way string

// The ways. Whatever is chosen, the line stands in the portal at once.
const (
	PortalOnly Way = "portal"
	AtOnce     Way = "at_once"
	Daily      Way = "digest" // collected, at 09:00 in Tashkent
)

// Ways lists them in the order of the form.
func Ways() []Way { return []Way{AtOnce, Daily, PortalOnly} }

// Usual is how letters of the kind come to who has chosen nothing. Decisions
// come by the dozen when the operator is at work, and each stands in the portal
// at once; every page announces maintenance.
func (k Kind) Usual() Way {
	switch k {
	case Decision:
		return Daily
	case Maintenance:
		return PortalOnly
	}
	return AtOnce
}

// Notice is what to tell.
type Notice struct {
	OrgID int64
	Kind  Kind
	// Key begins the keys of the words and ends in a dot, as in
	// "apikey.notice.created.": ".subject" (60 letters at most, the fact first),
	// ".text" (paragraphs apart by a blank line) and, with a Path, ".button".
	Key string
	// Args are name, value pairs for the words, ready for showing. What is kept
	// in three languages goes in three times: "group.uz", "group.ru", "group.en"
	// all fill {group}.
	Args []string
	Path string // page of the portal to open, "/me/keys"; empty for none
}

// ToMemberTx tells one member of the organization, in the member's language.
// One who is blocked or has no address is told in the portal only.
func ToMemberTx(ctx context.Context, tx pg.Tx, memberID int64, n Notice) error {
	return insertForMembers(ctx, tx, n, []int64{memberID})
}

// ToMembersTx tells several members.
func ToMembersTx(ctx context.Context, tx pg.Tx, memberIDs []int64, n Notice) error {
	return insertForMembers(ctx, tx, n, memberIDs)
}

// ToAdminsTx tells every active administrator of the organization.
func ToAdminsTx(ctx context.Context, tx pg.Tx, n Notice) error {
	return insertForAdmins(ctx, tx, n)
}

// ToOrgTx tells the organization itself, at its own address: at once, whatever the
// kind, since an address chooses nothing and reads no inbox.
func ToOrgTx(ctx context.Context, tx pg.Tx, n Notice) error {
	return insertForOrg(ctx, tx, n)
}

// ToAddressTx tells an address that belongs to nobody here (any more): the one
// the organization has just left.
func ToAddressTx(ctx context.Context, tx pg.Tx, email, language string, n Notice) error {
	return insertForAddress(ctx, tx, email, language, n)
}

// ToEverybodyTx tells every member of every organization; the notice's OrgID is
// of no meaning. It costs one row however many they are: each inbox shows it,
// and a job writes letters to those who want the kind by mail. source names what
// it is about, "maintenance:12"; telling of it again changes nothing. From until
// on it counts as read.
func ToEverybodyTx(ctx context.Context, tx pg.Tx, source string, until time.Time, n Notice) error {
	return announce(ctx, tx, source, until, n)
}

// SeenTx marks as read what a member was told of a page, which the member has
// just seen: "/support/17".
func SeenTx(ctx context.Context, tx pg.Tx, orgID, memberID int64, path string) error {
	return markSeen(ctx, tx, orgID, memberID, path)
}

// OverTx says that an announcement is of no interest any more.
func OverTx(ctx context.Context, tx pg.Tx, source string) error {
	return endAnnouncement(ctx, tx, source)
}
