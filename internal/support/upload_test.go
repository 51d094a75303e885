package support_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/picture/picturetest"
	"kabinet/internal/support"
)

const pdf = "%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n0\n%%EOF\n"

// What people send to hurt: each is refused with its name, or comes out as
// nothing but pixels.
func TestAttachmentsOfStrangers(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	photo := picturetest.JPEG(t, 200, 120)
	drawing := picturetest.PNG(t, 200, 120)
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	_, _ = z.Create("evil.html")
	_ = z.Close()
	bomb := append([]byte(nil), drawing...)
	copy(bomb[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // claims 65,536 × 65,536 pixels
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for _, tt := range []struct {
		name, file string
		content    []byte
		want       string // media type, or the key of what is wrong
	}{
		{"a photo", "a.jpg", photo, "image/jpeg"},
		{"a drawing becomes a photo", "a.png", drawing, "image/jpeg"},
		{"a PDF", "a.pdf", []byte(pdf), "application/pdf"},
		{"a photo that is a page as well", "a.jpg", append(append([]byte(nil), photo...), "<script>alert(1)</script>"...), "image/jpeg"},
		{"a photo with an archive behind", "a.jpg", append(append([]byte(nil), photo...), archive.Bytes()...), "image/jpeg"},
		{"a photo that tells where it was taken", "a.jpg", append(append([]byte("\xff\xd8\xff\xe1\x00\x16Exif\x00\x00GPS 41.3 69.2"), 0), photo[2:]...), "image/jpeg"},
		{"a name that turns its direction", "scan\u202egpj.exe", photo, "image/jpeg"},
		{"a name that leads elsewhere", "..\\..\\x\r\nSet-Cookie: a=b\".jpg", photo, "image/jpeg"},
		{"a drawing that runs scripts", "a.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "support.file.kind"},
		{"a page called a PDF", "a.pdf", []byte("<!DOCTYPE html><script>alert(1)</script>"), "support.file.kind"},
		{"a page that hides a PDF", "a.pdf", []byte("<html>" + pdf), "support.file.kind"},
		{"a PDF cut off on its way", "a.pdf", []byte(pdf[:40]), "support.file.kind"},
		{"an archive", "a.pdf", archive.Bytes(), "support.file.kind"},
		{"a program", "a.exe", append([]byte("MZ\x90\x00"), make([]byte, 200)...), "support.file.kind"},
		{"nothing", "a.pdf", nil, "support.file.kind"},
		{"a picture of too many pixels", "a.png", bomb, "support.file.picture"},
		{"a picture of one dot", "a.png", picturetest.PNG(t, 1, 1), "support.file.picture"},
		{"a photo cut off", "a.jpg", photo[:len(photo)/2], "support.file.picture"},
		{"a byte too many", "a.pdf", append([]byte("%PDF-1.4\n"+strings.Repeat("x", 5<<20-14)), "\n%%EOF"...), "support.file.large"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k.exec(`delete from support_files; delete from support_reads; delete from support_messages; delete from support_requests; delete from rate_limits`)
			r, err := k.Open(ctx, karim, support.About{Kind: support.Other}, support.Draft{Title: "a", Body: "b"}, []support.Upload{upload(tt.file, tt.content)})
			if err != nil {
				cs, _ := fault.ComplaintsOf(err)
				c, on := cs.On("files")
				if !on || c.Key != tt.want {
					t.Fatalf("got %v (%+v), want %s", err, cs, tt.want)
				}
				k.want(0, `select count(*) from support_requests`)
				return
			}
			f, content, err := k.ReadFile(ctx, karim, r.ID, r.LastID, 1)
			if err != nil || f.MediaType != tt.want {
				t.Fatalf("%+v %v, want %s", f, err, tt.want)
			}
			kept, err := io.ReadAll(content)
			if err != nil || int64(len(kept)) != f.Size {
				t.Fatalf("%d bytes of %d: %v", len(kept), f.Size, err)
			}
			for _, evil := range []string{"<script", "evil.html", "GPS"} {
				if bytes.Contains(kept, []byte(evil)) {
					t.Errorf("%s came through", evil)
				}
			}
			if strings.ContainsAny(f.Name, "/\\\u202e\r\n") {
				t.Errorf("the name is %q", f.Name)
			}
			_, _, err = k.ReadFile(ctx, lola, r.ID, r.LastID, 1)
			wantErr(t, err, support.ErrNotFound)
			_, _, err = k.ReadFile(ctx, aziz, r.ID, r.LastID, 1)
			wantErr(t, err, support.ErrNotFound)
		})
	}
	t.Run("six files are one too many", func(t *testing.T) {
		six := make([]support.Upload, 6)
		for i := range six {
			six[i] = upload("a.pdf", []byte(pdf))
		}
		_, err := k.Open(ctx, karim, support.About{Kind: support.Other}, support.Draft{Title: "a", Body: "b"}, six)
		cs, _ := fault.ComplaintsOf(err)
		if c, on := cs.On("files"); !on || c.Key != support.ErrFiles.Key {
			t.Errorf("got %v", err)
		}
	})
}
