// One run, week by week: families on a map of their contacts, teachers, the regulator, the board, and what happened.

import { html } from "./svg.js";
import { fetchJson, EVERY } from "./live.js";
import { query } from "./state.js";

const VOICE = 8, RECORD = 16, STAGE = 7;
const MOVES = /^(Home|End|Page|Arrow)/;
const SHAPES = ["circle", "small", "square", "triangle", "ring"];
const SAID = ["taking part", "in its grades, not taking part", "next in line", "outside", "back in the usual class"];

export function oneRun(holder, offers) {
  const parts = frame(holder);
  let told = null, week = 1, playing = null, asked = "", turn = 0, flash = 0, hovered = -1, base = null;

  parts.design.addEventListener("change", load);
  parts.seed.addEventListener("change", load);
  parts.next.addEventListener("click", () => { parts.seed.value = Number(parts.seed.value) + 1; load(); });
  parts.play.addEventListener("click", () => (playing ? pause() : play()));
  parts.back.addEventListener("click", () => { pause(); go(week - 1); });
  parts.forward.addEventListener("click", () => { pause(); go(week + 1); });
  parts.slider.addEventListener("input", () => { pause(); go(Number(parts.slider.value)); });
  // Who takes the slider stops the play, also where it stands already where it is put: no input is told then.
  parts.slider.addEventListener("pointerdown", pause);
  parts.slider.addEventListener("keydown", (event) => { if (MOVES.test(event.key)) pause(); });
  parts.canvas.addEventListener("pointermove", hover);
  parts.canvas.addEventListener("pointerleave", () => { hovered = -1; parts.family.textContent = HINT; paint(); });
  new ResizeObserver(() => { if (told) { base = null; paint(); } }).observe(parts.map);

  /** Called when numbers are whole: the same state's designs and seeds can be looked at. */
  function show(now, state) {
    if (asked === now) return;
    const was = parts.design.value, first = asked === "";
    parts.design.replaceChildren(...state.designs.map((each) => html("option", { value: each, selected: each === was }, each.replaceAll("_", " "))));
    const seedMoved = first || parts.seed.dataset.first !== state.seed;
    if (seedMoved) parts.seed.value = state.seed;
    parts.seed.dataset.first = state.seed;
    asked = now;
    load();
  }

  async function load() {
    const mine = ++turn;
    pause();
    parts.status.textContent = "Running …";
    let data;
    try {
      data = await fetchJson(`run?${query({ design: parts.design.value, run: parts.seed.value })}`);
    } catch (error) {
      if (mine !== turn) return;
      parts.status.textContent = error.lines ? error.lines.map(([, line]) => line).join(" ") : "The server does not answer.";
      parts.stage.hidden = true;
      if (!error.lines) setTimeout(() => { if (mine === turn) load(); }, EVERY);
      return;
    }
    if (mine !== turn) return;
    told = { ...data, attitude: bytes(data.attitude), state: bytes(data.state), teachers: bytes(data.teachers), unhappy: bytes(data.unhappy), near: neighbours(data) };
    parts.stage.hidden = !told.weeks;
    parts.status.textContent = told.weeks ? `Seed ${told.seed}: ${told.ending}${told.weeks < told.horizon ? `, after ${told.weeks} of ${told.horizon} weeks` : ""}.` : `Seed ${told.seed}: it never opened.`;
    parts.slider.max = Math.max(1, told.weeks);
    base = null;
    hovered = -1;
    story();
    go(1);
  }

  function go(to) {
    if (!told || !told.weeks) return;
    week = Math.max(1, Math.min(told.weeks, to));
    parts.slider.value = week;
    parts.slider.setAttribute("aria-valuetext", `week ${week} of ${told.weeks}`);
    parts.week.textContent = `Week ${week} of ${told.weeks}`;
    parts.back.disabled = week === 1;
    parts.forward.disabled = week === told.weeks;
    flash = performance.now();
    others();
    paint();
    requestAnimationFrame(fade);
    for (const item of parts.events.children) item.classList.toggle("past", Number(item.dataset.week) <= week);
    const now = [...parts.events.children].filter((item) => Number(item.dataset.week) <= week).at(-1);
    for (const item of parts.events.children) item.classList.toggle("now", item === now);
    if (now) parts.events.scrollTop = now.offsetTop - parts.events.offsetTop - parts.events.clientHeight / 2;
  }

  function play() {
    if (!told || !told.weeks) return;
    if (week === told.weeks) go(1);
    parts.play.textContent = "Pause";
    playing = setInterval(() => { if (week >= told.weeks) pause(); else go(week + 1); }, matchMedia("(prefers-reduced-motion: reduce)").matches ? 900 : 350);
  }

  function pause() {
    clearInterval(playing);
    playing = null;
    parts.play.textContent = "Play";
  }

  function fade() {
    if (performance.now() - flash < 320 && !matchMedia("(prefers-reduced-motion: reduce)").matches) { paint(); requestAnimationFrame(fade); } else paint();
  }

  // --- the map ----------------------------------------------------------------------------------

  function paint() {
    if (!told || !told.weeks) return;
    const canvas = parts.canvas, size = Math.max(260, Math.min(560, parts.map.clientWidth)), dense = devicePixelRatio || 1;
    if (canvas.width !== Math.round(size * dense)) { canvas.width = canvas.height = Math.round(size * dense); canvas.style.width = canvas.style.height = `${size}px`; base = null; }
    const pen = canvas.getContext("2d");
    if (!base) base = ties(size, dense);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(base, 0, 0);
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    const r = radius(size), at = (week - 1) * told.families, since = Math.min(1, (performance.now() - flash) / 320);
    if (hovered >= 0) {
      pen.strokeStyle = "#1a1a1a";
      pen.lineWidth = 1;
      for (const other of told.near[hovered]) { pen.beginPath(); pen.moveTo(told.x[hovered] * size, told.y[hovered] * size); pen.lineTo(told.x[other] * size, told.y[other] * size); pen.stroke(); }
    }
    for (let k = 0; k < told.families; k++) {
      const state = told.state[at + k];
      mark(pen, SHAPES[state & STAGE], told.x[k] * size, told.y[k] * size, r, colour(told.attitude[at + k]), state & RECORD);
    }
    pen.strokeStyle = "#1a1a1a";
    pen.lineWidth = 2;
    for (let k = 0; k < told.families; k++) if (told.state[at + k] & VOICE) { pen.beginPath(); pen.arc(told.x[k] * size, told.y[k] * size, r * (1.9 + 1.6 * (1 - since)), 0, 7); pen.stroke(); }
    if (hovered >= 0) { pen.strokeStyle = "#0060a0"; pen.lineWidth = 3; pen.beginPath(); pen.arc(told.x[hovered] * size, told.y[hovered] * size, r * 2.2, 0, 7); pen.stroke(); }
    const count = weeksOf("voices_against") + weeksOf("voices_next") + weeksOf("voices_outside");
    canvas.setAttribute("aria-label", `Contact network, week ${week}: ${weeksOf("taking_part")} families take part, ${Math.round(count)} speak against this week, ${weeksOf("on_record")} have spoken against so far.`);
  }

  const radius = (size) => Math.max(1.6, (0.36 * size) / Math.sqrt(Math.max(1, told.families)));
  const weeksOf = (name) => Math.round((told.weekly[name][week - 1] ?? 0) * 100) / 100;

  function ties(size, dense) {
    const drawn = document.createElement("canvas");
    drawn.width = drawn.height = Math.round(size * dense);
    const pen = drawn.getContext("2d");
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.strokeStyle = told.families > 1500 ? "rgba(0,0,0,.02)" : "rgba(0,0,0,.045)";
    pen.lineWidth = 0.7;
    pen.beginPath();
    for (const [one, other] of told.contacts) { pen.moveTo(told.x[one] * size, told.y[one] * size); pen.lineTo(told.x[other] * size, told.y[other] * size); }
    pen.stroke();
    return drawn;
  }

  function hover(event) {
    if (!told || !told.weeks) return;
    const box = parts.canvas.getBoundingClientRect(), x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
    let best = -1, near = (2.5 / Math.sqrt(Math.max(1, told.families))) ** 2;
    for (let k = 0; k < told.families; k++) { const away = (told.x[k] - x) ** 2 + (told.y[k] - y) ** 2; if (away < near) { near = away; best = k; } }
    if (best === hovered) return;
    hovered = best;
    parts.family.textContent = best < 0 ? HINT : history(best);
    paint();
  }

  /** A family's state and history, in words. */
  function history(k) {
    const stage = (at) => told.state[(at - 1) * told.families + k], now = stage(week);
    const spoke = [];
    let moves = [];
    for (let at = 1; at <= week; at++) {
      if (stage(at) & VOICE) spoke.push(at);
      if (at === 1 || (stage(at) & STAGE) !== (stage(at - 1) & STAGE)) moves.push(`week ${at}: ${SAID[stage(at) & STAGE]}`);
    }
    if (moves.length > 4) moves = ["…", ...moves.slice(-4)];
    const attitude = told.attitude[(week - 1) * told.families + k] / 127 - 1;
    const stands = told.stands_for[k] > 1.05 ? `, stands for ${told.stands_for[k]}` : "";
    return `Family ${k + 1}, school ${told.school[k] + 1}${stands}: ${SAID[now & STAGE]}; attitude ${attitude.toFixed(2).replace("-", "−")}; ${told.near[k].length} contacts. `
      + (spoke.length ? `Spoke against in ${spoke.length === 1 ? "week" : "weeks"} ${spoke.slice(-6).join(", ")}. ` : now & RECORD ? "On record against. " : "Never spoke against. ") + moves.join("; ") + ".";
  }

  // --- the others -------------------------------------------------------------------------------

  function others() {
    const at = (week - 1) * told.teacher_count;
    const unhappy = [];
    parts.teachers.replaceChildren(...Array.from({ length: Math.min(told.teacher_count, 60) }, (_, k) => {
      const sad = told.unhappy[at + k];
      if (sad) unhappy.push(k);
      return html("i", { class: `person${sad ? " unhappy" : ""}`, "data-colour": "" });
    }));
    [...parts.teachers.children].forEach((person, k) => { person.style.background = colour(told.teachers[at + k]); });
    say(parts.union, `${Math.round(100 * weeksOf("unhappy_share"))}% of active teachers unhappy; staff's mean attitude ${signed(weeksOf("teacher_attitude"))}.`);
    say(parts.regulator, `${weeksOf("notices")} of the ${told.notices_to_stop} notices that would stop the programme.`);
    say(parts.students, weeksOf("walkouts") ? `Walkouts at ${weeksOf("walkouts")} ${weeksOf("walkouts") === 1 ? "school" : "schools"} so far.` : "No walkout so far.");
    say(parts.community, `Public attention ${weeksOf("attention").toFixed(2)} of 1.`);
    say(parts.programme, `${weeksOf("taking_part")} take part, ${weeksOf("in_favour")} of them in favour; ${Math.round(100 * weeksOf("dose"))}% of the subject's time${told.weekly.outside_share[week - 1] ? `; others pay ${Math.round(100 * weeksOf("outside_share"))}%` : ""}.`);
    const votes = told.vote[week - 1], lean = told.would_suspend[week - 1];
    parts.seats.replaceChildren(...Array.from({ length: told.seats }, (_, k) => {
      const vote = votes[k];
      const word = vote === 1 ? "voted to end it" : vote === 0 ? "voted to go on" : lean[k] ? "would end it now" : "would go on";
      return html("span", { class: `seat${vote === 1 ? " against" : vote === 0 ? " for" : lean[k] ? " leaning" : ""}`, title: `Member ${k + 1} ${word}` }, vote === 1 ? "✕" : vote === 0 ? "✓" : lean[k] ? "–" : "·");
    }));
    const ends = votes.filter((vote) => vote === 1).length, went = votes.filter((vote) => vote === 0).length;
    say(parts.vote, ends + went ? `Vote this week: ${ends} to end it, ${went} to go on.` : `No vote this week; ${lean.filter(Boolean).length} of ${told.seats} would end it now.`);
    const capital = weeksOf("capital");
    parts.capital.style.width = `${50 * Math.max(0, Math.min(2, capital + 1))}%`;
    parts.capital.classList.toggle("low", capital < 0);
    say(parts.patience, `Political capital ${signed(capital)} (at most 1).`);
  }

  function story() {
    parts.events.replaceChildren(...told.events.map((each) => html("li", { "data-week": each.week, class: `rank${each.rank}` },
      html("button", { type: "button", onclick: () => { pause(); go(each.week); } }, `Week ${each.week}`), ` ${each.event}`)));
  }

  return { show };
}

