/** Elements are made of names, attributes and text; markup is never parsed. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Outlines of equal area (that of a disc of radius 1), centred on their centre of mass.
 * @type {Record<string, string>}
 */
const OUTLINES = {
  disc: "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1-1 0Z",
  diamond: "M0-1.253L1.253 0L0 1.253L-1.253 0Z",
  triangle: "M0-1.555L1.347.778L-1.347.778Z",
  hexagon: "M1.1 0L.55.952L-.55.952L-1.1 0L-.55-.952L.55-.952Z",
  pentagon: "M0-1.149L1.093-.355L.676.93L-.676.93L-1.093-.355Z",
  wedge: "M0 1.555L1.347-.778L-1.347-.778Z",
  square: "M-.886-.886H.886V.886H-.886Z",
};

/**
 * How far each reaches from its middle, at radius 1: left, right, up, down. Shapes of one area differ in that.
 * @type {Record<string, number[]>}
 */
const REACHES = {
  disc: [1, 1, 1, 1],
  diamond: [1.253, 1.253, 1.253, 1.253],
  triangle: [1.347, 1.347, 1.555, 0.778],
  hexagon: [1.1, 1.1, 0.952, 0.952],
  pentagon: [1.093, 1.093, 1.149, 0.93],
  wedge: [1.347, 1.347, 0.778, 1.555],
  square: [0.886, 0.886, 0.886, 0.886],
};

/** The shape of reports whose side nobody stated. */
export const UNSTATED_SHAPE = "square";

/**
 * SVG path of a side's shape at radius 1.
 * @param {string} shape
 * @returns {string}
 */
export function outline(shape) {
  return OUTLINES[shape] ?? OUTLINES.disc;
}

/**
 * A shape to be drawn, which says what it is made of to those who write it down.
 * @param {string} shape
 * @returns {Path2D}
 */
export function shapePath(shape) {
  const d = outline(shape);
  return Object.assign(new Path2D(d), { d });
}

/**
 * How far a side's shape reaches at radius 1: left, right, up, down.
 * @param {string} shape
 * @returns {number[]}
 */
export function outlineReach(shape) {
  return REACHES[shape] ?? REACHES.disc;
}

/**
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes
 */

/**
 * Make an element. Attribute values that are functions are event listeners; false, null and undefined leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

/**
 * A side's mark as a small picture for keys and buttons.
 * @param {number} side index of the side, or 255
 * @param {string} shape
 * @param {boolean} open claimed only
 * @param {number} [radius] in pixels
 * @returns {SVGSVGElement}
 */
export function markPicture(side, shape, open, radius = 6) {
  const picture = document.createElementNS(SVG, "svg");
  const box = radius * 1.3 + 1.5;
  picture.setAttribute("viewBox", `${-box} ${-box} ${2 * box} ${2 * box}`);
  picture.setAttribute("width", String(2 * box));
  picture.setAttribute("height", String(2 * box));
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("class", `im-mark ${sideClass(side)}${open || side === 255 ? " im-open" : ""}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", outline(shape));
  path.setAttribute("transform", `scale(${radius})`);
  path.setAttribute("vector-effect", "non-scaling-stroke");
  picture.append(path);
  return picture;
}

/**
 * @param {number} side index of the side, or 255
 * @returns {string} class that sets the side's colour
 */
export function sideClass(side) {
  return side === 255 ? "im-side-none" : `im-side-${side + 1}`;
}

/**
 * @param {string} id
 * @returns {HTMLElement | null}
 */
export function byId(id) {
  return document.getElementById(id);
}

/** @returns {string} the page's type, for what is drawn */
export function typeFamily() {
  return getComputedStyle(document.body).fontFamily;
}

/** @returns {number} how much larger than usual the reader wants text; what is drawn follows as far as twice */
export function textScale() {
  return Math.min(2, parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
}

/** @returns {boolean} whether the reader asked for less movement */
export function lessMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Tell of an element's size, now and after every change: in the next frame, as what is done then may change sizes again.
 * A window without width (a frame in a part of a page that is folded away, or that its page is laying out) shows nothing, and sizes
 * in it say nothing: what is there stays as it is until the window has its width back.
 * @param {HTMLElement} element
 * @param {() => void} told
 */
export function afterResize(element, told) {
  let waiting = 0;
  new ResizeObserver(() => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      if (innerWidth > 0) told();
    });
  }).observe(element);
}

/**
 * Work through a list while the page has nothing else to do, in the order of the list.
 * @template T
 * @param {T[]} list
 * @param {(item: T) => void} work
 */
export function whenIdle(list, work) {
  let next = 0;
  const ask = () => ("requestIdleCallback" in window ? requestIdleCallback(go, { timeout: 500 }) : setTimeout(go, 20));
  /** @param {IdleDeadline} [deadline] */
  function go(deadline) {
    const until = performance.now() + Math.max(4, Math.min(12, deadline?.timeRemaining() ?? 8));
    while (next < list.length && performance.now() < until) work(list[next++]);
    if (next < list.length) ask();
  }
  ask();
}
