// What scans of this device did that the roster does not tell yet.

import { periodOf, standingEntry } from "./rules.js";

/** Who was let in, let out or taken back here, from the queue's records. */
export class Effects {
  #byGuest = new Map();
  #byEntry = new Map();
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
    this.#current();
    return [...this.#byEntry.values()].reduce((sum, records) => {
      const { checkpoint, registration } = records[0].content.effect;
      return sum + (checkpoint === gate.code ? changeOf(records, rosterEntries(find(registration), gate)) : 0);
    }, 0);
  }

  /** The records of all that happened here to the entry of this effect, oldest first. */
  alike(effect) {
    this.#current();
    return this.#byEntry.get(entryOf(effect)) ?? [];
  }

  /** Whether the roster tells of an effect already; `device` is our own name there. */
  isTold(effect, guest, device) {
    return isTold(rosterEntries(guest, { code: effect.checkpoint }), effect, device);
  }

  #of(registration) {
    this.#current();
    return (this.#byGuest.get(registration) ?? []).map(({ content }) => content.effect);
  }

  #current() {
    if (!this.#stale) return;
    this.#stale = false;
    const records = this.queue.all().filter(({ content }) => content.effect);
    this.#byGuest = grouped(records, ({ content }) => content.effect.registration);
    this.#byEntry = grouped(records, ({ content }) => entryOf(content.effect));
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

function isTold(entries, { verdict, undone, period }, device) {
  const entry = entries.find((one) => one.period === period);
  if (verdict === "left") return Boolean(entry?.left) !== Boolean(undone);
  // Taken back here, and let in by another device since.
  if (undone && entry?.device && entry.device !== device) return true;
  return Boolean(entry) !== Boolean(undone);
}

// What happened to an entry counts as a whole: an undo takes nobody away whom the roster does not count.
function changeOf(records, entries) {
  const { period } = records[0].content.effect;
  const inside = () => Number(entries.some((entry) => entry.period === period && !entry.left));
  const before = inside();
  for (const { content } of records) apply(entries, content.effect);
  return inside() - before;
}

function rosterEntries(guest, gate) {
  const here = (guest?.entries ?? []).filter((entry) => entry.checkpoint === gate.code);
  return here.map(({ period, visit = 0, at, left, device = "" }) => ({
    period, visit, device, at: Date.parse(at), left: left ? Date.parse(left) : null,
  }));
}

function entryOf({ registration, checkpoint, period }) {
  return [registration, checkpoint, period].join(" ");
}

function grouped(records, keyOf) {
  const groups = new Map();
  for (const record of records) {
    const key = keyOf(record);
    if (groups.has(key)) groups.get(key).push(record);
    else groups.set(key, [record]);
  }
  return groups;
}
