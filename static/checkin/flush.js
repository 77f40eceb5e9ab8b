// Sending what is waiting: by the page, and by the service worker when the page is closed.

import { NoAnswer } from "./api.js";
import { acknowledge, dueRecords } from "./queue.js";
import { localTime } from "./scans.js";
import { announce } from "./vault.js";

const BATCH = 200;
const LOCK = "eventapp-door-flush";
const NOT_OURS_TO_REPEAT = [400, 413, 422];

/**
 * Send all that is due, in order, by one tab at a time. `onAnswer(content, answer)` hears of each scan and undo.
 * Returns how many were acknowledged; throws Unpaired, NoAnswer.
 */
export async function flush({ vault, api, event, clock, onAnswer = () => {} }) {
  return alone(async () => {
    let sent = 0;
    try {
      sent += await sendAll(vault, event, "scan", (batch) => api.scans(batch.map((scan) => lateScanOf(scan, clock)), clock), onAnswer);
      sent += await sendAll(vault, event, "undo", (batch) => sendUndos(api, batch), onAnswer);
    } finally {
      if (sent) announce("queue");
    }
    return sent;
  });
}

/** The scan as the server takes it: what was decided here goes along, what was shown stays here. */
export function scanOf({ shown: _shown, answer: _answer, effect: _effect, ahead = null, ...scan }, clock) {
  // The server is told how the clock stands on sending. One that was set since then would have shown another time.
  const since = ahead === null || !clock?.measured ? 0 : clock.ahead - ahead;
  return since ? { ...scan, scanned_at: localTime(new Date(Date.parse(scan.scanned_at) + since)) } : scan;
}

// Whatever waited is judged at its own time: also a scan whose question was cut off, by a tab that was killed or a dead battery.
function lateScanOf(content, clock) {
  return { ...scanOf(content, clock), offline: true };
}

async function sendAll(vault, event, kind, send, onAnswer) {
  const due = await dueRecords(vault, event, kind);
  let sent = 0;
  for (let start = 0; start < due.length; start += BATCH) {
    sent += await sendBatch(vault, due.slice(start, start + BATCH), send, onAnswer);
  }
  return sent;
}

// A batch that the server will never take is halved, so that one bad record holds up no other.
async function sendBatch(vault, batch, send, onAnswer) {
  let answers;
  try {
    answers = await send(batch.map(({ content }) => content));
  } catch (error) {
    if (!(error instanceof NoAnswer) || !NOT_OURS_TO_REPEAT.includes(error.status)) throw error;
    if (batch.length === 1) return 0;
    const half = Math.ceil(batch.length / 2);
    const first = await sendBatch(vault, batch.slice(0, half), send, onAnswer);
    return first + (await sendBatch(vault, batch.slice(half), send, onAnswer));
  }
  for (const [place, { row, content }] of batch.entries()) {
    const isNew = answers[place] && (await acknowledge(vault, row.n, { ...content, answer: answers[place] }));
    if (isNew) onAnswer(content, answers[place]);
  }
  return answers.length;
}

async function sendUndos(api, batch) {
  const answers = await api.undos(batch.map(({ id, scan, reason, undone_at }) => ({ id, scan, reason, undone_at })));
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  return batch.map(({ id }) => byId.get(id));
}

// Several tabs and the service worker share one queue. Where there are no locks, the server makes repeating harmless.
function alone(work) {
  if (!globalThis.navigator?.locks) return work();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? work() : 0));
}
