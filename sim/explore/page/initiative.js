// Your initiative: the rubric as a form, a forecast of what it describes, and what happened elsewhere.

import { chances, weeks, differences, table } from "./answer.js";
import { figure } from "./figure.js";
import { ask, fetchJson, EVERY } from "./live.js";
import { html, ofHundred } from "./svg.js";
import { asSvg, copyLink, give } from "./take.js";

const at = (id) => document.getElementById(id);
const BETWEEN = ":", NONE = "none", PAUSE = 250;
const DEFAULTS = { title: "", years: "3", pairs: "400" };
const state = { ...DEFAULTS, designs: null, answers: {} };
const made = new Map();
let offers, rubric, summary = null, week = null, asking = null;

async function main() {
  try {
    [offers, rubric] = await Promise.all([fetchJson("offers"), fetchJson("rubric")]);
  } catch {
    lost(true);
    setTimeout(main, EVERY);
    return;
  }
  at("version").textContent = `value-network-sim ${offers.version}.`;
  at("years").max = rubric.most_years;
  at("begin").append(...rubric.begin.map((each) => html("option", { value: each.case }, `${each.programme.replaceAll("_", " ")}: ${each.words}`)));
  for (const group of rubric.groups) {
    at("form").append(html("details", { class: "group", open: group.open }, html("summary", {}, group.title, html("span", { class: "count" })), ...group.questions.map(question)));
  }
  at("form").addEventListener("submit", (event) => event.preventDefault());
  for (const name of Object.keys(DEFAULTS)) at(name).addEventListener("input", () => { if (at(name).validity.valid) { state[name] = at(name).value; refresh(); } });
  at("begin").addEventListener("change", begin);
  at("reset").addEventListener("click", () => { Object.assign(state, DEFAULTS, { answers: {}, designs: [...rubric.shown] }); at("begin").value = ""; fill(); refresh(); });
  at("get-svg").addEventListener("click", () => give("our_initiative.svg", asSvg(at("figure").firstElementChild)));
  at("get-link").addEventListener("click", (event) => copyLink(event.target));
  at("table").parentElement.addEventListener("toggle", () => { if (summary) table(summary, offers); });
  addEventListener("hashchange", () => { fromLink(); fill(); refresh(); });
  new ResizeObserver(() => { if (summary) draw(); }).observe(at("results"));
  fromLink();
  fill();
  refresh();
}

// --- the form ------------------------------------------------------------------------------------

function question(each) {
  const id = `ask-${each.field}`;
  const control = each.kind === "choice" ? oneOf(each, id) : each.kind === "choices" ? someOf(each, id) : aNumber(each, id);
  const whole = html("fieldset", { class: "question", id: `${id}-whole` },
    html("legend", {}, each.question),
    ...control.parts,
    html("p", { class: "error", id: `${id}-error`, role: "status" }));
  made.set(each.field, { ...control, each, whole });
  return whole;
}

function oneOf(each, id) {
  const words = Object.fromEntries(each.anchors);
  const box = html("select", { id, "aria-label": each.question }, html("option", { value: "" }, open(each)),
    ...each.accepted.map((name) => html("option", { value: name }, words[name] ? `${plain(name)}: ${words[name]}` : plain(name))));
  box.addEventListener("change", () => set(each.field, box.value));
  return { parts: [box], show: (text) => { box.value = text; } };
}

function someOf(each, id) {
  const words = Object.fromEntries(each.anchors);
  const known = html("input", { type: "checkbox", id });
  const boxes = each.accepted.map((name) => html("input", { type: "checkbox", value: name }));
  const told = () => set(each.field, known.checked ? boxes.filter((box) => box.checked).map((box) => box.value).join(",") || NONE : "");
  known.addEventListener("change", () => { if (!known.checked) boxes.forEach((box) => { box.checked = false; }); told(); });
  boxes.forEach((box) => box.addEventListener("change", () => { known.checked = true; told(); }));
  return {
    parts: [html("label", {}, known, each.known ? " not as usual (usual: none)" : " known"),
      ...boxes.map((box) => html("label", { title: words[box.value] ?? null }, box, ` ${plain(box.value)}`))],
    show: (text) => {
      known.checked = Boolean(text);
      boxes.forEach((box) => { box.checked = text.split(",").includes(box.value); });
    },
  };
}

