//go:build dev

package eimzosim

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"kabinet/internal/browsertest"
	"kabinet/internal/platform/eds"
)

// scripts is where the two modules under test lie.
const scripts = "../../../../web/static/js"

const challengeText = "host=portal.example; purpose=sign-in; nonce=00; ўзбекча"

// signPage is the HTML contract of sign.js, as small as it can be.
var signPage = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><title>sign</title>
<script type="module" src="/js/sign.js"></script>
<form data-eds method="post" action="/done" data-eds-challenge="/challenge" data-eds-ws="{{.WS}}" data-eds-wss="{{.WSS}}"
 data-eds-apikeys="{{.Keys}}" data-eds-min="3.37">
<input type="hidden" name="challenge"><input type="hidden" name="pkcs7">
<button type="button" data-eds-start hidden>start</button>
<p role="status" aria-live="polite" data-eds-status></p>
<div data-eds-error role="alert" tabindex="-1" hidden><div data-eds-error-text></div><button type="button" data-eds-retry>retry</button></div>
<fieldset data-eds-keys hidden><template data-eds-key><label><input type="radio" name="key"><b data-slot="cn"></b>|<i data-slot="org"></i>|<i data-slot="position"></i>|<i data-slot="tin"></i>|<i data-slot="serial"></i>|<i data-slot="until"></i>|<u data-if="expired">EXPIRED</u><u data-if="legal">LEGAL</u><u data-if="personal">PERSONAL</u></label></template>
<button type="submit" data-eds-sign>sign</button></fieldset>
{{range .Codes}}<template data-eds-msg="{{.}}">message {{.}} <span data-slot="seconds"></span><span data-slot="version"></span></template>{{end}}
<div hidden data-eds-msg="sending">message <b>sending</b></div>
</form>`))

var codes = strings.Fields(`connecting permission loading choose signing cancelled
	not-running permission-denied csp no-websocket too-old site-not-registered no-keys key-gone busy wrong-password timeout failed
	all-expired phone too-many session-gone network server`) // "refused" is left out: it must show "failed"

// portal is a site with one signing page.
type portal struct {
	*httptest.Server
	sim    *Simulator
	posted chan url.Values
	calls  atomic.Int32 // to the simulator
	policy string       // endpoints allowed by the content policy; "" allows ours

	mu     sync.Mutex
	answer http.HandlerFunc // to the challenge request
}

func newPortal(t *testing.T, s *Simulator) *portal {
	p := &portal{sim: s, posted: make(chan url.Values, 1)}
	counted := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.calls.Add(1)
		s.serveCAPIWS(w, r)
	}))
	t.Cleanup(counted.Close)
	ws := strings.Replace(counted.URL, "http", "ws", 1)
	p.answer = func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"id": "the id", "text": challengeText})
	}
	mux := http.NewServeMux()
	mux.Handle("/js/", http.StripPrefix("/js/", http.FileServerFS(os.DirFS(scripts))))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		allowed := p.policy
		if allowed == "" {
			allowed = ws
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; form-action 'self'; "+
			"require-trusted-types-for 'script'; connect-src 'self' "+allowed)
		host, _, _ := strings.Cut(r.Host, ":")
		keys, _ := json.Marshal([]string{"other.example", "x", host, APIKey(host)})
		_ = signPage.Execute(w, map[string]any{"WS": ws, "Keys": string(keys), "Codes": codes})
	})
	mux.HandleFunc("POST /challenge", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.answer(w, r)
	})
	mux.HandleFunc("POST /done", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		p.posted <- r.PostForm
		_, _ = w.Write([]byte("<!doctype html><title>done</title>"))
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// verify takes what the page posted and gives the verifier's judgement.
func (p *portal) verify(t *testing.T) (eds.Signer, error) {
	t.Helper()
	select {
	case form := <-p.posted:
		if form.Get("challenge") != "the id" || len(form) != 2 {
			t.Errorf("posted %v", form)
		}
		message, err := eds.Decode(form.Get("pkcs7"))
		must(t, err)
		return newVerifier(t, p.sim).VerifyLogin(context.Background(), eds.Client{}, message, challengeText)
	case <-time.After(time.Minute):
		t.Fatal("nothing posted")
	}
	return eds.Signer{}, nil
}

// chromium starts one browser; tab opens pages in it.
func chromium(t *testing.T, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	program, err := browsertest.Program()
	must(t, err)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	must(t, chromedp.Run(ctx))
	return ctx
}

type tab struct {
	context.Context
	t *testing.T
}

func open(t *testing.T, parent context.Context, address string) tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 30*time.Second)
	t.Cleanup(cancel)
	tb := tab{ctx, t}
	tb.do(chromedp.Navigate(address), chromedp.WaitVisible("[data-eds-start]"))
	return tb
}

func (tb tab) do(actions ...chromedp.Action) {
	tb.t.Helper()
	if err := chromedp.Run(tb, actions...); err != nil {
		var state string
		_ = chromedp.Run(tb, chromedp.Evaluate(`document.querySelector("form")?.dataset.edsState`, &state))
		tb.t.Fatalf("%v (state %q)", err, state)
	}
}

func (tb tab) click(name string) {
	tb.t.Helper()
	tb.do(chromedp.Click("[data-eds-"+name+"]", chromedp.NodeVisible))
}

func (tb tab) wait(code string) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb, 8*time.Second)
	defer cancel()
	tab{ctx, tb.t}.do(chromedp.WaitReady(fmt.Sprintf(`form[data-eds-state="%s"]:not([aria-busy])`, code)))
}

func (tb tab) eval(script string) (text string) {
	tb.t.Helper()
	tb.do(chromedp.Evaluate(script, &text, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
		return p.WithAwaitPromise(true)
	}))
	return text
}

// choose gets as far as a chosen key.
func (tb tab) choose() {
	tb.t.Helper()
	tb.click("start")
	tb.wait("choose")
	tb.do(chromedp.Click(`input[type=radio]:not(:disabled)`))
}

// cdpBrowser addresses the browser instead of the tab.
func cdpBrowser(ctx context.Context) context.Context {
	return cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser)
}
