// Package ui holds the parts that pages are made of.
//
// A part takes plain values and draws HTML with the classes of
// static/css/portal; it decides nothing, knows no feature and needs no script.
// Every string handed in is a finished text in the reader's language; only the
// words that belong to a part itself come from locales/<lang>/ui.json. Numbers,
// dates and national identifiers are written by format.go and nowhere else.
//
// uiview.Gallery shows every part in every state.
package ui

import (
	"context"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
)

// Tone is the kind of news: it picks colour and shape, the word says the rest.
type Tone uint8

// The tones; each names its typical use.
const (
	Mute Tone = iota // draft, not started
	OK               // published, active, done
	Info             // on its way, with the operator
	Warn             // needs action
	Bad              // returned, refused, failed
	Dark             // blocked for good, cancelled
)

// class is the CSS class of a tone.
func (t Tone) class() string { return [...]string{"mute", "ok", "info", "warn", "bad", "dark"}[t] }

// Look is the weight of a button.
type Look uint8

// The looks. A page has one Go button; Stop is for acts that need a
// confirmation page.
const (
	Plain Look = iota
	Go
	Stop
)

func (l Look) class() string { return [...]string{"btn", "btn go", "btn stop"}[l] }

// Link is a text that leads somewhere.
type Link struct {
	Text string
	URL  string
	Lang string // of Text, when it is not the page's
}

// Hidden is a value that travels with a form unseen.
type Hidden struct{ Name, Value string }

// Action is something a person can do: a link, or with Post a small form.
type Action struct {
	Text    string
	About   string // read aloud after Text, "Resend" + "to Zarafshon Sut"
	URL     string
	Look    Look
	Post    bool
	Values  []Hidden // sent by the form
	Sending string   // words while it is sent; empty means the usual ones
	NewTab  bool     // for printable documents only
}

// Option is one line of a select; options of one Group stand together.
type Option struct {
	Value string
	Text  string
	Group string
	Lang  string
}

// Choice is one radio button or check box.
type Choice struct {
	Value    string
	Text     string
	Hint     string
	Lang     string
	Disabled bool // say in Hint why
}

// Field is one question of a form.
//
// The complaint about it is looked up in Wrong by Name. The id of the control
// is Name too; give ID where two forms of a page ask the same.
type Field struct {
	Name     string
	ID       string
	Label    string
	Hint     string
	Value    string // what was typed, also when it was wrong
	Lang     string // of the value, where it is not the page's language
	Optional bool
	ReadOnly bool
	Wrong    fault.Complaints

	Type         string // "text" when empty; email, tel, search, date …
	Width        string // w6, w10, w14, w20: how much is expected; empty is full
	Autocomplete string // email, tel, name, one-time-code, off
	InputMode    string // numeric, email, tel
	MaxLength    int    // 0: none
	Mono         bool   // codes
	LabelHidden  bool   // where a heading or a button says the same
	Multiple     bool   // of File: several at once
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

func (f Field) hintID() string { return f.id() + "-hint" }
func (f Field) msgID() string  { return f.id() + "-wrong" }

func (f Field) complaint() (fault.Complaint, bool) { return f.Wrong.On(f.Name) }

func (f Field) wrong() bool {
	_, ok := f.complaint()
	return ok
}

// message is the complaint in words, the same as in the summary.
func (f Field) message(ctx context.Context) string {
	c, _ := f.complaint()
	return i18n.T(ctx, c.Key, c.Args...)
}

// describedBy names hint and complaint in reading order (ux.md 5.1).
func (f Field) describedBy() string {
	switch {
	case f.Hint != "" && f.wrong():
		return f.hintID() + " " + f.msgID()
	case f.Hint != "":
		return f.hintID()
	case f.wrong():
		return f.msgID()
	}
	return ""
}

func (f Field) class() string {
	if f.wrong() {
		return "field wrong"
	}
	return "field"
}

func (f Field) inputClass() string {
	c := "inp"
	if f.Width != "" {
		c += " " + f.Width
	}
	if f.Mono {
		c += " codebox"
	}
	return c
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// spellcheck is off for codes, addresses and numbers, where red waves mislead.
func (f Field) spellcheck() string {
	if f.Mono || f.InputMode != "" || f.Type == "email" || f.Type == "tel" || f.Type == "search" {
		return "false"
	}
	return ""
}
