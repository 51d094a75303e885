package cardhttp_test

import (
	"fmt"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/card"
	"kabinet/internal/card/cardhttp"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/web/layout"
	"kabinet/web/ui/uitest"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// The members by name: a publisher, an editor who has only water, an observer,
// and a publisher of another organization.
var members = map[string]struct {
	org, id int64
	role    string
}{
	"publisher": {2, 3, "card_publisher"},
	"editor":    {2, 4, "card_editor"},
	"observer":  {2, 5, "card_observer"},
	"stranger":  {9, 7, "card_publisher"},
}

type site struct {
	t        *testing.T
	db       *pgxpool.Pool
	box      *seal.Box
	keys     httptesting.Keys
	cards    *card.Service
	sessions *session.Manager
	handler  http.Handler
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: pgtest.New(t), box: httptesting.Box(t), keys: httptesting.NewKeys(t)}
	s.sessions = session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour})
	s.cards = &card.Service{
		DB: s.db, Host: httptesting.Host, Accounts: &account.Service{DB: s.db, Box: s.box},
		Proof: &proof.Service{DB: s.db, Verifier: s.keys.Verifier, Box: s.box, Name: "cms", Statements: true},
	}
	h := cardhttp.Handlers{Cards: s.cards, Prefixes: &gs1prefix.Service{DB: s.db}, Sessions: s.sessions}
	s.handler = httptesting.Chain(s.sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Get("/undo", func(w http.ResponseWriter, r *http.Request) { // as the next page would offer it
			_, _ = w.Write([]byte(s.sessions.Take(r.Context(), "flash.undo")))
		})
		r.Post("/in/{who}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			m := members[chi.URLParam(r, "who")]
			return s.sessions.SignIn(r.Context(), session.Who{AccountID: m.id, OrgID: m.org, MemberID: m.id})
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw), s.viewer)
			h.Routes(r, wrap)
			s.lists(r, wrap)
		})
	})
	s.seed()
	return s
}

// viewer tells pages who reads them, as the program does.
func (s *site) viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

