// The verdict on a scan without the server: the signature by the event's public key, the rest by roster and rules.

import { effectOf } from "./effects.js";
import { checkCode, findCode } from "./reading.js";
import { checkGate, judge, standingEntry, wallTime } from "./rules.js";
import { canCheckSignatures } from "./signature.js";

const NOBODY = { category: null, booked: [], granted: [] };

/** Decides by what this device knows; `messages` has the sentence of each verdict in both languages. */
export class Decider {
  constructor({ roster, effects, clock, messages }) {
    Object.assign(this, { roster, effects, clock, messages });
  }

  /** {verdict, effect}: the verdict in the server's shape; null where this device cannot know. */
  async decide(scan) {
    const reading = await this.#read(scan);
    if (!reading) return null;
    const { guest, registration } = reading;
    const gate = this.#gate(scan.checkpoint);
    const at = Date.parse(scan.scanned_at) - this.clock.offset;
    const entries = gate ? this.effects.entriesAt(gate, guest, registration) : [];
    const [word, unlisted] = this.#judge(scan, reading, gate, at, entries);
    if (word === "unknown" && !this.roster.complete) return null;
    const verdict = this.#verdict(scan, word, { guest, registration, gate, at, entries, unlisted });
    return { verdict, effect: scan.rehearsal ? null : effectOf({ verdict: word, registration, gate, at, entries }) };
  }

  /** What the server's verdict did here, so that the next scan without it knows. */
  effectOf(scan, answer) {
    const { guest, registration } = this.#found(scan);
    const gate = this.#gate(scan.checkpoint);
    const at = this.clock.now();
    const entries = gate ? this.effects.entriesAt(gate, guest, registration) : [];
    return scan.rehearsal ? null : effectOf({ verdict: answer.verdict, registration, gate, at, entries });
  }

  /** The public id of the guest a scan is about, as far as it can be known here; "" otherwise. */
  registrationOf(scan) {
    return this.#found(scan).registration ?? "";
  }

  #judge(scan, reading, gate, at, entries) {
    const { guest, unlisted } = reading;
    const { direction } = scan;
    const inside = gate ? (gate.inside ?? 0) + this.effects.insideMore(gate, (id) => this.roster.entry(id)) : 0;
    const overrides = Boolean(scan.override?.reason && this.roster.device.may_override);
    const known = { reading, guest, gate, direction, at, entries, inside, overrides };
    const word = judge(known);
    if (word !== "unknown" || !unlisted || !this.#admitsUnlisted || direction !== "in") return [word, false];
    // A genuine pass of somebody who registered since: let in where everybody may go.
    if (checkGate(NOBODY, gate, direction, at)) return [word, false];
    return [judge({ ...known, guest: { ...NOBODY, state: "confirmed", serial: reading.serial } }), true];
  }

  // Whom half a list lacks may have been cancelled long ago.
  get #admitsUnlisted() {
    return this.roster.complete && this.roster.settings.admit_unknown_offline;
  }

  async #read(scan) {
    const found = this.#found(scan);
    if (!found.code) return found;
    if (!canCheckSignatures() || !this.roster.event) return null;
    const problem = await checkCode(found.code, (id) => this.roster.key(id));
    return problem ? { problem } : { ...found, unlisted: !found.guest };
  }

  // Whom a scan names, whether the code is genuine or not.
  #found(scan) {
    if (scan.registration) return this.#guest(scan.registration);
    const { problem, short, code } = findCode(scan.code);
    if (problem) return { problem };
    if (code) return { ...this.#guest(code.registration), code, serial: code.serial };
    const guest = this.roster.byShortCode(short);
    return { guest, registration: guest?.id };
  }

  #guest(registration) {
    return { registration, guest: this.roster.entry(registration) };
  }

  // Outside its own hours a device lets nobody in.
  #gate(code) {
    const gate = this.roster.door(code);
    const { valid_from, valid_until } = this.roster.device;
    const now = this.clock.now();
    const isOff = (valid_from && now < Date.parse(valid_from)) || (valid_until && now >= Date.parse(valid_until));
    return gate && isOff ? { ...gate, allowed: false } : gate;
  }

  #verdict(scan, word, { guest, registration, gate, at, entries, unlisted }) {
    const standing = word === "already_in" ? standingEntry(entries, gate, at) : null;
    return {
      id: scan.id,
      verdict: word,
      message: this.messages[word] ?? null,
      first: standing && firstOf(standing, gate, this.roster.device),
      person: guest?.name ? personOf(guest, this.roster.category(guest.category)) : null,
      registration: registration ?? "",
      ...(unlisted ? { unlisted } : {}),
    };
  }
}

/** What the door is told of a guest. */
export function personOf(guest, category) {
  const { name, organisation = "", position = "", seat = "", note = "" } = guest;
  return { name, organisation, position, seat, note, category: category && { en: category.en, zh: category.zh, colour: category.colour } };
}

function firstOf(entry, gate, device) {
  return {
    at: new Date(wallTime(gate.zone, entry.at)).toISOString().slice(0, -1),
    checkpoint: gate.code,
    checkpoint_name: { en: gate.name_en || gate.name_zh, zh: gate.name_zh || gate.name_en },
    device: entry.device || device.name,
  };
}
