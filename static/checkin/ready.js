// Five ticks before the doors open: camera, sound, guest list, clock, storage; each with what to do where it is missing.

import { preferences } from "./preferences.js";
import { canBeHeard, openSound, sound } from "./sounds.js";
import { language, word } from "./words.js";

const FRESH_MS = 10 * 60 * 1000;
const CLOCK_MS = 30 * 1000;
const EVERY_MS = 5000;

/** The check in `sheet`; it looks again while it is open. */
export class ReadyCheck {
  #timer = 0;
  #heard = false;

  constructor(sheet, app, camera) {
    Object.assign(this, { sheet, app, camera });
    sheet.addEventListener("open", () => this.#start());
    sheet.addEventListener("close", () => clearInterval(this.#timer));
    camera.addEventListener("change", () => sheet.hidden || this.show());
    this.#remedy("camera", () => camera.start());
    this.#remedy("sound", () => this.#play());
    this.#remedy("roster", () => this.#pull());
    this.#remedy("clock", () => app.sync.now());
    this.#remedy("storage", () => navigator.storage?.persist?.());
  }

  /** Look at all five. */
  async show() {
    const findings = {
      camera: cameraFinding(this.camera.state),
      sound: this.#soundFinding(),
      roster: rosterFinding(this.app),
      clock: clockFinding(this.app.clock),
      storage: await storageFinding(),
    };
    for (const [name, [state, finding]] of Object.entries(findings)) this.#tick(name, state, finding);
    const missing = Object.values(findings).filter(([state]) => state !== "ok").length;
    say(this.sheet.querySelector(".all-ready"), missing ? "" : word("all-ready"));
  }

  #start() {
    this.show();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.show(), EVERY_MS);
  }

  #remedy(name, act) {
    this.#part(name).querySelector("button").addEventListener("click", async () => {
      await act();
      this.show();
    });
  }

  #pull() {
    this.app.sync.pullSoon();
    return this.app.sync.now();
  }

  async #play() {
    await openSound();
    this.#heard = canBeHeard();
    sound("go");
  }

  #soundFinding() {
    if (!preferences.sound) return ["wrong", word("sound-off")];
    return this.#heard && canBeHeard() ? ["ok", word("sound-played")] : ["wrong", word("sound-untried")];
  }

  #tick(name, state, finding) {
    const tick = this.#part(name);
    const result = tick.querySelector(".result");
    tick.dataset.state = state;
    tick.querySelector("use").setAttribute("href", state === "ok" ? "#icon-go" : "#icon-stop");
    say(result, result.dataset[state]);
    say(tick.querySelector(".finding"), finding);
  }

  #part(name) {
    return this.sheet.querySelector(`[data-tick="${name}"]`);
  }
}

function cameraFinding(state) {
  if (state === "scanning") return ["ok", word("camera-ok")];
  const sentence = document.querySelector(`#camera [data-when="${state}"]`);
  return ["wrong", sentence.textContent.trim()];
}

function rosterFinding({ roster, link }) {
  const count = roster.size.toLocaleString(language);
  if (!roster.complete) return ["wrong", word("roster-missing", { count })];
  const minutes = Math.floor((Date.now() - link.rosterAt) / 60000);
  return Date.now() - link.rosterAt < FRESH_MS ? ["ok", word("roster-fresh", { count, minutes })] : ["wrong", word("roster-old", { count, minutes })];
}

function clockFinding(clock) {
  if (!clock.measured) return ["wrong", word("clock-unknown")];
  const seconds = Math.round(Math.abs(clock.offset) / 1000);
  return Math.abs(clock.offset) <= CLOCK_MS ? ["ok", word("clock-right", { seconds })] : ["wrong", word("clock-wrong", { seconds })];
}

async function storageFinding() {
  if (!window.isSecureContext) return ["wrong", word("storage-insecure")];
  return (await navigator.storage?.persisted?.()) ? ["ok", word("storage-kept")] : ["wrong", word("storage-unsure")];
}

// Only what has changed: the ticks are read out.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
