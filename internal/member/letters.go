package member

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/mail"
)

// An invitation goes to whatever address an administrator types. These bounds
// keep our letters from being thrown at somebody who never asked for them.
var (
	// ErrLetters: this user was written to too often.
	ErrLetters = fault.New(fault.TooMany, "member.letters.user")
	// ErrMailbox: the organization invited too many users at this address today.
	ErrMailbox = fault.New(fault.TooMany, "member.letters.mailbox")
	// ErrMailboxes is ErrMailbox for a file, with the "rows" that are too many.
	ErrMailboxes = fault.New(fault.TooMany, "member.letters.mailboxes")
)

// maxOfMailbox is how many users of one file may share a mailbox, as programs do
// that one person looks after.
const maxOfMailbox = 5

// invites bound how often one user is invited: a few times while somebody helps
// on the telephone, and not every hour of a day.
func invites() []limit.Rule {
	return []limit.Rule{
		{Name: "member.invite", Max: 5, Per: time.Hour},
		{Name: "member.invite_day", Max: 10, Per: 24 * time.Hour},
	}
}

// toMailbox bounds what one organization sends into one mailbox, whoever the
// users are. It is counted for each organization apart: one must not be able to
// use up the letters of another.
func toMailbox() limit.Rule {
	return limit.Rule{Name: "member.mailbox", Max: 30, Per: 24 * time.Hour}
}

// spareUser counts an invitation of a user before it is made; a user who is in
// another state gets none.
func (s *Service) spareUser(ctx context.Context, orgID, id int64, in Status) error {
	u, err := byID(ctx, s.DB, orgID, id)
	if err != nil || u.Status != in {
		return err
	}
	return s.spare(ctx, orgID, id, u.Email)
}

func (s *Service) spare(ctx context.Context, orgID, id int64, email string) error {
	for _, rule := range invites() {
		hit, err := limit.Hit(ctx, s.DB, rule, fmt.Sprintf("%d/%d", orgID, id))
		switch {
		case err != nil:
			return err
		case !hit.Allowed:
			return ErrLetters.After(hit.RetryAfter)
		}
	}
	_, err := s.spareMailbox(ctx, orgID, email)
	return err
}

// spareMailbox counts an invitation to an address; what comes to nothing may be
// given back. What is no address gets no letter: the form says so.
func (s *Service) spareMailbox(ctx context.Context, orgID int64, typed string) (letter limit.Place, err error) {
	email, wrong := mail.ParseAddress(typed)
	if wrong != nil {
		return limit.Place{}, nil
	}
	letter, err = limit.Take(ctx, s.DB, toMailbox(), mailboxKey(orgID, email.String()))
	if f, ok := fault.As(err); ok {
		return limit.Place{}, ErrMailbox.After(f.RetryAfter)
	}
	return letter, err
}

// spareMailboxes is spareMailbox for the rows of a file, all of them or none.
func (s *Service) spareMailboxes(ctx context.Context, orgID int64, rows []fileRow) error {
	times, at := map[string]int{}, map[string][]int{}
	for _, r := range rows {
		key := mailboxKey(orgID, r.Email)
		times[key]++
		at[key] = append(at[key], r.N)
	}
	over, left, err := limit.HitAll(ctx, s.DB, toMailbox(), times)
	if err != nil || len(over) == 0 {
		return err
	}
	var numbers []int
	for _, key := range over {
		numbers = append(numbers, at[key]...)
	}
	return ErrMailboxes.With("rows", rowList(numbers)).After(left)
}

// mailboxKey names a mailbox without telling which one it is.
func mailboxKey(orgID int64, email string) string {
	h := sha256.Sum256([]byte(mailbox(email)))
	return fmt.Sprintf("%d/%s", orgID, hex.EncodeToString(h[:16]))
}

// mailbox folds the addresses that end in one mailbox: letters of any size, and
// a part after a plus sign that many providers leave out.
func mailbox(email string) string {
	name, host, _ := strings.Cut(strings.ToLower(email), "@")
	name, _, _ = strings.Cut(name, "+")
	return name + "@" + host
}

// rowList names rows in their order; of many it names the first ones.
func rowList(rows []int) string {
	const shown = 20
	rows = slices.Sorted(slices.Values(rows))
	list := strings.Trim(strings.ReplaceAll(fmt.Sprint(rows[:min(len(rows), shown)]), " ", ", "), "[]")
	if len(rows) > shown {
		list += "…"
	}
	return list
}
