// Regions: move a lever, watch the map. One seed is asked for after another; a newer move abandons the older one's.

import { html, svg, scale, told, FONT } from "./svg.js";

const $ = (id) => document.getElementById(id);
const state = { region: "", seed: "0", seeds: "10", strategies: null, changes: {} };
const RIGHT = 190;
let regions = [], found = [], round = 0, playing = null, stop = null;

const region = () => regions.find((each) => each.name === state.region);
const count = (value) => Math.round(value).toLocaleString("en");

function fromLink() {
  const given = new URLSearchParams(location.hash.replace(/^#/, ""));
  for (const name of ["region", "seed", "seeds"]) if (given.has(name)) state[name] = given.get(name);
  if (!region()) state.region = regions[0].name;
  state.strategies = given.has("strategies") ? given.get("strategies").split(",").filter(Boolean) : null;
  state.changes = {};
  for (const [name, value] of given) if (region().controls.some((each) => each.field === name)) state.changes[name] = value;
}

const chosen = () => {
  const all = region().strategies.map((each) => each.name);
  const kept = (state.strategies ?? all.slice(0, 3)).filter((each) => all.includes(each));
  return kept.length ? kept : all.slice(0, 1);
};

function query(more) {
  const asked = new URLSearchParams({ region: state.region, strategies: chosen().join(","), ...state.changes, ...more });
  return asked.toString();
}

function keep() {
  history.replaceState(null, "", `#${query({ seed: state.seed, seeds: state.seeds })}`);
}

function control(each) {
  const value = state.changes[each.field] ?? each.value;
  const id = `at-${each.field.replace(".", "-")}`;
  const box = html("input", { type: "number", id: `${id}-box`, min: each.low, max: each.high, step: "any", value, "aria-label": `${each.label}, as a number` });
  const slider = html("input", { type: "range", id, min: each.low, max: each.high, step: each.step, value });
  const error = html("p", { class: "error", id: `${id}-error` });
  const moved = (from, to) => {
    to.value = from.value;
    error.textContent = "";
    state.changes[each.field] = from.value;
    ask();
  };
  slider.addEventListener("input", () => moved(slider, box));
  box.addEventListener("change", () => moved(box, slider));
  return html("div", { class: "control" }, html("div", { class: "top" }, html("label", { for: id }, each.label), box), slider, error,
    html("details", {}, html("summary", {}, "About it"), `${each.meaning} Unit: ${each.unit}. Source: ${each.source}.`));
}

function build() {
  const own = region();
  $("region").replaceChildren(...regions.map((each) => html("option", { value: each.name, selected: each.name === own.name }, each.title)));
  $("summary").textContent = own.summary;
  $("seed").value = state.seed;
  $("seeds").value = state.seeds;
  $("form").replaceChildren(...own.controls.map(control));
  $("strategies").querySelectorAll("label").forEach((each) => each.remove());
  for (const each of own.strategies) {
    const box = html("input", { type: "checkbox", value: each.name, checked: chosen().includes(each.name) });
    box.addEventListener("change", () => {
      state.strategies = [...$("strategies").querySelectorAll("input:checked")].map((one) => one.value);
      ask();
    });
    $("strategies").append(html("label", {}, box, ` ${each.words}`));
  }
  $("key").replaceChildren(...own.states.map((each) => html("span", {}, swatch(each), ` ${each.words}   `)));
}

const swatch = (each) => svg("svg", { width: 12, height: 12, "aria-hidden": "true" }, mark(each, 6, 6, 4.5));

/** A district: its colour says where it stands, and so does its shape. */
function mark(each, x, y, size) {
  const stroke = each.name === "never" ? "#999" : "#333";
  if (each.name === "adapted") return svg("rect", { x: x - size, y: y - size, width: 2 * size, height: 2 * size, fill: each.colour, stroke, "stroke-width": 0.6 });
  if (each.name === "dropped") return svg("path", { d: `M${x - size},${y - size}L${x + size},${y + size}M${x - size},${y + size}L${x + size},${y - size}`, stroke: each.colour, "stroke-width": 2.2 });
  return svg("circle", { cx: x, cy: y, r: size, fill: each.colour, stroke, "stroke-width": 0.5 });
}

async function ask() {
  keep();
  delete document.body.dataset.done;
  const mine = ++round;
  stop?.abort();
  stop = new AbortController();
  const seeds = Number(state.seeds), first = Number(state.seed) || 0;
  const fresh = [];
  $("results").classList.add("stale");
  for (let k = 0; k < seeds; k++) {
    let answer;
    try {
      answer = await fetch(`spread?${query({ seed: String(first + k) })}`, { signal: stop.signal });
    } catch (error) {
      if (mine === round && error.name !== "AbortError") banner("The server does not answer.");
      return;
    }
    if (mine !== round) return;
    if (!answer.ok) {
      refused(answer.headers.get("content-type")?.includes("json") ? (await answer.json()).refused : [["", await answer.text()]]);
      return;
    }
    banner("");
    fresh.push(await answer.json());
    if (mine !== round) return;
    found = fresh;
    $("results").classList.remove("stale");
    $("progress").textContent = `${k + 1} of ${seeds} seeds`;
    show(k === 0);
  }
  document.body.dataset.done = location.hash.slice(1);
}

function banner(text) {
  $("banner").hidden = !text;
  $("banner").textContent = text;
}

function refused(lines) {
  $("results").classList.remove("stale");
  for (const [field, line] of lines) {
    const place = $(`at-${field.replace(".", "-")}-error`);
    if (place) place.textContent = line;
    else banner(line);
  }
}

/** 97.5% quantiles of Student's t for 2 values and more. */
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04];

/** Mean and the half-width of its 95% interval. */
function mean(values) {
  const n = values.length, middle = values.reduce((sum, each) => sum + each, 0) / n;
  if (n < 2) return [middle, null];
  const t = STUDENT[n - 2] ?? 2.02;
  const spread = Math.sqrt(values.reduce((sum, each) => sum + (each - middle) ** 2, 0) / (n - 1));
  return [middle, (t * spread) / Math.sqrt(n)];
}

const last = (name, quantity) => found.map((each) => each.strategies[name][quantity].at(-1));
const words = (name) => region().strategies.find((each) => each.name === name).words;
const colour = (name) => region().strategies.find((each) => each.name === name).colour;
const within = ([middle, half]) => (half === null ? count(middle) : `${count(middle)} [${count(middle - half)}, ${count(middle + half)}]`);

function show(anew) {
  const names = chosen(), years = found[0].years;
  const rows = names.map((name) => html("tr", {}, html("th", { scope: "row" }, words(name)), html("td", {}, within(mean(last(name, "reached")))),
    html("td", {}, told(mean(last(name, "ever"))[0], 0)), html("td", {}, told(mean(last(name, "current"))[0], 0)),
    html("td", {}, told(mean(found.map((each) => each.strategies[name].lost))[0], 1))));
  $("table").replaceChildren(html("table", {}, html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "strategy"), html("th", { scope: "col" }, "children reached [95%]"),
    html("th", { scope: "col" }, "districts that ever had it"), html("th", { scope: "col" }, "have it now"), html("th", { scope: "col" }, "lost to protest"))), html("tbody", {}, ...rows)));
  $("sentences").replaceChildren(...sentences(names, years).map((text) => html("li", {}, text)));
  curves(names, years);
  $("year").max = years;
  if (anew && Number($("year").value) > years) $("year").value = years;
  if (anew && playing === null) $("year").value = years;
  maps();
}

