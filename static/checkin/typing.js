// The short code under the QR code, typed by hand.

const SHORT_CODE = /^[0-9]{8}$/;
const LONG_CODE = /[0-9]{184}/;

/** Call `onCode(digits)` when a whole code is entered in the form of `sheet`; anything else is explained there. */
export function listenToTyping(sheet, onCode) {
  const form = sheet.querySelector("form");
  const field = form.elements.code;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = codeIn(field.value);
    mark(sheet, field, Boolean(code));
    if (!code) return field.select();
    field.value = "";
    onCode(code);
  });
  field.addEventListener("input", () => mark(sheet, field, true));
}

function mark(sheet, field, whole) {
  sheet.querySelector(".problem").hidden = whole;
  if (whole) field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
}

// Chinese keyboards may give full-width digits; a whole link pasted here is as good as the short code.
function codeIn(text) {
  const plain = text.normalize("NFKC").replace(/[\s-]/g, "");
  if (LONG_CODE.test(plain)) return plain;
  return SHORT_CODE.test(plain) ? plain : "";
}
