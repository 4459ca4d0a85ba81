/** Optional parts of the viewer: modules in `parts/` that a page holds only where its map uses them. */

/**
 * What a part is started with: the viewer's own objects.
 * @typedef {object} Viewer
 * @property {import("leaflet").Map} map
 * @property {import("./payload.js").Payload} payload
 * @property {import("./state.js").State} state
 * @property {import("./words.js").Words} words
 * @property {import("./describe.js").Describe} describe
 * @property {{payload: import("./payload.js").Payload, state: import("./state.js").State, index: import("./state.js").EventIndex}} drawn what the
 *   map draws, which may be finer than what is counted, and the order of what is counted
 * @property {import("./layer.js").Layer} layer
 * @property {import("./card.js").Card} card
 * @property {(events: number[], opener: HTMLElement) => void} open the card of these events
 * @property {(text: string) => void} announce to screen readers
 * @property {() => void} recolor draw in the colours that the page has now
 * @property {() => string} link address of the page as the reader sees it now
 *
 * @typedef {(viewer: Viewer) => void} Start
 */

/** @type {Start[]} */
const registered = [];

/**
 * Register a part: called once by its module, before the viewer mounts.
 * @param {Start} start
 */
export function addPart(start) {
  registered.push(start);
}

/** @param {Viewer} viewer */
export function startParts(viewer) {
  for (const start of registered) start(viewer);
}
