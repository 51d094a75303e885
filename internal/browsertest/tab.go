package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Widths of a window, in CSS pixels.
const (
	Wide  = 1440
	Phone = 390
	Small = 320
)

// What the system prefers.
const (
	Light = "light"
	Dark  = "dark"
)

// Tab is one page as one person sees it. Its methods fail the test when what
// they wait for does not come.
type Tab struct {
	T       testing.TB // the test that watches; a subtest may put itself here
	ctx     context.Context
	cancel  context.CancelFunc
	profile cdp.BrowserContextID
	browser *Browser
	clicks  int
	width   int64 // of Look
	scheme  string
	ears    ears
}

// Do runs actions of the debug protocol.
func (tab *Tab) Do(actions ...chromedp.Action) {
	tab.T.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		tab.T.Fatalf("%v\n%s", err, tab.sight())
	}
}

// Go opens an address and waits until it is drawn.
func (tab *Tab) Go(address string) {
	tab.T.Helper()
	tab.Do(chromedp.Navigate(address))
}

// Reload loads the page anew.
func (tab *Tab) Reload() {
	tab.T.Helper()
	tab.Do(chromedp.Reload())
}

// Click presses the left button on what CSS finds, as soon as it is visible,
// and counts it. Where that leads to another page, it waits for the whole of it.
func (tab *Tab) Click(selector string) {
	tab.T.Helper()
	tab.click(chromedp.Click(selector, chromedp.ByQuery, chromedp.NodeVisible))
}

// gone is how Chromium says that an element was replaced meanwhile.
var gone = regexp.MustCompile(`(?i)(could not find|no) node|node is detached|does not have a layout`)

// click counts one click. A part of a page that is fetched anew may take the
// button away just before it is pressed; its successor is pressed then.
func (tab *Tab) click(press chromedp.Action) {
	tab.T.Helper()
	tab.clicks++
	tab.follow(chromedp.ActionFunc(func(ctx context.Context) error {
		err := press.Do(ctx)
		if err != nil && gone.MatchString(err.Error()) && ctx.Err() == nil {
			err = press.Do(ctx)
		}
		return err
	}))
}

// Press clicks the first button or link on which exactly these words can be
// read, above all in the page's own part.
func (tab *Tab) Press(words string) {
	tab.T.Helper()
	const find = `["main", "body"].flatMap(part => [...document.querySelectorAll(part + " :is(a, button, summary)")])
		.find(e => e.checkVisibility() && e.innerText.replace(/\s+/g, " ").trim().toLowerCase() == %s)`
	tab.click(chromedp.Click(fmt.Sprintf(find, js(strings.ToLower(words))), chromedp.ByJSPath, chromedp.NodeVisible))
}

// Type puts the focus into a field and types; a carriage return is Enter, and
// waits as Click does.
func (tab *Tab) Type(selector, text string) {
	tab.T.Helper()
	keys := chromedp.Tasks{chromedp.Focus(selector, chromedp.ByQuery, chromedp.NodeVisible), chromedp.KeyEvent(text)}
	if strings.HasSuffix(text, "\r") {
		tab.follow(keys)
		return
	}
	tab.Do(keys)
}

// Retype empties a field, then types.
func (tab *Tab) Retype(selector, text string) {
	tab.T.Helper()
	tab.Do(chromedp.Clear(selector, chromedp.ByQuery))
	tab.Type(selector, text)
}

// Attach chooses a file; it counts as one click on the chooser.
func (tab *Tab) Attach(selector, path string) {
	tab.T.Helper()
	tab.clicks++
	tab.Do(chromedp.SetUploadFiles(selector, []string{path}, chromedp.ByQuery))
}

// Clicks tells how often a button was pressed since Count.
func (tab *Tab) Clicks() int { return tab.clicks }

// Count begins to count clicks anew.
func (tab *Tab) Count() { tab.clicks = 0 }

// Until waits for a script to be true. A page that is being replaced by
// another just means: look again.
func (tab *Tab) Until(what, script string) {
	tab.T.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	again := time.NewTicker(15 * time.Millisecond)
	defer again.Stop()
	for {
		var yes bool
		if err := chromedp.Run(ctx, chromedp.Evaluate(`!!(`+script+`)`, &yes)); err == nil && yes {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			tab.T.Fatalf("waited in vain for %s\n%s", what, tab.sight())
		}
	}
}

// whole is true of a page that is loaded, with its scripts.
const whole = `document.readyState == "complete"`

