// The editor's way to the server. Every answer is either data or one of the two errors below.

const PATIENCE_MS = 10000;

/** No answer came: there is no network, or the server is away. */
export class NoAnswer extends Error {}

/** The server refused in words; `problem` is its answer. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? "");
    this.status = status;
    this.problem = problem;
  }
}

/** The calls of one person's editor. */
export class Api {
  constructor(address, token) {
    this.address = address;
    this.token = token;
  }

  board() {
    return this.#call("");
  }

  /** What changed after a change; the whole board if the halls, the days or the clock are others than those of `setup`. */
  changes(after, setup) {
    return this.#call(`/changes?after=${after}&setup=${setup}`);
  }

  post(verb, body, signal = null) {
    return this.#call(`/${verb}`, { method: "POST", body: JSON.stringify(body) }, signal);
  }

  async #call(path, options = {}, signal = null) {
    const headers = { Accept: "application/json" };
    if (options.body) Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": this.token });
    let response, answer;
    try {
      const patience = signal ?? AbortSignal.timeout(PATIENCE_MS);
      response = await fetch(this.address + path, { ...options, headers, cache: "no-store", signal: patience });
      answer = await response.json();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new NoAnswer();
    }
    if (!response.ok) throw new Refusal(response.status, answer);
    return answer;
  }
}
