/** A long table of which only the rows in sight are in the page. */
import {ask, withQuery} from "./ask.js";
import {element} from "./dom.js";
import {say} from "./words.js";

const WINDOW = 60;
const ROW = 30;

/**
 * @typedef {{row: number | null, column: string | null, severity: string, wanted: string, role: string,
 *   told: import("./words.js").Told, place: number | null}} Fault
 * @typedef {{open: (row: number, column: string, text: string, fault: Fault | null) => void, failed: (error: unknown) => void}} TablePage
 */

/**
 * @param {TablePage} page
 */
export function createTable({ open, failed }) {
  const head = element("thead");
  const body = element("tbody");
  const above = element("tbody", { "aria-hidden": "true" });
  const below = element("tbody", { "aria-hidden": "true" });
  const table = element("table", { class: "dk-table" }, head, above, body, below);
  const frame = element("div", { class: "dk-rows", tabindex: "0", role: "region", "aria-label": say("bring.table") }, table);
  /** @type {string[]} */
  let headers = [];
  /** @type {Map<string, Fault>} */
  let faults = new Map();
  let total = 0;
  let first = -1;
  let asked = 0;

  const spacer = (/** @type {HTMLElement} */ part, /** @type {number} */ rows) => {
    const cell = element("td");
    cell.style.height = `${rows * ROW}px`;
    cell.style.padding = "0";
    cell.style.border = "0";
    part.replaceChildren(...(rows > 0 ? [element("tr", {}, cell)] : []));
  };

  /** @param {number} place */
  async function load(place) {
    const start = Math.max(0, Math.min(place - WINDOW / 3, total - WINDOW));
    first = Math.floor(start);
    const mine = ++asked;
    const told = await ask(withQuery("rows.json", { start: first, count: WINDOW }));
    if (mine !== asked) return;
    body.replaceChildren(...told.rows.map((/** @type {[number, ...string[]]} */ [row, ...cells], /** @type {number} */ at) =>
      element("tr", { "aria-rowindex": String(first + at + 2), "data-row": String(row) },
        element("th", { scope: "row" }, faults.has(`${row}\u0000`) ? marked(row, "", String(row)) : String(row)),
        ...cells.map((text, which) => cell(row, headers[which] ?? "", text)))));
    spacer(above, told.start);
    spacer(below, Math.max(0, total - told.start - told.rows.length));
  }

  /** @param {number} row @param {string} column @param {string} text */
  function cell(row, column, text) {
    if (faults.has(`${row}\u0000${column}`)) return element("td", { class: "dk-bad" }, marked(row, column, text));
    const made = element("td", { dir: "auto" }, text);
    made.addEventListener("dblclick", () => open(row, column, text, null));
    return made;
  }

  /** @param {number} row @param {string} column @param {string} text */
  function marked(row, column, text) {
    const fault = /** @type {Fault} */ (faults.get(`${row}\u0000${column}`));
    return element("button", {
      type: "button", class: `dk-mark dk-is-${fault.severity}`, dir: "auto", "aria-label": say("bring.cell", { row, column, text: text || say("bring.empty") }),
      click: () => open(row, column, text, fault),
    }, text || say("bring.empty"));
  }

  let waiting = 0;
  frame.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      const place = Math.floor(frame.scrollTop / ROW);
      if (place < first || place + 20 > first + WINDOW) void load(place).catch(failed);
    });
  });

  return {
    frame,
    head,
    /**
     * @param {string[]} columns
     * @param {number} rows
     * @param {Fault[]} wrong
     */
    async show(columns, rows, wrong) {
      headers = columns;
      total = rows;
      faults = new Map(wrong.filter(({ row }) => row !== null).map((fault) => [`${fault.row}\u0000${fault.column ?? ""}`, fault]));
      table.setAttribute("aria-rowcount", String(rows + 1));
      await load(Math.floor(frame.scrollTop / ROW));
    },
    /** @param {number} place a row's, from 0 */
    async goTo(place) {
      frame.scrollTop = Math.max(0, place * ROW - 60);
      await load(place);
    },
  };
}
