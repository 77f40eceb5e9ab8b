// Texts that come in two languages, and the page's own words, which the server has translated.

export const language = document.documentElement.lang.toLowerCase().startsWith("zh") ? "zh" : "en";
const otherLanguage = language === "zh" ? "en" : "zh";
const TAGS = { en: "en", zh: "zh-CN" };

/** The text for the reader of this page: plain text, or the fitting half of {en, zh}. */
export function here(text) {
  if (!text || typeof text === "string") return text ?? "";
  return text[language] || text[otherLanguage] || "";
}

/** The same in the other language; empty when it says nothing new. */
export function elsewhere(text) {
  if (!text || typeof text === "string") return "";
  const other = text[otherLanguage] ?? "";
  return other === here(text) ? "" : other;
}

/** Put a text of one or two languages into an element, with the language it is written in. */
export function write(element, text) {
  element.textContent = here(text);
  element.hidden = !element.textContent;
  if (text && typeof text === "object") element.lang = TAGS[text[language] ? language : otherLanguage];
}

/** Put the other language's version into an element, or hide it. */
export function writeOther(element, text) {
  element.textContent = elsewhere(text);
  element.hidden = !element.textContent;
  element.lang = TAGS[otherLanguage];
}

/** One of the page's own words by its name, with {placeholders} filled. */
export function word(name, values = {}) {
  const found = document.getElementById("words").content.querySelector(`[data-word="${name}"]`);
  return found.textContent.trim().replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** What this page calls a verdict. */
export function verdictWord(verdict) {
  return frameOf(verdict).querySelector(".word").textContent.trim();
}

/** The words and the tone that belong to a verdict; a new verdict of the server's is a refusal. */
export function frameOf(verdict) {
  const frames = document.getElementById("verdict-words").content;
  return frames.querySelector(`[data-verdict="${CSS.escape(verdict)}"]`) ?? frames.querySelector('[data-verdict="refused"]');
}

/** The name of a checkpoint as the pairing describes it. */
export function checkpointName(checkpoint) {
  return { en: checkpoint.name_en, zh: checkpoint.name_zh };
}

/** The server's sentence of each verdict, in both languages. */
export function verdictMessages() {
  const rows = document.getElementById("messages").content.querySelectorAll("[data-message]");
  return Object.fromEntries([...rows].map(({ dataset }) => [dataset.message, { en: dataset.en, zh: dataset.zh }]));
}
