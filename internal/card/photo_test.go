package card_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/picture/picturetest"
)

// studio is a desk whose cards take photos.
func studio(t testing.TB) *desk {
	t.Helper()
	d := newDesk(t)
	d.cards.Pictures = picture.New()
	return d
}

// blank is a card without photos.
func (d *desk) blank(n int) int64 {
	d.Helper()
	id, err := d.cards.Create(d.Context(), publisher, "", bottle(n))
	d.must(err)
	return id
}

// shot is a picture unlike those with other numbers.
func (d *desk) shot(n int) []byte {
	d.Helper()
	return picturetest.JPEG(d, 400+n, 300)
}

func (d *desk) upload(side card.Side, n int) card.Upload {
	d.Helper()
	return card.Upload{Side: side, Name: fmt.Sprintf("IMG_%d.jpg", n), Content: bytes.NewReader(d.shot(n))}
}

// hang adds photos and expects all to be taken.
func (d *desk) hang(id int64, uploads ...card.Upload) []card.Taken {
	d.Helper()
	taken, err := d.cards.EditPhotos(d.Context(), publisher, id, card.PhotoEdit{Add: uploads})
	d.must(err)
	for _, t := range taken {
		d.must(t.Err)
	}
	return taken
}

// sides lists the photos of the newest version, "front back".
func (d *desk) sides(id int64) string {
	d.Helper()
	var sides []string
	for _, p := range d.get(id).Version.Content.Photos {
		sides = append(sides, string(p.Side))
	}
	return strings.Join(sides, " ")
}

// files counts what is stored of photos: rows, files and pieces of files.
func (d *desk) files() [3]int {
	d.Helper()
	return [3]int{d.count(`select count(*) from card_photos`), d.count(`select count(*) from blobs`), d.count(`select count(*) from blob_chunks`)}
}

