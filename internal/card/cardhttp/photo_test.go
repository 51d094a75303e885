package cardhttp_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"regexp"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/picture/picturetest"
)

// chosen is a file somebody chose for a field; without a name it is a text.
type chosen struct {
	field, name string
	content     []byte
}

// body is a form with files.
func body(t testing.TB, parts ...chosen) (kind string, content *bytes.Buffer) {
	t.Helper()
	content = &bytes.Buffer{}
	m := multipart.NewWriter(content)
	for _, p := range parts {
		w, err := m.CreateFormField(p.field)
		if p.name != "" {
			w, err = m.CreateFormFile(p.field, p.name)
		}
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(p.content)
	}
	_ = m.Close()
	return m.FormDataContentType(), content
}

// studio is a site that takes photos, with a card that has none.
func studio(t *testing.T) (*site, int64) {
	t.Helper()
	s := newSite(t)
	s.cards.Pictures = picture.New()
	id, err := s.cards.Create(t.Context(), s.publisher(), "", bottle(1))
	s.must(err)
	return s, id
}

func upload(t testing.TB, b *httptesting.Browser, id int64, parts ...chosen) httptesting.Page {
	t.Helper()
	kind, content := body(t, parts...)
	return b.Send(path(id, "/photos"), kind, content)
}

// sides lists the photos of a card's newest version.
func (s *site) sides(id int64) string {
	return s.text(`select coalesce(string_agg(p->>'side', ' '), '') from card_versions v, jsonb_array_elements(v.content->'photos') p
		where card_id = $1 and n = (select newest from cards where id = $1)`, id)
}

func TestPhotosAreAddedMovedSeenAndTakenAway(t *testing.T) {
	t.Parallel()
	s, id := studio(t)
	b := s.as("publisher")
	want(t, b.Get(path(id, "/edit/photos")), http.StatusOK, "Add photos", "JPEG, PNG or WebP, up to 10 MB each", "Choose a photo for each side")
	p := upload(t, b, id, chosen{"photos", "IMG_1.jpg", picturetest.JPEG(t, 300, 200)}, chosen{"photos", "IMG_2.png", picturetest.PNG(t, 310, 200)},
		chosen{"other", "", nil}, chosen{"down", "IMG_3.jpg", picturetest.JPEG(t, 320, 200)}, chosen{"then", "", []byte("check")})
	if p.Status != http.StatusSeeOther || p.Location != path(id, "/check") || s.sides(id) != "front back down" {
		t.Fatalf("%d to %s: %s", p.Status, p.Location, s.sides(id))
	}
	page := want(t, b.Get(path(id, "/edit/photos")), http.StatusOK, "Save and add more", "Remove Photo: Back")
	photos := regexp.MustCompile(`name="side\.(\d+)"`).FindAllStringSubmatch(page.Body, -1)
	if len(photos) != 3 {
		t.Fatal(photos)
	}
	front, rear := photos[0][1], photos[1][1]
	p = upload(t, b, id, chosen{"side." + front, "", []byte("back")}, chosen{"side." + rear, "", []byte("front")}, chosen{"then", "", []byte("more")})
	if p.Location != path(id, "/edit/photos") || s.text(`select photo_id::text from cards where id = $1`, id) != rear {
		t.Errorf("changed places: %d to %s", p.Status, p.Location)
	}
	view := want(t, b.Get(path(id, "/photos/"+front+"/view")), http.StatusOK, "2 of 3", "Previous: Front", "Next: Bottom", "Full size")
	for _, to := range []string{path(id, "/photos/"+rear+"/view"), path(id, "/photos/"+front)} {
		if !strings.Contains(view.Body, `href="`+to+`"`) {
			t.Errorf("the viewer does not lead to %s", to)
		}
	}
	p = b.Post(path(id, "/photos/"+front+"/remove"), nil)
	if p.Location != path(id, "/edit/photos") || s.sides(id) != "front down" {
		t.Errorf("removed: %d to %s, %s", p.Status, p.Location, s.sides(id))
	}
	if p := upload(t, b, id, chosen{"then", "", []byte("later")}); p.Location != path(id, "") {
		t.Errorf("left: %d to %s", p.Status, p.Location)
	}
}

