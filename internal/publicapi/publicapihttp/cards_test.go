package publicapihttp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/picture"
	"kabinet/internal/proof"

	"kabinet/internal/card"
)

const (
	cards    = "/public/api/v1/product-registry/cards"
	registry = "/public/api/v1/product-registry"
	pinfl    = "31508801234563"
)

// shop is the gateway of a company that marks water, with an own prefix.
type shop struct {
	gateway
	eds   edstest.Key
	value string // of the API key
}

func newShop(t *testing.T) shop {
	t.Helper()
	s := shop{gateway: newGateway(t)}
	box := httptesting.Box(t)
	answers := httptest.NewUnstartedServer(nil)
	ca, err := edstest.NewAuthority(clock.System, "http://"+answers.Listener.Addr().String())
	must(t, err)
	answers.Config.Handler = ca.Handler()
	answers.Start()
	t.Cleanup(answers.Close)
	verifier, err := cms.New(cms.Config{TrustPEM: ca.TrustPEM(), Now: clock.System, HTTP: answers.Client()})
	must(t, err)
	*s.cards = card.Service{
		DB: s.db, Host: "kabinet.example", Accounts: &account.Service{DB: s.db, Box: box}, Pictures: picture.New(),
		Proof: &proof.Service{DB: s.db, Verifier: verifier, Box: box, Name: "cms", Statements: true},
	}
	mac := box.MAC(taxid.PINFLPurpose, []byte(pinfl))
	s.exec(`update accounts set pinfl_mac = $1`, mac)
	s.exec(`insert into person_registry (pinfl_mac, account_id) values ($1, 102)`, mac)
	s.exec(`update members set all_groups = true, all_places = true`)
	s.exec(`insert into member_roles (org_id, member_id, role) values (1, 12, 'card_publisher')`)
	s.exec(`insert into org_product_groups (org_id, group_id, issuer, status) select n, 13, true, 'active' from generate_series(1, 2) n`)
	s.exec(`insert into gs1_prefix_registry (prefix, org_id) values ('4780101', 1), ('4780202', 2)`)
	s.exec(`insert into gs1_prefixes (org_id, prefix, status) values (1, '4780101', 'active'), (2, '4780202', 'active')`)
	s.eds, err = ca.Issue(edstest.Person{CN: "AZIZ KARIMOV", PINFL: pinfl, PersonTIN: "412345678", OrgTIN: own, Org: "ZARAFSHON SUT", Position: "menejer"})
	must(t, err)
	s.value = s.key()
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s shop) do(method, path, body string, header ...string) answer {
	s.t.Helper()
	return s.call(method, path, s.value, body, header...)
}

// bottle is all there is to say of a bottle of water but for its photo.
func bottle(gtin string) map[string]any {
	maker := map[string]any{"name": "Zarafshon Sut MChJ", "address": "Samarqand, Bobur 1"}
	return map[string]any{
		"gtin": gtin, "packaging": "UNIT", "productGroup": "water", "category": "drinking", "tnved": "2201101900", "ikpu": "02201001001000000",
		"name":  map[string]any{"uz": "Zilol ichimlik suvi 0,5 l", "ru": "Вода питьевая «Зилол» 0,5 л"},
		"brand": "Zilol", "country": "UZ", "manufacturer": maker, "claims": maker,
		"attributes": map[string]any{
			"product_type": "drinking", "volume": 0.5, "carbonation": "still", "container": "pet", "sugar": false, "shelf_life": 365, "storage": "5–25 °C",
		},
	}
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func idOf(a answer) int { n, _ := a.JSON["id"].(float64); return int(n) }

func cardAt(id int) string { return fmt.Sprintf("%s/%d", cards, id) }

// front puts a picture on a card.
func (s shop) front(id int) answer {
	s.t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 700, 700))
	for x := range 700 {
		img.Set(x, x, color.RGBA{R: 200, A: 255})
	}
	var b bytes.Buffer
	must(s.t, jpeg.Encode(&b, img, nil))
	return s.do("PUT", cardAt(id)+"/photos/front", b.String(), "Content-Type", "image/jpeg")
}

