package app

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
)

// form is a form of the portal as a browser sees it.
type form struct {
	action string
	fields url.Values // by name, with what a browser would send at once
	shown  bool       // by some page; else the fields are those of all the others
}

// hostile are the classes of text of security.md 2 that reach a handler, by name.
// NUL and broken UTF-8 are refused at the edge, also where no field is expected.
func hostile() map[string]string {
	return map[string]string{
		"nothing":       "",
		"blank":         " \t\u00a0\r\n",
		"NUL":           "a\x00b",
		"broken UTF-8":  "a\xff\xfeb",
		"right to left": "abc\u202etxt.exe\u2066",
		"no width":      "a\u200b\u2060\ufeffb",
		"homoglyphs":    "Аdmіn оf ΑSL",
		"combining":     strings.Repeat("Z\u0351\u034a\u0321", 80),
		"markup":        `"><script>alert(1)</script><img src=x onerror=alert(1)>'`,
		"formula":       `=cmd|' /C calc'!A0`,
		"address":       "https://evil.example/login www.evil.example",
		"letter":        "a@x.example\r\nBcc: victim@x.example",
		"SQL":           `'; drop table members; -- \ % _`,
		"template":      `{name} {{.}} ${7*7} %s %00 \u0000`,
		"zeros":         strings.Repeat("0", 4000) + "6",
		"signed":        "+6",
		"huge number":   "99999999999999999999999999",
		"long":          strings.Repeat("ўзбек ", 4_000),
	}
}

// good is something that fits a field by its name, so that a hostile text in
// another one gets past the first complaint.
func good() map[string]string {
	return map[string]string{
		"name": "Dilnoza Karimova", "name_uz": "Zarafshon Sut", "name_ru": "Дилноза Каримова", "name_en": "Dilnoza Karimova", "email": "new@org1.example",
		"pinfl": "41203850010017", "language": "uz", "reason": "Shartnoma tugadi", "about": "Kerak", "note": "Kerak", "phone": "+998901234567",
		"region": "SA", "district": "Urgut", "street": "Amir Temur 1", "country": "UZ", "days": "14", "preset": "accountant", "kind": "business",
		"all_groups": "all", "all_places": "all", "account": "20208000300000000002", "mfo": "00014", "bank": "Bank", "digits": "4780099",
		"number": "4780098", "tin": "300000002", "until": "2030-01-01", "confirm": "Ombor", "version": "1", "code": "AAAA-BBBB-CCCC-DDDD",
		"postal_region": "SA", "postal_district": "Urgut", "postal_street": "Amir Temur 1", "answer": "Maʼqul", "slug": "tea", "login": "x",
		"gtin": "4780001000027", "packaging": "UNIT", "revision": "1", "attr.volume": "0.5",
	}
}

// cast is who attacks an area: whoever may do most there.
func cast() map[string]identity {
	return map[string]identity{
		"member": {name: "admin", account: 1, org: 1, member: 1}, "public": {name: "applicant"},
		"staff": {name: "op_admin", staffID: int64(slices.Index(perm.StaffRoles(), perm.RoleOpAdmin) + 1)},
	}
}

// attacked is a portal with something behind every address.
func attacked(t *testing.T) *App {
	t.Helper()
	a := testApp(t, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})))
	a.exec(t, stage)
	people(t, a)
	things(t, a)
	applicant(t, a)
	a.exec(t, `insert into member_roles (org_id, member_id, role) values (1, 1, 'card_publisher')`) // may do all with cards
	// There is no register here. It has said before that it knows no name, so that any is stored.
	a.exec(t, `insert into register_entries (org_id, name_uz, name_ru, name_en, legal_form, director_name, director_pinfl_mac, director_pinfl_sealed, region, district, street, status, as_of)
		values (1, '', '', '', 'mchj', 'Direktor', '\x01', '\x01', 'SA', 'Samarqand', 'Koʻcha 1', 'active', now())`)
	a.exec(t, `select setval(format('%I.%I', schemaname, sequencename)::regclass, 1000) from pg_sequences where schemaname = current_schema()`)
	return a
}

