//go:build dev

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/agreement"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/invite"
	"kabinet/internal/member"
	"kabinet/internal/org"
	"kabinet/internal/place"
	"kabinet/internal/platform/password"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/technical"
)

// The company that is at work already: the last of the invented ones, whose
// director and a newcomer have keys in the simulator.
const (
	companyTIN    = taxid.TIN("329976740")
	companyMail   = "lab@registon-tibbiyot-500.example" // of who is invited
	makerTIN      = taxid.TIN("251994227")              // another one that is at work; its cards stand in the catalogue
	makerPINFL    = taxid.PINFL("31306984935746")       // of its director
	directorPINFL = taxid.PINFL("32107734951584")
	invitedPINFL  = "42208910060062"
)

// sessionLife is that of the session in which the director invites.
const sessionLife = 5 * time.Minute

// seedCompany makes a company that is at work, with a person and a program that
// are invited: their letters go out when the portal starts.
func seedCompany(ctx context.Context, w *workshop, db *pgxpool.Pool, box *seal.Box) error {
	director, end, err := startsWork(ctx, db, box, companyTIN, directorPINFL)
	if err != nil || director.OrgID == 0 {
		return err
	}
	defer end()
	accounts := &account.Service{DB: db, Box: box}
	programs := &technical.Service{DB: db, Hasher: password.New()}
	users := &member.Service{DB: db, Box: box, Inviter: &invite.Service{
		DB: db, Box: box, Accounts: accounts, Technical: programs, BaseURL: string(w.conf.Web.BaseURL), Now: clock.System,
	}}
	for _, d := range newcomers() {
		if _, err := users.Add(ctx, director, d); err != nil {
			return fmt.Errorf("invite %s: %w", d.Name, err)
		}
	}
	if err := seedProfile(ctx, w, db, box, director); err != nil {
		return err
	}
	if err := seedGoods(ctx, db, director); err != nil {
		return err
	}
	papers, err := newNotary(w, db, box)
	if err != nil {
		return err
	}
	if err := papers.agree(ctx, director, directorPINFL, agreement.Sent); err != nil {
		return err
	}
	if err := seedNotices(ctx, db, director); err != nil {
		return err
	}
	if err := seedSupport(ctx, db, box, director); err != nil {
		return err
	}
	if err := seedCards(ctx, w, db, box, director); err != nil {
		return err
	}
	if err := seedReceipts(ctx, db); err != nil {
		return err
	}
	if err := seedAICs(ctx, w, db, box, director); err != nil {
		return err
	}
	return seedDocuments(ctx, w, db, box, director)
}

// seedCards gives the company at work cards in every state, and another company
// cards that everybody finds in the shared catalogue.
func seedCards(ctx context.Context, w *workshop, db *pgxpool.Pool, box *seal.Box, director actor.Actor) error {
	s, err := newShelf(w, db, box)
	if err != nil {
		return err
	}
	if err := s.fill(ctx, director, directorPINFL, imported()); err != nil {
		return err
	}
	maker, end, err := startsWork(ctx, db, box, makerTIN, makerPINFL)
	if err != nil || maker.OrgID == 0 {
		return err
	}
	defer end()
	papers, err := newNotary(w, db, box)
	if err != nil {
		return err
	}
	if err := papers.agree(ctx, maker, makerPINFL, agreement.Active); err != nil {
		return err
	}
	return s.fill(ctx, maker, makerPINFL, made())
}