/** A number: not known, one value, or between two; a slider where its scale is short, with its anchors beside it. */
function aNumber(each, id) {
  const how = html("select", { id, "aria-label": `${each.question} How sure?` }, html("option", { value: "" }, open(each)), html("option", { value: "one" }, "it is"), html("option", { value: "two" }, "it lies between"));
  const step = each.kind === "count" ? 1 : each.kind === "dollars" ? 10 : each.kind === "number" ? "any" : 0.05;
  const end = (which) => {
    const box = html("input", { type: "number", step: "any", min: each.low, max: each.high, "aria-label": which, "aria-describedby": `${id}-error` });
    const range = each.slider ? html("input", { type: "range", min: each.low, max: each.high, step: step === "any" ? 0.1 : step, "aria-label": `${which}, slider` }) : null;
    box.addEventListener("input", () => { if (!box.validity.badInput && box.value !== "") { if (range) range.value = box.value; told(); } });
    range?.addEventListener("input", () => { box.value = range.value; told(); });
    return { box, range, whole: html("span", { class: "end" }, box, range), put: (value) => { box.value = value; if (range) range.value = value; } };
  };
  const first = end(each.kind === "count" || each.kind === "dollars" || each.kind === "weeks" ? each.kind : "value"), second = end("upper value");
  const and = html("span", {}, "and");
  const told = () => set(each.field, how.value === "two" ? [first.box.value, second.box.value].join(BETWEEN) : first.box.value);
  const arrange = () => {
    first.whole.hidden = !how.value;
    second.whole.hidden = and.hidden = how.value !== "two";
  };
  how.addEventListener("change", () => {
    arrange();
    if (!how.value) return set(each.field, "");
    if (first.box.value === "") first.put(each.begin ?? each.low);
    if (how.value === "two" && (second.box.value === "" || Number(second.box.value) < Number(first.box.value))) second.put(Math.min(each.high, Number(first.box.value) + (each.slider ? (each.high - each.low) / 10 : Math.max(1, 0.2 * Number(first.box.value)))).toPrecision(4) / 1);
    told();
    return null;
  });
  const anchors = each.anchors.length ? html("ul", { class: "anchors" }, ...each.anchors.map(([value, words]) => html("li", {}, html("button", { type: "button", value, onclick: () => {
    if (how.value !== "two") how.value = "one";
    arrange();
    (how.value === "two" && Number(value) > Number(first.box.value) ? second : first).put(value);
    told();
  } }, `${minus(value)}: ${words}`)))) : null;
  arrange();
  return {
    parts: [html("div", { class: "row" }, how, first.whole, and, second.whole, html("span", { class: "unit" }, each.slider ? "" : each.scale)), anchors],
    show: (text) => {
      const [low, high] = text.split(BETWEEN);
      how.value = text ? (high === undefined ? "one" : "two") : "";
      if (text) first.put(low);
      else first.box.value = "";
      if (high !== undefined) second.put(high);
      arrange();
    },
    mark: (text) => anchors?.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(text.split(BETWEEN).some((one) => one !== "" && Number(one) === Number(button.value))))),
  };
}

const plain = (name) => name.replaceAll("_", " ");
const minus = (text) => String(text).replace("-", "−");
const open = (each) => plain(minus(each.known ? each.absent.replace("usual: ", "as usual: ") : each.absent.replace("unknown: ", "not known: ")));

function set(field, text) {
  if (text === "") delete state.answers[field];
  else state.answers[field] = text;
  refresh();
}

/** Show the state in the form. */
function fill() {
  for (const name of Object.keys(DEFAULTS)) at(name).value = state[name];
  for (const [field, control] of made) control.show(state.answers[field] ?? "");
  const legend = at("designs").firstElementChild;
  at("designs").replaceChildren(legend, ...rubric.designs.map((design) => html("label", {}, html("input", { type: "checkbox", checked: state.designs.includes(design), disabled: design === "as_written", onchange: (event) => {
    state.designs = rubric.designs.filter((each) => (each === design ? event.target.checked : state.designs.includes(each)));
    refresh();
  } }), ` ${design === "as_written" ? "your initiative" : plain(design)}`)));
}