// At waits for the page with this path, fully loaded.
func (tab *Tab) At(path string) {
	tab.T.Helper()
	tab.Until("the page "+path, fmt.Sprintf(whole+` && location.pathname == %s`, js(path)))
}

// Wait waits for an element that CSS finds on a whole page.
func (tab *Tab) Wait(selector string) {
	tab.T.Helper()
	tab.Until(selector, fmt.Sprintf(whole+` && document.querySelector(%s)`, js(selector)))
}

// See waits until the words can be read on a whole page.
func (tab *Tab) See(words string) {
	tab.T.Helper()
	tab.Until(fmt.Sprintf("the words %q", words), whole+" && "+reads(words))
}

// Sees reports whether the words can be read on the page now.
func (tab *Tab) Sees(words string) bool {
	tab.T.Helper()
	return tab.Eval(`String(`+reads(words)+`)`) == "true"
}

// reads compares as people do: spaces are spaces, and a style sheet's capital
// letters are the same words.
func reads(words string) string {
	return fmt.Sprintf(`(s => s(document.body.innerText).includes(s(%s)))(s => s.replace(/\s+/g, " ").toLowerCase())`, js(words))
}

func js(text string) string {
	b, _ := json.Marshal(text) // a string always has a form
	return string(b)
}

// Eval runs a script that gives a string, waiting for promises.
func (tab *Tab) Eval(script string) (text string) {
	tab.T.Helper()
	tab.Do(chromedp.Evaluate(script, &text, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
		return p.WithAwaitPromise(true)
	}))
	return text
}

// Text gives what can be read in an element, "" when it is not there.
func (tab *Tab) Text(selector string) string {
	tab.T.Helper()
	return strings.TrimSpace(tab.Eval(fmt.Sprintf(`document.querySelector(%s)?.innerText ?? ""`, js(selector))))
}

// Path is where the tab is, without the query.
func (tab *Tab) Path() string {
	tab.T.Helper()
	u, err := url.Parse(tab.Eval(`location.href`))
	if err != nil {
		tab.T.Fatal(err)
	}
	return u.Path
}

// Look sets the width of the window and what the system prefers. It also
// prefers no motion: a colour on its way is nobody's colour. What is set already is
// not set again, since Chromium then draws the page anew.
func (tab *Tab) Look(width int64, scheme string) {
	tab.T.Helper()
	var actions []chromedp.Action
	if width != tab.width {
		actions = append(actions, chromedp.EmulateViewport(width, 900))
	}
	if scheme != tab.scheme {
		actions = append(actions, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}))
	}
	tab.Do(actions...)
	tab.width, tab.scheme = width, scheme
}

// Speak sets the language the browser asks for, for pages opened from now on.
func (tab *Tab) Speak(lang string) {
	tab.T.Helper()
	tab.Do(network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": lang}))
}

// Scripts switches JavaScript on or off for pages opened from now on.
func (tab *Tab) Scripts(on bool) {
	tab.T.Helper()
	tab.Do(emulation.SetScriptExecutionDisabled(!on))
}

// Deny refuses the site a permission, as the person does in the site settings.
func (tab *Tab) Deny(origin, permission string) {
	tab.T.Helper()
	tab.permit(origin, permission, browser.PermissionSettingDenied)
}

// Grant gives the site a permission.
func (tab *Tab) Grant(origin, permission string) {
	tab.T.Helper()
	tab.permit(origin, permission, browser.PermissionSettingGranted)
}

func (tab *Tab) permit(origin, permission string, s browser.PermissionSetting) {
	tab.T.Helper()
	tab.Do(chromedp.ActionFunc(func(ctx context.Context) error {
		return browser.SetPermission(&browser.PermissionDescriptor{Name: permission}, s).
			WithOrigin(origin).WithBrowserContextID(tab.profile).Do(root(ctx))
	}))
}

// Picture gives the whole page as PNG.
func (tab *Tab) Picture() []byte {
	tab.T.Helper()
	var png []byte
	tab.Do(chromedp.FullScreenshot(&png, 100))
	return png
}

// sight says where the tab is and what can be read, for failures.
func (tab *Tab) sight() string {
	ctx, cancel := context.WithTimeout(tab.ctx, time.Second)
	defer cancel()
	var text string
	if err := chromedp.Run(ctx, chromedp.Evaluate(`location.href + "\n" + document.title + "\n" + document.body.innerText.slice(0, 1500)`, &text)); err != nil {
		return "nothing can be read: " + err.Error()
	}
	return text
}
