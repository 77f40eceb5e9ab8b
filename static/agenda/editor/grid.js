// Where sessions stand on the board: days one below the other, halls side by side, minutes downwards. Pure.

import { dateOf, daysLater, minutesOf } from "./times.js";

export const STEP = 5;
export const SHORTEST = 5;
const HOUR = 60;
const DAY = 24 * HOUR;
const USUAL = { begins: 8 * HOUR, ends: 19 * HOUR };
const ROOM = HOUR;

/** To the nearest step. */
export function snap(minutes, step = STEP) {
  return Math.round(minutes / step) * step;
}

/**
 * The stretch of each day that the board shows: from its first session to its last with an hour of room around them, and
 * the usual hours of a day at least. `sessions` are {at, minutes}; days without a session are shown, too.
 */
export function framesOf(dates, sessions, dayStarts) {
  const all = new Set([...dates, ...sessions.map((session) => dateOf(session.at, dayStarts))]);
  return [...all].sort().map((date) => frameOf(date, sessions, dayStarts));
}

function frameOf(date, sessions, dayStarts) {
  const midnight = minutesOf(`${date}T00:00`);
  const first = midnight + dayStarts;
  const here = sessions.filter((session) => session.at >= first && session.at < first + DAY);
  const starts = here.map((session) => session.at - ROOM);
  const ends = here.map((session) => session.at + session.minutes + ROOM);
  const begins = Math.max(first, Math.min(midnight + USUAL.begins, ...starts));
  return {
    date,
    begins: Math.floor(begins / HOUR) * HOUR,
    ends: Math.ceil(Math.min(first + DAY, Math.max(midnight + USUAL.ends, ...ends)) / HOUR) * HOUR,
  };
}

/** The frame in which a moment lies, or the one nearest to it. */
export function frameAt(frames, at) {
  const away = (frame) => Math.max(frame.begins - at, at - frame.ends + 1, 0);
  return frames.reduce((best, frame) => (away(frame) < away(best) ? frame : best));
}

/** Where a session stands in its frame: minutes since it begins, and how long it is seen. */
export function spanIn(frame, { at, minutes }) {
  const from = Math.max(0, at - frame.begins);
  const seen = Math.min(at + minutes, frame.ends) - Math.max(at, frame.begins);
  return { from, length: Math.max(SHORTEST, seen) };
}

/**
 * Who shares a hall at one time stands side by side: the lane of each session, and how many lanes there are where it
 * stands. `sessions` are {id, at, minutes} of one hall.
 */
export function lanesOf(sessions) {
  const found = new Map();
  let group = [];
  let ends = -Infinity;
  const close = () => {
    const lanes = Math.max(0, ...group.map((id) => found.get(id).lane + 1));
    for (const id of group) found.get(id).lanes = lanes;
  };
  let free = [];
  for (const session of [...sessions].sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))) {
    if (session.at >= ends) {
      close();
      [group, free] = [[], []];
    }
    const first = free.findIndex((until) => until <= session.at);
    const lane = first === -1 ? free.length : first;
    free[lane] = session.at + session.minutes;
    found.set(session.id, { lane, lanes: 1 });
    group.push(session.id);
    ends = Math.max(ends, session.at + session.minutes);
  }
  close();
  return found;
}

/** The place under a point: `box` is the day's area on the screen, `point` where the top of the session would be. */
export function placeUnder(point, box, frame, columns) {
  const column = Math.floor(((point.x - box.left) / box.width) * columns);
  const since = ((point.y - box.top) / box.height) * (frame.ends - frame.begins);
  return { at: snap(frame.begins + since), column: Math.min(columns - 1, Math.max(0, column)) };
}

/** What a key makes of a place {at, minutes, column}; null if the key means nothing here. */
export function movedByKey(place, key, { shift = false, columns }) {
  const { at, minutes, column } = place;
  if (shift) {
    const longer = { ArrowDown: STEP, ArrowUp: -STEP }[key];
    return longer ? { ...place, minutes: Math.max(SHORTEST, minutes + longer) } : null;
  }
  const later = { ArrowDown: STEP, ArrowUp: -STEP }[key];
  const beside = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const days = { PageDown: 1, PageUp: -1 }[key];
  if (later) return { ...place, at: at + later };
  if (beside) return { ...place, column: Math.min(columns - 1, Math.max(0, column + beside)) };
  return days ? { ...place, at: daysLater(at, days) } : null;
}

/** Whether a place lies on one of the days that the board shows. */
export function isShown(frames, place, dayStarts) {
  const date = dateOf(place.at, dayStarts);
  return frames.some((frame) => frame.date === date);
}

/** Sessions in one line: by time, then by column, then as they were made. */
export function inOrder(sessions) {
  return [...sessions].sort((one, other) => one.at - other.at || one.column - other.column || (one.id < other.id ? -1 : 1));
}
