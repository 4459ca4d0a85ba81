/** What a reader may take along: the map as it is seen now, and the rows in view. */
import {addPart} from "../parts.js";
import {byId, element, outline, typeFamily} from "../dom.js";
import {isoDay} from "../link.js";
import {NO_DAY} from "../words.js";
import {OTHER_BIT} from "../state.js";
import {readColors} from "../basemap.js";

/** Columns of the rows, as in events.csv. */
const ROW_COLUMNS = ["event_id", "date_start", "date_end", "side", "place", "around", "latitude", "longitude", "precision", "confirmation", "sectors", "means", "summary", "source_name", "source_url"];

/**
 * A cell of a table for spreadsheets, which take what begins like a formula for one.
 * @param {string | number | undefined} value
 * @returns {string}
 */
export function csvCell(value) {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const dayText = (/** @type {number} */ day) => (day === NO_DAY ? "" : isoDay(day));

addPart(({ map, payload, state, words, describe, layer, announce }) => {
  const { say } = words;
  const { header, columns } = payload;

  /**
   * @param {Blob | null} blob
   * @param {string} name
   */
  function give(blob, name) {
    if (!blob) return;
    const url = URL.createObjectURL(blob);
    const link = element("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    announce(say("downloads_made", { file: name }));
  }

  /** The map as it is seen, below its headline, above its counts and sources. */
  function takePicture() {
    const shown = element("canvas");
    layer.picture(shown);
    const colors = readColors(header.sides.length);
    const picture = element("canvas", { width: shown.width, height: shown.height });
    const context = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
    const family = typeFamily();
    const margin = 32;
    const width = shown.width - 2 * margin;
    /** @type {{text: string, size: number, weight: number, color: string}[]} */
    const above = [];
    /** @type {typeof above} */
    const below = [];
    /** @type {(list: typeof above, text: string, size: number, weight: number, color: string) => void} */
    const put = (list, text, size, weight, color) => {
      context.font = `${weight} ${size}px ${family}`;
      let line = "";
      for (const word of text.split(/\s+/).filter(Boolean)) {
        const longer = line ? `${line} ${word}` : word;
        if (line && context.measureText(longer).width > width) {
          list.push({ text: line, size, weight, color });
          line = word;
        } else line = longer;
      }
      if (line) list.push({ text: line, size, weight, color });
    };
    const textOf = (/** @type {string} */ id) => byId(id)?.textContent?.trim() ?? "";
    put(above, textOf("im-title"), 44, 700, colors.text);
    const counted = [say("results", { n: state.count }), words.period(state.filters.from, state.filters.to)].filter(Boolean).join(" \u00b7 ");
    put(above, counted, 28, 400, colors["text-muted"]);
    put(below, [textOf("im-through"), textOf("im-credit")].filter(Boolean).join(" "), 24, 400, colors["text-muted"]);
    put(below, say("attribution"), 24, 400, colors["text-muted"]);
    const high = (/** @type {typeof above} */ list) => list.reduce((sum, { size }) => sum + 1.3 * size, 0);
    const slots = Array.from({ length: state.slots }, (_, slot) => slot).filter((slot) => state.slotCounts[slot] > 0 && !state.filters.off.has(slot));
    picture.height = Math.ceil(shown.height + high(above) + high(below) + 4 * margin + 36 * slots.length);
    context.fillStyle = colors.page;
    context.fillRect(0, 0, picture.width, picture.height);
    context.textBaseline = "top";
    let y = margin;
    /** @param {typeof above} list */
    const write = (list) => {
      for (const { text, size, weight, color } of list) {
        context.font = `${weight} ${size}px ${family}`;
        context.fillStyle = color;
        context.fillText(text, margin, y);
        y += 1.3 * size;
      }
    };
    write(above);
    y += margin;
    context.drawImage(shown, 0, y);
    y += shown.height + margin;
    for (const slot of slots) {
      context.save();
      context.translate(margin + 12, y + 13);
      context.scale(10, 10);
      const shape = new Path2D(outline(describe.slotShape(slot)));
      context.fillStyle = context.strokeStyle = colors[slot === state.slots - 1 ? "side-none" : `side-${slot + 1}`];
      context.lineWidth = 0.25;
      if (slot === state.slots - 1) context.stroke(shape);
      else context.fill(shape);
      context.restore();
      context.font = `400 26px ${family}`;
      context.fillStyle = colors.text;
      context.fillText(`${say("side_line", { side: describe.slotName(slot) })}: ${words.number(state.slotCounts[slot])}`, margin + 36, y);
      y += 36;
    }
    write(below);
    picture.toBlob((blob) => give(blob, "map.png"), "image/png");
  }

  async function takeRows() {
    const bounds = map.getBounds();
    const rows = [];
    for (let row = 0; row < columns.row_event.length; row++) {
      if (!state.rowShown(row)) continue;
      const place = columns.row_place[row] - 1;
      const [lat, lon] = place >= 0 ? [columns.place_lat[place], columns.place_lon[place]] : [NaN, NaN];
      // What has no point of its own, such as an area, is in view wherever the map is.
      if (place < 0 || bounds.contains([lat, lon])) rows.push({ row, event: columns.row_event[row], lat, lon });
    }
    await payload.openTexts(rows.map(({ event }) => event));
    const lines = [ROW_COLUMNS.join(",")];
    for (const { row, event, lat, lon } of rows) {
      const text = payload.text(event);
      const named = payload.place(event, row);
      const sources = text?.sources ?? [];
      const terms = (/** @type {Uint32Array} */ masks, /** @type {string[]} */ names) => 
        [...names.slice(0, OTHER_BIT).filter((_, bit) => (masks[event] >>> bit) & 1), ...(masks[event] >>> OTHER_BIT ? [say("filter_other")] : [])].join("; ");
      const longitude = ((lon + 540) % 360) - 180;
      lines.push([
        text?.id, dayText(columns.day_start[event]), dayText(columns.day_end[event]), header.sides[state.slot(event)]?.key ?? "", named?.name, named?.around,
        Number.isNaN(lat) ? "" : Number(lat.toFixed(5)), Number.isNaN(lon) ? "" : Number(longitude.toFixed(5)),
        header.precisions[columns.row_precision[row]], ["claimed", "confirmed"][columns.confirmed[event]],
        terms(columns.sectors, header.sectors), terms(columns.means, header.means), text?.summary,
        sources.map(({ name }) => name ?? "").join("; "), sources.map(({ url }) => url ?? "").join("; "),
      ].map(csvCell).join(","));
    }
    // The mark at the beginning tells spreadsheets that this is UTF-8.
    give(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" }), "rows.csv");
  }

  const buttons = [
    element("button", { type: "button", id: "im-take-png", click: takePicture }, say("downloads_png")),
    element("button", { type: "button", id: "im-take-csv", click: takeRows }, say("downloads_csv")),
  ];
  const group = element("div", { id: "im-downloads", role: "group", "aria-label": say("downloads_title") }, ...buttons);
  // A frame has no room for a line of its own.
  const options = document.documentElement.dataset.imFramed === undefined ? null : byId("im-options")?.lastElementChild;
  if (options) options.append(group);
  else byId("im-timeline")?.after(group);
});
