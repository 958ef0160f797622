export function oneRun(holder) { return { show() { holder.textContent = ""; } }; }
