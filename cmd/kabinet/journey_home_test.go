//go:build dev

package main

import (
	"fmt"
	"os"
	"path/filepath"

	"kabinet/internal/browsertest"
)

// goesHome goes to Home by what stands on every page.
func (n newcomer) goesHome() {
	n.t.Helper()
	n.free(func() {
		if n.hand == finger {
			n.Click(".menu > summary")
			n.Click(`.menu a[href="/home"]`)
		} else {
			n.Click(".bar .brand")
		}
		n.At("/home")
	})
}

// next holds Home to one next step with one way to it, that of a task; "" is none.
func (n newcomer) next(key string) {
	n.t.Helper()
	var step struct {
		Steps, Ways int
		Title, Href string
	}
	n.ask("next", "", &step)
	want := n.words("onboarding.next.nothing")
	if key != "" {
		want = n.words("onboarding.task." + key)
	}
	if step.Steps != 1 || step.Ways != 1 || step.Title != want {
		n.t.Errorf("Home shows %d next steps with %d ways, the first is %q; it must be %q alone", step.Steps, step.Ways, step.Title, want)
	}
}

// stands holds a task on Home to a status of ui.task; "" is not on the list.
func (n newcomer) stands(key, status string) {
	n.t.Helper()
	var line struct{ Status, Href, About string }
	n.ask("task", quoted(n.words("onboarding.task."+key)), &line)
	want := ""
	if status != "" {
		want = n.words("ui.task." + status)
	}
	if line.Status != want {
		n.t.Errorf("the task %q is %q (%s), it must be %q", key, line.Status, line.About, want)
	}
}

// turns goes Home and holds it to the status of a task, and to what comes next.
func (n newcomer) turns(key, status, next string) {
	n.t.Helper()
	n.goesHome()
	n.stands(key, status)
	n.next(next)
	n.pictured("home-" + key + "-" + status)
}

// follows presses the one way of the next step, which leads to this page.
func (n newcomer) follows(path string) {
	n.t.Helper()
	n.Click(".next a")
	n.lands(path)
}

// lands holds the page that came to an address, and to not being a refusal.
func (n newcomer) lands(path string) {
	n.t.Helper()
	if at := n.Path(); at != path {
		n.t.Fatalf("led to %s, not to %s:\n%s", at, path, n.Text("main"))
	}
	if n.there("main .problem") {
		n.t.Fatalf("%s refuses who is led there:\n%s", path, n.Text("main"))
	}
}

// pictured draws the page, light and dark, where pictures are asked for.
func (n newcomer) pictured(name string) {
	n.t.Helper()
	if *pictures == "" {
		return
	}
	n.free(func() {
		for _, scheme := range []string{browsertest.Dark, browsertest.Light} {
			n.prefers(scheme)
			file := fmt.Sprintf("journey-%s-%s-%s.png", n.lang.Code(), name, scheme)
			if err := os.WriteFile(filepath.Join(*pictures, file), n.Picture(), 0o644); err != nil {
				n.t.Fatal(err)
			}
		}
	})
}
