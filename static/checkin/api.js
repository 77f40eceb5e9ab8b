// The door's way to the server. Every answer is either data or one of the two errors below.

import { eventsOf } from "./events.js";

const BASE = "/api/v1/checkin/";
const PATIENCE_MS = 8000;
const LONG_PATIENCE_MS = 30000;
const REVOKED = "DeviceUnknown";

/** The server no longer knows this device. */
export class Unpaired extends Error {}

/** No usable answer came; `detail` is the server's own sentence and `status` its number, if it gave them. */
export class NoAnswer extends Error {
  constructor(detail = "", status = 0) {
    super(detail);
    this.detail = detail;
    this.status = status;
  }
}

/** The calls that a paired device makes with its token. */
export class Api {
  constructor(token) {
    this.token = token;
  }

  /** Send scans and give their verdicts in the same order; `clock` says when that was by this device. */
  async scans(scans, clock, patience = LONG_PATIENCE_MS) {
    const sent = { scans, sent_at: new Date().toISOString(), offset_ms: clock?.ahead ?? null };
    const { verdicts } = await this.#post("scans", sent, patience);
    if (!Array.isArray(verdicts) || verdicts.length !== scans.length) throw new NoAnswer();
    return verdicts;
  }

  /** What changed since the cursor of an earlier answer. */
  async roster(since, limit) {
    const page = await this.#call(`roster?${new URLSearchParams({ since, limit })}`, {}, LONG_PATIENCE_MS);
    if (!Array.isArray(page.changed)) throw new NoAnswer();
    return page;
  }

  /** Take admissions back that scans of this device made. */
  async undos(undos) {
    return (await this.#post("undos", { undos }, LONG_PATIENCE_MS)).undone ?? [];
  }

  async heartbeat(state, patience = PATIENCE_MS) {
    return this.#post("heartbeat", state, patience);
  }

  async walkIn(form) {
    return this.#post("walk-ins", form, PATIENCE_MS);
  }

  async search(query) {
    return (await this.#call(`search?q=${encodeURIComponent(query)}`)).results;
  }

  async stats() {
    return this.#call("stats");
  }

  /** The same numbers whenever they change, until `stream` (an AbortController) is aborted or the server ends. */
  async *statsAsTheyChange(stream) {
    const headers = { Authorization: `Bearer ${this.token}`, Accept: "text/event-stream" };
    const response = await fetch(`${BASE}stats/stream`, { headers, signal: stream.signal, cache: "no-store" });
    if (!isStream(response)) throw new NoAnswer("", response.status);
    for await (const data of eventsOf(response, () => stream.abort())) yield JSON.parse(data);
  }

  #post(path, body, patience) {
    return this.#call(path, { method: "POST", body: JSON.stringify(body) }, patience);
  }

  async #call(path, options = {}, patience = PATIENCE_MS) {
    const headers = { Authorization: `Bearer ${this.token}`, Accept: "application/json" };
    if (options.body) headers["Content-Type"] = "application/json";
    const signal = AbortSignal.timeout?.(patience);
    return readAnswer(fetch(BASE + path, { ...options, headers, signal, cache: "no-store" }));
  }
}

function isStream(response) {
  return response.ok && (response.headers.get("Content-Type") ?? "").startsWith("text/event-stream");
}

/** Turn a pending fetch into its JSON; throws Unpaired or NoAnswer. */
export async function readAnswer(pending) {
  let response, body;
  try {
    response = await pending;
    body = await response.json();
  } catch {
    throw new NoAnswer("", response?.status);
  }
  // Only in the server's own words: the page of a hotel's network may answer 401 to anything.
  if (response.status === 401 && body?.type === REVOKED) throw new Unpaired();
  if (!response.ok || !body || typeof body !== "object") throw new NoAnswer(body?.detail ?? "", response.status);
  return body;
}
