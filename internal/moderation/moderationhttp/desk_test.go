package moderationhttp_test

import (
	"net/url"
	"strings"
	"testing"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx/httptesting"
)

const (
	desk = "/op/cards"
	one  = desk + "/2-10"
)

func version(n string) url.Values { return url.Values{"n": {n}} }

func TestThreePressesPublish(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 2)
	timur := s.as("op_moderator")
	wantPage(t, timur.Get(desk), 200, "", "Next card", "Zilol &lt;suvi&gt; 10", "04780002000010", "Org &lt;2&gt;", "59 minutes left", `data-publish="/op/cards/2-10/publish"`)
	wantPage(t, timur.Post(desk+"/next", nil), 303, one)
	wantPage(t, timur.Get(one), 200, "", "Zilol &lt;suvi&gt; 10", one+"/publish", "New card", "Own prefix 4780002", "0,5", "Uzbekistan", `aria-current="page"`)
	p := timur.Get(one + "/publish")
	wantPage(t, p, 200, "", "Publish “Zilol &lt;suvi&gt; 10”?", `name="n" value="1"`)
	for _, none := range []string{"", "x", "0", "-1", "2147483648", "99999999999999999999"} {
		wantPage(t, timur.Post(one+"/publish", version(none)), 409, "")
	}
	wantPage(t, timur.Post(one+"/publish", version("1")), 303, desk+"/2-11")
	if p := timur.Get(desk + "/2-11"); p.Header.Get("X-Flash") != "moderation.flash.published" {
		t.Errorf("says %q", p.Header.Get("X-Flash"))
	}
	if n := s.count(`select count(*) from catalogue where card_id = 10`); n != 1 {
		t.Error("not in the catalogue")
	}
	wantPage(t, timur.Post(desk+"/2-11/publish", version("1")), 303, desk)
	wantPage(t, timur.Get(desk), 200, "", "The queue is empty")
	wantPage(t, timur.Post(desk+"/next", nil), 303, desk)
	if p := timur.Get(desk); p.Header.Get("X-Flash") != "moderation.flash.nothing_free" {
		t.Errorf("says %q", p.Header.Get("X-Flash"))
	}
}

func TestAReturnIsReadBeforeItIsMade(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 1)
	timur := s.as("op_moderator")
	form := one + "/return"
	wantPage(t, timur.Get(form), 200, "", "The country of manufacture differs", "In your own words", `name="words3_uz"`, "attr.volume")
	p := timur.Post(form, url.Values{"n": {"1"}, "act": {"check"}})
	wantPage(t, p, 422, "", "Error:", `href="#reason"`, "Tick a reason or write a remark")
	typed := url.Values{"n": {"1"}, "act": {"check"}, "reason": {"13", "13", "x"}, "words1_field": {"attr.volume"}, "words1_uz": {"Hajm <boshqa>"}}
	wantPage(t, timur.Post(form, typed), 422, "", `href="#words1_ru"`, "Hajm &lt;boshqa&gt;</textarea>", "Write it in Russian")
	typed.Set("words1_ru", "Объём другой")
	p = timur.Post(form, typed)
	wantPage(t, p, 200, "", "Oʻzbekcha", "Русский", "Card 04780002000010 was returned", "Объём другой", "Страна производства отличается", "Hajm &lt;boshqa&gt;",
		`name="reason" value="13"`, `name="words1_uz" value="Hajm &lt;boshqa&gt;"`, `value="return"`)
	if strings.Count(p.Body, `name="reason" value="13"`) != 1 {
		t.Error("a reason twice")
	}
	typed.Set("act", "edit")
	wantPage(t, timur.Post(form, typed), 200, "", "Hajm &lt;boshqa&gt;</textarea>", "checked")
	if n := s.count(`select count(*) from card_versions where status = 'moderation'`); n != 1 {
		t.Error("looking returned it")
	}
	typed.Set("act", "return")
	wantPage(t, timur.Post(form, typed), 303, desk)
	if n := s.count(`select count(*) from card_versions where status = 'returned' and jsonb_array_length(remarks) = 2`); n != 1 {
		t.Error("not returned")
	}
	for _, act := range []string{"return", "check", "edit"} {
		typed.Set("act", act)
		wantPage(t, timur.Post(form, typed), 409, "", "This card waits no more", "Returned on")
	}
	wantPage(t, timur.Post(one+"/publish", version("1")), 409, "", "Returned on", "by op_moderator")
	wantPage(t, timur.Get(one), 200, "", "Returned on", "Next card")
	wantPage(t, timur.Get(one+"/publish"), 200, "", "Returned on")
}

