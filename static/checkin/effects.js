// What scans of this device did that the roster does not tell yet.

import { periodOf, standingEntry } from "./rules.js";

/** Who was let in, let out or taken back here, from the queue's records. */
export class Effects {
  #byGuest = new Map();
  #all = [];
  #stale = true;

  constructor(queue) {
    this.queue = queue;
    queue.addEventListener("change", () => (this.#stale = true));
  }

  /** The guest's entries at a gate: the roster's, and what happened here since. */
  entriesAt(gate, guest, registration) {
    const entries = rosterEntries(guest, gate);
    for (const effect of this.#of(registration)) {
      if (effect.checkpoint === gate.code) apply(entries, effect);
    }
    return entries;
  }

  /** How many more are inside a gate than the roster counted; `find(id)` gives a guest. */
  insideMore(gate, find) {
    return this.#current().reduce((sum, effect) => {
      const isHere = effect.checkpoint === gate.code && !isTold(rosterEntries(find(effect.registration), gate), effect);
      return sum + (isHere ? changeOf(effect) : 0);
    }, 0);
  }

  /** Whether the roster tells of an effect already. */
  isTold(effect, guest) {
    return isTold(rosterEntries(guest, { code: effect.checkpoint }), effect);
  }

  #of(registration) {
    this.#current();
    return this.#byGuest.get(registration) ?? [];
  }

  #current() {
    if (!this.#stale) return this.#all;
    this.#stale = false;
    this.#all = this.queue.all().map(({ content }) => content.effect).filter(Boolean);
    this.#byGuest = Map.groupBy ? Map.groupBy(this.#all, nameOf) : grouped(this.#all);
    return this.#all;
  }
}

/** What an `admitted` or `left` at this gate does to the guest's entries there; null for every other verdict. */
export function effectOf({ verdict, registration, gate, at, entries }) {
  if (!registration || !gate || !["admitted", "left"].includes(verdict)) return null;
  const left = verdict === "left" ? standingEntry(entries, gate, at) : null;
  const { period, visit } = left ?? periodOf(gate, at, Math.max(0, ...entries.map((entry) => entry.visit)));
  return { verdict, registration, checkpoint: gate.code, at, period, visit };
}

/** The opposite of an effect. */
export function undoOf(effect) {
  return effect && { ...effect, undone: true };
}

function apply(entries, effect) {
  const place = entries.findIndex((entry) => entry.period === effect.period);
  const { verdict, undone, at, period, visit } = effect;
  if (verdict === "left" && place >= 0) entries[place].left = undone ? null : (entries[place].left ?? at);
  else if (verdict === "admitted" && undone && place >= 0) entries.splice(place, 1);
  else if (verdict === "admitted" && !undone && place < 0) entries.push({ period, visit, at, left: null, device: "" });
}

function isTold(entries, { verdict, undone, period }) {
  const entry = entries.find((one) => one.period === period);
  if (verdict === "admitted") return Boolean(entry) !== Boolean(undone);
  return Boolean(entry?.left) !== Boolean(undone);
}

function changeOf({ verdict, undone }) {
  return (verdict === "admitted") === !undone ? 1 : -1;
}

function rosterEntries(guest, gate) {
  const here = (guest?.entries ?? []).filter((entry) => entry.checkpoint === gate.code);
  return here.map(({ period, visit = 0, at, left, device = "" }) => ({
    period, visit, device, at: Date.parse(at), left: left ? Date.parse(left) : null,
  }));
}

function nameOf(effect) {
  return effect.registration;
}

function grouped(effects) {
  const groups = new Map();
  for (const effect of effects) groups.set(nameOf(effect), [...(groups.get(nameOf(effect)) ?? []), effect]);
  return groups;
}
