/* What a hand needs to know of a page: where things are, how to get there, and
   what would hinder. journey_hand_test.go puts it into every page. */
window.hand = (() => {
	const clean = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
	const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;

	/* The part of a rectangle that lies in the window. */
	const within = (r) => ({
		left: Math.max(r.left, 0), top: Math.max(r.top, 0),
		right: Math.min(r.right, innerWidth), bottom: Math.min(r.bottom, innerHeight),
	});

	/* What lies over the middle of an element. */
	const over = (e, r) => {
		const top = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2);
		return top && !e.contains(top) && !top.contains(e) ? `${e.outerHTML.slice(0, 120)} lies under ${top.outerHTML.slice(0, 120)}` : "";
	};

	/* What makes the focus hard to see. */
	const dim = (e) => {
		const name = e.outerHTML.slice(0, 160), style = getComputedStyle(e);
		if (e.tabIndex > 0) return `${name} has a place of its own in the order`;
		if (e.matches("main") || e.tabIndex < 0) return ""; // focused by the page, so that it is read
		if (style.boxShadow === "none" && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)) return `nobody sees the focus on ${name}`;
		const r = within(e.getClientRects()[0]);
		if (r.left >= r.right || r.top >= r.bottom) return `the focus leaves the window for ${name}`;
		return over(e, r);
	};

	/* What makes an element hard to hit with a finger: less than 24 pixels, but for
	   links in a line of text (WCAG 2.2, 2.5.8). */
	const small = (e, r) => {
		if (!matchMedia("(pointer: coarse)").matches || r.width >= 24 && r.height >= 24) return "";
		const inline = getComputedStyle(e).display === "inline" && clean(e.parentElement.textContent) !== clean(e.textContent);
		return inline ? "" : `${e.outerHTML.slice(0, 120)} has ${r.width} × ${r.height} pixels`;
	};

	const leaves = (e) => {
		const a = e.closest("a[href]");
		if (a) return !a.hash || a.pathname + a.search !== location.pathname + location.search;
		const b = e.closest("button");
		return !!b?.form && b.type === "submit" && !b.form.matches("[data-eds]");
	};

	return {
		/* The first link or button with these words, above all in the page's own part. */
		words: (text) => ["main", "body"].flatMap((part) => [...document.querySelectorAll(part + " :is(a, button, summary)")])
			.find((e) => seen(e) && clean(e.innerText) === clean(text)),
		css: (selector) => [...document.querySelectorAll(selector)].find(seen),
		label: (e) => e && (e.closest("label") ?? document.querySelector(`label[for="${CSS.escape(e.id)}"]`) ?? e),

		place: (e) => {
			let r = e.getClientRects()[0];
			if (r.top < 0 || r.bottom > innerHeight || over(e, within(r))) {
				e.scrollIntoView({ block: "center", behavior: "instant" });
				r = e.getClientRects()[0];
			}
			const part = within(r);
			return {
				X: (part.left + part.right) / 2, Y: (part.top + part.bottom) / 2, Leaves: leaves(e), Page: performance.timeOrigin,
				Wrong: r.left >= innerWidth || r.right <= 0 ? `${e.outerHTML.slice(0, 120)} lies beside the window` : over(e, part) || small(e, r),
			};
		},

		/* The next key on the way of the focus to an element, what is wrong with where
		   the focus is now, and what that is. */
		way: (e) => {
			const at = document.activeElement, nowhere = at === document.body || !at;
			const main = document.querySelector("main");
			const answer = { Way: "tab", Wrong: nowhere ? "" : dim(at), Stop: nowhere ? "" : at.outerHTML.slice(0, 80) };
			if (at === e) answer.Way = "here";
			else if (at.type === "radio" && e.type === "radio" && at.name === e.name && at.form === e.form) {
				answer.Way = at.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING ? "down" : "up";
			} else if (at.matches(".skip") && main.contains(e)) answer.Way = "enter";
			else if (!nowhere && at.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING) answer.Way = "back";
			return answer;
		},
		presses: (e) => e.matches("input[type=checkbox], input[type=radio]") ? "space" : "enter",

		pick: (list, value) => {
			list.value = value;
			list.dispatchEvent(new Event("input", { bubbles: true }));
			list.dispatchEvent(new Event("change", { bubbles: true }));
			return "";
		},
		/* The arrow towards an option. */
		step: (list, value) => {
			const to = [...list.options].findIndex((o) => o.value === value);
			return to < 0 || to === list.selectedIndex ? "here" : to > list.selectedIndex ? "down" : "up";
		},

		opened: () => performance.timeOrigin,

		/* The row of the one key that reads these words and none of those after "!", or
		   that it is chosen already. */
		key: (wanted) => {
			const reads = (row) => wanted.every((w) => row.innerText.replaceAll("\u00a0", "").includes(w.replace("!", "")) !== w.startsWith("!"));
			const rows = [...document.querySelectorAll("[data-eds-row]")], fit = rows.filter((row) => !row.querySelector("input:disabled") && reads(row));
			if (fit.length !== 1) return fit.length + " keys";
			return fit[0].querySelector("input").checked ? "chosen" : String(rows.indexOf(fit[0]) + 1);
		},

		/* A line of the checklist on Home. */
		task: (title) => {
			const line = [...document.querySelectorAll("#tasks li")].find((li) => clean(li.children[1].textContent) === clean(title));
			return { Status: line?.children[2].textContent ?? "", Href: line?.querySelector("a")?.getAttribute("href") ?? "", About: line?.children[3]?.textContent ?? "" };
		},
		next: () => {
			const steps = [...document.querySelectorAll(".next")].filter(seen), ways = steps.flatMap((s) => [...s.querySelectorAll("a, button")]);
			return { Steps: steps.length, Ways: ways.length, Title: steps[0]?.querySelector("h2").textContent ?? "", Href: ways[0]?.getAttribute("href") ?? "" };
		},
	};
})();
