// The panels over the camera: one open at a time, the camera goes on beside or behind them. A sheet says "open" and "close".

/** Make every button with `aria-controls` in `door` open and close its sheet. */
export function manageSheets(door) {
  const sheets = [...door.querySelectorAll(".sheet")];
  for (const sheet of sheets) {
    sheet.querySelector(".close").addEventListener("click", () => close(sheet, true));
    sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      close(sheet, true);
    });
    for (const button of openersOf(sheet)) button.addEventListener("click", () => (sheet.hidden ? open(sheet) : close(sheet)));
  }

  function open(sheet) {
    sheets.forEach((other) => other !== sheet && close(other));
    sheet.hidden = false;
    sheet.scrollTop = 0;
    openersOf(sheet).forEach((button) => button.setAttribute("aria-expanded", "true"));
    sheet.dispatchEvent(new Event("open"));
    firstField(sheet).focus();
  }

  function close(sheet, takeFocus = false) {
    if (sheet.hidden) return;
    sheet.hidden = true;
    openersOf(sheet).forEach((button) => button.setAttribute("aria-expanded", "false"));
    sheet.dispatchEvent(new Event("close"));
    if (takeFocus) wayBack(sheet).focus();
  }

  function openersOf(sheet) {
    return [...door.querySelectorAll(`button[aria-controls="${sheet.id}"]`)];
  }

  // The button that opened it may be on a sheet that has closed meanwhile.
  function wayBack(sheet) {
    const inSight = [...openersOf(sheet), ...door.querySelectorAll(".bar button")].filter((button) => button.checkVisibility());
    return openersOf(sheet).find((button) => inSight.includes(button)) ?? inSight.at(-1);
  }

  return { open, close, closeAll: () => sheets.forEach((sheet) => close(sheet)) };
}

function firstField(sheet) {
  const wishes = ["[data-first]", "input:checked", "input, select", "button"];
  return wishes.map((wish) => sheet.querySelector(wish)).find(Boolean);
}
