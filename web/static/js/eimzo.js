/*
 * Client of E-IMZO, the signing program on the person's own computer. It speaks
 * CAPIWS: one JSON question and one answer per WebSocket on loopback.
 *
 * Every failure is an EimzoError with one of these codes:
 *   not-running  permission-denied  csp  no-websocket  too-old
 *   site-not-registered  no-keys  key-gone  busy  cancelled
 *   wrong-password  timeout  failed
 *
 * Nothing here runs on import, and nothing is remembered after a failure: a
 * person who starts E-IMZO now need not load the page again.
 */

export class EimzoError extends Error {
  constructor(code, { status, reason } = {}) {
    super(`E-IMZO: ${code}`);
    this.code = code;
    this.status = status;
    this.reason = reason;
  }
}

/* Statuses of current clients; older ones send none, or -9999 with a text. */
const CODES = new Map([
  [0, "too-old"],
  [-1010, "key-gone"], [-1014, "key-gone"], [-1016, "key-gone"],
  [-1020, "site-not-registered"], [-1021, "site-not-registered"], [-1022, "site-not-registered"],
  [-2002, "key-gone"], [-2006, "key-gone"], [-2011, "key-gone"],
  [-3000, "busy"], [-3001, "busy"],
  [-5000, "cancelled"], [-5001, "cancelled"], [-5002, "cancelled"],
]);
const NOT_REGISTERED = -1022;
const KEY_ID_UNKNOWN = [-1010, -1014, -1016];

/* In milliseconds. A person reads, searches a password and types it slowly. */
const TIMEOUTS = { version: 3000, permission: 60000, call: 20000, password: 300000, unload: 1000 };

/* How long a report of a broken content policy may come after the error. */
const POLICY_GRACE = 50;

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

export class Eimzo {
  /*
   * ws, wss      endpoints
   * apiKeys      [host, key, host, key…]; only the pair of this host is sent
   * minVersion   "3.37"
   * timeouts     replaces some of TIMEOUTS
   */
  constructor({ ws, wss, apiKeys = [], minVersion = "3.37", timeouts = {} }) {
    this.endpoints = (location.protocol === "https:" ? [wss, ws] : [ws, wss]).filter(Boolean);
    this.apiKeys = apiKeys;
    this.minVersion = minVersion;
    this.timeouts = { ...TIMEOUTS, ...timeouts };
  }

  /* Finds the program and registers this site. onPrompt is called when the
     browser is about to ask the person for permission. */
  async connect({ onPrompt = () => {} } = {}) {
    if (typeof WebSocket !== "function") throw new EimzoError("no-websocket");
    let permission = await loopbackPermission();
    if (permission === "denied") throw new EimzoError("permission-denied");
    if (permission === "prompt") onPrompt();
    const wait = permission === "prompt" ? this.timeouts.permission : this.timeouts.version;
    for (const endpoint of this.endpoints) {
      this.endpoint = endpoint;
      try {
        this.checkVersion(await this.call({ name: "version" }, wait));
        await this.register();
        return;
      } catch (error) {
        if (error.code !== "not-running" && error.code !== "timeout") throw error;
      }
    }
    // A refused permission looks exactly like a program that is not there.
    permission = await loopbackPermission();
    throw new EimzoError(permission === "denied" || permission === "prompt" ? "permission-denied" : "not-running");
  }

  /* Keys for drawing a list: the one that was used last, those of organizations,
     personal ones, expired ones. Who signs is read from the certificate, by the server. */
  async list(last) {
    const { certificates = [] } = await this.plugin("pfx", "list_all_certificates", []);
    const seen = new Set();
    const now = new Date();
    return certificates
      .filter(({ name, alias }) => {
        const id = `${name}\n${alias}`; // one medium can show under two letters
        return !seen.has(id) && seen.add(id);
      })
      .map((file) => describe(file, now))
      .sort((a, b) => a.expired - b.expired || (b.serial === last) - (a.serial === last) || b.legal - a.legal || a.cn.localeCompare(b.cn));
  }

  /* Opens a key of the list; some builds ask for the password here. */
  async open(key) {
    const { disk, path, name, alias } = key.file;
    const { keyId } = await this.plugin("pfx", "load_key", [disk, path, name, alias], this.timeouts.password);
    return { key, keyId };
  }

  /* Signs text; the message is base64. The program may forget an opened key,
     then it is opened again, once. */
  async sign(opened, text, { detached = false } = {}) {
    const data = base64(text);
    const create = () =>
      this.plugin("pkcs7", "create_pkcs7", [data, opened.keyId, detached ? "yes" : "no"], this.timeouts.password);
    try {
      return (await create()).pkcs7_64;
    } catch (error) {
      if (!KEY_ID_UNKNOWN.includes(error.status)) throw error;
      opened.keyId = (await this.open(opened.key)).keyId;
      return (await create()).pkcs7_64;
    }
  }

  /* Forgets an opened key. Never fails and never waits long. */
  async close({ keyId }) {
    try {
      await this.plugin("pfx", "unload_key", [keyId], this.timeouts.unload);
    } catch {
      /* the program drops it by itself */
    }
  }

