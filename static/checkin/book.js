// The guest list in memory: quick to look up, quick to search, fifty thousand guests long.

import { fold, letters } from "./folding.js";

const HAN = /\p{Script=Han}/u;

/** Guests by id and short code. What was cancelled or re-issued stays, without a name. */
export class Book {
  guests = new Map();
  #short = new Map();
  #parties = new Map();

  apply({ changed = [], removed = [] }) {
    for (const id of removed) this.#remove(id);
    for (const guest of changed) {
      this.#remove(guest.id);
      this.#add(guest);
    }
  }

  byShortCode(code) {
    return this.guests.get(this.#short.get(code)) ?? null;
  }

  /** All who belong to a party, its head first. */
  party(id) {
    const members = [...(this.#parties.get(id) ?? [])].map((member) => this.guests.get(member));
    return members.sort((one, other) => Number(other.head ?? false) - Number(one.head ?? false));
  }

  /** The guests that fit what was typed, the best first. */
  search(query, limit) {
    const wanted = wantedIn(query);
    if (!wanted) return [];
    const found = [];
    for (const guest of this.guests.values()) {
      const rank = guest.keys === undefined ? 0 : rankOf(guest, wanted);
      if (rank) found.push([rank, guest]);
    }
    return found.sort(byRank).slice(0, limit).map(([, guest]) => guest);
  }

  #add(guest) {
    this.guests.set(guest.id, guest);
    if (guest.short_code) this.#short.set(guest.short_code, guest.id);
    if (!guest.party) return;
    if (!this.#parties.has(guest.party)) this.#parties.set(guest.party, new Set());
    this.#parties.get(guest.party).add(guest.id);
  }

  #remove(id) {
    const guest = this.guests.get(id);
    if (!guest) return;
    this.guests.delete(id);
    if (this.#short.get(guest.short_code) === id) this.#short.delete(guest.short_code);
    this.#parties.get(guest.party)?.delete(id);
  }
}

function wantedIn(query) {
  const plain = fold(query);
  if (!plain) return null;
  const joined = letters(query);
  const tail = /^[0-9]{4,}$/.test(joined) ? joined.slice(-4) : "";
  return { plain, joined, words: plain.split(" "), tail };
}

// A name, a reading or initials that begin so come before words that hold it somewhere.
function rankOf({ keys, phone_tail }, { plain, joined, words, tail }) {
  if (tail && phone_tail === tail) return 4;
  if (joined && begins(keys, joined)) return 3;
  if (words.every((word) => (HAN.test(word) ? keys.includes(word) : begins(keys, word)))) return 2;
  return plain.length > 2 && keys.includes(plain) ? 1 : 0;
}

function begins(keys, word) {
  return keys.startsWith(word) || keys.includes(` ${word}`);
}

function byRank([rank, guest], [otherRank, other]) {
  const isIn = Number(other.state === "confirmed") - Number(guest.state === "confirmed");
  return isIn || otherRank - rank || (guest.keys < other.keys ? -1 : 1);
}
