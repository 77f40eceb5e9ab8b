// The decoder in its Worker: one frame at a time, in the order in which they are given.

/** The reader of codes could not be loaded. */
export class DecoderBroken extends Error {}

// Under /door/, where the service worker has it when there is no network.
const WORKER = "/door/decoder.js";
const WIDEST_PHOTO = 1600;
const PHOTO_SIZES = [1, 0.5];

/** Reads pictures; camera and photos share one. */
export class Decoder {
  #worker = null;
  #opened = null;
  #last = Promise.resolve();

  /** Start the Worker, once. Throws DecoderBroken. */
  open() {
    this.#opened ??= this.#start().catch((error) => {
      this.#worker.terminate();
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  /** The text of a code in an ImageData, whose pixels are given away; "" when there is none. */
  read(frame) {
    const text = this.#last.then(() => this.#ask(frame));
    this.#last = text.catch(() => "");
    return text;
  }

  /** The text of a code in a picture file, looked at in two sizes. Throws where the file is no picture. */
  async readPhoto(file) {
    await this.open();
    const picture = await createImageBitmap(file);
    try {
      for (const size of PHOTO_SIZES) {
        const text = await this.read(pixelsOf(picture, size));
        if (text) return text;
      }
      return "";
    } finally {
      picture.close();
    }
  }

  #start() {
    this.#worker = new Worker(WORKER, { type: "module" });
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => (data.ready ? resolve() : reject(new DecoderBroken()));
      this.#worker.onerror = () => reject(new DecoderBroken());
    });
  }

  #ask(frame) {
    const pixels = frame.data.buffer;
    return new Promise((resolve) => {
      this.#worker.onmessage = ({ data }) => resolve(data.text ?? "");
      this.#worker.postMessage({ pixels, width: frame.width, height: frame.height }, [pixels]);
    });
  }
}

function pixelsOf(picture, size) {
  const scale = size * Math.min(1, WIDEST_PHOTO / Math.max(picture.width, picture.height));
  const [width, height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
