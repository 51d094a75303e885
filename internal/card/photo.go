package card

import (
	"context"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/picture"
)

// Limits of photos: each side has one, but for Other.
const (
	MaxOther  = 6
	MaxPhotos = 6 + MaxOther

	MaxPhotoBytes = picture.MaxBytes // of a file
)

// Refusals about photos, beside those of package picture.
var (
	ErrPhotoFull = fault.New(fault.Invalid, "card.photo.full", "max", MaxOther)
	ErrPhotoSide = fault.New(fault.Invalid, "card.photo.side_unknown")
	ErrPhotoTwo  = fault.New(fault.Invalid, "card.photo.side_twice")           // two photos of one side
	ErrPhotoRoom = fault.New(fault.Invalid, "card.photo.room").On(FieldPhotos) // with "max", in megabytes
)

// Upload is a file that is to become a photo of a card.
type Upload struct {
	Side    Side // "" for the first side that has none; a given one is replaced
	Name    string
	Content io.Reader // a local file or memory, not somebody's connection
	Size    int64
}

// PhotoEdit is what a form says about the photos of a card: other sides for those
// there are, by their ids, and new ones.
type PhotoEdit struct {
	Sides map[int64]Side
	Add   []Upload
}

// Taken is what became of an upload.
type Taken struct {
	Name  string
	Side  Side
	Photo int64 // 0 when it was refused
	Err   error // what is wrong with the picture: a fault of package picture or of this one
}

// EditPhotos moves and adds photos of a card: in its draft, or in a new version
// of a published or returned one. Pictures are cleaned before anything is held;
// one that is refused keeps no other out, and what is taken is stored whole or
// not at all. A picture that is there already makes nothing new. Who sends more
// than anybody takes photos is refused for a while: cleaning costs a second each.
func (s *Service) EditPhotos(ctx context.Context, a actor.Actor, id int64, e PhotoEdit) ([]Taken, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, err
	}
	if len(e.Add) > 0 {
		if err := limit.Need(ctx, s.DB, perMember(), strconv.FormatInt(a.MemberID, 10)); err != nil {
			return nil, err
		}
	}
	return s.editPhotos(ctx, a, id, e, s.Pictures.Clean)
}

// ExpectPhotos refuses a form with photos before anything of it is read: that of
// somebody who has used up what a person may send, sends several already, or whose
// organization's photos take all the room they may (ErrPhotoRoom). done is called
// when the form is dealt with.
func (s *Service) ExpectPhotos(ctx context.Context, a actor.Actor) (done func(context.Context) error, err error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, err
	}
	who := strconv.FormatInt(a.MemberID, 10)
	if err := limit.Spent(ctx, s.DB, perMember(), who); err != nil {
		return nil, err
	}
	if err := s.room(ctx, a.OrgID); err != nil {
		return nil, err
	}
	place, err := limit.Take(ctx, s.DB, underWay(), who)
	return place.Back, err
}

// underWay bounds the forms with photos that one person sends at the same time:
// each takes its size on the disk until it is dealt with.
func underWay() limit.Rule {
	return limit.Rule{Name: "card.photos.under_way", Max: 4, Per: 10 * time.Minute}
}

// perMember bounds the forms with photos of one person.
func perMember() limit.Rule {
	return limit.Rule{Name: "card.photos", Max: 60, Per: 10 * time.Minute}
}

// cleaner writes a picture anew: Clean or CleanAside.
type cleaner func(ctx context.Context, r io.Reader, max int64) (picture.Picture, error)

func (s *Service) editPhotos(ctx context.Context, a actor.Actor, id int64, e PhotoEdit, clean cleaner) ([]Taken, error) {
	c, err := s.own(ctx, a, id)
	if err != nil {
		return nil, err
	}
	if _, fits := c.Fits(Edit); !fits {
		return nil, c.misfit(Edit)
	}
	if len(e.Add) > 0 {
		if err := s.room(ctx, a.OrgID); err != nil {
			return nil, err
		}
	}
	shots, err := cleanAll(ctx, e.Add, clean)
	if err != nil {
		return nil, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		return s.editPhotosTx(ctx, tx, a, id, func(c *Content) error {
			if err := c.arrange(e.Sides); err != nil {
				return err
			}
			return hang(ctx, tx, a.OrgID, id, c, shots)
		})
	})
	if err != nil {
		return nil, err
	}
	taken := make([]Taken, len(shots))
	for i, shot := range shots {
		taken[i] = shot.Taken
	}
	return taken, nil
}

// TakePhoto puts one picture on a card, as EditPhotos does, for callers with
// limits of their own; what is wrong with the picture is the error.
func (s *Service) TakePhoto(ctx context.Context, a actor.Actor, id int64, side Side, name string, r io.Reader) error {
	if err := a.Need(perm.CardEdit); err != nil {
		return err
	}
	_, err := s.AddPhoto(ctx, a, id, Upload{Side: side, Name: name, Content: r})
	return err
}