func TestWhatChangedIsMarked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 2)
	s.resend(10, "published", "Zilol Premium")
	s.resend(11, "returned", "Zilol Max")
	timur := s.as("op_moderator")
	p := timur.Get(one)
	wantPage(t, p, 200, "", "What is in force and what is sent", "1 difference", "Version 1, in force", "Version 2, sent", "Zilol Premium", "Changed", "Change of a published card")
	p = timur.Get(desk + "/2-11")
	wantPage(t, p, 200, "", "Remarks of the last return", "Another brand", "<ins>Zilol Max</ins>", "<del>Zilol</del>", "Version 1, returned")
	// The version that was looked at waits no more, another one does.
	wantPage(t, timur.Post(one+"/publish", version("1")), 409, "", "sent another version", "Open what waits now")
	wantPage(t, timur.Post(one+"/claim", version("1")), 409, "", "sent another version")
	s.exec(`update card_versions set status = 'withdrawn' where card_id = 11 and n = 2`)
	s.exec(`update cards set editing = 'returned' where id = 11`)
	wantPage(t, timur.Post(desk+"/2-11/publish", version("2")), 409, "", "took it back")
	wantPage(t, timur.Get(desk+"/2-11"), 200, "", "took it back")
}

func TestWhatAnotherHoldsIsShownAsSuch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 2)
	s.queueUp(9, 13, 30, 1)
	s.exec(`update card_versions set deadline_at = now() + interval '2 days' where card_id = 30`)
	timur, nodira, own := s.as("op_moderator"), s.as("second"), s.as("own")
	wantPage(t, timur.Get(one), 200, "", "Take the card")
	wantPage(t, timur.Post(one+"/claim", version("1")), 303, one)
	wantPage(t, timur.Get(one), 200, "", "Put it back into the queue", "Leave it and open the next")
	p := nodira.Get(one)
	wantPage(t, p, 200, "", "op_moderator is looking at the card", "You can take it over after")
	lacksPage(t, p, `href="`+one+`/publish"`, "Take the card", "Pass on to a colleague")
	wantPage(t, nodira.Get(desk), 200, "", "op_moderator", "since ")
	for path, values := range map[string]url.Values{
		one + "/claim": version("1"), one + "/publish": version("1"),
		one + "/return": {"n": {"1"}, "act": {"return"}, "reason": {"1"}},
	} {
		wantPage(t, nodira.Post(path, values), 409, "", "moderation.claimed")
	}
	wantPage(t, nodira.Get(one+"/publish"), 409, "", "moderation.claimed")
	s.exec(`update card_claims set held_until = now()`)
	wantPage(t, nodira.Get(one), 200, "", "Take the card")
	wantPage(t, nodira.Post(one+"/claim", version("1")), 303, one)
	wantPage(t, nodira.Post(desk+"/next", url.Values{"leave": {"2-10"}}), 303, desk+"/2-11")
	wantPage(t, nodira.Post(desk+"/2-11/put-back", nil), 303, desk)
	if n := s.count(`select count(*) from card_claims`); n != 0 {
		t.Errorf("%d claims are left", n)
	}
	p = own.Get(desk + "/9-30")
	wantPage(t, p, 200, "", "You belong to this organization")
	lacksPage(t, p, `href="/op/cards/9-30/publish"`)
	wantPage(t, own.Post(desk+"/9-30/publish", version("1")), 403, "", "moderation.own")
	wantPage(t, own.Get(desk+"/9-30/return"), 403, "", "moderation.own")
}

func TestCardsGoToAColleague(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 3)
	timur, nodira := s.as("op_moderator"), s.as("second")
	pass := func(values url.Values) httptesting.Page { return timur.Post(desk+"/pass", values) }
	wantPage(t, timur.Get(desk), 200, "", "Nodira, holds 0 cards", `name="card" value="2-10"`)
	wantPage(t, pass(url.Values{"to": {"30"}, "back": {desk}}), 422, "", "Select at least one card", `href="#queue"`)
	p := pass(url.Values{"to": {""}, "card": {"2-10"}, "note": {"<look>"}, "back": {desk + "?group=13"}})
	wantPage(t, p, 422, "", "Select a colleague", `value="2-10" checked`, "&lt;look&gt;")
	p = pass(url.Values{"to": {"30"}, "card": {"2-10"}, "from": {"item"}, "note": {strings.Repeat("x", 400)}})
	wantPage(t, p, 422, "", `href="#note"`, "Pass on to a colleague")
	wantPage(t, pass(url.Values{"to": {"30"}, "card": {"2-10", "2-11"}, "note": {"<look>"}, "back": {desk + "?group=13"}}), 303, desk+"?group=13")
	wantPage(t, nodira.Get(desk+"?hands=mine"), 200, "", "Passed on to you by op_moderator", "2-11")
	wantPage(t, nodira.Get(one), 200, "", "Passed on to you by op_moderator", "&lt;look&gt;")
	wantPage(t, pass(url.Values{"to": {"30"}, "card": {"2-10", "2-12"}, "back": {"https://bad.example/"}}), 303, desk)
	if p := timur.Get(desk); p.Header.Get("X-Flash") != "moderation.flash.passed_some" {
		t.Errorf("says %q", p.Header.Get("X-Flash"))
	}
	wantPage(t, pass(url.Values{"to": {"30"}, "card": {"2-10"}}), 303, desk)
	if p := timur.Get(desk); p.Header.Get("X-Flash") != "moderation.flash.passed_none" {
		t.Errorf("says %q", p.Header.Get("X-Flash"))
	}
}

