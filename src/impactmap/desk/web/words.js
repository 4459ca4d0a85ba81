/** The words of the page, in the language of whoever sits at the desk. */
import {element} from "./dom.js";

/** @typedef {{text: string, language: string}} Told what the program says, and the language that it is in */

let language = "en";
/** @type {Record<string, string | Record<string, string>>} */
let messages = {};
let plurals = new Intl.PluralRules("en");

/** @param {{language: string, messages: Record<string, string | Record<string, string>>}} told */
export function useWords(told) {
  ({ language, messages } = told);
  plurals = new Intl.PluralRules(language);
  document.documentElement.lang = language;
  fillWords(document);
}

export function wordsLanguage() {
  return language;
}

/** @param {number} value */
export function sayNumber(value) {
  return value.toLocaleString(language === "en" ? "en-GB" : language);
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? sayNumber(value) : value;
  });
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  const message = messages[key];
  return typeof message === "string" ? filled(message, values) : key;
}

/**
 * @param {string} key
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function sayCount(key, n, values = {}) {
  const message = messages[key];
  if (typeof message !== "object") return key;
  return filled(message[plurals.select(n)] ?? message.other, { n, ...values });
}

/** @param {string} key */
export function knowsWord(key) {
  return key in messages;
}

/**
 * What the program says: folded away where it is in another language than the page.
 * @param {Told | null} told
 * @param {Record<string, string>} [attributes]
 */
export function toldText(told, attributes = {}) {
  const text = element("p", { lang: told?.language ?? language, dir: "auto", ...attributes }, told?.text ?? "");
  if (!told || told.language === language) return text;
  return element("details", { class: "dk-english" }, element("summary", {}, say("in_english")), text);
}

/** @param {Told[]} notes */
export function toldNotes(notes) {
  if (!notes.length) return "";
  const list = notes.map((each) => element("li", { lang: each.language, dir: "auto" }, each.text));
  return element("details", {}, element("summary", {}, say("bring.notes")), element("ul", { class: "im-quiet" }, ...list));
}

/** @param {ParentNode} root whose elements say by attributes what stands in them */
export function fillWords(root) {
  for (const node of root.querySelectorAll("[data-say]")) node.textContent = say(/** @type {HTMLElement} */ (node).dataset.say ?? "");
  for (const node of root.querySelectorAll("[data-say-label]")) node.setAttribute("aria-label", say(/** @type {HTMLElement} */ (node).dataset.sayLabel ?? ""));
}
