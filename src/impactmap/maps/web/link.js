/** The view in the page's address: what a copied link brings back. */
import {DAY_MS} from "./words.js";

/**
 * @typedef {{d?: string, off?: string, sector?: string, means?: string, precision?: string, f?: string, q?: string, v?: string, e?: string, n?: string, s?: string}} View
 *   f the author's own categories (JSON list of terms, "" for all, null for any other),
 *   d period, off sides switched off (JSON list of keys, null for not stated), q search, v centre and zoom, e open event, n its number, s step of the story
 */

/** @returns {View} */
export function readView() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** What else the address keeps, beside the view: the story's step. @type {Record<string, string>} */
export const kept = {};

/**
 * @param {View} view
 * @returns {string} the address that brings the view back
 */
export function viewAddress(view) {
  const values = Object.entries({ ...view, ...kept }).filter(([, value]) => value !== undefined && value !== "");
  const hash = new URLSearchParams(/** @type {string[][]} */ (values)).toString();
  return `${location.href.split("#")[0]}${hash ? `#${hash}` : ""}`;
}

/** @param {string} address */
export function rememberView(address) {
  try {
    history.replaceState(history.state, "", address);
  } catch {
    // A sandboxed frame may not change its address; the copied link still works.
  }
}

/** @param {number} day */
export function isoDay(day) {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/**
 * @param {string} text
 * @returns {number} NaN when the text is no date
 */
export function dayOfIso(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) / DAY_MS : NaN;
}

/**
 * @param {string | undefined} text a JSON list, whatever else the address may hold
 * @returns {any[]}
 */
export function readList(text = "[]") {
  try {
    const list = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
