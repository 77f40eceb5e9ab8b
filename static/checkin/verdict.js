// The full-screen answer to one scan. It goes away by itself, at a tap, or at Escape or Enter.

import { sound } from "./sounds.js";
import { checkpointName, here, word, write, writeOther } from "./words.js";

const GOOD_NEWS_MS = 2500;
const REFUSAL_MS = 5000;

/** Shows verdicts in `section`, and says them to screen readers through `announcer`. */
export class VerdictScreen {
  #timer = 0;
  #retry = null;
  #focused = null;

  constructor(section, announcer, checkpoints) {
    this.section = section;
    this.announcer = announcer;
    this.checkpoints = checkpoints;
    section.addEventListener("click", () => this.hide());
    this.#part(".retry").addEventListener("click", (event) => this.#again(event));
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  /** Show the server's verdict on a scan. */
  show(verdict) {
    const frame = this.#frame(verdict.verdict);
    this.#fill(frame, verdict.message);
    this.#fillPerson(verdict.person);
    this.#fillFirst(verdict.first);
    this.#appear(frame.dataset.tone, frame.dataset.tone === "go" || frame.dataset.tone === "bye" ? GOOD_NEWS_MS : REFUSAL_MS);
  }

  /** Show that no answer came; `retry()` sends the same scan again. It stays until somebody acts. */
  showNoAnswer(detail, retry) {
    this.#fill(this.#frame(detail ? "trouble" : "no_connection"), detail);
    this.#fillPerson(null);
    this.#fillFirst(null);
    this.#retry = retry;
    this.#part(".retry").hidden = false;
    this.#appear("silence", 0);
    this.#focused = document.activeElement;
    this.#part(".retry").focus();
  }

  hide() {
    clearTimeout(this.#timer);
    this.section.hidden = true;
    this.#retry = null;
    this.#part(".retry").hidden = true;
    this.#focused?.focus();
    this.#focused = null;
  }

  #part(selector) {
    return this.section.querySelector(selector);
  }

  #frame(name) {
    const frames = document.getElementById("verdict-words").content;
    const frame = frames.querySelector(`[data-verdict="${CSS.escape(name)}"]`) ?? frames.querySelector('[data-verdict="refused"]');
    this.hide();
    this.section.dataset.verdict = name;
    this.section.dataset.tone = frame.dataset.tone;
    return frame;
  }

  // The page has words of its own for every verdict it knows; the server's sentence adds the other language, and
  // speaks alone where the page has no words (data-open).
  #fill(frame, message) {
    for (const part of [".word", ".instruction"]) this.#part(part).textContent = frame.querySelector(part).textContent.trim();
    this.#part(".icon use").setAttribute("href", `#icon-${frame.dataset.tone}`);
    write(this.#part(".message"), frame.hasAttribute("data-open") ? message : "");
    writeOther(this.#part(".message-other"), message);
  }

  #fillPerson(person) {
    this.#part(".person").hidden = !person;
    write(this.#part(".name-here"), person?.name);
    writeOther(this.#part(".name-other"), person?.name);
    for (const field of ["organisation", "position"]) write(this.#part(`.${field}`), person?.[field]);
    write(this.#part(".category-name"), person?.category);
    this.#part(".category").hidden = !here(person?.category);
    this.#part(".category").style.setProperty("--category", colourOf(person?.category));
    for (const field of ["seat", "note"]) {
      write(this.#part(`.${field} dd`), person?.[field]);
      this.#part(`.${field}`).hidden = !here(person?.[field]);
    }
  }

  #fillFirst(first) {
    this.#part(".first").hidden = !first;
    if (!first) return;
    const known = this.checkpoints.find((checkpoint) => checkpoint.code === first.checkpoint);
    write(this.#part(".first-time"), wallTime(first.at));
    write(this.#part(".first-checkpoint"), first.checkpoint_name ?? (known ? checkpointName(known) : first.checkpoint));
    write(this.#part(".first-device"), first.device);
  }

  #appear(tone, time) {
    this.section.hidden = false;
    this.section.scrollTop = 0;
    this.announcer.textContent = spoken(this.section);
    sound(tone);
    if (time) this.#timer = setTimeout(() => this.hide(), time);
  }

  #again(event) {
    event.stopPropagation();
    const retry = this.#retry;
    this.hide();
    retry?.();
  }

  #key(event) {
    if (this.section.hidden || event.repeat || !["Escape", "Enter"].includes(event.key)) return;
    if (event.key === "Enter" && this.section.contains(document.activeElement)) return;
    event.preventDefault();
    event.stopPropagation();
    this.hide();
  }
}

function spoken(section) {
  const parts = [...section.querySelectorAll("[data-spoken]")].filter((part) => !part.closest("[hidden]"));
  return parts.map((part) => part.textContent.trim().replace(/\s+/g, " ")).filter(Boolean).join(". ");
}

function colourOf(category) {
  const colour = category?.colour ?? "";
  return CSS.supports("color", colour) ? colour : "currentColor";
}

// The server writes times on the event's own clock; only a bare UTC time is moved to this device's.
function wallTime(moment) {
  const wall = /Z$/.test(moment) ? localised(moment) : moment;
  const [, day, clock] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)/.exec(wall) ?? ["", "", moment];
  return day === localised(new Date()).slice(0, 10) ? clock : word("day-and-time", { day, time: clock }).trim();
}

function localised(moment) {
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString();
}
