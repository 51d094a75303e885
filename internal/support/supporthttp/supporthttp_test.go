package supporthttp_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"kabinet/internal/platform/picture/picturetest"
)

const pdf = "%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n0\n%%EOF\n"

func TestPagesOfMembers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	karim, barno, aziz := s.as("karim"), s.as("barno"), s.as("aziz")
	wantPage(t, karim.Get("/support"), 200, "", "You have not asked the operator anything", "@aslbelgisiuz_bot", "mailto:support@kabinet.example", "tel:+998712000000")
	wantPage(t, karim.Get("/support/new"), 200, "", "Product card", `href="/support/new?about=payment"`, `href="/org/gs1"`)
	wantPage(t, karim.Get("/support/new?about=prefix"), 303, "/org/gs1/new")
	wantPage(t, karim.Get("/support/new?about=issuer"), 303, "/org/groups")
	wantPage(t, karim.Get("/support/new?about=director"), 200, "", `href="/director"`, `name="about" value="director"`)
	wantPage(t, karim.Get("/support/new?about=card:1"), 404, "")
	wantPage(t, karim.Get("/support?q=&kind="), 303, "/support")

	t.Run("a wrong form keeps what was typed and asks for the files again", func(t *testing.T) {
		p := send(karim, "/support/new", url.Values{"about": {"payment"}, "title": {""}, "body": {"Typed <b>"}}, "a.pdf", pdf)
		wantPage(t, p, 422, "", "Write the subject", "Typed &lt;b&gt;", "Choose the files again", `value="payment"`)
		p = send(karim, "/support/new", url.Values{"about": {"payment"}, "title": {"T"}, "body": {"B"}}, "x\"><b>.svg", "<svg onload=alert(1)>")
		wantPage(t, p, 422, "", "no JPG, PNG or PDF, or damaged")
		if strings.Contains(p.Body, "<b>.svg") {
			t.Error("the name of a file is markup")
		}
		p = karim.Post("/support/new", url.Values{"title": {"T"}, "body": {"B"}})
		if p.Status != 422 {
			t.Errorf("a form without files is answered by %d", p.Status)
		}
		p = send(karim, "/support/new", url.Values{"about": {"other"}, "title": {"T"}, "body": {"a\x00b"}})
		if p.Status != 400 {
			t.Errorf("bytes of no text: %d", p.Status)
		}
	})

	page := ask(t, karim, "Why <i>?", "GS1 \u202egpj.exe.jpg", string(picturetest.JPEG(t, 120, 120)), "letter.pdf", pdf)
	shown := karim.Get(page)
	wantPage(t, shown, 200, "", "Why &lt;i&gt;?", "ASL-20", "&lt;script&gt;alert(1)&lt;/script&gt;", "https://evil.example/x", "Karim (you)", "Withdraw…")
	if strings.Contains(shown.Body, `href="https://evil`) || strings.Contains(shown.Body, "\u202e") {
		t.Error("what somebody wrote is a link or turns its direction")
	}
	t.Run("files leave as downloads only, and only to who may see them", func(t *testing.T) {
		i := strings.Index(shown.Body, page+"/files/")
		file := shown.Body[i : i+strings.Index(shown.Body[i:], `"`)]
		got := karim.Get(file)
		h := got.Header
		if got.Status != 200 || h.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(h.Get("Content-Disposition"), `attachment; filename="support-`) ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%d %v", got.Status, h)
		}
		wantPage(t, aziz.Get(file), 404, "")
		wantPage(t, barno.Get(strings.TrimSuffix(file, "1")+"3"), 404, "")
		wantPage(t, barno.Get(strings.TrimSuffix(file, "1")+"99999999999"), 404, "")
		pdfFile := strings.TrimSuffix(file, "1") + "2"
		if got := s.as("op_watcher").Get(strings.Replace(pdfFile, "/support/", "/op/support/2/", 1)); got.Status != 200 || got.Body != pdf {
			t.Errorf("staff: %d", got.Status)
		}
	})
	t.Run("nobody else finds it", func(t *testing.T) {
		theirs := ask(t, barno, "Of the administrator")
		for path, status := range map[string]int{page: 404, page + "/withdraw": 404, "/support/99999": 404, "/support/x": 404, "/support/-1": 404} {
			if got := aziz.Get(path).Status; got != status {
				t.Errorf("a stranger at %s: %d", path, got)
			}
		}
		for _, act := range []string{"/read", "/withdraw", "/score"} {
			if got := aziz.Post(page+act, url.Values{"score": {"5"}}).Status; got != 404 {
				t.Errorf("a stranger posts %s: %d", act, got)
			}
			if got := karim.Post(theirs+act, url.Values{"score": {"5"}}).Status; got != 404 {
				t.Errorf("a colleague posts %s: %d", act, got)
			}
		}
		wantPage(t, send(aziz, page+"/reply", url.Values{"body": {"x"}}), 404, "")
		wantPage(t, barno.Get("/support"), 200, "", "Why &lt;i&gt;?", "Of the administrator", "Karim")
		if strings.Contains(karim.Get("/support").Body, "Of the administrator") {
			t.Error("a clerk reads what others asked")
		}
		wantPage(t, barno.Get("/support.csv"), 200, "", "Of the administrator")
	})
	wantPage(t, send(karim, page+"/reply", url.Values{"body": {""}}), 422, "", "Write a message")
	wantPage(t, send(karim, page+"/reply", url.Values{"body": {"And more"}}), 303, page)
	wantPage(t, karim.Get(page+"/withdraw"), 200, "", "Withdraw the request?")
	wantPage(t, karim.Post(page+"/withdraw", nil), 303, page)
	wantPage(t, karim.Post(page+"/withdraw", nil), 409, "")
	wantPage(t, karim.Get("/support?status=over"), 200, "", "Why &lt;i&gt;?", "Withdrawn")
}

func TestTheDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	karim, registrar, watcher := s.as("karim"), s.as("op_registrar"), s.as("op_watcher")
	wantPage(t, registrar.Get("/op/support"), 200, "", "Everything is answered")
	wantPage(t, registrar.Post("/op/support/next", nil), 303, "/op/support")
	page := ask(t, karim, "First")
	at := desk(2, page)
	wantPage(t, registrar.Get("/op/support"), 200, "", "First", "Org &lt;2&gt;", "left", "Open")
	wantPage(t, watcher.Get(at), 200, "", "First", "Internal notes")
	if strings.Contains(watcher.Get(at).Body, "<form class=\"form\"") {
		t.Error("who only looks is offered a form")
	}
	for _, act := range []string{"/claim", "/put-back", "/pass", "/note"} {
		if got := watcher.Post(at+act, nil).Status; got != 403 {
			t.Errorf("who only looks posts %s: %d", act, got)
		}
	}
	wantPage(t, send(watcher, at+"/answer", url.Values{"act": {"answer"}, "body": {"x"}}), 403, "")
	wantPage(t, registrar.Post("/op/support/next", nil), 303, at)
	wantPage(t, s.as("op_admin").Get(at), 200, "", "op_registrar works on it", "anybody may take it over")

	wantPage(t, registrar.Post(at+"/note", url.Values{"note": {"Only among us"}}), 303, at+"#notes")
	if strings.Contains(karim.Get(page).Body, "Only among us") {
		t.Error("a member reads notes of staff")
	}
	wantPage(t, registrar.Post(at+"/note", url.Values{"note": {""}}), 422, "", "Write a message")
	wantPage(t, registrar.Post(at+"/pass", url.Values{"to": {"99"}, "note": {"Look"}}), 422, "", "Choose a colleague", "Look")

	seen := strconv.Itoa(s.count(`select last_id from support_requests`))
	t.Run("a ready answer is put under what is typed, in the language of who asked", func(t *testing.T) {
		p := send(registrar, at+"/answer", url.Values{"act": {"insert"}, "ready": {"6"}, "body": {"Typed"}, "seen": {seen}})
		wantPage(t, p, 200, "", "Typed\n\nGood day, Karim. The matter of ASL-")
	})
	t.Run("what was typed is kept when somebody was faster", func(t *testing.T) {
		send(karim, page+"/reply", url.Values{"body": {"One more thing"}})
		p := send(registrar, at+"/answer", url.Values{"act": {"answer"}, "body": {"My answer"}, "seen": {seen}})
		wantPage(t, p, 409, "", "Somebody wrote while you did", "My answer", "One more thing")
	})
	seen = strconv.Itoa(s.count(`select last_id from support_requests`))
	wantPage(t, send(registrar, at+"/answer", url.Values{"act": {"answer"}, "body": {""}, "seen": {seen}}), 422, "", "Write a message")
	p := send(registrar, at+"/answer", url.Values{"act": {"answer"}, "body": {"See <b>there</b>"}, "seen": {seen}}, "how.pdf", pdf)
	wantPage(t, p, 303, "/op/support")
	wantPage(t, karim.Get("/support"), 200, "", "from the operator", "New")
	wantPage(t, karim.Get(page), 200, "", "See &lt;b&gt;there&lt;/b&gt;", "op_registrar, operator", "Mark as read", "Was this answer a help?", "how.pdf")
	seen = strconv.Itoa(s.count(`select last_id from support_requests`))
	wantPage(t, karim.Post(page+"/read", url.Values{"up_to": {seen}}), 303, page)
	if strings.Contains(karim.Get(page).Body, "Mark as read") {
		t.Error("it is read and says it is not")
	}
	wantPage(t, karim.Post(page+"/score", url.Values{"text": {"Typed"}}), 422, "", "Choose a score", "Typed")
	wantPage(t, karim.Post(page+"/score", url.Values{"score": {"2"}, "text": {"Too <late>"}}), 303, page)
	wantPage(t, karim.Post(page+"/score", url.Values{"score": {"2"}}), 409, "")
	wantPage(t, watcher.Get("/op/support/stats"), 200, "", "Too &lt;late&gt;", "Bad")
	for _, path := range []string{"/op/support/stats.csv", "/op/support.csv?tab=answered", "/op/support?tab=answered&q=300000002", "/op/support?due=late&kind=card"} {
		wantPage(t, watcher.Get(path), 200, "")
	}
	for _, path := range []string{"/op/support/9/" + page[strings.LastIndex(page, "/")+1:], "/op/support/2/99999", "/op/support/x/1"} {
		wantPage(t, watcher.Get(path), 404, "")
	}
}

