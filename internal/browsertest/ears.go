package browsertest

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// ears keep what the browser complained about.
type ears struct {
	mu       sync.Mutex
	heard    []string
	expected []*regexp.Regexp
}

// policyScript puts broken content policies where ears hear them.
const policyScript = `document.addEventListener("securitypolicyviolation", e =>
	console.error("content policy broken: " + e.effectiveDirective + " by " + (e.blockedURI || e.sample) + " on " + location.pathname))`

func (tab *Tab) prepare() []chromedp.Action {
	return []chromedp.Action{chromedp.ActionFunc(func(ctx context.Context) error {
		for _, script := range []string{policyScript, leavesScript} {
			if _, err := page.AddScriptToEvaluateOnNewDocument(script).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	})}
}

func (tab *Tab) listen() {
	chromedp.ListenTarget(tab.ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			tab.ears.hear("exception: " + e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.APITypeError || e.Type == runtime.APITypeAssert {
				tab.ears.hear("console: " + arguments(e.Args))
			}
		case *log.EventEntryAdded:
			if e.Entry.Level == log.LevelError && !answered(e.Entry) {
				tab.ears.hear(fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
			}
		}
	})
}

// answered leaves out what is no fault: Chromium reports every page whose
// status is from 400 on, and a form with a complaint is one of them. Files that
// are missing and pages that broke are faults.
func answered(e *log.Entry) bool {
	return e.Source == log.SourceNetwork && strings.Contains(e.Text, "responded with a status of 4") &&
		!strings.Contains(e.URL, "/assets/")
}

func arguments(args []*runtime.RemoteObject) string {
	words := make([]string, 0, len(args))
	for _, a := range args {
		words = append(words, strings.Trim(string(a.Value), `"`))
	}
	return strings.Join(words, " ")
}

func (e *ears) hear(what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, what)
}

// Expect says which complaints belong to the test.
func (tab *Tab) Expect(pattern string) {
	tab.ears.mu.Lock()
	defer tab.ears.mu.Unlock()
	tab.ears.expected = append(tab.ears.expected, regexp.MustCompile(pattern))
}

// settle fails the test for every complaint nobody expected.
func (tab *Tab) settle() {
	tab.ears.mu.Lock()
	defer tab.ears.mu.Unlock()
complaints:
	for _, c := range tab.ears.heard {
		for _, known := range tab.ears.expected {
			if known.MatchString(c) {
				continue complaints
			}
		}
		tab.T.Errorf("the browser complains: %s", c)
	}
	tab.ears.heard = nil
}