// sent signs and sends a card.
func (s shop) sent(id int) answer {
	s.t.Helper()
	open := s.do("POST", registry+"/sendings", fmt.Sprintf(`{"cards":[%d]}`, id))
	if open.Status != 201 {
		return open
	}
	words, _ := open.JSON["text"].(string)
	container := edstest.Message{Key: s.eds, Content: []byte(words), At: clock.System(), BER: true}.Encode()
	body := text(map[string]any{"cards": []int{id}, "signature": base64.StdEncoding.EncodeToString(container)})
	return s.do("POST", registry+"/sendings/"+fmt.Sprint(open.JSON["id"])+"/signature", body, "Idempotency-Key", fmt.Sprint("send-", id))
}

// TestAProgramPublishesACard is the way of a card by program alone, but for the
// operator's decision.
func TestAProgramPublishesACard(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	made := s.do("POST", cards, text(bottle("4780101000012")), "Idempotency-Key", "a1")
	if made.Status != 201 || made.JSON["editing"] != "draft" || len(made.JSON["missing"].([]any)) != 1 {
		t.Fatalf("%d %s", made.Status, made.Body)
	}
	id := idOf(made)
	again := s.do("POST", cards, text(bottle("4780101000012")), "Idempotency-Key", "a1")
	if again.Status != 201 || idOf(again) != id || again.Header.Get("Idempotency-Replayed") != "true" || again.Body != made.Body {
		t.Errorf("sent again: %d %v %s", again.Status, again.Header, again.Body)
	}
	wantProblem(t, s.do("POST", cards, text(bottle("4780101000012"))), 409, "conflict", "gtin-taken")

	if a := s.sent(id); a.Status != 422 {
		t.Errorf("without a photo: %d %s", a.Status, a.Body)
	}
	if a := s.front(id); a.Status != 200 || len(a.JSON["missing"].([]any)) != 0 || len(a.JSON["photos"].([]any)) != 1 {
		t.Fatalf("photo: %d %s", a.Status, a.Body)
	}
	sent := s.sent(id)
	if sent.Status != 200 || len(sent.JSON["done"].([]any)) != 1 || sent.JSON["deadline"] == nil {
		t.Fatalf("%d %s", sent.Status, sent.Body)
	}
	if a := s.do("GET", cardAt(id), ""); a.JSON["editing"] != "moderation" || a.JSON["deadline"] == nil {
		t.Errorf("%s", a.Body)
	}
	change := map[string]any{"revision": 99, "card": bottle("4780101000012")}
	wantProblem(t, s.do("PUT", cardAt(id), text(change)), 409, "conflict", "state")

	s.exec(`insert into staff (id, name, pinfl_mac, roles) values (8, 'Timur', 's', '{op_moderator}')`)
	moderator := actor.Operator{StaffID: 8, Name: "Timur", Rights: perm.Rights([]string{"op_moderator"}), SessionKey: "staff"}
	must(t, pg.InTx(t.Context(), s.db, func(tx pg.Tx) error {
		return card.PublishTx(t.Context(), tx, moderator, 1, int64(id), 1)
	}))
	for _, path := range []string{
		registry + "/product", registry + "/product?productGroup=water&tnved=2201", registry + "/search-by-gtin?gtin=04780101000012",
	} {
		a := s.do("GET", path, "")
		products, _ := a.JSON["products"].([]any)
		if a.Status != 200 || len(products) != 1 || a.JSON["hasNextPage"] != false {
			t.Fatalf("%s: %d %s", path, a.Status, a.Body)
		}
		if p := products[0].(map[string]any); p["id"] != fmt.Sprintf("1-%d", id) || p["own"] != true || p["gtin"] != "04780101000012" {
			t.Errorf("%s: %v", path, p)
		}
	}
	for _, path := range []string{"/product?productGroup=tobacco", "/product?tnved=2203", "/search-by-gtin?gtin=4780202000010"} {
		if a := s.do("GET", registry+path, ""); len(a.JSON["products"].([]any)) != 0 {
			t.Errorf("%s: %s", path, a.Body)
		}
	}
	one := s.do("GET", fmt.Sprintf("%s/product/1-%d", registry, id), "")
	photos, _ := one.JSON["photos"].([]any)
	if one.Status != 200 || len(photos) != 1 {
		t.Fatalf("%d %s", one.Status, one.Body)
	}
	url, _ := photos[0].(map[string]any)["url"].(string)
	if a := s.do("GET", strings.TrimPrefix(url, "https://kabinet.example"), "", "Accept", "*/*"); a.Status != 200 || a.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%s: %d %v", url, a.Status, a.Header)
	}
	if a := s.do("GET", cards+"?status=published", ""); len(a.JSON["cards"].([]any)) != 1 {
		t.Errorf("%s", a.Body)
	}
}

