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
	directorPINFL = taxid.PINFL("32107734951584")
	invitedPINFL  = "42208910060062"
)

// sessionLife is that of the session in which the director invites.
const sessionLife = 5 * time.Minute

// seedCompany makes a company that is at work, with a person and a program that
// are invited: their letters go out when the portal starts.
func seedCompany(ctx context.Context, w *workshop, db *pgxpool.Pool, box *seal.Box) error {
	o, err := org.ByTIN(ctx, db, companyTIN)
	if err != nil || o.Status == org.Active {
		return err
	}
	var who session.Who
	err = pg.InTx(ctx, db, func(tx pg.Tx) error {
		who, err = activate(ctx, tx, &account.Service{DB: db, Box: box}, o)
		return err
	})
	if err != nil {
		return err
	}
	director, end, err := signedIn(ctx, db, who)
	if err != nil {
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
	return seedGoods(ctx, db, director)
}

// activate does what the director's signature does.
func activate(ctx context.Context, tx pg.Tx, accounts *account.Service, o org.Org) (session.Who, error) {
	if err := org.ActivateTx(ctx, tx, o.ID); err != nil {
		return session.Who{}, err
	}
	f := member.First{OrgID: o.ID, Name: o.Director, Position: "Direktor", Email: o.Email}
	var err error
	if f.AccountID, err = accounts.EnsureTx(ctx, tx, account.Person{Name: o.Director, PINFL: directorPINFL, Language: o.Language}); err != nil {
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

// signedIn is a person as if at a browser, until end.
func signedIn(ctx context.Context, db *pgxpool.Pool, who session.Who) (a actor.Actor, end func(), err error) {
	sessions := session.New(db, session.Config{Idle: sessionLife, Absolute: sessionLife})
	from := func(*http.Request) actor.Origin { return actor.Origin{IP: "127.0.0.1"} }
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
	visit(func(ctx context.Context) error { a = session.Of(ctx).Actor(from(nil)); return nil })
	return a, func() { visit(sessions.SignOut) }, err
}
