// The camera: its stream, the frames that go to the decoder one at a time, and why there is no picture.

const WIDEST_FRAME = 1280;
const RESTING_MS = 40;
const WANTED = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } };

/**
 * Reads codes from the camera. `onCode(text)` is called for every frame with a code in it, `onState(state)` with
 * starting, scanning, insecure, none, refused, occupied or broken.
 */
export class Camera {
  #canvas = document.createElement("canvas");
  #worker = null;
  #stream = null;
  #reading = false;
  #wanted = false;

  constructor(video, { onCode, onState }) {
    this.video = video;
    this.onCode = onCode;
    this.onState = onState;
    document.addEventListener("visibilitychange", () => this.#wake());
  }

  async start() {
    this.stop();
    this.#wanted = true;
    if (!window.isSecureContext) return this.onState("insecure");
    if (!navigator.mediaDevices?.getUserMedia) return this.onState("none");
    this.onState("starting");
    try {
      await this.#openDecoder();
      await this.#openStream();
    } catch (error) {
      this.#close();
      this.onState(reasonOf(error));
    }
  }

  stop() {
    this.#wanted = false;
    this.#close();
  }

  #close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.video.srcObject = null;
  }

  async #openStream() {
    this.#stream = await navigator.mediaDevices.getUserMedia(WANTED);
    this.#stream.getVideoTracks()[0].addEventListener("ended", () => this.#lost());
    this.video.srcObject = this.#stream;
    await this.video.play();
    this.onState("scanning");
    this.#read();
  }

  #openDecoder() {
    if (this.#worker) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL("decoder.worker.js", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }) => (data.ready ? resolve() : data.broken ? reject(new DecoderBroken()) : this.#decoded(data.text));
      worker.onerror = () => reject(new DecoderBroken());
      this.#worker = worker;
    }).catch((error) => {
      this.#worker.terminate();
      this.#worker = null;
      throw error;
    });
  }

  #read() {
    if (this.#reading || !this.#stream) return;
    const frame = this.#grab();
    if (!frame) return void setTimeout(() => this.#read(), RESTING_MS);
    this.#reading = true;
    const pixels = frame.data.buffer;
    this.#worker.postMessage({ pixels, width: frame.width, height: frame.height }, [pixels]);
  }

  #decoded(text) {
    this.#reading = false;
    if (text && this.#stream) this.onCode(text);
    setTimeout(() => this.#read(), RESTING_MS);
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
    if (!document.hidden) this.onState("occupied");
  }

  // Phones take the camera away from a page in the background and don't give it back by themselves.
  #wake() {
    if (document.hidden || !this.#wanted) return;
    if (!this.#stream) this.start();
    else this.video.play().catch(() => this.start());
  }
}

class DecoderBroken extends Error {}

function reasonOf(error) {
  if (error instanceof DecoderBroken) return "broken";
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "refused";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "none";
  return "occupied";
}
