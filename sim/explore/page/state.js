// What the page stands at, as its link holds it: the link says all, so that it restores the state.

export const state = { scenario: "", changes: {}, designs: null, parameters: "posterior", seed: "0", pairs: "400" };

const PLAIN = ["scenario", "parameters", "seed", "pairs"];
const DEFAULTS = { parameters: "posterior", seed: "0", pairs: "400" };

/** Read the link's part after #. */
export function fromLink(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  state.changes = {};
  for (const name of PLAIN) state[name] = given.get(name) ?? DEFAULTS[name] ?? state[name];
  state.designs = given.has("designs") ? given.get("designs").split(",").filter(Boolean) : state.designs;
  for (const [name, value] of given) if (name.includes(".")) state.changes[name] = value;
}

/** The query that asks the server for this state. */
export function query(more = {}) {
  const asked = new URLSearchParams();
  for (const name of PLAIN) asked.set(name, state[name]);
  asked.set("designs", state.designs.join(","));
  for (const [name, value] of Object.entries(state.changes)) asked.set(name, String(value));
  for (const [name, value] of Object.entries(more)) asked.set(name, String(value));
  return asked.toString();
}

/** Keep the state in the link, without a step in the browser's history. */
export function keep() {
  history.replaceState(null, "", `#${query()}`);
}
