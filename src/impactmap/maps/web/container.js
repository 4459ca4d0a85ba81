/** The binary format of the page's data: a JSON header and typed columns, compressed together. */

/**
 * @typedef {{length: number, dtype: string, offset?: number, fill?: number | string | null, delta?: boolean, decimals?: number,
 *   values?: number, bytes?: number, codes?: {dtype: string, offset?: number, fill?: number}}} Entry
 * @typedef {{header: any, numbers: (name: string) => any, texts: (name: string) => TextColumn,
 *   value: (name: string, row: number) => any}} Container
 *
 * @typedef {object} TextColumn
 * @property {(row: number) => string} at empty for a missing one
 * @property {(needles: string[], change: (text: string) => string, hit: (needle: number, row: number) => void) => void} find tells of the
 *   rows whose text, changed, holds a needle; `change` is given many texts at once, parted by U+0000, and always the same one
 */

/** Stands for a missing whole number or figure. */
const MISSING = -2147483648;

/** @type {Record<string, any>} */
const ARRAYS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, i32: Int32Array, f32: Float32Array, f64: Float64Array };

/**
 * @param {string} text base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes compressed
 * @returns {Promise<Container>}
 */
export async function openContainer(bytes) {
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter();
  // A block that is broken says so where it is read.
  for (const step of [writer.write(bytes), writer.close()]) step.catch(() => {});
  const buffer = await new Response(readable).arrayBuffer();
  const size = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const start = Math.ceil((4 + size) / 8) * 8;
  /** @type {Record<string, Entry>} */
  const entries = header.columns;
  /** @type {Map<string, any>} */
  const known = new Map();
  /**
   * @template T
   * @param {string} name
   * @param {(entry: Entry) => T} read
   * @returns {T}
   */
  const once = (name, read) => {
    if (!known.has(name)) known.set(name, read(entries[name]));
    return known.get(name);
  };
  const numbers = (/** @type {string} */ name) => once(name, (entry) => readNumbers(buffer, start, entry, entry.length));
  const texts = (/** @type {string} */ name) => once(name, (entry) => readTexts(buffer, start, entry));
  const value = (/** @type {string} */ name, /** @type {number} */ row) =>
    (["text", "coded"].includes(entries[name].dtype) ? texts(name).at(row) : numbers(name)[row]);
  return { header, numbers, texts, value };
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} start
 * @param {{dtype: string, offset?: number, fill?: any, delta?: boolean, decimals?: number}} entry
 * @param {number} length
 */
function readNumbers(buffer, start, { dtype, offset = 0, fill, delta, decimals }, length) {
  const Type = ARRAYS[dtype];
  let values;
  if (fill !== undefined) values = new Type(length).fill(fill === null ? NaN : fill);
  else {
    const size = Type.BYTES_PER_ELEMENT;
    const planes = new Uint8Array(buffer, start + offset, length * size);
    if (size === 1) values = planes;
    else {
      // All first bytes come first, then all second bytes, and so on.
      const bytes = new Uint8Array(length * size);
      for (let plane = 0; plane < size; plane++) {
        for (let i = 0, at = plane, from = plane * length; i < length; i++, at += size) bytes[at] = planes[from + i];
      }
      values = new Type(bytes.buffer);
    }
  }
  if (delta) {
    const sums = dtype === "i32" ? new Int32Array(length) : new Uint32Array(length);
    for (let i = 0, sum = 0; i < length; i++) sums[i] = sum += values[i];
    values = sums;
  }
  if (decimals === undefined) return values;
  const scale = 10 ** decimals;
  return Float64Array.from(values, (value) => (value === MISSING ? NaN : value / scale));
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} start
 * @param {Entry} entry
 * @returns {TextColumn}
 */
function readTexts(buffer, start, entry) {
  const { length, dtype, offset = 0, bytes = 0 } = entry;
  if (entry.fill !== undefined) return { at: () => "", find() {} };
  const raw = new Uint8Array(buffer, start + offset, bytes);
  const decoder = new TextDecoder();
  /** @type {string[] | null} */
  let changed = null;
  const texts = (/** @type {(text: string) => string} */ change) => (changed ??= change(decoder.decode(raw)).split("\0"));
  if (dtype === "coded" && entry.codes) {
    const values = ["", ...decoder.decode(raw).split("\0")];
    const codes = readNumbers(buffer, start, entry.codes, length);
    return {
      at: (row) => values[codes[row]],
      find(needles, change, hit) {
        needles.forEach((needle, i) => {
          const found = Uint8Array.of(0, ...texts(change).map((value) => Number(value.includes(needle))));
          if (found.includes(1)) for (let row = 0; row < length; row++) if (found[codes[row]]) hit(i, row);
        });
      },
    };
  }
  /** @type {Uint32Array | null} */
  let ends = null;
  function cut() {
    ends = new Uint32Array(length);
    for (let row = 0, at = 0; row < length; row++, at = ends[row - 1] + 1) {
      const end = raw.indexOf(0, at);
      ends[row] = end < 0 ? bytes : end;
    }
    return ends;
  }
  return {
    at(row) {
      const stops = ends ?? cut();
      return decoder.decode(raw.subarray(row === 0 ? 0 : stops[row - 1] + 1, stops[row]));
    },
    find(needles, change, hit) {
      texts(change).forEach((text, row) => needles.forEach((needle, i) => text.includes(needle) && hit(i, row)));
    },
  };
}