const HINT = "Point at a family to see its state and history.";
const say = (part, text) => { part.textContent = text; };
const signed = (value) => value.toFixed(2).replace("-", "−");
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function neighbours(data) {
  const near = Array.from({ length: data.families }, () => []);
  for (const [one, other] of data.contacts) { near[one].push(other); near[other].push(one); }
  return near;
}

/** Orange against, pale in the middle, purple in favour: told apart by people with any common colour blindness. */
function colour(byte) {
  const t = byte / 127 - 1, far = Math.abs(t) ** 0.6, [r, g, b] = t < 0 ? [179, 88, 6] : [84, 39, 136];
  const mix = (end) => Math.round(240 + (end - 240) * far);
  return `rgb(${mix(r)},${mix(g)},${mix(b)})`;
}

function mark(pen, shape, x, y, r, fill, record) {
  pen.fillStyle = fill;
  pen.strokeStyle = record ? "#1a1a1a" : "rgba(0,0,0,.35)";
  pen.lineWidth = record ? 1.4 : 0.6;
  pen.beginPath();
  if (shape === "square") pen.rect(x - 0.8 * r, y - 0.8 * r, 1.6 * r, 1.6 * r);
  else if (shape === "triangle") { pen.moveTo(x, y - r); pen.lineTo(x + 0.9 * r, y + 0.75 * r); pen.lineTo(x - 0.9 * r, y + 0.75 * r); pen.closePath(); } else pen.arc(x, y, shape === "small" ? 0.6 * r : r, 0, 7);
  pen.fill();
  pen.stroke();
  if (shape === "ring") { pen.beginPath(); pen.moveTo(x - r, y - r); pen.lineTo(x + r, y + r); pen.moveTo(x + r, y - r); pen.lineTo(x - r, y + r); pen.stroke(); }
}

