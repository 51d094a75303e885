package cardfile

import (
	"bytes"
	"context"
	"errors"
	"io"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/pg"
)

// batchPhotos is how many photos are dealt with between two notes of progress;
// each is a transaction of its own.
const batchPhotos = 20

// showPhotos goes through the archive. A check looks at names and first bytes,
// and at whether the file has a row for the number; cleaning a picture takes a
// tenth of a second, so that is done once, when it is put on its card.
func (w *work) showPhotos(ctx context.Context) error {
	if w.imp.PhotosBlob == 0 {
		return nil
	}
	if err := w.refuseFiles(ctx); err != nil {
		return err
	}
	for n := w.from.Photo; n < len(w.photos.photos); {
		some := w.photos.photos[n:min(n+batchPhotos, len(w.photos.photos))]
		bad, err := w.showSome(ctx, some)
		if err != nil {
			return err
		}
		n += len(some)
		if err := w.movePhotos(ctx, n, len(some), bad); err != nil {
			return err
		}
	}
	return nil
}

// refuseFiles tells of the files that cannot be photos, before the first one.
func (w *work) refuseFiles(ctx context.Context) error {
	if w.from.Photo > 0 || w.imp.BadPhotos > 0 || len(w.photos.bad) == 0 {
		return nil
	}
	return w.movePhotos(ctx, 0, len(w.photos.bad), w.photos.bad)
}

// movePhotos stores what became of some photos.
func (w *work) movePhotos(ctx context.Context, next, dealt int, bad []BadPhoto) error {
	t := Tally{Photos: dealt - len(bad), BadPhotos: len(bad)}
	err := w.tx(ctx, func(tx pg.Tx) error {
		if err := holdRun(ctx, tx, w.imp.OrgID, w.imp.ID, w.from); err != nil {
			return err
		}
		if err := addBadPhotos(ctx, tx, w.imp.OrgID, w.imp.ID, bad); err != nil {
			return err
		}
		return moveRun(ctx, tx, w.imp.OrgID, w.imp.ID, place{w.from.Row, next}, t)
	})
	if err != nil {
		return err
	}
	w.from.Photo, w.imp.NextPhoto, w.imp.Tally = next, next, w.imp.plus(t)
	w.tell()
	return nil
}

// showSome checks or puts some photos and gives those that are refused.
func (w *work) showSome(ctx context.Context, some []photo) (bad []BadPhoto, err error) {
	cards := map[gs1.GTIN]int64{}
	if w.imp.Mode == Apply {
		var gtins []gs1.GTIN
		for _, p := range some {
			gtins = append(gtins, p.gtin)
		}
		if cards, err = card.LiveByGTIN(ctx, w.DB, w.imp.OrgID, gtins); err != nil {
			return nil, err
		}
	}
	for _, p := range some {
		err := w.showOne(ctx, p, cards[p.gtin])
		if noRight(err) {
			return nil, err
		}
		if f, ok := fault.As(err); ok && f.Kind != fault.Internal && f.Kind != fault.Unavailable {
			c := f
			if wrong, many := fault.ComplaintsOf(err); many && len(wrong) > 0 {
				c = fault.New(fault.Invalid, wrong[0].Key, wrong[0].Args...)
			}
			bad = append(bad, badPhoto(p.n, p.name, c.Key, c.Args...))
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	return bad, nil
}

// What is wrong with a photo.
var (
	errNoRow   = fault.New(fault.Invalid, "cardfile.photo.no_row")
	errPicture = fault.New(fault.Invalid, "cardfile.photo.picture")
	errDamaged = fault.New(fault.Invalid, "cardfile.photo.damaged")
)

func (w *work) showOne(ctx context.Context, p photo, cardID int64) error {
	if _, named := w.opener.gtins[p.gtin]; !named || w.imp.Mode == Apply && cardID == 0 {
		return errNoRow
	}
	in, err := p.open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read from
	if w.imp.Mode == Apply {
		return w.Photos.TakePhoto(ctx, w.actor, cardID, p.side, p.base(), in)
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return errDamaged.Because(err)
	}
	if looksLikePicture(head[:n]) {
		return nil
	}
	return errPicture
}

// looksLikePicture tells by the first bytes whether a file may be a JPEG, PNG or
// WebP picture. Whether it is one is found out when it is written anew.
func looksLikePicture(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xd8\xff")) || bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")) ||
		len(head) > 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP"
}
