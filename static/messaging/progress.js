// Keeps the bar of a mailing current while it is being sent; without this the page is read again by hand.

const PAUSE = 1500;
const LONGEST_PAUSE = 30000;

const region = document.querySelector("[data-progress]");

async function look(pause) {
  const told = await ask(region.dataset.progress);
  const moved = Boolean(told) && show(told);
  if (told && !told.going_on) {
    // What could not be delivered, and what can be done next, is on the page as it is now.
    location.reload();
    return;
  }
  // Where nothing moves, because a server is away or a mail waits for its next try, there is no hurry.
  const next = moved ? PAUSE : Math.min(pause * 1.5, LONGEST_PAUSE);
  setTimeout(look, next, next);
}

async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Show how far it is; whether that has changed. */
function show(told) {
  const bar = region.querySelector("progress");
  bar.max = told.max || 1;
  bar.value = told.value;
  const words = region.querySelector("[role=status]");
  const moved = words.textContent !== told.text;
  if (moved) words.textContent = told.text;
  return moved;
}

if (region?.dataset.goingOn === "yes") setTimeout(look, PAUSE, PAUSE);
