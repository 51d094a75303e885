// Package static serves the style sheet, scripts, fonts and pictures.
//
// Every file is part of the program. Its address carries a hash of its content,
// so browsers may keep it for a year and a new version is fetched at once. The
// hash of a file covers what it refers to: fonts named in the style sheet and
// modules imported by a script are rewritten to their hashed addresses before
// the referring file is hashed itself.
package static

import (
	"embed"
	"net/http"
	"strconv"
	"strings"
)

// Prefix begins the address of every asset.
const Prefix = "/assets/"

//go:embed css js fonts/*.woff2 img
var files embed.FS

// assets is built from embedded files when the program starts and never
// changes afterwards, so it needs no lock.
var assets = mustBuild()

func mustBuild() *Set {
	s, err := build(files)
	if err != nil {
		panic(err) // the files are part of the program; a test builds them first
	}
	return s
}

// URL is the hashed address of a file, "css/portal.css" for example. A name
// that does not exist gives an address that answers 404; a test looks up every
// name used in the sources.
func URL(name string) string { return assets.URL(name) }

// Handler serves Prefix.
func Handler() http.Handler { return assets }

// Set is a number of assets under hashed addresses.
type Set struct {
	urls  map[string]string // name → address
	files map[string]*file  // address → content
}

// file is one asset as it is sent.
type file struct {
	contentType string
	etag        string
	plain       []byte
	gzip        []byte // nil where it would not be smaller
}

// URL is the hashed address of a file of the set.
func (s *Set) URL(name string) string {
	if u, ok := s.urls[name]; ok {
		return u
	}
	return Prefix + name
}

// ServeHTTP answers GET and HEAD for exact hashed addresses, nothing else.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	f, ok := s.files[r.URL.Path]
	if !ok {
		w.Header().Set("Cache-Control", "no-store") // another version may have it in a minute
		http.NotFound(w, r)
		return
	}
	f.send(w, r)
}

func (f *file) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", "W/"+f.etag) // weak: one for both encodings
	body := f.plain
	if f.gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body = f.gzip
		}
	}
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the reader went away: nobody is left to tell
	}
}

// acceptsGzip reads an Accept-Encoding header; "gzip;q=0" refuses.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		weight, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !ok || (err == nil && q > 0)
	}
	return false
}
