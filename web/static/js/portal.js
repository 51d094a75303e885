/*
 * What the portal does better with a script; everything works without it.
 * One delegated listener per behaviour, found by data attributes:
 *
 *   #summary            error summary: takes focus, its links focus the field
 *   [data-flash]        message after a redirect: takes focus
 *   [data-copy="#id"]   button that copies the text of #id
 *   [data-sending]      words a submit button shows while the form is sent
 *   [data-refresh="5"]  region that is fetched again after a second, then every 5
 *   [data-until]        time left: counted on from what the server said
 *   [data-code]         code typed by hand: groups of four, ruler of modules
 *   [data-gtin]         trade item number: says on leaving when its check digit does not fit
 *   [data-drop]         question for files: takes what is dropped on it, names what was chosen
 *   [data-seen]         holds the button that marks something as read: pressed by looking at it
 *   #ending             asks who was away whether the session is to go on
 *   details.menu        closes on Esc
 */

const $ = (selector, root = document) => root.querySelector(selector);

/* ---- Messages take focus once, so that they are read first ---- */

($("#summary") ?? $("[data-flash]"))?.focus();

/* An error line leads to its field; the label is scrolled into view too. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#summary a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  field.focus({ preventScroll: true });
  (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
});

/* ---- The tab one is at is in sight; the style sheet says so where the browser knows how ---- */

if (!CSS.supports("scroll-initial-target: nearest")) {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) tab.closest("ul").scrollLeft = tab.parentElement.offsetLeft;
}

/* ---- Copy ---- */

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const source = button && $(button.dataset.copy);
  if (!source) return;
  const status = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText((source.dataset.value ?? source.textContent).trim());
    status.textContent = button.dataset.done;
  } catch {
    getSelection().selectAllChildren(source); // refused: one key press is left to the person
    status.textContent = button.dataset.failed;
  }
});

/* ---- Disclosures close on Esc, focus goes back to what opened them ---- */

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest?.("details[open]");
  if (!open) return;
  open.open = false;
  $("summary", open).focus();
});

/* ---- Sending: says so, and stops the second press ---- */

const sent = new Map(); // button → its words

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  const button = event.submitter ?? $("button", form);
  if (!button?.dataset.sending) return;
  sent.set(button, button.textContent);
  // After the browser has read the form: a changed button must not change what is sent.
  setTimeout(() => {
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.sending;
  });
});

/* Back from the next page, or a download that left us here: ready again. */
const restore = () => {
  for (const [button, words] of sent) {
    button.textContent = words;
    button.removeAttribute("aria-disabled");
  }
  sent.clear();
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
};
addEventListener("pageshow", restore);

/* ---- Live regions of a page: fetched anew while somebody looks ---- */

const announce = (text) => {
  const live = $("#live");
  if (live && text) live.textContent = text;
};

class Refresher {
  static longest = 60;

  constructor(region) {
    this.id = region.id;
    this.base = Math.max(1, Number(region.dataset.refresh));
    this.wait = 1; // what is small is done by then
    document.addEventListener("visibilitychange", () => this.schedule());
    this.schedule();
  }

  schedule() {
    clearTimeout(this.timer);
    if (this.stopped || document.hidden) return;
    this.timer = setTimeout(() => this.turn(), this.wait * 1000);
  }

  async turn() {
    try {
      const fresh = await this.fetch();
      if (fresh) this.place(fresh);
      else this.stopped = true;
    } catch {
      this.wait = Math.min(this.wait * 2, Refresher.longest);
    }
    this.schedule();
  }

  /* fetch gives the region of the same page, null where there is none any more. */
  async fetch() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    if (answer.redirected || !answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(this.id);
  }

  place(fresh) {
    const old = document.getElementById(this.id);
    if (!old) {
      this.stopped = true;
      return;
    }
    if (!("refresh" in fresh.dataset)) this.stopped = true;
    if (fresh.isEqualNode(old)) {
      this.wait = Math.min(Math.max(this.wait * 1.5, this.base), this.base * 6);
      return;
    }
    this.wait = this.base;
    keep(old, fresh);
    const focus = old.contains(document.activeElement) && document.activeElement.id;
    const step = (region) => $("[data-step]", region)?.dataset.step;
    const told = step(old) !== step(fresh) && $("[data-announce]", fresh)?.dataset.announce;
    old.replaceWith(fresh);
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
    announce(told);
  }
}

/* keep carries opened disclosures over. */
const keep = (old, fresh) => {
  for (const details of old.querySelectorAll("details[id][open]")) {
    const twin = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (twin) twin.open = true;
  }
};

for (const region of document.querySelectorAll("[data-refresh][id]")) new Refresher(region);

/* ---- Time left: counted on by the server's clock, said aloud at the end only ---- */

const units = { days: 864e5, hours: 36e5, minutes: 6e4 };
const soon = 10 * units.minutes;

class Countdown {
  constructor(box) {
    this.box = box;
    this.words = JSON.parse(box.dataset.left);
    this.plural = new Intl.PluralRules(document.documentElement.lang);
    this.until = Date.parse(box.dataset.until) - Date.parse(box.dataset.now) + Date.now();
    this.was = this.until - Date.now();
    document.addEventListener("visibilitychange", () => this.turn());
    this.turn();
  }

