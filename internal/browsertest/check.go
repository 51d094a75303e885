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

// axeRun is axe-core with what it examines and its rules still to be filled in.
// Frames are left out: pages have none but the sandboxed letter of the
// development mailbox. Nor does it fetch style sheets and films: no rule asks.
const axeRun = `typeof axe == "undefined" ? "" : axe.run(%s, { %s, resultTypes: ["violations"], iframes: false, preload: false }).then(({ violations }) =>
	JSON.stringify(violations.map(v => ({ Rule: v.id, Help: v.help,
		Nodes: v.nodes.slice(0, 5).map(n => n.html.slice(0, 200) + " | " + n.failureSummary.replace(/\s+/g, " ").slice(0, 300)),
	}))))`

// Rules are a choice of axe-core's.
type Rules string

const (
	// AllRules are WCAG 2.0 to 2.2, levels A and AA, the best practices and the
	// size of targets.
	AllRules Rules = `runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
		rules: { "target-size": { enabled: true } }`
	// StructureRules are those of them that depend on what a page says and on its
	// order, LookRules those that depend on how it is drawn.
	StructureRules Rules = `runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
		rules: { "target-size": { enabled: false }, "color-contrast": { enabled: false }, "link-in-text-block": { enabled: false } }`
	LookRules Rules = `runOnly: { type: "rule", values: ["target-size", "color-contrast", "link-in-text-block"] }`
)

// Axe gives what axe-core finds wrong with the page.
func (tab *Tab) Axe(rules Rules) []Flaw {
	tab.T.Helper()
	return tab.axe("document", rules)
}

// AxeOf gives what is wrong with elements of these kinds, and with what they hold.
func (tab *Tab) AxeOf(kinds []string, rules Rules) []Flaw {
	tab.T.Helper()
	if len(kinds) == 0 {
		return nil
	}
	list, _ := json.Marshal(kinds) // strings always have a form
	return tab.axe(fmt.Sprintf(`{ include: (wanted => {
		const found = new Set();
		for (const [e, kind] of %s(document.body)) if (wanted.has(kind)) found.add(e);
		return [...found].filter(e => { while (e = e.parentElement) if (found.has(e)) return false; return true; });
	})(new Set(%s)) }`, kindsOf, list), rules)
}

func (tab *Tab) axe(context string, rules Rules) []Flaw {
	tab.T.Helper()
	run := fmt.Sprintf(axeRun, context, rules)
	found := tab.Eval(run)
	for tries := 0; found == "" && tries < 5; tries++ { // a page that is replaced meanwhile has no axe again
		tab.Eval(tab.browser.axe + `; "loaded"`)
		found = tab.Eval(run)
	}
	var flaws []Flaw
	if err := json.Unmarshal([]byte(found), &flaws); err != nil {
		tab.T.Fatalf("axe: %v", err)
	}
	return flaws
}

// kindsOf gives the elements of the body, each with its kind: what a style sheet
// can tell of it, of what stands before it and of all that it stands in. The
// attributes are those that the portal's style sheets ask for. So elements of one
// kind look alike on whatever page.
const kindsOf = `(body => {
	const told = ["class", "type", "role", "tabindex", "open", "hidden", "disabled", "checked", "readonly", "aria-current", "aria-disabled", "aria-invalid", "aria-pressed", "data-l"];
	const own = e => e.localName + told.map(name => !e.hasAttribute(name) ? "" : "[" + name + "=" + (name == "data-l" ? "" : e.getAttribute(name)) + "]").join("");
	const short = text => { // 53 bits of it, after bryc's cyrb53
		let a = 0xdeadbeef, b = 0x41c6ce57;
		for (let i = 0; i < text.length; i++) {
			const c = text.charCodeAt(i);
			a = Math.imul(a ^ c, 2654435761);
			b = Math.imul(b ^ c, 1597334677);
		}
		a = Math.imul(a ^ a >>> 16, 2246822507) ^ Math.imul(b ^ b >>> 13, 3266489909);
		b = Math.imul(b ^ b >>> 16, 2246822507) ^ Math.imul(a ^ a >>> 13, 3266489909);
		return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
	};
	const list = [];
	const walk = (e, above) => {
		if (/^(script|template|option)$/.test(e.localName)) return;
		const chain = short(above + ">" + own(e)), before = e.previousElementSibling;
		list.push([e, short(chain + "+" + (before ? own(before) : ""))]);
		if (e.localName != "svg") for (const c of e.children) walk(c, chain);
	};
	walk(body, "");
	return list;
})`

// Kinds gives the kinds of elements that the page is made of, each once.
func (tab *Tab) Kinds() []string {
	tab.T.Helper()
	return strings.Fields(tab.Eval(`[...new Set(` + kindsOf + `(document.body).map(([, kind]) => kind))].join(" ")`))
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
