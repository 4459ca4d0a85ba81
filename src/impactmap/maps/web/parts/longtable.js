/** A table too long for the page: only the rows in view are made. */
import {addPart} from "../parts.js";
import {byId, element} from "../dom.js";
import {detailsButton} from "../rows.js";

/** Height of a row: each is one line, so that a row's place in the table is known without making it. */
const ROW = 36;
/** Rows made above and below the ones in view. */
const SPARE = 8;
/** Browsers draw no element higher than some 16 million pixels: a longer table is scrolled in proportion. */
const HIGHEST = 8e6;

/** Rows at most that are printed. */
const PRINTED = 10000;

/**
 * @typedef {{key: string, order?: (row: number) => number}} Column
 */

/**
 * @param {HTMLTableElement} table
 * @param {import("../rows.js").RowNeeds} needs
 */
function virtualTable(table, needs) {
  const { payload, words, state, describe } = needs;
  const { columns, header } = payload;
  const { say } = words;
  const told = columns.sectors.some((bits) => bits !== 0);
  const eventOf = (/** @type {number} */ row) => columns.row_event[row];
  /** @type {Column[]} */
  const layout = [
    { key: "date", order: (row) => columns.day_start[eventOf(row)] },
    { key: "where" },
    { key: "side", order: (row) => state.slot(eventOf(row)) },
    { key: "precision", order: (row) => columns.row_precision[row] },
    ...(told ? [{ key: "sectors" }] : []), ...(header.page.distance_how ? [{ key: "distance" }] : []), { key: "what" }, { key: "details" },
  ];
  let sorted = -1;
  let down = false;
  const heads = layout.map(({ key, order }, column) => {
    const cell = element("th", { scope: "col", class: `im-col-${key}` });
    if (!order) cell.textContent = say(key);
    else {
      cell.append(element("button", {
        type: "button", class: "im-sort", title: say("sort_by", { column: say(key) }),
        click: () => {
          down = sorted === column && !down;
          sorted = column;
          heads.forEach((head) => head.removeAttribute("aria-sort"));
          cell.setAttribute("aria-sort", down ? "descending" : "ascending");
          refresh();
        },
      }, say(key)));
    }
    return cell;
  });
  const body = element("tbody");
  const spacer = () => element("td", { colspan: layout.length, class: "im-spacer" });
  const [above, below] = [spacer(), spacer()];
  const [head, foot] = [above, below].map((cell) => element("tbody", { "aria-hidden": "true" }, element("tr", {}, cell)));
  const where = element("span", { id: "im-table-where" });
  const counted = element("p", { class: "im-quiet" }, where, element("a", { href: "events.csv" }, "events.csv"));
  const missing = element("p", { class: "im-missing", hidden: true }, `${say("texts_missing")} `, element("a", { href: "events.csv" }, "events.csv"));
  const frame = /** @type {HTMLElement} */ (table.parentElement);
  table.classList.add("im-long");
  table.replaceChildren(...(table.caption ? [table.caption] : []), element("thead", {}, element("tr", { "aria-rowindex": "1" }, ...heads)), head, body, foot);
  if (table.caption) table.caption.textContent = say("table_long");
  frame.classList.add("im-window-of-rows");
  byId("im-too-long")?.remove();
  frame.before(counted, missing);
  /** @type {Uint32Array} */
  let rows = new Uint32Array();
  let drawn = "";

  /** @param {number} row */
  function line(row) {
    const event = eventOf(row);
    const text = payload.text(event);
    const place = text?.places.find((one) => one.row === row) ?? text?.places[0];
    const cells = [
      describe.when(event), place ? place.name ?? place.around ?? "" : "…", describe.side(event),
      words.label("precision", header.precisions[columns.row_precision[row]]),
      ...(told ? [text?.sectors ?? ""] : []), ...(header.page.distance_how ? [place?.distance ?? ""] : []), text?.summary ?? "",
    ];
    return cells.map((cell, i) => element(i === 1 ? "th" : "td", { dir: "auto", title: cell, ...(i === 1 ? { scope: "row" } : {}) }, cell));
  }

  /** How many pixels of rows a pixel of scrolling stands for. */
  const stretch = () => Math.max(1, (rows.length * ROW) / HIGHEST);

  /** @param {boolean} [again] even if the same rows are in view */
  function draw(again = false) {
    const held = document.activeElement instanceof HTMLElement && body.contains(document.activeElement)
      ? document.activeElement.closest("tr")?.dataset.row : undefined;
    const top = Math.max(0, frame.scrollTop - 2 * ROW);
    const visible = Math.ceil(frame.clientHeight / ROW);
    const first = Math.max(0, Math.min(rows.length - visible, Math.floor((top * stretch()) / ROW)) - SPARE);
    const last = Math.min(rows.length, first + visible + 2 * SPARE + 2);
    const key = `${first} ${last}`;
    if (key === drawn && !again) return;
    drawn = key;
    const shown = [...rows.subarray(first, last)];
    body.replaceChildren(...shown.map((row, i) =>
      element("tr", { "data-row": row, "aria-rowindex": first + i + 2 }, ...line(row), element("td", {}, detailsButton(needs, row)))));
    // Where rows are squeezed, those in view stand where the reader has scrolled to.
    const high = Math.min(HIGHEST, rows.length * ROW);
    const lead = stretch() === 1 ? first * ROW : Math.max(0, Math.min(high - shown.length * ROW, top - Math.min(first, SPARE) * ROW));
    above.style.height = `${lead}px`;
    below.style.height = `${Math.max(0, high - lead - shown.length * ROW)}px`;
    if (held !== undefined) {
      const kept = /** @type {HTMLElement | null} */ (body.querySelector(`[data-row="${held}"] button`));
      (kept ?? frame).focus({ preventScroll: true });
    }
    const [from, to] = [Math.min(rows.length, first + (first > 0 ? SPARE : 0) + 1), Math.min(rows.length, first + (first > 0 ? SPARE : 0) + visible)];
    where.textContent = rows.length === 0 ? say("table_none") : say("table_page", { from, to, total: rows.length });
    const events = new Set(shown.map(eventOf));
    if ([...events].every((event) => payload.text(event))) return;
    payload.openTexts(events).then((whole) => {
      missing.hidden = whole;
      if (drawn === key && whole) draw(true);
    });
  }

  let waiting = 0;
  function refresh() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      collect();
      frame.scrollTop = 0;
      draw(true);
    }, 200);
  }

  function collect() {
    let count = 0;
    const found = new Uint32Array(state.rows.length);
    for (let i = 0; i < state.rows.length; i++) if (state.rowShown(state.rows[i])) found[count++] = state.rows[i];
    rows = found.slice(0, count);
    const order = layout[sorted]?.order;
    if (order) {
      const keys = new Float64Array(header.rows);
      for (const row of rows) keys[row] = order(row);
      rows.sort((a, b) => (down ? keys[b] - keys[a] : keys[a] - keys[b]) || a - b);
    }
    table.setAttribute("aria-rowcount", String(rows.length + 1));
  }

  // Paper holds every row, as far as their texts are open: with more it would be a book.
  addEventListener("beforeprint", () => {
    collect();
    if (rows.length > PRINTED) return;
    body.replaceChildren(...Array.from(rows, (row) => element("tr", { "data-row": row }, ...line(row), element("td"))));
    for (const cell of [above, below]) cell.style.height = "0";
    where.textContent = say("table_page", { from: Math.min(1, rows.length), to: rows.length, total: rows.length });
  });
  addEventListener("afterprint", () => draw(true));

  let frameAsked = 0;
  frame.addEventListener("scroll", () => {
    frameAsked ||= requestAnimationFrame(() => {
      frameAsked = 0;
      draw();
    });
  }, { passive: true });
  // Texts are opened only when the reader comes near the table.
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    state.onChange(refresh);
    refresh();
  }, { rootMargin: "200px" });
  watch.observe(table);
}

addPart((viewer) => {
  const table = /** @type {HTMLTableElement | null} */ (byId("im-rows"));
  if (table) virtualTable(table, viewer);
});
