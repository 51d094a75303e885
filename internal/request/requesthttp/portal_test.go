package requesthttp_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
)

func TestThePrefixFromTheFormToTheDownload(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barno := s.as("barno")
	wantPage(t, barno.Get("/org/gs1"), 200, "", "4780001", `href="/org/gs1/new"`, "Check a GTIN")
	wantPage(t, barno.Get("/org/gs1/new?kind=gs1_gtin&number=4780094510086"), 200, "", `value="4780094510086"`, "multipart/form-data", "at most 5", "checked")
	page := ask(t, barno, "4780077")
	wantPage(t, barno.Get(page), 200, "", "Register the prefix 4780077", "See the &lt;second&gt; page", "letter.png", page+"/withdraw")
	wantPage(t, barno.Get("/org/gs1"), 200, "", `href="`+page+`"`)
	wantPage(t, s.as("karim").Get(page), 200, "", "Register the prefix 4780077")

	p := barno.Get(page + "/document")
	wantPage(t, p, 200, "")
	if !bytes.Equal([]byte(p.Body), picture()) {
		t.Error("the document comes back changed")
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; sandbox",
	} {
		if got := p.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if d := p.Header.Get("Content-Disposition"); !strings.HasPrefix(d, `attachment; filename="document-`) || !strings.HasSuffix(d, `.png"`) {
		t.Errorf("offered as %q", d)
	}

	wantPage(t, barno.Get(page+"/withdraw"), 200, "", "Withdraw the request?", `method="post"`)
	wantPage(t, barno.Post(page+"/withdraw", nil), 303, page)
	wantPage(t, barno.Post(page+"/withdraw", nil), 409, "", "request.decided")
	wantPage(t, barno.Get(page+"/withdraw"), 409, "", "request.decided")
	wantPage(t, barno.Get(page), 200, "", "Withdrawn")
}

func TestTheFormForANumberKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barno := s.as("barno")
	for name, tt := range map[string]struct {
		values url.Values
		file   string
		bytes  []byte
		status int
		texts  []string
	}{
		"nothing filled in":      {nil, "", nil, 422, []string{"Error:", `href="#kind"`, `href="#number"`, `href="#file"`}},
		"no file":                {number("gs1_prefix", "4780077"), "", nil, 422, []string{`href="#file"`, `value="4780077"`, "See the &lt;second&gt; page"}},
		"a page for a document":  {number("gs1_prefix", "4780077"), "a.pdf", []byte("<html>"), 422, []string{`href="#file"`, "no PDF, JPG or PNG"}},
		"a prefix of another":    {number("gs1_prefix", "4780002"), "a.png", picture(), 409, []string{`href="#number"`, "registered for another organization", "Choose the file again"}},
		"a prefix of their own":  {number("gs1_prefix", "4780001"), "a.png", picture(), 409, []string{"has 4780001 already"}},
		"a slip in the GTIN":     {number("gs1_gtin", "4780094510085"), "a.png", picture(), 422, []string{"check digit does not fit", `value="4780094510085"`}},
		"markup for a number":    {number("gs1_prefix", `"><script>`), "a.png", picture(), 422, []string{"&#34;&gt;&lt;script&gt;"}},
		"NUL in the explanation": {url.Values{"kind": {"gs1_prefix"}, "number": {"4780077"}, "about": {"a\x00b"}}, "a.png", picture(), 400, []string{"fault.bad_bytes"}},
		"broken UTF-8":           {url.Values{"kind": {"gs1_prefix"}, "number": {"478\xff"}}, "a.png", picture(), 400, []string{"fault.bad_bytes"}},
		"turned text":            {url.Values{"kind": {"gs1_prefix"}, "number": {"4780077"}, "about": {"a\u202eb"}}, "a.png", picture(), 422, []string{`href="#about"`}},
		"six megabytes":          {number("gs1_prefix", "4780077"), "a.pdf", bytes.Repeat([]byte("x"), 6<<20), 422, []string{`href="#file"`, "larger than 5"}},
	} {
		p := file(barno, tt.values, tt.file, tt.bytes)
		t.Run(name, func(t *testing.T) {
			wantPage(t, p, tt.status, "", tt.texts...)
			if strings.Contains(p.Body, "300000009") || strings.Contains(p.Body, "Org &lt;9&gt;") {
				t.Error("it says whose the number is")
			}
		})
	}
	for contentType, body := range map[string]string{
		"multipart/form-data; boundary=x":   "--x\r\nbroken",
		"multipart/form-data":               "no boundary",
		"application/x-www-form-urlencoded": "kind=gs1_prefix&number=4780077",
		"text/plain":                        "x",
	} {
		if p := barno.Send("/org/gs1/new", contentType, strings.NewReader(body)); p.Status != 422 && p.Status != 400 {
			t.Errorf("%s: %d %s", contentType, p.Status, p.Body)
		}
	}
	if n := s.count(`select count(*) from requests`) + s.count(`select count(*) from blobs`); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
}

