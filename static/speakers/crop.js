// The square of a portrait: dragged, moved by keys, made larger and smaller. Without it the form's numbers do the same.

const stage = document.getElementById("crop-stage");
const photo = document.getElementById("crop-photo");
const frame = document.getElementById("crop-square");
const told = document.getElementById("crop-told");
const form = document.getElementById("crop");
const SHORTEST = 256;

const width = Number(photo.getAttribute("width"));
const height = Number(photo.getAttribute("height"));
const field = (name) => form.elements.namedItem(name);
const square = { left: Number(field("left").value), top: Number(field("top").value), side: Number(field("side").value) };

function fit() {
  square.side = Math.round(Math.max(Math.min(square.side, width, height), Math.min(SHORTEST, width, height)));
  square.left = Math.round(Math.min(Math.max(square.left, 0), width - square.side));
  square.top = Math.round(Math.min(Math.max(square.top, 0), height - square.side));
}

function show() {
  fit();
  const shrunk = photo.clientWidth / width;
  frame.style.left = `${square.left * shrunk}px`;
  frame.style.top = `${square.top * shrunk}px`;
  frame.style.width = frame.style.height = `${square.side * shrunk}px`;
  for (const name of ["left", "top", "side"]) field(name).value = square[name];
  for (const choice of form.querySelectorAll("input[name='place']")) choice.checked = choice.value === "exact";
}

function tell() {
  told.textContent = frame.dataset.moved.replace(/\{(left|top|side)\}/g, (_, name) => square[name]);
}

function grow(by) {
  const before = square.side;
  square.side += by;
  fit();
  square.left -= (square.side - before) / 2;
  square.top -= (square.side - before) / 2;
  show();
  tell();
}

function move(right, down) {
  square.left += right;
  square.top += down;
  show();
  tell();
}

frame.addEventListener("pointerdown", (down) => {
  const from = { x: down.clientX, y: down.clientY, left: square.left, top: square.top };
  frame.setPointerCapture(down.pointerId);
  const drag = (event) => {
    const enlarged = width / photo.clientWidth;
    square.left = from.left + (event.clientX - from.x) * enlarged;
    square.top = from.top + (event.clientY - from.y) * enlarged;
    show();
  };
  const drop = () => {
    frame.removeEventListener("pointermove", drag);
    tell();
  };
  frame.addEventListener("pointermove", drag);
  frame.addEventListener("pointerup", drop, { once: true });
  frame.addEventListener("pointercancel", drop, { once: true });
});

frame.addEventListener("keydown", (event) => {
  const step = Math.max(1, Math.round(Math.min(width, height) * (event.shiftKey ? 0.1 : 0.02)));
  const moves = {
    ArrowLeft: () => move(-step, 0),
    ArrowRight: () => move(step, 0),
    ArrowUp: () => move(0, -step),
    ArrowDown: () => move(0, step),
    "+": () => grow(step),
    "=": () => grow(step),
    "-": () => grow(-step),
  };
  if (moves[event.key]) {
    event.preventDefault();
    moves[event.key]();
  }
});

document.getElementById("crop-smaller").addEventListener("click", () => grow(-Math.round(square.side * 0.1)));
document.getElementById("crop-larger").addEventListener("click", () => grow(Math.round(square.side * 0.1)));
window.addEventListener("resize", show);

function start() {
  for (const id of ["crop-stage", "crop-help", "crop-sizes"]) document.getElementById(id).hidden = false;
  document.getElementById("crop-fields").hidden = true;
  show();
}

if (photo.complete) start();
else photo.addEventListener("load", start, { once: true });
