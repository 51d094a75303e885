package request_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"

	"kabinet/internal/request"
)

func photo() []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1)), nil) // a buffer takes everything
	return b.Bytes()
}

func TestDocumentsAreJudgedByTheirContent(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	const pdf = "%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n0\n%%EOF\n"
	png, _ := io.ReadAll(picture().File)
	for i, tt := range []struct {
		name, file string
		content    []byte
		want       string // media type, or what is wrong
	}{
		{"a PDF", "a.pdf", []byte(pdf), "application/pdf"},
		{"a PDF called a program", "invoice.exe", []byte(pdf), "application/pdf"},
		{"a photo", "a.jpg", photo(), "image/jpeg"},
		{"a picture called a PDF", "a.pdf", png, "image/png"},
		{"a name that turns its direction", "scan\u202egpj.exe", photo(), "image/jpeg"},
		{"a path", `..\..\C:\windows\a.png`, png, "image/png"},
		{"the largest there may be", "a.pdf", append([]byte("%PDF-1.4\n"+strings.Repeat("x", 5<<20-15)), "\n%%EOF"...), "application/pdf"},
		{"no file", "", nil, "file request.file.missing"},
		{"an empty file", "a.pdf", []byte{}, "file request.file.missing"},
		{"a byte too many", "a.pdf", append([]byte("%PDF-1.4\n"+strings.Repeat("x", 5<<20-14)), "\n%%EOF"...), "file request.file.large"},
		{"a page called a PDF", "a.pdf", []byte("<!DOCTYPE html><script>alert(1)</script>"), "file request.file.type"},
		{"a drawing that runs scripts", "a.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "file request.file.type"},
		{"a program", "a.pdf", append([]byte("MZ\x90\x00"), bytes.Repeat([]byte{0}, 200)...), "file request.file.type"},
		{"an archive", "a.pdf", []byte("PK\x03\x04 and more of it"), "file request.file.type"},
		{"a page that hides a PDF", "a.pdf", []byte("<html>" + pdf), "file request.file.type"},
		{"a PDF cut off on its way", "a.pdf", []byte(pdf[:40]), "file request.file.type"},
		{"the beginning of a picture", "a.png", png[:12], "file request.file.type"},
		{"the beginning of a photo", "a.jpg", photo()[:6], "file request.file.type"},
		{"a photo with rubbish for a head", "a.jpg", append([]byte("\xff\xd8\xff"), "<script>alert(1)</script>"...), "file request.file.type"},
		{"one byte", "a.pdf", []byte("%"), "file request.file.type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			draft := request.NumberDraft{Kind: "gs1_prefix", Number: "47890" + string(rune('0'+i/10)) + string(rune('0'+i%10))}
			id, err := k.AskNumber(t.Context(), barno, draft, upload(tt.file, tt.content))
			if err != nil {
				if got := keys(err); !slices.Equal(got, []string{tt.want}) {
					t.Fatalf("got %v, want %s", err, tt.want)
				}
				return
			}
			r, err := k.Get(t.Context(), barno, id)
			if err != nil || r.Document.MediaType != tt.want || r.Document.Size != int64(len(tt.content)) {
				t.Errorf("%+v, %v, want %s", r.Document, err, tt.want)
			}
			if strings.ContainsAny(r.Document.Name, "/\\\u202e") {
				t.Errorf("the name is %q", r.Document.Name)
			}
		})
	}
}

func FuzzDocument(f *testing.F) {
	f.Add([]byte("%PDF-1.7 %%EOF"))
	f.Add(photo())
	png, _ := io.ReadAll(picture().File)
	f.Add(png)
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, err := request.MediaType(upload("a", content))
		known := slices.Contains([]string{"application/pdf", "image/jpeg", "image/png"}, kind)
		if (err == nil) != known {
			t.Errorf("%q: %q, %v", content, kind, err)
		}
	})
}
