// SVG without a library: elements, scales, and words for numbers.

const SPACE = "http://www.w3.org/2000/svg";
export const FONT = "system-ui, 'Liberation Sans', Arial, sans-serif";

/** An element of an SVG with its attributes and children; texts are text nodes. */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An element of the page. */
export function html(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const scale = (from, to, start, end) => (value) => start + ((value - from) / (to - from)) * (end - start);

/** A line through the values of weeks from 1, as steps of no width are drawn. */
export const line = (values, x, y) => values.map((value, week) => `${week ? "L" : "M"}${x(week + 1).toFixed(1)},${y(value).toFixed(1)}`).join("");

export const band = (low, high, x, y) =>
  `${line(low, x, y)}${high.map((_, back) => { const week = high.length - 1 - back; return `L${x(week + 1).toFixed(1)},${y(high[week]).toFixed(1)}`; }).join("")}Z`;

export const ofHundred = (share) => Math.round(100 * share);

/** A number as it is read: a true minus, and as many digits as tell something. */
export function told(value, digits = 2) {
  if (value === null || value === undefined) return "none";
  const size = Math.abs(value);
  const text = size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(digits);
  return text.replace("-", "−");
}
