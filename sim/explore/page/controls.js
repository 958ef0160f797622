// The form: a slider and a box for each number, a list for each name, with meaning, unit and source.

import { html } from "./svg.js";
import { state } from "./state.js";

const made = new Map();
let stands = {};

/** Build the form; `moved` is called with the field of a value that was changed. */
export function build(form, groups, moved) {
  groups.forEach((group, place) => {
    const details = html("details", { class: "group", open: place < 2 }, html("summary", {}, group.title));
    for (const control of group.controls) details.append(one(control, moved));
    form.append(details);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

function one(control, moved) {
  const id = control.field.replaceAll(".", "-");
  const told = { id: `${id}-error`, class: "error", role: "status" };
  const box = control.kind === "choice"
    ? html("select", { id, "aria-describedby": told.id }, ...control.choices.map((name) => html("option", { value: name }, name.replaceAll("_", " "))))
    : html("input", { id, type: "number", step: "any", placeholder: control.optional ? "none" : null, "aria-describedby": told.id });
  const range = control.kind === "choice" ? null
    : html("input", { type: "range", min: control.low, max: control.high, step: control.step, "aria-label": `${control.name}, slider` });
  const rests = control.prior_against_posterior ? `The record informs it: ${control.prior_against_posterior}.` : control.role === "parameter" ? "An assumption about how parties behave: nothing on record informs it." : "A fact of the case, for you to set.";
  const whole = html("div", { class: "control" },
    html("div", { class: "top" }, html("label", { for: id }, control.name), box, html("span", { class: "unit" }, control.unit)),
    range,
    html("p", { class: "note" }),
    html("p", told),
    html("details", {}, html("summary", {}, "About it"), html("p", {}, `${control.meaning} ${rests} Default: ${control.assumed ? "an assumption" : control.source}. `, html("code", {}, control.field))),
  );
  made.set(control.field, { control, whole, box, range });
  const set = (value) => {
    if (value === "" && control.optional) delete state.changes[control.field];
    else state.changes[control.field] = value === "" ? "none" : value;
    moved(control.field);
  };
  if (!range) {
    box.addEventListener("change", () => set(box.value));
    return whole;
  }
  box.addEventListener("input", () => {
    // Half a number, as “-” is, says nothing yet.
    if (!box.validity.badInput) set(box.value);
  });
  box.addEventListener("change", () => { box.value = standing(control.field); });
  range.addEventListener("input", () => { box.value = range.value; set(range.value); });
  return whole;
}

/** What a control stands at, as its box has it. */
function standing(field) {
  const value = state.changes[field] ?? stands[field] ?? "";
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : value;
}

/** Show what the scenario has, and over it what was changed; say what designs set themselves. The box
 * of the field that was moved is left alone: somebody may be typing in it. */
export function fill(start, moved) {
  stands = start.values;
  for (const [field, { control, whole, box, range }] of made) {
    const own = field in state.changes, value = standing(field);
    if (field !== moved) box.value = value;
    if (range) range.value = value === "" ? control.low : value;
    whole.classList.toggle("moved", own);
    const by = state.designs.filter((design) => (start.set_by[design] ?? []).includes(field));
    const others = state.designs.length - by.length;
    const note = whole.querySelector(".note");
    note.textContent = by.length ? (others ? `Set by ${by.map(words).join(", ")}; a change here affects only the other designs.` : "Every design shown sets this value; select “as written” to change it.")
      : start.drawn.includes(field) && !own ? "Drawn at random: the median is shown. If you move it, it is fixed at your value." : "";
    note.hidden = !note.textContent;
  }
}

/** Put a value from elsewhere on the page, as the network's discs do. */
export function put(field, value) {
  const { box } = made.get(field);
  box.value = String(value);
  box.dispatchEvent(new Event("input"));
}

/** Say what was refused beside its field; what is of no field goes to the general line. */
export function refuse(lines) {
  clear();
  const left = [];
  for (const [field, line] of lines) {
    const found = made.get(field);
    if (found) {
      found.whole.querySelector(".error").textContent = line;
      found.box.classList.add("wrong");
      found.box.setAttribute("aria-invalid", "true");
      found.whole.closest("details.group").open = true;
    } else if (field === "seed") document.getElementById("seed-error").textContent = line;
    else left.push(line);
  }
  document.getElementById("general-error").textContent = left.join(" ");
}

export function clear() {
  for (const { whole, box } of made.values()) {
    whole.querySelector(".error").textContent = "";
    box.classList.remove("wrong");
    box.removeAttribute("aria-invalid");
  }
  document.getElementById("seed-error").textContent = "";
  document.getElementById("general-error").textContent = "";
}

const words = (name) => name.replaceAll("_", " ");
