// The door's rules, the same as eventapp/checkin/rules.py: from what is known about a pass and a checkpoint to one
// verdict. No storage, no network, no clock. Times are milliseconds; guests and gates are as the roster has them.

export const RULES = await fetch(new URL("rules.json", import.meta.url)).then((answer) => answer.json());

const formats = new Map();

/**
 * The verdict on a scan. `reading` is {problem, serial} of the code (serial null where none was read), `entries` are the
 * guest's at this gate, `inside` counts who is in there, `overrides` says that a device which may gave a reason.
 */
export function judge({ reading, guest, gate, direction, at, entries, inside, overrides }) {
  let refusal = reading.problem ?? checkPass(guest, reading.serial ?? null);
  if (!guest || (refusal && !RULES.overridable.includes(refusal))) return refusal ?? "unknown";
  refusal ??= checkGate(guest, gate, direction, at);
  if (!gate || !serves(gate, direction) || (refusal && !overrides)) return refusal ?? "not_allowed";
  const rules = overrides ? { ...gate, pause_seconds: 0 } : gate;
  return checkPresence(entries, rules, direction, at, inside);
}

/** The verdict on the pass alone; null when it is good. */
export function checkPass(guest, serial) {
  if (!guest) return "unknown";
  if (serial !== null && serial !== guest.serial) return "revoked";
  if (RULES.cancelled_states.includes(guest.state)) return "cancelled";
  return guest.state === RULES.confirmed_state ? null : "not_confirmed";
}

/** The verdict on this pass at this checkpoint at this moment, whoever is inside; null when it may go on. */
export function checkGate(guest, gate, direction, at) {
  if (!gate || !serves(gate, direction) || !admits(gate, guest)) return "not_allowed";
  if ((gate.opens_at && at < Date.parse(gate.opens_at)) || (gate.closes_at && at >= Date.parse(gate.closes_at))) return "outside_hours";
  return null;
}

/** The verdict that depends on who is in: admitted, left, or why not. */
export function checkPresence(entries, gate, direction, at, inside) {
  const standing = standingEntry(entries, gate, at);
  const pause = (gate.pause_seconds ?? 0) * 1000;
  if (direction === "out") return !standing ? "not_inside" : at - standing.at < pause ? "too_soon" : "left";
  if (standing) return "already_in";
  const lastLeft = Math.max(...entries.map((entry) => entry.left ?? -Infinity));
  if (at - lastLeft < pause) return "too_soon";
  return (gate.capacity ?? null) !== null && inside >= gate.capacity ? "full" : "admitted";
}

/** The entry that makes a second one refused: the period's, or the visit that is not over. */
export function standingEntry(entries, gate, at) {
  if (gate.rule === "visits") return entries.find((entry) => (entry.left ?? null) === null) ?? null;
  const { period } = periodOf(gate, at, 0);
  return entries.find((entry) => entry.period === period) ?? null;
}

/** The period an admission at this moment belongs to, and its visit number (0 where visits are not counted). */
export function periodOf(gate, at, visits) {
  if (gate.rule === "once") return { period: "once", visit: 0 };
  if (gate.rule === "daily") return { period: dayOf(gate.day_starts, gate.zone, at), visit: 0 };
  return { period: `visit-${visits + 1}`, visit: visits + 1 };
}

/** The event's own date a moment belongs to: until the day starts, it is still the day before. */
export function dayOf(dayStarts, zone, at) {
  const [hours, minutes] = dayStarts.split(":").map(Number);
  return new Date(wallTime(zone, at) - (hours * 60 + minutes) * 60000).toISOString().slice(0, 10);
}

/** What the clocks of a zone show, as milliseconds of a UTC time that reads the same. */
export function wallTime(zone, at) {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
}

function serves(gate, direction) {
  return gate.allowed && (direction === "in" || RULES.counts_exits.includes(gate.rule));
}

function admits(gate, guest) {
  const limits = gate.categories ?? [];
  if (limits.includes(guest.category) || (guest.granted ?? []).includes(gate.code)) return true;
  return gate.booking ? (guest.booked ?? []).includes(gate.code) : limits.length === 0;
}

// Making one takes longer than all the rest of a verdict.
function formatOf(zone) {
  if (!formats.has(zone)) {
    const numbers = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    formats.set(zone, new Intl.DateTimeFormat("en-u-ca-iso8601", { timeZone: zone, hourCycle: "h23", ...numbers }));
  }
  return formats.get(zone);
}
