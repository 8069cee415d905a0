// The question of `predict` in the browser: radio buttons and "Lock in", no more.
// The answer lives in Python (`locked`); this file shows it and proposes a new one.

const letter = (index) => String.fromCharCode(65 + index);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function radio(index, option, group) {
  const input = element("input", { type: "radio", name: group, value: index });
  const content = element("span", { className: "option", innerHTML: option });
  return element("label", {}, input, element("b", {}, `${letter(index)}.`), content);
}

function status(locked, measured) {
  if (locked === null) {
    return measured
      ? "The program has already run. Run this cell again to predict afresh."
      : "";
  }
  return measured
    ? `You locked in ${letter(locked)}. The answer stands below the program.`
    : `Locked in: ${letter(locked)}. Now run the next cell.`;
}

function render({ model, el }) {
  const group = `predict-${Math.random()}`; // radio buttons of one name exclude each other
  const legend = element("legend", {
    innerHTML: `<strong>Predict:</strong> ${model.get("question")}`,
  });
  const radios = model.get("options").map((option, i) => radio(i, option, group));
  const fields = element("fieldset", {}, legend, ...radios);
  const button = element("button", { type: "submit" });
  const note = element("p", { tabIndex: -1 });
  note.setAttribute("role", "status");
  const form = element("form", { className: "loop-predict" }, fields, button, note);
  // Else JupyterLab would take arrow keys, Enter, A and B for the notebook. It looks for this
  // mark from the focused element upwards, and only until a shortcut fits: so on each of them.
  for (const control of [button, ...fields.querySelectorAll("input")]) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  }

  const draw = () => {
    const locked = model.get("locked");
    const measured = model.get("measured");
    fields.disabled = locked !== null;
    button.textContent = locked === null ? "Lock in" : "Change my mind";
    button.hidden = locked !== null && measured;
    note.textContent = status(locked, measured);
    radios.forEach((label, index) => {
      label.classList.toggle("chosen", index === locked);
      if (index === locked) label.firstChild.checked = true;
    });
  };

  const propose = (locked) => {
    model.set("locked", locked);
    model.save_changes();
    if (locked !== null) note.focus();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (model.get("locked") !== null) return propose(null);
    const chosen = fields.querySelector("input:checked");
    if (chosen) return propose(Number(chosen.value));
    note.textContent = "Choose an option first.";
  });

  model.on("change:locked change:measured", draw);
  draw();
  el.append(form);
  return () => model.off("change:locked change:measured", draw);
}

export default { render };
