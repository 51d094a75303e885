package browsertest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Flaw is something wrong with a page.
type Flaw struct {
	Rule, Help string
	Nodes      []string // where, as HTML and a reason
}

// String puts a flaw on as few lines as it needs.
func (f Flaw) String() string {
	return f.Rule + ": " + f.Help + "\n    " + strings.Join(f.Nodes, "\n    ")
}

// axeRun is axe-core with its rules still to be filled in. Frames are left out:
// pages have none but the sandboxed letter of the development mailbox.
const axeRun = `axe.run(document, { %s, resultTypes: ["violations"], iframes: false }).then(({ violations }) =>
	JSON.stringify(violations.map(v => ({ Rule: v.id, Help: v.help,
		Nodes: v.nodes.slice(0, 5).map(n => n.html.slice(0, 200) + " | " + n.failureSummary.replace(/\s+/g, " ").slice(0, 300)),
	}))))`

const (
	// allRules are WCAG 2.0 to 2.2, levels A and AA, the best practices and the
	// size of targets.
	allRules = `runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
		rules: { "target-size": { enabled: true } }`
	// lookRules are those of them that depend on colours and on places.
	lookRules = `runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"] }`
)

// Axe gives what axe-core finds wrong with the page.
func (tab *Tab) Axe() []Flaw {
	tab.T.Helper()
	return tab.axe(allRules)
}

// AxeLook gives what axe-core finds wrong with the look of a page whose
// structure it has examined in another one: a third of the time.
func (tab *Tab) AxeLook() []Flaw {
	tab.T.Helper()
	return tab.axe(lookRules)
}

func (tab *Tab) axe(rules string) []Flaw {
	tab.T.Helper()
	if tab.Eval(`typeof axe`) == "undefined" {
		tab.Eval(tab.browser.axe + `; "loaded"`)
	}
	var flaws []Flaw
	if err := json.Unmarshal([]byte(tab.Eval(fmt.Sprintf(axeRun, rules))), &flaws); err != nil {
		tab.T.Fatalf("axe: %v", err)
	}
	return flaws
}

// inline lists what the content policy forbids, also inside templates, where
// the browser has not noticed it yet.
const inline = `(() => {
	const found = [];
	const look = root => {
		for (const e of root.querySelectorAll("*")) {
			if (e.localName == "style" || e.localName == "script" && !e.src) found.push(e.outerHTML.slice(0, 120));
			for (const { name, value } of e.attributes)
				if (name == "style" || name.startsWith("on") || /^\s*javascript:/i.test(value)) found.push(name + "=" + value.slice(0, 80) + " on " + e.localName);
			if (e instanceof HTMLTemplateElement) look(e.content);
		}
	};
	look(document);
	return found.join("\n");
})()`

// Inline gives the inline scripts, styles and handlers of the page, one a line.
func (tab *Tab) Inline() string {
	tab.T.Helper()
	return tab.Eval(inline)
}

// overflow names the widest elements where the page is wider than its window.
const overflow = `(() => {
	const limit = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
	if (wide <= limit) return "";
	const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > limit + 1).slice(-3);
	return wide + " pixels in a window of " + limit + ": " + out.map(e => e.outerHTML.slice(0, 120)).join(" ; ");
})()`

// Overflow says by what a page is too wide for its window, "" when it fits.
func (tab *Tab) Overflow() string {
	tab.T.Helper()
	return tab.Eval(overflow)
}

// Links gives the addresses inside the portal that the page leads to.
func (tab *Tab) Links() []string {
	tab.T.Helper()
	found := tab.Eval(`[...new Set([...document.querySelectorAll("a[href]")].map(a => a.href)
		.filter(h => h.startsWith(location.origin + "/")).map(h => h.slice(location.origin.length).replace(/#.*/, "")))].join("\n")`)
	return strings.Fields(found)
}

// Outline checks what every page has: a title, its language, one first heading.
func (tab *Tab) Outline(lang string) string {
	tab.T.Helper()
	return tab.Eval(fmt.Sprintf(`[
		document.title.trim() ? "" : "no title",
		document.documentElement.lang.startsWith(%s) ? "" : "the language is " + document.documentElement.lang,
		document.querySelectorAll("h1").length == 1 ? "" : document.querySelectorAll("h1").length + " first headings",
	].filter(Boolean).join(", ")`, js(lang)))
}
