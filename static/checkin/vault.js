// What the device keeps in IndexedDB: sealed with keys that never leave the browser and can be thrown away.

import { openDB } from "../vendor/idb-8.0.4/index.js";

const NAME = "eventapp-door";
const VERSION = 1;
const SEAL = "AES-GCM";
const IV_BYTES = 12;
const CHANNEL = "eventapp-door";

/** The stores: `keys`, `kept` (single values), `pages` (of the roster), `queue` (scans and undos). */
export class Vault {
  #keys = new Map();

  constructor(db) {
    this.db = db;
  }

  /** Open it; throws where the browser allows no storage. */
  static async open() {
    return new Vault(await openDB(NAME, VERSION, { upgrade: makeStores, blocking: (_old, _new, event) => event.target.close() }));
  }

  /** Whether this browser can seal: only over HTTPS. Without it no roster is kept. */
  get seals() {
    return Boolean(globalThis.crypto?.subtle);
  }

  /** Close `value` with the key of this name; it opens with `unseal` as long as the key is there. */
  async seal(name, value) {
    if (!this.seals) return { plain: value };
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const text = new TextEncoder().encode(JSON.stringify(value));
    return { iv, data: await crypto.subtle.encrypt({ name: SEAL, iv }, await this.#key(name), text) };
  }

  /** The value that was sealed; null when its key is gone. */
  async unseal(name, sealed) {
    if (!sealed || "plain" in sealed) return sealed?.plain ?? null;
    try {
      const text = await crypto.subtle.decrypt({ name: SEAL, iv: sealed.iv }, await this.#key(name), sealed.data);
      return JSON.parse(new TextDecoder().decode(text));
    } catch {
      return null;
    }
  }

  async keep(name, value, key = "roster") {
    await this.db.put("kept", await this.seal(key, value), name);
  }

  async kept(name, key = "roster") {
    return this.unseal(key, await this.db.get("kept", name));
  }

  /** Throw a key away, and with it everything that it closes. */
  async dropKey(name) {
    this.#keys.delete(name);
    await this.db.delete("keys", name);
  }

  async #key(name) {
    if (!this.#keys.has(name)) this.#keys.set(name, await this.#storedKey(name));
    return this.#keys.get(name);
  }

  // Two tabs may want the first key at once: the one stored first is everybody's.
  async #storedKey(name) {
    const known = await this.db.get("keys", name);
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: SEAL, length: 256 }, false, ["encrypt", "decrypt"]);
    const writing = this.db.transaction("keys", "readwrite", { durability: "strict" });
    const first = await writing.store.get(name);
    if (!first) await writing.store.put(made, name);
    await writing.done;
    return first ?? made;
  }
}

function makeStores(db) {
  db.createObjectStore("keys");
  db.createObjectStore("kept");
  db.createObjectStore("pages", { autoIncrement: true });
  db.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
}

/** Tell every other part of this browser that "queue", "roster" or "pairing" has changed behind its back. */
export function announce(what) {
  const channel = globalThis.BroadcastChannel && new BroadcastChannel(CHANNEL);
  channel?.postMessage(what);
  channel?.close();
}

/** Call `then()` whenever that is announced by others. Gives the channel, through which one's own changes are told. */
export function onAnnounced(what, then) {
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel(CHANNEL) : null;
  channel?.addEventListener("message", ({ data }) => data === what && then());
  return channel;
}
