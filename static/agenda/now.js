// Moves the mark of what is on now while the page stays open; the server set it when the page was made.

const EVERY_MS = 30_000;

let plans = [];

look();
setInterval(mark, EVERY_MS);
document.addEventListener("visibilitychange", mark);
// Others stand on the page once something was searched for.
document.addEventListener("agenda-found", look);

function look() {
  plans = [...document.querySelectorAll(".agenda-plan")].map((plan) => ({
    plan,
    rows: [...plan.querySelectorAll(".agenda-row:not(.is-cancelled, .is-over)")].map(withTimes).filter((row) => row.ends),
  }));
}

function mark() {
  const now = new Date();
  for (const { plan, rows } of plans) {
    rows.forEach((row) => markRow(row, now, plan.dataset.onNow));
    if (plan.dataset.begins) moveLine(plan, now);
  }
}

// What was started before its time runs since then; what was ended is over, and no longer looked at.
function withTimes(element) {
  const [begins, ends] = element.querySelectorAll(".agenda-time time");
  const { started } = element.dataset;
  const starts = [begins?.dateTime, started].filter(Boolean).map((moment) => new Date(moment));
  return { element, begins: new Date(Math.min(...starts)), ends: ends && new Date(ends.dateTime) };
}

function markRow({ element, begins, ends }, now, words) {
  const runs = begins <= now && now < ends;
  if (runs === element.classList.contains("is-now")) return;
  element.classList.toggle("is-now", runs);
  const time = element.querySelector(".agenda-time");
  time.querySelector(".badge")?.remove();
  if (runs) {
    const badge = Object.assign(document.createElement("span"), { className: "badge", textContent: words });
    time.append(" ", badge);
  }
}

function moveLine(plan, now) {
  const line = plan.querySelector(".agenda-now");
  const begins = new Date(plan.dataset.begins);
  line.hidden = !(begins <= now && now < new Date(plan.dataset.ends));
  if (line.hidden) return;
  const minutes = Math.floor((now - begins) / 60_000);
  line.dataset.at = twoDigits(Math.floor(minutes / 60)) + twoDigits(minutes % 60);
  const clock = { timeZone: plan.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  line.querySelector("time").textContent = new Intl.DateTimeFormat("en-GB", clock).format(now);
}

function twoDigits(number) {
  return String(number).padStart(2, "0");
}
