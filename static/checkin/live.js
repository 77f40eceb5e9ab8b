// Keeps the numbers of a desk page fresh: told at once over a stream of events, or else asking now and then.

const ASK_MS = 15000;
const TRY_STREAM_AGAIN_MS = 120000;
// Many changes in a moment are shown together.
const PAUSE_MS = 1000;

const region = document.querySelector("[data-live]");
let busy = false;
let again = false;

/** Fetch this page once more and take its live parts over, leaving everything else as it is. */
async function refresh() {
  if (document.hidden) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  again = false;
  const fresh = await page();
  if (fresh) take(fresh);
  setTimeout(() => {
    busy = false;
    if (again) refresh();
  }, PAUSE_MS);
}

async function page() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

function take(fresh) {
  for (const part of region.querySelectorAll("[data-live-part]")) {
    const newer = fresh.getElementById(part.id);
    // Whoever reads or presses something there is not disturbed.
    if (!newer || newer.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
    const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
    part.replaceChildren(...newer.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  }
}

function ask(every) {
  return setInterval(refresh, every);
}

function listen(address) {
  const source = new EventSource(address);
  let first = true;
  let asking = 0;
  source.addEventListener("counts", () => {
    clearInterval(asking);
    asking = 0;
    // The page is as new as the first word.
    if (!first) refresh();
    first = false;
  });
  source.addEventListener("error", () => {
    first = false;
    if (!asking) asking = ask(ASK_MS);
    // Turned away, since others listen already.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => {
        clearInterval(asking);
        listen(address);
      }, TRY_STREAM_AGAIN_MS);
    }
  });
}

if (region) {
  if (region.dataset.live) listen(region.dataset.live);
  else ask(Number(region.dataset.liveEvery) * 1000);
  document.addEventListener("visibilitychange", refresh);
}
