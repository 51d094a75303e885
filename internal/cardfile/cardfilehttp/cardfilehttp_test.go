package cardfilehttp_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// table has a right row, a row like it, and a wrong one.
var table = []byte("gtin;packaging;name_ru;country;mine\n" + gtin(1) + ";UNIT;Вода;UZ;x\n" + gtin(2) + ";UNIT;Вода;KZ;\n" + gtin(3) + ";CRATE;Вода;Narnia;\n")

func TestAFileFromTheFormToTheCards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	want(t, b.Get("/cards/import"), http.StatusOK, "Import cards", "up to 100 000 rows and 50 MB", "Templates", "Water")
	path := want(t, upload(b, "water", "waters.csv", table), http.StatusSeeOther).Location
	p := want(t, b.Get(path), http.StatusOK, "waters.csv", "Waits for its turn", "Stop")
	if !strings.Contains(p.Body, `http-equiv="refresh"`) {
		t.Error("the page does not come again by itself")
	}
	s.work(path)
	p = want(t, b.Get(path), http.StatusOK, "Checked 3 of 3", "Save 2 cards", "Nothing is saved yet", "D · Country of manufacture", "Narnia",
		"There is no such kind of packaging", "File to correct", "These columns are not read: mine")
	if strings.Contains(p.Body, `http-equiv="refresh"`) {
		t.Error("the page comes again for ever")
	}
	if s.count(`select count(*) from cards`) != 0 {
		t.Fatal("the check saved cards")
	}
	errors := b.Get(path + "/errors.csv")
	want(t, errors, http.StatusOK)
	if !strings.HasPrefix(errors.Body, "\ufefferrors;gtin") || !strings.Contains(errors.Body, "packaging: There is no such kind") ||
		!strings.Contains(errors.Header.Get("Content-Disposition"), `filename="waters-errors.csv"`) {
		t.Errorf("%s\n%s", errors.Header, errors.Body)
	}
	want(t, b.Get(path+"/errors.xlsx"), http.StatusNotFound)
	want(t, b.Post(path+"/apply", nil), http.StatusSeeOther)
	want(t, b.Get(path), http.StatusOK, "Waits for its turn")
	s.work(path)
	p = want(t, b.Get(path), http.StatusOK, "Saved 3 of 3", "To the drafts")
	if !strings.Contains(p.Body, `href="/cards?group=13&amp;status=draft"`) && !strings.Contains(p.Body, `href="/cards?status=draft&amp;group=13"`) {
		t.Error("no link to the drafts")
	}
	if n := s.count(`select count(*) from cards where editing = 'draft'`); n != 2 {
		t.Errorf("%d drafts", n)
	}
	want(t, b.Post(path+"/apply", nil), http.StatusConflict)
	want(t, b.Post(path+"/cancel", nil), http.StatusConflict)
	want(t, b.Get("/cards/import"), http.StatusOK, "waters.csv", "Applied", "Member editor")
	for _, lang := range []string{"ru", "uz"} {
		want(t, b.Get("/cards/import?lang="+lang), http.StatusSeeOther)
		want(t, b.Get("/cards/import"), http.StatusOK)
		want(t, b.Get(path), http.StatusOK)
	}
}

