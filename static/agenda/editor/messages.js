// What the editor tells: a line for what has just been done, and messages that stay until they are read.

const status = () => document.querySelector(".editor-status");

/** Say something in passing; screen readers say it when they have time. */
export function say(text, tone = "") {
  status().textContent = text;
  status().dataset.tone = tone;
}

/** Say something that must not be missed. `look` brings what it is about into sight. */
export function tellAll(title, text, look = null) {
  const message = document.getElementById("template-message").content.firstElementChild.cloneNode(true);
  message.querySelector(".notice-title").textContent = title;
  message.querySelector(".editor-message-text").textContent = text;
  const button = message.querySelector("[data-act=look]");
  button.hidden = !look;
  button.addEventListener("click", () => look());
  message.querySelector("[data-act=dismiss]").addEventListener("click", () => message.remove());
  const messages = document.querySelector(".editor-messages");
  messages.prepend(message);
  while (messages.children.length > 3) messages.lastElementChild.remove();
}

/** Show or hide that there is no connection; whether that is news. */
export function showOffline(away) {
  const banner = document.querySelector(".editor-offline");
  const news = banner.hidden === away;
  banner.hidden = !away;
  return news;
}
