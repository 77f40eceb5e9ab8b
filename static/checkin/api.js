// The door's way to the server. Every answer is either data or one of the two errors below.

const BASE = "/api/v1/checkin/";
const PATIENCE_MS = 8000;

/** The server no longer knows this device. */
export class Unpaired extends Error {}

/** No usable answer came; `detail` is the server's own sentence, if it gave one. */
export class NoAnswer extends Error {
  constructor(detail = "") {
    super(detail);
    this.detail = detail;
  }
}

/** The calls that a paired device makes with its token. */
export class Api {
  constructor(token) {
    this.token = token;
  }

  /** Send one scan and give its verdict. */
  async scan(scan) {
    const answer = await this.#call("scans", { method: "POST", body: JSON.stringify({ scans: [scan] }) });
    const verdict = answer.verdicts?.[0];
    if (!verdict) throw new NoAnswer();
    return verdict;
  }

  async search(query) {
    return (await this.#call(`search?q=${encodeURIComponent(query)}`)).results;
  }

  async stats() {
    return this.#call("stats");
  }

  async #call(path, options = {}) {
    const headers = { Authorization: `Bearer ${this.token}`, Accept: "application/json" };
    if (options.body) headers["Content-Type"] = "application/json";
    const signal = AbortSignal.timeout?.(PATIENCE_MS);
    return readAnswer(fetch(BASE + path, { ...options, headers, signal, cache: "no-store" }));
  }
}

/** Turn a pending fetch into its JSON; throws Unpaired or NoAnswer. */
export async function readAnswer(pending) {
  let response, body;
  try {
    response = await pending;
    body = await response.json();
  } catch {
    throw response?.status === 401 ? new Unpaired() : new NoAnswer();
  }
  if (response.status === 401) throw new Unpaired();
  if (!response.ok) throw new NoAnswer(body.detail ?? "");
  return body;
}
