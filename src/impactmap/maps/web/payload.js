/** What the page carries: two compressed blocks, opened without any request. */

/**
 * @typedef {{key: string, name: string, color: string, color_dark: string, shape: string}} Side
 * @typedef {{id: string, name: string, rings: number[][], label: [number, number]}} Area
 * @typedef {{kind: "country" | "reference" | "disputed", name?: string, lines: number[][]}} BorderLine
 * @typedef {{name: string, lat: number, lon: number, rank: number, kind?: "city" | "country" | "water"}} Label
 * @typedef {[number, number, number, number]} Bounds west, south, east, north
 * @typedef {{bounds: Bounds, land: number[][], lakes: number[][], rivers: number[][], regions: number[][],
 *   borders: BorderLine[], labels: Label[]}} Basemap
 * @typedef {{countries: string[], names: string[], view: string, data: string, data_date: string}} BorderNote
 * @typedef {{language: string, title: string, data_through?: string, timezone?: string, embargo_hours?: number,
 *   size: string | null, border: BorderNote | null, tiles: {url: string, attribution: string} | null,
 *   static_rows: boolean}} Page
 * @typedef {{version: number, rows: number, events: number,
 *   columns: Record<string, {dtype: string, offset: number, length: number}>, sides: Side[], sectors: string[],
 *   means: string[], precisions: string[], areas: Area[], basemap: Basemap,
 *   view: {bounds: Bounds, max_zoom?: number}, page: Page,
 *   countries?: Record<string, string>, messages: Record<string, string | Record<string, string>>, terms: Record<string, Record<string, string>>}} Header
 *
 * @typedef {object} Columns
 * @property {Uint32Array} row_event
 * @property {Float64Array} row_lat
 * @property {Float64Array} row_lon
 * @property {Uint8Array} row_kind
 * @property {Uint8Array} row_precision
 * @property {Int32Array} row_area
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
 *
 * @typedef {{row: number, reported?: string, name?: string, region?: string, country?: string, precision?: string,
 *   status?: string, reason?: string, radius_km?: number, lat?: number, lon?: number, provider?: string,
 *   distance?: {km?: number, min_km?: number, max_km?: number, side_country?: string},
 *   population?: {value: number, source?: string, date?: string}}} Place
 * @typedef {{metric: string, value?: number, low?: number, high?: number, text?: string, qualifier?: string,
 *   claimant?: string, claimant_side?: string, source?: string, url?: string, published?: string, retrieved?: string,
 *   shortened?: boolean,
 *   compared?: {computed?: number, low?: number, high?: number, agrees?: boolean}}} Claim
 * @typedef {{id: string, summary?: string, shortened?: boolean, date_precision?: string, side_basis?: string,
 *   sectors?: string[], means?: string[], places: Place[], claims?: Claim[],
 *   contradictions?: {metric: string, claims: number[]}[], sources?: {name?: string, url?: string}[]}} EventText
 *
 * @typedef {object} Payload
 * @property {Header} header
 * @property {Columns} columns
 * @property {() => Promise<EventText[]>} openTexts opened once, when first needed
 * @property {() => EventText[] | null} texts what is open already
 */

/** @type {Record<string, any>} */
const ARRAYS = { u8: Uint8Array, i32: Int32Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array };

/**
 * @param {string} id of a script element that holds base64 of zlib
 * @returns {Promise<ArrayBuffer>}
 */
async function inflate(id) {
  const text = document.getElementById(id)?.textContent?.trim() ?? "";
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/**
 * Open the columns; texts stay closed.
 * @returns {Promise<Payload>}
 */
export async function openPayload() {
  const buffer = await inflate("im-data");
  const size = new DataView(buffer).getUint32(0, true);
  /** @type {Header} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const start = Math.ceil((4 + size) / 8) * 8;
  /** @type {any} */
  const columns = {};
  for (const [name, { dtype, offset, length }] of Object.entries(header.columns)) {
    columns[name] = new ARRAYS[dtype](buffer, start + offset, length);
  }
  /** @type {Promise<EventText[]> | null} */
  let opening = null;
  /** @type {EventText[] | null} */
  let open = null;
  async function readTexts() {
    open = JSON.parse(new TextDecoder().decode(await inflate("im-texts"))).events;
    return /** @type {EventText[]} */ (open);
  }
  return { header, columns, openTexts: () => (opening ??= readTexts()), texts: () => open };
}
