/** Switches for the sides, search, filters, the number of results. */
import {NO_DAY} from "./words.js";
import {OTHER_BIT} from "./state.js";
import {element, markPicture} from "./dom.js";
import {searchTexts} from "./search.js";

/**
 * @param {HTMLElement} root
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 * @param {import("./describe.js").Describe} describe
 * @param {{link: () => string, announce: (text: string) => void}} page
 * @returns {{setQuery: (query: string) => Promise<void>}}
 */
export function createControls(root, payload, state, words, describe, { link, announce }) {
  const { header } = payload;
  const { say } = words;
  const { filters } = state;

  const slots = [...state.totals.keys()].filter((slot) => state.totals[slot] > 0 || slot < state.slots - 1);
  const counts = slots.map(() => element("span", { class: "im-count" }));
  const switches = slots.map((slot, i) =>
    element("button", {
      type: "button", class: "im-switch", "data-side": header.sides[slot]?.key ?? "", "aria-pressed": "true",
      click: () => {
        const off = new Set(filters.off);
        if (!off.delete(slot)) off.add(slot);
        state.set({ off });
      },
    }, markPicture(state.sideOf(slot), describe.slotShape(slot), !state.slotConfirmed[slot]), describe.slotName(slot), " ", counts[i]),
  );
  const sides = element("div", { class: "im-row", role: "group", "aria-label": say("sides") },
    element("span", { class: "im-quiet", "aria-hidden": "true" }, say("sides")), ...switches);

  /**
   * @param {"sector" | "means" | "precision"} name
   * @param {string[]} keys
   * @param {number[]} values
   */
  function chooser(name, keys, values) {
    const options = keys.map((key, i) => element("option", { value: String(values[i]) }, words.term(name, key)));
    const select = element("select", {
      id: `im-${name}`, change: () => state.set({ [name]: Number(select.value) }),
    }, element("option", { value: "-1" }, say("filter_all")), ...options);
    if (name !== "precision" && anyOther(name === "sector" ? payload.columns.sectors : payload.columns.means)) {
      select.append(element("option", { value: String(OTHER_BIT) }, say("filter_other")));
    }
    return { select, label: element("label", {}, element("span", {}, say(`filter_${name}`)), select), keys };
  }
  /**
   * @param {{label: string, terms: string[]}} field
   * @param {number} number
   */
  function ownChooser({ label, terms }, number) {
    const select = element("select", {
      id: `im-field-${number}`,
      change: () => state.set({ fields: filters.fields.map((bit, i) => (i === number ? Number(select.value) : bit)) }),
    }, element("option", { value: "-1" }, say("filter_all")),
    ...first(terms).map((term, i) => element("option", { value: String(i) }, term)));
    if (anyOther(payload.columns.fields[number])) select.append(element("option", { value: String(OTHER_BIT) }, say("filter_other")));
    return { select, label: element("label", {}, element("span", { dir: "auto" }, label), select), keys: terms };
  }
  const first = (/** @type {string[]} */ keys) => keys.slice(0, OTHER_BIT);
  const occurs = new Uint8Array(256);
  for (const code of payload.columns.row_precision) occurs[code] = 1;
  const present = header.precisions.flatMap((_, code) => (occurs[code] ? [code] : []));
  const choosers = {
    sector: chooser("sector", first(header.sectors), first(header.sectors).map((_, i) => i)),
    means: chooser("means", first(header.means), first(header.means).map((_, i) => i)),
    precision: chooser("precision", present.map((i) => header.precisions[i]), present),
  };
  const own = header.fields.map(ownChooser);
  let typing = 0;
  const search = element("input", {
    type: "search", id: "im-search", placeholder: say("search_hint"), autocomplete: "off", spellcheck: "false",
    input: () => {
      clearTimeout(typing);
      typing = setTimeout(() => find(search.value), payload.beside ? 500 : 120);
    },
  });
  const clear = element("button", {
    type: "button", id: "im-clear", click: () => {
      clearAll();
      search.focus();
    },
  }, say("clear"));
  const copied = element("input", { type: "text", readonly: true, id: "im-link", "aria-label": say("link_copy_yourself"), hidden: true });
  const copy = element("button", { type: "button", id: "im-copy", click: copyLink }, say("copy_link"));
  const searching = element("span", { class: "im-quiet", role: "status", id: "im-searching" });
  const fields = element("div", { class: "im-row", id: "im-filters", hidden: true },
    payload.gathered ? null : element("label", {}, element("span", {}, say("search")), search), searching,
    ...[...Object.values(choosers), ...own].filter(({ keys }) => keys.length > 1).map(({ label }) => label), clear);
  const toggle = element("button", {
    type: "button", id: "im-filters-toggle", "aria-controls": "im-filters", "aria-expanded": "false",
    click: () => unfold(fields.hidden),
  }, say("filters"));
  const unfold = (/** @type {boolean} */ open) => {
    fields.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  const result = element("span", { id: "im-results" });
  const rescue = element("button", { type: "button", class: "im-rescue", hidden: true });
  const status = element("p", { class: "im-status", role: "status" }, result);
  root.append(sides, element("div", { class: "im-row im-tools" }, status, rescue, toggle, copy, copied), fields);

  async function copyLink() {
    const text = link();
    try {
      await navigator.clipboard.writeText(text);
      announce(say("link_copied"));
      copy.textContent = say("link_copied");
      setTimeout(() => (copy.textContent = say("copy_link")), 2500);
    } catch {
      copied.hidden = false;
      copied.value = text;
      copied.focus();
      copied.select();
    }
  }

  let searches = 0;

  function clearAll() {
    searches++;
    searching.textContent = "";
    state.clear();
  }

  /** @param {string} query */
  async function find(query) {
    const mine = ++searches;
    if (query.trim() === "") {
      searching.textContent = "";
      state.set({ query: "", matches: null });
      return;
    }
    const found = await searchTexts(payload, query, (done, of) => {
      if (mine === searches && of > 1) searching.textContent = say("search_progress", { done, of });
      return mine === searches;
    });
    if (!found || mine !== searches) return;
    searching.textContent = found.missing > 0 ? say("search_missing") : "";
    state.set({ query, matches: found.matches });
  }

  function update() {
    slots.forEach((slot, i) => {
      switches[i].setAttribute("aria-pressed", String(!filters.off.has(slot)));
      counts[i].textContent = words.number(state.slotCounts[slot]);
    });
    for (const name of /** @type {const} */ (["sector", "means", "precision"])) {
      choosers[name].select.value = String(filters[name]);
    }
    own.forEach(({ select }, i) => (select.value = String(filters.fields[i])));
    if (filters.query === "" && document.activeElement !== search) search.value = "";
    const narrowed = state.filtered();
    const { sector, means, precision, query } = filters;
    const chosen = [sector, means, precision, ...filters.fields].some((one) => one >= 0);
    if (fields.hidden && (chosen || query)) unfold(true);
    clear.disabled = !narrowed;
    const { count, events } = state;
    const period = state.wholePeriod() || filters.from === NO_DAY;
    rescue.hidden = count > 0 || (period && !narrowed);
    if (count === 0 && !rescue.hidden) {
      const byPeriod = !narrowed;
      result.textContent = say(byPeriod ? "results_none_period" : "results_none_filters");
      rescue.textContent = say(byPeriod ? "show_all" : "clear");
      rescue.onclick = () => {
        if (byPeriod) state.set({ from: state.first, to: state.last });
        else clearAll();
        search.focus();
      };
    } else {
      result.textContent = count === events ? say("results", { n: count }) : say("results_of", { n: count, total: events });
    }
  }
  state.onChange(update);
  update();
  return {
    async setQuery(query) {
      search.value = query;
      await find(query);
    },
  };
}

/**
 * @param {Uint32Array} masks
 * @returns {boolean} whether any event has a term outside the list
 */
function anyOther(masks) {
  return masks.some((mask) => mask >>> OTHER_BIT === 1);
}
