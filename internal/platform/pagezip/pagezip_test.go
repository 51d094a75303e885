package pagezip

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	kp "github.com/klauspost/compress/gzip"
)

// page is like a list of the portal.
func page(rows int) []byte {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Организации – Kabinet – ASL BELGISI</title></head><body><main id="main" tabindex="-1">` +
		`<div class="tbl" role="group" aria-label="Организации" tabindex="0"><table role="table" aria-label="Организации"><tbody role="rowgroup">`)
	regions := []string{"Самаркандская область", "город Ташкент", "Республика Каракалпакстан", "Хорезмская область"}
	for i := range rows {
		fmt.Fprintf(&b, `<tr role="row"><th role="rowheader" scope="row"><a href="/op/orgs/%d">ООО «ЗАРАФШОН СУТ %d»</a> <span class="sub">общество с ограниченной ответственностью</span></th>`+
			`<td role="cell" class="tin" data-l="ИНН"><span>%d</span></td><td role="cell" data-l="Регион"><span>%s</span></td></tr>`, 300000000+i*7919, i*31, 300000000+i*7919, regions[i%len(regions)])
	}
	b.WriteString("</tbody></table></div></main></body></html>")
	return []byte(b.String())
}

func packed(t testing.TB, write func(w *Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	w := New(&b)
	write(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unpacked(t testing.TB, b []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r) // checks sum and length too
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func FuzzWhatIsPackedComesBack(f *testing.F) {
	noise := make([]byte, 3*maxBlock)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	for _, seed := range [][]byte{
		nil,
		{0},
		[]byte("abcdabcdabcd"),
		page(0),
		page(25),
		page(400),
		noise,
		noise[:maxBlock],
		noise[:maxBlock+1],
		bytes.Repeat([]byte{'a'}, 2*maxBlock),
		bytes.Repeat(noise[:300], 200),
		append(bytes.Repeat([]byte("x"), 300), noise[:50]...),
	} {
		f.Add(seed, uint16(0))
		f.Add(seed, uint16(1000))
	}
	f.Fuzz(func(t *testing.T, text []byte, cut uint16) {
		first := text[:min(int(cut), len(text))]
		got := unpacked(t, packed(t, func(w *Writer) {
			for _, part := range [][]byte{first, text[len(first):]} {
				if n, err := w.Write(part); n != len(part) || err != nil {
					t.Fatal(n, err)
				}
				if cut%2 == 1 {
					if err := w.Flush(); err != nil {
						t.Fatal(err)
					}
				}
			}
		}))
		if !bytes.Equal(got, text) {
			t.Errorf("%d bytes came back as %d others", len(text), len(got))
		}
	})
}

func TestFlushSendsAllThatWasWritten(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := New(&b)
	for range 3 {
		_, _ = w.Write([]byte("a row\n"))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 18)
	if _, err := io.ReadFull(r, got); err != nil || string(got) != "a row\na row\na row\n" {
		t.Errorf("%q, %v", got, err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestPagesAreNotMuchLargerThanElsewhere(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{5, 25} {
		text := page(rows)
		ours := len(packed(t, func(w *Writer) { _, _ = w.Write(text) }))
		var b bytes.Buffer
		other, _ := kp.NewWriterLevel(&b, 1) // 1 is a level
		_, _ = other.Write(text)
		_ = other.Close()
		t.Logf("%d bytes: %d, klauspost %d", len(text), ours, b.Len())
		if ours > b.Len()*5/4 {
			t.Errorf("%d rows take %d bytes, klauspost %d", rows, ours, b.Len())
		}
	}
}

func TestPacksAtOnceDoNotMix(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			text := append(page(i), byte(i))
			for range 20 {
				if got := unpacked(t, packed(t, func(w *Writer) { _, _ = w.Write(text) })); !bytes.Equal(got, text) {
					t.Errorf("text %d came back changed", i)
				}
			}
		})
	}
	all.Wait()
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("gone")

func TestAReaderWhoLeftIsReported(t *testing.T) {
	t.Parallel()
	w := New(broken{})
	if _, err := w.Write(page(1000)); !errors.Is(err, errBroken) {
		t.Errorf("write: %v", err)
	}
	if err := w.Close(); !errors.Is(err, errBroken) {
		t.Errorf("close: %v", err)
	}
}

// The code is complete: every symbol has a length, and none is left over.
func TestTheCodeIsAPrefixCode(t *testing.T) {
	t.Parallel()
	for name, lengths := range map[string][]uint8{"literals": codeLengths[:literals], "distances": codeLengths[literals:]} {
		sum := 0
		for _, n := range lengths {
			if n == 0 || n > maxBits {
				t.Errorf("%s: a symbol has %d bits", name, n)
			}
			sum += 1 << (maxBits - n)
		}
		if sum != 1<<maxBits {
			t.Errorf("%s: the code is filled by %d of %d", name, sum, 1<<maxBits)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	text := page(25)
	b.Run("pagezip", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			w := New(io.Discard)
			_, _ = w.Write(text)
			_ = w.Close()
		}
	})
	b.Run("klauspost level 1", func(b *testing.B) {
		w, _ := kp.NewWriterLevel(io.Discard, 1) // 1 is a level
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			w.Reset(io.Discard)
			_, _ = w.Write(text)
			_ = w.Close()
		}
	})
}
