package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func get(t *testing.T, h http.Handler, method, url string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAssetsAreServedUnderTheirHash(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]string{
		"css/portal.css":          "text/css; charset=utf-8",
		"js/portal.js":            "text/javascript; charset=utf-8",
		"fonts/onest-latin.woff2": "font/woff2",
		"img/mark.svg":            "image/svg+xml",
		"img/mark-32.png":         "image/png",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := URL(name)
			if !regexp.MustCompile(`^/assets/[a-z0-9/-]+\.[0-9a-f]{12}\.[a-z0-9]+$`).MatchString(url) {
				t.Fatalf("address %s", url)
			}
			res := get(t, Handler(), http.MethodGet, url)
			if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != kind {
				t.Errorf("status %d, type %q", res.StatusCode, res.Header.Get("Content-Type"))
			}
			for header, want := range map[string]string{
				"Cache-Control":          "public, max-age=31536000, immutable",
				"X-Content-Type-Options": "nosniff",
			} {
				if got := res.Header.Get(header); got != want {
					t.Errorf("%s: %q, want %q", header, got, want)
				}
			}
			if body(t, res) == "" {
				t.Error("empty")
			}
		})
	}
}

func TestGzipIsSentToWhoTakesIt(t *testing.T) {
	t.Parallel()
	url := URL("css/portal.css")
	plain := body(t, get(t, Handler(), http.MethodGet, url))
	for header, packed := range map[string]bool{
		"": false, "br": false, "gzip": true, "deflate, GZIP;q=0.5, br": true, "gzip;q=0": false, "gzip; q=0.0": false, "xgzip": false,
	} {
		res := get(t, Handler(), http.MethodGet, url, "Accept-Encoding", header)
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: no Vary", header)
		}
		got := body(t, res)
		if (res.Header.Get("Content-Encoding") == "gzip") != packed {
			t.Errorf("%q: encoding %q", header, res.Header.Get("Content-Encoding"))
		}
		if packed {
			zr, err := gzip.NewReader(strings.NewReader(got))
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(zr)
			if err != nil {
				t.Fatal(err)
			}
			got = string(b)
		}
		if got != plain {
			t.Errorf("%q: other bytes", header)
		}
	}
	font := get(t, Handler(), http.MethodGet, URL("fonts/onest-latin.woff2"), "Accept-Encoding", "gzip")
	if font.Header.Get("Content-Encoding") != "" || font.Header.Get("Vary") != "" {
		t.Error("a font is compressed twice")
	}
}

func TestOnlyExactAddressesAreServed(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"/assets/css/portal.css", "/assets/css/portal.000000000000.css", "/assets/", "/assets/../go.mod",
		"/assets/fonts/README.md", "/assets/css/portal/10-tokens.css", "/assets/no.css",
	} {
		res := get(t, Handler(), http.MethodGet, url)
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, %q", url, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
	if res := get(t, Handler(), http.MethodPost, URL("css/portal.css")); res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d", res.StatusCode)
	}
	head := get(t, Handler(), http.MethodHead, URL("css/portal.css"))
	if head.StatusCode != http.StatusOK || head.Header.Get("Content-Length") == "" || body(t, head) != "" {
		t.Errorf("HEAD: status %d", head.StatusCode)
	}
	again := get(t, Handler(), http.MethodGet, URL("css/portal.css"), "If-None-Match", head.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || body(t, again) != "" {
		t.Errorf("asked again: status %d", again.StatusCode)
	}
}

