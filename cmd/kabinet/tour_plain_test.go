//go:build dev

package main

// dead are the buttons of a page that do nothing without JavaScript.
const dead = `[...document.querySelectorAll("main button")].filter(b => b.checkVisibility() && !b.form && !b.popoverTargetElement).map(b => b.outerHTML.slice(0, 120)).join("\n")`

// readsWithoutScripts is the director of the company at work in a browser without
// JavaScript: the pages to read, a list that is searched, a form that complains
// and one that saves.
func (r reader) readsWithoutScripts() {
	r.t.Helper()
	r.Scripts(false)
	for _, path := range []string{"/home", "/cards", "/catalogue", "/documents", "/receipts", "/aics", "/org", "/org/users", "/org/places", "/org/events", "/support", "/notices", "/dates", "/me", "/help"} {
		r.open(path)
		if r.Path() != path || r.Text("h1") == "" {
			r.t.Errorf("%s without JavaScript is %s, headed %q", path, r.Path(), r.Text("h1"))
		}
		if found := r.Eval(dead); found != "" {
			r.t.Errorf("%s shows buttons that do nothing without JavaScript: %s", path, found)
		}
	}
	r.open("/catalogue")
	r.Type("main input[name=q]", "niqob\r")
	r.Until("what was found", `document.readyState == "complete" && new URLSearchParams(location.search).get("q") == "niqob"`)
	r.open("/support/new?about=payment")
	r.Click("main form.form button.go")
	r.Wait("#summary")
	r.open("/cards/views?q=niqob&sort=name")
	r.Type("#name", "Oddiy")
	r.press("savedview.save")
	r.See("Oddiy")
}
