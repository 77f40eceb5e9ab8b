// How large the board is; each browser remembers it.

const KEY = "agenda-zoom";
// What a minute is high and a hall wide, in rem.
const STEPS = [
  { minute: 0.04, hall: 5 },
  { minute: 0.06, hall: 6.5 },
  { minute: 0.09, hall: 9 },
  { minute: 0.13, hall: 12 },
  { minute: 0.2, hall: 15 },
  { minute: 0.3, hall: 18 },
];
const USUAL = 2;

/** Sets the size of the board; `changed(minuteRem)` is told of it. */
export class Zoom {
  constructor(scroller, buttons, output, changed) {
    Object.assign(this, { scroller, buttons, output, changed });
    this.step = stored();
    buttons.smaller.addEventListener("click", () => this.by(-1));
    buttons.larger.addEventListener("click", () => this.by(1));
  }

  get minute() {
    return STEPS[this.step].minute;
  }

  by(steps) {
    this.step = Math.min(STEPS.length - 1, Math.max(0, this.step + steps));
    keep(this.step);
    this.apply();
    return true;
  }

  /** Make it so; what was at the top of the sight stays there. */
  apply() {
    const { scroller } = this;
    const before = scroller.scrollHeight ? scroller.scrollTop / scroller.scrollHeight : 0;
    scroller.style.setProperty("--minute", `${this.minute}rem`);
    scroller.style.setProperty("--narrowest", `${STEPS[this.step].hall}rem`);
    this.output.textContent = `${Math.round((this.minute / STEPS[USUAL].minute) * 100)} %`;
    this.buttons.smaller.disabled = this.step === 0;
    this.buttons.larger.disabled = this.step === STEPS.length - 1;
    this.changed(this.minute);
    scroller.scrollTop = before * scroller.scrollHeight;
  }
}

// A browser may forbid to remember anything; then it is the usual size each time.
function stored() {
  try {
    const step = Number.parseInt(localStorage.getItem(KEY), 10);
    return step in STEPS ? step : USUAL;
  } catch {
    return USUAL;
  }
}

function keep(step) {
  try {
    localStorage.setItem(KEY, step);
  } catch {
    return;
  }
}