func TestWhatIsNoFileOfCardsIsToldBesideTheField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	for name, tt := range map[string]struct {
		group, file string
		archive     []byte
		said        string
	}{
		"no group":         {"", "gtin;brand\n", nil, "Choose a product group"},
		"a foreign group":  {"beer", "gtin;brand\n", nil, "Choose a product group"},
		"nothing in it":    {"water", "", nil, "The file is empty"},
		"a picture":        {"water", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07", nil, "The file is not a table"},
		"an old workbook":  {"water", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", nil, "old Excel format"},
		"no archive":       {"water", "gtin;brand\n", []byte("GTIN"), "This is not a ZIP archive"},
		"markup in a slug": {"<script>", "gtin;brand\n", nil, "Choose a product group"},
	} {
		t.Run(name, func(t *testing.T) {
			var archives [][]byte
			if tt.archive != nil {
				archives = append(archives, tt.archive)
			}
			p := upload(b, tt.group, "x.csv", []byte(tt.file), archives...)
			want(t, p, http.StatusUnprocessableEntity, tt.said)
			if strings.Contains(p.Body, "<script>") && strings.Contains(p.Body, `"<script>"`) {
				t.Error("markup is markup")
			}
		})
	}
	want(t, b.Post("/cards/import", url.Values{"group": {"water"}}), http.StatusUnprocessableEntity, "Choose a file")
	want(t, upload(b, "", "", nil), http.StatusUnprocessableEntity, "There are 2 problems", "Choose a file", "Choose a product group")
	if n := s.count(`select count(*) from blobs`); n != 0 {
		t.Errorf("%d files are stored", n)
	}
}

func TestAWorkbookThatIsNoneFailsWithItsReason(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	for file, said := range map[string]string{
		"PK\x03\x04 and no more":             "not an Excel workbook",
		"one;two\n1;2\n":                     "there is no GTIN column",
		"gtin;packaging\n":                   "The file has columns and no cards",
		"gtin;attr.nothing\n1;2\n":           "names an attribute that cards of the group do not have: attr.nothing",
		"gtin;brand;GTIN\n1;2;3\n":           "Column C stands there twice: GTIN",
		"a;b\nc;d\n1;2\n3;4\n5;6\ngtin;hs\n": "there is no GTIN column",
	} {
		path := want(t, upload(b, "water", "x.csv", []byte(file)), http.StatusSeeOther).Location
		s.work(path)
		want(t, b.Get(path), http.StatusOK, "Failed", said, "Another file", "Check again")
		want(t, b.Post(path+"/again", nil), http.StatusSeeOther)
		want(t, b.Post(path+"/again", nil), http.StatusConflict)
		s.work(path)
		want(t, b.Get(path), http.StatusOK, "Failed", said)
	}
}

func TestOnlyThreeFilesAreWorkedOnAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	for range 3 {
		want(t, upload(b, "water", "x.csv", table), http.StatusSeeOther)
	}
	want(t, upload(b, "water", "x.csv", table), http.StatusUnprocessableEntity, "3 files are being worked on already")
	unread := &reads{}
	want(t, b.Send("/cards/import", "multipart/form-data; boundary=x", unread), http.StatusUnprocessableEntity, "3 files are being worked on already")
	if unread.n > 0 {
		t.Errorf("%d bytes are read of what is refused anyway", unread.n)
	}
}

// reads counts what is read of it, and never ends.
type reads struct{ n int }

func (r *reads) Read(p []byte) (int, error) {
	r.n += len(p)
	return len(p), nil
}

func TestStrangersAndWrongNumbersSeeTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := want(t, upload(s.as("editor"), "tobacco", "x.csv", table), http.StatusSeeOther).Location
	stranger, waterman := s.as("stranger"), s.as("waterman")
	nothing := stranger.Get("/cards/import/999999")
	for _, b := range []string{path, path + "/errors.csv", "/cards/import/x", "/cards/import/0", "/cards/import/99999999999999999999", "/cards/export/1", "/cards/export/x/cards.csv"} {
		for who, r := range map[string]struct{ got string }{"a stranger": {fmt.Sprint(stranger.Get(b).Status, stranger.Get(b).Body)}, "an editor of another group": {fmt.Sprint(waterman.Get(b).Status, waterman.Get(b).Body)}} {
			if r.got != fmt.Sprint(nothing.Status, nothing.Body) {
				t.Errorf("%s at %s: %.200s", who, b, r.got)
			}
		}
	}
	for _, act := range []string{"/apply", "/again", "/cancel"} {
		want(t, stranger.Post(path+act, nil), http.StatusNotFound)
		want(t, waterman.Post(path+act, nil), http.StatusNotFound)
	}
	observer := s.as("observer")
	want(t, observer.Get("/cards/import"), http.StatusForbidden)
	want(t, upload(observer, "water", "x.csv", table), http.StatusForbidden)
	want(t, observer.Get("/cards.csv"), http.StatusOK)
	want(t, waterman.Get("/cards/import/templates/tobacco.xlsx"), http.StatusNotFound)
	want(t, waterman.Get("/cards/import/templates/water.xlsx"), http.StatusOK)
}

func TestTemplatesAreFilesToKeep(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	p := want(t, b.Get("/cards/import/templates/water.xlsx"), http.StatusOK)
	if !strings.Contains(p.Header.Get("Content-Disposition"), `filename="cards-water-template.xlsx"`) || p.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error(p.Header)
	}
	f, err := excelize.OpenReader(bytes.NewReader([]byte(p.Body)))
	s.must(err)
	if len(f.GetSheetList()) != 3 {
		t.Error(f.GetSheetList())
	}
	s.must(f.Close())
	p = want(t, b.Get("/cards/import/templates/water.csv"), http.StatusOK)
	if !strings.HasPrefix(p.Body, "\ufeffgtin;packaging;") {
		t.Errorf("%.100s", p.Body)
	}
	want(t, b.Get("/cards/import/templates/nothing.csv"), http.StatusNotFound)
	want(t, b.Get("/cards/import/templates/column.csv"), http.StatusNotFound)
}

