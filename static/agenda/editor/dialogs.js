// Small dialogs that ask for a few values before something is done.

const element = (id) => document.getElementById(id);

/**
 * Open a dialog of the page and give what was entered, or null if somebody left it. `check(values)` gives a sentence
 * where they cannot be taken. The focus goes back to where it was.
 */
export function ask(name, { about = "", values = {}, options = {}, check = () => "" } = {}) {
  const dialog = element(`dialog-${name}`);
  const form = dialog.querySelector("form");
  dialog.querySelector(".editor-about").textContent = about;
  for (const [field, choices] of Object.entries(options)) fillChoices(form.elements[field], choices);
  for (const [field, value] of Object.entries(values)) form.elements[field].value = value;
  dialog.querySelector(".field-error").textContent = "";
  return open(dialog, form, check);
}

/** Ask whether to go on in spite of what `sentences` say. */
export async function askSure(title, sentences, label) {
  const dialog = element("dialog-sure");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector(".button-primary").textContent = label;
  dialog.querySelector(".editor-why").replaceChildren(...sentences.map(lineOf));
  return (await ask("sure")) !== null;
}

function open(dialog, form, check) {
  const before = document.activeElement;
  return new Promise((resolve) => {
    let given = null;
    const done = new AbortController();
    const listen = (target, kind, act) => target.addEventListener(kind, act, { signal: done.signal });
    listen(form, "submit", (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form));
      const wrong = form.checkValidity() ? check(values) : form.querySelector(":invalid").validationMessage;
      dialog.querySelector(".field-error").textContent = wrong;
      if (wrong) return;
      given = values;
      dialog.close();
    });
    listen(dialog.querySelector("[data-act=leave]"), "click", () => dialog.close());
    listen(dialog, "close", () => {
      done.abort();
      if (before?.isConnected) before.focus({ preventScroll: true });
      resolve(given);
    });
    dialog.showModal();
  });
}

function fillChoices(select, choices) {
  select.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
}

function lineOf(sentence) {
  const line = document.createElement("li");
  line.textContent = sentence;
  return line;
}
