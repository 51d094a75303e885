package ui

import (
	"context"
	"encoding/binary"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

// Drawn remembers parts of pages that are the same for many readers: menus,
// the lines of a select. The key of a part is every value it is drawn from, so
// that what is remembered is what would be drawn: nothing can be out of date, and
// nobody can see what is another's. Its zero value is ready.
//
// It is for parts made of what the program and its dictionaries hold. What
// people type does not belong into a key: each text would take a place.
type Drawn struct {
	mu    sync.RWMutex
	parts map[string]string
	bytes int
}

// maxDrawn bounds what is remembered, keys included; a few parts in a few
// languages take a tenth of it. When it is full, remembering begins anew.
const maxDrawn = 1 << 20

// Key is made of the values that a part is drawn from.
type Key []byte

// Add appends values; no two lists of values give the same key.
func (k Key) Add(values ...string) Key {
	for _, v := range values {
		k = append(binary.AppendUvarint(k, uint64(len(v))), v...)
	}
	return k
}

// Part draws what is remembered under a key, or part, which must be drawn from
// nothing but the values of the key.
func (d *Drawn) Part(key Key, part func() templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		d.mu.RLock()
		drawn, ok := d.parts[string(key)]
		d.mu.RUnlock()
		if !ok {
			var b strings.Builder
			if err := part().Render(ctx, &b); err != nil {
				return err
			}
			drawn = b.String()
			d.keep(string(key), drawn)
		}
		_, err := io.WriteString(w, drawn)
		return err
	})
}

func (d *Drawn) keep(key, drawn string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	size := len(key) + len(drawn)
	if d.parts == nil || d.bytes+size > maxDrawn {
		d.parts, d.bytes = map[string]string{}, 0
	}
	if size <= maxDrawn {
		d.parts[key] = drawn
		d.bytes += size
	}
}
