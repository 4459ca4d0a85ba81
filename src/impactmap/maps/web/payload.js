/** What the page carries: the columns that the map is drawn from, and the texts. */
import {NO_TEXTS, createTexts} from "./texts.js";
import {openContainer} from "./container.js";
import {readBlock} from "./files.js";

/**
 * @typedef {{key: string, name: string, color: string, color_dark: string, shape: string}} Side
 * @typedef {{id: string, name: string, rings: number[][], label: [number, number]}} Area
 * @typedef {{kind: "country" | "reference" | "disputed", name?: string, lines: number[][]}} BorderLine
 * @typedef {{name: string, lat: number, lon: number, rank: number, kind?: "city" | "country" | "water"}} Label
 * @typedef {[number, number, number, number]} Bounds west, south, east, north
 * @typedef {[name: string, level: number, first: number, last: number, west: number, south: number, east: number, north: number, count: number]} TileLine
 *   first and last day since 1970 that its events reach, degrees, how many entries it has
 * @typedef {{kilometres: number[], most: number, files: TileLine[], address: string | null}} TileList kilometres: of the squares of each level, the
 *   coarsest first, of which the page holds the first itself; 0 where a level has the single reports; most: entries that are drawn at a time
 * @typedef {{bounds: Bounds, land: number[][], lakes: number[][], rivers: number[][], regions: number[][],
 *   borders: BorderLine[], labels: Label[]}} Basemap
 * @typedef {{of: "all" | "chosen" | null, lines: import("./distances.js").DistanceLine[], bands: {km: number, text: string, lines: number[][]}[]}} DistancesNote
 * @typedef {{language: string, locale: string, title: string, data_through?: string, timezone?: string, embargo_hours?: number,
 *   size: string | null, distance_how: string | null, border: {names: string[]} | null, tiles: {url: string, attribution: string} | null,
 *   static_rows: boolean}} Page
 * @typedef {{version: number, rows: number, events: number, texts: {files: string[], events: number} | null,
 *   columns: Record<string, import("./container.js").Entry>, sides: Side[], sectors: string[],
 *   means: string[], fields: {label: string, terms: string[]}[], precisions: string[], areas: Area[], basemap: Basemap, distances: DistancesNote,
 *   view: {bounds: Bounds, max_zoom: number, disputed: string[]}, page: Page, labels?: {first: string[], never: string[]},
 *   notes?: {text: string, lat: number, lon: number, side: string | null, first: number | null, last: number | null}[],
 *   regions?: {how: "shaded" | "marks", breaks: number[]}, inset?: {bounds: Bounds, basemap: Basemap}, tips?: string[], steps?: {view: Record<string, string>, bounds: number[] | null, note: number | null}[], layers?: {line: number[], width: number, fill: number, areas: number[][], lines: number[][], points: [number, number][]}[],
 *   tiles?: TileList,
 *   messages: Record<string, string | Record<string, string>>, terms: Record<string, Record<string, string>>}} Header
 *
 * @typedef {object} Columns
 * @property {Float64Array} place_lat positions of points, each once
 * @property {Float64Array} place_lon
 * @property {Uint16Array} place_territory country and side of the border of each position; 0 where unknown
 * @property {Uint8Array | Uint16Array | Uint32Array} weight reports that an event stands for: one, but where alike ones are counted together
 * @property {Uint32Array} row_place number of a row's position, from 1; 0 for none
 * @property {Uint32Array} row_event
 * @property {Uint8Array} row_kind
 * @property {Uint8Array} row_precision
 * @property {Int32Array} row_area
 * @property {Uint8Array} [row_inset] 1 for what lies far out and stands in the small map of it
 * @property {Uint16Array} event_when number of the period that an event names
 * @property {Int32Array} day_start
 * @property {Int32Array} day_end
 * @property {Uint8Array} side
 * @property {Uint8Array} confirmed
 * @property {Uint8Array} contradicted
 * @property {Float32Array} size
 * @property {Float32Array} size_low
 * @property {Float32Array} size_high
 * @property {Uint32Array} sectors
 * @property {Uint32Array} means
 * @property {Uint32Array[]} fields masks of the author's own categories, as those of sectors
 *
 * @typedef {{row: number, km?: number, border_lat?: number, border_lon?: number, line?: string, name?: string, around?: string, reported_as?: string, how?: string, reason?: string,
 *   distance?: string, distance_in?: string, population?: string, population_how?: string}} Place
 * @typedef {{said?: string, differs?: string, agrees?: string, who?: string, claimant?: string, source?: string, url?: string,
 *   note?: string, dates?: string, shortened: number}} Claim
 * @typedef {{id: string, summary?: string, note?: string, lang?: string, note_lang?: string, shortened: number, basis?: string, sectors?: string, means?: string,
 *   places: Place[], claims: Claim[], disputes: {said: string, claims: string}[], sources: {name?: string, url?: string}[],
 *   fields: {label: string, value: string, url?: string}[]}} EventText
 *   finished texts, as every other part of the page has them
 *
 * `gathered` tells that an event may stand for several reports, of which there is no card.
 *
 * @typedef {{header: Header, columns: Columns, when: (event: number) => string, gathered: boolean} & import("./texts.js").Texts} Payload
 */

/** Texts of up to so many characters are opened along with the columns: both together take as long as one. */
const EARLY = 1e6;

/**
 * Put the lines of the ground and of the areas back: the header says how many points each has, one column the steps between them.
 * @param {any} header
 * @param {Uint32Array} steps
 */
function openLines({ basemap, areas, view: { unit } }, steps) {
  let at = 0;
  let last = [0, 0];
  const open = (/** @type {number[]} */ counts) => counts.map((count) => {
    const line = Array.from(steps.subarray(at, (at += 2 * count)), (step) => unit * (step & 1 ? -(step + 1) / 2 : step / 2));
    [0, 1].forEach((axis) => {
      const start = (line[axis] += last[axis]);
      last[axis] = line.reduce((sum, step, i) => (i > 1 && i % 2 === axis ? sum + step : sum), start);
    });
    return line;
  });
  for (const name of ["land", "lakes", "rivers", "regions"]) basemap[name] = open(basemap[name]);
  for (const border of basemap.borders) border.lines = open(border.lines);
  for (const area of areas) area.rings = open(area.rings);
}

/**
 * Open the columns; many texts stay closed.
 * @returns {Promise<Payload>}
 */
export async function openPayload() {
  const inTexts = document.getElementById("im-texts")?.textContent?.length ?? 0;
  const early = inTexts > 0 && inTexts <= EARLY ? readBlock("im-texts").then(openContainer) : null;
  early?.catch(() => {}); // told where the texts are asked for
  const data = await openContainer(await readBlock("im-data"));
  /** @type {Header} */
  const header = data.header;
  /** @type {any} */
  const columns = {};
  for (const name of Object.keys(header.columns)) if (name !== "when") columns[name] = data.numbers(name);
  columns.weight ??= new Uint8Array(header.events).fill(1);
  openLines(header, columns.ground);
  const { event_when, when_start, when_end } = columns;
  const each = (/** @type {Int32Array} */ days) => Int32Array.from(event_when, (/** @type {number} */ number) => days[number]);
  columns.fields = header.fields.map((_, number) => columns[`field_${number}`]);
  Object.assign(columns, { day_start: each(when_start), day_end: each(when_end) });
  const gathered = header.tiles !== undefined;
  return { header, columns, gathered, when: (event) => data.texts("when").at(event_when[event]), ...(gathered ? NO_TEXTS : createTexts(header, early)) };
}
