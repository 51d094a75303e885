package browsertest

import (
	"context"
	"fmt"

	"github.com/chromedp/chromedp"
)

// leavesScript notes on each page when a press has been answered by going to
// another page: nobody prevented what a link or a form does by itself. It listens
// where events come last.
const leavesScript = `(() => {
	const away = url => url.protocol.startsWith("http") && (!url.hash || url.pathname + url.search !== location.pathname + location.search);
	addEventListener("click", e => {
		const a = e.target.closest?.("a[href]");
		if (a && !e.defaultPrevented && !a.download && !a.target && away(a)) window.leaves = true;
	});
	addEventListener("submit", e => {
		if (!e.defaultPrevented && e.target.method !== "dialog" && !e.target.target) window.leaves = true;
	});
})()`

// follow does what may lead to another page, and if it does, waits until the whole
// of that page is there. What is asked next is then never asked of the page that
// is about to go. What a script does later, when something has come over the
// network, is for the test to wait for; so is everything where scripts are off.
func (tab *Tab) follow(press chromedp.Action) {
	tab.T.Helper()
	var before, after struct {
		Opened float64
		Leaves bool
	}
	const look = `({ Opened: performance.timeOrigin, Leaves: !!window.leaves })`
	tab.Do(chromedp.Evaluate(`window.leaves = false, `+look, &before), press, chromedp.ActionFunc(func(ctx context.Context) error {
		if err := chromedp.Evaluate(look, &after).Do(ctx); err != nil && ctx.Err() == nil {
			after.Leaves = true // the page is going this moment
		}
		return ctx.Err()
	}))
	if after.Leaves || after.Opened != before.Opened {
		tab.Until("another page", fmt.Sprintf(whole+` && performance.timeOrigin != %f`, before.Opened))
	}
}
