/** Parts that fold: a page in another page's frame begins with them folded, paper has them all open. */
import {byId} from "./dom.js";


/** How much of an article a frame takes, in pixels: a column of text, or one as wide as a phone. Below the least a map says little. */
const HIGHEST = { column: 770, phone: 970 };
const LEAST = 240;

/** @returns {HTMLDetailsElement[]} */
const folds = () => [...document.querySelectorAll("details")];

export function tendFolds() {
  const { dataset } = document.documentElement;
  if (dataset.imFramed !== undefined) {
    for (const fold of folds()) fold.open = false;
    // What is folded stands in one row.
    byId("im-view")?.after(...[byId("im-beside")].filter((part) => part !== null));
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
 * Give the map of a frame what the rest of its page leaves.
 * @param {HTMLElement} map
 * @returns {boolean} whether its height is another than before
 */
export function fitFrame(map) {
  const root = document.documentElement;
  const surplus = root.offsetHeight - HIGHEST[innerWidth < 600 ? "phone" : "column"];
  if (root.dataset.imFramed === undefined || surplus <= 0) return false;
  map.style.height = `${Math.max(LEAST, map.offsetHeight - surplus)}px`;
  return true;
}