func TestAPhotoIsAFileThatNothingRunsIn(t *testing.T) {
	t.Parallel()
	s, id := studio(t)
	b := s.as("publisher")
	upload(t, b, id, chosen{"front", `"><script>.jpg`, picturetest.JPEG(t, 900, 600)})
	photo := s.text(`select photo_id::text from cards where id = $1`, id)
	for _, size := range []string{"", "/thumb"} {
		p := b.Get(path(id, "/photos/"+photo+size))
		if p.Status != http.StatusOK || http.DetectContentType([]byte(p.Body)) != "image/jpeg" {
			t.Fatalf("%s: %d", size, p.Status)
		}
		for name, want := range map[string]string{
			"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Cache-Control": "private, max-age=600", "Content-Disposition": `inline; filename="` + gtin("4780101", 1) + `_front.jpg"`,
		} {
			if got := p.Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	}
	for _, who := range []string{"publisher", "editor", "observer", "stranger"} {
		want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[who != "stranger"]
		for _, to := range []string{"", "/thumb", "/view"} {
			if p := s.as(who).Get(path(id, "/photos/"+photo+to)); p.Status != want {
				t.Errorf("%s sees %q: %d", who, to, p.Status)
			}
		}
	}
	for _, to := range []string{
		"/cards/0/photos/1", "/cards/x/photos/1", path(id, "/photos/x"), path(id, "/photos/-1"), path(id, "/photos/99999999999999999999"),
		fmt.Sprintf("/catalogue/2-%d/photos/%s", id, photo), "/catalogue/x/photos/1", "/catalogue/2-x/photos/1", "/catalogue/2-1-1/photos/1",
	} {
		if p := b.Get(to); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", to, p.Status)
		}
	}
	for who, want := range map[string]int{"observer": http.StatusForbidden, "stranger": http.StatusNotFound} {
		if p := upload(t, s.as(who), id, chosen{"front", "a.jpg", picturetest.JPEG(t, 200, 200)}); p.Status != want {
			t.Errorf("%s adds: %d", who, p.Status)
		}
		if p := s.as(who).Post(path(id, "/photos/"+photo+"/remove"), nil); p.Status != want {
			t.Errorf("%s removes: %d", who, p.Status)
		}
	}
	if got := s.sides(id); got != "front" {
		t.Error(got)
	}
}

func TestEachRefusedFileIsNamed(t *testing.T) {
	t.Parallel()
	s, id := studio(t)
	b := s.as("publisher")
	good := picturetest.JPEG(t, 300, 200)
	p := upload(t, b, id,
		chosen{"photos", "page.jpg", []byte("<html><script>alert(1)</script>")}, chosen{"photos", "good.jpg", good},
		chosen{"left", "..\\..\\\u202egpj.svg", []byte("<svg/>")}, chosen{"upper", "empty.png", nil}, chosen{"rear", "no such side", good})
	want(t, p, http.StatusUnprocessableEntity, "page.jpg: Not a JPEG, PNG or WebP picture", "gpj.svg: Not a JPEG", "empty.png: The file is empty", "1 photo saved")
	if got := s.sides(id); got != "front" || strings.Contains(p.Body, "\u202e") {
		t.Error(got)
	}
	p = upload(t, b, id, chosen{"side." + s.text(`select photo_id::text from cards`), "", []byte("inside")})
	want(t, p, http.StatusUnprocessableEntity, "Choose one of the sides")
	for name, parts := range map[string][]chosen{
		"The files together are larger":     {{"photos", "large.jpg", make([]byte, 65<<20)}},
		"More than 24 files":                many(25, good),
		"IMG_12.jpg: No room: 6 other":      append(many(13, good), chosen{"front", "x", good}),
		"huge.jpg: The file is larger than": {{"front", "huge.jpg", append(bytes.Clone(good), make([]byte, picture.MaxBytes)...)}},
	} {
		if name == "IMG_12.jpg: No room: 6 other" {
			for i := range parts {
				parts[i].content = picturetest.JPEG(t, 201+i, 200)
			}
		}
		p := upload(t, b, id, parts...)
		want(t, p, http.StatusUnprocessableEntity, name)
	}
}

func many(n int, content []byte) (parts []chosen) {
	for i := range n {
		parts = append(parts, chosen{"photos", fmt.Sprintf("IMG_%d.jpg", i), content})
	}
	return parts
}

