/** Parts that fold: a page in another page's frame begins with them folded, paper has them all open. */
import {byId} from "./dom.js";


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
