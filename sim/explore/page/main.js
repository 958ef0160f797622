// The page: its state, what it asks, and what it shows of the answer.

import { state, fromLink, query, keep } from "./state.js";
import { ask, fetchJson, stop, EVERY } from "./live.js";
import { build, fill, refuse, clear } from "./controls.js";
import { figure, asPng } from "./figure.js";
import { network, alignment } from "./network.js";
import { oneRun } from "./run.js";
import { chances, weeks, differences, table } from "./answer.js";
import { html } from "./svg.js";
import { asSvg, copyLink, give } from "./take.js";

const at = (id) => document.getElementById(id);
const DRAWN = { posterior: "parameters drawn from the posterior", medoid: "parameters of the posterior’s medoid", defaults: "uncalibrated defaults" };
const EYE = 250;
let offers, start = null, turn = 0, summary = null, diagnosis = null, week = null, shownDesign = null, run = null, idle = null, frame = null, drawn = 0;
const powers = {}, seen = new Set(), stood = { standing: "", network: "", run: "" };

async function main() {
  try {
    offers = await fetchJson("offers");
  } catch (error) {
    unanswered(error);
    setTimeout(main, EVERY);
    return;
  }
  at("version").textContent = `value-network-sim ${offers.version}.`;
  at("scenario").append(...offers.scenarios.map((each) => html("option", { value: each.name }, each.title)));
  state.scenario = offers.scenarios[0].name;
  state.designs = offers.designs;
  fromLink(location.hash);
  build(at("form"), offers.groups, refresh);
  for (const { field } of offers.groups.flatMap((group) => group.controls)) if (field.startsWith("power.")) powers[field.split(".")[1]] = field;
  run = oneRun(at("run"), offers);
  wire();
  await restart();
}

function wire() {
  at("scenario").addEventListener("change", (event) => { state.scenario = event.target.value; state.changes = {}; restart(); });
  at("unknown").addEventListener("change", (event) => { state.parameters = event.target.checked ? "posterior" : "medoid"; restart(); });
  at("pairs").addEventListener("change", (event) => { state.pairs = event.target.value; refresh(); });
  at("seed").addEventListener("input", (event) => { state.seed = event.target.value; refresh(); });
  at("reset").addEventListener("click", () => { state.changes = {}; restart(); });
  at("get-svg").addEventListener("click", () => give("explored.svg", asSvg(at("figure").firstElementChild)));
  at("get-png").addEventListener("click", async () => give("explored.png", await asPng(at("figure").firstElementChild)));
  at("get-link").addEventListener("click", (event) => copyLink(event.target));
  addEventListener("hashchange", () => { fromLink(location.hash); restart(); });
  const watch = new IntersectionObserver((entries) => {
    for (const each of entries) seen[each.isIntersecting ? "add" : "delete"](each.target.id);
    further();
  }, { rootMargin: "200px" });
  for (const id of ["network", "run"]) watch.observe(at(id));
  const head = document.querySelector("header");
  new ResizeObserver(() => document.documentElement.style.setProperty("--head", `${head.offsetHeight}px`)).observe(head);
  at("table").parentElement.addEventListener("toggle", () => { if (summary) table(summary, offers); });
  new ResizeObserver(() => { if (summary) draw(); drawNetwork(); }).observe(at("results"));
}

/** The scenario, or where its parameters come from, is another: what controls stand at must be asked for.
 * The newest wins, whichever answer comes last. */
async function restart() {
  const mine = ++turn;
  letGo();
  start = null;
  const offered = offers.scenarios.find((each) => each.name === state.scenario) ?? offers.scenarios[0];
  state.designs = state.designs.filter((design) => offered.designs.includes(design));
  if (!state.designs.length) state.designs = offers.designs;
  keep();
  at("scenario").value = state.scenario;
  at("unknown").checked = state.parameters === "posterior";
  at("unknown-hint").textContent = { posterior: "Parameters drawn from the posterior, a new set for each seed", medoid: "One set of parameters: the middle of the posterior", defaults: "Parameters as the scenario has them" }[state.parameters] ?? "";
  if (![...at("pairs").options].some((each) => each.value === state.pairs)) at("pairs").append(html("option", {}, state.pairs));
  at("pairs").value = state.pairs;
  at("seed").value = state.seed;
  at("summary").textContent = offered.summary;
  try {
    const found = await fetchJson(`start?${new URLSearchParams({ scenario: state.scenario, parameters: state.parameters })}`);
    if (mine !== turn) return;
    start = found;
  } catch (error) {
    if (mine !== turn) return;
    unanswered(error);
    if (!error.lines) setTimeout(() => { if (mine === turn) restart(); }, EVERY);
    return;
  }
  showDesigns(offered);
  refresh();
}

/** What was asked is not what is to be shown any more. */
function letGo() {
  stop();
  clearTimeout(frame);
  clearTimeout(idle);
  at("figure").classList.add("stale");
}

function showDesigns(offered) {
  const known = [...offers.designs.filter((each) => offered.designs.includes(each)), ...offered.designs.filter((each) => !offers.designs.includes(each))];
  at("designs").replaceChildren(at("designs").firstElementChild, ...known.map((design) => html("label", {},
    html("input", { type: "checkbox", checked: state.designs.includes(design), onchange: (event) => {
      const next = event.target.checked ? known.filter((each) => each === design || state.designs.includes(each)) : state.designs.filter((each) => each !== design);
      if (!next.length || next.length > 7) { event.target.checked = !event.target.checked; return; }
      state.designs = next;
      refresh();
    } }), ` ${words(design)}`)));
}