// TestHostileForms has what no form of ours sends.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	s, id := studio(t)
	b := s.as("publisher")
	jpeg := string(picturetest.JPEG(t, 200, 200))
	part := func(head, content string) string {
		return "--x\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n"
	}
	for name, body := range map[string]string{
		"no end":                    part(`name="front"; filename="a.jpg"`, jpeg),
		"nothing":                   "",
		"only the end":              "--x--",
		"no name":                   part(`filename="a.jpg"`, jpeg) + "--x--",
		"a thousand and one parts":  strings.Repeat(part(`name="front"; filename="a.jpg"`, "x"), 1001) + "--x--",
		"ten thousand texts":        strings.Repeat(part(`name="side.1"`, "front"), 10_000) + "--x--",
		"parts in parts":            "--x\r\nContent-Type: multipart/mixed; boundary=y\r\nContent-Disposition: form-data; name=\"front\"\r\n\r\n--y\r\n\r\n" + jpeg + "\r\n--y--\r\n--x--",
		"a side of nobody's photo":  part(`name="side.999999"`, "front") + "--x--",
		"a side that is no number":  part(`name="side.x"`, "front") + part(`name="side."`, "front") + "--x--",
		"a text where a file is":    part(`name="front"`, jpeg) + "--x--",
		"bytes that are no text":    part("name=\"side.1\"", "\xff\xfe\x00") + "--x--",
		"a name with a line in it":  part(`name="front"; filename="a%0d%0ab.jpg"`, "GIF89a") + "--x--",
		"a name with a zero":        part("name=\"front\"; filename=\"a\x00.jpg\"", "GIF89a") + "--x--",
		"an unknown way of writing": "--x\r\nContent-Disposition: form-data; name=\"front\"; filename=\"a.jpg\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=FF=D8\r\n--x--",
	} {
		p := b.Send(path(id, "/photos"), "multipart/form-data; boundary=x", strings.NewReader(body))
		if p.Status >= 500 || p.Status == http.StatusOK {
			t.Errorf("%s: %d", name, p.Status)
		}
		if got := s.sides(id); got != "" {
			t.Fatalf("%s: %s", name, got)
		}
	}
	for _, kind := range []string{"multipart/form-data", "multipart/mixed; boundary=x", "application/x-www-form-urlencoded", "text/plain", "image/jpeg", ""} {
		if p := b.Send(path(id, "/photos"), kind, strings.NewReader(jpeg)); p.Status >= 500 || p.Status == http.StatusOK {
			t.Errorf("%s: %d", kind, p.Status)
		}
	}
	if got := s.sides(id); got != "" {
		t.Error(got)
	}
}

// TestTwentyUploadsOf10MiB come at once, all of the same bytes. What they take at
// the top is told, and bounded by what two pictures take; on a busy machine the
// last may be asked to come again.
func TestTwentyUploadsOf10MiB(t *testing.T) { //nolint:paralleltest // measures the memory of the process
	if testing.Short() {
		t.Skip("takes long")
	}
	s, _ := studio(t)
	large := append(picturetest.JPEG(t, 2400, 1800), make([]byte, picture.MaxBytes)...)[:picture.MaxBytes]
	kind, form := body(t, chosen{"front", "large.jpg", large})
	var ids []int64
	var people []*httptesting.Browser
	for n := range 20 {
		id, err := s.cards.Create(t.Context(), s.publisher(), "", bottle(100+n))
		s.must(err)
		ids, people = append(ids, id), append(people, s.as("publisher"))
	}
	top := watchMemory(t)
	var all sync.WaitGroup
	for n := range ids {
		all.Go(func() {
			switch p := people[n].Send(path(ids[n], "/photos"), kind, bytes.NewReader(form.Bytes())); p.Status {
			case http.StatusSeeOther, http.StatusServiceUnavailable, http.StatusTooManyRequests: // one person sends four at the same time
			default:
				t.Errorf("%d", p.Status)
			}
		})
	}
	all.Wait()
	took := top()
	t.Logf("20 uploads of 10 MiB: %d MiB of memory more at the top", took>>20)
	if took > picture.MaxMemory {
		t.Errorf("%d MiB", took>>20)
	}
}

// watchMemory looks at the heap until the answer is asked for: how much more it
// held at the top than at the beginning.
func watchMemory(t *testing.T) func() uint64 {
	t.Helper()
	heap := func() uint64 {
		m := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(m)
		return m[0].Value.Uint64()
	}
	runtime.GC()
	start, top, done := heap(), uint64(0), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			top = max(top, heap())
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	})
	return func() uint64 {
		close(done)
		all.Wait()
		return top - min(top, start)
	}
}
