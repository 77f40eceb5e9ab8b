// The server's clock as this device knows it: a phone whose own clock is wrong must not open a gate too early.

const SLOWEST_TRIP_MS = 3000;
const GOOD_FOR_MS = 600000;

/** Knows by how much this device's clock is ahead of the server's. */
export class ServerClock {
  #measured = null;

  /** `known` is what `state` gave earlier. */
  constructor(known = null) {
    this.#measured = known;
  }

  /** Milliseconds that this device's clock is ahead. */
  get offset() {
    return this.#measured?.offset ?? 0;
  }

  /** The same in whole milliseconds; null as long as nobody has measured it. */
  get ahead() {
    return this.#measured && Math.round(this.offset);
  }

  get measured() {
    return this.#measured !== null;
  }

  /** To be kept for the next start. */
  get state() {
    return this.#measured;
  }

  /** The server's time now, in milliseconds. */
  now() {
    return Date.now() - this.offset;
  }

  /** Note the time that a server's answer names; the request left and the answer came at these times of this device. */
  hear(named, left, came) {
    const trip = came - left;
    const server = Date.parse(named);
    if (Number.isNaN(server) || trip < 0 || trip > SLOWEST_TRIP_MS) return;
    const offset = (left + came) / 2 - server;
    const old = this.#measured;
    const agrees = old && Math.abs(old.offset - offset) <= (old.trip + trip) / 2 + 1;
    if (agrees && old.trip < trip && came - old.at < GOOD_FOR_MS) return;
    this.#measured = { offset, trip, at: came };
  }
}
