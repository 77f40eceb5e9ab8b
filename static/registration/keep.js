// Keeps what was typed while the tab is open: WeChat and phones throw a page away when somebody looks something up.

const KEPT_TYPES = new Set(["text", "email", "tel", "radio", "date", "textarea", "select-one"]);
const form = document.querySelector("form[data-keep]");

if (form) {
  restore(read());
  form.addEventListener("input", () => sessionStorage.setItem(form.dataset.keep, JSON.stringify(entered())));
  form.addEventListener("submit", () => sessionStorage.removeItem(form.dataset.keep));
}

function fields() {
  return [...form.elements].filter((field) => field.name && KEPT_TYPES.has(field.type) && !("private" in field.dataset));
}

function entered() {
  const filled = fields().filter((field) => (field.type === "radio" ? field.checked : field.value));
  return Object.fromEntries(filled.map((field) => [field.name, field.value]));
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(form.dataset.keep)) ?? {};
  } catch {
    return {};
  }
}

function restore(kept) {
  for (const field of fields().filter(({ name }) => name in kept)) {
    if (field.type === "radio") field.checked = field.value === kept[field.name];
    else if (!field.value) field.value = kept[field.name];
    const folded = field.closest("details");
    if (folded && field.value && field.type !== "radio") folded.open = true;
  }
}
