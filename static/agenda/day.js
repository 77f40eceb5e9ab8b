// On the day: previews open in place, and the page looks again when somebody else changed something.

const EVERY_MS = 8_000;
let day = document.getElementById("day");
let state = null;
let dialog = null;

if (day) {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY_MS);
  look();
}

function onClick(event) {
  const link = event.target.closest("a[data-preview]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  preview(link.href, link);
}

function onSubmit(event) {
  const form = event.target.closest("form[data-preview]");
  if (!form) return;
  event.preventDefault();
  const asked = new URLSearchParams(new FormData(form));
  if (event.submitter?.name) asked.set(event.submitter.name, event.submitter.value);
  preview(`${form.action}?${asked}`, event.submitter);
}

// Whatever goes wrong, the page of the preview itself does the same.
async function preview(address, opener) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
    const plan = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("plan");
    if (!plan) throw new Error("no plan");
    open(plan, opener);
  } catch {
    location.assign(address);
  }
}

function open(plan, opener) {
  dialog?.remove();
  dialog = Object.assign(document.createElement("dialog"), { className: "day-dialog" });
  const heading = plan.querySelector("h1");
  heading.id = "plan-heading";
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.append(plan);
  const back = plan.querySelector(".form-buttons a, p > a.button");
  back?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    dialog = null;
    opener?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(day.dataset.state, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return;
    const { state: seen } = await answer.json();
    if (state !== null && seen !== state && !(await renew())) return;
    state = seen;
  } catch {
    // Without a connection the page stays as it is; the next time may do.
  }
}

// Not under somebody's hands: what is open or typed into stays until it is closed.
async function renew() {
  if (dialog || day.querySelector("details[open]")) return false;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("day");
  if (!fresh) return false;
  const focused = day.contains(document.activeElement) ? document.activeElement.closest("[id]")?.id : null;
  day.replaceWith(fresh);
  day = fresh;
  if (focused) document.getElementById(focused)?.querySelector("a, button")?.focus();
  return true;
}