/** Which questions apply, how many are answered, and which anchors are chosen. */
function arrange() {
  let count = 0;
  for (const [field, { each, whole, mark }] of made) {
    const text = state.answers[field] ?? "";
    whole.hidden = Object.entries(each.only).some(([other, wanted]) => (state.answers[other] ?? made.get(other).each.otherwise) !== wanted);
    whole.classList.toggle("given", Boolean(text));
    mark?.(text);
    if (text && !whole.hidden) count += 1;
  }
  for (const details of at("form").children) {
    const all = [...details.querySelectorAll(".question:not([hidden])")], given = all.filter((each) => each.classList.contains("given")).length;
    details.querySelector(".count").textContent = ` ${given} of ${all.length}`;
  }
  const asked = [...made.values()].filter(({ whole }) => !whole.hidden).length;
  at("answered").textContent = `${count} of ${asked} questions answered.`;
}

async function begin() {
  const chosen = at("begin").value;
  if (!chosen) return;
  const taken = await fetchJson(`taken_over?${new URLSearchParams({ case: chosen })}`).catch((error) => { unanswered(error); return null; });
  if (!taken || at("begin").value !== chosen) return;
  // What the case says nothing of is open again, so that no other programme's answers stay.
  for (const [field, text] of Object.entries(taken)) {
    if (text === "") delete state.answers[field];
    else state.answers[field] = text;
  }
  fill();
  refresh();
}

// --- the state -----------------------------------------------------------------------------------

function fromLink() {
  const given = new URLSearchParams(location.hash.slice(1));
  state.answers = {};
  state.designs = given.get("designs")?.split(",") ?? [...rubric.shown];
  for (const name of Object.keys(DEFAULTS)) state[name] = given.get(name) ?? DEFAULTS[name];
  for (const [name, text] of given) if (made.has(name)) state.answers[name] = text;
}

function query() {
  const asked = new URLSearchParams({ years: state.years, pairs: state.pairs, designs: state.designs.join(",") });
  if (state.title) asked.set("title", state.title);
  for (const [name, text] of Object.entries(state.answers)) if (!made.get(name)?.whole.hidden) asked.set(name, text);
  return asked.toString();
}

// --- the answer ----------------------------------------------------------------------------------

function refresh() {
  arrange();
  const asked = query();
  history.replaceState(null, "", `#${asked}`);
  at("horizon").textContent = state.years === "1" ? "a year" : `${state.years} years`;
  at("get-scenario").href = `our_initiative.toml?${asked}`;
  at("get-answers").href = `our_answers.toml?${asked}`;
  at("figure").classList.add("stale");
  at("open").classList.add("stale");
  delete document.body.dataset.done;
  clearTimeout(asking);
  asking = setTimeout(() => look(asked), 60);
}

async function look(asked) {
  ask(asked, { numbers, done: (ms) => done(asked, ms), refused, lost }, "described");
  const found = await fetchJson(`about?${asked}`).catch(() => null);
  if (!found || asked !== query()) return;
  at("standing").replaceChildren(...found.said.map((line) => html("p", {}, line)));
  at("notes").replaceChildren(...found.notes.map((line) => html("li", {}, line)));
  at("like").replaceChildren(...found.like.map((each) => html("li", {}, each.words, html("details", {}, html("summary", {}, "Sources"), ...each.sources.map((source) => html("p", {}, source)), html("p", {}, `Differs most from yours in: ${each.differs}.`)))));
}

let drawn = 0, frame = null;

