/** The table of everything and the lists beside the map: filtered, sorted, each row leading to its card. */
import {element, markPicture, whenIdle} from "./dom.js";

/** Entries of a list beside the map that a narrow screen shows before the reader asks for all. */
const FIRST = 5;

/**
 * @typedef {object} RowNeeds
 * @property {import("./payload.js").Payload} payload
 * @property {import("./state.js").State} state
 * @property {import("./words.js").Words} words
 * @property {import("./describe.js").Describe} describe
 * @property {(events: number[], opener: HTMLElement) => void} open
 */

/**
 * @param {RowNeeds} needs
 * @param {number} row
 */
export function detailsButton({ payload, words, describe, open }, row) {
  const event = payload.columns.row_event[row];
  const button = element("button", { type: "button", class: "im-details", click: () => open([event], button) }, words.say("details"));
  // With the beginning of what happened: a country may have two reports of one day and side.
  const name = () => {
    const summary = payload.text(event)?.summary ?? "";
    const about = summary.length > 80 ? `${summary.slice(0, 80)} …` : summary;
    button.setAttribute("aria-label", words.say("details_of", { mark: [describe.line(event), about].filter(Boolean).join(" · ") }));
  };
  name();
  button.addEventListener("focus", name);
  return button;
}

/**
 * Lists beside the map: reports without a position of their own.
 * @param {HTMLElement} root
 * @param {RowNeeds} needs
 */
export function enhanceLists(root, needs) {
  const items = rowElements(root);
  const { payload, state, describe } = needs;
  for (const { node, row } of items) {
    const event = payload.columns.row_event[row];
    const slot = state.slot(event);
    node.prepend(markPicture(state.sideOf(slot), describe.slotShape(slot), !payload.columns.confirmed[event]));
    node.append(detailsButton(needs, row));
  }
  const lists = [...new Set(items.map(({ node }) => node.parentElement))].map((list) => {
    const note = element("p", { class: "im-quiet", hidden: true }, needs.words.say("table_none"));
    // Under the map of a narrow screen a long list would stand between the reader and the rest of the page.
    const whole = element("button", { type: "button", class: "im-all", click: () => {
      list?.classList.remove("im-cut");
      const next = list?.querySelectorAll(".im-beyond")[0]?.querySelector("button");
      whole.remove();
      next?.focus();
    } });
    list?.classList.add("im-cut");
    list?.after(note, whole);
    return { nodes: items.filter(({ node }) => node.parentElement === list), note, whole };
  });
  const update = () => lists.forEach(({ nodes, note, whole }) => {
    let count = 0;
    for (const { node, row } of nodes) {
      node.hidden = !state.rowShown(row);
      node.classList.toggle("im-beyond", !node.hidden && ++count > FIRST);
    }
    note.hidden = count > 0;
    whole.hidden = count <= FIRST;
    whole.textContent = needs.words.say("list_all", { n: needs.words.number(count) });
  });
  state.onChange(update);
  update();
}

/**
 * The table that came with the page.
 * @param {HTMLTableElement} table
 * @param {RowNeeds} needs
 */
export function enhanceTable(table, needs) {
  const { words, state } = needs;
  const head = table.tHead?.rows[0];
  const body = table.tBodies[0];
  if (!head || !body) return;
  const items = rowElements(body);
  const cells = [...head.cells];
  table.setAttribute("role", "table");
  for (const part of [table.tHead, body]) part?.setAttribute("role", "rowgroup");
  giveRoles(head, "columnheader");
  cells.forEach((cell, column) => {
    const button = element("button", { type: "button", class: "im-sort", title: words.say("sort_by", { column: cell.textContent ?? "" }) });
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      for (const other of cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyOf = (/** @type {HTMLElement} */ node) => {
        const data = /** @type {HTMLTableRowElement} */ (node).cells[column];
        return data?.dataset.sort ?? data?.textContent ?? "";
      };
      const keyed = items.map((item) => ({ item, key: keyOf(item.node) }));
      // Empty cells stay last whichever way the column is sorted.
      keyed.sort((a, b) => a.key === "" || b.key === ""
        ? Number(a.key === "") - Number(b.key === "")
        : words.collator().compare(a.key, b.key) * (down ? -1 : 1));
      body.append(...keyed.map(({ item }) => item.node));
    });
  });
  // The map comes first; a thousand buttons with their names take longer than it does.
  whenIdle(items, ({ node, row }) => {
    giveRoles(node, "rowheader");
    node.querySelector("th")?.append(detailsButton(needs, row));
  });
  const none = element("p", { class: "im-quiet", hidden: true }, words.say("table_none"));
  table.after(none);
  // A thousand rows are laid out anew: not while the hand still moves.
  let waiting = 0;
  state.onChange(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const { node, row } of items) node.hidden = !state.rowShown(row);
      none.hidden = items.some(({ node }) => !node.hidden);
    }, 100);
  });
}

/**
 * Say what a row and its cells are: laid out as a card they are no table to a browser.
 * @param {HTMLElement} row
 * @param {string} header role of its header cells
 */
function giveRoles(row, header) {
  row.setAttribute("role", "row");
  for (const cell of row.children) cell.setAttribute("role", cell.tagName === "TH" ? header : "cell");
}

/**
 * @param {HTMLElement} root
 * @returns {{node: HTMLElement, row: number}[]}
 */
function rowElements(root) {
  const nodes = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-row]"));
  return [...nodes].map((node) => ({ node, row: Number(node.dataset.row) }));
}