// startsWork makes an imported company active and signs its director in, who also
// writes and sends cards, until end. The actor of a company that was active before
// is empty.
func startsWork(ctx context.Context, db *pgxpool.Pool, box *seal.Box, tin taxid.TIN, pinfl taxid.PINFL) (director actor.Actor, end func(), err error) {
	o, err := org.ByTIN(ctx, db, tin)
	if err != nil || o.Status == org.Active {
		return director, nil, err
	}
	var who session.Who
	err = pg.InTx(ctx, db, func(tx pg.Tx) error {
		who, err = activate(ctx, tx, &account.Service{DB: db, Box: box}, o, pinfl)
		return err
	})
	if err != nil {
		return director, nil, err
	}
	i, end, err := atBrowser(ctx, db, who)
	if err != nil {
		return director, nil, err
	}
	users := &member.Service{DB: db, Box: box}
	for _, role := range []perm.Role{perm.RoleCardPublisher, perm.RoleDocAIC} {
		if err = users.Give(ctx, i.Actor(atDesk), i.MemberID, member.Gift{Role: role}); err != nil {
			break
		}
	}
	end()
	if err != nil {
		return director, nil, fmt.Errorf("take a role: %w", err)
	}
	i, end, err = atBrowser(ctx, db, who) // with what the role allows
	return i.Actor(atDesk), end, err
}

// activate does what the director's signature does.
func activate(ctx context.Context, tx pg.Tx, accounts *account.Service, o org.Org, director taxid.PINFL) (session.Who, error) {
	if err := org.ActivateTx(ctx, tx, o.ID); err != nil {
		return session.Who{}, err
	}
	f := member.First{OrgID: o.ID, Name: o.Director, Position: "Direktor", Email: o.Email}
	var err error
	if f.AccountID, err = accounts.EnsureTx(ctx, tx, account.Person{Name: o.Director, PINFL: director, Language: o.Language}); err != nil {
		return session.Who{}, err
	}
	home := place.Address{Language: o.Language, Region: o.Region, District: o.District, Street: o.Street}
	if f.PlaceID, err = place.FirstTx(ctx, tx, o.ID, home); err != nil {
		return session.Who{}, err
	}
	groups, err := productgroup.OfOrg(ctx, tx, o.ID)
	if err != nil {
		return session.Who{}, err
	}
	for _, g := range groups {
		f.Groups = append(f.Groups, g.Group.ID)
	}
	id, err := member.FirstTx(ctx, tx, f)
	return session.Who{AccountID: f.AccountID, OrgID: o.ID, MemberID: id}, err
}

// newcomers are who the director invites.
func newcomers() []member.Draft {
	everywhere := member.Reach{AllGroups: "all", AllPlaces: "all"}
	return []member.Draft{
		{
			Kind: string(member.Business), Preset: string(perm.PresetWarehouse), Reach: everywhere, FormKey: "seed-person",
			Person: member.Person{
				Name: "Yusupova Zulfiya Rahimovna", NameRu: "Юсупова Зульфия Рахимовна", NameEn: "Yusupova Zulfiya",
				Position: "Laborant", Email: companyMail, Language: "uz", PINFL: invitedPINFL,
			},
		},
		{
			Kind: string(member.Technical), Preset: string(perm.PresetProduction), Reach: everywhere, FormKey: "seed-program",
			Person: member.Person{
				Name: "Qadoqlash liniyasi 1", NameRu: "Линия упаковки 1", NameEn: "Packing line 1", Email: "it@registon-tibbiyot-500.example", Language: "en",
			},
		},
	}
}

// atDesk is where everybody of the demo data sits.
var atDesk = actor.Origin{IP: "127.0.0.1"}

// atBrowser is a person as if signed in at a browser, until end.
func atBrowser(ctx context.Context, db *pgxpool.Pool, who session.Who) (i session.Identity, end func(), err error) {
	sessions := session.New(db, session.Config{Idle: sessionLife, Absolute: sessionLife})
	from := func(*http.Request) actor.Origin { return atDesk }
	failed := func(_ http.ResponseWriter, _ *http.Request, reason error) { err = reason }
	var cookies []*http.Cookie
	visit := func(do func(context.Context) error) {
		r := httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		answer := httptest.NewRecorder()
		sessions.Middleware(from, failed)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if reason := do(r.Context()); reason != nil {
				err = reason
			}
			w.WriteHeader(http.StatusNoContent)
		})).ServeHTTP(answer, r)
		cookies = append(cookies, answer.Result().Cookies()...)
	}
	visit(func(ctx context.Context) error { return sessions.SignIn(ctx, who) })
	visit(func(ctx context.Context) error { i = session.Of(ctx); return nil })
	return i, func() { visit(sessions.SignOut) }, err
}
