/** Lists that the keyboard goes through by arrows. */

/**
 * Let arrows, Home and End go through the entries of a list, which the tab key reaches as one.
 * @param {(Element | null)[]} lists
 * @param {() => HTMLElement[]} entries
 */
export function goByArrows(lists, entries) {
  for (const list of lists) {
    list?.addEventListener("keydown", (event) => {
      const all = entries();
      const { key, target } = /** @type {KeyboardEvent} */ (event);
      const at = all.indexOf(/** @type {HTMLElement} */ (target));
      /** @type {Record<string, number>} */
      const ways = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
      const next = all[ways[key] ?? -1];
      if (at < 0 || !next) return;
      event.preventDefault();
      stopAt(all, next);
      next.focus();
    });
  }
}

/** @param {HTMLElement[]} entries @param {HTMLElement | undefined} only the one that the tab key reaches */
export function stopAt(entries, only) {
  for (const each of entries) each.tabIndex = each === only ? 0 : -1;
}
