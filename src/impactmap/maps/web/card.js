/** The card: one event in full, or the list of events at one mark. */
import {element, markPicture} from "./dom.js";
import {besideButton, besideMark, cardWidth, seenPart} from "./placing.js";

const LIST_STEP = 50;
/** Entries at a time where each may lie in another file. */
const BESIDE_STEP = 8;

/**
 * @typedef {import("./placing.js").Anchor} Anchor
 * @typedef {import("./placing.js").Box} Box
 * @typedef {object} Card
 * @property {(events: number[], opener: HTMLElement, place?: string, zoom?: () => void, at?: Anchor) => Promise<void>} open
 *   beside a mark of the map (`at`, in pixels of the map), or beside the button that asked for it
 * @property {() => void} close
 * @property {() => boolean} isOpen
 *
 * @typedef {object} CardNeeds
 * @property {import("./payload.js").Payload} payload
 * @property {import("./state.js").State} state
 * @property {import("./words.js").Words} words
 * @property {import("./describe.js").Describe} describe
 * @property {HTMLElement} stage
 * @property {import("leaflet").Map} map
 * @property {(event: number, events: number[]) => void} changed told which event is open, -1 for none, and all that the card is about
 */

/**
 * @param {CardNeeds} needs
 * @returns {Card}
 */
