package moderationhttp

import (
	"net/http"
	"strconv"
	"time"

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
		head := w.Header()
		head.Set("Content-Type", "image/jpeg")
		head.Set("Content-Disposition", `inline; filename="`+shot.Name+`"`)
		head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Cache-Control", "private, max-age=3600")
		head.Set("ETag", `"`+shot.Tag+`"`)
		http.ServeContent(w, r, "", time.Time{}, shot.Content)
		return nil
	}
}
