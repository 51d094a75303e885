package picture_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/picture/picturetest"
)

// FuzzClean asks of any bytes: a refusal by name, or a picture of ours.
func FuzzClean(f *testing.F) {
	names, err := filepath.Glob("testdata/[^f]*.*") // the flat ones are slow
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(picturetest.JPEG(f, 120, 110))
	f.Add(picturetest.PNG(f, 120, 110))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := picture.New().Clean(t.Context(), bytes.NewReader(data), 64<<10)
		if err != nil {
			if refusal, is := fault.As(err); !is || refusal.Kind != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if m := decoded(t, p.Full).Bounds(); m.Dx() != p.Width || m.Dy() != p.Height || max(p.Width, p.Height) > picture.FullSide {
			t.Errorf("is %v, says %d × %d", m, p.Width, p.Height)
		}
		if m := decoded(t, p.Thumb).Bounds(); max(m.Dx(), m.Dy()) > picture.ThumbSide {
			t.Errorf("thumbnail of %v", m)
		}
	})
}
