// The question of `predict` in the browser: radio buttons and "Lock in", no more.
// The answer lives in Python (`locked`); this file shows it and proposes a new one.

/**
 * `question` and `options` are markup that Python wrote; `chosen` and `locked` are numbers of
 * options. `spoken` says options of several lines, which would be read without a pause.
 * @typedef {object} Traits
 * @property {string} question
 * @property {string[]} options
 * @property {string[]} spoken
 * @property {number | null} chosen
 * @property {number | null} locked
 * @property {boolean} measured whether the program has run
 *
 * @typedef {import("@anywidget/types").RenderProps<Traits>["model"]} Model
 */

const MARGIN = 8; // pixels between what is shown and the edge of the notebook

/** @param {number} index */
const letter = (index) => String.fromCharCode(65 + index);

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} properties
 * @param {...(Node | string)} children
 */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

/** One option: its radio button is `input`, what stands on the page is `label`. */
class Option {
  /**
   * @param {number} index
   * @param {string} markup
   * @param {string} spoken
   * @param {string} group
   */
  constructor(index, markup, spoken, group) {
    this.index = index;
    this.input = element("input", { type: "radio", name: group, value: String(index) });
    if (spoken) this.input.setAttribute("aria-label", spoken);
    const content = element("span", { className: "option", innerHTML: markup });
    this.label = element("label", {}, this.input, element("b", {}, `${letter(index)}.`), content);
  }

  /**
   * @param {number | null} chosen
   * @param {number | null} locked
   */
  show(chosen, locked) {
    this.label.classList.toggle("chosen", this.index === locked);
    if (this.index === (locked ?? chosen)) this.input.checked = true;
  }
}

/**
 * @param {number | null} locked
 * @param {boolean} measured
 */
function status(locked, measured) {
  if (locked === null) {
    return measured
      ? "The program has already run. Run this cell again to predict afresh."
      : "";
  }
  return measured
    ? `You locked in ${letter(locked)}. The answer is below the program.`
    : `Locked in: ${letter(locked)}. Shift+Enter goes on.`;
}

/**
 * Make the cell below the active one, as it is after a cell has run: else Shift+Enter would ask
 * the same question again. JupyterLab follows the focus; elsewhere there is no such cell.
 * @param {Element} form
 */
function goOn(form) {
  const cell = form.closest(".jp-Cell");
  const next = cell && cellsBelow(cell).find((below) => !isForTeachers(below));
  if (next instanceof HTMLElement) next.focus();
  return Boolean(next);
}

/** @param {Element} cell */
function cellsBelow(cell) {
  const all = [...(cell.parentElement?.querySelectorAll(":scope > .jp-Cell") ?? [])];
  return all.slice(all.indexOf(cell) + 1);
}

/**
 * A cell that is nothing but a folded note: there is nothing in it to run or to read.
 * @param {Element} cell
 */
function isForTeachers(cell) {
  return Boolean(cell.querySelector(".jp-RenderedMarkdown > details:only-child"));
}

/**
 * The cell with the program that is asked about: the question's own, or the one above it.
 * @param {Element} cell
 */
function programOf(cell) {
  if (cell.querySelectorAll(".jp-InputArea .cm-line").length > 1) return cell;
  const above = [...(cell.parentElement?.querySelectorAll(":scope > .jp-CodeCell") ?? [])];
  return above[above.indexOf(cell) - 1] ?? cell;
}

/**
 * Show program and question together, where they fit, after the question's cell was run: only
 * then is it or the cell below it the active one.
 * @param {Element} form
 */
function comeIntoView(form) {
  const cell = form.closest(".jp-Cell");
  const view = cell?.closest(".jp-WindowedPanel-outer");
  const active = cell?.parentElement?.querySelector(":scope > .jp-Cell.jp-mod-active");
  if (!cell || !view || !active || (active !== cell && active !== cellsBelow(cell)[0])) return;
  const shown = view.getBoundingClientRect();
  const top = programOf(cell).getBoundingClientRect().top - shown.top - MARGIN;
  const below = form.getBoundingClientRect().bottom - shown.bottom + MARGIN;
  const fits = below - top <= 0;
  if (below > 0 || (top < 0 && fits)) view.scrollTop += fits && top < 0 ? top : below;
}

const GONE = "The kernel was restarted. Run this cell again to be asked again.";

/** The form: its parts, and what they show and propose. */
class Question {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.gone = false; // whether nobody is there any more who would keep an answer
    const group = `predict-${Math.random()}`; // radio buttons of one name exclude each other
    const spoken = model.get("spoken");
    this.options = model
      .get("options")
      .map((markup, i) => new Option(i, markup, spoken[i] ?? "", group));
    const legend = element("legend", {
      innerHTML: `<strong>Predict:</strong> ${model.get("question")}`,
    });
    const tall = this.options.some(({ label }) => label.querySelector("pre"));
    const options = element("div", { className: tall ? "options tall" : "options" });
    options.append(...this.options.map(({ label }) => label));
    this.fields = element("fieldset", {}, legend, options);
    this.button = element("button", { type: "submit" });
    this.note = element("p", { tabIndex: -1 });
    this.note.setAttribute("role", "status");
    this.form = element("form", { className: "loop-predict" }, this.fields, this.button, this.note);
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.form.addEventListener("change", () => this.choose());
    // Else JupyterLab would take arrow keys, Enter, A and B for the notebook. It looks for this
    // mark from the focused element upwards, and only until a shortcut fits: so on each of them.
    for (const control of [this.button, ...this.options.map(({ input }) => input)])
      control.setAttribute("data-lm-suppress-shortcuts", "true");
  }

  draw() {
    const locked = this.model.get("locked");
    const measured = this.model.get("measured");
    this.fields.disabled = locked !== null || this.gone;
    this.button.textContent = locked === null ? "Lock in" : "Change my mind";
    this.button.hidden = (locked !== null && measured) || this.gone;
    this.note.textContent = this.gone ? GONE : status(locked, measured);
    for (const option of this.options) option.show(this.model.get("chosen"), locked);
  }

  /** What is chosen and not locked in yet counts, too, once the program has run. */
  choose() {
    this.model.set("chosen", this.options.find(({ input }) => input.checked)?.index ?? null);
    this.model.save_changes();
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    event.preventDefault();
    const chosen = this.options.find(({ input }) => input.checked);
    if (this.model.get("locked") !== null) this.propose(null);
    else if (chosen) this.propose(chosen.index);
    else this.note.textContent = "Choose an option first.";
  }

  /** @param {number | null} locked */
  propose(locked) {
    this.model.set("locked", locked);
    this.model.save_changes();
    if (locked !== null && !goOn(this.form)) this.note.focus();
  }
}

/** @type {import("@anywidget/types").Render<Traits>} */
function render({ model, el }) {
  const question = new Question(model);
  const draw = () => question.draw();
  const lose = () => {
    question.gone = true;
    draw();
  };
  model.on("change:locked change:measured", draw);
  model.on("comm_live_update", lose); // JupyterLab's word for it
  draw();
  el.append(question.form);
  requestAnimationFrame(() => comeIntoView(question.form));
  return () => {
    model.off("change:locked change:measured", draw);
    model.off("comm_live_update", lose);
  };
}

export default { render };