func TestTheIssuerQuestionIsAskedWhereItStands(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barno := s.as("barno")
	wantPage(t, barno.Get("/org/groups/13"), 200, "", "Only the operator can change this", `href="/org/groups/13/issuer"`)
	wantPage(t, barno.Get("/org/groups/13/issuer"), 200, "", "becomes the issuer", "Why should it change?")
	wantPage(t, barno.Post("/org/groups/13/issuer", url.Values{"about": {" "}}), 422, "", "Error:", `href="#about"`)
	wantPage(t, barno.Post("/org/groups/13/issuer", url.Values{"about": {"Since <May>"}}), 303, "/org/groups/13/issuer")
	wantPage(t, barno.Get("/org/groups/13/issuer"), 200, "", "Since &lt;May&gt;", "/org/groups/13/issuer/withdraw")
	wantPage(t, barno.Post("/org/groups/13/issuer", url.Values{"about": {"Twice"}}), 409, "", "has a request about this already")
	wantPage(t, barno.Get("/org/groups/13"), 200, "", "Become the issuer: Water and soft drinks")
	wantPage(t, s.as("karim").Get("/org/groups/13"), 200, "", "Become the issuer: Water and soft drinks")
	wantPage(t, barno.Get("/org/groups/13/issuer/withdraw"), 200, "", "Withdraw the request?")
	wantPage(t, barno.Post("/org/groups/13/issuer/withdraw", nil), 303, "/org/groups/13/issuer")
	wantPage(t, barno.Get("/org/groups/15/issuer"), 200, "", "has blocked this group")
	wantPage(t, barno.Post("/org/groups/15/issuer", url.Values{"about": {"Blocked"}}), 409, "", "productgroup.is_blocked")
}

// TestStrangersAndWrongNumbers asks for every page of a request as who may not
// have it, and with numbers that are none.
func TestStrangersAndWrongNumbers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barno, karim, aziz := s.as("barno"), s.as("karim"), s.as("aziz")
	page := ask(t, barno, "4780077")
	barno.Post("/org/groups/13/issuer", url.Values{"about": {"Since May"}})
	issuer := s.count(`select id from requests where kind = 'issuer'`)
	for _, path := range []string{page, page + "/document", page + "/withdraw", "/org/groups/13", "/org/groups/13/issuer", "/org/groups/13/issuer/withdraw"} {
		wantPage(t, aziz.Get(path), 404, "")
	}
	wantPage(t, aziz.Post(page+"/withdraw", nil), 404, "")
	wantPage(t, aziz.Post("/org/groups/13/issuer", url.Values{"about": {"x"}}), 404, "")
	wantPage(t, aziz.Post("/org/groups/13/issuer/withdraw", nil), 404, "")
	for _, bad := range []string{"0", "-1", "x", "%27", "99999999999999999999", "1e3"} {
		wantPage(t, barno.Get("/org/gs1/requests/"+bad), 404, "")
		wantPage(t, barno.Get("/org/gs1/requests/"+bad+"/document"), 404, "")
		wantPage(t, barno.Get("/org/groups/"+bad), 404, "")
		wantPage(t, barno.Get("/org/groups/"+bad+"/issuer"), 404, "")
		wantPage(t, barno.Post("/org/groups/"+bad+"/issuer", url.Values{"about": {"x"}}), 404, "")
	}
	wantPage(t, barno.Get("/org/groups/65549/issuer"), 404, "") // 13 in 16 bits
	wantPage(t, barno.Get("/org/gs1/requests"), 303, "/org/gs1#requests")
	wantPage(t, barno.Get("/org/gs1/requests/"+itoa(issuer)), 404, "") // its page is that of the group
	for _, path := range []string{"/org/gs1/new", "/org/groups/new", "/org/groups/13/issuer", page + "/withdraw"} {
		wantPage(t, karim.Get(path), 403, "")
	}
	wantPage(t, file(karim, number("gs1_prefix", "4780078"), "a.png", picture()), 403, "")
	wantPage(t, karim.Post(page+"/withdraw", nil), 403, "")
	wantPage(t, karim.Post("/org/groups/13/issuer", url.Values{"about": {"x"}}), 403, "")
	if n := s.count(`select count(*) from requests where status = 'open'`); n != 2 {
		t.Errorf("%d open requests, want both", n)
	}
}

func TestTheChecker(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barno := s.as("barno")
	for gtin, text := range map[string]string{
		"4780001000013":   "falls under your prefix 4780001",
		"478-0001-000013": "falls under your prefix 4780001",
		"4780002000012":   "registered for another organization",
		"4780094510086":   "falls under none of your prefixes",
		"4607063428121":   "is not from Uzbekistan",
		"4780094510085":   "check digit does not fit",
		"milk":            "8, 12, 13 or 14 digits",
		"<script>":        "&lt;script&gt;",
	} {
		p := barno.Get("/org/gs1?gtin=" + url.QueryEscape(gtin))
		wantPage(t, p, 200, "", text)
		if strings.Contains(p.Body, "300000009") {
			t.Errorf("%s: it says whose it is", gtin)
		}
	}
	wantPage(t, barno.Get("/org/gs1?gtin=4780094510086"), 200, "", "number=04780094510086")
	wantPage(t, s.as("karim").Get("/org/gs1?gtin=4780094510086"), 200, "", "falls under none")
}
