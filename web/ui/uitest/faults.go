package uitest

import (
	"strings"
)

// Faults lists what is wrong with a piece of markup.
func Faults(markup string) []string {
	elements, faults := read(markup)
	ids := map[string]int{}
	labels := map[string]bool{}
	for _, e := range elements {
		if id, ok := e.attrs["id"]; ok {
			ids[id]++
		}
		if e.tag == "label" && strings.TrimSpace(e.text) != "" {
			labels[e.attrs["for"]] = true
		}
	}
	for id, n := range ids {
		if n > 1 || strings.TrimSpace(id) == "" || strings.ContainsAny(id, " \t") {
			faults = append(faults, "the id "+id+" is not a single name")
		}
	}
	for _, e := range elements {
		faults = append(faults, policyFaults(e)...)
		faults = append(faults, nameFaults(e, labels)...)
		faults = append(faults, referenceFaults(e, ids)...)
	}
	return faults
}

// policyFaults are what the content policy blocks or a browser would run.
func policyFaults(e *element) []string {
	var faults []string
	for name, value := range e.attrs {
		if name == "style" || strings.HasPrefix(name, "on") {
			faults = append(faults, "inline "+name+" in "+e.String())
		}
		if name == "else" || name == "if" || strings.ContainsAny(name, "{}") {
			faults = append(faults, "template code drawn as an attribute of "+e.String())
		}
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "javascript:") {
			faults = append(faults, "script in "+name+" of "+e.String())
		}
	}
	if e.tag == "style" || (e.tag == "script" && e.attrs["src"] == "") {
		faults = append(faults, "inline "+e.tag)
	}
	if src := e.attrs["src"] + linkHref(e); src != "" && (!strings.HasPrefix(src, "/") || strings.HasPrefix(src, "//")) {
		faults = append(faults, "foreign resource "+src)
	}
	return faults
}

func linkHref(e *element) string {
	if e.tag == "link" {
		return e.attrs["href"]
	}
	return ""
}

// nameFaults are controls and regions that nobody could name.
func nameFaults(e *element, labels map[string]bool) []string {
	named := e.attrs["aria-label"] != "" || e.attrs["aria-labelledby"] != ""
	said := strings.TrimSpace(e.text) != ""
	switch e.tag {
	case "input", "select", "textarea":
		if e.attrs["type"] != "hidden" && !named && !labels[e.attrs["id"]] {
			return []string{"no label for " + e.String()}
		}
	case "button":
		if e.attrs["type"] == "" || (!named && !said) {
			return []string{"a button needs a type and words: " + e.String()}
		}
	case "a":
		if e.attrs["href"] == "" || (!named && !said) {
			return []string{"a link needs an address and words: " + e.String()}
		}
	case "nav", "progress", "output":
		if !named {
			return []string{"no name for " + e.String()}
		}
	case "fieldset", "th", "summary", "h1", "h2", "h3", "h4", "legend", "title":
		if !said {
			return []string{"nothing said in " + e.String()}
		}
	case "svg":
		if e.attrs["aria-hidden"] != "true" && e.attrs["role"] != "img" {
			return []string{"a picture is decoration or has a name: " + e.String()}
		}
	case "form":
		if m := e.attrs["method"]; m != "get" && m != "post" {
			return []string{"a form says its method: " + e.String()}
		}
	}
	return nil
}

// referenceFaults are ids that something points at and nothing has.
func referenceFaults(e *element, ids map[string]int) []string {
	var faults []string
	for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
		for id := range strings.FieldsSeq(e.attrs[name]) {
			if ids[id] == 0 {
				faults = append(faults, name+" of "+e.String()+" finds nothing")
			}
		}
	}
	if id, ok := strings.CutPrefix(e.attrs["href"], "#"); ok && e.tag == "a" && ids[id] == 0 {
		faults = append(faults, "the link "+e.String()+" leads nowhere")
	}
	return faults
}

// pageFaults are what is wrong with a page as a whole.
func pageFaults(page string) []string {
	elements, faults := read(page)
	count := map[string]int{}
	level := 0
	for _, e := range elements {
		count[e.tag]++
		if e.tag == "html" && e.attrs["lang"] == "" {
			faults = append(faults, "html has no language")
		}
		if len(e.tag) == 2 && e.tag[0] == 'h' && e.tag[1] >= '1' && e.tag[1] <= '6' {
			next := int(e.tag[1] - '0')
			if next > level+1 {
				faults = append(faults, "a heading level is left out before "+e.text)
			}
			level = next
		}
	}
	for _, tag := range []string{"html", "title", "main", "header", "footer", "h1"} {
		if tag != "header" && tag != "footer" && count[tag] != 1 {
			faults = append(faults, "a page has exactly one "+tag)
		}
		if count[tag] == 0 {
			faults = append(faults, "a page has a "+tag)
		}
	}
	if !strings.HasPrefix(strings.ToLower(page), "<!doctype html>") {
		faults = append(faults, "no doctype")
	}
	return faults
}
