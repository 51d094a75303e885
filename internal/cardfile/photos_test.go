package cardfile_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/cardfile"
	"kabinet/internal/core/fault"
)

func TestPhotosFindTheirCardsByName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	front, rear := jpegOf(t, 10), jpegOf(t, 200)
	photos := zipped(t,
		"photos/", []byte{},
		"photos/"+gtin(1)+".jpg", front,
		"photos/"+gtin(1)+"_BACK.JPEG", rear,
		gtin(2)[1:]+"-left.png", front, // 13 digits; the ending says nothing, the content does
		gtin(7)+".jpg", front, // no row
		gtin(1)+"_front.webp", front, // twice
		gtin(2)+"_inside.jpg", front,
		gtin(2)+"_upper.jpg", []byte("<svg onload=alert(1)>"),
		"12345670123456.jpg", front,
		"readme.txt", []byte("x"),
		"more.zip", zipped(t, gtin(1)+"_right.jpg", front),
		"../../"+gtin(1)+"_down.jpg", front,
		"__MACOSX/._"+gtin(1)+".jpg", []byte("x"),
		".DS_Store", []byte("x"),
	)
	file := table(d.book(waterID), bottle(1), bottle(2))
	id := d.upload(editor, "water", "two.csv", file, photos)
	i := d.work(id)
	_, bad, err := d.files.Errors(t.Context(), editor, id)
	d.must(err)
	got := map[string]string{}
	for _, b := range bad {
		got[b.Name] = strings.TrimPrefix(b.Key, "cardfile.photo.")
	}
	want := map[string]string{
		gtin(7) + ".jpg": "no_row", gtin(1) + "_front.webp": "twice", gtin(2) + "_inside.jpg": "side", gtin(2) + "_upper.jpg": "picture",
		"12345670123456.jpg": "gtin", "readme.txt": "name", "more.zip": "nested", "../../" + gtin(1) + "_down.jpg": "path",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if i.Photos != 3 || i.BadPhotos != 8 {
		t.Fatalf("%+v", i)
	}
	if n := d.count(`select count(*) from card_photos`); n != 0 {
		t.Fatalf("the check stored %d photos", n)
	}
	d.must(d.files.Apply(t.Context(), editor, id))
	if i = d.work(id); i.Photos != 3 || i.BadPhotos != 8 || i.Created != 2 || i.TotalPhotos != 11 {
		t.Errorf("%+v", i)
	}
	sides := d.text(`select string_agg(c.gtin || ' ' || p.side, ',' order by c.gtin, p.side) from card_photos p join cards c on c.org_id = p.org_id and c.id = p.card_id`)
	if want := fmt.Sprintf("%s back,%s front,%s left", gtin(1), gtin(1), gtin(2)); sides != want {
		t.Errorf("%s, want %s", sides, want)
	}
	if n := d.count(`select jsonb_array_length(content->'photos') from card_versions v join cards c on c.id = v.card_id where c.gtin = $1`, gtin(1)); n != 2 {
		t.Errorf("the card names %d photos", n)
	}
	// Once more: the same pictures make nothing new.
	d.applied(editor, "water", "two.csv", file, photos)
	if n := d.count(`select count(*) from card_photos`); n != 3 {
		t.Errorf("%d photos after the second time", n)
	}
}

func TestPhotosGoOnWhereTheyWere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var files []any
	sides := []string{"front", "upper", "left", "right", "back", "down", "other"}
	for n := range 5 {
		for s, side := range sides {
			files = append(files, fmt.Sprintf("%s_%s.jpg", gtin(n), side), jpegOf(t, uint8(n*7+s)))
		}
	}
	id := d.upload(editor, "water", "five.csv", table(d.book(waterID), bottle(0), bottle(1), bottle(2), bottle(3), bottle(4)), zipped(t, files...))
	d.work(id)
	d.must(d.files.Apply(t.Context(), editor, id))
	killed := d.run
	killed.Progress = func(i cardfile.Import) {
		if i.NextPhoto == 20 {
			panic("killed")
		}
	}
	func() {
		defer func() { _ = recover() }()
		d.must(killed.Run(t.Context(), 2, id))
	}()
	if i := d.work(id); i.Photos != 35 || i.Created != 5 || d.count(`select count(*) from card_photos`) != 35 {
		t.Errorf("%+v", i)
	}
}

