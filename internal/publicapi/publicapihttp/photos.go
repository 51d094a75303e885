package publicapihttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kabinet/internal/card"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/picture"
)

// PhotoPath is where pictures are sent; "*" stands for one element.
const PhotoPath = cardsPath + "/*/photos/*"

type (
	photoInput struct {
		CardInput
		Photo int64 `path:"photo" minimum:"1"`
	}
	newPhotoInput struct {
		CardInput
		// Named as where a photo is read: paths that differ only in the names of
		// their parameters are one path to those who read the description.
		Side string `path:"photo" doc:"Side of the goods" enum:"front,upper,left,right,back,down,other"`
	}
	fileInput struct {
		ID string `path:"id" maxLength:"60" doc:"As the address of a photo has it" example:"302-15-77"`
	}
	fileOutput struct {
		ContentType string `header:"Content-Type"`
		ETag        string `header:"ETag"`
		Body        func(huma.Context)
	}
)

// photoOperations are the methods about pictures.
func (a *API) photoOperations() {
	put := a.cardOperation("photo-put", "PUT", cardPath+"/photos/{photo}", perm.CardEdit, 409, 413, 415, 422)
	put.Summary = "Photo of one side of a card"
	put.Description = "The body is the picture: JPEG, PNG or WebP, 10 MiB at most. It is drawn anew without metadata. " +
		"The side's former photo is replaced; “other” may have six. The same picture again changes nothing. An organization may send 60 in a minute."
	put.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"image/jpeg": {}, "image/png": {}, "image/webp": {},
	}}
	put.MaxBodyBytes = -1 // the picture goes to a file and is bounded there
	huma.Register(a.huma, put, a.putPhoto)

	remove := a.cardOperation("photo-remove", "DELETE", cardPath+"/photos/{photo}", perm.CardEdit, 409, 422)
	remove.Summary, remove.Description = "Take a photo off a card", "Versions that were sent keep it."
	remove.DefaultStatus = http.StatusOK
	huma.Register(a.huma, remove, a.removePhoto)

	read := a.cardOperation("photo-read", "GET", cardPath+"/photos/{photo}", perm.CardRead)
	read.Summary, read.Description = "Photo of a card of your organization", "A JPEG of 2000 pixels a side at most."
	huma.Register(a.huma, read, a.readPhoto)

	file := a.cardOperation("product-file", "GET", registryPath+"/file/{id}", perm.CardLookup)
	file.Summary, file.Description = "Photo of a published product", "A JPEG; addresses are in the product."
	huma.Register(a.huma, file, a.productFile)
}

func (a *API) putPhoto(ctx context.Context, in *newPhotoInput) (*cardOutput, error) {
	b := boundTo(ctx)
	if err := a.service.Picture(b.call); err != nil {
		return nil, fail(ctx, err)
	}
	f, err := spool(http.MaxBytesReader(b.w, b.r.Body, picture.MaxBytes))
	if err != nil {
		return nil, fail(ctx, err)
	}
	defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }()
	err = a.cards.TakePhoto(ctx, callOf(ctx).Actor(), in.ID, card.Side(in.Side), in.Side+".jpg", f)
	if err != nil {
		return nil, fail(ctx, err)
	}
	return a.readCard(ctx, &in.CardInput)
}

// spool puts a body into a file: a transaction does not wait for somebody's
// connection, and pictures of many callers do not fill the memory.
func spool(body io.Reader) (*os.File, error) {
	f, err := os.CreateTemp("", "kabinet-photo-")
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(f, body)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil {
		return f, nil
	}
	_ = errors.Join(f.Close(), os.Remove(f.Name())) // nothing hangs on it
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, picture.ErrTooLarge.Because(large)
	}
	return nil, err
}

func (a *API) removePhoto(ctx context.Context, in *photoInput) (*cardOutput, error) {
	if err := a.cards.RemovePhoto(ctx, callOf(ctx).Actor(), in.ID, in.Photo); err != nil {
		return nil, fail(ctx, err)
	}
	return a.readCard(ctx, &in.CardInput)
}

func (a *API) readPhoto(ctx context.Context, in *photoInput) (*fileOutput, error) {
	shot, err := a.cards.OpenPhoto(ctx, callOf(ctx).Actor(), in.ID, in.Photo, card.Full)
	if err != nil {
		return nil, fail(ctx, err)
	}
	return sent(shot), nil
}

func (a *API) productFile(ctx context.Context, in *fileInput) (*fileOutput, error) {
	goods, number := in.ID, ""
	if i := strings.LastIndexByte(in.ID, '-'); i >= 0 {
		goods, number = in.ID[:i], in.ID[i+1:]
	}
	orgID, cardID, err := card.ParseGoods(goods)
	photo, wrong := strconv.ParseInt(number, 10, 64)
	if err != nil || wrong != nil {
		return nil, fail(ctx, card.ErrNotFound)
	}
	shot, err := a.cards.OpenPhotoInForce(ctx, callOf(ctx).Actor(), orgID, cardID, photo, card.Full)
	if err != nil {
		return nil, fail(ctx, err)
	}
	return sent(shot), nil
}

// sent answers with a picture.
func sent(shot card.Shot) *fileOutput {
	return &fileOutput{ContentType: "image/jpeg", ETag: `"` + shot.Tag + `"`, Body: func(ctx huma.Context) {
		_, _ = io.Copy(ctx.BodyWriter(), shot.Content) // the reader has gone
	}}
}
