package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/picture/picturetest"
)

func TestPicturesOfEveryKindComeOutAsTheyWere(t *testing.T) {
	t.Parallel()
	deep := image.NewNRGBA64(image.Rect(0, 0, 240, 160))
	draw.Draw(deep, deep.Bounds(), picturetest.Draw(240, 160), image.Point{}, draw.Src)
	for name, data := range map[string][]byte{
		"JPEG":                 picturetest.JPEG(t, 240, 160),
		"progressive JPEG":     file(t, "progressive.jpg"),
		"JPEG for printing":    file(t, "cmyk.jpg"),
		"PNG":                  picturetest.PNG(t, 240, 160),
		"PNG of 16 bits":       picturetest.Encode(t, deep),
		"interlaced PNG":       file(t, "interlaced.png"),
		"PNG with a palette":   file(t, "palette.png"),
		"WebP":                 file(t, "lossy.webp"),
		"WebP without loss":    file(t, "lossless.webp"),
		"JPEG of odd size":     picturetest.JPEG(t, 241, 161),
		"wide, larger than we": picturetest.JPEG(t, 2400, 600),
		"high, larger than we": picturetest.PNG(t, 601, 2401),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := cleaned(t, data)
			for _, side := range [][]byte{p.Full, p.Thumb} {
				quarters(t, decoded(t, side), "red", "green", "blue", "white")
			}
			if m := decoded(t, p.Full).Bounds(); m.Dx() != p.Width || m.Dy() != p.Height || max(m.Dx(), m.Dy()) > picture.FullSide {
				t.Errorf("is %v, says %d × %d", m, p.Width, p.Height)
			}
		})
	}
	t.Run("grey stays grey", func(t *testing.T) {
		t.Parallel()
		r, g, b, _ := decoded(t, cleaned(t, file(t, "gray.jpg")).Full).At(60, 40).RGBA()
		if math.Abs(float64(r)-float64(g)) > 0x300 || math.Abs(float64(g)-float64(b)) > 0x300 {
			t.Errorf("%x %x %x", r>>8, g>>8, b>>8)
		}
	})
}

// quarters compares the middles of the four quarters with colours by name.
func quarters(t *testing.T, m image.Image, want ...string) {
	t.Helper()
	b := m.Bounds()
	for i, at := range []image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		if got := name(m.At(b.Dx()*at.X/4, b.Dy()*at.Y/4)); got != want[i] {
			t.Errorf("quarter %d is %s, want %s", i, got, want[i])
		}
	}
}

