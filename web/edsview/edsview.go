// Package edsview draws the panel with which a person signs by EDS key.
//
// The panel is a form that static/js/sign.js brings to life: it finds the
// E-IMZO program on the person's computer, lists the keys, has the server's
// text signed and sends the form. Without a script the panel says what is
// needed. Every failure that the script can tell has words of its own here.
package edsview

import (
	"context"
	"encoding/json"

	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Script is the module that a page with a panel loads.
const Script = "js/sign.js"

// Config is where the E-IMZO program listens and how the portal is known to it.
type Config struct {
	WS, WSS    string   // endpoints on loopback, without and with TLS
	APIKeys    []string // host, key, host, key …; not secret (eds.md 1.3)
	MinVersion string   // oldest E-IMZO that will do, "3.37"
}

// Endpoints are what the page's policy has to let its script reach; see
// httpx.AllowConnect.
func (c Config) Endpoints() []string {
	var known []string
	for _, e := range []string{c.WSS, c.WS} {
		if e != "" {
			known = append(known, e)
		}
	}
	return known
}

func (c Config) keys() string {
	b, err := json.Marshal(c.APIKeys)
	if err != nil || c.APIKeys == nil {
		return "[]"
	}
	return string(b)
}

// Form is one act of signing.
type Form struct {
	Config
	Challenge string      // address that gives the text to sign: POST, answers {id, text}
	Action    string      // address the signed form is sent to
	Values    []ui.Hidden // sent along
	Start     string      // words of the button that finds the keys; empty means "Choose a key"
	Sign      string      // words of the button that signs; empty means "Sign"
}

// Along is the form with another one in it, that came after its session had
// ended; it goes on after the signature. The names of all fields are the other's.
func (f Form) Along(late *Late) Form {
	if late != nil {
		f.Action += "?" + late.Query
		f.Values = late.Values
	}
	return f
}

// Late is a form that came after its session had ended, in a sign-in page.
type Late struct {
	Query  string // whose it is and where it was going, for the address
	Values []ui.Hidden
	GoesOn bool // it is sent by itself; else the way leads back to its page
}

// NewLate makes one of what travels along; the fields are those of any form.
func NewLate[F ~struct{ Name, Value string }](query string, typed []F, goesOn bool) *Late {
	return &Late{Query: query, Values: Carried(typed), GoesOn: goesOn}
}

// Carried makes hidden fields of what travels along.
func Carried[F ~struct{ Name, Value string }](typed []F) []ui.Hidden {
	values := make([]ui.Hidden, len(typed))
	for i, f := range typed {
		values[i] = ui.Hidden(f)
	}
	return values
}

func (f Form) start(ctx context.Context) string {
	return or(f.Start, i18n.T(ctx, "edsview.button.start"))
}

func (f Form) sign(ctx context.Context) string { return or(f.Sign, i18n.T(ctx, "edsview.button.sign")) }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// States are what the script says while it works.
func States() []string {
	return []string{"connecting", "permission", "loading", "choose", "signing", "sending", "cancelled"}
}

// Errors are what the script may have to explain: the failures of eimzo.js and
// those of asking the portal for the text.
func Errors() []string {
	return []string{
		"not-running", "permission-denied", "csp", "no-websocket", "too-old", "site-not-registered",
		"no-keys", "all-expired", "key-gone", "busy", "wrong-password", "timeout", "failed", "phone",
		"too-many", "session-gone", "network", "server", "refused",
	}
}

// steps are what to try in turn where one sentence does not do.
func steps(code string) []string {
	switch code {
	case "not-running":
		return []string{"edsview.help.start", "edsview.help.install", "edsview.help.trust"}
	case "permission-denied":
		return []string{"edsview.help.site_settings", "edsview.help.allow"}
	}
	return nil
}

// Where the program is had, and where its own certificate is accepted.
const (
	downloadURL = "https://e-imzo.uz/main/downloads/"
	trustURL    = "https://127.0.0.1:64443/"
)

// link leads to where a step is done.
func link(step string) (address string, ok bool) {
	switch step {
	case "edsview.help.install":
		return downloadURL, true
	case "edsview.help.trust":
		return trustURL, true
	}
	return "", false
}

// slot is the value that the script fills into a message.
func slot(code string) string {
	switch code {
	case "too-old":
		return "version"
	case "too-many":
		return "seconds"
	}
	return ""
}