  checkVersion({ major, minor }) {
    const number = (a, b) => Number(a) * 100 + Number(b);
    if (!(number(major, minor) >= number(...this.minVersion.split(".")))) {
      throw new EimzoError("too-old", { reason: `${major}.${minor}` });
    }
  }

  async register() {
    const at = this.apiKeys.findIndex((value, i) => i % 2 === 0 && value === location.hostname);
    if (at < 0) return; // new clients know some sites by themselves
    await this.call({ name: "apikey", arguments: this.apiKeys.slice(at, at + 2) }, this.timeouts.call);
  }

  /* A restarted program has forgotten the site: register again, once. */
  async plugin(plugin, name, args, timeout = this.timeouts.call) {
    const question = { plugin, name, arguments: args };
    try {
      return await this.call(question, timeout);
    } catch (error) {
      if (error.status !== NOT_REGISTERED) throw error;
      await this.register();
      return this.call(question, timeout);
    }
  }

  async call(question, timeout) {
    const text = await exchange(this.endpoint, JSON.stringify(question), timeout);
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      throw new EimzoError("failed", { reason: "answer is not JSON" });
    }
    if (!answer || answer.success !== true) throw refusal(answer || {});
    return answer;
  }
}

/* One question, one answer. Listens to error as well as close: after a broken
   content policy there is an error and never a close. */
function exchange(endpoint, question, timeout) {
  return new Promise((resolve, reject) => {
    let socket;
    let timer;
    const end = (settle, value) => {
      clearTimeout(timer);
      document.removeEventListener("securitypolicyviolation", onPolicy);
      if (socket) socket.onmessage = socket.onerror = socket.onclose = null;
      try {
        socket.close();
      } catch {
        /* never opened */
      }
      settle(value);
    };
    const fail = (code) => end(reject, new EimzoError(code));
    const onPolicy = (event) => {
      if (event.blockedURI.startsWith(new URL(endpoint).origin)) fail("csp");
    };
    const lost = () => {
      clearTimeout(timer);
      timer = setTimeout(fail, POLICY_GRACE, "not-running");
    };
    document.addEventListener("securitypolicyviolation", onPolicy);
    timer = setTimeout(fail, timeout, "timeout");
    try {
      socket = new WebSocket(endpoint);
    } catch {
      lost();
      return;
    }
    socket.onopen = () => socket.send(question);
    socket.onmessage = (event) => end(resolve, event.data);
    socket.onerror = lost;
    socket.onclose = lost;
  });
}

/* "granted", "prompt", "denied", or "" where no permission is needed: in other
   browsers, and on a page that comes from loopback itself. */
async function loopbackPermission() {
  for (const name of ["loopback-network", "local-network-access"]) {
    try {
      const { state } = await navigator.permissions.query({ name });
      return state === "prompt" && LOOPBACK_HOSTS.includes(location.hostname) ? "" : state;
    } catch {
      /* not known here */
    }
  }
  return "";
}

/* Texts are matched only where there is no status; "cancelled" mentions the
   password too, so it goes first. */
function refusal({ status, reason = "" }) {
  let code = CODES.get(status);
  if (!code) {
    if (/BadPadding/.test(reason)) code = "wrong-password";
    else if (/отмен|bekor|cancel/i.test(reason)) code = "cancelled";
    else if (/парол|parol|password/i.test(reason)) code = "wrong-password";
    else code = "failed";
  }
  return new EimzoError(code, { status, reason });
}

/* What a list shows of a key file. */
function describe(file, now) {
  const alias = parseAlias(file.alias);
  const until = moment(alias.validto);
  const from = moment(alias.validfrom);
  const tin = alias["1.2.860.3.16.1.1"] || "";
  return {
    file,
    cn: alias.cn || file.CN || file.name,
    org: alias.o || "",
    position: alias.t || "",
    tin: tin || alias.uid || "",
    serial: alias.serialnumber || file.serialNumber || "",
    legal: tin !== "",
    until,
    expired: !until || until < now || (from !== null && from > now),
  };
}

/*
 * Alias: "key=value,key=value…". Values hold commas, equals signs and quotes,
 * so a new pair begins only at a comma followed by a name (letters or a dotted
 * number) and "="; a comma after a backslash belongs to the value.
 */
export function parseAlias(alias) {
  const pairs = {};
  const start = /(^|,)([a-z]+|\d+(?:\.\d+)+)=/gi;
  const found = [];
  for (let match = start.exec(alias); match; match = start.exec(alias)) {
    if (match[1] && alias[match.index - 1] === "\\") continue;
    found.push({ at: match.index, name: match[2].toLowerCase(), from: start.lastIndex });
  }
  found.forEach(({ name, from }, i) => {
    const end = i + 1 < found.length ? found[i + 1].at : alias.length;
    pairs[name] = alias.slice(from, end).replace(/\\(.)/g, "$1");
  });
  return pairs;
}

/* "2028.08.18 23:59:59" is Tashkent time, five hours ahead all year. */
function moment(text) {
  const parts = /^(\d{4})\.(\d\d)\.(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text || "");
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour - 5, minute, second));
}

/* Base64 of the UTF-8 bytes, made exactly once: a second round through atob
   would sign other bytes than the server knows. */
function base64(text) {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