function frame(holder) {
  const design = html("select", { "aria-label": "Design of the run" });
  const seed = html("input", { type: "number", min: 0, step: 1, value: 0, "aria-label": "Seed of the run" });
  const next = html("button", { type: "button" }, "Next seed");
  const status = html("span", { role: "status" });
  const play = html("button", { type: "button" }, "Play"), back = html("button", { type: "button", "aria-label": "A week back" }, "◀"), forward = html("button", { type: "button", "aria-label": "A week on" }, "▶");
  const week = html("span", { class: "week" }), slider = html("input", { type: "range", min: 1, max: 1, value: 1, "aria-label": "Week" });
  const canvas = html("canvas", { role: "img", "aria-label": "Contact network" }), map = html("div", { class: "map" }, canvas), family = html("p", { class: "family" }, HINT);
  const part = (name, ...children) => html("div", { class: "part" }, html("h3", {}, name), ...children);
  const text = () => html("p", {});
  const teachers = html("div", { class: "people", "aria-hidden": "true" }), seats = html("div", { class: "seats" }), capital = html("b", {}), bar = html("div", { class: "bar", "aria-hidden": "true" }, capital);
  const union = text(), regulator = text(), students = text(), community = text(), programme = text(), vote = text(), patience = text();
  const events = html("ol", { class: "events", tabindex: 0, "aria-label": "What happened" });
  const key = html("p", { class: "key" }, "● taking part (small: not taking part); ■ next in line; ▲ outside; × back in the usual class. Orange: against; purple: in favour; dark edge: on record against; ring: speaks this week.");
  const stage = html("div", { class: "stage", hidden: true },
    html("div", { class: "row player" }, play, back, forward, slider, week),
    html("div", { class: "sides" }, html("div", {}, map, key, family),
      html("div", { class: "parts" }, part("Programme", programme), part("Teachers and their union", teachers, union), part("Students", students), part("Regulator", regulator), part("Community", community), part("Board", seats, vote, bar, patience)),
      html("div", { class: "timeline" }, html("h3", {}, "What happened"), events)));
  holder.append(html("div", { class: "row" }, html("label", {}, "Design ", design), html("label", {}, "Seed ", seed), next, status), stage);
  return { design, seed, next, status, play, back, forward, week, slider, canvas, map, family, teachers, seats, capital, union, regulator, students, community, programme, vote, patience, events, stage };
}
