// The forms of the organiser's pages, in a dialog: the same address, the same fields, the same refusals.

import { word } from "./words.js";

const dialog = () => document.getElementById("dialog-form");

/** Show the form at an address; `fill` are values for its fields. Gives whether it was saved, null without a network. */
export async function openForm(address, fill = {}) {
  const before = document.activeElement;
  const page = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!page) return null;
  await show(page, fill);
  return new Promise((resolve) => {
    let saved = false;
    const done = new AbortController();
    const listen = (kind, act) => dialog().addEventListener(kind, act, { signal: done.signal });
    listen("submit", async (event) => {
      event.preventDefault();
      saved = await send(event.target, address);
      if (saved) dialog().close();
    });
    // A link in the dialog leaves it: the form's own Cancel, or a look at what somebody else changed.
    listen("click", (event) => event.target.closest("a[href^='/']") && (event.preventDefault(), dialog().close()));
    listen("close", () => {
      done.abort();
      if (before?.isConnected) before.focus({ preventScroll: true });
      resolve(saved);
    });
    dialog().showModal();
  });
}

async function send(form, address) {
  try {
    const answer = await fetch(address, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } });
    if (answer.redirected) return true;
    await show(answer);
    dialog().querySelector("#error-summary")?.focus();
  } catch {
    say(word("offline"));
  }
  return false;
}

async function show(answer, fill = {}) {
  const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  document.getElementById("dialog-form-title").textContent = main.querySelector("h1").textContent;
  main.querySelector("h1").remove();
  for (const [name, value] of Object.entries(fill)) {
    const field = main.querySelector(`[name="${name}"]`);
    if (field && value !== null) field.value = value;
  }
  dialog().querySelector(".editor-form-body").replaceChildren(...main.childNodes);
}

function say(sentence) {
  const line = document.createElement("p");
  line.className = "field-error";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  dialog().querySelector(".editor-form-body").prepend(line);
}
