package access

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/member"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
)

// Service keeps requests for access.
type Service struct {
	DB      *pgxpool.Pool
	Members *member.Service
}

// maxNote is how long a note and a reason may be, in characters; maxPath how long
// a page's address, in bytes: none of ours is longer.
const (
	maxNote = 500
	maxPath = 1000
)

// asks bounds how often one person may write to the administrators.
func asks() limit.Rule { return limit.Rule{Name: "access.ask", Max: 20, Per: time.Hour} }

// Ask asks the administrators for something. Asking again while the request is
// open is no error and tells nobody twice; what the person has already is
// ErrHave.
func (s *Service) Ask(ctx context.Context, a actor.Actor, w Wish) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	note, err := text.Plain(w.Note, maxNote)
	if err != nil {
		return onField(err, "note")
	}
	w.Note = note
	if len(w.Path) > maxPath {
		w.Path = ""
	}
	names, me, err := s.look(ctx, a, w.Thing)
	switch {
	case err != nil:
		return err
	case w.had(me):
		return ErrHave
	}
	if err := limit.Need(ctx, s.DB, asks(), fmt.Sprint(a.OrgID, "/", a.MemberID)); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		fresh, err := insertRequest(ctx, tx, a, w)
		if err != nil || !fresh {
			return err
		}
		err = notice.ToAdminsTx(ctx, tx, notice.Notice{
			OrgID: a.OrgID, Kind: notice.Access, Key: "access.notice.asked.", Path: "/org/requests",
			Args: append([]string{"name", a.Name}, words(w.Thing, names)...),
		})
		if err != nil {
			return err
		}
		return record(ctx, tx, a, "access.ask", a.MemberID, w.Thing, "")
	})
}

func onField(err error, field string) error {
	if f, ok := fault.As(err); ok {
		return f.On(field)
	}
	return err
}

// look finds a thing in the organization, and the actor's own membership.
func (s *Service) look(ctx context.Context, a actor.Actor, t Thing) (member.Names, member.User, error) {
	c, err := s.Members.Choices(ctx, a)
	if err != nil {
		return member.Names{}, member.User{}, err
	}
	names, err := t.names(c)
	if err != nil {
		return member.Names{}, member.User{}, err
	}
	me, err := s.Members.Me(ctx, a)
	return names, me, err
}

// words name a thing in three languages for a notice.
func words(t Thing, names member.Names) []string {
	if t.Kind == Role {
		key := "role." + t.Code
		names = member.Names{Uz: i18n.Text(i18n.Uz, key), Ru: i18n.Text(i18n.Ru, key), En: i18n.Text(i18n.En, key)}
	}
	return []string{"thing.uz", names.Uz, "thing.ru", names.In("ru"), "thing.en", names.In("en")}
}

func record(ctx context.Context, tx pg.Tx, a actor.Actor, action string, memberID int64, t Thing, reason string) error {
	details := map[string]string{"kind": string(t.Kind), "thing": t.Code}
	if reason != "" {
		details["reason"] = reason
	}
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: action, Target: "member:" + strconv.FormatInt(memberID, 10), Details: details,
	})
}

// Withdraw takes back a request of the actor's own.
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, id int64) error {
	return gate.InTx(ctx, s.DB, a, perm.OrgRead, func(tx pg.Tx) error {
		r, err := lockRequest(ctx, tx, a.OrgID, id)
		switch {
		case err != nil:
			return err
		case r.MemberID != a.MemberID:
			return ErrNotFound
		case r.Status != Open:
			return ErrDecided
		}
		if err := decide(ctx, tx, a, id, Withdrawn, ""); err != nil {
			return err
		}
		return record(ctx, tx, a, "access.withdraw", r.MemberID, r.Thing, "")
	})
}

// Grant gives what a request asks for. Signatures are asked for as everywhere
// (member.Service.SetRoles); a request that was decided meanwhile is ErrDecided.
func (s *Service) Grant(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	r, err := oneRequest(ctx, s.DB, a.OrgID, id)
	if err != nil {
		return err
	}
	g, err := r.Thing.Gift()
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		if err := s.Members.GiveTx(ctx, tx, a, r.MemberID, g); err != nil {
			return err
		}
		if r, err = lockRequest(ctx, tx, a.OrgID, id); err != nil {
			return err
		}
		if r.Status != Open {
			return ErrDecided
		}
		return s.decideTx(ctx, tx, a, r, Granted, "")
	})
}

// Refuse says no, with a reason the person will read.
func (s *Service) Refuse(ctx context.Context, a actor.Actor, id int64, reason string) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	var f fault.Form
	reason, err := text.Plain(reason, maxNote)
	f.Add("reason", err)
	f.Check(reason != "", "reason", "access.refuse.reason.missing")
	f.Check(!text.Linked(reason), "reason", "access.refuse.reason.link") // it goes out in a letter of ours
	if err := f.Err(); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.MemberManage, func(tx pg.Tx) error {
		r, err := lockRequest(ctx, tx, a.OrgID, id)
		switch {
		case err != nil:
			return err
		case r.Status != Open:
			return ErrDecided
		}
		return s.decideTx(ctx, tx, a, r, Refused, reason)
	})
}