// AddPhoto is TakePhoto for who wants to know the photo's number. Nobody waits
// before a page: the picture takes its turn behind those of people.
func (s *Service) AddPhoto(ctx context.Context, a actor.Actor, id int64, u Upload) (photoID int64, err error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return 0, err
	}
	taken, err := s.editPhotos(ctx, a, id, PhotoEdit{Add: []Upload{u}}, s.Pictures.CleanAside)
	if err != nil {
		return 0, err
	}
	return taken[0].Photo, taken[0].Err
}

// RemovePhoto takes a photo off a card; versions that were sent keep it.
func (s *Service) RemovePhoto(ctx context.Context, a actor.Actor, id, photoID int64) error {
	return gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		return s.editPhotosTx(ctx, tx, a, id, func(c *Content) error {
			i := slices.IndexFunc(c.Photos, func(p Photo) bool { return p.ID == photoID })
			if i < 0 {
				return ErrNotFound
			}
			c.Photos = slices.Delete(c.Photos, i, i+1)
			return nil
		})
	})
}

// editPhotosTx changes what a card says of its photos, and notes which files no
// version needs any more.
func (s *Service) editPhotosTx(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, edit func(*Content) error) error {
	if _, err := s.editTx(ctx, tx, a, id, 0, edit); err != nil {
		return err
	}
	return dropPhotosTx(ctx, tx, a.OrgID, id)
}

// cleaned is an upload on its way: refused, or a picture of ours.
type cleaned struct {
	Taken
	picture picture.Picture
}

// room refuses photos to an organization that has no room for more.
func (s *Service) room(ctx context.Context, orgID int64) error {
	if s.PhotoRoom == 0 {
		return nil
	}
	taken, err := photoBytes(ctx, s.DB, orgID)
	if err == nil && taken >= s.PhotoRoom {
		err = ErrPhotoRoom.With("max", s.PhotoRoom>>20)
	}
	return err
}

// cleanAll writes pictures anew. Only what is no fault of a picture is an error.
func cleanAll(ctx context.Context, uploads []Upload, clean cleaner) ([]cleaned, error) {
	shots := make([]cleaned, len(uploads))
	for i, u := range uploads {
		shots[i].Name, shots[i].Side = u.Name, u.Side
		if u.Side != "" && !slices.Contains(Sides(), u.Side) {
			shots[i].Err = ErrPhotoSide
			continue
		}
		var err error
		shots[i].picture, err = clean(ctx, u.Content, picture.MaxBytes)
		switch {
		case fault.KindOf(err) == fault.Invalid:
			shots[i].Err = err
		case err != nil:
			return nil, err
		}
	}
	return shots, nil
}

// hang puts pictures on a content, each on its side, and stores their files.
func hang(ctx context.Context, tx pg.Tx, orgID, cardID int64, c *Content, shots []cleaned) error {
	for i := range shots {
		shot := &shots[i]
		if shot.picture.Full == nil {
			continue
		}
		if err := c.place(shot); err != nil || shot.Photo != 0 {
			shot.Err = err
			continue
		}
		id, err := insertPhoto(ctx, tx, orgID, cardID, *shot)
		if err != nil {
			return err
		}
		shot.Photo = id
		if shot.Side != Other {
			c.Photos = slices.DeleteFunc(c.Photos, func(p Photo) bool { return p.Side == shot.Side })
		}
		c.Photos = append(c.Photos, Photo{ID: id, Side: shot.Side, SHA256: hex.EncodeToString(shot.picture.SHA256[:])})
	}
	sortPhotos(c.Photos)
	return nil
}

// place finds the side of a picture, or the photo that shows it there already.
func (c *Content) place(shot *cleaned) error {
	sum := hex.EncodeToString(shot.picture.SHA256[:])
	shot.Photo, shot.Err = 0, nil
	there := slices.IndexFunc(c.Photos, func(p Photo) bool { return p.SHA256 == sum && (shot.Side == "" || shot.Side == p.Side) })
	if there >= 0 {
		shot.Photo, shot.Side = c.Photos[there].ID, c.Photos[there].Side
		return nil
	}
	if shot.Side == "" {
		shot.Side = c.freeSide()
	}
	if shot.Side == Other && c.of(Other) >= MaxOther {
		return ErrPhotoFull
	}
	return nil
}

// freeSide guesses what the next photo shows: people take the front first, then
// turn the goods round.
func (c *Content) freeSide() Side {
	for _, side := range []Side{Front, Rear, Left, Right, Upper, Down} {
		if c.of(side) == 0 {
			return side
		}
	}
	return Other
}

func (c *Content) of(side Side) (n int) {
	for _, p := range c.Photos {
		if p.Side == side {
			n++
		}
	}
	return n
}

// arrange gives photos other sides; several may change places at once.
func (c *Content) arrange(sides map[int64]Side) error {
	for i, p := range c.Photos {
		side, asked := sides[p.ID]
		switch {
		case !asked:
			continue
		case !slices.Contains(Sides(), side):
			return ErrPhotoSide.On(FieldPhotos)
		}
		c.Photos[i].Side = side
	}
	for _, side := range Sides() {
		switch n := c.of(side); {
		case side == Other && n > MaxOther:
			return ErrPhotoFull.On(FieldPhotos)
		case side != Other && n > 1:
			return ErrPhotoTwo.With("side", string(side)).On(FieldPhotos)
		}
	}
	sortPhotos(c.Photos)
	return nil
}
