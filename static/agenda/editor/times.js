// Wall times of the event as whole minutes, so that they can be reckoned with; the server alone knows the zone. Pure.

const MINUTE_MS = 60000;
const DAY = 24 * 60;

/** "2026-11-23T09:05" as minutes. */
export function minutesOf(local) {
  return Math.round(Date.parse(`${local.slice(0, 16)}Z`) / MINUTE_MS);
}

/** Minutes as "2026-11-23T09:05". */
export function localOf(minutes) {
  return new Date(minutes * MINUTE_MS).toISOString().slice(0, 16);
}

/** The time of day: "09:05". */
export function clockOf(minutes) {
  return localOf(minutes).slice(11);
}

/** The minutes of "04:00" since midnight. */
export function minutesOfClock(clock) {
  const [hours, minutes] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The day of the agenda that a moment belongs to; a day begins at `dayStarts` minutes, so late nights stay with it. */
export function dateOf(minutes, dayStarts) {
  return localOf(minutes - dayStarts).slice(0, 10);
}

/** The same time of day, so many days later. */
export function daysLater(minutes, days) {
  return minutes + days * DAY;
}

/** The moment on a day of the agenda at a time of day: a time before the day begins is that of the following night. */
export function momentOn(date, clock, dayStarts) {
  const since = minutesOfClock(clock);
  return minutesOf(`${date}T00:00`) + since + (since < dayStarts ? DAY : 0);
}

const written = new Map();

/** "Monday 23 November" as a language writes it, or "Mon 23 Nov". */
export function dayName(date, locale, length = "long") {
  const key = `${date} ${locale} ${length}`;
  if (!written.has(key)) written.set(key, writtenOut(date, locale, length));
  return written.get(key);
}

// To make a format takes longer than all else that is written on a card.
function writtenOut(date, locale, length) {
  const options = { weekday: length, day: "numeric", month: length, timeZone: "UTC" };
  return new Intl.DateTimeFormat(locale, options).format(Date.parse(`${date}T00:00Z`));
}
