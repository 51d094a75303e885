package requesthttp_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx/httptesting"
)

func itoa(n int) string { return strconv.Itoa(n) }

func decision(act, verdict, answer string) url.Values {
	return url.Values{"act": {act}, "verdict": {verdict}, "answer": {answer}}
}

func TestARequestOnTheDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barno, timur := s.as("barno"), s.as("op_registrar")
	wantPage(t, timur.Get("/op/requests"), 200, "", "The queue is empty")
	first, second := ask(t, barno, "47800019"), ask(t, barno, "47800021")
	page, other := desk(2, first), desk(2, second)
	wantPage(t, timur.Get("/op/requests"), 200, "", "Register the prefix 47800019", "Org &lt;2&gt;", "300\u00a0000\u00a0002", page)
	wantPage(t, timur.Get(page), 200, "", "Org &lt;2&gt;", "See the &lt;second&gt; page", page+"/document", page+"/claim", "4780001", `value="approve"`)
	wantPage(t, timur.Get(other), 200, "", "Other organizations have prefixes close to it", "4780002", "300000009")
	p := timur.Get(page + "/document")
	wantPage(t, p, 200, "")
	if p.Body != string(picture()) || !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") {
		t.Error("staff get another document")
	}
	wantPage(t, timur.Post(page+"/claim", nil), 303, page)
	wantPage(t, timur.Get(page), 200, "", "You are looking at it")
	admin := s.as("op_admin")
	p = admin.Get(page)
	wantPage(t, p, 200, "", "op_registrar is looking at it", "After 15 minutes")
	if strings.Contains(p.Body, `value="approve"`) {
		t.Error("what another looks at can be decided")
	}
	wantPage(t, admin.Post(page+"/claim", nil), 409, "", "request.claimed")
	wantPage(t, admin.Post(page, decision("decide", "approve", "")), 409, "", "request.claimed")

	wantPage(t, timur.Post(page, decision("check", "refuse", " ")), 422, "", "Error:", `href="#answer"`)
	wantPage(t, timur.Post(page, decision("check", "refuse", "Not <yours>\n\nSorry")), 200, "",
		"The operator refused your request to register 47800019.", "Оператор отклонил запрос", "Operator 47800019 raqamini",
		"Not &lt;yours&gt;", `value="decide"`, "Refuse and send")
	wantPage(t, timur.Post(page, decision("edit", "refuse", "Not <yours>")), 200, "", "Not &lt;yours&gt;</textarea>")
	if n := s.count(`select count(*) from requests where status = 'open'`); n != 2 {
		t.Errorf("looking decided something: %d open", n)
	}
	wantPage(t, timur.Post(page, decision("decide", "approve", "")), 303, other) // on to the next one
	wantPage(t, timur.Post(page, decision("decide", "refuse", "No")), 409, "", "request.decided")
	wantPage(t, timur.Post(other, decision("decide", "refuse", "Not <yours>")), 303, "/op/requests")
	wantPage(t, barno.Get("/org/gs1"), 200, "", "47800019", "Not &lt;yours&gt;")
	wantPage(t, barno.Get(first), 200, "", "Approved")
	wantPage(t, barno.Get(second), 200, "", "Refused", "Not &lt;yours&gt;")
	wantPage(t, timur.Get("/op/requests?status=refused"), 200, "", "Register the prefix 47800021")
	wantPage(t, timur.Get(other), 200, "", "Not &lt;yours&gt;", "op_registrar")
}

func TestTheQueueIsAList(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	barno, timur := s.as("barno"), s.as("op_registrar")
	for i := range 20 {
		ask(t, barno, "47801"+strconv.Itoa(10+i))
	}
	aziz := s.as("aziz")
	for i := range 8 {
		ask(t, aziz, "47802"+strconv.Itoa(10+i))
	}
	aziz.Post("/org/groups/3/issuer", url.Values{"about": {"=cmd|'/C calc'!A0"}})
	p := timur.Get("/op/requests")
	wantPage(t, p, 200, "", "25 shown of 29", "rel=\"next\"")
	next := p.Body[strings.Index(p.Body, "/op/requests?after="):]
	next = strings.ReplaceAll(next[:strings.Index(next, `"`)], "&amp;", "&")
	wantPage(t, timur.Get(next), 200, "", "No longer be the issuer: Tobacco products")
	wantPage(t, timur.Get("/op/requests?kind=&q=&status="), 303, "/op/requests")
	wantPage(t, timur.Get("/op/requests?kind=issuer"), 200, "", "No longer be the issuer", "Clear all")
	wantPage(t, timur.Get("/op/requests?q=300000009&per=50"), 200, "", "4780217")
	wantPage(t, timur.Get("/op/requests?q=<script>"), 200, "", "No request matches", "&lt;script&gt;")
	wantPage(t, timur.Get("/op/requests?status=broken&kind=%2F&per=7"), 200, "", "Register the prefix")
	wantPage(t, timur.Get("/op/requests?after=zzz"), 400, "")
	p = timur.Get("/op/requests.csv?q=300000009")
	wantPage(t, p, 200, "", "300000009", "4780210")
	if lines := strings.Count(p.Body, "\n"); lines != 10 || strings.Contains(p.Body, "300000002") {
		t.Errorf("%d lines:\n%s", lines, p.Body)
	}
}

// TestWhoSeesAndWhoDecides goes through the roles of staff.
func TestWhoSeesAndWhoDecides(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := desk(2, ask(t, s.as("barno"), "4780077"))
	for _, role := range perm.StaffRoles() {
		b := s.as(string(role))
		may := role.Rights().Has(perm.OpRequestDecide)
		if !role.Rights().Has(perm.OpRequestRead) {
			for _, path := range []string{"/op/requests", "/op/requests.csv", page} {
				wantPage(t, b.Get(path), 403, "")
			}
			wantPage(t, b.Post(page+"/claim", nil), 403, "")
			continue
		}
		wantPage(t, b.Get("/op/requests"), 200, "", page)
		p := b.Get(page)
		wantPage(t, p, 200, "")
		if got := strings.Contains(p.Body, `value="approve"`); got != may {
			t.Errorf("%s sees the decision: %t", role, got)
		}
		if may {
			continue
		}
		for path, values := range map[string]url.Values{page + "/claim": nil, page: decision("decide", "approve", "")} {
			wantPage(t, b.Post(path, values), 403, "")
		}
	}
	strangers := map[string]*httptesting.Browser{"a member": s.as("barno"), "a member of another organization": s.as("aziz")}
	for who, b := range strangers {
		for _, path := range []string{"/op/requests", "/op/requests.csv", page, page + "/document"} {
			if p := b.Get(path); p.Status != 404 {
				t.Errorf("%s gets %d for %s", who, p.Status, path)
			}
		}
		wantPage(t, b.Post(page, decision("decide", "approve", "")), 404, "")
	}
	timur := s.as("op_registrar")
	for _, bad := range []string{"/op/requests/9/" + page[len("/op/requests/2/"):], "/op/requests/2/0", "/op/requests/x/1", "/op/requests/2/99999999999999999999"} {
		wantPage(t, timur.Get(bad), 404, "")
		wantPage(t, timur.Get(bad+"/document"), 404, "")
		wantPage(t, timur.Post(bad, decision("decide", "approve", "")), 404, "")
		wantPage(t, timur.Post(bad+"/claim", nil), 404, "")
	}
	if n := s.count(`select count(*) from requests where status = 'open'`); n != 1 {
		t.Error("a stranger decided")
	}
}
