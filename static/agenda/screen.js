// Counts down on a hall screen, and shows what was changed within seconds. The server told everything when the page was made.

const TICK_MS = 1_000;
const ASK_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR = 60;

let now = document.getElementById("now");
let tag = null;
// How far the device's clock is ahead of the server's, which is the one that counts: within the minute of the page, until an answer says it.
let ahead = now ? aheadOf(now.dataset.at) : 0;

if (now && !("asked" in now.dataset)) {
  setInterval(tick, TICK_MS);
  setInterval(ask, ASK_MS);
  document.addEventListener("visibilitychange", ask);
}

// A page tells the minute in which it was made, so that it stays the same for who asks again; it may be shown for that minute.
function aheadOf(minute) {
  const since = Date.now() - new Date(minute);
  return since >= 0 && since < 2 * MINUTE_MS ? 0 : since;
}

function tick() {
  const at = Date.now() - ahead;
  for (const line of now.querySelectorAll("[data-until]")) tell(line, Math.ceil((new Date(line.dataset.until) - at) / MINUTE_MS));
  for (const line of now.querySelectorAll("[data-since]")) tell(line, Math.floor((at - new Date(line.dataset.since)) / MINUTE_MS));
  const clock = { timeZone: now.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  write(now.querySelector(".now-clock strong"), new Intl.DateTimeFormat("en-GB", clock).format(at));
}

function tell(line, minutes) {
  const whole = Math.max(minutes, 0);
  const { words, wordsOfHours } = line.dataset;
  const inHours = wordsOfHours && whole >= HOUR;
  write(line, inHours ? wordsOfHours.replace("{h}", Math.floor(whole / HOUR)).replace("{n}", whole % HOUR) : words.replace("{n}", whole));
  line.classList.toggle("is-short", "until" in line.dataset && minutes <= 5);
}

// A screen reader is not told the same again.
function write(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}

async function ask() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    const told = answer.headers.has("X-Kept-At") ? null : answer.headers.get("Date");
    if (told) ahead = Date.now() - new Date(told);
    // What the device kept for reading without a network is older than the screen, and not of this hall.
    if (answer.ok && !answer.headers.has("X-Kept-At")) show(answer.headers.get("ETag"), await answer.text());
  } catch {
    // Without a network the screen goes on counting; the next time may do.
  }
}

function show(newTag, text) {
  tag = newTag;
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("now");
  if (!fresh) return;
  now.replaceWith(fresh);
  now = fresh;
  tick();
}
