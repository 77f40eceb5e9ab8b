// Keeps the bar on the desk right while the agenda is edited: how many changes are not published yet.

const EVERY_MS = 10_000;
const bar = document.getElementById("publish-bar");

async function ask() {
  if (document.hidden) return;
  try {
    const answer = await fetch(bar.dataset.pending, { headers: { Accept: "application/json" } });
    if (answer.ok) show(await answer.json());
  } catch {
    // Without a connection the editor says so itself; the next time may do.
  }
}

function show({ changes, label }) {
  const words = bar.querySelector("[data-label]");
  if (words.textContent !== label) words.textContent = label;
  bar.classList.toggle("has-changes", changes > 0);
  const review = bar.querySelector("[data-review]");
  if (review) review.hidden = changes === 0;
}

if (bar) {
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
}
