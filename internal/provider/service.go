package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// Service gives, shows and revokes authorizations.
type Service struct {
	DB  *pgxpool.Pool
	Now clock.Clock // for what a form may say; the database decides what holds
}

// Filter chooses authorizations; zero fields do not narrow.
type Filter struct {
	Received bool // those given to the organization, not by it
	Status   Status
	Query    string // part of the other's name, or the first digits of its tax number
	Cursor   string // of the page before
	Per      int
}

// Page is a page of authorizations, the newest first.
type Page struct {
	Rows []Authorization
	Next string // cursor of the next page, empty on the last
}

// maxExport bounds a downloaded list.
const maxExport = 10_000

// List gives one page of the authorizations a filter chooses.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.ProviderManage); err != nil {
		return Page{}, err
	}
	var before int64
	if err := page.Decode(f.Cursor, &before); err != nil {
		return Page{}, err
	}
	rows, err := selectPage(ctx, s.DB, a.OrgID, f, before)
	var p Page
	p.Rows, p.Next = page.Cut(rows, f.Per, func(z Authorization) string { return page.Encode(z.ID) })
	return p, err
}

// Export gives the newest 10,000 a filter chooses.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.ProviderManage); err != nil {
		return Page{}, err
	}
	f.Cursor, f.Per = "", maxExport
	return s.List(ctx, a, f)
}

// Get gives one that the organization gave, or ErrNotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (Authorization, error) {
	if err := a.Need(perm.ProviderManage); err != nil {
		return Authorization{}, err
	}
	return selectOne(ctx, s.DB, a.OrgID, id)
}

// Offer says what the organization can give to the one with a tax number.
func (s *Service) Offer(ctx context.Context, a actor.Actor, number string) (Offer, error) {
	if err := a.Need(perm.ProviderManage); err != nil {
		return Offer{}, err
	}
	return offer(ctx, s.DB, a, number)
}

func offer(ctx context.Context, q pg.Querier, a actor.Actor, number string) (Offer, error) {
	tin, err := taxid.ParseTIN(number)
	if err != nil {
		return Offer{}, taxid.ErrTIN.On("tin")
	}
	o, err := org.ByTIN(ctx, q, tin)
	switch {
	case errors.Is(err, org.ErrNotFound) || err == nil && o.Status != org.Active:
		return Offer{}, ErrUnknown
	case err != nil:
		return Offer{}, err
	case o.ID == a.OrgID:
		return Offer{}, ErrOwn
	}
	of := Offer{Provider: Party{OrgID: o.ID, TIN: o.TIN, NameUz: o.NameUz, NameRu: o.NameRu}}
	if of.Groups, err = common(ctx, q, a, o.ID); err != nil {
		return Offer{}, err
	}
	if len(of.Groups) == 0 {
		return Offer{}, ErrNoCommon
	}
	return of, nil
}

// common are the groups in which both work and that are open to the person.
func common(ctx context.Context, q pg.Querier, a actor.Actor, providerID int64) ([]Choice, error) {
	ours, err := productgroup.OfOrg(ctx, q, a.OrgID)
	if err != nil {
		return nil, err
	}
	theirs, err := productgroup.OfOrg(ctx, q, providerID)
	if err != nil {
		return nil, err
	}
	taken, err := takenGroups(ctx, q, a.OrgID, providerID)
	if err != nil {
		return nil, err
	}
	var cs []Choice
	for _, g := range ours {
		both := slices.ContainsFunc(theirs, func(t productgroup.OrgGroup) bool { return t.Group.ID == g.Group.ID })
		if both && a.Scope.HasGroup(g.Group.ID) {
			cs = append(cs, Choice{g.Group, g.Issuer, slices.Contains(taken, g.Group.ID)})
		}
	}
	return cs, nil
}

// Create authorizes a provider and tells both sides. The same form sent twice
// is refused the second time: the provider is authorized in these groups.
func (s *Service) Create(ctx context.Context, a actor.Actor, d Draft) (id int64, err error) {
	err = gate.InTx(ctx, s.DB, a, perm.ProviderManage, func(tx pg.Tx) error {
		o, err := offer(ctx, tx, a, d.TIN)
		if err != nil {
			return err
		}
		g, err := d.Open(o, s.Now(), i18n.From(ctx).Code())
		if err != nil {
			return err
		}
		id, err = createTx(ctx, tx, a, g)
		return err
	})
	return id, err
}

// maxDaily is how often one provider is authorized in a day: each sends it a letter.
// One for each product group, and as many mistakes, fit in.
const maxDaily = 30

