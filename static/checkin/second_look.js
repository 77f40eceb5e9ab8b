// A second look at a code that was seen but not read: its part of the frame, larger if it is small, and sharpened.

const MARGIN = 0.3;
const SMALL_SIDE = 240;
const STRENGTH = 4;

/** What of the frame is worth reading again, as a picture of its own; `found` are the codes that could not be read. */
export function secondLook(frame, found) {
  const part = greyPart(frame, partAround(frame, found.map((code) => code.position)));
  return pictureOf(sharpened(Math.max(part.width, part.height) < SMALL_SIDE ? doubled(part) : part));
}

function partAround(frame, positions) {
  const corners = positions.flatMap((position) => [position.topLeft, position.topRight, position.bottomLeft, position.bottomRight]);
  const [xs, ys] = [corners.map((corner) => corner.x), corners.map((corner) => corner.y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const margin = MARGIN * Math.max(right - left, bottom - top);
  const x = Math.max(0, Math.floor(left - margin));
  const y = Math.max(0, Math.floor(top - margin));
  return { x, y, width: Math.min(frame.width, Math.ceil(right + margin)) - x, height: Math.min(frame.height, Math.ceil(bottom + margin)) - y };
}

function greyPart(frame, { x, y, width, height }) {
  const grey = new Uint8ClampedArray(width * height);
  for (let row = 0, to = 0; row < height; row++) {
    for (let from = ((y + row) * frame.width + x) * 4, end = to + width; to < end; to++, from += 4) {
      grey[to] = (frame.data[from] * 77 + frame.data[from + 1] * 150 + frame.data[from + 2] * 29) >> 8;
    }
  }
  return { grey, width, height };
}

// Each new pixel is three quarters of the nearest old one and a quarter of the next, across and then down.
function doubled({ grey, width, height }) {
  const wide = width * 2;
  const across = new Uint16Array(wide * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const middle = 3 * grey[y * width + x];
      across[y * wide + 2 * x] = middle + grey[y * width + Math.max(0, x - 1)];
      across[y * wide + 2 * x + 1] = middle + grey[y * width + Math.min(width - 1, x + 1)];
    }
  }
  const larger = new Uint8ClampedArray(wide * height * 2);
  for (let y = 0; y < height; y++) {
    const [above, here, below] = [Math.max(0, y - 1) * wide, y * wide, Math.min(height - 1, y + 1) * wide];
    for (let x = 0; x < wide; x++) {
      larger[2 * here + x] = (3 * across[here + x] + across[above + x]) >> 4;
      larger[2 * here + wide + x] = (3 * across[here + x] + across[below + x]) >> 4;
    }
  }
  return { grey: larger, width: wide, height: height * 2 };
}

// What differs from its surroundings shall differ more: that undoes some of a blur.
function sharpened({ grey, width, height }) {
  const radius = Math.max(3, Math.round(Math.max(width, height) / 100));
  const around = softened(softened(grey, width, height, radius), width, height, radius);
  const sharp = new Uint8ClampedArray(grey.length);
  for (let i = 0; i < sharp.length; i++) sharp[i] = grey[i] + STRENGTH * (grey[i] - around[i]);
  return { grey: sharp, width, height };
}

function softened(grey, width, height, radius) {
  return means(means(grey, height, width, width, 1, radius), width, height, 1, width, radius);
}

// Running means along `lines` lines of `length` pixels: the next pixel of a line is `step` further, the next line `jump`.
function means(from, lines, length, jump, step, radius) {
  const to = new Uint8ClampedArray(from.length);
  const at = (start, place) => from[start + step * Math.min(length - 1, Math.max(0, place))];
  for (let line = 0, start = 0; line < lines; line++, start += jump) {
    let sum = 0;
    for (let place = -radius; place <= radius; place++) sum += at(start, place);
    for (let place = 0; place < length; place++) {
      to[start + step * place] = sum / (2 * radius + 1);
      sum += at(start, place + radius + 1) - at(start, place - radius);
    }
  }
  return to;
}

function pictureOf({ grey, width, height }) {
  const pixels = new Uint32Array(grey.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = 0xff000000 | (grey[i] * 0x010101);
  return new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
}
