// The full-screen answer to one scan. It goes away by itself, at a tap, or at Escape or Enter; the next scan replaces it.

import { Reasons } from "./reasons.js";
import { sound } from "./sounds.js";
import { checkpointName, frameOf, here, word, write, writeOther } from "./words.js";

const SHOWN_MS = { go: 2500, bye: 2500, again: 5000, stop: 5000, silence: 10000 };
const UNDOABLE = ["admitted", "left"];

/**
 * Shows verdicts in `section`, says them to screen readers through `announcer`, and makes the page `behind` wait. `may(verdict)`
 * says whether this device may let in all the same, `mayUndo()` whether it may take back; `onOverride(scan, reason)` and
 * `onUndo(scan, reason)` hear why.
 */
export class VerdictScreen {
  #timer = 0;
  #focused = null;
  #shown = null;

  constructor(section, announcer, { checkpoints, behind, may, mayUndo, onOverride, onUndo }) {
    Object.assign(this, { section, announcer, checkpoints, behind, may, mayUndo });
    this.reasons = new Reasons(section.querySelector(".reason"), (open) => this.#stay(open));
    section.addEventListener("click", (event) => event.target.closest(".actions, .reason") || this.hide());
    this.#listen(".undo", "undo", onUndo);
    this.#listen(".override", "override", onOverride);
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  /** Whether somebody is writing a reason: no camera should interrupt them. */
  get occupied() {
    return !this.section.hidden && this.reasons.isOpen;
  }

  /** Show the verdict on a scan; `marks` are words of its circumstances beyond those that verdict and scan tell. */
  show(verdict, scan = {}, marks = []) {
    const frame = this.#frame(verdict.verdict);
    this.#shown = { verdict, scan };
    for (const part of [".word", ".instruction"]) write(this.#part(part), frame.querySelector(part).textContent.trim());
    write(this.#part(".message"), frame.hasAttribute("data-open") ? verdict.message : "");
    this.#part(".icon use").setAttribute("href", `#icon-${frame.dataset.tone}`);
    this.#fillPerson(verdict.person);
    this.#fillFirst(verdict.first);
    this.#mark([...marks, ...marksOf(verdict, scan)]);
    this.#offer(verdict, scan);
    this.#appear(frame.dataset.tone);
  }

  /** The server has said something else than what was shown here: show that, and say so. */
  correct({ verdict, scan }) {
    this.show(verdict, scan, ["corrected"]);
  }

  hide() {
    clearTimeout(this.#timer);
    if (this.section.hidden) return;
    this.reasons.close();
    this.section.hidden = true;
    this.behind.inert = false;
    this.#wayBack()?.focus({ preventScroll: true });
    this.#focused = null;
  }

  // A list that was renewed meanwhile has lost its button: then its search field.
  #wayBack() {
    return this.#focused?.isConnected ? this.#focused : this.behind.querySelector(".sheet:not([hidden]) input");
  }

  #part(selector) {
    return this.section.querySelector(selector);
  }

  #listen(selector, kind, done) {
    this.#part(selector).addEventListener("click", () => {
      const { scan, verdict } = this.#shown;
      this.reasons.ask(kind, (reason) => {
        this.hide();
        done(scan, reason, verdict);
      });
    });
  }

  #frame(name) {
    const frame = frameOf(name);
    this.section.dataset.verdict = name;
    this.section.dataset.tone = frame.dataset.tone;
    return frame;
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

  #mark(names) {
    for (const mark of this.section.querySelectorAll("[data-mark]")) mark.hidden = !names.includes(mark.dataset.mark);
    this.#part(".marks").hidden = !names.length;
  }

  #offer(verdict, scan) {
    this.#part(".undo").hidden = !(scan.id && UNDOABLE.includes(verdict.verdict) && this.mayUndo());
    this.#part(".override").hidden = !(scan.id && !scan.override && this.may(verdict.verdict));
    this.#part(".actions").hidden = !this.section.querySelector(".actions button:not([hidden])");
  }

  #appear(tone) {
    this.reasons.close();
    if (this.section.hidden) this.#focused = document.activeElement;
    this.section.hidden = false;
    this.behind.inert = true;
    this.section.scrollTop = 0;
    this.announcer.textContent = spoken(this.section);
    sound(tone);
    this.#leaveIn(SHOWN_MS[tone]);
  }

  #leaveIn(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), time);
  }

  #stay(stays) {
    if (stays) clearTimeout(this.#timer);
    else if (!this.section.hidden) this.#leaveIn(SHOWN_MS.stop);
  }

  #key(event) {
    if (this.section.hidden || event.repeat || !["Escape", "Enter"].includes(event.key)) return;
    if (event.key === "Enter" && document.activeElement?.closest(".verdict :is(button, input)")) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.reasons.isOpen) this.reasons.close();
    else this.hide();
  }
}

function marksOf(verdict, scan) {
  const marks = { rehearsal: scan.rehearsal, local: verdict.local, unlisted: verdict.unlisted, unkept: verdict.unkept, override: scan.override };
  return Object.keys(marks).filter((name) => marks[name]);
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
