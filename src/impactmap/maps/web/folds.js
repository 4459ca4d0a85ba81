/** Parts that fold: a page in another page's frame begins with them folded, paper has them all open. */
import {byId} from "./dom.js";


/** How much of an article a frame takes, in pixels: in a column of text, and in one as narrow as a phone. */
const TAKEN = { column: 765, phone: 960 };
/** A lower map says little. */
const LOWEST_MAP = 240;

/** @returns {HTMLDetailsElement[]} */
const folds = () => [...document.querySelectorAll("details")];

export function tendFolds() {
  const { dataset } = document.documentElement;
  if (dataset.imFramed !== undefined) {
    for (const fold of folds()) fold.open = false;
    // What is folded stands in one row.
    byId("im-view")?.after(byId("im-beside") ?? "");
    // Under a finding the counts stand with what they count; the switches of the sides show them, too.
    if (byId("im-finding")) document.querySelector("#im-table summary")?.after(byId("im-summary") ?? "");
  }
  dataset.imFolded = "";
  /** @type {HTMLDetailsElement[]} */
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = folds().filter((fold) => !fold.open);
    for (const fold of closed) fold.open = true;
  });
  addEventListener("afterprint", () => closed.forEach((fold) => (fold.open = false)));
}

/**
 * Give the map of a frame what the rest of its page leaves, whatever the reader has unfolded.
 * @param {HTMLElement} map
 * @returns {boolean} whether its height is another than its style's
 */
export function fitFrame(map) {
  const root = document.documentElement;
  if (root.dataset.imFramed === undefined) return false;
  delete root.dataset.imFolded;
  map.style.height = "";
  const surplus = root.offsetHeight - TAKEN[innerWidth < 600 ? "phone" : "column"];
  if (surplus > 0) map.style.height = `${Math.max(LOWEST_MAP, map.offsetHeight - surplus)}px`;
  root.dataset.imFolded = "";
  return surplus > 0;
}
