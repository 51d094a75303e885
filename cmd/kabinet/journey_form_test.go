//go:build dev

package main

import (
	"fmt"
	"unicode/utf8"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Retype fills in a field. A click into it is free, as typing is (ux.md 4.4).
func (h touch) Retype(selector, text string) {
	h.t.Helper()
	h.typed += utf8.RuneCountInString(text)
	if h.hand != keyboard {
		h.reader.Retype(selector, text)
		return
	}
	h.Until(selector, `document.readyState == "complete" && `+css(selector))
	h.reach(css(selector))
	if h.Eval(`document.activeElement.value`) != "" {
		h.keys++
		h.Do(input.DispatchKeyEvent(input.KeyRawDown).WithKey("a").WithModifiers(input.ModifierCtrl).WithCommands([]string{"selectAll"}))
	}
	h.Do(chromedp.KeyEvent(text))
}

// tick marks a box or one of several buttons.
func (h touch) tick(selector string) {
	h.t.Helper()
	if h.hand != keyboard {
		h.does(`hand.label(` + css(selector) + `)`)
		return
	}
	h.clicks++
	h.Until(selector, `document.readyState == "complete" && `+css(selector))
	h.reach(css(selector))
	if h.Eval(`String(document.activeElement.checked)`) != "true" {
		h.key("space")
	}
}

// pick chooses from a native list.
func (h touch) pick(selector, value string) {
	h.t.Helper()
	h.clicks++
	h.Until(selector, `document.readyState == "complete" && `+css(selector))
	if h.hand != keyboard {
		h.Eval(fmt.Sprintf(`hand.pick(%s, %q)`, css(selector), value))
		return
	}
	h.reach(css(selector))
	for range mostKeys {
		step := h.Eval(fmt.Sprintf(`hand.step(%s, %q)`, css(selector), value))
		if step == "here" {
			return
		}
		h.key(step)
		h.keys++
	}
	h.t.Fatalf("%s: no way by keyboard to %q in %s", h.Path(), value, selector)
}

// Attach chooses a file where the hand gets to the chooser; the window in which it
// is looked for is the system's.
func (h touch) Attach(selector, path string) {
	h.t.Helper()
	h.clicks += 2 // the chooser, and "Open" in its window
	if h.hand == keyboard {
		h.reach(css(selector))
	} else {
		var s spot
		h.ask("place", css(selector), &s)
		h.fault(s.Wrong)
	}
	h.reader.Attach(selector, path)
}