func (s *site) seed() {
	s.t.Helper()
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into org_product_groups (org_id, group_id, issuer, status) select o, g, true, 'active' from unnest(array[2, 9]) o, unnest(array[3, 13]) g`,
		`insert into gs1_prefix_registry (prefix, org_id) values ('4780101', 2), ('4780202', 9)`,
		`insert into gs1_prefixes (org_id, prefix, status) values (2, '4780101', 'active'), (9, '4780202', 'active')`,
		`insert into staff (id, name, pinfl_mac, roles) values (8, 'Timur', 's', '{op_moderator}')`,
		`insert into sessions (token_hash, staff_id, data, expires_at) values ('s', 8, '', now() + interval '1 hour')`,
	} {
		s.exec(sql)
	}
	for name, m := range members {
		s.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, $2, $3, 'x', 'en')`,
			m.id, "Account "+name, s.box.MAC(taxid.PINFLPurpose, []byte(pinfl(name))))
		s.exec(`insert into person_registry (pinfl_mac, account_id) select pinfl_mac, id from accounts where id = $1`, m.id)
		s.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
			values ($1, $2, $2, 'business', $3, $4, 'active', $5, true)`, m.org, m.id, "Member "+name, name+"@company.example", name != "editor")
		s.exec(`insert into member_roles (org_id, member_id, role) values ($1, $2, 'default'), ($1, $2, $3)`, m.org, m.id, m.role)
	}
	s.exec(`insert into member_groups (org_id, member_id, group_id) values (2, 4, 13)`)
}

func pinfl(name string) string { return "3150880123456" + strconv.FormatInt(members[name].id, 10) }

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) text(sql string, args ...any) (text string) {
	s.t.Helper()
	s.must(s.db.QueryRow(s.t.Context(), sql, args...).Scan(&text))
	return text
}

func (s *site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+who, nil)
	b.Get("/cards/new?lang=en")
	return b
}

// key is the EDS key of a member.
func (s *site) key(who string) edstest.Key {
	return s.keys.For("MEMBER "+who, pinfl(who), fmt.Sprint(301000000+members[who].org))
}

// publisher acts as the pages let the publisher act.
func (s *site) publisher() actor.Actor {
	s.exec(`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at)
		values ('p', 3, 2, 3, '', now() + interval '1 day') on conflict do nothing`)
	return actor.Actor{
		AccountID: 3, OrgID: 2, MemberID: 3, Name: "Member publisher", SessionKey: "p",
		Rights: perm.Rights([]string{"default", "card_publisher"}), Scope: perm.Scope{AllGroups: true, AllPlaces: true},
	}
}

// made is a card with all answers and a photo.
func (s *site) made(n int) int64 {
	s.t.Helper()
	id, err := s.cards.Create(s.t.Context(), s.publisher(), "", bottle(n))
	s.must(err)
	s.photo(id)
	return id
}

// photo gives a card the picture of its front, as adding one does.
func (s *site) photo(id int64) {
	s.t.Helper()
	s.exec(`insert into card_photos (org_id, id, card_id, side, name, width, height, sha256, blob_id, thumb_blob_id)
		select org_id, nextval('card_photo_ids'), id, 'front', 'front.jpg', 100, 100, sha256(gtin::bytea), 0, 0 from cards where id = $1`, id)
	s.exec(`update card_versions v set content = v.content || jsonb_build_object('photos', jsonb_build_array(jsonb_build_object(
		'id', p.id, 'side', 'front', 'sha256', encode(p.sha256, 'hex'))))
		from card_photos p where p.org_id = v.org_id and p.card_id = v.card_id and v.card_id = $1`, id)
	s.exec(`update cards c set photo_id = p.id from card_photos p where p.card_id = c.id and c.id = $1`, id)
}

// staff does something as the operator's desk does.
func (s *site) staff(do func(tx pg.Tx, op actor.Operator) error) {
	s.t.Helper()
	op := actor.Operator{StaffID: 8, Name: "Timur", Rights: perm.Rights([]string{"op_moderator"}), SessionKey: "s"}
	s.must(pg.InTx(s.t.Context(), s.db, func(tx pg.Tx) error { return do(tx, op) }))
}

func path(id int64, act string) string { return "/cards/" + strconv.FormatInt(id, 10) + act }

// gtin is the nth number under a prefix.
func gtin(prefix string, n int) string {
	body := prefix + fmt.Sprintf("%0*d", 12-len(prefix), n)
	digit, err := gs1.CheckDigit(body)
	if err != nil {
		panic(err)
	}
	return "0" + body + string(digit)
}

// bottle is all there is to say of a bottle of water, but for the photo.
func bottle(n int) card.Typed {
	return card.Typed{
		card.FieldGTIN: gtin("4780101", n), card.FieldPackaging: "UNIT", card.FieldGroup: "water",
		card.FieldCategory: "drinking", card.FieldHS: "2201101900", card.FieldIKPU: "02201001001000000",
		card.FieldNameUz: "Zilol ichimlik suvi 0,5 l", card.FieldNameRu: "Вода питьевая «Зилол» 0,5 л", card.FieldNameEn: "Zilol drinking water 0.5 l",
		card.FieldBrand: "Zilol", card.FieldCountry: "UZ",
		card.FieldManufacturer: "Zarafshon Sut MChJ", card.FieldManufacturerAddress: "Samarqand, Bobur 1",
		card.FieldClaims: "Zarafshon Sut MChJ", card.FieldClaimsAddress: "Samarqand, Bobur 1",
		"attr.product_type": "drinking", "attr.volume": "0.5", "attr.carbonation": "still", "attr.container": "pet", "attr.sugar": "no",
		"attr.shelf_life": "365", "attr.storage": "5–25 °C",
	}
}

// without is what was typed less some fields.
func without(t card.Typed, fields ...string) card.Typed {
	t = maps.Clone(t)
	for _, f := range fields {
		delete(t, f)
	}
	return t
}

var (
	markup = regexp.MustCompile(`(?s)<template.*?</template>|<[^>]*>|\s+`)
	inputs = regexp.MustCompile(`<input[^>]*type="hidden"[^>]*name="([^"]*)" value="([^"]*)"`)
)

// read is a page as it reads.
func read(body string) string {
	s := html.UnescapeString(markup.ReplaceAllString(body, " "))
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " ")
}

// want fails unless the page has the status and every text, and is sound.
func want(t *testing.T, p httptesting.Page, status int, texts ...string) httptesting.Page {
	t.Helper()
	if p.Status != status {
		t.Fatalf("status %d to %q, want %d\n%s", p.Status, p.Location, status, read(p.Body))
	}
	for _, s := range texts {
		if !strings.Contains(read(p.Body), s) {
			t.Errorf("the page does not say %q\n%s", s, read(p.Body))
		}
	}
	if strings.Contains(p.Body, "<main") {
		for _, f := range uitest.Faults(p.Body) {
			t.Error(f)
		}
	}
	return p
}

// form is what the first form of a page sends when a person types over it.
func form(p httptesting.Page, typed card.Typed) url.Values {
	v := url.Values{}
	for _, m := range inputs.FindAllStringSubmatch(p.Body, -1) {
		v.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	for f, text := range typed {
		v.Set(f, text)
	}
	return v
}

// signed is what the browser sends back after the publisher signed.
func (s *site) signed(b *httptesting.Browser, id int64) url.Values {
	s.t.Helper()
	challenge, text := b.Challenge(path(id, "/challenge"))
	return signedBy(s.key("publisher"), challenge, text)
}

func signedBy(key edstest.Key, challenge, text string) url.Values {
	return httptesting.Signed(key, challenge, text, nil)
}

// with is what was typed with another field.
func with(t card.Typed, field, value string) card.Typed {
	t = maps.Clone(t)
	t[field] = value
	return t
}