function numbers(found, ms) {
  clear();
  summary = { ...found, title: state.title || "Our initiative", seed: "0", asked: state.pairs, drawn: "parameters and open answers drawn" };
  if (!summary.weeks.includes(week)) week = summary.weeks.at(-1);
  at("figure").classList.remove("stale");
  at("progress").textContent = `${found.pairs} of ${state.pairs} pairs, ${(ms / 1000).toFixed(2)} s`;
  performance.mark("numbers", { detail: { pairs: found.pairs, ms } });
  clearTimeout(frame);
  if (performance.now() - drawn > PAUSE) show();
  else frame = setTimeout(show, PAUSE);
}

function show() {
  drawn = performance.now();
  chances(summary);
  weeks(summary, week, (chosen) => { week = chosen; differences(summary, week); });
  differences(summary, week);
  why(Object.values(summary.designs)[0]);
  draw();
  if (at("table").parentElement.open) table(summary, offers);
}

/** Why the first design ends, and whose pressure wears the board down. */
function why(design) {
  const listed = (found) => Object.entries(found).filter(([, share]) => share?.[0] >= 0.005).sort((one, other) => other[1][0] - one[1][0]);
  const range = ([, low, high]) => (low === null || high === null ? "" : ` [${ofHundred(low)}, ${ofHundred(high)}]`);
  const causes = listed(design.why).map(([words, share]) => `${ofHundred(share[0])}${range(share)} because of ${words}`);
  const pressing = listed(design.pressure).map(([name, share]) => `${offers.parties[name].label} ${ofHundred(share[0])}%${range(share)}`);
  const ends = causes.length ? `Of 100 such programmes that open, this many end: ${causes.join(", ")}.` : "Hardly any such programme ends.";
  at("why").textContent = `${ends} ${pressing.length ? `Pressure that wears the board down comes from: ${pressing.join(", ")}.` : "Hardly any pressure builds up on the board."}`;
}

function done(asked, ms) {
  clearTimeout(frame);
  show();
  at("progress").textContent = `${summary.pairs} pairs in ${(ms / 1000).toFixed(2)} s`;
  toFindOut(summary.open ?? []);
  document.body.dataset.done = asked;
}

/** The open questions whose answers move the risk; those that these runs cannot tell are left out. */
function toFindOut(rows) {
  at("open").classList.remove("stale");
  const hundred = (value) => minus(Math.round(100 * value));
  const clear = rows.filter((row) => row.difference[1] > 0 || row.difference[2] < 0).slice(0, 6);
  at("open").replaceChildren(...(clear.length ? clear.map((row) => {
    const [change, low, high] = row.difference;
    const link = html("a", { href: `#ask-${row.field}` }, row.question);
    link.addEventListener("click", (event) => { event.preventDefault(); reveal(row.field); });
    return html("li", {}, link, ` With ${plain(row.high)} rather than ${plain(row.low)}, ${Math.abs(Math.round(100 * change))} ${change > 0 ? "more" : "fewer"} of 100 end (${hundred(low)} to ${hundred(high)}).`);
  }) : [html("li", {}, rows.length ? "These runs do not show that the answer to any open question matters." : "No question is left open.")]));
}

function reveal(field) {
  const { whole } = made.get(field);
  whole.closest("details").open = true;
  whole.scrollIntoView({ block: "center" });
  at(`ask-${field}`).focus();
}

function draw() {
  at("figure").replaceChildren(figure(summary, offers, Math.max(300, Math.floor(at("figure").clientWidth))));
}

// --- what goes wrong -----------------------------------------------------------------------------

function clear() {
  for (const { whole } of made.values()) whole.querySelector(".error").textContent = "";
  at("general-error").textContent = "";
}

function refused(lines) {
  clear();
  at("progress").textContent = "not accepted: see the question";
  const left = [];
  for (const [field, line] of lines) {
    const found = made.get(field);
    if (!found) { left.push(line); continue; }
    found.whole.querySelector(".error").textContent = line;
    found.whole.closest("details").open = true;
  }
  at("general-error").textContent = left.join(" ");
}

function unanswered(error) {
  lost(!error.lines);
  if (error.lines) refused(error.lines);
}

function lost(isLost) {
  at("banner").hidden = !isLost;
  at("banner").textContent = isLost ? "The server does not answer. The page tries again every second; restart the server with “sim explore”." : "";
}

main();
