// The camera: its stream, the frames that go to the decoder one at a time, and why there is no picture.

import { Decoder, DecoderBroken } from "./decoder.js";
import { choose, preferences } from "./preferences.js";

const WIDEST_FRAME = 1280;
const RESTING_MS = 40;
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/**
 * Reads codes from the camera. `onCode(text)` is called for every frame with a code in it, `onState(state)` with
 * starting, scanning, insecure, none, refused, occupied or broken.
 */
export class Camera extends EventTarget {
  #canvas = document.createElement("canvas");
  #stream = null;
  #attempt = 0;
  #wanted = false;
  state = "starting";

  constructor(video, { onCode, onState, decoder = new Decoder() }) {
    super();
    Object.assign(this, { video, onCode, onState, decoder });
    document.addEventListener("visibilitychange", () => this.#wake());
  }

  async start() {
    this.stop();
    this.#wanted = true;
    if (!window.isSecureContext) return this.#become("insecure");
    if (!navigator.mediaDevices?.getUserMedia) return this.#become("none");
    this.#become("starting");
    const attempt = this.#attempt;
    try {
      await this.decoder.open();
      await this.#openStream(attempt);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#close();
      this.#become(reasonOf(error));
    }
  }

  stop() {
    this.#wanted = false;
    this.#close();
  }

  /** The cameras of this device as {id, label}; named only once the camera may be used. */
  async cameras() {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId).map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  /** The id of the camera that is looked through now. */
  get current() {
    return this.#track?.getSettings().deviceId ?? "";
  }

  /** Look through this camera, now and from now on. */
  use(id) {
    choose("camera", id);
    return this.start();
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  get torch() {
    return Boolean(this.#track?.getSettings().torch);
  }

  async light(on) {
    await this.#track?.applyConstraints({ advanced: [{ torch: on }] }).catch(() => null);
    this.dispatchEvent(new Event("change"));
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  #become(state) {
    this.state = state;
    this.onState(state);
    this.dispatchEvent(new Event("change"));
  }

  // Whatever an earlier attempt is still waiting for ends here.
  #close() {
    this.#attempt += 1;
    if (this.#stream) stopAll(this.#stream);
    this.#stream = null;
    this.video.srcObject = null;
  }

  async #openStream(attempt) {
    const stream = await openChosen().catch(openAny);
    if (attempt !== this.#attempt) return void stopAll(stream);
    this.#stream = stream;
    this.#track.addEventListener("ended", () => this.#lost());
    this.video.srcObject = stream;
    await this.video.play();
    this.#become("scanning");
    this.#read(attempt);
  }

  async #read(attempt) {
    const frame = this.#grab();
    const text = frame ? await this.decoder.read(frame) : "";
    if (attempt !== this.#attempt) return;
    if (text) this.onCode(text);
    setTimeout(() => attempt === this.#attempt && this.#read(attempt), RESTING_MS);
  }

  #grab() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || document.hidden) return null;
    const scale = Math.min(1, WIDEST_FRAME / Math.max(videoWidth, videoHeight));
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.video, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  }

  #lost() {
    if (!this.#stream) return;
    this.#close();
    if (!document.hidden) this.#become("occupied");
  }

  // Phones take the camera away from a page in the background and don't give it back by themselves.
  #wake() {
    if (document.hidden || !this.#wanted) return;
    if (!this.#stream) this.start();
    else this.video.play().catch(() => this.start());
  }
}

function stopAll(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function openChosen() {
  const which = preferences.camera ? { deviceId: { exact: preferences.camera } } : { facingMode: { ideal: "environment" } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { ...SIZE, ...which } });
}

// The chosen camera may be unplugged, or its id may have changed with the browser's.
function openAny(error) {
  if (!preferences.camera || error.name === "NotAllowedError") throw error;
  choose("camera", "");
  return openChosen();
}

function reasonOf(error) {
  if (error instanceof DecoderBroken) return "broken";
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "refused";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "none";
  return "occupied";
}
