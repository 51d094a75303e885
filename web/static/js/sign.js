/*
 * Signing with E-IMZO on a page. Nothing touches the person's computer before
 * the first click.
 *
 *   <form data-eds method="post" action="…"
 *         data-eds-challenge="/sign-in/challenge"   POST, answers {id, text}
 *         data-eds-ws="ws://127.0.0.1:64646/service/cryptapi"
 *         data-eds-wss="wss://127.0.0.1:64443/service/cryptapi"
 *         data-eds-apikeys='["portal.example","…"]' data-eds-min="3.37">
 *     <input type="hidden" name="challenge"><input type="hidden" name="pkcs7">
 *     <button type="button" data-eds-start hidden>      shown by this script
 *     <p role="status" aria-live="polite" data-eds-status></p>
 *     <div data-eds-error role="alert" tabindex="-1" hidden>
 *       <div data-eds-error-text></div>
 *       <button type="button" data-eds-retry></div>
 *     <fieldset data-eds-keys hidden>
 *       <template data-eds-key>  one row, drawn for each key just before the template:
 *         <label><input type="radio" name="key">
 *           <span data-slot="cn|org|position|tin|serial"> <span data-slot="until">
 *           <span data-if="expired|legal|personal" hidden>
 *       </template>
 *       <button type="submit" data-eds-sign></fieldset>   submit, so that Enter signs
 *     <template data-eds-msg="CODE">…</template>  (or <div hidden data-eds-msg>)
 *   </form>
 *
 * Codes of states: connecting permission loading choose signing sending cancelled
 * Codes of errors: those of eimzo.js, all-expired, phone, and for the challenge
 *   too-many (fills data-slot="seconds"), session-gone, network, server, refused.
 * too-old fills data-slot="version". A code without a message shows "failed".
 *
 * The form has data-eds-state="CODE" for styles, and while working aria-busy;
 * its buttons have aria-disabled then. Errors also bubble as the event eds:error.
 */

import { Eimzo, EimzoError } from "./eimzo.js";

const CHALLENGE_TIMEOUT = 15000;

/* The key that signed last in this window is offered first: who signs many cards
   a day need not look for it. Only the number of its certificate is kept, where
   the browser keeps anything. */
function lastKey(serial) {
  try {
    if (serial) sessionStorage.setItem("eds.key", serial);
    return sessionStorage.getItem("eds.key");
  } catch {
    return null;
  }
}

/* After these the list of keys on the page is still good. */
const SIGN_AGAIN = ["wrong-password", "busy", "timeout", "failed", "too-many", "network", "server", "refused"];

const states = new WeakMap();

const find = (root, name) => root.querySelector(`[data-eds-${name}]`);

function stateOf(form) {
  if (!states.has(form)) states.set(form, { busy: false, keys: [], eimzo: null, again: start });
  return states.get(form);
}

/* ---- What the person does ---- */

document.addEventListener("click", (event) => {
  const target = event.target;
  const button = target.closest && target.closest("[data-eds-start],[data-eds-sign],[data-eds-retry]");
  const form = button && button.closest("form[data-eds]");
  if (!form) return;
  event.preventDefault();
  run(form, "edsRetry" in button.dataset ? stateOf(form).again : next(form));
});

/* The browser must not send the form by itself, without a signature. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-eds]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  run(form, next(form));
}, true);

/* Enter in any field presses the sign button, even before there are keys. */
const next = (form) => (find(form, "keys").hidden ? start : sign);

/* A page that comes back from the history still shows the moment of sending. */
addEventListener("pageshow", (event) => {
  for (const form of document.querySelectorAll("form[data-eds]")) {
    find(form, "start").hidden = false;
    if (event.persisted) reset(form);
  }
});

function reset(form) {
  states.delete(form);
  release(form);
  form.elements.pkcs7.value = form.elements.challenge.value = "";
  find(form, "keys").hidden = find(form, "error").hidden = true;
  find(form, "start").hidden = false;
  say(form, "");
}

/* ---- Steps ---- */

async function run(form, step) {
  const state = stateOf(form);
  if (state.busy || !form.reportValidity()) return;
  state.busy = true;
  find(form, "error").hidden = true;
  form.setAttribute("aria-busy", "true");
  for (const button of buttons(form)) button.setAttribute("aria-disabled", "true");
  try {
    await step(form, state);
  } catch (error) {
    release(form);
    explain(form, error);
  }
}

function release(form) {
  stateOf(form).busy = false;
  form.removeAttribute("aria-busy");
  for (const button of buttons(form)) button.removeAttribute("aria-disabled");
}

const buttons = (form) => form.querySelectorAll("[data-eds-start],[data-eds-sign],[data-eds-retry]");

/* Finds E-IMZO and shows its keys. */
async function start(form, state) {
  if (/Android|iPhone|iPad|iPod/.test(navigator.userAgent)) throw new EimzoError("phone");
  const { edsWs: ws, edsWss: wss, edsApikeys, edsMin: minVersion } = form.dataset;
  state.eimzo = new Eimzo({ ws, wss, minVersion, apiKeys: JSON.parse(edsApikeys || "[]") });
  find(form, "keys").hidden = true;
  say(form, "connecting");
  await state.eimzo.connect({ onPrompt: () => say(form, "permission") });
  say(form, "loading");
  state.keys = await state.eimzo.list(lastKey());
  if (state.keys.length === 0) throw new EimzoError("no-keys");
  draw(form, state.keys);
  if (state.keys.every((key) => key.expired)) throw new EimzoError("all-expired");
  release(form);
  say(form, "choose");
  (find(form, "keys").querySelector("input:checked") || find(form, "keys").querySelector("input:not(:disabled)")).focus();
}

