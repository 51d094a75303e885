//go:build dev

package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kabinet/internal/browsertest"
)

// hand is what somebody works with.
type hand int

const (
	pointer  hand = iota // in a window 1440 pixels wide
	keyboard             // alone, in the same window
	finger               // on a screen 390 pixels wide
)

func (h hand) String() string {
	return [...]string{"by pointer", "by keyboard", "by finger"}[h]
}

// tally is what something took.
type tally struct {
	clicks int           // presses on links, buttons, options, boxes and file choosers, as ux.md 4.4 counts them
	keys   int           // Tab and arrows, to get there
	typed  int           // letters in fields
	took   time.Duration // also what the portal and the browser took
}

// touch is a reader who works with a hand. What it shadows of the reader is done
// by that hand, as people do: what cannot be seen, reached or hit fails.
type touch struct {
	reader
	hand hand
	*tally
}

// handScript finds elements and says where they are and what would hinder a hand.
//
//go:embed testdata/hand.js
var handScript string

// by puts a tool into the reader's hand.
func (r reader) by(h hand) touch {
	r.t.Helper()
	r.Do(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(handScript).Do(ctx)
		return err
	}), emulation.SetFocusEmulationEnabled(true))
	if h == finger {
		r.Do(chromedp.EmulateViewport(browsertest.Phone, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	}
	return touch{reader: r, hand: h, tally: &tally{}}
}

// spot is where an element is.
type spot struct {
	X, Y   float64
	Leaves bool    // a press on it leads to another page
	Page   float64 // when the page it is on was opened
	Wrong  string  // what hinders
}

// ask runs a function of handScript on the element that a script finds.
func (h touch) ask(function, element string, answer any) {
	h.t.Helper()
	text := h.Eval(fmt.Sprintf(`JSON.stringify(hand.%s(%s))`, function, element))
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		h.t.Fatalf("%s of %s: %v in %s", function, element, err, text)
	}
}

// words and css find the first element that can be seen.
func words(text string) string   { return `hand.words(` + quoted(strings.ToLower(text)) + `)` }
func css(selector string) string { return `hand.css(` + quoted(selector) + `)` }

func (h touch) press(key string, args ...any) {
	h.t.Helper()
	h.does(words(h.words(key, args...)))
}

// Click presses what CSS finds.
func (h touch) Click(selector string) {
	h.t.Helper()
	h.does(css(selector))
}

// does presses an element and, where it leads to another page, waits for that.
func (h touch) does(element string) {
	h.t.Helper()
	h.Until("something to press: "+element, `document.readyState == "complete" && `+element)
	var s spot
	if h.clicks++; h.hand == keyboard {
		h.reach(element)
		h.ask("place", element, &s)
		h.key(h.Eval(`hand.presses(` + element + `)`))
	} else {
		h.ask("place", element, &s)
		h.fault(s.Wrong)
		h.hit(s)
	}
	if s.Leaves {
		h.turn(s.Page)
	}
}

// hit presses the button of the pointer, or the finger on the screen.
func (h touch) hit(s spot) {
	h.t.Helper()
	if h.hand == finger {
		h.Do(input.DispatchTouchEvent(input.TouchStart, []*input.TouchPoint{{X: s.X, Y: s.Y}}), input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}))
		return
	}
	h.Do(input.DispatchMouseEvent(input.MouseMoved, s.X, s.Y),
		input.DispatchMouseEvent(input.MousePressed, s.X, s.Y).WithButton(input.Left).WithClickCount(1),
		input.DispatchMouseEvent(input.MouseReleased, s.X, s.Y).WithButton(input.Left).WithClickCount(1))
}

// turn waits until another page is in the place of the one that was opened then.
func (h touch) turn(was float64) {
	h.t.Helper()
	h.Until("another page", fmt.Sprintf(`performance.timeOrigin != %f && document.readyState == "complete"`, was))
	h.arrives()
}

// arrives holds a page to what everybody needs of it.
func (h touch) arrives() {
	h.t.Helper()
	if h.hand == finger {
		h.fits(h.Path())
	}
}

// prefers says which colours the system prefers.
func (h touch) prefers(scheme string) {
	h.t.Helper()
	h.Do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}))
}

func (h touch) fault(wrong string) {
	h.t.Helper()
	if wrong != "" {
		h.t.Errorf("%s: %s", h.Path(), wrong)
	}
}

// key presses a key of the keyboard.
func (h touch) key(name string, modifiers ...input.Modifier) {
	h.t.Helper()
	codes := map[string]string{"tab": kb.Tab, "enter": kb.Enter, "space": " ", "down": kb.ArrowDown, "up": kb.ArrowUp, "escape": kb.Escape}
	h.Do(chromedp.KeyEvent(codes[name], chromedp.KeyModifiers(modifiers...)))
}

// mostKeys is more than any page needs: whoever has pressed so many is in a trap.
const mostKeys = 250

// reach brings the focus of the keyboard to an element, over the skip link where
// that is shorter, and looks at every stop whether it can be seen.
func (h touch) reach(element string) {
	h.t.Helper()
	var stops []string
	for range mostKeys {
		var at struct{ Way, Wrong, Stop string }
		h.ask("way", element, &at)
		h.fault(at.Wrong)
		stops = append(stops, at.Stop)
		switch at.Way {
		case "here":
			return
		case "back":
			h.key("tab", input.ModifierShift)
		default:
			h.key(at.Way)
		}
		h.keys++
	}
	h.t.Fatalf("%s: no way by keyboard to %s, only %q", h.Path(), element, stops[len(stops)-20:])
}