// decideTx closes a request, tells the person and writes it down.
func (s *Service) decideTx(ctx context.Context, tx pg.Tx, a actor.Actor, r Request, status Status, reason string) error {
	if err := decide(ctx, tx, a, r.ID, status, reason); err != nil {
		return err
	}
	n := notice.Notice{OrgID: a.OrgID, Kind: notice.Access, Key: "access.notice.granted.", Path: "/me/access", Args: words(r.Thing, r.Names)}
	action := "access.grant"
	if status == Refused {
		n.Key, action = "access.notice.refused.", "access.refuse"
		n.Args = append(n.Args, "reason", reason)
	}
	if err := notice.ToMemberTx(ctx, tx, r.MemberID, n); err != nil {
		return err
	}
	return record(ctx, tx, a, action, r.MemberID, r.Thing, reason)
}

// Take gives an administrator something he lacks himself.
func (s *Service) Take(ctx context.Context, a actor.Actor, t Thing) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	g, err := t.Gift()
	if err != nil {
		return err
	}
	return s.Members.Give(ctx, a, a.MemberID, g)
}

// Name is what a thing of the organization is called; a role is named by its code.
func (s *Service) Name(ctx context.Context, a actor.Actor, t Thing) (member.Names, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return member.Names{}, err
	}
	names, _, err := s.look(ctx, a, t)
	return names, err
}

// Filter chooses requests.
type Filter struct {
	Decided bool   // those that are over; else those that wait
	After   string // cursor of the page before
	Size    int
}

// Page is one page of requests, the newest first.
type Page struct {
	Rows []Request
	Next string // cursor of the next page; empty on the last one
	Open int    // how many wait, counted up to 1,000
}

// mark is where a page ends.
type mark struct {
	ID int64 `json:"i"`
}

// List gives one page of the organization's requests.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return Page{}, err
	}
	var at mark
	if err := page.Decode(f.After, &at); err != nil {
		return Page{}, err
	}
	rows, err := selectRequests(ctx, s.DB, a.OrgID, 0, f.Decided, at.ID, f.Size+1)
	if err != nil {
		return Page{}, err
	}
	var p Page
	p.Rows, p.Next = page.Cut(rows, f.Size, func(r Request) string { return page.Encode(mark{r.ID}) })
	p.Open, err = countOpen(ctx, s.DB, a.OrgID)
	return p, err
}

// Get gives one request.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (Request, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return Request{}, err
	}
	return oneRequest(ctx, s.DB, a.OrgID, id)
}

// mine is how many of the decided requests a person sees.
const mine = 20

// Mine gives the actor's own requests: those that wait, then those decided last.
func (s *Service) Mine(ctx context.Context, a actor.Actor) (open, decided []Request, err error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, nil, err
	}
	if open, err = selectRequests(ctx, s.DB, a.OrgID, a.MemberID, false, 0, 100); err != nil {
		return nil, nil, err
	}
	decided, err = selectRequests(ctx, s.DB, a.OrgID, a.MemberID, true, 0, mine)
	return open, decided, err
}

// Explain says what somebody lacks who was refused a right, a group or a place.
// Right is given unless reach names a group or a place.
//
//gate:none a refusal tells the refused person what is missing, and whom to ask
func (s *Service) Explain(ctx context.Context, a actor.Actor, right perm.Code, reach perm.Reach) (r Refusal, err error) {
	c, err := member.ChoicesOf(ctx, s.DB, a.OrgID)
	if err != nil {
		return r, err
	}
	if reach != (perm.Reach{}) {
		r.Thing = ReachThing(reach)
		if r.Names, err = r.Thing.names(c); err != nil {
			return r, err
		}
	} else {
		for _, role := range perm.RolesWith(right) {
			if memberRole(role) {
				r.Roles = append(r.Roles, role)
			}
		}
		if len(r.Roles) == 0 {
			return r, ErrThing
		}
		r.Thing, r.Issuer = RoleThing(r.Roles[0]), r.Roles[0].NeedsIssuer() && !c.Issuer
	}
	if r.Admins, err = member.Admins(ctx, s.DB, a.OrgID); err != nil {
		return r, err
	}
	r.Give = a.Need(perm.MemberManage) == nil
	r.Asked, err = asked(ctx, s.DB, a, r.Thing)
	return r, err
}

// memberRole reports whether users of organizations can have a role.
func memberRole(role perm.Role) bool {
	_, err := RoleThing(role).Gift()
	return err == nil
}
