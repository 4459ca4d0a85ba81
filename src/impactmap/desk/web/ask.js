/** Questions to the program behind the page. */
import {knowsWord, say} from "./words.js";

/** Changes on their way to the program. */
let sent = 0;

/** @returns {boolean} whether a change is on its way */
export function isSending() {
  return sent > 0;
}

/**
 * @param {string} path
 * @param {RequestInit} how
 */
async function asked(path, how) {
  const changing = how.method === "POST";
  if (changing) sent += 1;
  try {
    return await answerOf(await reached(path, how));
  } finally {
    if (changing) sent -= 1;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} how
 */
async function reached(path, how) {
  try {
    return await fetch(path, how);
  } catch {
    throw new Error(say("stopped.error"));
  }
}

/** @param {Response} response */
async function answerOf(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(knowsWord(`error.${answer.code}`) ? say(`error.${answer.code}`) : answer.error);
  return answer;
}

/**
 * @param {string} path
 * @param {object} [given] sent as JSON
 */
export function ask(path, given) {
  if (given === undefined) return asked(path, {});
  return asked(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) });
}

/**
 * Send a file as it is.
 * @param {string} path
 * @param {Blob} body
 */
export function sendFile(path, body) {
  return asked(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body });
}

/**
 * @param {string} path
 * @param {Record<string, string | number>} values
 */
export function withQuery(path, values) {
  return `${path}?${new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)]))}`;
}

/** @param {unknown} error */
export function errorText(error) {
  return error instanceof Error ? error.message : String(error);
}
