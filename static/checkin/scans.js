// One scan: made here once, and sent again word for word when no answer came.

/** The JSON of one scan; `what` is {code} or {registration}. */
export function makeScan(what, { method, checkpoint, direction }) {
  return {
    id: randomId(),
    ...what,
    checkpoint,
    direction,
    scanned_at: localTime(new Date()),
    method,
    offline: false,
    override: null,
  };
}

/** Knows which code is still being held into the camera. */
export class Presence {
  #code = "";
  #seen = -Infinity;

  constructor(quietMs) {
    this.quietMs = quietMs;
  }

  /** Whether this code has just arrived: another one, or the same after being away for a while. */
  arrives(code, now) {
    const arrived = code !== this.#code || now - this.#seen > this.quietMs;
    this.#code = code;
    this.#seen = now;
    return arrived;
  }
}

/** A UUID. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A time with this device's offset, as people here would read it. */
export function localTime(date) {
  const offset = -date.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const wall = new Date(date.getTime() + offset * 60000).toISOString().slice(0, -1);
  return `${wall}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}
