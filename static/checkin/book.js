// The guest list in memory: quick to look up, quick to search, fifty thousand guests long.

import { fold, letters } from "./folding.js";
import { bestFirst, Haystack, rankOf, wantedIn } from "./haystack.js";

// So many changes are searched one by one; then they get a haystack of their own.
const MOST_FRESH = 1000;
const CHUNK = 2000;

/** Guests by id and short code. What was cancelled or re-issued stays, without a name. */
export class Book {
  guests = new Map();
  #short = new Map();
  #parties = new Map();
  #haystacks = [];
  #unsorted = [];
  #fresh = new Set();

  apply({ changed = [], removed = [] }) {
    for (const id of removed) this.#remove(id);
    for (const guest of changed) {
      this.#remove(guest.id);
      this.#add(guest);
    }
    if (changed.length > MOST_FRESH) this.#unsorted.push(changed);
    else for (const guest of changed) this.#fresh.add(guest.id);
    if (this.#fresh.size > MOST_FRESH) this.#gather();
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
    const wanted = wantedIn(query, { fold, letters });
    if (!wanted) return [];
    while (this.prepare());
    const isCurrent = (guest) => this.guests.get(guest.id) === guest && !this.#fresh.has(guest.id);
    const found = this.#haystacks.flatMap((haystack) => haystack.search(wanted, limit, isCurrent));
    for (const id of this.#fresh) {
      const guest = this.guests.get(id);
      const rank = guest?.name ? rankOf(guest, wanted) : 0;
      if (rank) found.push([rank, guest]);
    }
    return found.sort(bestFirst).slice(0, limit).map(([, guest]) => guest);
  }

  /** Get one more part ready for searches; says whether there is another. A list is long, and a scan may be waiting. */
  prepare() {
    const part = this.#unsorted.shift();
    if (part) this.#haystacks.push(new Haystack(part));
    return this.#unsorted.length > 0;
  }

  #gather() {
    const fresh = [...this.#fresh].map((id) => this.guests.get(id)).filter(Boolean);
    this.#fresh.clear();
    this.#unsorted.push(fresh);
    const lines = this.#haystacks.reduce((sum, haystack) => sum + haystack.size, 0);
    if (lines > 2 * this.guests.size + CHUNK) this.#sortAnew();
  }

  // So much has changed that most of what the haystacks hold is out of date.
  #sortAnew() {
    const guests = [...this.guests.values()];
    this.#haystacks = [];
    this.#unsorted = [];
    for (let start = 0; start < guests.length; start += CHUNK) this.#unsorted.push(guests.slice(start, start + CHUNK));
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
    this.#fresh.delete(id);
    if (this.#short.get(guest.short_code) === id) this.#short.delete(guest.short_code);
    this.#parties.get(guest.party)?.delete(id);
  }
}
