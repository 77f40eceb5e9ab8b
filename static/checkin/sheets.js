// The panels behind the bottom bar: one open at a time, the camera goes on beside or behind them.

/** Make every button with `aria-controls` in `bar` open and close its sheet. */
export function manageSheets(bar) {
  const buttons = [...bar.querySelectorAll("button[aria-controls]")];
  for (const button of buttons) {
    const sheet = sheetOf(button);
    button.addEventListener("click", () => (sheet.hidden ? open(button, buttons) : close(button)));
    sheet.querySelector(".close").addEventListener("click", () => close(button, true));
    sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      close(button, true);
    });
  }
  return { closeAll: () => buttons.forEach((button) => close(button)) };
}

function sheetOf(button) {
  return document.getElementById(button.getAttribute("aria-controls"));
}

function open(button, buttons) {
  buttons.forEach((other) => close(other));
  const sheet = sheetOf(button);
  sheet.hidden = false;
  button.setAttribute("aria-expanded", "true");
  (sheet.querySelector("input:checked") ?? sheet.querySelector("input") ?? sheet.querySelector("button")).focus();
}

function close(button, takeFocus = false) {
  sheetOf(button).hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (takeFocus) button.focus();
}