function sentences(names, years) {
  const first = names[0], [middle, half] = mean(last(first, "reached"));
  const said = [`After ${years} years, ${words(first)} has reached ${count(middle)} children${half === null ? "" : ` on average (95% interval of the mean: ${count(middle - half)} to ${count(middle + half)})`}.`];
  for (const name of names.slice(1)) {
    const apart = mean(found.map((each) => each.strategies[name].reached.at(-1) - each.strategies[first].reached.at(-1)));
    const what = words(name)[0].toUpperCase() + words(name).slice(1);
    if (apart[1] === null || Math.abs(apart[0]) <= apart[1]) said.push(`${what}: ${found.length} seeds do not show whether it reaches more or fewer children than ${words(first)}.`);
    else said.push(`${what} reaches ${count(Math.abs(apart[0]))} ${apart[0] > 0 ? "more" : "fewer"} children than ${words(first)} (±${count(apart[1])}).`);
  }
  return said;
}

function curves(names, years) {
  const width = Math.max(300, $("curves").clientWidth), height = 210, left = 40, start = found[0].first_year;
  const means = Object.fromEntries(names.map((name) => [name, Array.from({ length: years }, (_, k) => mean(found.map((each) => each.strategies[name].current[k])))]));
  const top = Math.max(1, ...names.flatMap((name) => means[name].map(([middle, half]) => middle + (half ?? 0))));
  const x = scale(0, Math.max(1, years - 1), left, width - RIGHT), y = scale(0, top, height - 24, 8);
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "font-family": FONT, "font-size": 11, role: "img", "aria-label": "Districts that have it, by year and strategy" });
  for (const tick of [0, 0.5, 1]) drawing.append(svg("text", { x: left - 6, y: y(top * tick) + 4, "text-anchor": "end", fill: "#444" }, told(top * tick, 0)), svg("line", { x1: left, x2: width - RIGHT, y1: y(top * tick), y2: y(top * tick), stroke: "#ddd" }));
  for (const k of [...new Set([0, Math.floor((years - 1) / 2), years - 1])]) drawing.append(svg("text", { x: x(k), y: height - 6, "text-anchor": "middle", fill: "#444" }, `year ${start + k}`));
  const ends = names.map((name) => [name, y(means[name].at(-1)[0])]).sort((one, other) => one[1] - other[1]);
  ends.forEach((each, k) => { if (k) each[1] = Math.max(each[1], ends[k - 1][1] + 13); });
  for (const [name, at] of ends) {
    const path = (shift) => means[name].map(([middle, half], k) => `${x(k).toFixed(1)},${y(Math.max(0, middle + shift * (half ?? 0))).toFixed(1)}`);
    drawing.append(svg("path", { d: `M${path(-1).join("L")}L${path(1).reverse().join("L")}Z`, fill: colour(name), opacity: 0.15 }),
      svg("path", { d: `M${path(0).join("L")}`, fill: "none", stroke: colour(name), "stroke-width": 2 }),
      svg("text", { x: width - RIGHT + 6, y: Math.min(height - 26, at) + 4, fill: colour(name), "font-weight": 600 }, words(name).slice(0, 32)));
  }
  $("curves").replaceChildren(drawing);
}