func source(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, content := range files {
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

func TestReferencesAreRewritten(t *testing.T) {
	t.Parallel()
	s, err := build(source(map[string]string{
		"css/a/1.css":   `/* why */ @font-face { src: url("../../fonts/f.woff2") }`,
		"css/a/2.css":   `.x { background: url("../../img/i.svg") }`,
		"fonts/f.woff2": "font",
		"img/i.svg":     "<svg/>",
		"js/sign.js":    "import { one,\n  two } from \"./eimzo.js\";\nimport './side.js';\nconst lazy = () => import(\"./lazy.js\");\nconst text = \"from './not.js'\";\n",
		"js/eimzo.js":   `export { three } from "./lazy.js";`,
		"js/side.js":    `export const side = 1;`,
		"js/lazy.js":    `export const three = 3;`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	sheet := string(s.files[s.URL("css/a.css")].plain)
	for _, want := range []string{`url("` + s.URL("fonts/f.woff2") + `")`, `url("` + s.URL("img/i.svg") + `")`} {
		if !strings.Contains(sheet, want) {
			t.Errorf("no %s in %s", want, sheet)
		}
	}
	if strings.Contains(sheet, "why") || strings.Index(sheet, "font-face") > strings.Index(sheet, ".x") {
		t.Errorf("comments or order: %s", sheet)
	}
	script := string(s.files[s.URL("js/sign.js")].plain)
	for _, want := range []string{`from "` + s.URL("js/eimzo.js") + `"`, `import '` + s.URL("js/side.js") + `'`, `import("` + s.URL("js/lazy.js") + `")`, `from './not.js'`} {
		if !strings.Contains(script, want) {
			t.Errorf("no %s in %s", want, script)
		}
	}
}

func TestAChangeBelowChangesTheAddressAbove(t *testing.T) {
	t.Parallel()
	address := func(lazy string) string {
		s, err := build(source(map[string]string{"js/a.js": `import "./b.js";`, "js/b.js": `import "./c.js";`, "js/c.js": lazy}))
		if err != nil {
			t.Fatal(err)
		}
		return s.URL("js/a.js")
	}
	if address("1") == address("2") {
		t.Error("the address stayed while an imported module changed")
	}
}

func TestMistakesAreFoundAtStart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a font that is not there":   {map[string]string{"css/a.css": `x { src: url("../fonts/no.woff2") }`}, "fonts/no.woff2 does not exist"},
		"a module that is not there": {map[string]string{"js/a.js": `import "./no.js";`}, "js/no.js does not exist"},
		"modules in a circle":        {map[string]string{"js/a.js": `import "./b.js";`, "js/b.js": `import "./a.js";`}, "circle"},
		"an unknown kind of file":    {map[string]string{"img/a.bmp": "x"}, "unknown extension"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := build(source(c.files)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// usedName finds names handed to URL and to layout.Page.Scripts.
var usedName = regexp.MustCompile(`"((?:css|js|fonts|img)/[a-z0-9/-]+\.[a-z0-9]+)"`)

func TestEveryAssetNamedInTheSourcesExists(t *testing.T) {
	t.Parallel()
	found := 0
	look := func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".templ" {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(src, []byte("static.URL(")) && !bytes.Contains(src, []byte("Scripts:")) {
			return err
		}
		for _, m := range usedName.FindAllSubmatch(src, -1) {
			found++
			if _, ok := assets.urls[string(m[1])]; !ok {
				t.Errorf("%s names %s, which does not exist", path, m[1])
			}
		}
		return nil
	}
	for _, dir := range []string{"..", "../../internal"} {
		if err := filepath.WalkDir(dir, look); err != nil {
			t.Fatal(err)
		}
	}
	if found < 4 {
		t.Errorf("%d names found: the search is broken", found)
	}
}

// The goals of ux.md 6.
func TestAssetsStaySmall(t *testing.T) {
	t.Parallel()
	size := func(prefix, ext string) (sum int) {
		for url, f := range assets.files {
			if strings.HasPrefix(url, Prefix+prefix) && strings.HasSuffix(url, ext) {
				sum += len(f.plain)
				if f.gzip != nil {
					sum += len(f.gzip) - len(f.plain)
				}
			}
		}
		return sum
	}
	for _, c := range []struct {
		name      string
		got, most int
	}{
		{"style sheet", size("css/", ".css"), 12 << 10},
		{"scripts on every page", size("js/portal.", ".js"), 4 << 10},
		{"all scripts", size("js/", ".js"), 10 << 10},
		{"fonts", size("fonts/", ".woff2"), 45 << 10},
	} {
		t.Logf("%s: %d bytes as sent", c.name, c.got)
		if c.got > c.most {
			t.Errorf("%s: %d bytes, the goal is %d", c.name, c.got, c.most)
		}
	}
}
