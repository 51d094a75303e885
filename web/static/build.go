package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// contentTypes are the kinds of files there are; another extension is a mistake.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",
}

var (
	// cssRef finds url("…") in a style sheet.
	cssRef = regexp.MustCompile(`url\("([^"]+)"\)`)
	// jsRef finds the specifier of a static or dynamic relative import.
	jsRef = regexp.MustCompile(`(?m)((?:^|[;}\s])(?:import|export)\b[^'";]*?\bfrom\s*|^\s*import\s*|\bimport\(\s*)(["'])(\.{1,2}/[^"']+)(["'])`)
	// cssComment is what a reader of the source needs and a browser does not.
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	// jsComment is the same in a script: a comment that has its lines to itself.
	jsComment = regexp.MustCompile(`(?ms)^[ \t]*/\*.*?\*/[ \t]*\n+`)
	// cssIndent is white space that means nothing at the start of a line.
	cssIndent = regexp.MustCompile(`\n\s*`)
)

// builder turns source files into assets, those referred to first.
type builder struct {
	src    map[string][]byte
	set    *Set
	active []string // names being built, to notice a circle
}

func build(fsys fs.FS) (*Set, error) {
	src, err := sources(fsys)
	if err != nil {
		return nil, err
	}
	b := &builder{src: src, set: &Set{urls: map[string]string{}, files: map[string]*file{}}}
	for name := range src {
		if _, err := b.address(name); err != nil {
			return nil, err
		}
	}
	return b.set, nil
}

// sources reads every file. The parts of a style sheet, css/<sheet>/*.css, are
// joined in name order into css/<sheet>.css.
func sources(fsys fs.FS) (map[string][]byte, error) {
	src := map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if sheet := path.Dir(name); path.Dir(sheet) == "css" {
			src[sheet+".css"] = append(src[sheet+".css"], rebase(content)...)
			return nil
		}
		src[name] = content
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read assets: %w", err)
	}
	return src, nil
}

// rebase makes the references of a part right for the joined sheet, which lies
// one folder higher, and drops comments and indentation.
func rebase(part []byte) []byte {
	part = cssComment.ReplaceAll(part, nil)
	part = cssIndent.ReplaceAll(part, []byte("\n"))
	return bytes.ReplaceAll(part, []byte(`url("../../`), []byte(`url("../`))
}

// address builds a file unless it is built already and gives its address.
func (b *builder) address(name string) (string, error) {
	if u, ok := b.set.urls[name]; ok {
		return u, nil
	}
	content, ok := b.src[name]
	if !ok {
		return "", fmt.Errorf("asset %s does not exist, referred to by %s", name, strings.Join(b.active, " > "))
	}
	kind, ok := contentTypes[path.Ext(name)]
	if !ok {
		return "", fmt.Errorf("asset %s has an unknown extension", name)
	}
	if slices.Contains(b.active, name) {
		return "", fmt.Errorf("assets refer to each other in a circle: %s > %s", strings.Join(b.active, " > "), name)
	}
	b.active = append(b.active, name)
	content, err := b.rewrite(name, content)
	if err != nil {
		return "", err
	}
	b.active = b.active[:len(b.active)-1]
	return b.add(name, kind, content)
}

// rewrite replaces what a file refers to by hashed addresses.
func (b *builder) rewrite(name string, content []byte) ([]byte, error) {
	var failed error
	hashed := func(ref string) string {
		u, err := b.address(path.Join(path.Dir(name), ref))
		if err != nil && failed == nil {
			failed = err
		}
		return u
	}
	switch path.Ext(name) {
	case ".css":
		content = cssRef.ReplaceAllFunc(content, func(m []byte) []byte {
			return []byte(`url("` + hashed(string(cssRef.FindSubmatch(m)[1])) + `")`)
		})
	case ".js":
		content = jsComment.ReplaceAll(content, nil)
		content = jsRef.ReplaceAllFunc(content, func(m []byte) []byte {
			p := jsRef.FindSubmatch(m)
			return slices.Concat(p[1], p[2], []byte(hashed(string(p[3]))), p[4])
		})
	}
	return content, failed
}

func (b *builder) add(name, kind string, content []byte) (string, error) {
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	url := Prefix + strings.TrimSuffix(name, ext) + "." + hash + ext
	packed, err := pack(content)
	if err != nil {
		return "", fmt.Errorf("compress asset %s: %w", name, err)
	}
	b.set.urls[name] = url
	b.set.files[url] = &file{contentType: kind, etag: `"` + hash + `"`, plain: content, gzip: packed}
	return url, nil
}

// pack compresses once for all readers; nil where that gains less than a tenth,
// as with fonts and pictures, which are compressed already.
func pack(content []byte) ([]byte, error) {
	var buf bytes.Buffer
	zw, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := zw.Write(content); err != nil {
		return nil, err
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	if buf.Len() > len(content)*9/10 {
		return nil, nil
	}
	return buf.Bytes(), nil
}
