/** Changing one field of a draft: its value, and the words that it was read from. */
import {element} from "./dom.js";
import {say} from "./words.js";

/**
 * @typedef {import("./articletext.js").Words} Words
 * @typedef {{field: string, kind: string, told: string, value: string, words: string, start: number, end: number, doubt: string, carried: boolean,
 *   editors: boolean, known?: boolean, metric?: string, qualifier?: string, figure?: string, text?: string, claimant?: string, said?: string}} Field
 * @typedef {{sector: [string, string][], means: [string, string][], metric: [string, string][], qualifier: [string, string][], sides: string[]}} Choices
 */

export const KINDS = ["place", "date", "side", "sector", "means", "claim"];

/**
 * @param {HTMLFormElement} form
 * @param {{choices: () => Choices, save: (field: string, value: string, words: Words | null) => Promise<void>, pick: (from: Words | null) => void, closed: () => void}} page
 */
export function createDraftForm(form, { choices, save, pick, closed }) {
  /** @type {{field: string, words: Words | null, value: () => string} | null} */
  let open = null;
  const quote = element("q", { dir: "auto", class: "dk-quote" });
  const fault = element("p", { class: "dk-fault", role: "alert" });

  /** @param {string} label @param {HTMLElement} input @param {string} [note] */
  function labelled(label, input, note = "") {
    return element("label", { class: "rv-field" }, element("span", {}, label), input, note ? element("small", {}, note) : null);
  }

  /** @param {string} id @param {string} value @param {Record<string, string>} [more] */
  function textInput(id, value, more = {}) {
    return element("input", { type: "text", id, value, dir: "auto", maxlength: "500", autocomplete: "off", ...more });
  }

  /** @param {string} id @param {[string, string][]} values @param {string} now */
  function select(id, values, now) {
    const known = !now || values.some(([value]) => value === now) ? values : [/** @type {[string, string]} */ ([now, now]), ...values];
    return element("select", { id }, ...known.map(([value, label]) => element("option", { value, selected: value === now }, label)));
  }

  /** @param {string} kind @param {Field | null} field @param {string} chosen @returns {{parts: HTMLElement[], value: () => string}} */
  function inputs(kind, field, chosen) {
    if (kind === "date") {
      const [first, last] = (field?.value ?? "/").split("/");
      const [from, to] = [["dk-draft-first", first], ["dk-draft-last", last]].map(([id, value]) => element("input", { type: "date", id, value, max: "9999-12-31" }));
      return { parts: [labelled(say("drafts.first_day"), from), labelled(say("drafts.last_day"), to, say("drafts.last_day_note"))], value: () => from.value && to.value && to.value !== from.value ? `${from.value}/${to.value}` : from.value };
    }
    if (kind === "sector" || kind === "means") {
      const input = select("dk-draft-value", field ? choices()[kind] : [["", ""], ...choices()[kind]], field?.value ?? "");
      return { parts: [labelled(say(`drafts.${kind}`), input)], value: () => input.value };
    }
    if (kind === "claim") {
      const metric = select("dk-draft-value", field ? choices().metric : [["", ""], ...choices().metric], field?.metric ?? "");
      const qualifier = select("dk-draft-qualifier", [["", say("drafts.exactly")], ...choices().qualifier], field?.qualifier ?? "");
      const figure = textInput("dk-draft-figure", field ? field.figure ?? "" : /^[\d\s.,]+/.exec(chosen)?.[0].trim() ?? "", { inputmode: "decimal" });
      const own = textInput("dk-draft-text", field?.text ?? "", { maxlength: "160" });
      const claimant = textInput("dk-draft-claimant", field?.claimant ?? "");
      return {
        parts: [labelled(say("drafts.metric"), metric), element("div", { class: "dk-line" }, labelled(say("drafts.qualifier"), qualifier), labelled(say("drafts.figure"), figure, say("drafts.figure_note"))), labelled(say("drafts.text"), own, say("drafts.text_note")), labelled(say("drafts.claimant"), claimant, say("drafts.claimant_note"))],
        value: () => {
          const told = figure.value.trim() ? `${qualifier.value} ${figure.value.trim()}`.trim() : own.value.trim();
          return told && metric.value ? `${metric.value}: ${told}${claimant.value.trim() ? ` | ${claimant.value.trim()}` : ""}` : "";
        },
      };
    }
    const input = textInput("dk-draft-value", field?.value ?? chosen, kind === "side" ? { list: "dk-draft-sides" } : {});
    const sides = kind === "side" ? element("datalist", { id: "dk-draft-sides" }, ...choices().sides.map((value) => element("option", { value }))) : null;
    return { parts: [labelled(say(`drafts.${kind}`), input, say(`drafts.${kind}_note`)), ...(sides ? [sides] : [])], value: () => input.value.trim() };
  }

  /** @param {string} text */
  function quoted(text) {
    quote.textContent = text;
    quote.hidden = !text;
  }

  function close() {
    open = null;
    form.hidden = true;
    form.replaceChildren();
    closed();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!open) return;
    const value = open.value();
    if (!value) fault.textContent = say("drafts.value_needed");
    else if (!open.words) fault.textContent = say("error.no_words");
    else void save(open.field, value, open.words).then(close).catch((error) => { fault.textContent = error.message; });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });

  return {
    isOpen: () => open !== null,
    close,
    /** @param {Words} words @param {string} text chosen in the article while the form is open */
    take(words, text) {
      if (!open) return;
      open.words = words;
      quoted(text);
    },
    focus: () => /** @type {HTMLElement | null} */ (form.querySelector("input, select"))?.focus(),
    /**
     * @param {string} name of the field, with the number after the last for a new one
     * @param {Field | null} field as it stands
     * @param {Words | null} words
     * @param {string} text of the words
     */
    show(name, field, words, text) {
      const [kind] = name.split(".");
      const { parts, value } = inputs(kind, field, text);
      open = { field: name, words, value };
      fault.textContent = "";
      quoted(text);
      form.replaceChildren(
        element("h4", {}, say(field ? "drafts.change_field" : "drafts.new_field", { field: say(`drafts.${kind}`) })),
        ...parts,
        element("p", { class: "dk-words-line" }, `${say("drafts.words")} `, quote, " ", element("button", { type: "button", id: "dk-draft-pick", click: () => pick(open?.words ?? null) }, say("drafts.pick"))),
        fault,
        element("div", { class: "im-row" }, element("button", { type: "submit", class: "rv-save", id: "dk-draft-save" }, say("drafts.save")), element("button", { type: "button", click: close }, say("close"))),
      );
      form.hidden = false;
      this.focus();
    },
  };
}
