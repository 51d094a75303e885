package card_test

import (
	"bytes"
	"errors"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
)

func TestAnOrganizationHasRoomForSoManyPhotos(t *testing.T) {
	t.Parallel()
	d := studio(t)
	one, two := d.blank(1), d.blank(2)
	shot := d.shot(1)
	d.hang(one, card.Upload{Side: card.Front, Name: "a.jpg", Content: bytes.NewReader(shot)})
	taken := d.count(`select bytes from card_photos`)
	if size := d.count(`select sum(size) from blobs`); taken == 0 || taken != size {
		t.Fatalf("%d bytes are counted, %d stored", taken, size)
	}
	d.cards.PhotoRoom = int64(taken) + 1
	card.CopyPhotos(t, d.db, 2, two, d.get(one).Version.Content.Photos) // shares the files
	d.hang(two, d.upload(card.Rear, 2))

	_, err := d.cards.EditPhotos(t.Context(), publisher, two, card.PhotoEdit{Add: []card.Upload{d.upload("", 3)}})
	if f, _ := fault.As(err); !errors.Is(err, card.ErrPhotoRoom) || f.Field != card.FieldPhotos {
		t.Errorf("by a form: %v", err)
	}
	if _, err := d.cards.AddPhoto(t.Context(), publisher, two, d.upload("", 3)); !errors.Is(err, card.ErrPhotoRoom) {
		t.Errorf("by a program: %v", err)
	}
	if _, err := d.cards.ExpectPhotos(t.Context(), publisher); !errors.Is(err, card.ErrPhotoRoom) {
		t.Errorf("before the form: %v", err)
	}
	if _, err := d.cards.EditPhotos(t.Context(), publisher, two, card.PhotoEdit{}); err != nil {
		t.Errorf("what adds nothing: %v", err)
	}
	d.must(d.cards.RemovePhoto(t.Context(), publisher, two, d.get(two).Version.Content.Photos[0].ID))
}

func TestFormsWithPhotosAreRefusedBeforeTheyAreRead(t *testing.T) {
	t.Parallel()
	d := studio(t)
	var done []func() error
	for range 4 {
		end, err := d.cards.ExpectPhotos(t.Context(), publisher)
		d.must(err)
		done = append(done, func() error { return end(t.Context()) })
	}
	if _, err := d.cards.ExpectPhotos(t.Context(), publisher); fault.KindOf(err) != fault.TooMany {
		t.Errorf("a fifth at the same time: %v", err)
	}
	d.must(done[0]())
	end, err := d.cards.ExpectPhotos(t.Context(), publisher)
	d.must(err)
	d.must(end(t.Context()))
	if _, err := d.cards.ExpectPhotos(t.Context(), observer); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("without the right: %v", err)
	}
}