func name(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return map[[3]bool]string{
		{true, false, false}: "red", {false, true, false}: "green", {false, false, true}: "blue", {true, true, true}: "white",
	}[[3]bool{r > 0x9000, g > 0x9000, b > 0x9000}]
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for in, want := range map[[2]int][4]int{
		{100, 100}:     {100, 100, 100, 100},
		{320, 200}:     {320, 200, 320, 200},
		{640, 480}:     {640, 480, 320, 240},
		{2000, 2000}:   {2000, 2000, 320, 320},
		{2001, 2000}:   {2000, 1999, 320, 320},
		{4000, 3000}:   {2000, 1500, 320, 240},
		{100, 5000}:    {40, 2000, 6, 320},
		{60000, 100}:   {2000, 3, 320, 1},
		{2000, 100}:    {2000, 100, 320, 16},
		{20_000, 1000}: {2000, 100, 320, 16},
	} {
		t.Run(fmt.Sprintf("%d×%d", in[0], in[1]), func(t *testing.T) {
			t.Parallel()
			p := cleaned(t, flood(t, in[0], in[1]))
			full, thumb := decoded(t, p.Full).Bounds(), decoded(t, p.Thumb).Bounds()
			if got := [4]int{full.Dx(), full.Dy(), thumb.Dx(), thumb.Dy()}; got != want {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func TestTransparencyIsLaidOnWhite(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"alpha.png", "alpha.webp"} {
		m := decoded(t, cleaned(t, file(t, name)).Full)
		quarters(t, m, "red", "white", "blue", "white")
		if r, g, b, _ := m.At(180, 40).RGBA(); r < 0xfa00 || g < 0xfa00 || b < 0xfa00 {
			t.Errorf("%s: %x %x %x behind", name, r, g, b)
		}
	}
}

func TestTheCameraMayBeHeldAnyWay(t *testing.T) {
	t.Parallel()
	turned := [][]string{
		1: {"red", "green", "blue", "white"}, 2: {"green", "red", "white", "blue"}, 3: {"white", "blue", "green", "red"}, 4: {"blue", "white", "red", "green"},
		5: {"red", "blue", "green", "white"}, 6: {"blue", "red", "white", "green"}, 7: {"white", "green", "blue", "red"}, 8: {"green", "white", "red", "blue"},
		9: {"red", "green", "blue", "white"}, 0: {"red", "green", "blue", "white"},
	}
	for o, want := range turned {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			head := exif(order, uint16(o))
			original := picturetest.PNG(t, 240, 160)
			for kind, data := range map[string][]byte{
				"JPEG": after(picturetest.JPEG(t, 240, 160), segment(0xe1, "Exif\x00\x00"+head)),
				"PNG":  slices.Concat(original[:33], chunk("eXIf", []byte(head)), original[33:]),
				"WebP": withChunk(file(t, "lossless.webp"), "EXIF", head),
			} {
				p := cleaned(t, data)
				quarters(t, decoded(t, p.Full), want...)
				if lying := o >= 5 && o <= 8; (p.Height == 240) != lying {
					t.Errorf("%s, %d: %d × %d", kind, o, p.Width, p.Height)
				}
				if t.Failed() {
					t.Fatalf("%s, orientation %d, %v", kind, o, order)
				}
			}
		}
	}
}

// TestNothingButPixelsComesOut has what hides in, before and behind pictures.
func TestNothingButPixelsComesOut(t *testing.T) {
	t.Parallel()
	photo, drawing := picturetest.JPEG(t, 240, 160), picturetest.PNG(t, 240, 160)
	const script, archive = "<script>alert('owned')</script><?php system($_GET[0]); ?>", "PK\x03\x04 owned.exe"
	for name, data := range map[string][]byte{
		"a place where it was taken":     after(photo, segment(0xe1, "Exif\x00\x00"+exif(binary.LittleEndian, 1))),
		"a script in a comment":          after(photo, segment(0xfe, script)),
		"a script as metadata":           after(photo, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+script)),
		"a script in a colour profile":   after(photo, segment(0xe2, "ICC_PROFILE\x00\x01\x01"+script)),
		"an archive behind a JPEG":       slices.Concat(photo, []byte(archive)),
		"a page behind a JPEG":           slices.Concat(photo, []byte("<html>"+script)),
		"a picture behind a picture":     slices.Concat(photo, photo, []byte(script)),
		"a document behind a picture":    slices.Concat(photo, []byte("%PDF-1.7 "+script)),
		"a script as text of a PNG":      slices.Concat(drawing[:33], chunk("tEXt", []byte("Comment\x00"+script)), drawing[33:]),
		"an archive behind a PNG":        slices.Concat(drawing, []byte(archive)),
		"a chunk nobody knows":           slices.Concat(drawing[:33], chunk("evIl", []byte(script+archive)), drawing[33:]),
		"a chunk nobody knows in a WebP": withChunk(file(t, "lossy.webp"), "evil", script+archive),
		"a class file of a program":      after(photo, segment(0xfe, "\xca\xfe\xba\xbe"+script)),
		"a script that is also a length": after(photo, segment(0xe0, "*/=1;"+script+"/*")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := cleaned(t, data)
			for _, out := range [][]byte{p.Full, p.Thumb} {
				for _, bad := range []string{"script", "owned", "PK\x03\x04", "php", "Exif", "GPS", "Foto", "http:", "PDF", "ICC_PROFILE"} {
					if bytes.Contains(out, []byte(bad)) {
						t.Errorf("%q came through", bad)
					}
				}
				if got := string(markers(t, out)); got != "\xdb\xc0\xc4\xda\xd9" {
					t.Errorf("segments %x", got)
				}
			}
		})
	}
}

func withChunk(webp []byte, name, body string) []byte {
	body += strings.Repeat(" ", len(body)%2)
	added := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body))), body...)
	out := slices.Concat(webp, added)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

