// Numbers as the server makes them: the newest question wins, and a server that died is asked again.

const tab = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
let source = null;
let retry = null;

/** Milliseconds until a server that does not answer is asked again. */
export const EVERY = 1000;

/** What the server says; an error with `lines` where it refuses, or fails itself. */
export async function fetchJson(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (answer.ok) return answer.json();
  const lines = [400, 422].includes(answer.status) ? (await answer.json()).refused : [["", `The server says ${answer.status}: ${await answer.text()}`]];
  throw Object.assign(new Error("refused"), { lines });
}

/** Ask; `heard` has numbers(summary, ms), done(ms), refused(lines) and lost(isLost). */
export function ask(query, heard, path = "live") {
  stop();
  const asked = performance.now();
  const own = new EventSource(`${path}?${query}&tab=${tab}`);
  source = own;
  const mine = (then) => (event) => { if (source === own) then(event.data ? JSON.parse(event.data) : null); };
  own.addEventListener("numbers", mine((data) => { heard.lost(false); heard.numbers(data, performance.now() - asked); }));
  own.addEventListener("done", mine(() => { stop(); heard.done(performance.now() - asked); }));
  own.addEventListener("refused", mine((lines) => { stop(); heard.lost(false); heard.refused(lines); }));
  own.onerror = () => {
    if (source !== own) return;
    stop();
    heard.lost(true);
    retry = setTimeout(() => again(query, heard, path), EVERY);
  };
}

function again(query, heard, path) {
  fetch("alive", { cache: "no-store" }).then(
    (answer) => (answer.ok ? ask(query, heard, path) : Promise.reject(new Error("not yet"))),
  ).catch(() => { retry = setTimeout(() => again(query, heard, path), EVERY); });
}

/** Hear no more of what was asked. */
export function stop() {
  clearTimeout(retry);
  if (source) source.close();
  source = null;
}
