// A lesson's page: players from their films, predictions that answer, folds that open for links
// and for paper, places for the keyboard where something scrolls. All of it can be read without.

/** @typedef {{data: DataView<ArrayBuffer>, live: boolean}} Traits */

/** @param {string} selector */
const all = (selector) => [...document.querySelectorAll(selector)];

// -- players

/** @param {string} packed */
function traitsOf(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return { data: new DataView(bytes.buffer), live: false };
}

/**
 * Put a player in the place of its picture, which stays for paper.
 * @param {HTMLElement} box
 */
async function play(box) {
  /** @type {Record<string, unknown>} */
  const traits = traitsOf(box.dataset.film ?? "");
  const model = { get: (/** @type {string} */ name) => traits[name], on() {}, off() {} };
  const stage = document.createElement("div");
  box.append(stage);
  await /** @type {any} */ (window).seeTheLoopPlayer.render({ model, el: stage });
  const still = box.querySelector(".see-the-loop-still");
  if (still instanceof HTMLElement) still.hidden = true;
}

/** Tell the players which colours the page has: they know JupyterLab's way to say so. */
function followTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => {
    document.body.dataset.jpThemeLight = String(!dark.matches);
    document.body.dataset.jpThemeName = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", tell);
  tell();
}

// -- predictions

/** @param {HTMLFormElement} form */
function listen(form) {
  const id = form.dataset.asks ?? "";
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    const chosen = new FormData(form).get(id);
    if (typeof chosen === "string") commit(form, id, chosen);
  });
}

/**
 * Say what was chosen, unfold the run once all that is asked before it is answered, and say at
 * its answer what there is to say about this choice.
 * @param {HTMLFormElement} form
 * @param {string} id
 * @param {string} letter
 */
function commit(form, id, letter) {
  const fold = document.querySelector(`details[data-answers~="${id}"]`);
  const open = fold instanceof HTMLDetailsElement && allChosen(fold);
  if (open) fold.open = true;
  const said = form.querySelector(".chosen");
  if (said) {
    said.textContent = `You chose ${letter}. ${open
      ? "What happened is unfolded below, and the answer after it."
      : "There is another question before the run."}`;
  }
  reply(document.getElementById(`answer-${id}`), letter);
}

/** @param {HTMLDetailsElement} fold */
function allChosen(fold) {
  const asked = (fold.dataset.answers ?? "").split(" ");
  return asked.every((id) => document.querySelector(`[name="${id}"]:checked`));
}

/**
 * @param {HTMLElement | null} answer
 * @param {string} letter
 */
function reply(answer, letter) {
  const yours = answer?.querySelector(".yours");
  if (!(yours instanceof HTMLElement)) return;
  const told = answer?.querySelector(`[data-letter="${letter}"] span`);
  const head = document.createElement("strong");
  head.textContent = `You predicted ${letter}. `;
  const words = told ? told.cloneNode(true) : "It went as you predicted.";
  yours.replaceChildren(head, words);
  yours.hidden = false;
}

// -- folds

/** Open whatever is folded around the place that the address names. */
function unfoldAddressed() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  let fold = place.closest("details");
  while (fold) {
    fold.open = true;
    fold = fold.parentElement?.closest("details") ?? null;
  }
  place.scrollIntoView();
}

/** Fold nothing on paper, and put all back afterwards. */
function unfoldOnPaper() {
  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  addEventListener("beforeprint", () => {
    const folds = /** @type {HTMLDetailsElement[]} */ (all("details"));
    opened = folds.filter((fold) => !fold.open);
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });
}

/** A button that unfolds every run, for those who only want to read. */
function offerToUnfold() {
  const folds = /** @type {HTMLDetailsElement[]} */ (all("details.run"));
  const place = document.querySelector(".edition");
  if (!folds.length || !place) return;
  const button = document.createElement("button");
  button.className = "fold-all";
  const label = (/** @type {boolean} */ open) =>
    `${open ? "Fold" : "Unfold"} all ${folds.length} answers`;
  let open = false;
  button.textContent = label(open);
  button.addEventListener("click", () => {
    open = !open;
    for (const fold of folds) fold.open = open;
    button.textContent = label(open);
  });
  place.append(button);
}

// -- the keyboard

/** Let the keyboard stop at boxes that scroll sideways, and only at those. */
function letThemScroll() {
  const boxes = all(".picture, .lesson pre, .lesson table, .option");
  const sizes = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of boxes) sizes.observe(box);
}

followTheme();
for (const form of all("form[data-asks]")) listen(/** @type {HTMLFormElement} */ (form));
unfoldOnPaper();
offerToUnfold();
letThemScroll();
unfoldAddressed();
addEventListener("hashchange", unfoldAddressed);
for (const box of all("[data-film]")) play(/** @type {HTMLElement} */ (box));