function maps() {
  if (!found.length) return;
  const year = Number($("year").value), one = found[0], own = region(), size = Math.max(...one.size), shown = chosen();
  $("shown").textContent = `year ${one.first_year + year - 1}`;
  const side = Math.max(180, Math.min(300, ($("maps").clientWidth - 24) / Math.min(3, shown.length)));
  $("maps").replaceChildren(html("div", { class: "row" }, ...shown.map((name) => {
    const digits = one.strategies[name].maps[year - 1];
    const drawing = svg("svg", { viewBox: `0 0 ${side} ${side}`, width: side, height: side, role: "img", "aria-label": `${words(name)}, year ${one.first_year + year - 1}: ${one.strategies[name].current[year - 1]} districts have it` });
    drawing.append(svg("rect", { width: side, height: side, fill: "#fafafa" }));
    [...digits].forEach((digit, k) => drawing.append(mark(own.states[Number(digit)], 8 + one.x[k] * (side - 16), 8 + (1 - one.y[k]) * (side - 16), 2 + 4 * (one.size[k] / size))));
    return html("div", {}, html("h3", {}, words(name)), drawing);
  })));
}

function play() {
  if (playing !== null) {
    clearInterval(playing);
    playing = null;
    $("play").textContent = "Play";
    return;
  }
  $("play").textContent = "Pause";
  $("year").value = 1;
  maps();
  playing = setInterval(() => {
    if (Number($("year").value) >= Number($("year").max)) return play();
    $("year").value = Number($("year").value) + 1;
    maps();
  }, 700);
}

async function main() {
  try {
    regions = (await (await fetch("regions")).json()).regions;
  } catch {
    banner("The server does not answer.");
    return;
  }
  fromLink();
  build();
  $("region").addEventListener("change", () => { state.region = $("region").value; state.changes = {}; state.strategies = null; build(); ask(); });
  $("seeds").addEventListener("change", () => { state.seeds = $("seeds").value; ask(); });
  $("seed").addEventListener("change", () => { state.seed = $("seed").value; ask(); });
  $("reset").addEventListener("click", () => { state.changes = {}; build(); ask(); });
  $("year").addEventListener("input", maps);
  $("play").addEventListener("click", play);
  addEventListener("resize", () => { if (found.length) { curves(chosen(), found[0].years); maps(); } });
  addEventListener("hashchange", () => { fromLink(); build(); ask(); });
  ask();
}

main();
