// The event's service worker: pages of its site that were opened once can be read without a network, with a line that says
// how old they are. The network always comes first. The server writes SITE above this text: {root, pages, zone, words}.

const CACHE = `event-${SITE.root}`;
const KEPT = new RegExp(`^${SITE.root}(agenda(/[0-9a-f]+)?|speakers(/[0-9a-f]+)?|now)?$`);
const PARTS = /(?:src|href)="(\/static\/[^"]+)"/g;
const SLOW_MS = 6_000;

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url, mode } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (KEPT.test(pathname)) event.respondWith(page(event.request, mode === "navigate"));
  else if (pathname.startsWith("/static/")) event.respondWith(part(event.request));
});

// The pages that most want, with all that they show; what cannot be had now is had when it is opened.
async function fill() {
  const cache = await caches.open(CACHE);
  const texts = await Promise.all(SITE.pages.map((address) => fetch(address).then((answer) => keep(address, answer), () => "")));
  const parts = new Set(texts.flatMap((text) => [...text.matchAll(PARTS)].map(([, address]) => address.replaceAll("&amp;", "&"))));
  await Promise.all([...parts].map((address) => cache.add(address).catch(() => {})));
}

async function page(request, navigates) {
  const address = addressOf(request.url);
  try {
    const answer = await fetch(request, navigates ? { signal: AbortSignal.timeout(SLOW_MS) } : {});
    if (!answer.redirected) await keep(address, answer.clone());
    return answer;
  } catch (error) {
    const kept = await keptPage(address);
    if (kept) return kept;
    throw error;
  }
}

// A page that the server lets nobody keep (somebody's own, a draft) is not kept here either. Fails only if not all of it came:
// on a full device nothing is kept, and the page is shown all the same.
async function keep(address, answer) {
  const text = await answer.clone().text();
  // Of what was searched for the whole is enough.
  const may = !address.includes("?") && answer.status === 200 && !/no-store/.test(answer.headers.get("Cache-Control") ?? "");
  if (may && answer.headers.get("Content-Type")?.startsWith("text/html")) {
    const headers = new Headers(answer.headers);
    headers.set("X-Kept-At", String(Date.now()));
    await put(address, new Response(text, { headers })).catch(() => {});
  }
  return text;
}

async function put(name, answer) {
  await (await caches.open(CACHE)).put(name, answer);
}

// What was opened, else the same page with nothing chosen, else the agenda.
async function keptPage(address) {
  const cache = await caches.open(CACHE);
  const agenda = `${SITE.root}agenda`;
  for (const [name, words] of [[address, "kept"], [address.split("?")[0], "other"], [agenda, "other"]]) {
    const found = await cache.match(name);
    if (found) return withAge(found, words);
  }
  return null;
}

async function withAge(answer, words) {
  const language = answer.headers.get("Content-Language")?.startsWith("zh") ? "zh" : "en";
  const at = new Date(Number(answer.headers.get("X-Kept-At")));
  const shape = { timeZone: SITE.zone, dateStyle: "medium", timeStyle: "short", hourCycle: "h23" };
  const time = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", shape).format(at);
  const said = SITE.words[words][language].replace("{time}", () => time);
  const line = `<p class="kept-note" role="status">${said}</p>`;
  const text = (await answer.text()).replace(/<main[^>]*>/, (main) => main + line);
  return new Response(text, { headers: answer.headers });
}

// Files with a fingerprint never change; of the others the network knows the newest.
async function part(request) {
  const kept = await caches.match(request, { cacheName: CACHE }).catch(() => undefined);
  if (kept && new URL(request.url).searchParams.has("v")) return kept;
  try {
    const answer = await fetch(request);
    // All of it has to come; that there is no room for it is no reason to go without.
    await answer.clone().blob();
    if (answer.ok) await replace(request, answer.clone()).catch(() => {});
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

// An older version of the same file goes.
async function replace(request, answer) {
  const cache = await caches.open(CACHE);
  await cache.delete(request, { ignoreSearch: true });
  await cache.put(request, answer);
}

// The language is in the page, so it is no part of its address.
function addressOf(url) {
  const { pathname, searchParams } = new URL(url);
  searchParams.delete("lang");
  const asked = searchParams.toString();
  return asked ? `${pathname}?${asked}` : pathname;
}