// What is no plain archive of bounded size is refused before it is stored.
func TestArchivesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	good := zipped(t, gtin(1)+".jpg", jpegOf(t, 1))
	many := func() []byte {
		var files []any
		for n := range 20_001 {
			files = append(files, fmt.Sprint(n), []byte{})
		}
		return zipped(t, files...)
	}
	for name, tt := range map[string]struct {
		file []byte
		want string
	}{
		"a text":                 {[]byte(strings.Repeat("GTIN", 100)), "cardfile.archive.kind"},
		"nothing":                {nil, "cardfile.archive.kind"},
		"cut off":                {good[:len(good)/2], "cardfile.archive.kind"},
		"behind a picture":       {append(jpegOf(t, 1), good...), "cardfile.archive.kind"},
		"with something between": {append(append([]byte{}, good[:len(good)-22]...), append([]byte("x"), good[len(good)-22:]...)...), "cardfile.archive.kind"},
		"too many files":         {many(), "cardfile.archive.many"},
		"a bomb":                 {bomb(t, 500, 10<<20), "cardfile.archive.unpacked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := d.files.Upload(t.Context(), editor, cardfile.Upload{
				Group: "water", Name: "x.csv", File: strings.NewReader("gtin;brand\n"),
				ArchiveName: "p.zip", Archive: bytes.NewReader(tt.file), ArchiveSize: int64(len(tt.file)),
			})
			wrong, _ := fault.ComplaintsOf(err)
			if c, ok := wrong.On(cardfile.FieldArchive); !ok || c.Key != tt.want {
				t.Errorf("%v %+v", err, wrong)
			}
		})
	}
	if n := d.count(`select count(*) from blobs`); n != 0 {
		t.Errorf("%d files are stored", n)
	}
}

// bomb is an archive of n files of zeros that all say their true size.
func bomb(t *testing.T, n int, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	var one bytes.Buffer
	inner := zip.NewWriter(&one)
	w, err := inner.Create("x")
	if err == nil {
		_, err = io.CopyN(w, zeros{}, size)
	}
	if err = errors.Join(err, inner.Close()); err != nil {
		t.Fatal(err)
	}
	packed, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		h := packed.File[0].FileHeader
		h.Name = gtin(i) + ".jpg"
		raw, err := packed.File[0].OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.CreateRaw(&h)
		if err == nil {
			_, err = io.Copy(w, raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Files that lie about themselves harm nobody but themselves.
func TestFilesThatLieAreRefusedAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(h *zip.FileHeader, content []byte) {
		w, err := z.CreateRaw(h)
		if err == nil {
			_, err = w.Write(content)
		}
		d.must(err)
	}
	picture := jpegOf(t, 9)
	put(&zip.FileHeader{Name: gtin(1) + "_left.jpg", Method: zip.Store, Flags: 1, CompressedSize64: 4, UncompressedSize64: 4}, []byte("abcd"))
	put(&zip.FileHeader{Name: gtin(1) + "_right.jpg", Method: 99, CompressedSize64: 4, UncompressedSize64: 4}, []byte("abcd"))
	put(&zip.FileHeader{Name: gtin(1) + "_upper.jpg", Method: zip.Deflate, CompressedSize64: 4, UncompressedSize64: 4}, []byte("abcd"))
	put(&zip.FileHeader{Name: gtin(1) + "_down.jpg", Method: zip.Store, CompressedSize64: 11 << 20, UncompressedSize64: 11 << 20}, []byte("abcd"))
	link := &zip.FileHeader{Name: gtin(1) + "_back.jpg", Method: zip.Store, CompressedSize64: 4, UncompressedSize64: 4}
	link.SetMode(0o777 | 1<<27) // a symbolic link
	put(link, []byte("/etc"))
	w, err := z.Create(gtin(1) + ".jpg")
	d.must(err)
	_, err = w.Write(picture)
	d.must(errors.Join(err, z.Close()))
	i := d.applied(editor, "water", "one.csv", table(d.book(waterID), bottle(1)), b.Bytes())
	_, bad, err := d.files.Errors(t.Context(), editor, i.ID)
	d.must(err)
	var got []string
	for _, x := range bad {
		got = append(got, strings.TrimPrefix(x.Key, "cardfile.photo."))
	}
	if strings.Join(got, " ") != "encrypted method damaged big kind" || i.Photos != 1 {
		t.Errorf("%q %+v", got, i)
	}
}
