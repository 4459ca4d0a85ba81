/** One draft: its fields, a line each with the words that it was read from; what else was named; what may be the same. */
import {element} from "./dom.js";
import {goByArrows, stopAt} from "./listkeys.js";
import {knowsWord, say, sayCount, sayNumber} from "./words.js";

/**
 * @typedef {import("./draftform.js").Field} Field
 * @typedef {{start: number, end: number, words: string, name: string, why: string}} Named
 * @typedef {{id: string, state: string, seen: string, reason: string, where: string, when: string, spans: {start: number, end: number}[],
 *   fields: Field[], missing: string[], sided: boolean, not_taken: Named[], into: string, read_otherwise: boolean, drafter: string,
 *   decided: {kind: string, editor: string, reason: string, day: string} | null}} Draft
 * @typedef {{draft?: string, article?: string, row?: number, where: string, when: string, side: string, source: string, what: string, score: number}} Same
 */

/** The keys of the page, in the order in which they are shown. */
export const KEYS = [["c", "confirm"], ["e", "change"], ["Delete", "remove"], ["x", "reject"], ["m", "merge"], ["u", "undo"], ["n", "next"], ["p", "previous"], ["w", "words"]];

/** @param {number} at @returns {string} the label of a field's mark */
export function fieldLabel(at) {
  return sayNumber(at + 1);
}

/** @param {number} at @returns {string} the label of a name that was not taken */
export function namedLabel(at) {
  return String.fromCharCode(97 + (at % 26)) + (at >= 26 ? String(Math.floor(at / 26)) : "");
}

/** @param {string} prefix @param {string} code */
function reason(prefix, code) {
  return knowsWord(`${prefix}.${code}`) ? say(`${prefix}.${code}`) : code.replaceAll("_", " ");
}

/** @param {Draft} draft @returns {string} */
export function draftTitle({ where, when, state, reason: why }) {
  return [where || say("drafts.no_place"), when || (state === "aside" ? reason("aside", why) : say("drafts.no_day"))].join(" · ");
}

/** @param {Draft} draft @returns {string} */
export function stateText({ state, reason: why }) {
  return state === "aside" ? `${say("state.aside")}: ${reason("aside", why)}` : say(`state.${state}`);
}

/** @param {string} text */
function quote(text) {
  return element("q", { dir: "auto", class: "dk-quote" }, text.length > 160 ? `${text.slice(0, 159)}…` : text);
}

/**
 * @param {HTMLElement} head for what it is and what can be done
 * @param {HTMLElement} root for the rest
 * @param {{act: (name: string) => void, edit: (name: string, field: Field | null) => void, look: (field: Field | null) => void,
 *   take: (named: Named) => void, open: (draft: string, article: string) => void, merge: (into: string) => void}} page
 */