/* Signs the server's text with the chosen key and sends the form. The text is
   fetched after the key is open: it lives for two minutes, people type slowly. */
async function sign(form, state) {
  const chosen = find(form, "keys").querySelector("input:checked");
  if (!chosen) {
    release(form);
    say(form, "choose");
    find(form, "keys").querySelector("input:not(:disabled)").focus();
    return;
  }
  say(form, "signing");
  const opened = await state.eimzo.open(state.keys[chosen.value]);
  try {
    const { id, text } = await challenge(form.dataset.edsChallenge);
    form.elements.pkcs7.value = await state.eimzo.sign(opened, text);
    form.elements.challenge.value = id;
    lastKey(state.keys[chosen.value].serial);
    say(form, "sending");
  } finally {
    await state.eimzo.close(opened);
  }
  // The list is for the person only: nothing of it goes to the server.
  for (const input of find(form, "keys").querySelectorAll("input")) input.disabled = true;
  HTMLFormElement.prototype.submit.call(form);
}

/* Asks the server for a text to sign. */
async function challenge(address) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), CHALLENGE_TIMEOUT);
  try {
    const response = await fetch(address, {
      method: "POST", headers: { Accept: "application/json" }, credentials: "same-origin",
      cache: "no-store", redirect: "manual", signal: abort.signal,
    });
    if (!response.ok) throw refused(response);
    return await response.json();
  } catch (error) {
    throw error instanceof EimzoError ? error : new EimzoError("network", { reason: String(error) });
  } finally {
    clearTimeout(timer);
  }
}

function refused(response) {
  const { status, type } = response;
  let code = "refused";
  if (status === 429) code = "too-many";
  else if (status === 401 || status === 403 || type === "opaqueredirect") code = "session-gone";
  else if (status >= 500) code = "server";
  const error = new EimzoError(code, { status });
  if (code === "too-many") error.seconds = Number(response.headers.get("Retry-After")) || 60;
  return error;
}

/* ---- What the person sees ---- */

function draw(form, keys) {
  const box = find(form, "keys");
  const template = find(box, "key");
  for (const old of box.querySelectorAll("[data-eds-row]")) old.remove();
  keys.forEach((key, i) => {
    const row = template.content.cloneNode(true);
    row.firstElementChild.dataset.edsRow = "";
    const shown = { ...key, tin: grouped(key.tin), until: day(key.until), personal: !key.legal };
    fill(row, shown);
    for (const badge of row.querySelectorAll("[data-if]")) badge.hidden = !shown[badge.dataset.if];
    const input = row.querySelector("input");
    input.value = i;
    input.disabled = key.expired;
    template.parentNode.insertBefore(row, template);
  });
  const usable = [...box.querySelectorAll("[data-eds-row] input:not(:disabled)")];
  const last = usable.find((input) => keys[input.value].serial === lastKey());
  if (last || usable.length === 1) (last || usable[0]).checked = true;
  box.hidden = false;
  find(form, "start").hidden = true;
}

/* Days are Tashkent days, as in the certificate. */
function day(date) {
  return date ? new Date(+date + 5 * 3600e3).toISOString().slice(0, 10).split("-").reverse().join(".") : "";
}

/* A tax number as the portal writes it, in threes. */
function grouped(tin) {
  return (tin || "").replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

function fill(root, values) {
  for (const slot of root.querySelectorAll("[data-slot]")) {
    if (slot.dataset.slot in values) slot.textContent = values[slot.dataset.slot];
  }
}

function say(form, code) {
  form.dataset.edsState = code;
  find(form, "status").replaceChildren(...message(form, code, {}));
}

function explain(form, error) {
  const code = error.code || "failed";
  console.warn(code, error.status, error.reason || error);
  form.dispatchEvent(new CustomEvent("eds:error", { bubbles: true, detail: { code, status: error.status } }));
  if (code === "cancelled") { // a decision, not an error
    say(form, code);
    find(form, find(form, "keys").hidden ? "start" : "sign").focus();
    return;
  }
  stateOf(form).again = SIGN_AGAIN.includes(code) && !find(form, "keys").hidden ? sign : start;
  say(form, "");
  form.dataset.edsState = code;
  const panel = find(form, "error");
  const values = { seconds: error.seconds, version: error.reason };
  const text = message(form, code, values);
  find(panel, "error-text").replaceChildren(...(text.length ? text : message(form, "failed", values)));
  panel.hidden = false;
  panel.focus();
}

/* The translated words for a code, as new nodes. */
function message(form, code, values) {
  const source = code && form.querySelector(`[data-eds-msg="${code}"]`);
  if (!source) return [];
  const copy = (source.content || source).cloneNode(true);
  fill(copy, values);
  return [...copy.childNodes];
}
