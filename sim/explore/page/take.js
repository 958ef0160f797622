// What is taken away: a file that the page made, and the link.

import { html } from "./svg.js";

/** Offer a file for download. */
export function give(name, blob) {
  const url = URL.createObjectURL(blob);
  html("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** A drawing as a file. */
export const asSvg = (drawing) => new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" });

/** Copy the page's link, and say so on the button. */
export async function copyLink(button) {
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Copied";
  } catch {
    button.textContent = "The link is in the address bar";
  }
  setTimeout(() => { button.textContent = "Copy the link"; }, 2000);
}