// TestHostileAddresses asks every page with hostile texts in everything that
// pages read from an address, and every route for things that cannot be there.
func TestHostileAddresses(t *testing.T) {
	t.Parallel()
	a := attacked(t)
	filters := []string{
		"q", "per", "status", "from", "until", "actor", "about", "kind", "thing", "next", "side", "tin", "number", "field", "group", "campaign",
		"back", "sort", "region", "role", "place", "lang", "tab", "state", "gtin", "activity",
	}
	cursors := []string{"after", "before", "cursor", "page"}
	classes := slices.Sorted(maps.Keys(hostile()))
	for n, r := range routeTable(t) {
		who, ok := cast()[r.area]
		if !ok || r.method != http.MethodGet && r.method != http.MethodPost {
			continue
		}
		for _, id := range []string{"0", "-1", "6x", "99999999999", "99999999999999999999", "%D9%A3", "6%20", "%252e%252e", "..%2f6", "1e3", strings.Repeat("6", 3000)} {
			path := regexp.MustCompile(`\{[a-z]+\}|\*`).ReplaceAllString(r.pattern, id)
			if path == r.pattern {
				break
			}
			if w := a.serve(t, who, httptest.NewRequest(r.method, path, nil)); w.Code >= 500 || r.area != "public" && w.Code < 300 && r.pattern != "/org/gs1/requests" {
				t.Errorf("%s %.200s answers %d", r.method, path, w.Code)
			}
		}
		if r.method == http.MethodPost {
			continue
		}
		for i := n % 3; i < len(classes); i += 3 { // a third of them for each page
			class, text := classes[i], hostile()[classes[i]]
			if len(text) > 400 { // the server takes no long headers
				text = strings.ToValidUTF8(text[:400], "")
			}
			for _, names := range [][]string{filters, cursors} {
				q := url.Values{}
				for _, name := range names {
					q.Set(name, text)
				}
				if w := a.get(t, who, r.path()+"?"+q.Encode()); w.Code >= 500 {
					t.Errorf("GET %s with %s answers %d", r.path(), class, w.Code)
				}
			}
		}
		for _, cursor := range forged() {
			if w := a.get(t, who, r.path()+"?"+url.Values{"after": {cursor}}.Encode()); w.Code >= 500 {
				t.Errorf("GET %s after %s answers %d", r.path(), cursor, w.Code)
			}
		}
	}
}

// forged are cursors that can be read and name no row: whoever edits the address
// of a page can write them. Their fields are those of the lists, by their names.
func forged() []string {
	all := map[string]any{}
	for _, name := range []string{"t", "d", "f", "at", "due"} {
		all[name] = "0000-01-01T00:00:00Z"
	}
	all["k"], all["o"], all["i"], all["id"], all["org"] = "9999-12-31T23:59:59-23:59", "-date", math.MaxInt64, math.MinInt64, math.MaxInt64
	return []string{
		page.Encode(math.MaxInt64), page.Encode(math.MinInt64), page.Encode(all), page.Encode(map[string]any{"d": "0000-01-01", "i": 1}),
		page.Encode(map[string]any{"n": "a\x00b", "s": "\x00", "i": 1}), page.Encode(map[string]any{"i": math.MaxInt32 + 1}),
	}
}