  turn() {
    clearTimeout(this.timer);
    const left = this.until - Date.now();
    const unit = left < units.hours ? "minutes" : left < 2 * units.days ? "hours" : "days";
    this.box.textContent = left > 0 ? this.say(unit, Math.max(1, Math.floor(left / units[unit]))) : this.words.over.other;
    if ([soon, 0].some((at) => left <= at && this.was > at)) announce(this.box.parentElement.textContent);
    this.was = left;
    if (left > 0) this.timer = setTimeout(() => this.turn(), (left % units[unit]) + 50);
  }

  say(unit, n) {
    const forms = this.words[unit];
    return (forms[this.plural.select(n)] ?? forms.other).replace("{n}", n);
  }
}

for (const box of document.querySelectorAll("[data-until]")) new Countdown(box);

/* ---- A session says that it ends before it does (ux.md 5.5) ----
 * Pages of one browser share the moment of the last use, so that only who left all
 * of them is asked; the clock is looked at anew when a page comes back into sight,
 * for computers sleep. Storage is open to us wherever cookies are. */

class Ending {
  constructor(box) {
    this.box = box;
    [this.soon, this.over] = box.children;
    $("button", box).addEventListener("click", () => this.stay());
    box.addEventListener("cancel", (event) => {
      if (this.soon.hidden) return;
      event.preventDefault(); // Esc before the end is the harmless answer
      this.stay();
    });
    addEventListener("storage", () => this.turn());
    document.addEventListener("visibilitychange", () => this.turn());
    this.use();
  }

  /* use notes that the server has just heard of this reader. */
  use() {
    localStorage.used = Date.now();
    this.turn();
  }

  turn() {
    clearTimeout(this.timer);
    const left = Math.ceil(((localStorage.used || Date.now()) - Date.now()) / 1000 + +this.box.dataset.idle);
    const known = !this.over.hidden && left <= 0; // whoever closed it after the end knows
    this.soon.hidden = left <= 0;
    this.over.hidden = left > 0;
    if (left > 120) this.box.close();
    else if (!this.box.open && !known) this.box.showModal();
    const time = $("b", this.box);
    time.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, 0)}`;
    time.setAttribute("aria-live", left === 30 ? "assertive" : "off"); // read with the dialog, and once more
    if (left > 0) this.timer = setTimeout(() => this.turn(), Math.max(1, left - 120) * 1000);
  }

  async stay() {
    const answer = await fetch("/sign-in/stay", { method: "POST" });
    if (answer.ok) this.use();
  }
}

for (const box of document.querySelectorAll("#ending")) new Ending(box);

/* ---- Codes typed by hand ---- */

const shape = (input) => {
  const clean = input.value.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, input.dataset.code * 4);
  const modules = input.closest(".field")?.querySelectorAll(".ruler rect") ?? [];
  modules.forEach((module, i) => module.classList.toggle("on", i < clean.length));
  return clean.match(/.{1,4}/g)?.join("-") ?? "";
};

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.dataset?.code) return;
  const end = input.selectionEnd === input.value.length;
  const grouped = shape(input);
  if (end && event.inputType !== "deleteContentBackward") input.value = grouped;
});

for (const input of document.querySelectorAll("[data-code]")) shape(input);

/* ---- GTIN: the last digit is made of the others (GS1 General Specifications 7.9.1) ---- */

function checkDigit(digits) {
  const sum = [...digits].reverse().reduce((total, d, i) => total + d * (i % 2 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}

document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.("[data-gtin]");
  if (!box) return;
  const digits = event.target.value.replace(/[\s\u2011-]/g, "");
  const digit = /^(\d{8}|\d{12,14})$/.test(digits) && checkDigit(digits.slice(0, -1));
  const wrong = digit && digit !== digits.slice(-1);
  $("[role=status]", box).textContent = wrong ? box.dataset.gtinSays.replace("{digit}", digit) : "";
});

/* ---- Files dropped onto the question that asks for them ---- */

class Drop {
  constructor(box) {
    this.input = $("input[type=file]", box);
    if (!this.input) return;
    this.list = document.createElement("output");
    this.list.className = "files";
    const words = document.createElement("p");
    words.className = "quiet";
    words.textContent = box.dataset.drop;
    box.append(words, this.list);
    box.classList.add("ready");
    this.input.addEventListener("change", () => this.show());
    box.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      box.classList.add("over");
    });
    for (const end of ["dragleave", "drop"]) box.addEventListener(end, () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  add(files) {
    const all = new DataTransfer();
    for (const file of [...this.input.files, ...files]) all.items.add(file);
    this.input.files = all.files;
    this.show();
  }

  show() {
    this.list.textContent = [...this.input.files].map((file) => file.name).join(", ");
  }
}

for (const box of document.querySelectorAll("[data-drop]")) new Drop(box);

/* ---- Seen: a page that somebody looks at marks what is new on it as read ---- */

const seen = async (box) => {
  const form = $("form", box);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") form.hidden = true; // else the button is still there
};
for (const box of document.querySelectorAll("[data-seen]")) {
  if (document.visibilityState === "visible") seen(box);
  else document.addEventListener("visibilitychange", () => seen(box), { once: true });
}