export function createDraftPanel(head, root, { act, edit, look, take, open, merge }) {
  /** @type {HTMLButtonElement[]} */
  let lines = [];
  /** @type {Draft | null} */
  let shown = null;

  /** @param {Draft} draft @param {Field} field @param {number} at */
  function line(draft, field, at) {
    const doubts = [field.doubt && reason("doubt", field.doubt), field.known === false && say("drafts.unknown_place"), field.editors && say("drafts.by_editor")].filter(Boolean);
    const button = element("button", {
      type: "button", class: "dk-field", tabindex: "-1", "data-field": field.field,
      click: () => edit(field.field, field), focus: () => look(field),
    },
    element("span", { class: `dk-n dk-m-${field.kind}`, "aria-hidden": "true" }, fieldLabel(at)),
    element("span", { class: "dk-field-name" }, field.kind === "claim" ? "" : `${say(`drafts.${field.kind}`)}: `, element("strong", { dir: "auto" }, field.told), field.said ? element("span", { dir: "auto" }, `, ${field.said}`) : null),
    element("span", { class: "dk-field-words" }, quote(field.words), doubts.length ? element("em", {}, ` ${say("drafts.doubt", { doubt: doubts.join("; ") })}`) : null));
    return element("li", {}, button);
  }

  /** @param {string} name of a field that is not there @param {string} text */
  function missing(name, text) {
    const button = element("button", { type: "button", class: "dk-field dk-missing", tabindex: "-1", "data-field": name, click: () => edit(name, null), focus: () => look(null) },
      element("span", { class: "dk-n", "aria-hidden": "true" }, "–"), element("span", { class: "dk-field-name" }, `${say(`drafts.${name.split(".")[0]}`)}: `, element("strong", {}, text)));
    return element("li", {}, button);
  }

  goByArrows([root], () => lines);

  /** @param {Same} same */
  function sameItem(same) {
    const { draft, row, where, when, side, source, what } = same;
    const told = [where, when, side && say("drafts.by_side", { side }), source].filter(Boolean).join(" · ");
    return element("li", { dir: "auto" }, element("span", {}, told), what ? element("span", { class: "im-quiet" }, ` ${what}`) : null, " ",
      draft ? element("button", { type: "button", class: "dk-go", click: () => merge(draft) }, say("drafts.merge_into")) : null,
      draft ? element("button", { type: "button", class: "dk-go", click: () => open(draft, same.article ?? "") }, say("drafts.look"))
        : element("small", {}, say("drafts.in_table", { row: row ?? "" })));
  }

  return {
    current: () => shown,
    /** @returns {Field | null} the field whose line has, or had last, the keyboard */
    field: () => shown?.fields.find(({ field }) => field === lines.find(({ tabIndex }) => tabIndex === 0)?.dataset.field) ?? null,
    /** @returns {string} the name of the field whose line the keyboard is on */
    name: () => lines.find((each) => each === document.activeElement)?.dataset.field ?? "",
    focus: () => /** @type {HTMLElement | null} */ (head.querySelector("h3"))?.focus(),
    /** @param {string} name of the field to go back to */
    focusField(name) {
      const wanted = lines.find(({ dataset }) => dataset.field === name) ?? lines[0];
      if (!wanted) return;
      stopAt(lines, wanted);
      wanted.focus();
    },
    /** @param {Same[]} same */
    showSame(same) {
      const list = root.querySelector("#dk-same");
      if (!list) return;
      list.replaceChildren(...(same.length ? [element("h4", {}, say("drafts.same")), element("ul", { class: "dk-plain" }, ...same.slice(0, 8).map(sameItem))] : []));
    },
    /**
     * @param {Draft} draft
     * @param {number} number
     * @param {number} of
     * @param {Draft | null} into that a merged one went into
     */
    show(draft, number, of, into) {
      const kept = shown?.id === draft.id ? lines.find(({ tabIndex }) => tabIndex === 0)?.dataset.field : "";
      const held = /** @type {HTMLElement | null} */ (head.contains(document.activeElement) || root.contains(document.activeElement) ? document.activeElement : null);
      shown = draft;
      const decided = draft.decided;
      const list = element("ol", { class: "dk-fields dk-plain", "aria-label": say("drafts.fields") },
        ...draft.fields.map((field, at) => line(draft, field, at)),
        ...draft.missing.map((name) => missing(name === "place" ? "place.1" : name, say(name === "place" ? "drafts.no_place" : "drafts.no_day"))),
        ...(draft.sided ? [] : [missing("side", say("drafts.not_stated"))]));
      lines = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll(".dk-field")]);
      const first = lines.find(({ dataset }) => dataset.field === kept) ?? lines[0];
      if (first) first.tabIndex = 0;
      head.replaceChildren(
        element("p", { class: "im-kicker" }, [say("drafts.number", { number, of }), stateText(draft), draft.drafter === "rules" ? "" : say("drafts.by", { name: draft.drafter === "editor" ? say("drafts.editor") : draft.drafter })].filter(Boolean).join(" · ")),
        element("h3", { tabindex: "-1", dir: "auto" }, draftTitle(draft)),
        draft.read_otherwise ? element("p", { class: "dk-conflict" }, say("drafts.read_otherwise")) : "",
        decided ? element("p", { class: "dk-decided", dir: "auto" }, say("drafts.decided", { what: say(`decision.${decided.kind}`), editor: decided.editor, day: decided.day }), into ? ` → ${draftTitle(into)}` : "", decided.reason ? `: ${decided.reason}` : "") : "",
        draft.missing.length && draft.state === "waiting" ? element("p", { class: "im-quiet" }, say("drafts.incomplete")) : "",
        element("div", { class: "im-row dk-acts" }, ...KEYS.map(([key, name]) => element("button", { type: "button", class: name === "confirm" ? "rv-save" : "", "data-act": name, disabled: unfit(draft, name), click: () => act(name) },
          say(`act.${name}`), " ", element("kbd", { "aria-hidden": "true" }, key === "Delete" ? say("drafts.key_delete") : key.toUpperCase()))))
      );
      root.replaceChildren(
        list,
        element("div", { id: "dk-same" }),
        draft.not_taken.length ? element("details", { class: "dk-not-taken", open: true }, element("summary", {}, sayCount("drafts.not_taken", draft.not_taken.length)),
          element("ul", { class: "dk-plain" }, ...draft.not_taken.map((each, at) => element("li", {}, element("span", { class: "dk-n dk-m-not", "aria-hidden": "true" }, namedLabel(at)), " ", quote(each.words), each.name && each.name !== each.words ? element("span", { dir: "auto" }, ` (${each.name})`) : null, `: ${reason("not", each.why)} `, element("button", { type: "button", class: "dk-go", click: () => take(each) }, say("drafts.take")))))) : "",
      );
      if (held?.dataset.field) this.focusField(held.dataset.field);
      else if (held) /** @type {HTMLElement | null} */ (head.querySelector(held.dataset.act ? `[data-act="${held.dataset.act}"]:not(:disabled)` : "h3") ?? head.querySelector("h3"))?.focus();
    },
  };
}

/** @param {Draft} draft @param {string} name @returns {boolean} whether a draft cannot be dealt with so as it is */
export function unfit({ state, missing, decided, fields }, name) {
  if (name === "confirm") return missing.length > 0 || state === "confirmed";
  if (name === "reject") return state === "rejected" || state === "aside";
  if (name === "undo") return !decided;
  if (name === "remove") return fields.length === 0;
  return false;
}
