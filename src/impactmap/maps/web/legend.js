/** The key to the marks, areas, sizes and lines that this map has. */
import {element, markPicture} from "./dom.js";
import {areasShaded, regionStrength} from "./areas.js";
import {countRadius, sizeRadius} from "./gather.js";

/**
 * @param {HTMLElement} root
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 * @param {import("./describe.js").Describe} describe
 * @param {import("./layer.js").Layer} layer
 */
export function createLegend(root, payload, state, words, describe, { marks, largest, unit, onScale }) {
  const { say } = words;
  const { header, columns } = payload;
  const shaded = areasShaded(payload);
  /**
   * @param {Node} picture
   * @param {...(Node | string)} text
   */
  const entry = (picture, ...text) => element("li", {}, picture, element("span", {}, ...text));
  /**
   * @param {string} title
   * @param {Node[]} entries
   */
  const group = (title, entries) => element("div", {}, element("h3", {}, title), element("ul", {}, ...entries));
  const line = (/** @type {string} */ kind) => element("span", { class: `im-line im-line-${kind}`, "aria-hidden": "true" });

  const counts = Array.from({ length: state.slots }, () => element("span", { class: "im-count" }));
  const sides = counts.flatMap((count, slot) =>
    state.totals[slot] === 0 ? [] : [entry(markPicture(state.sideOf(slot), describe.slotShape(slot), !state.slotConfirmed[slot]), describe.slotName(slot), " ", count)],
  );
  const shape = describe.slotShape(0);
  // Neutral colour, every side's shape: the key to "claimed" is nobody's. Where no side is stated, the shape for that.
  const shapes = header.sides.length > 0 ? header.sides.map((side) => side.shape) : [shape];
  const allShapes = (/** @type {boolean} */ open, state = "") =>
    element("span", { class: `im-shapes ${state}` }, ...shapes.map((one) => markPicture(254, one, open, 5)));
  const kinds = [
    entry(allShapes(true), say("legend_claimed")),
    entry(allShapes(false), say(columns.confirmed.includes(2) ? "legend_filled" : "legend_confirmed")),
  ];
  const mixed = state.slotConfirmed.some((confirmed, slot) => confirmed && slot < state.slots - 1 && state.totals[slot] > 1) && columns.confirmed.includes(0);
  if (mixed) kinds.splice(1, 0, entry(allShapes(false, "im-partly"), say("legend_partly")));
  if (columns.confirmed.every((value) => value > 1)) kinds.splice(0, 2);
  const { regions } = header;
  if (regions?.how === "shaded" && !columns.row_kind.includes(0)) kinds.length = 0;
  if (regions?.how === "marks") kinds.push(entry(element("span", { class: "im-region", "aria-hidden": "true" }), say("legend_region_mark")));
  if (header.areas.length > 0 && !regions) kinds.push(entry(element("span", { class: shaded ? "im-shade" : "im-hatch", "aria-hidden": "true" }), say(shaded ? "legend_area_many" : "legend_area")));
  const groups = [group(say("sides"), sides)];
  if (regions?.how === "shaded") {
    const counts = header.areas.map((_, area) => new Set(columns.row_event.filter((_, row) => columns.row_kind[row] === 1 && columns.row_area[row] === area)).size);
    const most = Math.max(1, ...counts);
    groups.push(group(say("legend_regions"), regions.breaks.map((least, step) => {
      const last = (regions.breaks[step + 1] ?? most + 1) - 1;
      const swatch = element("span", { class: "im-class", "aria-hidden": "true" });
      swatch.style.backgroundColor = `color-mix(in srgb, var(--im-text-muted) ${100 * regionStrength(least, regions.breaks)}%, var(--im-land))`;
      return entry(swatch, least === last ? words.number(least) : `${words.number(least)}\u2013${words.number(last)}`);
    })));
  }
  if (kinds.length > 0) groups.push(group(say("legend_marks"), kinds));

  const sizes = element("ul");
  const radius = (/** @type {number} */ value) => (marks.sized ? sizeRadius(value, largest()) : countRadius(value, unit()));
  const scale = () => {
    sizes.replaceChildren(...(largest() > 0 ? roundSteps(largest()) : []).map((value) => entry(markPicture(254, shape, true, radius(value)), words.number(value))));
    // Where each mark is one report, or density is drawn, there is nothing to measure.
    if (sizes.parentElement) sizes.parentElement.hidden = !marks.sized && largest() < 2;
  };
  if (!marks.sized && (regions?.how !== "shaded" || columns.row_kind.includes(0))) groups.push(element("div", {}, element("h3", {}, say("legend_counts")), sizes));
  if (marks.sized) {
    const notes = [say("legend_size_sum"), say("legend_size_none")];
    if (columns.size_high.some((value) => value > 0)) notes.unshift(say("legend_range"));
    groups.push(element("div", {}, element("h3", {}, say("legend_size", { metric: header.page.size ?? "" })), sizes,
      element("p", { class: "im-quiet" }, notes.map((note) => `${note.replace(/\.$/, "")}.`).join(" "))));
  }
  onScale(scale);
  scale();
  const { border } = header.page;
  const kindsOfLine = new Set(header.basemap.borders.map(({ kind }) => kind));
  const lines = [];
  if (border && kindsOfLine.has("reference")) {
    lines.push(entry(line("reference"), say("legend_reference", { a: border.names[0], b: border.names[1] })));
  }
  const { of, bands } = header.distances;
  if (border && of) lines.push(entry(line("distance"), say(of === "all" ? "legend_distance" : "legend_distance_open", { names: border.names.join("\u2013") })));
  if (bands.length > 0) lines.push(entry(line("band"), say("legend_bands", { list: bands.map(({ text }) => text).join(say("comma")) })));
  if (kindsOfLine.has("country")) lines.push(entry(line("country"), say("legend_country")));
  for (const name of header.view.disputed) lines.push(entry(line("disputed"), name ? `${say("legend_disputed")}: ${name}` : say("legend_disputed")));
  if (lines.length > 0) groups.push(group(say("legend_lines"), lines));
  root.replaceChildren(element("div", { class: "im-legend-groups" }, ...groups));

  const update = () => counts.forEach((count, slot) => {
    count.textContent = words.number(state.filters.off.has(slot) ? 0 : state.slotCounts[slot]);
  });
  state.onChange(update);
  update();
}

/**
 * Three round figures for the legend of sizes, the smallest first.
 * @param {number} largest
 * @returns {number[]}
 */
function roundSteps(largest) {
  const steps = [0.05, 0.3, 1].map((share) => {
    const value = largest * share;
    const power = 10 ** Math.floor(Math.log10(value));
    return Math.max(1, Math.floor(value / power) * power);
  });
  return [...new Set(steps)];
}
