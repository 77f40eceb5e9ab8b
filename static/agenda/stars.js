// Stars without an account: kept on this device, for this event. A button on each session, a list of one's own, and what
// of it runs at the same time.

const { event, star, starred, only, all, overlaps, none } = document.querySelector("[data-stars]")?.dataset ?? {};
const KEY = `stars-${event}`;
const bar = document.querySelector("[data-stars]");
let onlyMine = false;

if (bar && remembers()) {
  document.addEventListener("agenda-found", show);
  // Another page of this device may star as well.
  addEventListener("storage", ({ key }) => key === KEY && show());
  show();
}

function show() {
  const mine = read();
  const rows = [...document.querySelectorAll("[data-session]")];
  for (const row of rows) place(row, mine);
  tellOverlaps(rows.filter((row) => mine.has(row.dataset.session) && !row.classList.contains("is-cancelled")), rows);
  for (const row of rows) row.hidden = onlyMine && !mine.has(row.dataset.session);
  for (const day of document.querySelectorAll(".agenda-day")) day.hidden = !day.querySelector("[data-session]:not([hidden])");
  if (document.querySelector(".agenda-list")) showBar(mine, rows);
}

function place(row, mine) {
  const session = row.dataset.session;
  const button = row.querySelector(".star") ?? added(row, session);
  const title = row.querySelector("h1, h3").innerText.split("\n")[0].trim();
  const on = mine.has(session);
  button.setAttribute("aria-pressed", on);
  button.setAttribute("aria-label", `${star} ${title}`);
  button.title = on ? starred : star;
}

function added(row, session) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "star" });
  button.addEventListener("click", () => {
    const mine = read();
    if (!mine.delete(session)) mine.add(session);
    localStorage.setItem(KEY, JSON.stringify([...mine]));
    show();
  });
  row.append(button);
  return button;
}

function tellOverlaps(chosen, rows) {
  for (const row of rows) row.querySelector(".star-overlap")?.remove();
  for (const row of chosen) {
    const others = chosen.filter((other) => other !== row && meet(times(row), times(other)));
    if (!others.length) continue;
    const titles = others.map((other) => other.querySelector("h1, h3").innerText.split("\n")[0].trim()).join(", ");
    const hint = Object.assign(document.createElement("p"), { className: "star-overlap small" });
    hint.textContent = overlaps.replace("{titles}", () => titles);
    (row.querySelector(".agenda-words") ?? row).append(hint);
  }
}

function times(row) {
  return [...row.querySelectorAll(".time-range time")].slice(0, 2).map((time) => Date.parse(time.dateTime));
}

function meet([begins, ends], [otherBegins, otherEnds]) {
  return begins < otherEnds && otherBegins < ends;
}

function showBar(mine, rows) {
  const here = rows.filter((row) => mine.has(row.dataset.session)).length;
  if (!here) onlyMine = false;
  const button = bar.querySelector("button") ?? barButton();
  button.textContent = onlyMine ? all : only.replace("{number}", here);
  button.setAttribute("aria-pressed", onlyMine);
  button.hidden = !here;
  bar.querySelector("[role=status]").textContent = here ? "" : none;
  bar.hidden = false;
}

function barButton() {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-secondary" });
  button.addEventListener("click", () => {
    onlyMine = !onlyMine;
    show();
  });
  const hint = document.createElement("span");
  hint.setAttribute("role", "status");
  bar.replaceChildren(button, " ", hint);
  return button;
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((session) => typeof session === "string") : []);
  } catch {
    return new Set();
  }
}

// A browser may keep nothing, as some do in private windows; then there are no stars to press.
function remembers() {
  try {
    localStorage.getItem(KEY);
    return true;
  } catch {
    return false;
  }
}