func TestReadyAnswersArePlainToKeep(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as("op_registrar")
	wantPage(t, s.as("op_watcher").Get("/op/dictionaries/answers"), 403, "")
	wantPage(t, registrar.Get("/op/dictionaries/answers"), 200, "", "Payment not found", "Offered")
	wantPage(t, registrar.Get("/op/dictionaries/answers/new"), 200, "", "{number}")
	wantPage(t, registrar.Get("/op/dictionaries/answers/999"), 404, "")
	typed := url.Values{"name": {"Hello"}, "uz": {"Salom {nam}"}, "ru": {"Привет"}, "en": {"Hello"}, "active": {"yes"}}
	wantPage(t, registrar.Post("/op/dictionaries/answers/new", typed), http.StatusUnprocessableEntity, "", "Nothing fills in {nam}")
	typed.Set("uz", "Salom {name}")
	wantPage(t, registrar.Post("/op/dictionaries/answers/new", typed), 303, "/op/dictionaries/answers")
	one := "/op/dictionaries/answers/101"
	typed.Set("version", "1")
	typed.Set("en", "Hello again")
	wantPage(t, registrar.Post(one, typed), 303, "/op/dictionaries/answers")
	typed.Set("en", "Mine")
	wantPage(t, registrar.Post(one, typed), 409, "", "Somebody else changed it meanwhile", "Hello again", "Mine")
	if n := s.count(`select count(*) from audit_log where action in ('answer.add', 'answer.change')`); n != 2 {
		t.Errorf("%d lines in the log", n)
	}
}
