// The answer: a chance per design, differences seed by seed, and the same as a table.

import { html, svg, ofHundred, told } from "./svg.js";

const at = (id) => document.getElementById(id);

/** How many of a hundred, a line per design. */
export function chances(summary) {
  at("chances").replaceChildren(...Object.values(summary.designs).map((design) => {
    const row = summary.horizon - 1, risk = design.risk;
    const [share, low, high] = [risk.share[row], risk.lower[row], risk.upper[row]];
    const known = design.unknown ? ` (${ofHundred(design.unknown[0])} to ${ofHundred(design.unknown[1])} over what we do not know)` : "";
    const absent = design.not_opened && design.not_opened[0] > 0 ? `; ${ofHundred(design.not_opened[0])} never open` : "";
    const said = design.n ? html("span", { class: "said" }, html("b", {}, String(ofHundred(share))), ` [${ofHundred(low)}, ${ofHundred(high)}]${known}${absent}`) : html("span", { class: "said" }, "did not open in any run");
    return html("li", {}, html("span", {}, design.label), html("span", {}, said, design.n ? dots(share, low, high, design.colour, design.unknown) : null));
  }));
}

/** A chance as a place among 100, with its interval; and the range over what we do not know below it. */
function dots(share, low, high, colour, unknown) {
  const drawing = svg("svg", { viewBox: "0 0 400 20", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { x: 0, y: 6, width: 400, height: 8, fill: "#ececec" }),
    svg("rect", { x: 0, y: 6, width: 400 * share, height: 8, fill: colour, opacity: 0.8 }), svg("line", { x1: 400 * low, x2: 400 * high, y1: 10, y2: 10, stroke: "#1a1a1a", "stroke-width": 2 }));
  if (unknown) drawing.append(svg("line", { x1: 400 * unknown[0], x2: 400 * unknown[1], y1: 18, y2: 18, stroke: "#777", "stroke-width": 2 }));
  return drawing;
}

/** The weeks at which designs are compared; `choose` is called with the one that is clicked. */
export function weeks(summary, week, choose) {
  const holder = at("weeks");
  if (holder.dataset.weeks === summary.weeks.join()) return;
  holder.dataset.weeks = summary.weeks.join();
  holder.replaceChildren(holder.firstElementChild, ...summary.weeks.map((each) => html("label", {},
    html("input", { type: "radio", name: "week", checked: each === week, onchange: () => choose(each) }), ` week ${each}`)));
}

/** How the designs differ from the first by a week. */
export function differences(summary, week) {
  const rows = summary.differences.filter((each) => each.week === week);
  at("differences").replaceChildren(...rows.map((each) => html("li", {}, each.sentence)));
}

/** All numbers as a table, a column per design. */
export function table(summary, offers) {
  const designs = Object.values(summary.designs);
  const row = (name, cell) => html("tr", {}, html("th", { scope: "row" }, name), ...designs.map((each) => html("td", {}, cell(each))));
  const range = (value, digits, times = 1) => (value ? `${told(times * value[0], digits)} [${told(times * value[1], digits)}, ${told(times * value[2], digits)}]` : "none");
  at("table").replaceChildren(html("table", {},
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "95% intervals (Monte Carlo error only)"), ...designs.map((each) => html("th", { scope: "col" }, each.label)))),
    html("tbody", {}, row("runs that opened", (each) => String(each.n)),
      ...summary.weeks.map((each) => row(`discontinued by week ${each}, % of runs that opened`, (design) => (design.n ? range(["share", "lower", "upper"].map((name) => design.risk[name][each - 1]), 1, 100) : "none"))),
      row("adapted by the end, % of runs that opened", (each) => range(each.adapted, 1, 100)),
      ...Object.keys(offers.words).map((name) => row(offers.words[name], (each) => range(each.delivered[name], 3))),
      ...Object.entries(offers.parties).map(([name, party]) => row(`pressure by ${party.label}, % of capital drained in a run`, (each) => range(each.pressure[name], 1, 100))))));
}
