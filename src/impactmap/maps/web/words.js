/** Words, numbers and dates in the page's language. */

/** Milliseconds of a day. */
export const DAY_MS = 86400000;

/** Day number of "no date". */
export const NO_DAY = -2147483648;

/**
 * @typedef {object} Words
 * @property {(key: string, values?: Record<string, string | number>) => string} say a message of the interface
 * @property {(kind: string, key: string | undefined) => string} term a term of the data: sector, means, metric...
 * @property {(kind: string, key: string | undefined) => string} label the term as it begins a line; an author's own as it is
 * @property {(value: number) => string} number
 * @property {(value: number) => string} short a number in little room
 * @property {(day: number) => string} date a day, as people write it
 * @property {(from: number, to: number) => string} period
 * @property {(day: number, unit: string) => string} tick a label of the time axis
 * @property {() => Intl.Collator} collator
 */

/**
 * @param {import("./payload.js").Header} header
 * @returns {Words}
 */
export function createWords(header) {
  const { locale } = header.page;
  // Each of these takes a millisecond or more to make, and few are needed before the map is there.
  const plurals = once(() => new Intl.PluralRules(locale));
  const numbers = once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
  const compact = once(() => new Intl.NumberFormat(locale, { notation: "compact" }));
  const collator = once(() => new Intl.Collator(locale, { numeric: true, sensitivity: "base" }));
  const dates = (/** @type {Intl.DateTimeFormatOptions} */ options) =>
    once(() => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }));
  const full = dates({ day: "numeric", month: "long", year: "numeric" });
  /** @type {Record<string, () => Intl.DateTimeFormat>} */
  const ticks = {
    day: dates({ day: "numeric", month: "short" }),
    month: dates({ month: "short", year: "numeric" }),
    year: dates({ year: "numeric" }),
  };
  const minus = (/** @type {string} */ text) => text.replace(/^-/, "\u2212");
  const at = (/** @type {number} */ day) => new Date(day * DAY_MS);
  const number = (/** @type {number} */ value) => minus(numbers().format(value));
  // The authors' own words may be names that every object has, such as "constructor".
  const own = (/** @type {Record<string, string> | undefined} */ table, /** @type {string} */ key) =>
    table && Object.hasOwn(table, key) ? table[key] : undefined;

  /** @type {Words["say"]} */
  function say(key, values = {}) {
    const message = header.messages[key] ?? key;
    const text = typeof message === "string" ? message : message[plurals().select(Number(values.n))] ?? message.other;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? number(value) : isolate(value);
    });
  }
  /** @type {Words["period"]} */
  function period(from, to) {
    if (from === to) return full().format(at(from));
    // Days of one month close up, as people write them: 7–9 November.
    return full().formatRange(at(from), at(to)).replace(/^(\d+)\s*–\s*(\d+)/, "$1–$2");
  }

  return {
    say,
    term: (kind, key) => (key === undefined ? "" : own(header.terms[kind], key) ?? key),
    label(kind, key) {
      const ours = key === undefined ? "" : own(header.terms[kind], key);
      return ours ? ours.slice(0, 1).toLocaleUpperCase(header.page.language) + ours.slice(1) : key ?? "";
    },
    number,
    short: (value) => (value < 1000 ? String(value) : compact().format(value)),
    date: (day) => full().format(at(day)),
    period,
    tick: (day, unit) => ticks[unit]().format(at(day)),
    collator,
  };
}

/**
 * Make a thing when it is first asked for.
 * @template T
 * @param {() => T} make
 * @returns {() => T}
 */
function once(make) {
  /** @type {T | undefined} */
  let made;
  return () => (made ??= make());
}

/**
 * Fold a text for searching: no case, no marks above or below letters.
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * Return other people's text so that it turns nothing over that stands beside it.
 * @param {string} text
 */
export function isolate(text) {
  const marked = /[\u200f\u202a-\u202e\u2066-\u2069]/.test(text);
  // Where lines run from right to left, what turns them is a text that runs from left to right.
  if (!marked && document.documentElement.dir === "rtl") return /\p{L}/u.test(text) && !/[\u0590-\u08ff\ufb1d-\ufefc]/.test(text) ? `\u2066${text}\u2069` : text;
  if (!/[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]/.test(text)) return text;
  const even = text.split(/[\u2066-\u2068]/).length === text.split("\u2069").length;
  return `\u2068${even ? text : text.replace(/[\u2066-\u2069]/g, "")}\u2069`;
}
