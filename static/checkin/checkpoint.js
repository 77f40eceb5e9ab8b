// Where this device stands, and whether people come or go.

import { chosenCheckpoint, rememberCheckpoint } from "./store.js";
import { checkpointName, here, write, writeOther } from "./words.js";

/**
 * The chooser of checkpoint and direction: what the pairing named, until the guest list tells what the device may now.
 * `onChange()` is called after a choice or news, `onGone()` when the device may no longer scan where it stands.
 */
export class CheckpointChooser {
  #told = "";

  constructor(pairing, roster, { onChange, onGone }) {
    const chosen = chosenCheckpoint();
    const current = pairing.checkpoints.find(({ code }) => code === chosen) ?? roster.door(chosen);
    Object.assign(this, { roster, onChange, onGone, list: pairing.checkpoints, current });
    this.directions = document.getElementById("direction");
    this.options = document.getElementById("checkpoint-options");
    this.#renew();
    roster.addEventListener("change", () => this.#hear());
  }

  /** Whether the device may no longer scan where it stands; it stays there until somebody chooses. */
  get isGone() {
    return this.current !== null && !this.list.some(({ code }) => code === this.current.code);
  }

  /** "out" only where a checkpoint counts exits and somebody chose so. */
  get direction() {
    return this.current?.exits ? this.directions.querySelector("input:checked").value : "in";
  }

  #hear() {
    if (!this.#renew()) return;
    this.onChange();
    if (this.isGone) this.onGone();
  }

  // Only what has changed: somebody may be choosing.
  #renew() {
    this.list = this.roster.checkpoints ?? this.list;
    const told = JSON.stringify(this.list.map(({ code, name_en, name_zh, exits }) => [code, name_en, name_zh, exits]));
    if (told === this.#told) return false;
    this.#told = told;
    this.current = this.list.find(({ code }) => code === this.current?.code) ?? this.current ?? this.list[0] ?? null;
    const focused = this.options.contains(document.activeElement) ? document.activeElement.value : null;
    this.options.replaceChildren(...this.list.map((one) => this.#option(one)));
    if (focused !== null) this.options.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
    this.#show();
    return true;
  }

  #option(checkpoint) {
    const option = document.getElementById("checkpoint-option").content.firstElementChild.cloneNode(true);
    const input = option.querySelector("input");
    Object.assign(input, { value: checkpoint.code, checked: checkpoint.code === this.current?.code });
    input.addEventListener("change", () => this.#choose(checkpoint));
    write(option.querySelector(".name-here"), checkpointName(checkpoint));
    writeOther(option.querySelector(".name-other"), checkpointName(checkpoint));
    return option;
  }

  #choose(checkpoint) {
    this.current = checkpoint;
    rememberCheckpoint(checkpoint.code);
    this.directions.querySelector("input[value=in]").checked = true;
    this.#show();
    this.onChange();
  }

  #show() {
    document.getElementById("checkpoint-name").textContent = this.current ? here(checkpointName(this.current)) : "";
    this.directions.hidden = !this.current?.exits;
  }
}
