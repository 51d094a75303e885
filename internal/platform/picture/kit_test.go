package picture_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kabinet/internal/platform/picture"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func clean(t testing.TB, data []byte) (picture.Picture, error) {
	t.Helper()
	return picture.New().Clean(t.Context(), bytes.NewReader(data), picture.MaxBytes)
}

func cleaned(t testing.TB, data []byte) picture.Picture {
	t.Helper()
	p, err := clean(t, data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func decoded(t testing.TB, data []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func encoded(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// segment is a marker of a JPEG with its length and content.
func segment(marker byte, body string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return append(b, body...)
}

// after puts bytes behind the first two of a JPEG, its start.
func after(jpeg []byte, inserted ...[]byte) []byte {
	return slices.Concat(jpeg[:2], slices.Concat(inserted...), jpeg[2:])
}

// chunk is a chunk of a PNG.
func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// flood is a PNG of one bit for a pixel, all black: 12,000 × 12,000 take 17 KiB.
func flood(t testing.TB, w, h int) []byte {
	t.Helper()
	return blank(t, w, h, 1, 0, 1)
}

// blank is a PNG of zeros, made in a fraction of the time that encoding them takes;
// bits is how many a pixel has.
func blank(t testing.TB, w, h int, depth, colour byte, bits int) []byte {
	t.Helper()
	var pixels bytes.Buffer
	z := zlib.NewWriter(&pixels)
	row := make([]byte, 1+(w*bits+7)/8)
	for range h {
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	_ = z.Close()
	return slices.Concat(png, chunk("IHDR", header(w, h, depth, colour)), chunk("IDAT", pixels.Bytes()), chunk("IEND", nil))
}

var png = []byte("\x89PNG\r\n\x1a\n")

func header(w, h int, depth, colour byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(w))
	return append(binary.BigEndian.AppendUint32(b, uint32(h)), depth, colour, 0, 0, 0)
}

// exif is a TIFF header with an orientation, and the place where it was taken.
func exif(order binary.AppendByteOrder, o uint16) string {
	head := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		head = "MM\x00*"
	}
	entry := func(b []byte, tag, kind uint16, count uint32, value []byte) []byte {
		b = order.AppendUint16(order.AppendUint16(b, tag), kind)
		return append(order.AppendUint32(b, count), value...)
	}
	b := order.AppendUint32([]byte(head), 8)
	b = order.AppendUint16(b, 3)
	b = entry(b, 0x010f, 2, 4, []byte("Foto"))
	b = entry(b, 0x0112, 3, 1, append(order.AppendUint16(nil, o), 0, 0))
	b = entry(b, 0x8825, 4, 1, order.AppendUint32(nil, 50))
	b = order.AppendUint32(b, 0)
	b = order.AppendUint16(b, 1)
	b = entry(b, 1, 2, 2, []byte("N\x00\x00\x00"))
	return string(order.AppendUint32(b, 0)) + "GPS 41.3111 69.2797"
}
