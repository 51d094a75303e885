// Package browsertest drives the portal's pages in headless Chromium the way a
// person does: with the pointer and the keyboard, counting clicks, and with an
// ear for everything a browser complains about.
//
// It is for tests only. One Browser serves a whole test binary; every Tab has
// cookies of its own.
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience bounds every single wait. Nothing waits this long unless it fails, or
// unless two dozen others build and test on the same two processors; a page that
// looks by itself whether something has changed does so at least every half minute.
const patience = 90 * time.Second

// Browser is one running Chromium.
type Browser struct {
	ctx    context.Context
	cancel []context.CancelFunc
	axe    string
}

// errNoBrowser says what a machine lacks.
var errNoBrowser = errors.New("browsertest: Chromium is not installed (Debian: apt-get install chromium-headless-shell)")

// Start runs a browser until Close. axe is the path of axe.min.js.
func Start(ctx context.Context, axe string) (*Browser, error) {
	program, err := Program()
	if err != nil {
		return nil, err
	}
	script, err := os.ReadFile(axe) //nolint:gosec // G304: the path is the test's own
	if err != nil {
		return nil, fmt.Errorf("browsertest: %w", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		// Nothing runs long enough here to repay what optimizing it costs.
		chromedp.Flag("js-flags", "--no-opt"),
		// Pictures and widths do not depend on the machine.
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-device-scale-factor", "1"),
	)
	b := &Browser{axe: string(script)}
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	b.cancel = append(b.cancel, stop)
	ctx, stop = chromedp.NewContext(ctx)
	b.cancel = append(b.cancel, stop)
	b.ctx = ctx
	if err := chromedp.Run(ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("browsertest: start %s: %w", program, err)
	}
	return b, nil
}

// programs are where a browser is looked for. The first has no windows to draw and
// takes a quarter less; it is named by its path, because Debian's command for it
// is a shell that would outlive us with the browser in it.
var programs = []string{"/usr/lib/chromium/chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome"}

// Program finds the browser of this machine.
func Program() (path string, err error) {
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoBrowser
}

// Close ends the browser and every tab.
func (b *Browser) Close() {
	for _, cancel := range slices.Backward(b.cancel) {
		cancel()
	}
}

// Open opens an empty tab with cookies of its own, 1440 pixels wide and light.
// It is closed at the end of the test, which fails if the browser complained
// about anything the test did not expect.
func (b *Browser) Open(t testing.TB) *Tab {
	t.Helper()
	tab := &Tab{T: t, browser: b}
	if err := tab.open(); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	t.Cleanup(tab.close)
	tab.listen()
	tab.Do(tab.prepare()...)
	tab.Look(Wide, Light)
	t.Cleanup(tab.settle)
	return tab
}

// open makes the window of a new profile by hand: Chromium opens a tab only
// where a window is, and a new profile has none.
func (tab *Tab) open() error {
	browser := root(tab.browser.ctx)
	profile, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(browser)
	if err != nil {
		return err
	}
	window, err := target.CreateTarget("about:blank").WithBrowserContextID(profile).WithNewWindow(true).Do(browser)
	if err != nil {
		return err
	}
	tab.profile = profile
	tab.ctx, tab.cancel = chromedp.NewContext(tab.browser.ctx, chromedp.WithTargetID(window))
	return chromedp.Run(tab.ctx) // the first run attaches; a deadline on it would be one on the tab
}

func (tab *Tab) close() {
	tab.cancel()
	_ = target.DisposeBrowserContext(tab.profile).Do(root(tab.browser.ctx)) // it goes with the browser anyway
}

// root addresses the browser itself instead of a tab.
func root(ctx context.Context) context.Context {
	return cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser)
}