func TestAPhotoIsCleanedAndSeenByWhoMay(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	photo := d.hang(id, d.upload(card.Front, 1))[0].Photo
	r := d.get(id)
	if got := r.Version.Content.Photos; len(got) != 1 || got[0].ID != photo || got[0].Side != card.Front || r.PhotoID != photo || len(got[0].SHA256) != 64 {
		t.Fatalf("%+v, shown in lists: %d", got, r.PhotoID)
	}
	for _, size := range []card.Size{card.Full, card.Small} {
		for name, a := range map[string]actor.Actor{"publisher": publisher, "editor of the group": editor, "observer": observer} {
			s, err := d.cards.OpenPhoto(t.Context(), a, id, photo, size)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			content, _ := io.ReadAll(s.Content)
			if m, err := jpeg.Decode(bytes.NewReader(content)); err != nil || m.Bounds().Dx() != map[card.Size]int{card.Full: 401, card.Small: 320}[size] {
				t.Errorf("%s, %s: %v", name, size, err)
			}
			if s.Name != gtin("4780101", 1)+"_front.jpg" || s.Tag == "" {
				t.Errorf("%+v", s)
			}
		}
	}
	d.exec(`update cards set group_id = 3`)
	for name, open := range map[string]func() (card.Shot, error){
		"another organization": func() (card.Shot, error) { return d.cards.OpenPhoto(t.Context(), stranger, id, photo, card.Full) },
		"another group":        func() (card.Shot, error) { return d.cards.OpenPhoto(t.Context(), editor, id, photo, card.Full) },
		"another card": func() (card.Shot, error) {
			return d.cards.OpenPhoto(t.Context(), publisher, d.blank(2), photo, card.Full)
		},
		"another photo": func() (card.Shot, error) { return d.cards.OpenPhoto(t.Context(), publisher, id, photo+1, card.Full) },
		"not in the catalogue": func() (card.Shot, error) {
			return d.cards.OpenPhotoInForce(t.Context(), publisher, 2, id, photo, card.Full)
		},
		"staff, somebody else's": func() (card.Shot, error) {
			return d.cards.OpenPhotoForStaff(t.Context(), moderator, 9, id, photo, card.Full)
		},
		"staff, not sent yet": func() (card.Shot, error) {
			return d.cards.OpenPhotoForStaff(t.Context(), moderator, 2, id, photo, card.Full)
		},
	} {
		if s, err := open(); !errors.Is(err, card.ErrNotFound) || s.Content != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.exec(`update card_versions set status = 'moderation', sent_at = now(), deadline_at = now() where card_id = $1`, id)
	if _, err := d.cards.OpenPhotoForStaff(t.Context(), moderator, 2, id, photo, card.Small); err != nil {
		t.Error(err)
	}
}

func TestSidesAreGuessedReplacedAndMoved(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	var many []card.Upload
	for n := range 8 {
		many = append(many, d.upload("", n))
	}
	taken := d.hang(id, many...)
	if got := d.sides(id); got != "front upper left right back down other other" || taken[1].Side != card.Rear {
		t.Fatalf("%s; the second is %s", got, taken[1].Side)
	}
	front := d.hang(id, d.upload(card.Front, 50))[0].Photo
	if r := d.get(id); r.PhotoID != front || len(r.Version.Content.Photos) != 8 {
		t.Errorf("front is %d of %d, want %d", r.PhotoID, len(r.Version.Content.Photos), front)
	}
	swap := map[int64]card.Side{front: card.Left, taken[2].Photo: card.Front}
	if _, err := d.cards.EditPhotos(t.Context(), publisher, id, card.PhotoEdit{Sides: swap}); err != nil || d.get(id).PhotoID != taken[2].Photo {
		t.Errorf("changed places: %v", err)
	}
	for want, sides := range map[error]map[int64]card.Side{
		card.ErrPhotoTwo:  {front: card.Front},
		card.ErrPhotoSide: {front: "inside"},
	} {
		if _, err := d.cards.EditPhotos(t.Context(), publisher, id, card.PhotoEdit{Sides: sides}); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	many = nil
	for n := range 6 {
		many = append(many, d.upload(card.Other, 20+n))
	}
	more, err := d.cards.EditPhotos(t.Context(), publisher, id, card.PhotoEdit{Add: many})
	d.must(err)
	if more[3].Err != nil || !errors.Is(more[4].Err, card.ErrPhotoFull) || !errors.Is(more[5].Err, card.ErrPhotoFull) || len(d.get(id).Version.Content.Photos) != card.MaxPhotos {
		t.Errorf("%+v", more)
	}
	if _, err := d.cards.AddPhoto(t.Context(), publisher, id, d.upload("", 60)); !errors.Is(err, card.ErrPhotoFull) {
		t.Error(err)
	}
}

func TestABadPictureKeepsNoOtherOut(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	svg := card.Upload{Name: "photo.jpg", Content: strings.NewReader("<svg/>")}
	taken, err := d.cards.EditPhotos(t.Context(), publisher, id, card.PhotoEdit{Add: []card.Upload{svg, d.upload("", 1), {Side: "inside", Content: strings.NewReader("")}}})
	d.must(err)
	if !errors.Is(taken[0].Err, picture.ErrKind) || taken[1].Err != nil || !errors.Is(taken[2].Err, card.ErrPhotoSide) || d.sides(id) != "front" {
		t.Errorf("%+v: %s", taken, d.sides(id))
	}
}

func TestTheSamePictureAgainMakesNothingNew(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	first, before := d.hang(id, d.upload(card.Front, 1))[0].Photo, d.files()
	revision := d.get(id).Revision
	for _, side := range []card.Side{card.Front, ""} {
		if again := d.hang(id, d.upload(side, 1))[0]; again.Photo != first || again.Side != card.Front {
			t.Errorf("%+v", again)
		}
	}
	if d.files() != before || d.get(id).Revision != revision {
		t.Error("something was stored")
	}
}

func TestPhotosOfVersionsThatWereSentStay(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	first := d.hang(id, d.upload(card.Front, 1))[0].Photo
	d.exec(`update card_versions set status = 'published', sent_at = now(), deadline_at = now() where card_id = $1`, id)
	d.exec(`update cards set standing = 'published', editing = 'none', live = 1 where id = $1`, id)
	d.exec(`insert into catalogue (org_id, card_id, n, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, photo_id)
		select org_id, id, 1, gtin, group_id, packaging, country, name_uz, name_ru, name_en, brand, fold, photo_id from cards where id = $1`, id)
	second := d.hang(id, d.upload(card.Front, 2))[0].Photo
	if r := d.get(id); r.Newest != 2 || r.Live == nil || r.Live.Content.Photos[0].ID != first || r.PhotoID != second {
		t.Fatalf("%+v", r)
	}
	for photo, open := range map[int64]bool{first: true, second: false} {
		if _, err := d.cards.OpenPhotoInForce(t.Context(), stranger, 2, id, photo, card.Full); (err == nil) != open {
			t.Errorf("photo %d in the catalogue: %v", photo, err)
		}
		if _, err := d.cards.OpenPhoto(t.Context(), observer, id, photo, card.Full); err != nil {
			t.Errorf("photo %d for its organization: %v", photo, err)
		}
	}
	if n := d.count(`select count(*) from card_photos where dropped_at is not null`); n != 0 {
		t.Errorf("%d dropped", n)
	}
}

func TestWhatNoVersionNamesGoesAfterADay(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	gone := d.hang(id, d.upload(card.Front, 1))[0].Photo
	kept := d.hang(id, d.upload(card.Front, 2))[0].Photo
	removed := d.hang(id, d.upload(card.Rear, 3))[0].Photo
	d.must(d.cards.RemovePhoto(t.Context(), publisher, id, removed))
	for _, photo := range []int64{gone, removed} {
		if _, err := d.cards.OpenPhoto(t.Context(), publisher, id, photo, card.Full); !errors.Is(err, card.ErrNotFound) {
			t.Errorf("photo %d is still served: %v", photo, err)
		}
	}
	sweep := func() { d.must(card.Sweep(t.Context(), d.cards)) }
	sweep()
	if got := d.files(); got != [3]int{3, 6, 6} {
		t.Errorf("on the same day: %v", got)
	}
	d.exec(`update card_photos set dropped_at = dropped_at - interval '25 hours'`)
	sweep()
	if got := d.files(); got != [3]int{1, 2, 2} {
		t.Errorf("a day later: %v", got)
	}
	if _, err := d.cards.OpenPhoto(t.Context(), publisher, id, kept, card.Full); err != nil {
		t.Error(err)
	}
}

func TestCopiesShareTheFiles(t *testing.T) {
	t.Parallel()
	d := studio(t)
	from, to := d.blank(1), d.blank(2)
	d.hang(from, d.upload(card.Front, 1), d.upload(card.Rear, 2))
	moved := map[int64]card.Side{d.get(from).Version.Content.Photos[1].ID: card.Down}
	if _, err := d.cards.EditPhotos(t.Context(), publisher, from, card.PhotoEdit{Sides: moved}); err != nil {
		t.Fatal(err)
	}
	before := d.files()
	photos := card.CopyPhotos(t, d.db, 2, to, d.get(from).Version.Content.Photos)
	d.exec(`update card_versions set content = content || jsonb_build_object('photos', $2::jsonb) where card_id = $1`, to, card.JSON(photos))
	if got := d.files(); got != [3]int{4, before[1], before[2]} || photos[1].Side != card.Down {
		t.Errorf("%v, before %v", got, before)
	}
	d.must(d.cards.RemovePhoto(t.Context(), publisher, from, d.get(from).PhotoID))
	d.exec(`update card_photos set dropped_at = dropped_at - interval '25 hours'`)
	d.must(card.Sweep(t.Context(), d.cards))
	for _, p := range photos {
		s, err := d.cards.OpenPhoto(t.Context(), publisher, to, p.ID, card.Full)
		if err != nil {
			t.Fatal(err)
		}
		if content, err := io.ReadAll(s.Content); err != nil || len(content) == 0 {
			t.Error("the file went with the other card: ", err)
		}
	}
	card.DeletePhotos(t, d.db, 2, to)
	if got := d.files(); got != [3]int{1, 2, 2} {
		t.Errorf("after the copy is gone: %v", got)
	}
}

func TestPhotosWantTheirRightAndACardThatMayBeEdited(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	photo := d.hang(id, d.upload(card.Front, 1))[0].Photo
	never := readerFunc(func([]byte) (int, error) { t.Error("the picture was read"); return 0, io.EOF })
	for name, c := range map[string]struct {
		who  actor.Actor
		want error
	}{
		"observer":             {observer, actor.ErrForbidden},
		"another organization": {stranger, card.ErrNotFound},
	} {
		if _, err := d.cards.AddPhoto(t.Context(), c.who, id, card.Upload{Content: never}); !errors.Is(err, c.want) {
			t.Errorf("%s adds: %v", name, err)
		}
		if err := d.cards.RemovePhoto(t.Context(), c.who, id, photo); !errors.Is(err, c.want) {
			t.Errorf("%s removes: %v", name, err)
		}
	}
	d.exec(`update cards set editing = 'moderation'`)
	if _, err := d.cards.AddPhoto(t.Context(), publisher, id, card.Upload{Content: never}); !errors.Is(err, card.ErrState) {
		t.Error(err)
	}
	if err := d.cards.RemovePhoto(t.Context(), publisher, id, photo); !errors.Is(err, card.ErrState) {
		t.Error(err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestAnInterruptionLeavesNoHalfPhoto ends the request at every moment there is.
func TestAnInterruptionLeavesNoHalfPhoto(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	data := picturetest.JPEG(t, 120, 100)
	for after := 0; after < 1000; after += 3 {
		ctx, cancel := context.WithCancel(t.Context())
		d.exec(`delete from rate_limits`)
		stops := &stopping{ctx: ctx, cancel: cancel, left: after}
		_, err := d.cards.EditPhotos(stops, publisher, id, card.PhotoEdit{Add: []card.Upload{{Side: card.Front, Content: bytes.NewReader(data)}, {Side: card.Rear, Content: bytes.NewReader(data)}}})
		cancel()
		want := [3]int{}
		if n := len(d.get(id).Version.Content.Photos); n != 0 {
			want = [3]int{2, 4, 4}
		} else if err == nil {
			t.Fatalf("stopped after %d: nothing is there and nobody is told", after)
		}
		if got := d.files(); got != want {
			t.Fatalf("stopped after %d steps (%v): %v, want %v", after, err, got, want)
		}
		if err == nil {
			return
		}
	}
	t.Error("never got through")
}

// stopping is a context that ends after being asked so many times.
type stopping struct {
	ctx    context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	left   int
}

func (s *stopping) step() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left--; s.left < 0 {
		s.cancel()
	}
}

func (s *stopping) Deadline() (time.Time, bool) { return s.ctx.Deadline() }
func (s *stopping) Done() <-chan struct{}       { s.step(); return s.ctx.Done() }
func (s *stopping) Err() error                  { return s.ctx.Err() }
func (s *stopping) Value(key any) any           { return s.ctx.Value(key) }

func TestWhoSendsPhotosWithoutEndIsRefusedForAWhile(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	send := func(a actor.Actor) error {
		_, err := d.cards.EditPhotos(t.Context(), a, id, card.PhotoEdit{Add: []card.Upload{{Content: strings.NewReader("no picture")}}})
		return err
	}
	for range 60 {
		d.must(send(publisher))
	}
	if err := send(publisher); fault.KindOf(err) != fault.TooMany {
		t.Error(err)
	}
	d.must(send(second))
	if _, err := d.cards.EditPhotos(t.Context(), publisher, id, card.PhotoEdit{}); err != nil {
		t.Error("without a file: ", err)
	}
}

func TestManyUploadsAtOnce(t *testing.T) {
	t.Parallel()
	d := studio(t)
	id := d.blank(1)
	var all sync.WaitGroup
	for n := range 100 {
		u, shot := d.upload(card.Sides()[n%7], n), d.shot(n)
		all.Go(func() {
			_, err := d.cards.AddPhoto(t.Context(), publisher, id, u)
			for errors.Is(err, picture.ErrBusy) { // a slow machine asks to come again
				u.Content = bytes.NewReader(shot)
				_, err = d.cards.AddPhoto(t.Context(), publisher, id, u)
			}
			if err != nil && !errors.Is(err, card.ErrPhotoFull) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := d.sides(id); got != "front upper left right back down"+strings.Repeat(" other", card.MaxOther) {
		t.Error(got)
	}
	r := d.get(id)
	for _, p := range r.Version.Content.Photos {
		s, err := d.cards.OpenPhoto(t.Context(), publisher, id, p.ID, card.Full)
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(s.Content)
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != p.SHA256 {
			t.Errorf("photo %d is not what its hash says", p.ID)
		}
	}
	d.exec(`update card_photos set dropped_at = dropped_at - interval '25 hours'`)
	d.must(card.Sweep(t.Context(), d.cards))
	if got := d.files(); got != [3]int{12, 24, 24} {
		t.Errorf("%v", got)
	}
}
