// Where this device stands, and whether people come or go.

import { chosenCheckpoint, rememberCheckpoint } from "./store.js";
import { checkpointName, here, write, writeOther } from "./words.js";

/** The chooser of checkpoint and direction; `onChange()` is called after a choice. */
export class CheckpointChooser {
  constructor(pairing, onChange) {
    Object.assign(this, { pairing, onChange, current: chosenCheckpoint(pairing) });
    this.directions = document.getElementById("direction");
    document.getElementById("checkpoint-options").replaceChildren(...pairing.checkpoints.map((one) => this.#option(one)));
    this.#show();
  }

  /** "out" only where a checkpoint counts exits and somebody chose so. */
  get direction() {
    return this.current?.exits ? this.directions.querySelector("input:checked").value : "in";
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
