// The figure: a column for each design, with its risk over time, who takes part, whose pressure, and what was delivered.

import { svg, scale, line, band, told, ofHundred, FONT } from "./svg.js";

const LEFT = 46, GAP = 16, YEAR = 36, TOP = 38;
const HEIGHTS = { risk: 104, adoption: 92, row: 17 };

/** Draw what there is so far. */
export function figure(summary, offers, width) {
  const names = Object.keys(summary.designs);
  const columns = Math.max(1, Math.min(names.length, Math.floor((width - LEFT) / 150)));
  const parties = Object.keys(offers.parties);
  const strip = 26 + HEIGHTS.risk + 42 + HEIGHTS.adoption + 46 + parties.length * HEIGHTS.row + 40 + 2 * 34 + 24;
  const strips = Math.ceil(names.length / columns);
  const each = (width - LEFT) / columns;
  const drawing = svg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${TOP + strip * strips}`, width, height: TOP + strip * strips,
    "font-family": FONT, "font-size": 11, role: "img", "aria-label": spoken(summary) });
  drawing.append(svg("rect", { width: "100%", height: "100%", fill: "#fff" }),
    svg("text", { x: 4, y: 14, "font-size": 12, "font-weight": 600 }, summary.title),
    svg("text", { x: 4, y: 29, fill: "#444" }, `${summary.pairs} pairs from seed ${summary.seed}; ${summary.drawn}`));
  const ends = common(summary, names);
  names.forEach((name, place) => {
    const x = LEFT + (place % columns) * each, y = TOP + Math.floor(place / columns) * strip;
    drawing.append(column(summary, name, place, offers, parties, x, y, each - GAP, place % columns === 0, ends));
  });
  return drawing;
}

/** Scales that all designs share, so that columns compare. */
function common(summary, names) {
  const found = { pressure: 0.1 };
  for (const name of names) {
    const design = summary.designs[name];
    for (const share of Object.values(design.pressure)) if (share) found.pressure = Math.max(found.pressure, share[2] ?? share[0]);
    for (const [quantity, value] of Object.entries(design.delivered)) {
      if (!value) continue;
      const now = found[quantity] ?? [0, 0];
      found[quantity] = [Math.min(now[0], value[1] ?? value[0]), Math.max(now[1], value[2] ?? value[0])];
    }
  }
  found.pressure = Math.min(1, found.pressure);
  return found;
}

function column(summary, name, place, offers, parties, x, top, width, first, ends) {
  const design = summary.designs[name], colour = design.colour;
  const part = svg("g", {});
  part.append(svg("text", { x, y: top + 14, "font-weight": 700, fill: colour, "font-size": 12 }, design.label));
  let y = top + 26;
  y = curves(part, summary, x, y, width, first, HEIGHTS.risk, "Discontinued, of 100", (px, py) => {
    const risk = design.risk;
    return [svg("path", { d: band(risk.lower, risk.upper, px, py), fill: colour, opacity: 0.22 }),
      svg("path", { d: line(risk.share, px, py), fill: "none", stroke: colour, "stroke-width": 2 }),
      end(risk.share.at(-1), px(summary.horizon), py, colour)];
  });
  y = curves(part, summary, x, y + 6, width, first, HEIGHTS.adoption, "Taking part, % of families", (px, py) => {
    const taking = design.adoption.taking_part, favour = design.adoption.in_favour;
    if (!taking || !taking.mean) return [svg("text", { x: px(summary.horizon / 2), y: py(0.5), "text-anchor": "middle", fill: "#555" }, "did not open in any run")];
    return [svg("path", { d: band(taking.q05, taking.q95, px, py), fill: colour, opacity: 0.13 }),
      svg("path", { d: band(taking.q25, taking.q75, px, py), fill: colour, opacity: 0.25 }),
      svg("path", { d: line(taking.mean, px, py), fill: "none", stroke: colour, "stroke-width": 2 }),
      svg("path", { d: line(favour.mean, px, py), fill: "none", stroke: "#1a1a1a", "stroke-width": 1.4, "stroke-dasharray": "4 3" })];
  }, summary.horizon);
  if (first) part.append(svg("text", { x, y: y + 2, fill: "#444", "font-size": 10 }, "— mean taking part, - - in favour"));
  y += 18;
  part.append(heading(x, y, width > 190 ? "Share of the pressure on the board" : "Share of the pressure"));
  const across = scale(0, ends.pressure, 0, width - 66);
  parties.forEach((party, row) => {
    const at = y + 12 + row * HEIGHTS.row, share = design.pressure[party];
    part.append(svg("text", { x, y: at + 8, "font-size": 10 }, offers.parties[party].label.replace("teachers’ ", "").replace("teachers' ", "")));
    part.append(share ? whisker(share, (value) => x + 62 + across(Math.max(0, Math.min(value, ends.pressure))), at + 4, offers.parties[party].colour, true) : svg("text", { x: x + 62, y: at + 8, fill: "#555", "font-size": 10 }, "none"));
  });
  y += 18 + parties.length * HEIGHTS.row;
  part.append(ruler(x + 62, y, width - 66, 0, ends.pressure, (value) => `${ofHundred(value)}%`));
  y += 22;
  for (const [quantity, unit] of Object.entries(offers.words)) {
    const value = design.delivered[quantity];
    part.append(heading(x, y, SHORT[quantity] ?? unit));
    const [low, high] = ends[quantity] ?? [0, 1];
    const place = scale(low, high > low ? high : low + 1, x + 4, x + width - 40);
    if (low < 0) part.append(svg("line", { x1: place(0), x2: place(0), y1: y + 5, y2: y + 23, stroke: "#999" }));
    part.append(value ? whisker(value, place, y + 14, colour, false) : svg("text", { x, y: y + 17, fill: "#555" }, "none"));
    y += 34;
  }
  return part;
}

const SHORT = { weeks_per_100: "Weeks per 100 children", gain: "Gain, SD per child" };

const heading = (x, y, text) => svg("text", { x, y, fill: "#333", "font-size": 10.5, "font-weight": 600 }, text);

function curves(part, summary, x, y, width, first, height, name, inside, weeks = summary.horizon) {
  const px = scale(0, weeks, x, x + width), py = scale(0, 1, y + height + 12, y + 12);
  part.append(heading(x, y + 4, name));
  for (const share of [0, 0.5, 1]) {
    part.append(svg("line", { x1: x, x2: x + width, y1: py(share), y2: py(share), stroke: share ? "#e4e4e4" : "#777" }));
    if (first) part.append(svg("text", { x: x - 5, y: py(share) + 4, "text-anchor": "end", fill: "#444", "font-size": 10 }, String(100 * share)));
  }
  const step = weeks > 3 * YEAR ? 2 * YEAR : YEAR;
  for (let week = YEAR; week <= weeks; week += YEAR) {
    part.append(svg("line", { x1: px(week), x2: px(week), y1: py(1), y2: py(0), stroke: "#e4e4e4" }));
    if (week % step === 0) part.append(svg("text", { x: px(week), y: py(0) + 12, "text-anchor": week === weeks ? "end" : "middle", fill: "#444", "font-size": 10 }, String(week)));
  }
  part.append(svg("text", { x, y: py(0) + 12, fill: "#444", "font-size": 10 }, "week"));
  part.append(...inside(px, py));
  return y + height + 36;
}

const end = (share, x, y, colour) => svg("text", { x: x - 2, y: y(share) + (share > 0.85 ? 13 : -5), "text-anchor": "end", "font-weight": 700, fill: colour, stroke: "#fff", "stroke-width": 3, "paint-order": "stroke" }, String(ofHundred(share)));

function whisker(value, place, y, colour, bar) {
  const [middle, low, high] = value, part = svg("g", {});
  if (bar) part.append(svg("rect", { x: place(0), y: y - 5, width: Math.max(0, place(middle) - place(0)), height: 10, fill: colour, opacity: 0.75 }));
  if (low !== null && high !== null) part.append(svg("line", { x1: place(low), x2: place(high), y1: y, y2: y, stroke: "#1a1a1a", "stroke-width": 1.4 }));
  if (!bar) {
    part.append(svg("circle", { cx: place(middle), cy: y, r: 4, fill: colour }));
    part.append(svg("text", { x: Math.max(place(middle), place(high ?? middle)) + 6, y: y + 4, fill: "#1a1a1a", "font-size": 10 }, told(middle, 3)));
  }
  return part;
}

function ruler(x, y, width, low, high, word) {
  return svg("g", { fill: "#444", "font-size": 10 }, svg("line", { x1: x, x2: x + width, y1: y - 2, y2: y - 2, stroke: "#777" }),
    svg("text", { x, y: y + 9 }, word(low)), svg("text", { x: x + width, y: y + 9, "text-anchor": "end" }, word(high)));
}

/** The figure in a sentence, for who does not see it. */
function spoken(summary) {
  const designs = Object.values(summary.designs).map((design) => `${design.label} ${ofHundred(design.risk.share.at(-1))}`);
  return `Of 100 districts, discontinued by week ${summary.horizon}: ${designs.join(", ")}; ${summary.pairs} pairs.`;
}

/** A figure as a file: SVG as text, or PNG by the browser's own canvas. */
export async function asPng(drawing) {
  const text = new XMLSerializer().serializeToString(drawing);
  const image = new Image();
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    await new Promise((resolve, reject) => { image.onload = resolve; image.onerror = reject; image.src = url; });
    const canvas = document.createElement("canvas");
    const times = 3;
    canvas.width = drawing.viewBox.baseVal.width * times;
    canvas.height = drawing.viewBox.baseVal.height * times;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}
