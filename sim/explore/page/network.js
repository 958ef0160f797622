// The value network: parties sized by power, placed by alignment; a disc's edge is dragged to change its power.

import { svg, scale, told, FONT } from "./svg.js";
import { put } from "./controls.js";

const MOST = 3, ROW = 78, BIG = 34;
const radius = (power) => 7 + BIG * Math.sqrt(Math.max(0, power) / MOST);

/** Draw the parties of a design, each with the field that holds its power; while one is dragged, the drawing stays. */
export function network(holder, rows, fields, width) {
  if (holder.querySelector("[data-held]")) return;
  const held = holder.contains(document.activeElement) ? document.activeElement.dataset.party : null;
  const height = ROW * rows.length + 46;
  const left = 112, x = scale(-1, 1, left + BIG, width - BIG - 14);
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "font-family": FONT, "font-size": 12, role: "group", "aria-label": "Parties by alignment and power" });
  for (const [value, word] of [[-1, "against"], [0, "neither"], [1, "in favour"]]) {
    drawing.append(svg("line", { x1: x(value), x2: x(value), y1: 22, y2: height - 22, stroke: value ? "#e0e0e0" : "#999" }),
      svg("text", { x: x(value), y: 14, "text-anchor": value < 0 ? "start" : value > 0 ? "end" : "middle", fill: "#444" }, word));
  }
  drawing.append(svg("text", { x: (x(-1) + x(1)) / 2, y: height - 6, "text-anchor": "middle", fill: "#444" }, width > 480 ? "stance before the first week, −1 to 1; a disc’s area is its power" : "stance, −1 to 1; area: power"));
  rows.forEach((row, place) => drawing.append(party(drawing, row, fields[row.stakeholder], 22 + ROW * (place + 0.5), x)));
  holder.replaceChildren(drawing);
  if (held) holder.querySelector(`[data-party="${held}"]`)?.focus();
}

function party(drawing, row, field, y, x) {
  let power = row.power;
  const circle = svg("circle", { cx: x(row.stance), cy: y, r: radius(power), fill: row.stance < 0 ? "#D55E00" : "#0072B2", "fill-opacity": 0.75, stroke: "#1a1a1a" });
  const number = svg("text", { x: 4, y: y + 14, fill: "#444" }, `power ${told(power, 1)}`);
  const disc = svg("g", { class: "disc", tabindex: 0, role: "slider", "data-party": row.stakeholder, "aria-label": `Power of ${row.label}`, "aria-valuemin": 0, "aria-valuemax": MOST, "aria-valuenow": power },
    svg("line", { x1: x(row.lower), x2: x(row.upper), y1: y, y2: y, stroke: "#1a1a1a", "stroke-width": 1.4 }), circle);
  const set = (next) => {
    power = Math.min(MOST, Math.max(0, Math.round(next * 20) / 20));
    circle.setAttribute("r", radius(power));
    number.textContent = `power ${told(power, 1)}`;
    disc.setAttribute("aria-valuenow", power);
    put(field, power);
  };
  disc.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 0.1, ArrowUp: 0.1, "+": 0.1, ArrowLeft: -0.1, ArrowDown: -0.1, "-": -0.1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(power + step);
  });
  disc.addEventListener("pointerdown", (event) => {
    disc.setPointerCapture(event.pointerId);
    disc.setAttribute("data-held", "");
  });
  disc.addEventListener("pointermove", (event) => {
    if (!disc.hasAttribute("data-held")) return;
    const box = drawing.getBoundingClientRect(), ratio = drawing.viewBox.baseVal.width / box.width;
    const away = Math.hypot((event.clientX - box.left) * ratio - x(row.stance), (event.clientY - box.top) * ratio - y);
    set(MOST * (Math.max(0, away - 7) / BIG) ** 2);
  });
  for (const name of ["pointerup", "pointercancel"]) disc.addEventListener(name, () => disc.removeAttribute("data-held"));
  disc.append(svg("title", {}, `${row.label}: ${row.note}; stance ${told(row.stance)}, 95% ${told(row.lower)} to ${told(row.upper)}`));
  return svg("g", {}, svg("text", { x: 4, y: y - 2, "font-weight": 600 }, row.label), number, disc);
}

/** How aligned the initiative is, in a sentence. */
export function alignment(rows) {
  const whole = rows.reduce((sum, row) => sum + row.power, 0);
  if (!whole) return "Nobody has power over the board.";
  const mean = rows.reduce((sum, row) => sum + row.power * row.stance, 0) / whole;
  const worst = rows.reduce((most, row) => (row.opposition > most.opposition ? row : most));
  const word = mean < -0.1 ? "misaligned" : mean > 0.1 ? "aligned" : "neither aligned nor misaligned";
  const against = worst.opposition > 0.01 ? ` Most opposition is to be expected from: ${worst.label} (power times opposition heard: ${told(worst.opposition)}).` : " No party is heard to oppose it before it starts.";
  return `Weighted by power, the network's stance is ${told(mean)}: ${word}.${against}`;
}
