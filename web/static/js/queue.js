/*
 * Keys of the operator's queue: j and k move, o opens, p publishes, r returns.
 *
 * They work only while the focus is inside the queue ([data-queue]), never with
 * Ctrl, Alt or Meta, and can be switched off for this browser (WCAG 2.1.4).
 * They follow links that are there anyway:
 *
 *   a[data-open]        a card; data-publish and data-return are its pages
 *   [data-keys]         says which keys there are; hidden without a script
 *   [data-keys-off]     button that switches them off and on again
 */

const OFF = "queue.keys.off";

/* A browser that keeps nothing has the keys on. */
const store = {
  get off() {
    try {
      return localStorage.getItem(OFF) === "yes";
    } catch {
      return false;
    }
  },
  set off(yes) {
    try {
      if (yes) localStorage.setItem(OFF, "yes");
      else localStorage.removeItem(OFF);
    } catch {
      /* kept until the page is left */
    }
  },
};

let off = store.off;

const help = document.querySelector("[data-keys]");
const button = document.querySelector("[data-keys-off]");

const show = () => button?.setAttribute("aria-pressed", String(off));

if (help) help.hidden = false;
show();

button?.addEventListener("click", () => {
  off = !off;
  store.off = off;
  show();
});

const follow = (address) => {
  if (address) location.assign(address);
};

const acts = {
  j: (links, at) => links[Math.min(at + 1, links.length - 1)].focus(),
  k: (links, at) => links[Math.max(at - 1, 0)].focus(),
  o: (links, at) => links[at]?.click(),
  p: (links, at) => follow(links[at]?.dataset.publish),
  r: (links, at) => follow(links[at]?.dataset.return),
};

/* The card the focus is at: its link, or anything else in its line. */
const current = (links, focused) => {
  const line = focused.closest("tr, li");
  return links.findIndex((link) => link === focused || line?.contains(link));
};

/* Typing into a field is typing. A box that is ticked takes no letters. */
const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea");

document.addEventListener("keydown", (event) => {
  const act = Object.hasOwn(acts, event.key) && acts[event.key];
  if (!act || off || event.ctrlKey || event.altKey || event.metaKey) return;
  const queue = event.target.closest?.("[data-queue]");
  if (!queue || typing(event.target)) return;
  const links = [...queue.querySelectorAll("a[data-open]")];
  if (!links.length) return;
  event.preventDefault();
  act(links, current(links, event.target));
});