func createTx(ctx context.Context, tx pg.Tx, a actor.Actor, g Grant) (int64, error) {
	for _, id := range g.Groups {
		if err := gate.ReachTx(ctx, tx, a, perm.Reach{Group: id}); err != nil {
			return 0, err
		}
	}
	// What has lapsed must not stand in the way until the job comes by.
	if err := closeLapsed(ctx, tx, a.OrgID, g.Provider.OrgID); err != nil {
		return 0, err
	}
	n, err := createdToday(ctx, tx, a.OrgID, g.Provider.OrgID)
	switch {
	case err != nil:
		return 0, err
	case n >= maxDaily:
		return 0, ErrMany
	}
	id, err := insert(ctx, tx, a, g)
	switch {
	case pg.Violates(err, "authorization_groups_live_key"):
		return 0, ErrOverlap.With("group", groupNames(ctx, g)).Because(err)
	case err != nil:
		return 0, err
	}
	e := audit.Entry{OrgID: a.OrgID, Action: "authorization.create", Target: target(id), Details: map[string]any{
		"provider": g.Provider.NameUz, "tin": g.Provider.TIN, "groups": g.Groups, "tasks": g.Tasks, "until": lastDay(g),
	}}
	if err := audit.Record(ctx, tx, a.Subject(), e); err != nil {
		return 0, err
	}
	return id, tellCreated(ctx, tx, a.OrgID, id, g)
}

// groupNames stands in a complaint of the very moment: which group it was the
// constraint does not say.
func groupNames(ctx context.Context, g Grant) string {
	return i18n.N(ctx, "provider.some_group", len(g.Groups))
}

// Revoke ends one before its day.
func (s *Service) Revoke(ctx context.Context, a actor.Actor, id int64, why string) error {
	if err := a.Need(perm.ProviderManage); err != nil {
		return err
	}
	r, err := reason(why)
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.ProviderManage, func(tx pg.Tx) error {
		now, err := lock(ctx, tx, a.OrgID, id)
		if err != nil {
			return err
		}
		if now.Status != Active {
			return ErrNotCurrent
		}
		for _, g := range now.Groups {
			if err := gate.ReachTx(ctx, tx, a, perm.Reach{Group: g.ID}); err != nil {
				return err
			}
		}
		if err := end(ctx, tx, a.OrgID, id, Revoked, r); err != nil {
			return err
		}
		e := audit.Entry{OrgID: a.OrgID, Action: "authorization.revoke", Target: target(id), Details: map[string]any{
			"provider": now.Other.NameUz, "tin": now.Other.TIN, "reason": r,
		}}
		if err := audit.Record(ctx, tx, a.Subject(), e); err != nil {
			return err
		}
		return tellEnded(ctx, tx, a.OrgID, now, "provider.notice.revoked.", "provider.notice.lost.", r)
	})
}

// tellCreated tells our administrators and the provider's address.
func tellCreated(ctx context.Context, tx pg.Tx, orgID, id int64, g Grant) error {
	ours := notice.Notice{
		OrgID: orgID, Kind: notice.Organization, Key: "provider.notice.created.", Path: path(id),
		Args: []string{"provider.uz", g.Provider.NameUz, "provider.ru", g.Provider.NameRu, "provider.en", g.Provider.NameUz, "tin", g.Provider.TIN.Grouped(), "until", lastDay(g)},
	}
	if err := notice.ToAdminsTx(ctx, tx, ours); err != nil {
		return err
	}
	giver, err := org.ByID(ctx, tx, orgID)
	if err != nil {
		return err
	}
	return notice.ToOrgTx(ctx, tx, notice.Notice{
		OrgID: g.Provider.OrgID, Kind: notice.Organization, Key: "provider.notice.received.", Path: "/org/authorizations?side=received",
		Args: append(giverArgs(giver), "until", lastDay(g)),
	})
}

// tellEnded tells both sides that an authorization is over.
func tellEnded(ctx context.Context, tx pg.Tx, orgID int64, was Authorization, ours, theirs, why string) error {
	p := was.Other
	err := notice.ToAdminsTx(ctx, tx, notice.Notice{
		OrgID: orgID, Kind: notice.Organization, Key: ours, Path: path(was.ID),
		Args: []string{"provider.uz", p.NameUz, "provider.ru", p.NameRu, "provider.en", p.NameUz, "tin", p.TIN.Grouped(), "reason", why},
	})
	if err != nil {
		return err
	}
	giver, err := org.ByID(ctx, tx, orgID)
	if err != nil {
		return err
	}
	return notice.ToOrgTx(ctx, tx, notice.Notice{
		OrgID: p.OrgID, Kind: notice.Organization, Key: theirs, Path: "/org/authorizations?side=received",
		Args: append(giverArgs(giver), "reason", why),
	})
}

func giverArgs(o org.Org) []string {
	return []string{"giver.uz", o.NameUz, "giver.ru", o.NameRu, "giver.en", o.Name("en"), "tin", o.TIN.Grouped()}
}

func lastDay(g Grant) string {
	return g.Until.AddDate(0, 0, -1).In(clock.Tashkent()).Format("02.01.2006")
}

func target(id int64) string { return fmt.Sprintf("authorization:%d", id) }

func path(id int64) string { return fmt.Sprintf("/org/authorizations/%d", id) }

func number(id int16) string { return fmt.Sprint(id) }

// like makes the wildcards of people literal.
func like(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(s))
}