// TestHostileForms sends every class of hostile text in every field of every
// form to every route that takes one, as the administrator, as the head of staff
// and as a visitor who registers. Nothing is a fault of ours, and no mark that
// turns the direction of writing gets into the database.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	a := attacked(t)
	cast := cast()
	forms := map[string][]form{}
	for area, who := range cast {
		forms[area] = a.formsOf(t, area, who)
	}
	sent := 0
	for area, list := range forms {
		for _, f := range list {
			for class, text := range hostile() {
				for _, v := range f.with(text) {
					w := a.send(t, cast[area], f.action, v)
					sent++
					if w.Code >= 500 && f.action != "/register/lookup" { // there is no register here
						t.Errorf("POST %s with %s answers %d: %.300s", f.action, class, w.Code, v.Encode())
					}
					if (class == "NUL" || class == "broken UTF-8") && len(v) > 0 && w.Code != http.StatusBadRequest {
						t.Errorf("POST %s with %s answers %d, want 400", f.action, class, w.Code)
					}
				}
			}
		}
	}
	if sent < 3000 {
		t.Errorf("%d forms sent: where are the others", sent)
	}
	a.noTurningMarks(t)
	t.Logf("%d forms sent", sent)
}

// with puts a text in each field alone, and in all of them; twice, for whoever
// expects one. Of the same field in many rows the first and the last are tried.
func (f form) with(text string) []url.Values {
	all := url.Values{}
	for field := range f.fields {
		all[field] = []string{text, text}
	}
	list := []url.Values{all}
	if !f.shown {
		return list
	}
	fields := slices.SortedFunc(maps.Keys(f.fields), func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	rows := map[string][]string{}
	for _, field := range fields {
		of := inRows.ReplaceAllString(field, "#")
		rows[of] = append(rows[of], field)
	}
	for _, same := range rows {
		for _, field := range slices.Compact([]string{same[0], same[len(same)-1]}) {
			v := maps.Clone(f.fields)
			v[field] = all[field]
			list = append(list, v)
		}
	}
	return list
}

// inRows is the number of a row in the name of a field.
var inRows = regexp.MustCompile(`\d+`)

// applicant is a company on its way in, in a session of its own.
func applicant(t *testing.T, a *App) {
	t.Helper()
	const pinfl, entry = "31508801234569", `{"TIN":"300000003","Status":"active","Names":{"Uz":"Yangi","Ru":"Новая"},"Director":{"Name":"Direktor"},"Form":"mchj"}`
	mac := a.box.MAC(taxid.PINFLPurpose, []byte(pinfl))
	sealed := a.box.Seal(taxid.PINFLPurpose, []byte(pinfl), append([]byte("enrollment:"), mac...))
	a.exec(t, `insert into enrollments (id, tin, pinfl_mac, pinfl_sealed, trader, holder, position, entry, entry_at, language, expires_at)
		values (6, '300000003', $1, $2, false, 'Direktor', '', $3::jsonb, now(), 'uz', now() + interval '1 day')`, mac, sealed, entry)
}

// formsOf opens every page of an area and collects what it could send; forms
// that no page shows get the field names of all the others of their area.
func (a *App) formsOf(t *testing.T, area string, who identity) []form {
	t.Helper()
	found := map[string]form{}
	all := url.Values{}
	for _, r := range routeTable(t) {
		if r.method != http.MethodGet || r.area != area {
			continue
		}
		w := a.get(t, who, r.path())
		if w.Code >= 500 {
			t.Errorf("GET %s answers %d", r.path(), w.Code)
		}
		for _, f := range formsIn(t, w.Body.String()) {
			if old, ok := found[f.action]; ok {
				maps.Copy(f.fields, old.fields)
			}
			found[f.action] = f
			maps.Copy(all, f.fields)
		}
	}
	for _, r := range routeTable(t) {
		if _, ok := found[r.path()]; !ok && r.method == http.MethodPost && r.area == area && !ofPrograms.MatchString(r.pattern) {
			found[r.path()] = form{action: r.path(), fields: maps.Clone(all)}
		}
	}
	list := make([]form, 0, len(found))
	for _, action := range slices.SortedFunc(maps.Keys(found), lastActsLast) {
		list = append(list, found[action])
	}
	return list
}

// lastActsLast puts what ends things behind everything else.
func lastActsLast(a, b string) int {
	ends := func(s string) int {
		for _, word := range []string{"block", "revoke", "withdraw", "refuse", "end", "drop", "remove", "cancel", "stop", "sign-out", "apply", "grant"} {
			if strings.Contains(s, word) {
				return 1
			}
		}
		return 0
	}
	if d := ends(a) - ends(b); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

func formsIn(t *testing.T, page string) (list []form) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !strings.EqualFold(attr(n, "method"), "post") || !strings.HasPrefix(attr(n, "action"), "/") {
			continue
		}
		f := form{action: attr(n, "action"), fields: url.Values{}, shown: true}
		for c := range n.Descendants() {
			f.take(c)
		}
		list = append(list, f)
	}
	return list
}

