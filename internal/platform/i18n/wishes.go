package i18n

import (
	"strings"
	"sync"
)

// Wishes remembers what Accept-Language headers ask for: browsers send few
// different ones, and to understand one takes as long as to draw two rows of a
// table. Its zero value is ready. What somebody sends to fill the memory is
// understood and not remembered.
type Wishes struct {
	mu    sync.RWMutex
	langs map[string]Lang
}

const (
	maxWishes = 1000 // headers
	maxWish   = 100  // bytes of one
)

// Match is the function of that name, from memory where it can.
func (w *Wishes) Match(header string) Lang {
	w.mu.RLock()
	l, ok := w.langs[header]
	w.mu.RUnlock()
	if ok {
		return l
	}
	l = Match(header)
	w.keep(header, l)
	return l
}

func (w *Wishes) keep(header string, l Lang) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.langs == nil {
		w.langs = map[string]Lang{}
	}
	if len(w.langs) < maxWishes && len(header) <= maxWish {
		w.langs[strings.Clone(header)] = l
	}
}
