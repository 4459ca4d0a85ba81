/** Bring: a table comes to the desk, its columns are understood, its faults are put right. */
import {ask, errorText, sendFile, withQuery} from "./ask.js";
import {element} from "./dom.js";
import {takeDrops} from "./drops.js";
import {createTable} from "./table.js";
import {say, sayCount, toldNotes, toldText, wordsLanguage} from "./words.js";

/**
 * @typedef {import("./table.js").Fault} Fault
 * @typedef {{header: string, ours: string, how: import("./words.js").Told | null, said: boolean}} Column
 * @typedef {{table: string | null, tables: string[], rows: number, sheets: string[], sheet: string | null, date_format: string | null,
 *   fixable: boolean, format: string, columns: Column[], choices: {name: string, label: string, group: string}[], faults: Fault[],
 *   count: {fault: number, warning: number}, error: import("./words.js").Told | null,
 *   notes: import("./words.js").Told[]}} Brought
 * @typedef {{announce: (text: string) => void, changed: () => void, state: () => import("./desk.js").State}} Page
 */

const DATES = ["%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y-%m-%d"];

/** @param {string} text @returns {boolean} whether a text is an article rather than a table: it begins with a sentence, or its lines have no cells in common */
export function isProse(text) {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim()).slice(0, 40);
  if (text.length < 200 || text.includes("\t")) return false;
  if (/[.!?…]["”»')]*\s*$/.test(lines[0])) return true; // no row of headers ends so
  return ![",", ";", "|"].some((sign) => {
    const [first, ...counts] = lines.map((line) => line.split(sign).length - 1);
    return first > 0 && counts.length > 0 && counts.filter((count) => count === first).length >= 0.6 * counts.length;
  });
}

/** @param {Fault} fault @returns {HTMLElement[]} what is wrong; in general words before what is in another language than the page */
function faultText({ told, wanted }) {
  const known = told.language === wordsLanguage();
  return known ? [element("span", { dir: "auto" }, told.text)] : [element("span", {}, wanted), toldText(told)];
}

/** @param {HTMLElement} root @param {Page & {bringArticle: (what: File | string) => void}} page */
export function createBring(root, page) {
  const fault = element("p", { class: "dk-fault", role: "alert" });
  const file = element("input", { type: "file", id: "dk-file", accept: ".csv,.tsv,.txt,.html,.htm,.md,.xlsx,.xlsm,.ods,.json,.jsonl,.geojson,.gpkg,.kml,.kmz,.gpx,.parquet" });
  const pasted = element("textarea", { id: "dk-paste", rows: "4", spellcheck: "false", "aria-label": say("bring.paste") });
  const address = element("input", { type: "text", id: "dk-address", inputmode: "url", autocomplete: "off", "aria-label": say("bring.address") });
  const path = element("input", { type: "text", id: "dk-path", autocomplete: "off", "aria-label": say("bring.path") });
  const inFolder = element("div", { class: "im-row" });
  const drop = element("div", { class: "dk-drop" },
    element("p", {}, element("strong", {}, say("bring.drop"))),
    element("label", { class: "dk-choose" }, element("span", {}, say("bring.file")), file),
    element("label", { class: "rv-field" }, element("span", {}, say("bring.paste")), pasted),
    element("div", { class: "im-row" }, element("button", { type: "button", id: "dk-read-paste", click: () => bringText(pasted.value) }, say("bring.read"))),
    element("details", {}, element("summary", {}, say("bring.otherwise")),
      element("div", { class: "dk-line" }, element("label", { class: "rv-field" }, element("span", {}, say("bring.address")), address),
        element("button", { type: "button", id: "dk-fetch", click: () => doing(() => ask("address", { url: address.value })) }, say("bring.fetch"))),
      element("p", { class: "im-quiet" }, say("bring.address_note")),
      element("div", { class: "dk-line" }, element("label", { class: "rv-field" }, element("span", {}, say("bring.path")), path),
        element("button", { type: "button", id: "dk-use", click: () => doing(() => ask("use", { name: path.value })) }, say("bring.use"))),
      element("p", { class: "im-quiet" }, say("bring.path_note"))),
    inFolder,
  );
  const example = element("p", { class: "im-row" }, element("button", { type: "button", id: "dk-example", click: () => doing(() => ask("example", {})) }, say("bring.example")),
    element("span", { class: "im-quiet" }, say("bring.example_note")));
  const article = element("p", { class: "im-row" }, element("button", { type: "button", id: "dk-article", click: () => page.bringArticle(pasted.value) }, say("bring.article")),
    element("span", { class: "im-quiet" }, say("bring.article_note")));
  const again = element("details", { id: "dk-again" }, element("summary", {}, say("bring.again")));
  const about = element("p", { id: "dk-about" });
  const settings = element("div", { class: "im-row dk-settings" });
  const wrong = element("div", { id: "dk-faults" });
  const form = element("form", { id: "dk-cell", hidden: true, novalidate: true });
  const notes = element("div");
  const table = createTable({ open: openCell, failed: fail });
  const whole = element("div", { id: "dk-table-part", hidden: true }, about, settings, form, wrong, table.frame, notes);
  root.append(fault, drop, article, example, whole);

  /** @type {Brought | null} */
  let told = null;
  /** @type {{row: number, column: string, seen: string} | null} */
  let last = null;

  /** @param {unknown} error */
  function fail(error) {
    fault.textContent = errorText(error);
  }

  /** @param {() => Promise<unknown>} act */
  async function doing(act) {
    fault.textContent = "";
    try {
      const acting = act();
      page.changed();
      await acting;
      page.announce(say("saved"));
      pasted.value = "";
      file.value = "";
      again.open = false;
    } catch (error) {
      fail(error);
    }
    page.changed();
  }

  /** @param {string} text */
  function bringText(text) {
    if (isProse(text)) page.bringArticle(text);
    else void doing(() => sendFile("paste", new Blob([text])));
  }

  /** @param {File} chosen */
  async function bringFile(chosen) {
    const page_ = /\.(?:html?|xhtml|md|rss|atom)$/i.test(chosen.name);
    if (page_ || (/\.(?:txt|text)$/i.test(chosen.name) && isProse(await chosen.slice(0, 1 << 16).text()))) page.bringArticle(chosen);
    else await doing(() => sendFile(withQuery("file", { name: chosen.name }), chosen));
  }

  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) void bringFile(chosen);
  });
  takeDrops(root, drop, (file, text) => {
    if (file) void bringFile(file);
    else if (text) bringText(text);
  });
  // Cells pasted anywhere on the part, as people do, unless they type into a field.
  document.addEventListener("paste", (event) => {
    const field = /** @type {HTMLElement} */ (event.target).closest("input, textarea");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (field || root.closest("section")?.hidden || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    bringText(text);
  });

  /**
   * @param {number} row
   * @param {string} column
   * @param {string} text
   * @param {Fault | null} found
   */
  function openCell(row, column, text, found) {
    const fixable = told?.fixable && column !== "";
    const input = element("input", { type: "text", id: "dk-cell-text", value: text, dir: "auto", maxlength: "10000", "aria-label": say("bring.new_text") });
    form.replaceChildren(
      element("h3", { tabindex: "-1", id: "dk-cell-title", dir: "auto" }, column ? say("bring.cell_title", { row, column }) : say("bring.row_title", { row })),
      ...(found ? faultText(found) : []),
      fixable ? element("div", { class: "dk-line" }, element("label", { class: "rv-field" }, element("span", {}, say("bring.new_text")), input), element("button", { type: "submit", class: "rv-save" }, say("bring.save_cell"))) : element("p", { class: "im-quiet" }, say("bring.in_sheet", { file: told?.table ?? "" })),
      element("button", { type: "button", click: close }, say("close")),
    );
    form.hidden = false;
    form.onsubmit = (event) => {
      event.preventDefault();
      const value = input.value;
      void doing(async () => {
        await ask("cell", { row, column, text: value, seen: text });
        last = { row, column, seen: value };
        undoText = text;
        close();
      });
    };
    if (fixable) input.focus();
    else form.querySelector("h3")?.focus();
  }
  let undoText = "";

  function close() {
    form.hidden = true;
    form.replaceChildren();
  }

  async function undo() {
    if (!last) return;
    const { row, column, seen } = last;
    await doing(() => ask("cell", { row, column, text: undoText, seen }));
    last = null;
  }

  /** @param {Brought} brought */
  function showSettings({ sheets, sheet, date_format: dates, format }) {
    const chosen = (/** @type {string} */ id, /** @type {string} */ name, /** @type {string} */ label, /** @type {[string, string][]} */ values, /** @type {string} */ now) => {
      const select = element("select", { id }, ...values.map(([value, text]) => element("option", { value, selected: value === now }, text)));
      select.addEventListener("change", () => void doing(() => ask("setting", { name, value: select.value })));
      return element("label", { class: "rv-field" }, element("span", {}, label), select);
    };
    /** @type {(HTMLElement | string)[]} */
    const made = [];
    if (sheets.length > 1) {
      made.push(chosen("dk-sheet", "data.sheet", say("bring.sheet"), [["", say("bring.by_itself")], ["*", say("bring.all_sheets")], .../** @type {[string, string][]} */ (sheets.map((each) => [each, each]))], sheet ?? ""));
    }
    if (!format) {
      const known = dates && !DATES.includes(dates) ? [...DATES, dates] : DATES;
      made.push(chosen("dk-dates", "data.date_format", say("bring.dates"), [["", say("bring.by_itself")], .../** @type {[string, string][]} */ (known.map((each) => [each, say("bring.date_as", { day: exampleDay(each) })]))], dates ?? ""));
    }
    settings.replaceChildren(...made);
  }

  /** @param {string} format */
  function exampleDay(format) {
    return format.replace("%d", "25").replace("%m", "11").replace("%Y", "2025");
  }

  /** @param {Brought} brought */
  function showHead({ columns, choices, format, faults }) {
    const part = (/** @type {string} */ group) => choices.filter((each) => each.group === group);
    const bad = new Set(faults.filter(({ row, column }) => row === null && column !== null).map(({ column }) => column));
    const cells = columns.map(({ header, ours, how, said }) => {
      const known = ours === "" || choices.some(({ name }) => name === ours);
      const select = element("select", { "aria-label": say("bring.column", { header }), disabled: format !== "" },
        element("option", { value: "" }, say("bring.kept")),
        known ? "" : element("option", { value: ours, selected: true }, ours),
        ...["event", "figure"].map((group) => {
          const made = element("optgroup", { label: say(`bring.group_${group}`) });
          made.append(...part(group).map(({ name, label }) => element("option", { value: name, selected: name === ours }, label)));
          return made;
        }));
      select.addEventListener("change", () => void doing(() => ask("column", { header, ours: select.value })));
      const evidence = ours ? say(said ? "bring.said" : "bring.guessed") : say("bring.unread");
      return element("th", { scope: "col", class: bad.has(header) ? "dk-bad" : "" }, element("span", { class: "dk-header", dir: "auto" }, header), select,
        element("small", how?.language === wordsLanguage() ? { title: how.text } : {}, how?.language === wordsLanguage() ? how.text : evidence));
    });
    table.head.replaceChildren(element("tr", {}, element("th", { scope: "col" }, say("bring.row")), ...cells));
  }

  /** @param {Brought} brought */
  function showFaults({ faults, count, error }) {
    const list = faults.slice(0, 100).map((each) => {
      const where = each.row === null ? each.column ?? "" : each.column ? say("bring.cell_title", { row: each.row, column: each.column }) : say("bring.row_title", { row: each.row });
      const go = each.place === null ? element("strong", { dir: "auto" }, where) : element("button", {
        type: "button", class: "dk-go", dir: "auto", click: () => void goTo(each).catch(fail),
      }, where);
      return element("li", { class: `dk-is-${each.severity}` }, element("span", { class: "dk-kind" }, say(`severity.${each.severity}`)), " ", go, " ", ...faultText(each));
    });
    const summary = [count.fault ? sayCount("bring.faults", count.fault) : say("bring.no_faults"), count.warning ? sayCount("bring.warnings", count.warning) : ""].filter(Boolean).join(" ");
    wrong.replaceChildren(
      element("h3", {}, error ? say("bring.unusable") : summary),
      error && faults.some(({ role }) => role === "date_start") ? element("p", {}, say("bring.choose_dates")) : "",
      error && list.length === 0 ? toldText(error, { class: "dk-fault" }) : "",
      list.length ? element("ul", {}, ...list) : "",
      last ? element("button", { type: "button", click: () => void undo() }, say("undo")) : "",
    );
  }

  /** @param {Fault} each */
  async function goTo(each) {
    if (each.place === null || each.row === null) return;
    await table.goTo(each.place);
    const row = table.frame.querySelector(`tr[data-row="${each.row}"]`);
    const at = told?.columns.findIndex(({ header }) => header === each.column) ?? -1;
    openCell(each.row, each.column ?? "", at < 0 ? "" : row?.children[at + 1]?.querySelector(".dk-mark")?.getAttribute("data-text") ?? textAt(row, at), each);
  }

  /** @param {Element | null | undefined} row @param {number} at */
  function textAt(row, at) {
    const text = row?.children[at + 1]?.textContent ?? "";
    return text === say("bring.empty") ? "" : text;
  }

  return {
    async show() {
      /** @type {Brought} */
      const brought = await ask("bring.json");
      told = brought;
      const { tables, table: name, rows, columns, faults, format } = brought;
      inFolder.replaceChildren(...(tables.length && !name ? [element("span", {}, say("bring.in_folder")), ...tables.slice(0, 12).map((each) =>
        element("button", { type: "button", dir: "auto", click: () => doing(() => ask("use", { name: each })) }, each))] : []));
      example.hidden = name !== null;
      article.hidden = page.state().drafts.articles > 0;
      whole.hidden = name === null;
      if (name === null) {
        if (drop.parentElement !== root) root.insertBefore(drop, example);
        return;
      }
      if (drop.parentElement !== again) again.append(drop);
      if (again.parentElement !== root) root.insertBefore(again, whole);
      about.textContent = [name, sayCount("of.rows", rows), format && say("bring.format", { format })].filter(Boolean).join(" · ");
      showSettings(brought);
      showHead(brought);
      showFaults(brought);
      notes.replaceChildren(toldNotes(brought.notes));
      await table.show(columns.map(({ header }) => header), rows, faults);
    },
  };
}
