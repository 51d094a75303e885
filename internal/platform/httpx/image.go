package httpx

import (
	"io"
	"net/http"
	"time"
)

// photoAge is how long a browser shows a picture without asking again: who lost
// the right keeps what the browser has for so long, and nobody else gets it.
const photoAge = "private, max-age=600"

// JPEG answers with a photograph of ours to whoever may see it. name is offered
// to save it by; tag is hexadecimal and differs whenever the content does.
func JPEG(w http.ResponseWriter, r *http.Request, name, tag string, content io.ReadSeeker) error {
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Disposition", `inline; filename="`+name+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", photoAge)
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}