/** Ask anew for what the state now is; `moved` is the field of a control that was moved. */
function refresh(moved) {
  if (!start) {
    restart();
    return;
  }
  letGo();
  keep();
  fill(start, moved);
  links();
  if (!state.designs.includes(shownDesign)) shownDesign = state.designs[0];
  const asked = query(), title = offers.scenarios.find((each) => each.name === state.scenario)?.title ?? state.scenario;
  const of = { title, seed: state.seed, asked: state.pairs, drawn: DRAWN[state.parameters] ?? "" };
  ask(asked, { numbers: (found, ms) => numbers({ ...found, ...of }, ms), done: (ms) => done(asked, ms), refused, lost });
}

function numbers(found, ms) {
  clear();
  summary = found;
  if (!summary.weeks.includes(week)) week = summary.weeks.at(-1);
  at("figure").classList.remove("stale");
  at("progress").textContent = `${found.pairs} of ${found.asked} pairs, ${(ms / 1000).toFixed(2)} s`;
  performance.mark("numbers", { detail: { pairs: found.pairs, ms } });
  // The first at once; of what comes faster than the eye, the newest.
  clearTimeout(frame);
  if (found.pairs <= offers.chunk || performance.now() - drawn > EYE) show();
  else frame = setTimeout(show, EYE);
}

function done(asked, ms) {
  clearTimeout(frame);
  show();
  at("progress").textContent = `${summary.pairs} pairs in ${(ms / 1000).toFixed(2)} s`;
  document.body.dataset.done = asked;
  idle = setTimeout(further, 300);
}

/** What follows the numbers once the hand rests, and only where it is in sight: the network, and one run. */
function further() {
  const asked = query();
  if (document.body.dataset.done !== asked) return;
  showNetworkDesigns();
  if (stood.standing !== asked) stand(asked);
  if (seen.has("network") && stood.network !== asked + shownDesign) diagnose(asked);
  if (seen.has("run") && stood.run !== asked) { stood.run = asked; run.show(asked, state); }
}

/** How far to trust it, and what is odd about the scenario, as `sim validate` says. */
async function stand(asked) {
  stood.standing = asked;
  const found = await fetchJson(`standing?${asked}`).catch(() => null);
  if (asked !== query() || !found) return;
  at("standing").replaceChildren(...found.said.map((line) => html("p", {}, line)));
  at("notes").replaceChildren(...found.notes.map((line) => html("li", {}, line)));
}

async function diagnose(asked) {
  const design = shownDesign;
  stood.network = asked + design;
  try {
    const found = await fetchJson(`diagnosis?${query({ design })}`);
    if (asked !== query() || design !== shownDesign) return;
    diagnosis = found;
    drawNetwork();
  } catch (error) {
    if (asked !== query() || design !== shownDesign) return;
    stood.network = "";
    if (error.lines) at("alignment").textContent = error.lines.map(([, line]) => line).join(" ");
    else setTimeout(further, EVERY);
  }
}

function unanswered(error) {
  lost(!error.lines);
  if (error.lines) refused(error.lines);
}

function refused(lines) {
  at("progress").textContent = "not accepted: see the field";
  refuse(lines);
}

function lost(isLost) {
  at("banner").hidden = !isLost;
  at("banner").textContent = isLost ? "The server does not answer. The page tries again every second; restart the server with “sim explore”." : "";
}

// --- what is shown -------------------------------------------------------------------------------

function show() {
  drawn = performance.now();
  chances(summary);
  weeks(summary, week, (chosen) => { week = chosen; differences(summary, week); });
  differences(summary, week);
  draw();
  if (at("table").parentElement.open) table(summary, offers);
}

function draw() {
  at("figure").replaceChildren(figure(summary, offers, Math.max(300, Math.floor(at("figure").clientWidth))));
}

function showNetworkDesigns() {
  const holder = at("network-design"), designs = state.designs.join();
  if (holder.dataset.designs === designs) return;
  holder.dataset.designs = designs;
  holder.replaceChildren(holder.firstElementChild, ...state.designs.map((each) => html("label", {},
    html("input", { type: "radio", name: "network-design", value: each, checked: each === shownDesign, onchange: () => { shownDesign = each; further(); } }), ` ${words(each)}`)));
}

function drawNetwork() {
  if (!diagnosis) return;
  network(at("network"), diagnosis.map(asSet), powers, Math.max(300, Math.min(760, Math.floor(at("network").clientWidth))));
  at("alignment").textContent = `${alignment(diagnosis)} Means of ${offers.asked} synthetic communities.`;
}

/** A party with the power that was just set, which the next diagnosis will have too. */
function asSet(row) {
  const field = powers[row.stakeholder], power = Number(state.changes[field]);
  return Number.isFinite(power) && !start?.set_by[shownDesign]?.includes(field) ? { ...row, power } : row;
}

// --- what is taken away --------------------------------------------------------------------------

function links() {
  const asked = query();
  for (const [name, path, end] of [["scenario", "scenario.toml", ".toml"], ["sweep", "sweep.toml", "_sweep.toml"], ["runs", "runs.csv", "_runs.csv"]]) {
    at(`get-${name}`).href = `${path}?${asked}`;
    at(`get-${name}`).download = start.made + end;
  }
  const options = [`--designs ${state.designs.join(",")}`, `--replicates ${state.pairs}`, ...(state.seed !== "0" ? [`--seed ${state.seed}`] : []), ...(state.parameters !== "posterior" ? [`--parameters ${state.parameters}`] : [])];
  at("command").replaceChildren("To get the same numbers, seed for seed: ", html("code", {}, `sim compare ${start.made}.toml ${options.join(" ")}`));
}

const words = (name) => name.replaceAll("_", " ");

main();
