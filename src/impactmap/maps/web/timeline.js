/** Bars a day, stacked by side, with two handles that choose the period, and play. */
import {DAY_MS, NO_DAY} from "./words.js";
import {UNSTATED_SHAPE, afterResize, element, lessMotion, outline, textScale, typeFamily} from "./dom.js";
import {lowerBound} from "./state.js";

/** Bars are lower where the page is part of another. */
const BAR_HEIGHTS = { whole: 72, framed: 48 };
const TOP = 16;
const AXIS = 20;
const WIDEST_BAR = 120;
const NARROWEST_BIN = 6;

/**
 * @typedef {object} Timeline
 * @property {() => void} redraw
 * @property {(colors: import("./basemap.js").Colors) => void} recolor
 */

/**
 * @param {HTMLElement} root
 * @param {import("./payload.js").Header} header
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 * @param {import("./basemap.js").Colors} initial
 * @returns {Timeline}
 */
export function createTimeline(root, header, state, words, initial) {
  const { say } = words;
  const { first, last, filters, slots } = state;
  const framed = document.documentElement.dataset.imFramed !== undefined;
  const highest = BAR_HEIGHTS[framed ? "framed" : "whole"];
  let colors = initial;
  // A single day is no period to choose from.
  if (first === last) {
    root.hidden = true;
    return { redraw() {}, recolor() {} };
  }
  const days = last - first + 1;
  let width = 1;
  /** @type {import("./state.js").Histogram} */
  let histogram = state.histogram(days);

  const readout = element("p", { id: "im-period" });
  const canvas = element("canvas", { "aria-hidden": "true" });
  const window_ = element("div", { class: "im-window" });
  const handles = /** @type {const} */ (["from", "to"]).map((end) =>
    element("div", {
      class: "im-handle", role: "slider", tabindex: "0", id: `im-${end}`, "aria-label": say(`period_${end}`),
      "aria-orientation": "horizontal", keydown: (/** @type {KeyboardEvent} */ event) => nudge(event, end),
    }),
  );
  const plot = element("div", { class: "im-plot" }, canvas, window_, ...handles);
  const caption = element("p", { class: "im-quiet", id: "im-timeline-caption" });
  const play = element("button", { type: "button", id: "im-play", class: "im-primary", click: () => (timer ? stop() : start()) }, say("play"));
  const all = element("button", { type: "button", id: "im-show-all", click: () => choose(first, last) }, say("show_all"));
  /**
   * @param {string} id
   * @param {string} label
   * @param {string[]} options
   */
  const chooser = (id, label, options) =>
    element("label", {}, `${say(label)} `, element("select", { id }, ...options.map((key) => element("option", { value: key }, say(key)))));
  const mode = chooser("im-play-mode", "play_mode", ["play_add", "play_step"]);
  const speed = chooser("im-play-speed", "play_speed", ["speed_slow", "speed_normal", "speed_fast"]);
  const [modeSelect, speedSelect] = [mode, speed].map((label) => /** @type {HTMLSelectElement} */ (label.lastChild));
  speedSelect.value = "speed_normal";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", say("timeline_label"));
  const options = element("details", { id: "im-options", open: !framed },
    element("summary", {}, say("options")), element("div", { class: "im-row" }, mode, speed, element("p", { class: "im-quiet" }, say("timeline_note"))));
  root.append(element("div", { class: "im-row" }, readout, play, all, options), plot, caption);

  const xOf = (/** @type {number} */ day) => ((day - first) / days) * width;
  const dayAt = (/** @type {number} */ x) => Math.max(first, Math.min(last, first + Math.floor((x / width) * days)));

  /**
   * @param {number} from
   * @param {number} to
   */
  function choose(from, to) {
    const clamp = (/** @type {number} */ day) => Math.max(first, Math.min(last, day));
    state.set({ from: clamp(Math.min(from, to)), to: clamp(Math.max(from, to)) });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {"from" | "to"} end
   */
  function nudge(event, end) {
    const by = event.shiftKey ? 7 : 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -by, ArrowDown: -by, ArrowRight: by, ArrowUp: by, PageUp: 7, PageDown: -7, Home: -1e9, End: 1e9 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const { from, to } = filters;
    if (end === "from") choose(Math.min(from + step, to), to);
    else choose(from, Math.max(to + step, from));
  }

  /** Pointer: a handle moves an end, the chosen part moves as a whole, a click elsewhere chooses one bar. */
  function listen() {
    /** @type {null | {kind: string, at: number, from: number, to: number, moved: boolean}} */
    let drag = null;
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const target = /** @type {Element} */ (event.target);
      const which = handles.findIndex((handle) => handle === target);
      const kind = which >= 0 ? ["from", "to"][which] : target === window_ && !state.wholePeriod() ? "window" : "bar";
      drag = { kind, at: event.clientX, from: filters.from, to: filters.to, moved: false };
      plot.setPointerCapture(event.pointerId);
      if (which >= 0) {
        handles[which].focus();
        event.preventDefault();
      }
    });
    plot.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const shift = Math.round(((event.clientX - drag.at) / width) * days);
      drag.moved ||= Math.abs(event.clientX - drag.at) > 3;
      if (drag.kind === "from") choose(Math.min(drag.from + shift, drag.to), drag.to);
      else if (drag.kind === "to") choose(drag.from, Math.max(drag.to + shift, drag.from));
      else if (drag.kind === "window") {
        const move = Math.max(first - drag.from, Math.min(last - drag.to, shift));
        choose(drag.from + move, drag.to + move);
      } else if (drag.moved && event.pointerType === "mouse") {
        const left = plot.getBoundingClientRect().left;
        choose(dayAt(drag.at - left), dayAt(event.clientX - left));
      }
    });
    plot.addEventListener("pointerup", (event) => {
      if (drag && !drag.moved && (drag.kind === "bar" || drag.kind === "window")) {
        const day = dayAt(event.clientX - plot.getBoundingClientRect().left);
        const bin = lowerBound(histogram.edges, day + 1) - 1;
        choose(histogram.edges[bin], histogram.edges[bin + 1] - 1);
      }
      drag = null;
    });
    plot.addEventListener("pointercancel", () => (drag = null));
  }

  /** @type {ReturnType<typeof setInterval> | 0} */
  let timer = 0;
  function start() {
    const { edges } = histogram;
    const bins = edges.length - 1;
    const adding = modeSelect.value === "play_add";
    let bin = lowerBound(edges, filters.to + 1) - 1;
    if (filters.to >= last) bin = -1;
    const tick = () => {
      bin++;
      if (bin >= bins) return stop();
      choose(adding ? first : edges[bin], edges[bin + 1] - 1);
      if (bin === bins - 1) stop();
    };
    const pace = { speed_slow: 1800, speed_normal: 900, speed_fast: 300 }[speedSelect.value] ?? 900;
    play.textContent = say("pause");
    timer = setInterval(tick, lessMotion() ? Math.max(1800, pace) : pace);
    tick();
  }
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = say("play");
  }
  speedSelect.addEventListener("change", () => {
    if (timer) {
      stop();
      start();
    }
  });

  /** @param {boolean} refiltered */
  function update(refiltered) {
    if (refiltered) histogram = state.histogram(Math.max(1, Math.floor(width / NARROWEST_BIN)));
    const { from, to } = filters;
    readout.textContent = words.period(from, to);
    all.disabled = state.wholePeriod();
    [[from, first, to], [to, from, last]].forEach(([now, least, most], i) => {
      const handle = handles[i];
      handle.setAttribute("aria-valuemin", String(least));
      handle.setAttribute("aria-valuemax", String(most));
      handle.setAttribute("aria-valuenow", String(now));
      handle.setAttribute("aria-valuetext", words.date(now));
      handle.style.left = `${xOf(now + i)}px`;
    });
    window_.style.left = `${xOf(from)}px`;
    window_.style.width = `${xOf(to + 1) - xOf(from)}px`;
    const undated = state.undated > 0 ? ` ${say("timeline_undated", { n: state.undated })}` : "";
    caption.textContent = `${say(`timeline_${histogram.unit}`)}.${undated}`;
    draw();
  }

  function draw() {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const larger = textScale();
    const top = TOP * larger;
    const height = top + highest + AXIS * larger;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(ratio, ratio);
    const { edges, counts, unit } = histogram;
    const bins = edges.length - 1;
    const totals = Array.from({ length: bins }, (_, bin) => counts.reduce((n, column) => n + column[bin], 0));
    const most = Math.max(1, ...totals);
    const base = top + highest;
    context.font = `${12 * larger}px ${typeFamily()}`;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    const { from, to } = filters;
    // Many bars are labelled where a month or a year begins.
    const coarser = unit === "week" || (unit === "day" && bins > 62) ? "month" : unit === "month" && bins > 24 ? "year" : unit;
    const begins = (/** @type {number} */ bin) => {
      if (coarser === unit) return true;
      const [date, before] = [edges[bin + 1] - 1, edges[bin] - 1].map((day) => new Date(day * DAY_MS));
      return coarser === "month" ? date.getUTCMonth() !== before.getUTCMonth() : date.getUTCFullYear() !== before.getUTCFullYear();
    };
    const labelWidth = context.measureText(words.tick(edges[bins - 1], coarser)).width + 14;
    let labelled = -Infinity;
    for (let bin = 0; bin < bins; bin++) {
      const [left, right] = [Math.max(0, xOf(edges[bin])), Math.min(width, xOf(edges[bin + 1]))];
      const slotWidth = right - left;
      const barWidth = Math.max(1, Math.min(WIDEST_BAR, slotWidth - (slotWidth > 4 ? 2 : 0)));
      const x = (left + right - barWidth) / 2;
      context.globalAlpha = edges[bin + 1] - 1 >= from && edges[bin] <= to ? 1 : 0.25;
      let y = base;
      for (let slot = 0; slot < slots; slot++) {
        const bar = (counts[slot][bin] / most) * highest;
        if (bar === 0) continue;
        y -= bar;
        paintBar(context, slot, x, y, barWidth, bar);
      }
      context.fillStyle = colors.text;
      if (slotWidth >= 26 && totals[bin] > 0) context.fillText(words.short(totals[bin]), (left + right) / 2, y - 4);
      context.globalAlpha = 1;
      const middle = (left + right) / 2;
      if (begins(bin) && middle - labelled >= labelWidth && middle + labelWidth / 2 - 7 <= width && middle - labelWidth / 2 + 7 >= 0) {
        context.fillStyle = colors["text-muted"];
        context.fillText(words.tick(coarser === unit ? Math.max(first, edges[bin]) : edges[bin + 1] - 1, coarser), middle, base + 15 * larger);
        labelled = middle;
      }
    }
    context.fillStyle = colors.line;
    context.fillRect(0, base, width, 1);
    if (width / bins < 26) {
      context.textAlign = "left";
      context.fillStyle = colors["text-muted"];
      context.fillText(words.number(most), 0, top - 4);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} slot
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   */
  function paintBar(context, slot, x, y, w, h) {
    const unstated = slot === slots - 1;
    const color = unstated ? colors["side-none"] : colors[`side-${slot + 1}`];
    const gap = h > 3 ? 1 : 0;
    context.fillStyle = color;
    if (!unstated || w < 5) context.fillRect(x, y, w, h - gap);
    else {
      context.fillStyle = colors["claimed-fill"];
      context.fillRect(x, y, w, h - gap);
      context.strokeStyle = color;
      context.lineWidth = 1.5;
      context.strokeRect(x + 0.75, y + 0.75, w - 1.5, Math.max(0, h - gap - 1.5));
    }
    // Wide bars carry the side's shape, so that they read without colour.
    if (w < 20 || h < 15) return;
    context.save();
    context.translate(x + w / 2, y + (h - gap) / 2);
    context.scale(4.5, 4.5);
    const shape = new Path2D(outline(header.sides[slot]?.shape ?? UNSTATED_SHAPE));
    context.fillStyle = colors["claimed-fill"];
    context.strokeStyle = color;
    context.lineWidth = 0.4;
    if (unstated) context.stroke(shape);
    else context.fill(shape);
    context.restore();
  }

  function fit() {
    const wanted = Math.max(1, root.clientWidth - 28);
    if (wanted === width) return;
    width = wanted;
    plot.style.width = `${width}px`;
    update(true);
  }
  fit();
  afterResize(root, fit);
  listen();
  state.onChange(update);
  return {
    redraw: draw,
    recolor(next) {
      colors = next;
      draw();
    },
  };
}
