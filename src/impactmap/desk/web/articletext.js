/** The text of an article with what was read of it marked: numbers and kinds of lines, never colour alone. */
import {element} from "./dom.js";

/**
 * Positions are code points, as the program counts them; the page's own strings count UTF-16 units.
 * @typedef {{start: number, end: number, label: string, kind: string, active?: boolean}} Mark
 * @typedef {{start: number, end: number, label: string, current: boolean}} Passage
 * @typedef {[number, number]} Words
 */

const LINE_END = /\r\n|\r|\n/g;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[.,'’ʼ-][\p{L}\p{N}\p{M}]+)*/gu;
const SENTENCE_END = /[.!?…]["”»')]*\s|\n/u;

/** @param {string} text @returns {(unit: number) => number} what counts the code points before a UTF-16 unit, asked in rising order */
function counter(text) {
  let unit = 0;
  let points = 0;
  return (wanted) => {
    if (wanted < unit) unit = points = 0;
    while (unit < wanted) {
      unit += /** @type {number} */ (text.codePointAt(unit)) > 0xffff ? 2 : 1;
      points += 1;
    }
    return points;
  };
}

/**
 * @param {HTMLElement} root
 * @param {{selected: (words: Words | null, text: string) => void, use: () => void, leave: () => void, open: (at: number) => void, spoken: (text: string) => void}} page
 */
export function createArticleText(root, { selected, use, leave, open, spoken }) {
  let text = "";
  /** @type {number[]} the UTF-16 unit of each code point */
  let units = [];
  /** @type {Words[]} */
  let tokens = [];
  /** @type {Words | null} */
  let words = null;
  let anchor = 0;
  let focus = 0;

  /** @param {number} start @param {number} end */
  function part(start, end) {
    return text.slice(units[start], units[end]);
  }

  /** @param {string} value */
  function take(value) {
    text = value;
    units = [];
    for (let unit = 0; unit < text.length; unit += /** @type {number} */ (text.codePointAt(unit)) > 0xffff ? 2 : 1) units.push(unit);
    units.push(text.length);
    const points = counter(text);
    tokens = [...text.matchAll(WORD)].map((found) => [points(found.index), points(found.index + found[0].length)]);
    words = null;
    anchor = focus = 0;
  }

  /** @param {Node} node @param {number} offset @returns {number | null} the code point that a place of the page stands for */
  function pointAt(node, offset) {
    const inside = node instanceof Element ? node : node.parentElement;
    const holder = /** @type {HTMLElement | null} */ (inside?.closest("[data-start]") ?? null);
    if (node.nodeType === Node.TEXT_NODE && holder && root.contains(holder)) {
      return Number(holder.dataset.start) + counter(node.textContent ?? "")(offset);
    }
    if (!(node instanceof Element) || !root.contains(node)) return null;
    const next = node.childNodes[offset];
    const all = [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-start]"))];
    if (next) {
      const first = next instanceof HTMLElement && next.dataset.start ? next : all.find((each) => next.contains(each) || next.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
      return first ? Number(first.dataset.start) : units.length - 1;
    }
    const before = all.filter((each) => node.contains(each)).at(-1);
    return before ? Number(before.dataset.end) : null;
  }

  /** @param {Words | null} value */
  function choose(value) {
    words = value;
    selected(words, words ? part(...words) : "");
  }

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount || !root.contains(selection.anchorNode)) return;
    const range = selection.getRangeAt(0);
    let start = pointAt(range.startContainer, range.startOffset);
    let end = pointAt(range.endContainer, range.endOffset);
    if (start === null) return;
    end ??= units.length - 1;
    while (start < end && !part(start, start + 1).trim()) start += 1;
    while (end > start && !part(end - 1, end).trim()) end -= 1;
    if (end > start && (words?.[0] !== start || words[1] !== end)) choose([start, end]);
  });

  /** Show the words that the keyboard has chosen as the page's selection. */
  function showChosen() {
    const [start, end] = [Math.min(anchor, focus), Math.max(anchor, focus)];
    const [from, to] = [tokens[start]?.[0], tokens[end]?.[1]];
    if (from === undefined || to === undefined) return;
    choose([from, to]);
    const [first, last] = [placeOf(from), placeOf(to, true)];
    if (first && last) document.getSelection()?.setBaseAndExtent(first.node, first.offset, last.node, last.offset);
    const holder = placeOf(tokens[focus][0])?.node.parentElement;
    holder?.scrollIntoView({ block: "nearest" });
    spoken(part(from, to));
  }

  /** @param {number} point @param {boolean} [ending] whether words end there @returns {{node: Node, offset: number} | null} */
  function placeOf(point, ending = false) {
    for (const holder of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-start]"))) {
      const [start, end] = [Number(holder.dataset.start), Number(holder.dataset.end)];
      if (holder.firstChild && (ending ? start < point && point <= end : start <= point && point < end)) return { node: holder.firstChild, offset: units[point] - units[start] };
    }
    return null;
  }

  /** @param {number} step 1 or -1 @returns {number} the first word of the sentence after or before */
  function sentence(step) {
    let at = focus;
    while (tokens[at + step]) {
      at += step;
      if (at === 0 || SENTENCE_END.test(part(tokens[at - 1][1], tokens[at][0]))) return at;
    }
    return at;
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !tokens.length) return;
    if (event.key === "Enter") use();
    else if (event.key === "Escape") leave();
    else {
      /** @type {Record<string, () => number>} */
      const ways = {
        ArrowRight: () => focus + (words ? 1 : 0), ArrowLeft: () => focus - 1, ArrowDown: () => sentence(1), ArrowUp: () => sentence(-1),
        Home: () => 0, End: () => tokens.length - 1,
      };
      const to = ways[event.key]?.();
      if (to === undefined) return;
      focus = Math.min(Math.max(to, 0), tokens.length - 1);
      if (!event.shiftKey) anchor = focus;
      showChosen();
    }
    event.preventDefault();
    event.stopPropagation();
  });

  root.addEventListener("click", (event) => {
    if (!document.getSelection()?.isCollapsed) return;
    const holder = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-start]"));
    if (holder) open(Number(holder.dataset.start));
  });

  /**
   * @param {number} start
   * @param {number} end
   * @param {Mark[]} marks
   * @param {Passage[]} passages
   */
  function piece(start, end, marks, passages) {
    const here = marks.filter((mark) => mark.start <= start && end <= mark.end).sort((a, b) => a.end - a.start - (b.end - b.start));
    const within = passages.filter((passage) => passage.start <= start && end <= passage.end);
    const begins = [
      ...passages.filter((passage) => passage.start === start).map(({ label }) => `[${label}]`),
      ...here.filter((mark) => mark.start === start).map(({ label }) => label),
    ].join(" ");
    const kinds = here.length ? ["dk-m", `dk-m-${here[0].kind}`, here.length > 1 ? "dk-m-more" : "", here.some(({ active }) => active) ? "dk-m-active" : ""] : [];
    return element(here.length ? "mark" : "span", {
      "data-start": start, "data-end": end, "data-n": begins || null,
      class: [...kinds, within.some(({ current }) => current) ? "dk-in" : ""].filter(Boolean).join(" ") || null,
    }, part(start, end));
  }

  return {
    words: () => words,
    /** @param {Words} chosen */
    textOf: (chosen) => part(...chosen),
    clear() {
      if (words) document.getSelection()?.removeAllRanges();
      words = null;
      selected(null, "");
    },
    /** @param {number} point where the keyboard begins */
    begin(point) {
      const at = tokens.findIndex(([, end]) => end > point);
      focus = anchor = Math.max(0, at);
      root.focus();
      showChosen();
    },
    /**
     * @param {string} value
     * @param {Mark[]} marks
     * @param {Passage[]} passages
     */
    show(value, marks, passages) {
      if (value !== text || !units.length) take(value);
      const cuts = new Set([...marks, ...passages].flatMap(({ start, end }) => [start, end]));
      const points = counter(text);
      const lines = [];
      let from = 0;
      for (const found of [...text.matchAll(LINE_END), null]) {
        const [start, end] = [points(from), points(found ? found.index : text.length)];
        from = found ? found.index + found[0].length : text.length;
        if (end > start) {
          const at = [start, ...[...cuts].filter((cut) => start < cut && cut < end).sort((a, b) => a - b), end];
          const current = passages.some((passage) => passage.current && passage.start < end && start < passage.end);
          lines.push(element("p", { dir: "auto", class: current ? "dk-current" : null }, ...at.slice(1).map((cut, n) => piece(at[n], cut, marks, passages))));
        }
      }
      root.replaceChildren(...lines);
    },
    /** @param {number} point to be seen, near the middle where that takes scrolling */
    reveal(point) {
      const node = placeOf(point)?.node.parentElement;
      if (!node) return;
      const [box, mine] = [root.getBoundingClientRect(), node.getBoundingClientRect()];
      if (mine.top < box.top + 24 || mine.bottom > box.bottom - 24) root.scrollTop += mine.top - box.top - box.height / 4;
    },
  };
}
