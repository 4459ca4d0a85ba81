/** Settle: the open questions one after the other, the weightiest first; each answer is written at once. */
import {ask, errorText} from "./ask.js";
import {byId, element} from "./dom.js";
import {placeHints} from "./places.js";
import {goByArrows, stopAt} from "./listkeys.js";
import {createPlaceTools} from "./placetools.js";
import {conflictNote, createQuestion, questionTitle} from "./question.js";
import {say, sayCount} from "./words.js";

/**
 * @typedef {{row: number | null, day: string, place: string, what: string, who: string,
 *   figures: {metric: string, value: string, who: string}[]}} Report
 * @typedef {{key: string, kind: string, subject: string, other: string, weight: number, options: string[], seen: string,
 *   reports: Report[], conflict: {answer: string, editor: string, reason: string}[], place?: import("./chooser.js").Place,
 *   label?: string, names?: {key: string, name: string}[], room?: boolean,
 *   said?: {answer: string, editor: string, reason: string}}} Question
 * @typedef {{open: Question[], settled: Question[], title: string, editor: string}} Questions
 */

/** @param {import("./bring.js").Page & {counted: (open: number) => void}} page */
export function createSettle(page) {
  const editor = /** @type {HTMLInputElement} */ (byId("dk-editor"));
  /** @type {Questions} */
  let told = { open: [], settled: [], title: "", editor: "" };
  /** @type {Question | null} */
  let current = null;
  /** @type {HTMLButtonElement[]} */
  let buttons = [];
  const text = (/** @type {string} */ id, /** @type {string} */ value) => {
    const node = byId(id);
    if (node) node.textContent = value;
  };
  editor.value = page.state().editor;

  /** @type {ReturnType<typeof createPlaceTools> | null} */
  let tools = null;

  /** The map and the form of places, made when the first place is asked about. */
  function ready() {
    tools ??= createPlaceTools({ announce: page.announce, name: editor, place: () => current?.place ?? null, save: (choice) => answer({ ...choice }), skip, undo: takeBack });
    return tools;
  }
  const asked = createQuestion(/** @type {HTMLElement} */ (byId("dk-question")), { answer, skip, takeBack, name: editor });

  /** @param {object} given */
  async function answer(given) {
    if (!current) return;
    const { key, seen } = current;
    const at = told.open.findIndex((each) => each.key === key);
    take(await ask("answer", { key, seen, editor: editor.value, ...given }));
    page.announce(`${say("settle.saved")} ${sayCount("of.open", told.open.length)}`);
    page.changed();
    open(told.open[at < 0 ? 0 : Math.min(at, told.open.length - 1)] ?? null, true);
  }

  async function takeBack() {
    if (!current) return;
    const { key } = current;
    take(await ask("take-back", { key }));
    page.announce(say("settle.taken_back"));
    page.changed();
    open(told.open.find((each) => each.key === key) ?? told.open[0] ?? null, true);
  }

  function skip() {
    const at = told.open.findIndex((each) => each.key === current?.key);
    open(told.open[(at + 1) % told.open.length] ?? null, true);
  }

  /** @param {Questions} questions */
  function take(questions) {
    told = questions;
    page.counted(told.open.length);
  }

  function list() {
    buttons = [];
    for (const [id, title, some] of /** @type {[string, string, Question[]][]} */ ([["rv-open", "rv-open-title", told.open], ["rv-settled", "rv-settled-title", told.settled]])) {
      const head = byId(title);
      if (head) head.hidden = some.length === 0;
      byId(id)?.replaceChildren(...some.slice(0, 300).map((question) => {
        const button = element("button", {
          type: "button", class: "im-entry rv-entry", "aria-current": question.key === current?.key ? "true" : null, click: () => open(question, true),
        }, element("span", { class: "rv-entry-name", dir: "auto" }, shortTitle(question)),
        element("small", { dir: "auto" }, [say(`kind.${question.kind}`), question.place ? placeHints(question.place) : "", question.weight > 1 ? sayCount("count.reports", question.weight) : ""].filter(Boolean).join(" · ")));
        buttons.push(button);
        return element("li", {}, button);
      }));
    }
    const now = buttons.find((button) => button.getAttribute("aria-current")) ?? buttons[0];
    stopAt(buttons, now);
    now?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Question} question */
  function shortTitle(question) {
    return question.place ? question.place.place : questionTitle(question);
  }

  goByArrows([byId("rv-list")], () => buttons);

  /**
   * @param {Question | null} question
   * @param {boolean} focus
   */
  function open(question, focus) {
    current = question;
    const place = question?.place ?? null;
    for (const [id, seen] of /** @type {[string, boolean][]} */ ([["rv-place", place !== null], ["dk-question", question !== null && !place], ["rv-none", question === null]])) {
      const node = byId(id);
      if (node) node.hidden = !seen;
    }
    list();
    if (question === null) {
      const { project, rows, problem } = page.state();
      const reading = project && rows === null && !problem; // nothing is known yet
      text("rv-none-title", say(reading ? "busy.read" : told.settled.length ? "settle.none_left" : "settle.none"));
      text("rv-none-text", reading ? "" : say("settle.none_note"));
      if (focus) byId("rv-none-title")?.focus();
      return;
    }
    if (!place) {
      asked.show(question, focus);
      return;
    }
    ready().show(place, question && conflictNote(question));
    if (focus) ready().focus();
  }

  /** Put the keyboard where the answer is given. */
  function focusQuestion() {
    if (current?.place) ready().focus();
    else if (current) asked.focus();
    else byId("rv-none-title")?.focus();
  }
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    focusQuestion();
  });

  return {
    /** Put the keyboard on what comes next: the name, without which nothing is written, or the question. */
    focus() {
      if (editor.value.trim() || !current) focusQuestion();
      else editor.focus();
    },
    async show() {
      take(await ask("questions.json"));
      if (!editor.value) editor.value = told.editor;
      const still = [...told.open, ...told.settled].find(({ key }) => key === current?.key);
      if (still && still.seen === current?.seen) {
        current = still;
        list();
        return;
      }
      try {
        open(still ?? told.open[0] ?? null, false);
      } catch (error) {
        page.announce(errorText(error));
        throw error;
      }
    },
  };
}
