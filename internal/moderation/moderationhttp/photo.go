package moderationhttp

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/httpx"
	"kabinet/web/moderationview"
)

// photo serves a picture of a card to staff.
func (h Handlers) photo(size card.Size) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ref, id, err := whichPhoto(r)
		if err != nil {
			return err
		}
		shot, err := h.Cards.OpenPhotoForStaff(r.Context(), httpx.Operator(r), ref.OrgID, ref.CardID, id, size)
		if err != nil {
			return err
		}
		return httpx.JPEG(w, r, shot.Name, shot.Tag, shot.Content)
	}
}

// view answers GET /op/cards/{card}/photos/{photo}/view: the picture among those
// of the version that shows it, what waits before what is in force.
func (h Handlers) view(w http.ResponseWriter, r *http.Request) error {
	ref, id, err := whichPhoto(r)
	if err != nil {
		return err
	}
	o, err := h.Desk.Find(r.Context(), httpx.Operator(r), ref)
	if err != nil {
		return h.unlessOver(w, r, http.StatusOK, err)
	}
	for _, v := range []*card.Version{&o.Version, o.Live, o.Returned} {
		if v == nil {
			continue
		}
		at := slices.IndexFunc(v.Content.Photos, func(p card.Photo) bool { return p.ID == id })
		if at >= 0 {
			return httpx.Render(w, r, http.StatusOK, moderationview.View(moderationview.ViewPage{Item: o.Item, Photos: v.Content.Photos, At: at}))
		}
	}
	return card.ErrNotFound
}

func whichPhoto(r *http.Request) (moderation.Ref, int64, error) {
	ref, err := which(r)
	if err != nil {
		return ref, 0, err
	}
	id, err := card.ParseID(chi.URLParam(r, "photo"))
	return ref, id, err
}
