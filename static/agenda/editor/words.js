// The page's own words, which the server has translated, and texts that come in two languages.

export const language = document.documentElement.lang.toLowerCase().startsWith("zh") ? "zh" : "en";
/** How dates and times are written. */
export const locale = { en: "en-GB", zh: "zh-CN" }[language];
const other = language === "zh" ? "en" : "zh";
const TAGS = { en: "en", zh: "zh-CN" };

/** One of the page's own words by its name, with {placeholders} filled. */
export function word(name, values = {}) {
  const found = document.getElementById("words").content.querySelector(`[data-word="${name}"]`);
  return found.textContent.trim().replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** A field in the reader's language, or in the other one where that is missing: `here(hall, "name")`. */
export function here(row, field) {
  return row[`${field}_${language}`] || row[`${field}_${other}`] || "";
}

/** The same in the other language; empty where it says nothing new. */
export function elsewhere(row, field) {
  const text = row[`${field}_${language}`] && row[`${field}_${other}`];
  return text && text !== here(row, field) ? text : "";
}

/** Put a field into an element, with the language that it is written in. */
export function write(element, row, field) {
  element.textContent = here(row, field);
  element.lang = TAGS[row[`${field}_${language}`] ? language : other];
}

/** Put the other language's version into an element, or hide it. */
export function writeElsewhere(element, row, field) {
  element.textContent = elsewhere(row, field);
  element.hidden = !element.textContent;
  element.lang = TAGS[other];
}

/** The title of a session or an item, or what kind it is. */
export function titleOf(row, kinds = "kind") {
  return here(row, "title") || word(`${kinds}-${row.kind}`);
}

/** Several texts as one, put together as the language does: "list" or "sentences". */
export function together(name, texts) {
  return texts.filter(Boolean).reduce((one, other) => (one ? word(name, { one, other }) : other), "");
}
