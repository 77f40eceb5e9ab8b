// The door's service worker: the page and all it needs come from the device, in one piece and of one version. The server
// writes SHELL above this text: {version, files, pages, page}.

import { Api } from "/static/checkin/api.js";
import { ServerClock } from "/static/checkin/clock.js";
import { flush } from "/static/checkin/flush.js";
import { openStore } from "/static/checkin/store.js";

const PREFIX = "door-";
const CACHE = PREFIX + SHELL.version;
const LANGUAGES = { en: SHELL.pages[0], zh: SHELL.pages[1] };
const paths = new Set(SHELL.files.map(pathOf));

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())));
self.addEventListener("message", ({ data }) => data === "take over" && self.skipWaiting());
self.addEventListener("sync", (event) => event.waitUntil(sendWaiting()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname, searchParams } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (pathname === SHELL.page) event.respondWith(page(event.request, searchParams.get("lang")));
  else if (paths.has(pathname)) event.respondWith(kept(pathname, event.request));
});

// All of a version or nothing: a shell with a hole would break at the door.
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all([
    ...SHELL.files.map(async (file) => cache.put(pathOf(file), await fetched(file))),
    // Without cookies, so that asking for a language chooses none.
    ...SHELL.pages.map(async (file) => cache.put(file, await fetched(file, { credentials: "omit", cache: "reload" }))),
  ]);
}

async function fetched(file, options = {}) {
  const answer = await fetch(file, options);
  if (!answer.ok || answer.redirected) throw new Error(`${file} could not be fetched`);
  return answer;
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

async function page(request, asked) {
  const language = LANGUAGES[asked] ? asked : await chosenLanguage();
  return kept(LANGUAGES[language], request);
}

// Where what is kept cannot be read, there is still the network.
async function kept(name, request) {
  const found = await caches.match(name, { cacheName: CACHE, ignoreVary: true }).catch(() => undefined);
  return found ?? fetch(request);
}

// The page notes the language it is shown in.
async function chosenLanguage() {
  const { vault } = await openStore().catch(() => ({}));
  const chosen = (await vault?.db.get("kept", "language").catch(() => undefined))?.plain;
  vault?.db.close();
  return LANGUAGES[chosen] ? chosen : self.navigator.language.startsWith("zh") ? "zh" : "en";
}

// An open page sends by itself; a closed one left its scans to us.
async function sendWaiting() {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.length) return pages.forEach((client) => client.postMessage("flush"));
  const { vault, pairing } = await openStore();
  const clock = new ServerClock(await vault.kept("clock"));
  if (pairing) await flush({ vault, api: new Api(pairing.token), event: pairing.event.slug, clock });
  vault.db.close();
}

function pathOf(file) {
  return new URL(file, self.location.origin).pathname;
}
