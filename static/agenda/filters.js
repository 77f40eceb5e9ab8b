// Finds sessions while one types or chooses: the same form is sent, and what it finds is put in place of what there is.
// Offers the times of the reader's own clock, if it is another than the event's.

const WAIT_MS = 200;
const form = document.querySelector("[data-filters]");
const found = document.getElementById("agenda-found");
let waiting, asking;

if (form) {
  offerOwnZone(form.elements.zone);
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => find(), WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    find({ sent: true });
  });
}

async function find({ sent = false } = {}) {
  const address = new URL(form.action);
  for (const [name, value] of new FormData(form)) if (value) address.searchParams.set(name, value);
  // The times of another zone stand in the head of the page, too.
  if (form.elements.zone && form.elements.zone.value !== shownZone()) return location.assign(address);
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(address, { signal });
    // What comes from this device, without a network, is not what was asked for; its page says so.
    if (answer.headers.has("X-Kept-At") && !sent) return;
    if (!answer.ok || answer.headers.has("X-Kept-At")) return location.assign(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return;
    found.replaceChildren(...page.getElementById("agenda-found").childNodes);
    history.replaceState(null, "", address);
    document.dispatchEvent(new Event("agenda-found"));
  } catch (error) {
    if (error.name !== "AbortError" && sent) location.assign(address);
  }
}

function shownZone() {
  return new URL(location.href).searchParams.get("zone") ?? "";
}

function offerOwnZone(select) {
  if (!select) return;
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!mine || mine === select.dataset.own) return;
  const there = [...select.options].find((option) => option.value === mine);
  const option = there ?? new Option("", mine);
  option.textContent = select.dataset.mine.replace("{zone}", () => mine);
  select.options[0].after(option);
}
