package uitest_test

import (
	"strings"
	"testing"

	"kabinet/web/ui/uitest"
)

func TestFaultsSeesWhatIsPlanted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ markup, want string }{
		"an unclosed tag":               {`<p><b>x</p>`, "closes"},
		"a tag that is never closed":    {`<p>x`, "never closed"},
		"an input without a label":      {`<input id="a" type="text">`, "no label"},
		"a label that is empty":         {`<label for="a"> </label><input id="a" type="text">`, "no label"},
		"two equal ids":                 {`<p id="a">x</p><p id="a">y</p>`, "not a single name"},
		"an inline style":               {`<p style="color:red">x</p>`, "inline style"},
		"an else among attributes":      {`<p else class="x">x</p>`, "template code"},
		"an inline handler":             {`<p onclick="x()">x</p>`, "inline onclick"},
		"an inline script":              {`<script>x()</script>`, "inline script"},
		"a style element":               {`<style>p{}</style>`, "inline style"},
		"a foreign picture":             {`<img src="https://other.example/x.png" alt="">`, "foreign resource"},
		"a foreign picture by //":       {`<img src="//other.example/x.png" alt="">`, "foreign resource"},
		"a script address":              {`<a href="javascript:x()">x</a>`, "script in href"},
		"a description of nothing":      {`<p aria-describedby="b">x</p>`, "finds nothing"},
		"a link to nothing":             {`<a href="#b">x</a>`, "leads nowhere"},
		"a link without words":          {`<a href="/x"></a>`, "needs an address and words"},
		"a button without type":         {`<button>x</button>`, "needs a type"},
		"a navigation without name":     {`<nav><p>x</p></nav>`, "no name"},
		"a picture that is not hidden":  {`<svg></svg>`, "decoration"},
		"an empty heading":              {`<h2> </h2>`, "nothing said"},
		"a form that says no method":    {`<form action="/x"></form>`, "method"},
		"a closing tag without opening": {`</p>`, "closes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(uitest.Faults(c.markup), "; "); !strings.Contains(got, c.want) {
				t.Errorf("faults of %s: %q, want something with %q", c.markup, got, c.want)
			}
		})
	}
	if got := uitest.Faults(`<label for="a">A</label><input id="a" type="text"><a href="/x">x</a>`); len(got) != 0 {
		t.Errorf("faults of sound markup: %v", got)
	}
}