func TestCardsAreExportedAtOnceOrByAJob(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("editor")
	path := want(t, upload(b, "water", "waters.csv", table), http.StatusSeeOther).Location
	s.work(path)
	want(t, b.Post(path+"/apply", nil), http.StatusSeeOther)
	s.work(path)
	p := want(t, b.Get("/cards.csv?country=KZ"), http.StatusOK)
	if strings.Count(p.Body, "\n") != 3 || !strings.Contains(p.Body, gtin(2)) || !strings.Contains(p.Header.Get("Content-Disposition"), `filename="cards_301000002_20`) {
		t.Errorf("%s %s", p.Header, p.Body)
	}
	p = want(t, b.Get("/cards.xlsx?country=KZ"), http.StatusOK)
	f, err := excelize.OpenReader(bytes.NewReader([]byte(p.Body)))
	s.must(err)
	rows, err := f.GetRows("Cards")
	s.must(err)
	if len(rows) != 4 || !strings.Contains(rows[0][0], "Kazakhstan") {
		t.Errorf("%q", rows)
	}
	if p = want(t, b.Get(fmt.Sprintf("/cards.csv?ids=%d,x,99,-1", s.count(`select min(id) from cards`))), http.StatusOK); strings.Count(p.Body, "\n") != 3 || !strings.Contains(p.Body, gtin(1)) {
		t.Errorf("the ticked card: %s", p.Body)
	}
	want(t, b.Get("/cards/export"), http.StatusOK, "2 cards", "all cards", "Download XLSX")
	want(t, b.Get("/cards/export?q=nothing"), http.StatusOK, "there is nothing to write")
	s.exec(`insert into cards (org_id, id, gtin, group_id, packaging) select 2, nextval('card_ids'), lpad((90000000 + n)::text, 14, '0'), 13, 'UNIT' from generate_series(1, 5001) n`)
	s.exec(`insert into card_versions (org_id, card_id, n, content, created_by, created_name)
		select org_id, id, 1, jsonb_build_object('gtin', gtin, 'packaging', 'UNIT', 'group', 13, 'set', 1), 3, '' from cards on conflict do nothing`)
	to := want(t, b.Get("/cards.xlsx?status=draft"), http.StatusSeeOther).Location
	if to != "/cards/export?status=draft" {
		t.Error(to)
	}
	want(t, b.Get(to), http.StatusOK, "5 003 cards", "More than 5 000 cards are written in the background", "Write XLSX")
	job := want(t, b.Post("/cards/export", url.Values{"query": {"status=draft"}, "format": {"csv"}}), http.StatusSeeOther).Location
	want(t, b.Get(job), http.StatusOK, "Waits for its turn", "Stop")
	want(t, b.Get(job+"/cards.csv"), http.StatusNotFound)
	var id int64
	_, err = fmt.Sscanf(job, "/cards/export/%d", &id)
	s.must(err)
	s.must(s.out.Run(t.Context(), 2, id))
	want(t, b.Get(job), http.StatusOK, "Written 5 003 of 5 003", "Download CSV", "The file is ready")
	p = want(t, b.Get(job+"/cards.csv"), http.StatusOK)
	if n := strings.Count(p.Body, "\n"); n != 5005 {
		t.Errorf("%d lines", n)
	}
	want(t, b.Get(job+"/cards.xlsx"), http.StatusNotFound)
	want(t, s.as("observer").Get(job), http.StatusNotFound)
	s.exec(`update card_exports set finished_at = now() - interval '25 hours'`)
	want(t, b.Get(job), http.StatusOK, "The file was kept for 24 hours and is gone")
	want(t, b.Get(job+"/cards.csv"), http.StatusGone)
	stopped := want(t, b.Post("/cards/export", url.Values{"query": {"%%%"}, "format": {"exe"}}), http.StatusSeeOther).Location
	want(t, b.Post(stopped+"/cancel", nil), http.StatusSeeOther)
	want(t, b.Get(stopped), http.StatusOK, "Cancelled")
	want(t, b.Post(stopped+"/cancel", nil), http.StatusConflict)
}
