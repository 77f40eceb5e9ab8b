// Somebody without a registration: a short form, answered at once. It needs the server, so that no place is given twice.

import { NoAnswer, Unpaired } from "./api.js";
import { randomId } from "./scans.js";
import { here, language, word, write } from "./words.js";

/** The form in `sheet`; `onRegistered(registration)` hears of somebody who may come in, `onUnpaired()` of a revoked device. */
export class WalkIn {
  #id = randomId();

  constructor(sheet, app, { onRegistered, onUnpaired }) {
    Object.assign(this, { sheet, app, onRegistered, onUnpaired });
    this.form = sheet.querySelector("form");
    this.problem = this.form.querySelector(".problem");
    this.button = this.form.querySelector("button[type=submit]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    sheet.querySelector(".another").addEventListener("click", () => this.#begin());
    sheet.addEventListener("open", () => this.#show());
    app.link.addEventListener("change", () => this.#show());
    app.roster.addEventListener("change", () => this.#show());
    this.#show();
  }

  #show() {
    for (const item of document.querySelectorAll(".registers")) item.hidden = !this.app.device.may_register;
    this.sheet.querySelector(".offline").hidden = this.app.link.online;
    this.button.disabled = !this.app.link.online;
    if (this.sheet.hidden) return;
    const list = this.form.elements.category;
    const chosen = list.value;
    const categories = this.app.roster.walkIns;
    list.replaceChildren(...categories.map((category) => new Option(here(category), category.code)));
    if (categories.some(({ code }) => code === chosen)) list.value = chosen;
  }

  #begin() {
    this.#id = randomId();
    this.form.reset();
    this.#hold("");
    this.form.hidden = false;
    this.form.elements.family.focus();
  }

  async #send() {
    this.#tell("");
    if (!this.#isFilledIn()) return;
    this.button.disabled = true;
    try {
      this.#registered(await this.app.api.walkIn(this.#typed()));
    } catch (error) {
      this.#refused(error);
    } finally {
      this.button.disabled = !this.app.link.online;
    }
  }

  #isFilledIn() {
    const { family, given, phone, email } = this.form.elements;
    const isNamed = Boolean(family.value.trim() || given.value.trim());
    mark(family, isNamed);
    const isReachable = Boolean(phone.value.trim() || email.value.trim());
    mark(phone, isReachable);
    if (!isNamed) this.#tell(word("walk-in-name"), family);
    else if (!isReachable) this.#tell(word("walk-in-reach"), phone);
    return isNamed && isReachable;
  }

  #typed() {
    const fields = Object.fromEntries(new FormData(this.form));
    return { ...fields, consent: fields.consent === "yes", id: this.#id, language };
  }

  #registered({ registration, state, message }) {
    if (state === "confirmed") {
      this.#begin();
      return this.onRegistered(registration);
    }
    this.form.hidden = true;
    this.#hold(message);
  }

  #refused(error) {
    if (error instanceof Unpaired) return this.onUnpaired();
    if (!(error instanceof NoAnswer)) throw error;
    // Sent again it is the same registration: nobody is registered twice because an answer was lost.
    this.#tell(error.detail || word("walk-in-no-answer"));
  }

  #hold(message) {
    write(this.sheet.querySelector(".held .notice"), message);
    this.sheet.querySelector(".held").hidden = !message;
  }

  #tell(sentence, field = null) {
    this.problem.textContent = sentence;
    this.problem.hidden = !sentence;
    field?.focus();
  }
}

function mark(field, whole) {
  if (whole) field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
}