func TestTheQueueIsAList(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 28)
	s.queueUp(9, 3, 100, 1)
	s.exec(`update card_versions set deadline_at = now() - interval '3 hours' where card_id = 100`)
	s.exec(`update cards set name_uz = '=cmd|''/C calc''!A0' where id = 100`)
	timur := s.as("op_moderator")
	p := timur.Get(desk)
	wantPage(t, p, 200, "", "25 shown of 29", `rel="next"`, "3 hours overdue")
	next := p.Body[strings.Index(p.Body, "/op/cards?after="):]
	next = strings.ReplaceAll(next[:strings.Index(next, `"`)], "&amp;", "&")
	wantPage(t, timur.Get(next), 200, "", "Zilol &lt;suvi&gt; 37")
	wantPage(t, timur.Get(desk+"?group=&q=&tin=&due=overdue&hands="), 303, desk+"?due=overdue")
	wantPage(t, timur.Get(desk+"?due=overdue"), 200, "", "Clear all", "1 row")
	wantPage(t, timur.Get(desk+"?group=3&tin=300000009"), 200, "", "Tobacco products", "/op/cards/9-100")
	wantPage(t, timur.Get(desk+"?q=<script>"), 200, "", "No card matches", "&lt;script&gt;")
	wantPage(t, timur.Get(desk+"?hands=mine"), 200, "", "No card here now")
	wantPage(t, timur.Get(desk+"?hands=x&due=%2F&group=70000&per=7"), 200, "", "25 shown of 29")
	wantPage(t, timur.Get(desk+"?after=zzz"), 400, "")
	p = timur.Get(desk + ".csv?group=3")
	wantPage(t, p, 200, "", "300000009")
	if strings.Count(p.Body, "\n") != 2 || strings.Contains(p.Body, ";=cmd") {
		t.Errorf("file:\n%s", p.Body)
	}
}

// TestWhoSeesAndWhoDecides goes through the roles of staff.
func TestWhoSeesAndWhoDecides(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.queueUp(2, 13, 10, 1)
	for _, role := range perm.StaffRoles() {
		b := s.as(string(role))
		may := role.Rights().Has(perm.OpCardModerate)
		library := 403
		if role.Rights().Has(perm.OpDictionaryManage) {
			library = 200
		}
		wantPage(t, b.Get("/op/dictionaries/reasons"), library, "")
		wantPage(t, b.Get("/op/dictionaries/reasons/new"), library, "")
		wantPage(t, b.Get("/op/dictionaries/reasons/1"), library, "")
		if !role.Rights().Has(perm.OpCardRead) {
			for _, path := range []string{desk, desk + ".csv", desk + "/stats", one, one + "/publish"} {
				wantPage(t, b.Get(path), 403, "")
			}
			wantPage(t, b.Post(one+"/claim", nil), 403, "")
			continue
		}
		wantPage(t, b.Get(desk), 200, "", one)
		wantPage(t, b.Get(desk+"/stats"), 200, "")
		p := b.Get(one)
		wantPage(t, p, 200, "")
		if got := strings.Contains(p.Body, one+"/publish"); got != may {
			t.Errorf("%s sees the decision: %t", role, got)
		}
		if may {
			continue
		}
		for _, path := range []string{desk + "/next", desk + "/pass", one + "/claim", one + "/put-back", one + "/publish", one + "/return"} {
			wantPage(t, b.Post(path, url.Values{"n": {"1"}, "act": {"return"}, "reason": {"1"}, "to": {"30"}, "card": {"2-10"}}), 403, "")
		}
		wantPage(t, b.Get(one+"/publish"), 403, "")
		wantPage(t, b.Get(one+"/return"), 403, "")
	}
	barno := s.as("barno")
	for _, path := range []string{desk, desk + ".csv", one, desk + "/stats", desk + "/stats.csv", one + "/photos/1", one + "/publish", "/op/dictionaries/reasons"} {
		wantPage(t, barno.Get(path), 404, "")
	}
	timur := s.as("op_moderator")
	for _, bad := range []string{"/9-10", "/2-0", "/2-99", "/x-1", "/2", "/2-10-1", "/99999999999999999999-1", "/2-%00"} {
		for _, act := range []string{"", "/publish", "/return", "/photos/1", "/photos/1/thumb", "/photos/1/view"} {
			if p := timur.Get(desk + bad + act); p.Status != 404 && p.Status != 400 {
				t.Errorf("GET %s%s: %d", bad, act, p.Status)
			}
		}
		for _, act := range []string{"/publish", "/claim", "/return"} {
			p := timur.Post(desk+bad+act, url.Values{"n": {"1"}, "act": {"return"}, "reason": {"1"}})
			if p.Status != 404 && p.Status != 400 {
				t.Errorf("POST %s%s: %d", bad, act, p.Status)
			}
		}
	}
	wantPage(t, timur.Get(one+"/photos/77"), 404, "")
	wantPage(t, timur.Get(one+"/photos/77/view"), 404, "")
	if n := s.count(`select count(*) from card_versions where status = 'moderation'`); n != 1 {
		t.Error("a stranger decided")
	}
}

