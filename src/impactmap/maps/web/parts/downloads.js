/** What a reader may take along: the map as it is seen now, and the rows in view. */
import {addPart} from "../parts.js";
import {byId, element, shapePath, typeFamily} from "../dom.js";
import {isoDay} from "../link.js";
import {SvgContext} from "./svgcontext.js";
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

  /** @typedef {{text: string, size: number, weight: number, color: string}} Row */
  const scratch = /** @type {CanvasRenderingContext2D} */ (element("canvas").getContext("2d"));
  const family = typeFamily();
  const MARGIN = 16;

  /**
   * Lines of type as wide as the picture.
   * @type {(text: string, size: number, weight: number, color: string, width: number) => Row[]}
   */
  function broken(text, size, weight, color, width) {
    scratch.font = `${weight} ${size}px ${family}`;
    /** @type {string[]} */
    const lines = [];
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
      if (lines.length > 0 && scratch.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines.map((line) => ({ text: line, size, weight, color }));
  }

  /** What stands around the map as it is seen: headline and counts above it, sides and sources below. */
  function plan() {
    const colors = readColors(header.sides.length);
    const { width, height } = layer.size();
    const put = (/** @type {string} */ text, /** @type {number} */ size, weight = 400, color = colors["text-muted"]) => broken(text, size, weight, color, width - 2 * MARGIN);
    const textOf = (/** @type {string} */ id) => byId(id)?.textContent?.trim() ?? "";
    const counted = [say("results", { n: state.count }), words.period(state.filters.from, state.filters.to)].filter(Boolean).join(" \u00b7 ");
    const above = [...put(textOf("im-title"), 22, 700, colors.text), ...put(counted, 14)];
    const listed = (/** @type {string} */ items) => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(items))].filter((item) => !item.hidden && !item.classList.contains("im-hidden-visually"));
    // Numbers on the map want their words; what is drawn wants its source.
    const told = listed("#im-notes li").map((item) => [...item.children].map(({ textContent }) => textContent).join(" "));
    const layers = listed("#im-layers li").map(({ textContent }) => textContent ?? "");
    const below = [...told.flatMap((text) => put(text, 12, 400, colors.text)), ...layers.flatMap((text) => put(text, 12)), ...put([textOf("im-through"), textOf("im-credit")].filter(Boolean).join(" "), 12), ...put(say("attribution"), 12)];
    const slots = Array.from({ length: state.slots }, (_, slot) => slot).filter((slot) => state.slotCounts[slot] > 0 && !state.filters.off.has(slot));
    const high = (/** @type {Row[]} */ rows) => rows.reduce((sum, { size }) => sum + 1.3 * size, 0);
    return { colors, above, below, slots, map: height, width, height: Math.ceil(height + high(above) + high(below) + 4 * MARGIN + 18 * slots.length) };
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {ReturnType<typeof plan>} planned
   */
  function compose(context, { colors, above, below, slots, map: mapHeight, width, height }) {
    context.named?.("sheet");
    context.fillStyle = colors.page;
    context.fillRect(0, 0, width, height);
    let y = MARGIN;
    /** @param {Row[]} rows */
    const write = (rows) => {
      context.textBaseline = "top";
      context.textAlign = "left";
      for (const { text, size, weight, color } of rows) {
        context.font = `${weight} ${size}px ${family}`;
        context.fillStyle = color;
        context.fillText(text, MARGIN, y);
        y += 1.3 * size;
      }
    };
    context.named?.("headline");
    write(above);
    y += MARGIN;
    context.save();
    context.named?.("map");
    context.beginPath();
    context.rect(0, y, width, mapHeight);
    context.clip();
    context.translate(0, y);
    layer.paper(context);
    context.restore();
    y += mapHeight + MARGIN;
    context.named?.("legend");
    for (const slot of slots) {
      context.save();
      context.translate(MARGIN + 6, y + 6.5);
      context.scale(5, 5);
      const shape = shapePath(describe.slotShape(slot));
      context.fillStyle = context.strokeStyle = colors[slot === state.slots - 1 ? "side-none" : `side-${slot + 1}`];
      context.lineWidth = 0.25;
      if (slot === state.slots - 1) context.stroke(shape);
      else context.fill(shape);
      context.restore();
      context.textBaseline = "top";
      context.textAlign = "left";
      context.font = `400 13px ${family}`;
      context.fillStyle = colors.text;
      context.fillText(`${say("side_line", { side: describe.slotName(slot) })}: ${words.number(state.slotCounts[slot])}`, MARGIN + 18, y);
      y += 18;
    }
    context.named?.("sources");
    write(below);
  }

  function takePicture() {
    const planned = plan();
    const picture = element("canvas", { width: 2 * planned.width, height: 2 * planned.height });
    const context = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
    context.scale(2, 2);
    compose(context, planned);
    picture.toBlob((blob) => give(blob, "map.png"), "image/png");
  }

  function takeDrawing() {
    const planned = plan();
    const drawing = new SvgContext(planned.width, planned.height, byId("im-title")?.textContent?.trim() ?? "");
    compose(/** @type {any} */ (drawing), planned);
    give(new Blob([drawing.text()], { type: "image/svg+xml" }), "map.svg");
  }

  async function takeRows() {
    const bounds = map.getBounds();
    const rows = [];
    for (let row = 0; row < columns.row_event.length; row++) {
      if (!state.rowShown(row)) continue;
      const place = columns.row_place[row] - 1;
      const [lat, lon] = place >= 0 ? [columns.place_lat[place], columns.place_lon[place]] : [NaN, NaN];
      // What has no point of its own, such as an area, is in view wherever the map is.
      if (place < 0 || bounds.contains([lat, lon]) || layer.shows(row)) rows.push({ row, event: columns.row_event[row], lat, lon });
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
    element("button", { type: "button", id: "im-take-svg", click: takeDrawing }, say("downloads_svg")),
    element("button", { type: "button", id: "im-take-csv", click: takeRows }, say("downloads_csv")),
  ];
  const group = element("div", { id: "im-downloads", role: "group", "aria-label": say("downloads_title") }, ...buttons);
  // A frame has no room for a line of its own.
  const options = document.documentElement.dataset.imFramed === undefined ? null : byId("im-options")?.lastElementChild;
  if (options) options.append(group);
  else byId("im-timeline")?.after(group);
});
