/** The card: one event in full, or the list of events at one mark. */
import {element, markPicture} from "./dom.js";
import {besideButton, besideMark, cardWidth, seenPart} from "./placing.js";
import {placeName} from "./describe.js";

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
  const { header, columns } = payload;
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
          markPicture(state.sideOf(state.slot(event)), describe.slotShape(state.slot(event)), !columns.confirmed[event]),
          element("span", {}, element("b", {}, describe.where(event)),
            ` ${describe.when(event)} · ${describe.attacker(event)}`, element("br"), payload.text(event)?.summary ?? "",
            columns.contradicted[event] ? element("i", {}, ` ${say("card_contradiction")}`) : null),
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
   * @param {string} name
   * @param {...(Node | string)} values
   */
  const fact = (name, ...values) => element("div", {}, element("dt", {}, name), element("dd", {}, ...values));

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
    const text = known ?? { id: "", places: [] };
    const slot = state.slot(event);
    const claims = text.claims ?? [];
    const contradictions = text.contradictions ?? [];
    const disputed = new Set(contradictions.flatMap((one) => one.claims));
    const plain = claims.filter((_, i) => !disputed.has(i));
    const terms = (/** @type {string} */ kind, /** @type {string[]} */ keys) =>
      keys.map((key, i) => (i === 0 ? words.label : words.term)(kind, key)).join(", ");
    const basis = words.term("side_basis", text.side_basis);
    const facts = [fact(say("date"), describe.when(event))];
    facts.push(fact(say("side"), slot < state.slots - 1 && basis ? `${describe.side(event)} (${basis})` : describe.side(event)));
    if (describe.sure(event)) facts.push(fact(say("confirmation"), words.label("confirmation", describe.sure(event))));
    for (const place of text.places) {
      const how = [words.label("precision", place.precision) || say("not_located")];
      if (place.radius_km && place.precision !== "country" && place.precision !== "region") how.push(say("within_km", { km: words.km(place.radius_km) }));
      if (place.provider === "decision") how.push(say("decided"));
      const name = [placeName(place), place.region, words.country(place.country)].filter(Boolean);
      facts.push(
        fact(say("where"), [...new Set(name)].join(", "),
          place.reported && place.reported !== place.name ? ` (${say("reported_as", { text: place.reported })})` : "",
          element("small", {}, how.join(", "), place.reason && (place.status !== "area" || place.provider === "decision") ? `. ${place.reason}` : "")),
      );
    }
    if (text.sectors?.length) facts.push(fact(say("sectors"), terms("sector", text.sectors)));
    if (text.means?.length) facts.push(fact(say("means"), terms("means", text.means)));
    const computed = text.places.flatMap((place) => computedFacts(place, text.places.length > 1));
    const sources = (text.sources ?? []).filter(({ name, url }) => name || url);
    return [
      element("p", { class: "im-kicker" },
        markPicture(state.sideOf(slot), describe.slotShape(slot), !columns.confirmed[event]), describe.attacker(event)),
      title(describe.where(event) || (known ? say("not_located") : describe.when(event))),
      ...(known ? [] : [missing()]),
      element("p", {}, text.summary ?? ""),
      ...(text.shortened ? [element("p", { class: "im-quiet" }, say("shortened"))] : []),
      ...(text.note ? [element("p", { class: "im-quiet im-remark" }, say("note", { text: text.note }))] : []),
      part(say("card_when"), "im-facts", element("dl", {}, ...facts)),
      ...(plain.length > 0 ? [part(say("card_reported"), "im-reported", element("ul", {}, ...plain.map(claimNode)))] : []),
      ...(known && claims.length === 0 ? [element("p", { class: "im-quiet" }, say("no_claims"))] : []),
      ...contradictions.map(({ metric, claims: which }) =>
        part(`${say("card_contradiction")}: ${words.term("metric", metric)}`, "im-reported im-contradiction",
          element("ul", {}, ...which.map((i) => claimNode(claims[i])))),
      ),
      ...(computed.length > 0 ? [part(say("card_computed"), "im-computed", element("dl", {}, ...computed))] : []),
      ...(sources.length > 0
        ? [part(say("card_sources"), "im-sources",
            element("ul", {}, ...sources.map(({ name, url }) => element("li", {}, link(name ?? url ?? "", url)))))]
        : known && !claims.some(({ claimant }) => claimant) ? [element("p", { class: "im-quiet" }, say("no_source"))] : []),
    ];
  }

  /** @param {import("./payload.js").Claim} claim */
  function claimNode(claim) {
    const figure = figureOf(claim);
    const metric = (figure ? words.term : words.label)("metric", claim.metric);
    const dates = [
      claim.published ? say("published", { date: words.isoDate(claim.published) }) : "",
      claim.retrieved ? say("retrieved", { date: words.isoDate(claim.retrieved) }) : "",
    ];
    const who = claim.claimant || say("claimant_unknown");
    const { compared } = claim;
    const ours = compared?.computed === undefined ? "" : amount(claim.metric, compared.computed);
    return element("li", {},
      element("p", { class: "im-figure" }, figure ? element("b", {}, figure) : null, figure ? ` ${metric}` : metric),
      claim.text ? element("p", { class: "im-statement" }, claim.text) : null,
      ours && compared?.agrees === false ? element("p", { class: "im-differs" }, say("differs", { computed: ours })) : null,
      ours && compared?.agrees === true ? element("p", { class: "im-quiet" }, say("agrees", { computed: ours })) : null,
      element("p", { class: "im-who" }, who, claim.source || claim.url ? " · " : "",
        claim.source || claim.url ? link(claim.source || claim.url || "", claim.url) : ""),
      claim.note ? element("p", { class: "im-quiet" }, say("note", { text: claim.note })) : null,
      dates.some(Boolean) ? element("p", { class: "im-quiet" }, dates.filter(Boolean).join(", ")) : null,
    );
  }

  /**
   * @param {string} metric
   * @param {number} value
   */
  const amount = (metric, value) => (metric.endsWith("_km") ? words.km(value) : words.number(value));

  /**
   * @param {string} qualifier
   * @param {string} value
   */
  const qualified = (qualifier, value) => say("figure", { qualifier: words.term("qualifier", qualifier), value });

  /**
   * The figure as in the table: with a range only one end of which is known, or whose ends are the same.
   * @param {import("./payload.js").Claim} claim
   */
  function figureOf({ metric, value, low, high, qualifier }) {
    if (low !== undefined && low === high && (value ?? low) === low) [value, low, high] = [low, undefined, undefined];
    let span = "";
    if (low !== undefined && high !== undefined) {
      span = low === high ? amount(metric, low) : say("figure_range", { low: amount(metric, low), high: amount(metric, high) });
    } else if (low !== undefined) span = qualified("at least", amount(metric, low));
    else if (high !== undefined) span = qualified("up to", amount(metric, high));
    if (value === undefined) return span;
    const figure = amount(metric, value);
    const said = qualifier && qualifier !== "exactly" ? qualified(qualifier, figure) : figure;
    return span ? say("figure_best", { value: said, span }) : said;
  }

  /**
   * @param {import("./payload.js").Place} place
   * @param {boolean} naming whether the place has to be named, being one of several
   * @returns {HTMLElement[]}
   */
  function computedFacts({ name, distance, population }, naming) {
    const nodes = [];
    const { border } = header.page;
    const short = (/** @type {string} */ label) => (naming && name ? `${label}: ${name}` : label);
    if (distance && border) {
      const value = distance.km !== undefined ? words.km(distance.km)
        : say("distance_range", { min: words.km(Math.round(distance.min_km ?? 0)), max: words.km(Math.round(distance.max_km ?? 0)) });
      const side = distance.side_country ? `, ${say("distance_in", { country: words.country(distance.side_country) })}` : "";
      const how = say("distance_how", {
        a: border.names[0], b: border.names[1], view: words.term("border_view", border.view), data: border.data, date: border.data_date,
      });
      nodes.push(fact(short(say("distance")), element("b", {}, value), side, element("small", {}, how)));
    }
    if (population) {
      const { value, source = "", date = "" } = population;
      nodes.push(fact(short(say("population")), element("b", {}, words.number(value)),
        element("small", {}, say("population_how", { source, date }))));
    }
    return nodes;
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