// markers lists the segments of a JPEG of ours, which has no others.
func markers(t *testing.T, b []byte) (found []byte) {
	t.Helper()
	for b = b[2:]; len(b) >= 2 && b[0] == 0xff; {
		found = append(found, b[1])
		if b[1] == 0xd9 {
			if len(b) != 2 {
				t.Errorf("%d bytes behind the end", len(b)-2)
			}
			return found
		}
		b = b[2+int(binary.BigEndian.Uint16(b[2:])):]
		if found[len(found)-1] != 0xda {
			continue
		}
		for i := 0; ; i++ {
			if b[i] == 0xff && b[i+1] != 0 {
				b = b[i:]
				break
			}
		}
	}
	return found
}

// TestTheUploadCorpus is what must not get in.
func TestTheUploadCorpus(t *testing.T) {
	t.Parallel()
	photo, drawing, webp := picturetest.JPEG(t, 240, 160), picturetest.PNG(t, 240, 160), file(t, "lossy.webp")
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	huge := slices.Clone(photo)
	at := bytes.Index(huge, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(huge[at+5:], 65535)
	binary.BigEndian.PutUint16(huge[at+7:], 65535)
	claims := slices.Clone(webp)
	binary.LittleEndian.PutUint32(claims[16:], 1<<31-1)
	flat := file(t, "flat_progressive.jpg")
	for name, c := range map[string]struct {
		data []byte
		want *fault.Error
	}{
		"nothing":                         {nil, picture.ErrEmpty},
		"a line":                          {[]byte("\n"), picture.ErrKind},
		"SVG":                             {[]byte(svg), picture.ErrKind},
		"SVG with a head":                 {[]byte("<?xml version=\"1.0\"?>\n" + svg), picture.ErrKind},
		"SVG behind spaces":               {[]byte(strings.Repeat(" ", 600) + svg), picture.ErrKind},
		"a page":                          {[]byte("<!doctype html><script>alert(1)</script>"), picture.ErrKind},
		"a page that looks like a GIF":    {[]byte("GIF89a/*<script>*/=alert(1)//"), picture.ErrKind},
		"a GIF before a JPEG":             {append([]byte("GIF89a\x01\x00\x01\x00"), photo...), picture.ErrKind},
		"a document":                      {[]byte("%PDF-1.7\n"), picture.ErrKind},
		"a document before a JPEG":        {append([]byte("%PDF-1.7\n"), photo...), picture.ErrKind},
		"an archive":                      {[]byte("PK\x03\x04\x14\x00"), picture.ErrKind},
		"an archive before a JPEG":        {append([]byte("PK\x03\x04"), photo...), picture.ErrKind},
		"a program":                       {[]byte("MZ\x90\x00\x03"), picture.ErrKind},
		"BMP":                             {append([]byte("BM"), make([]byte, 100)...), picture.ErrKind},
		"TIFF":                            {append([]byte("II*\x00"), make([]byte, 100)...), picture.ErrKind},
		"an icon":                         {append([]byte("\x00\x00\x01\x00"), make([]byte, 100)...), picture.ErrKind},
		"text called photo.jpg":           {[]byte("photo.jpg"), picture.ErrKind},
		"two bytes of a JPEG":             {photo[:2], picture.ErrKind},
		"HEIC":                            {file(t, "phone.heic"), picture.ErrHEIC},
		"AVIF":                            {file(t, "phone.avif"), picture.ErrHEIC},
		"a film":                          {append([]byte("\x00\x00\x00\x18ftypmp42"), make([]byte, 100)...), picture.ErrKind},
		"a moving WebP":                   {file(t, "animated.webp"), picture.ErrAnimated},
		"a moving PNG":                    {slices.Concat(drawing[:33], chunk("acTL", make([]byte, 8)), drawing[33:]), picture.ErrAnimated},
		"a JPEG cut off":                  {photo[:len(photo)*2/3], picture.ErrBroken},
		"a JPEG without its last bytes":   {photo[:len(photo)-20], picture.ErrBroken},
		"the head of a JPEG":              {photo[:20], picture.ErrBroken},
		"a progressive JPEG cut off":      {file(t, "progressive.jpg")[:900], picture.ErrBroken},
		"a PNG cut off":                   {drawing[:len(drawing)*2/3], picture.ErrBroken},
		"the head of a PNG":               {drawing[:33], picture.ErrBroken},
		"a PNG with a wrong sum":          {slices.Concat(drawing[:29], []byte{1, 2, 3, 4}, drawing[33:]), picture.ErrBroken},
		"a WebP cut off":                  {webp[:len(webp)/2], picture.ErrBroken},
		"a WebP with a chunk of 2 GiB":    {claims, picture.ErrBroken},
		"only three bytes of a JPEG":      {photo[:3], picture.ErrBroken},
		"12,000 × 12,000 in 17 KiB":       {flood(t, 12_000, 12_000), picture.ErrPixels},
		"a line of 30 million pixels":     {flood(t, 30_000_000, 1), picture.ErrPixels},
		"one row more than 25 million":    {flood(t, 5000, 5001), picture.ErrPixels},
		"65,535 × 65,535 in a head":       {huge, picture.ErrPixels},
		"2³¹ pixels a side, head of PNG":  {slices.Concat(png, chunk("IHDR", header(math.MaxInt32, math.MaxInt32, 8, 6))), picture.ErrBroken},
		"no pixels at all":                {slices.Concat(png, chunk("IHDR", header(0, 0, 8, 6))), picture.ErrBroken},
		"a dot":                           {flood(t, 1, 1), picture.ErrSmall},
		"a thread":                        {flood(t, 5000, 99), picture.ErrSmall},
		"thousands of scans":              {slices.Concat(flat[:len(flat)-2], bytes.Repeat(lastScan(flat), 5000), flat[len(flat)-2:]), picture.ErrBroken},
		"a JPEG of pieces from elsewhere": {slices.Concat(photo[:len(photo)/2], drawing), picture.ErrBroken},
		"longer than 10 MiB":              {append(slices.Clone(photo), make([]byte, picture.MaxBytes)...), picture.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := clean(t, c.data)
			if !errors.Is(err, c.want) || p.Full != nil {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// lastScan is the last scan of a progressive JPEG with its pixels.
func lastScan(b []byte) []byte {
	return b[bytes.LastIndex(b, []byte{0xff, 0xda}) : len(b)-2]
}

func TestARefusalNamesTheLimit(t *testing.T) {
	t.Parallel()
	_, err := clean(t, flood(t, 12_000, 12_000))
	f, _ := fault.As(err)
	if !slices.Equal(f.Args, []any{"pixels", 145, "max", 25}) {
		t.Errorf("%v", f.Args)
	}
	_, err = picture.New().Clean(t.Context(), bytes.NewReader(picturetest.JPEG(t, 240, 160)), 1<<10)
	if f, _ = fault.As(err); !errors.Is(err, picture.ErrTooLarge) || f.Args[1] != int64(0) {
		t.Errorf("%v %v", err, f.Args)
	}
}

func TestTheSameBytesGiveTheSamePicture(t *testing.T) {
	t.Parallel()
	data := picturetest.JPEG(t, 700, 500)
	a, b := cleaned(t, data), cleaned(t, data)
	if !bytes.Equal(a.Full, b.Full) || !bytes.Equal(a.Thumb, b.Thumb) || a.SHA256 != b.SHA256 {
		t.Error("they differ")
	}
}

func TestAReaderThatFailsIsNoFaultOfThePicture(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk")
	_, err := picture.New().Clean(t.Context(), iotest.ErrReader(broken), picture.MaxBytes)
	if _, is := fault.As(err); is || !errors.Is(err, broken) {
		t.Error(err)
	}
}

// gauge counts who reads at once: nothing is read before there is a turn.
type gauge struct {
	mu       sync.Mutex
	now, top int
}

func (g *gauge) reader(data []byte) io.Reader {
	return io.MultiReader(readerFunc(func([]byte) (int, error) { g.add(1); return 0, io.EOF }), bytes.NewReader(data),
		readerFunc(func([]byte) (int, error) { g.add(-1); return 0, io.EOF }))
}

func (g *gauge) add(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now += n
	g.top = max(g.top, g.now)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestManyAtOnceAllGetTheirTurn(t *testing.T) {
	t.Parallel()
	c, g := picture.New(), gauge{}
	heavy, lightOne := file(t, "flat_progressive.jpg"), picturetest.JPEG(t, 400, 300)
	var all sync.WaitGroup
	for i := range 60 {
		data := lightOne
		if i%25 == 0 { // each takes as long as all the others
			data = heavy
		}
		all.Go(func() {
			if _, err := c.Clean(t.Context(), g.reader(data), picture.MaxBytes); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if g.top > 2 {
		t.Errorf("%d were read at once", g.top)
	}
}

func TestWhoLeavesIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	c := picture.New()
	ctx, leave := context.WithCancel(t.Context())
	held := make(chan struct{})
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			stop := readerFunc(func([]byte) (int, error) { <-held; return 0, io.EOF })
			if _, err := c.Clean(t.Context(), stop, picture.MaxBytes); !errors.Is(err, picture.ErrEmpty) {
				t.Error(err)
			}
		})
	}
	for range 5 {
		all.Go(func() {
			never := readerFunc(func([]byte) (int, error) { leave(); return 0, io.EOF })
			if _, err := c.Clean(ctx, never, picture.MaxBytes); !errors.Is(err, context.Canceled) && !errors.Is(err, picture.ErrEmpty) {
				t.Error(err)
			}
		})
	}
	leave()
	close(held)
	all.Wait()
	if _, err := c.Clean(ctx, bytes.NewReader(file(t, "flat_lossy.webp")), picture.MaxBytes); !errors.Is(err, context.Canceled) {
		t.Error("somebody who left: ", err)
	}
	if _, err := c.Clean(t.Context(), bytes.NewReader(picturetest.JPEG(t, 240, 160)), picture.MaxBytes); err != nil {
		t.Error("a seat is lost: ", err)
	}
}

// TestProgramsLeavePeopleATurn keeps a program at its picture: other programs wait,
// a person does not.
func TestProgramsLeavePeopleATurn(t *testing.T) {
	t.Parallel()
	c := picture.New()
	reading, held := make(chan struct{}), make(chan struct{})
	var program sync.WaitGroup
	program.Go(func() {
		slow := readerFunc(func([]byte) (int, error) { close(reading); <-held; return 0, io.EOF })
		if _, err := c.CleanAside(t.Context(), slow, picture.MaxBytes); !errors.Is(err, picture.ErrEmpty) {
			t.Error(err)
		}
	})
	<-reading
	left, leave := context.WithCancel(t.Context())
	leave()
	never := readerFunc(func([]byte) (int, error) { t.Error("read out of turn"); return 0, io.EOF })
	if _, err := c.CleanAside(left, never, picture.MaxBytes); !errors.Is(err, context.Canceled) {
		t.Error("a second program: ", err)
	}
	if _, err := c.Clean(t.Context(), bytes.NewReader(picturetest.JPEG(t, 240, 160)), picture.MaxBytes); err != nil {
		t.Error("a person: ", err)
	}
	close(held)
	program.Wait()
	if _, err := c.CleanAside(t.Context(), bytes.NewReader(picturetest.JPEG(t, 240, 160)), picture.MaxBytes); err != nil {
		t.Error("the next program: ", err)
	}
}

// TestMemory compares everything allocated for a picture with what decoding may
// take at once; besides it, there is the file and what is written. It does not
// run beside other tests.
func TestMemory(t *testing.T) { //nolint:paralleltest // counts what the process allocates
	const besides = 80 << 20
	for _, name := range []string{"flat_progressive.jpg", "flat_lossless.webp", "flat_lossy.webp", "flat_alpha.webp", "PNG 5000×5000", "JPEG 5000×5000", "PNG of 16 bits"} {
		t.Run(name, func(t *testing.T) {
			var data []byte
			switch name {
			case "PNG 5000×5000":
				data = blank(t, 5000, 5000, 8, 6, 32)
			case "JPEG 5000×5000":
				data = encoded(t, image.NewRGBA(image.Rect(0, 0, 5000, 5000)))
			case "PNG of 16 bits":
				data = blank(t, 5000, 5000, 16, 6, 64)
			default:
				data = file(t, name)
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			p := cleaned(t, data)
			runtime.ReadMemStats(&after)
			took := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d × %d of %d KiB: %d MiB allocated, %d KiB and %d KiB written", p.Width, p.Height, len(data)>>10, took>>20, len(p.Full)>>10, len(p.Thumb)>>10)
			if took > picture.MaxMemory+besides {
				t.Errorf("%d MiB", took>>20)
			}
		})
	}
}