export function createCard({ payload, state, words, describe, stage, map, changed }) {
  const { header } = payload;
  const { say } = words;
  const body = element("div", { class: "im-card-body" });
  const close = element("button", { type: "button", class: "im-close", click: () => hide() }, say("close"));
  const card = element("section", {
    id: "im-card", role: "dialog", "aria-labelledby": "im-card-title", tabindex: "-1", hidden: true,
  }, close, body);
  stage.append(card);
  // Wherever the focus is: the card may lie over it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  /** @type {HTMLElement | null} */
  let opener = null;
  /** @type {number[]} */
  let list = [];
  let listPlace = "";
  const step = payload.beside ? BESIDE_STEP : LIST_STEP;
  let asked = 0;
  /** @type {(() => void) | undefined} */
  let zoomHere;
  /** What the card stands beside on the map. @type {Anchor | null} */
  let anchor = null;
  /** What the reader sees of the page, in pixels of its window. @type {Box} */
  let seen;
  let host = stage;
  const bounds = /** @type {import("leaflet").LatLngBounds} */ (map.options.maxBounds);
  function hide() {
    asked++;
    if (card.hidden) return;
    card.hidden = true;
    map.setMaxBounds(bounds);
    changed(-1, []);
    opener?.focus({ preventScroll: stage.contains(opener) });
  }

  /** @param {Node[]} nodes */
  function show(nodes) {
    body.replaceChildren(...nodes);
    card.hidden = false;
    card.scrollTop = 0;
    place();
    card.focus({ preventScroll: true });
  }

  function place() {
    const [whole, ground] = [host, map.getContainer()].map((part) => part.getBoundingClientRect());
    card.style.width = `${cardWidth((anchor ? ground : whole).width)}px`;
    card.style.maxHeight = "none";
    const natural = card.offsetHeight;
    const at = anchor
      ? besideMark(ground, whole, seen, { ...anchor, x: anchor.x + ground.left, y: anchor.y + ground.top }, natural)
      : besideButton(whole, seen, (opener ?? host).getBoundingClientRect(), natural);
    card.style.left = `${Math.round(at.left - whole.left)}px`;
    card.style.top = `${Math.round(at.top - whole.top)}px`;
    card.style.maxHeight = `${Math.round(at.height)}px`;
    if (!anchor || (at.shiftX === 0 && at.shiftY === 0)) return;
    // The ground may end where the mark has to go.
    map.setMaxBounds(bounds.pad(0.5));
    // Once: what else the card says later leaves the map where it is.
    anchor = { ...anchor, x: anchor.x - at.shiftX, y: anchor.y - at.shiftY };
    map.panBy([at.shiftX, at.shiftY]);
  }

  /**
   * Open the texts of events; while files are fetched the card says so.
   * @param {number[]} events
   * @returns {Promise<boolean>} false when the reader has asked for something else meanwhile
   */
  async function opened(events) {
    const mine = ++asked;
    const waiting = events.every((event) => payload.text(event))
      ? 0 : setTimeout(() => mine === asked && show([title(listPlace || say("texts_loading")), element("p", { class: "im-quiet" }, say("texts_loading"))]), 250);
    await payload.openTexts(events);
    clearTimeout(waiting);
    return mine === asked;
  }

  /** What is missing where a file beside the page cannot be read, and where it can be had. */
  const missing = () => element("p", { class: "im-missing" }, `${say("texts_missing")} `, element("a", { href: "events.csv" }, "events.csv"));

  /** @param {string} text */
  const title = (text) => element("h2", { id: "im-card-title" }, text);

  /** @param {number} shown how many of the list */
  async function showList(shown = step) {
    if (!(await opened(list.slice(0, shown)))) return;
    const entries = list.slice(0, shown).map((event, i) =>
      element("li", {},
        element("button", { type: "button", class: "im-entry", click: () => showEvent(i) },
          markPicture(state.sideOf(state.slot(event)), describe.slotShape(state.slot(event)), !payload.columns.confirmed[event]),
          element("span", {}, element("b", {}, describe.where(event)),
            ` ${describe.when(event)} · ${describe.attacker(event)}`, element("br"), element("span", { lang: payload.text(event)?.lang }, payload.text(event)?.summary ?? ""),
            payload.columns.contradicted[event] ? element("i", {}, ` ${say("card_contradiction")}`) : null),
        ),
      ),
    );
    changed(-1, list);
    show([
      title(listPlace || say("here", { n: list.length })),
      ...(listPlace ? [element("p", { class: "im-quiet" }, say("here", { n: list.length }))] : []),
      element("ul", { class: "im-entries" }, ...entries),
      ...(list.slice(0, shown).some((event) => !payload.text(event)) ? [missing()] : []),
      ...(list.length > shown
        ? [element("button", { type: "button", click: () => showList(shown + step) }, say("more"))]
        : []),
      ...(zoomHere ? [element("button", { type: "button", click: zoomHere }, say("zoom_here"))] : []),
    ]);
  }

  /** @param {number} position in the list */
  async function showEvent(position) {
    const event = list[position];
    if (!(await opened([event]))) return;
    changed(event, [event]);
    const nodes = eventNodes(event);
    if (list.length > 1) {
      const step = (/** @type {number} */ by, /** @type {string} */ name) =>
        element("button", {
          type: "button", disabled: position + by < 0 || position + by >= list.length,
          click: () => showEvent(position + by),
        }, name);
      nodes.push(
        element("div", { class: "im-pager" }, step(-1, say("previous")),
          element("span", {}, say("card_position", { i: position + 1, n: list.length })), step(1, say("next")),
          element("button", { type: "button", click: () => showList() }, say("back_to_list", { n: list.length }))),
      );
    }
    show(nodes);
  }

  /**
   * @param {string} key of its name
   * @param {(Node | string)[]} values
   * @param {string} [of] what it is a fact of, where it may be one of several
   */
  const fact = (key, values, of = "") =>
    element("div", { class: `im-fact-${key}` }, element("dt", {}, of ? `${say(key)}: ${of}` : say(key)), element("dd", {}, ...values));

  /**
   * @param {string} name
   * @param {string} style
   * @param {...(Node | null)} children
   */
  const part = (name, style, ...children) => element("section", { class: style }, element("h3", {}, name), ...children);

  /**
   * @param {number} event
   * @returns {Node[]}
   */
  function eventNodes(event) {
    const known = payload.text(event);
    /** @type {import("./payload.js").EventText} */
    const text = known ?? { id: "", shortened: 0, places: [], claims: [], disputes: [], sources: [], fields: [] };
    const slot = state.slot(event);
    const { claims, disputes, places } = text;
    const groups = disputes.map(({ said, claims: which }) => ({ said, members: which.split(" ").map((i) => claims[Number(i)]) }));
    const plain = claims.filter((claim) => !groups.some(({ members }) => members.includes(claim)));
    const where = places.map(({ name, around, reported_as, how, reason }) =>
      fact("where", [[name, around].filter(Boolean).join(say("comma")), reported_as ? ` (${reported_as})` : "",
        element("small", {}, how ?? "", reason ? `. ${reason}` : "")]));
    const listed = (/** @type {"sectors" | "means"} */ name) => (text[name] ? [fact(name, [text[name] ?? ""])] : []);
    const own = text.fields.map(({ label, value, url }) =>
      element("div", { class: "im-fact-own" }, element("dt", { dir: "auto" }, label), element("dd", { dir: "auto" }, link(value, url))));
    const computed = places.flatMap((place) => computedFacts(place, places.length > 1));
    return [
      element("p", { class: "im-kicker" },
        markPicture(state.sideOf(slot), describe.slotShape(slot), !payload.columns.confirmed[event]), describe.attacker(event)),
      title(describe.where(event) || places[0]?.around || describe.when(event)),
      ...(known ? [] : [missing()]),
      element("p", { lang: text.lang }, text.summary ?? ""),
      ...(text.shortened ? [element("p", { class: "im-quiet" }, say("shortened"))] : []),
      ...(text.note ? [element("p", { class: "im-quiet im-remark", lang: text.note_lang }, text.note)] : []),
      ...(known ? [part(say("card_what"), "im-facts", element("dl", {}, ...where, ...listed("sectors"), ...listed("means"), ...own))] : []),
      part(say("card_when"), "im-facts", element("dl", {},
        fact("date", [describe.when(event)]),
        fact("confirmation", [words.label("confirmation", describe.sure(event) ?? "not_said")]),
        fact("side", [describe.side(event), ...(text.basis && slot < state.slots - 1 ? [element("small", {}, text.basis)] : [])]))),
      ...(plain.length > 0 ? [part(say("card_reported"), "im-reported", element("ul", {}, ...plain.map(claimNode)))] : []),
      ...(known && claims.length === 0 ? [element("p", { class: "im-quiet" }, say("no_claims"))] : []),
      ...groups.map(({ said, members }) => part(said, "im-reported im-contradiction", element("ul", {}, ...members.map(claimNode)))),
      ...(computed.length > 0 ? [part(say("card_computed"), "im-computed", element("dl", {}, ...computed))] : []),
      ...(text.sources.length > 0
        ? [part(say("card_sources"), "im-sources",
            element("ul", {}, ...text.sources.map(({ name, url }) => element("li", {}, link(name ?? url ?? "", url)))))]
        : known && !claims.some(({ claimant }) => claimant) ? [element("p", { class: "im-quiet" }, say("no_source"))] : []),
    ];
  }

  /** @param {import("./payload.js").Claim} claim */
  function claimNode({ said, differs, agrees, who, source, url, note, dates }) {
    const line = (/** @type {string} */ style, /** @type {string | undefined} */ text) => (text ? element("p", { class: style }, text) : null);
    return element("li", {},
      line("im-figure", said), line("im-differs", differs), line("im-quiet", agrees),
      element("p", { class: "im-who" }, element("span", {}, who ?? ""), source || url ? " · " : "",
        source || url ? link(source || url || "", url) : ""),
      line("im-quiet im-noted", note), line("im-quiet", dates),
    );
  }

  /**
   * @param {import("./payload.js").Place} place
   * @param {boolean} naming whether the place has to be named, being one of several
   * @returns {HTMLElement[]}
   */
  function computedFacts({ name, distance, distance_in: inside, population, population_how: origin }, naming) {
    const { distance_how: how } = header.page;
    const told = (/** @type {string} */ key, /** @type {(Node | string)[]} */ ...values) => fact(key, values, naming ? name : "");
    return [
      ...(distance && how ? [told("distance", element("b", {}, distance), inside ? say("comma") + inside : "", element("small", {}, how))] : []),
      ...(population ? [told("population", element("b", {}, population), element("small", {}, origin ?? ""))] : []),
    ];
  }

  /**
   * @param {string} text
   * @param {string | undefined} url
   */
  function link(text, url) {
    if (!url || !/^https?:\/\//i.test(url)) return text;
    return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text,
      element("span", { class: "im-hidden-visually" }, ` ${say("opens_new_tab")}`));
  }

  return {
    async open(events, from, name = "", zoom = undefined, at = undefined) {
      listPlace = name;
      list = events;
      opener = from;
      zoomHere = zoom;
      const { x, y } = map.getSize().divideBy(2);
      const onMap = from === map.getContainer();
      anchor = at ?? (onMap ? { x, y, width: 0, height: 0 } : null);
      host = /** @type {HTMLElement | null} */ (from.closest("#im-table, main > #im-beside > section")) ?? stage;
      if (card.parentElement !== host) host.append(card);
      const mine = ++asked;
      seen = await seenPart();
      if (mine !== asked) return;
      await (events.length === 1 ? showEvent(0) : showList());
    },
    close: hide,
    isOpen: () => !card.hidden,
  };
}
