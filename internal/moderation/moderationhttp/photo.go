package moderationhttp

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/platform/httpx"
)

// photo serves a picture of a card to staff. It is made of pixels only, and still
// nothing in it may run or be taken for something else.
func (h Handlers) photo(size card.Size) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		ref, err := which(r)
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(chi.URLParam(r, "photo"), 10, 64)
		if err != nil {
			return card.ErrNotFound
		}
		shot, err := h.Cards.OpenPhotoForStaff(r.Context(), httpx.Operator(r), ref.OrgID, ref.CardID, id, size)
		if err != nil {
			return err
		}
		return httpx.JPEG(w, r, shot.Name, shot.Tag, shot.Content)
	}
}