// TestWhatIsWrongSaysWhere: complaints name the place in the body.
func TestWhatIsWrongSaysWhere(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	wrong := bottle("4780101000010")
	wrong["country"], wrong["tnved"] = "Atlantis", "1"
	wrong["attributes"] = map[string]any{"volume": "much", "nonsense": 1, "container": map[string]any{}}
	a := s.do("POST", cards, text(wrong), "Accept-Language", "ru")
	if a.Status != 422 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if !strings.Contains(a.Body, "body.attributes.container") {
		t.Errorf("%s", a.Body)
	}
	delete(wrong["attributes"].(map[string]any), "container")
	a = s.do("POST", cards, text(wrong), "Accept-Language", "ru")
	for _, place := range []string{"body.gtin", "body.country", "body.tnved", "body.attributes.volume"} {
		if !strings.Contains(a.Body, `"`+place+`"`) {
			t.Errorf("no complaint about %s: %s", place, a.Body)
		}
	}
	for name, body := range map[string]string{
		"nothing": `{}`, "a list": `[]`, "an unknown property": `{"gtin":"4780101000012","packaging":"UNIT","productGroup":"water","x":1}`,
		"an unknown packaging": `{"gtin":"4780101000012","packaging":"CRATE","productGroup":"water"}`, "cut": `{"gtin":`,
		"not UTF-8": "{\"gtin\":\"\xff\"}", "NUL": "{\"gtin\":\"\\u0000\",\"packaging\":\"UNIT\",\"productGroup\":\"water\"}",
	} {
		if a := s.do("POST", cards, body); a.Status != 422 && a.Status != 400 {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if a := s.do("POST", cards, text(bottle("4780101000012")), "Idempotency-Key", strings.Repeat("k", 65)); a.Status != 400 && a.Status != 422 {
		t.Errorf("a long key: %d", a.Status)
	}
	wantProblem(t, s.do("GET", registry+"/search-by-gtin?gtin=12", ""), 422, "invalid-body", "gtin")
	wantProblem(t, s.do("GET", registry+"/product?cursor=%21%21", ""), 400, "invalid-input-parameter", "")
	if a := s.do("PUT", cardAt(1)+"/photos/front", "GIF89a", "Content-Type", "image/gif"); a.Status != 404 && a.Status != 422 {
		t.Errorf("a picture of nobody's card: %d %s", a.Status, a.Body)
	}
}

// TestPutIsTheWholeCard: what is left out becomes empty, a stale revision is
// refused, and the same call again changes nothing.
func TestPutIsTheWholeCard(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	made := s.do("POST", cards, text(bottle("4780101000012")))
	id := idOf(made)
	short := map[string]any{"gtin": "4780101000012", "packaging": "UNIT", "productGroup": "water", "name": map[string]any{"uz": "Suv"}}
	body := text(map[string]any{"revision": made.JSON["revision"], "card": short})
	a := s.do("PUT", cardAt(id), body)
	kept, _ := a.JSON["card"].(map[string]any)
	if a.Status != 200 || kept["brand"] != nil || kept["attributes"] != nil || kept["name"].(map[string]any)["uz"] != "Suv" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	wantProblem(t, s.do("PUT", cardAt(id), text(map[string]any{"revision": made.JSON["revision"], "card": bottle("4780101000012")})), 409, "conflict", "changed")
	copied := s.do("POST", cardAt(id)+"/copies", `{"gtin":"4780101000029"}`, "Idempotency-Key", "c")
	if copied.Status != 201 || copied.JSON["card"].(map[string]any)["name"].(map[string]any)["uz"] != "Suv" {
		t.Errorf("copy: %d %s", copied.Status, copied.Body)
	}
}

// TestStrangersAndRights: another organization's card is not there, and a right
// that was taken away refuses the next call.
func TestStrangersAndRights(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.exec(`insert into cards (org_id, id, gtin, group_id, packaging) values (2, 500, '04780202000010', 13, 'UNIT')`)
	s.exec(`insert into card_versions (org_id, card_id, n, content, created_by, created_name) values (2, 500, 1, '{"gtin":"04780202000010","packaging":"UNIT","group":13,"set":1}', 1, 'x')`)
	for _, a := range []answer{
		s.do("GET", cardAt(500), ""), s.do("PUT", cardAt(500), text(map[string]any{"revision": 1, "card": bottle("4780202000010")})),
		s.do("POST", cardAt(500)+"/copies", `{"gtin":"4780101000029"}`), s.do("PUT", cardAt(500)+"/photos/front", "x", "Content-Type", "image/jpeg"),
		s.do("DELETE", cardAt(500)+"/photos/1", ""), s.do("GET", cardAt(500)+"/photos/1", ""), s.do("GET", registry+"/product/2-500", ""),
		s.do("GET", registry+"/file/2-500-1", ""),
	} {
		wantProblem(t, a, 404, "not-found", "not-found")
	}
	if a := s.do("POST", registry+"/sendings", `{"cards":[500]}`); a.Status != 404 {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	s.exec(`delete from member_roles where role = 'card_publisher'`)
	wantProblem(t, s.do("POST", cards, text(bottle("4780101000012"))), 403, "forbidden", "no-permission")
	s.exec(`insert into member_roles (org_id, member_id, role) values (1, 12, 'card_editor')`)
	s.exec(`update members set all_groups = false`)
	if a := s.do("POST", cards, text(bottle("4780101000012"))); a.Status != 403 {
		t.Errorf("a group that is not the owner's: %d %s", a.Status, a.Body)
	}
}

// TestOneOfManyCallsMakesTheCard sends the same call many times at once.
func TestOneOfManyCallsMakesTheCard(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if a := s.do("POST", cards, text(bottle("4780101000012")), "Idempotency-Key", "same"); a.Status != 201 && a.Status != 409 {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	all.Wait()
	var n int
	must(t, s.db.QueryRow(t.Context(), `select count(*) from cards`).Scan(&n))
	if n != 1 {
		t.Errorf("%d cards", n)
	}
}

// TestTheAPIStoresWhatThePageStores: the same card by program and by form is the
// same content; internal/card compares forms with files.
func TestTheAPIStoresWhatThePageStores(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	byProgram := idOf(s.do("POST", cards, text(bottle("4780101000012"))))
	publisher := aziz
	publisher.Rights, publisher.Scope = perm.Rights([]string{"default", "card_publisher"}), perm.Scope{AllGroups: true, AllPlaces: true}
	byForm, err := s.cards.Create(t.Context(), publisher, "", card.Typed{
		"gtin": "4780101000029", "packaging": "UNIT", "group": "water", "category": "drinking", "hs": "2201101900", "ikpu": "02201001001000000",
		"name_uz": "Zilol ichimlik suvi 0,5 l", "name_ru": "Вода питьевая «Зилол» 0,5 л", "brand": "Zilol", "country": "UZ",
		"manufacturer": "Zarafshon Sut MChJ", "manufacturer_address": "Samarqand, Bobur 1", "claims": "Zarafshon Sut MChJ", "claims_address": "Samarqand, Bobur 1",
		"attr.product_type": "drinking", "attr.volume": "0,5", "attr.carbonation": "still", "attr.container": "pet", "attr.sugar": "no",
		"attr.shelf_life": "365", "attr.storage": "5–25 °C",
	})
	must(t, err)
	var same bool
	must(t, s.db.QueryRow(t.Context(), `select (a.content - 'gtin')::text = (b.content - 'gtin')::text
		from card_versions a, card_versions b where a.org_id = 1 and a.card_id = $1 and b.org_id = 1 and b.card_id = $2`, byProgram, byForm).Scan(&same))
	if !same {
		t.Error("the two contents differ")
	}
}
