// The rehearsal before the doors open: scans are answered and marked, and nothing counts.

const KEY = "eventapp.door.rehearsal";

/** The switch and the banner; a page loaded again goes on rehearsing, an app started anew does not. */
export class Rehearsal {
  constructor(banner, button, door) {
    Object.assign(this, { banner, button, door });
    button.addEventListener("click", () => this.#set(!door.rehearsal));
    banner.querySelector("button").addEventListener("click", () => this.#set(false));
    this.#set(sessionStorage.getItem(KEY) === "yes");
  }

  #set(on) {
    this.door.rehearsal = on;
    if (on) sessionStorage.setItem(KEY, "yes");
    else sessionStorage.removeItem(KEY);
    this.button.setAttribute("aria-pressed", String(on));
    this.banner.hidden = !on;
    document.body.dataset.rehearsal = on ? "yes" : "no";
  }
}
