// Everything that some guests are found by, as one long text in their order: a search reads until it has enough.

const END = "\n";
const TAIL = "\t";

/** The index of guests as they were when it was made. */
export class Haystack {
  #guests;
  #text;
  #starts;

  constructor(guests) {
    this.#guests = guests.filter((guest) => guest.name).sort(inOrder);
    const lines = this.#guests.map(lineOf);
    this.#text = lines.join("");
    this.#starts = new Uint32Array(lines.length + 1);
    lines.forEach((line, number) => (this.#starts[number + 1] = this.#starts[number] + line.length));
  }

  get size() {
    return this.#guests.length;
  }

  /** The first that fit as [rank, guest], the best ranks first; `isCurrent(guest)` may leave some out. */
  search(wanted, limit, isCurrent) {
    const found = new Map();
    for (const { rank, needle, fits } of passesOf(wanted)) {
      if (found.size < limit) this.#find(needle, limit, found, (guest) => isCurrent(guest) && fits(guest), rank);
    }
    return [...found].map(([guest, rank]) => [rank, guest]);
  }

  // By a regular expression, which is made ready once: a plain search for a long word is made ready anew at each hit.
  #find(needle, limit, found, fits, rank) {
    const hits = new RegExp(escaped(needle), "g");
    while (found.size < limit && hits.test(this.#text)) {
      const line = this.#lineOf(hits.lastIndex - needle.length);
      const guest = this.#guests[line];
      if (!found.has(guest) && fits(guest)) found.set(guest, rank);
      hits.lastIndex = this.#starts[line + 1] - 1;
    }
  }

  #lineOf(place) {
    let [low, high] = [0, this.#guests.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle] <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** What is looked for, or null; `fold` and `letters` as the keys were made. */
export function wantedIn(query, { fold, letters }) {
  const plain = fold(query);
  if (!plain) return null;
  const joined = letters(query);
  const words = plain.split(" ").map((word) => (/\p{Script=Han}/u.test(word) ? word : ` ${word}`));
  return { plain, joined: joined && ` ${joined}`, words, tail: /^[0-9]{4,}$/.test(joined) ? joined.slice(-4) : "" };
}

/** How well one guest fits; 0 for not at all. */
export function rankOf(guest, wanted) {
  const line = lineOf(guest);
  return passesOf(wanted).find(({ needle, fits }) => line.includes(needle) && fits(guest))?.rank ?? 0;
}

/** The order of [rank, guest]. */
export function bestFirst([rank, guest], [otherRank, other]) {
  return otherRank - rank || inOrder(guest, other);
}

// Confirmed guests first, then by name.
function inOrder(one, other) {
  const come = Number(other.state === "confirmed") - Number(one.state === "confirmed");
  return come || (one.keys < other.keys ? -1 : Number(one.keys > other.keys));
}

function lineOf({ keys = "", phone_tail = "" }) {
  return ` ${keys}${TAIL}${phone_tail}${END}`;
}

// The best first: the phone's last digits; a beginning; every word; anywhere.
function passesOf({ plain, joined, words, tail }) {
  const last = words.at(-1);
  const others = words.slice(0, -1).map((word) => new RegExp(escaped(word).replace(/^ /, "(?:^| )")));
  const every = ({ keys = "" }) => others.every((word) => word.test(keys));
  const passes = [
    { rank: 4, needle: tail && `${TAIL}${tail}${END}`, fits: anybody },
    { rank: 3, needle: joined, fits: anybody },
    { rank: 2, needle: others.length || last !== joined ? last : "", fits: every },
    { rank: 1, needle: plain.length > 2 ? plain : "", fits: anybody },
  ];
  return passes.filter(({ needle }) => needle);
}

function escaped(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function anybody() {
  return true;
}
