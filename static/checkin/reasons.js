// Why an admission is taken back, or somebody let in all the same: a ready-made reason at one tap, or one's own words.

/** The form of reasons; `onOpen(open)` hears when it opens and closes. */
export class Reasons {
  #done = null;

  constructor(form, onOpen) {
    Object.assign(this, { form, onOpen });
    this.field = form.elements.reason;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#give(this.field.value);
    });
    form.addEventListener("click", ({ target }) => this.#press(target.closest("button")));
  }

  get isOpen() {
    return !this.form.hidden;
  }

  /** Ask for a reason of this kind (undo or override); `done(reason)` is called once there is one. */
  ask(kind, done) {
    this.#done = done;
    for (const part of this.form.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== kind;
    this.field.value = "";
    this.form.hidden = false;
    this.onOpen(true);
    this.form.querySelector(".reasons button:not([hidden])").focus();
  }

  close() {
    if (!this.isOpen) return;
    this.form.hidden = true;
    this.onOpen(false);
  }

  #press(button) {
    if (!button || button.type === "submit") return;
    if (button.matches(".back")) this.close();
    else this.#give(button.textContent);
  }

  #give(words) {
    const reason = words.trim();
    if (reason) this.#done(reason);
    else this.field.focus();
  }
}