func TestTheLibraryOfReasons(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	keeper := s.as("op_registrar")
	const list = "/op/dictionaries/reasons"
	wantPage(t, keeper.Get(list), 200, "", "The health warning cannot be seen", "Tobacco products", list+"/17", list+"/new")
	wantPage(t, keeper.Post(list+"/new", url.Values{"uz": {"<b>Yangi"}}), 422, "", `href="#ru"`, "&lt;b&gt;Yangi</textarea>")
	wantPage(t, keeper.Post(list+"/new", url.Values{"uz": {"A"}, "ru": {"Б"}, "attribute": {"No Code"}}), 422, "", `href="#attribute"`)
	wantPage(t, keeper.Post(list+"/new", url.Values{"uz": {"<b>Yangi"}, "ru": {"Новое"}, "attribute": {"volume"}, "group": {"13"}, "active": {"yes"}}), 303, list)
	wantPage(t, keeper.Get(list), 200, "", "&lt;b&gt;Yangi", "volume")
	wantPage(t, keeper.Get(list+"/1"), 200, "", "Suratda boshqa tovar", `name="version" value="1"`, "checked")
	edit := url.Values{"field": {"photos"}, "uz": {"A"}, "ru": {"Б"}, "version": {"1"}}
	wantPage(t, keeper.Post(list+"/1", edit), 303, list)
	wantPage(t, keeper.Get(list), 200, "", "Not offered")
	edit.Set("uz", "C")
	p := keeper.Post(list+"/1", edit)
	wantPage(t, p, 409, "", "Somebody else changed this reason", `name="version" value="2"`, ">C</textarea>")
	for _, bad := range []string{"/0", "/x", "/9999"} {
		wantPage(t, keeper.Get(list+bad), 404, "")
		wantPage(t, keeper.Post(list+bad, edit), 404, "")
	}
}

func TestStatisticsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	timur := s.as("op_moderator")
	wantPage(t, timur.Get(desk+"/stats"), 200, "", "Nothing was decided in this period", "<svg", "Nothing yet")
	s.queueUp(2, 13, 10, 3)
	timur.Post(one+"/publish", version("1"))
	timur.Post(desk+"/2-11/return", url.Values{"n": {"1"}, "act": {"return"}, "reason": {"13"}})
	p := timur.Get(desk + "/stats?days=7")
	wantPage(t, p, 200, "", "1 published, 1 returned", "100\u00a0%", "The country of manufacture differs", "/op/cards?group=13", "3 days")
	if strings.Count(p.Body, `class="low" x=`) != 7 {
		t.Error("the chart has other days than the period")
	}
	for table, want := range map[string]string{"days": ";1;1;2", "groups": "Water and soft drinks;1;0;1;1;2;3 days", "reasons": ";Country"} {
		if p := timur.Get(desk + "/stats.csv?days=7&table=" + table); p.Status != 200 || !strings.Contains(p.Body, want) {
			t.Errorf("%s: %d\n%s", table, p.Status, p.Body)
		}
	}
}