// take keeps the field of a control with what fits it.
func (f form) take(n *html.Node) {
	name := attr(n, "name")
	if n.Type != html.ElementNode || name == "" {
		return
	}
	value := good()[name]
	if value == "" || attr(n, "type") == "hidden" {
		value = attr(n, "value")
	}
	if n.Data == "select" && good()[name] == "" {
		for o := range n.Descendants() {
			if o.Data == "option" && attr(o, "value") != "" {
				value = attr(o, "value")
			}
		}
	}
	f.fields[name] = []string{value}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (a *App) get(t *testing.T, who identity, path string) *httptest.ResponseRecorder {
	t.Helper()
	return a.serve(t, who, httptest.NewRequest(http.MethodGet, path, nil))
}

func (a *App) send(t *testing.T, who identity, path string, v url.Values) *httptest.ResponseRecorder {
	t.Helper()
	a.exec(t, `delete from rate_limits`)
	r := httptest.NewRequest(http.MethodPost, path, encoded(v))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return a.serve(t, who, r)
}

// encoded is a form as browsers send it. A text that stands in a hundred fields is
// escaped once: else that takes longer than the answers.
func encoded(v url.Values) *strings.Reader {
	escaped := map[string]string{}
	var parts []string
	for name, texts := range v {
		for _, text := range texts {
			if _, ok := escaped[text]; !ok {
				escaped[text] = url.QueryEscape(text)
			}
			parts = append(parts, url.QueryEscape(name), "=", escaped[text], "&")
		}
	}
	return strings.NewReader(strings.TrimSuffix(strings.Join(parts, ""), "&"))
}

// serve answers a request in a session of its own.
func (a *App) serve(t *testing.T, who identity, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	token := a.session(t, who)
	if who.name == "applicant" {
		a.exec(t, `update sessions set data = $1 where data = $2`,
			[]byte(`{"d":"2099-01-01T00:00:00Z","t":{"enrollment":"6"}}`), []byte(`{"d":"2099-01-01T00:00:00Z","a":0,"o":0,"m":0,"s":0}`))
	}
	r.AddCookie(&http.Cookie{Name: "kabinet", Value: token})
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	return w
}

// noTurningMarks looks into every text of every table.
func (a *App) noTurningMarks(t *testing.T) {
	t.Helper()
	const columns = `select table_name, column_name from information_schema.columns where table_schema = current_schema() and data_type in ('text', 'jsonb', 'ARRAY')`
	rows, err := a.db.Query(t.Context(), columns)
	if err != nil {
		t.Fatal(err)
	}
	var asks []string
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		asks = append(asks, fmt.Sprintf(`select '%s.%s', count(*) filter (where position(U&'\202E' in %[2]q::text) > 0), count(*) filter (where length(%[2]q::text) > 20000) from %[1]q`, table, column))
	}
	for _, q := range asks {
		var where string
		var turned, long int
		if err := a.db.QueryRow(t.Context(), q).Scan(&where, &turned, &long); err != nil {
			t.Fatal(err)
		}
		if turned > 0 || long > 0 {
			t.Errorf("%s holds %d texts that turn the direction of writing and %d of any length", where, turned, long)
		}
	}
}
