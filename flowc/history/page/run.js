// A run, drawn from what the page holds. All text goes in as text (textContent), never as HTML.
"use strict";

const OUTCOMES = ["failed", "blocked", "recovered", "running", "skipped", "succeeded"]; // what one looks for first
const ROWS = 500; // that are shown before somebody asks for all
const MANY = 400; // instances, from which on their cells are small
const BOX = { width: 150, height: 26, right: 60, down: 12 };
const SVG = "http://www.w3.org/2000/svg";
const told = JSON.parse(document.getElementById("told").textContent);
const { run } = told;
const end = told.instances.flatMap((one) => one.attempts.map((each) => each.end ?? each.start))
  .reduce((last, each) => Math.max(last, each), Math.max(run.ended ?? 0, run.began + 0.001));
const onPath = new Set(told.path.map((step) => step.label));
const byTask = grouped(told.instances);
let all = false; // whether all rows are shown
let chosen = null; // the label of the instance that is looked at

function grouped(instances) {
  const found = new Map();
  for (const one of instances) {
    if (!found.has(one.task)) found.set(one.task, []);
    found.get(one.task).push(one);
  }
  return found;
}

function draw(name, given = {}, ...children) {
  return fill(document.createElementNS(SVG, name), given, children);
}

const outcome = (one) => one.outcome ?? (run.ended === null ? "running" : "unfinished");
const worst = (instances) => OUTCOMES.find((each) => instances.some((one) => outcome(one) === each)) ?? "";
const moment = (seconds) => new Date(seconds * 1000).toISOString().replace("T", " ").replace("Z", " UTC");
const ran = (one) => one.attempts.reduce((sum, each) => sum + ((each.end ?? end) - each.start), 0);

function seconds(found) {
  if (found < 0.0995) return `${(found * 1000).toFixed(found < 0.00995 ? 1 : 0)} ms`;
  if (found < 59.95) return `${found.toFixed(1)} s`;
  const whole = Math.round(found);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

function facts() {
  const params = Object.entries(run.params).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const counts = OUTCOMES.map((each) => [each, told.instances.filter((one) => outcome(one) === each).length]);
  const rows = [
    ["run", run.id], ["part of", run.parent], ["at", `${run.at} (${run.trigger})`], ["partition", run.partition],
    ["params", params.join(", ")], ["began", moment(run.began)], ["took", seconds(end - run.began)],
    ["started by", run.by], ["source", run.source && `${run.source} (${run.digest})`],
    ["instances", counts.filter(([, count]) => count).map(([each, count]) => `${count} ${each}`).join(", ")],
  ];
  return make("dl", { id: "facts" }, rows.filter(([, said]) => said).map(([name, said]) => [make("dt", {}, name), make("dd", {}, said)]));
}

// ---------------------------------------------------------------- the graph

function graph() {
  const step = { x: BOX.width + BOX.right, y: BOX.height + BOX.down };
  const at = new Map(told.tasks.map((task) => [task.name, { x: task.place[0] * step.x, y: task.place[1] * step.y }]));
  const inPath = new Set(told.instances.filter((one) => onPath.has(one.label)).map((one) => one.task));
  const critical = new Set(told.path.slice(1).map((each, number) => `${taskOf(told.path[number].label)}\n${taskOf(each.label)}`));
  const edges = told.tasks.flatMap((task) => task.needs.map((need) => arrow(at.get(need), at.get(task.name), critical.has(`${need}\n${task.name}`))));
  const boxes = told.tasks.map((task) => box(task, at.get(task.name), inPath.has(task.name)));
  const xs = [...at.values()].map((place) => place.x);
  const ys = [...at.values()].map((place) => place.y);
  const margin = 20;
  const view = [Math.min(...xs) - margin, Math.min(...ys) - margin,
    Math.max(...xs) - Math.min(...xs) + BOX.width + 2 * margin, Math.max(...ys) - Math.min(...ys) + BOX.height + 2 * margin];
  const svg = draw("svg", { role: "img", "aria-label": "The graph of the tasks" }, edges, boxes);
  return movable(make("div", { id: "graph" }, svg), svg, view);
}

const taskOf = (label) => told.instances.find((one) => one.label === label).task;

function arrow(from, to, isCritical) {
  const [x, y, right, down] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2];
  const bend = Math.max(BOX.right / 2, (right - x) / 3);
  return draw("path", { class: isCritical ? "edge critical" : "edge", d: `M${x} ${y}C${x + bend} ${y} ${right - bend} ${down} ${right} ${down}` });
}

function box(task, place, isOnPath) {
  const instances = byTask.get(task.name) ?? [];
  const said = task.name + (instances.length > 1 ? ` (${instances.length})` : "");
  const look = () => instances.length && choose(instances.find((one) => outcome(one) === worst(instances)).label);
  const shown = said.length > 22 ? `${said.slice(0, 21)}…` : said;
  const title = [`${said}: ${worst(instances) || "not begun"}`, task.kind, task.doc ?? ""].filter(Boolean).join("\n");
  return draw("g", { transform: `translate(${place.x} ${place.y})`, onclick: look }, draw("title", {}, title),
    draw("rect", { width: BOX.width, height: BOX.height, class: `${worst(instances)} ${isOnPath ? "bearing" : ""}` }),
    draw("text", { x: 8, y: 17, "pointer-events": "none" }, shown));
}

// Moved with the mouse, zoomed with the wheel or the buttons.
function movable(frame, svg, all_) {
  let view = all_;
  const show = (next) => { view = next; svg.setAttribute("viewBox", view.join(" ")); };
  const zoom = (factor, x = 0.5, y = 0.5) => show([view[0] + view[2] * x * (1 - factor), view[1] + view[3] * y * (1 - factor), view[2] * factor, view[3] * factor]);
  const scale = () => Math.max(view[2] / frame.clientWidth, view[3] / frame.clientHeight);
  frame.onwheel = (event) => {
    event.preventDefault();
    const around = frame.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - around.left) / around.width, (event.clientY - around.top) / around.height);
  };
  frame.onpointermove = (event) => {
    if (event.buttons === 1) show([view[0] - event.movementX * scale(), view[1] - event.movementY * scale(), view[2], view[3]]);
  };
  show(all_);
  const button = (text, onclick) => make("button", { type: "button", onclick }, text);
  return [make("div", { class: "tools" }, button("Larger", () => zoom(1 / 1.5)), button("Smaller", () => zoom(1.5)),
    button("All of it", () => show(all_)), make("span", { class: "soft" }, "thick: the critical path")), frame];
}

// ---------------------------------------------------------------- grid and times

function cells() {
  const legend = OUTCOMES.filter((each) => told.instances.some((one) => outcome(one) === each))
    .map((each) => make("span", { class: "legend" }, make("i", { class: `cell ${each}` }), each));
  const one = (each) => make("button", { type: "button", class: `cell ${outcome(each)}`, title: `${each.label}: ${outcome(each)}`,
    "aria-label": `${each.label}: ${outcome(each)}`, onclick: () => choose(each.label) });
  return [make("p", { class: "soft" }, legend),
    make("div", { id: "cells", class: told.instances.length > MANY ? "many" : "" }, told.instances.map(one))];
}

function times() {
  const words = make("input", { name: "words", placeholder: "part of a name", autocomplete: "off", oninput: () => refresh() });
  const which = make("select", { name: "which", onchange: () => refresh() }, make("option", { value: "" }, "all outcomes"),
    OUTCOMES.filter((each) => told.instances.some((one) => outcome(one) === each)).map((each) => make("option", { value: each }, each)));
  const body = make("tbody");
  const more = make("button", { type: "button", id: "more", onclick: () => { all = true; refresh(); } });
  const refresh = () => {
    const wanted = words.value.toLowerCase();
    const found = told.instances.filter((one) => one.label.toLowerCase().includes(wanted) && (!which.value || outcome(one) === which.value));
    body.replaceChildren(...(all ? found : found.slice(0, ROWS)).map(row));
    more.hidden = all || found.length <= ROWS;
    more.textContent = `Show all ${found.length}`;
  };
  refresh();
  return [make("div", { class: "tools" }, make("label", {}, "name", words), make("label", {}, "outcome", which)),
    make("div", { class: "wide" }, make("table", { id: "times" }, heads("task", "outcome", "when", "ran", "attempts", "value or error"), body)), more];
}

function row(one) {
  const bar = (attempt) => {
    const share = (found) => `${(100 * Math.max(found, 0)) / (end - run.began)}%`;
    const found = make("div", { class: `bar ${attempt.message === null ? outcome(one) : "failed"}`, title: `attempt ${attempt.number}` });
    found.style.left = `min(${share(attempt.start - run.began)}, 100% - 3px)`;
    found.style.width = share((attempt.end ?? end) - attempt.start);
    return found;
  };
  return make("tr", { "data-label": one.label, class: one.label === chosen && "chosen", onclick: () => choose(one.label) },
    make("td", { class: "text" }, one.label), make("td", {}, state(outcome(one))),
    make("td", {}, make("div", { class: "gantt" }, one.attempts.map(bar))),
    make("td", { class: "number" }, one.attempts.length ? seconds(ran(one)) : ""), make("td", { class: "number" }, one.attempts.length),
    make("td", { class: "text" }, (one.message ?? one.value ?? "").slice(0, 200)));
}

function path() {
  if (!told.path.length) return make("p", { class: "soft" }, "nothing ran");
  const total = told.path.reduce((sum, step) => sum + step.waited + step.took, 0) || 1;
  const one = (step) => make("tr", { "data-label": step.label, onclick: () => choose(step.label) },
    make("td", { class: "text" }, step.label), make("td", { class: "number" }, seconds(step.waited)),
    make("td", { class: "number" }, seconds(step.took)), make("td", { class: "number" }, `${Math.round((100 * (step.waited + step.took)) / total)}%`));
  return make("div", { class: "wide" }, make("table", { id: "path" }, heads("task", "waited", "took", "share"), make("tbody", {}, told.path.map(one))));
}

// ---------------------------------------------------------------- one instance

function choose(label) {
  chosen = label;
  for (const each of document.querySelectorAll("tr[data-label]")) each.classList.toggle("chosen", each.dataset.label === label);
  const one = told.instances.find((each) => each.label === label);
  const task = told.tasks.find((each) => each.name === one.task) ?? {};
  const detail = document.getElementById("detail");
  detail.replaceChildren(
    make("h2", {}, one.label, " ", state(outcome(one))),
    make("p", { class: "soft" }, [task.kind, task.owner, task.needs?.length ? `waits for ${task.needs.join(", ")}` : ""].filter(Boolean).join("; ")),
    task.doc ? make("p", {}, task.doc) : "",
    one.attempts.length ? make("div", { class: "wide" }, make("table", {}, heads("attempt", "began", "took", ""),
      make("tbody", {}, one.attempts.map(attempt)))) : make("p", { class: "soft" }, "no attempt"),
    one.value == null ? "" : make("pre", {}, one.value), one.message && !one.attempts.some((each) => each.message) ? make("pre", {}, one.message) : "",
    ...told.logs.filter((log) => log.of === one.label).map(printed));
  detail.scrollIntoView({ block: "nearest" });
}

function attempt(each) {
  return make("tr", {}, make("td", {}, each.number), make("td", {}, moment(each.start)),
    make("td", { class: "number" }, each.end === null ? "" : seconds(each.end - each.start)), make("td", { class: "text" }, each.message ?? ""));
}

function printed(log) {
  const said = log.shown < log.size ? `${log.name}, the last ${log.shown} of ${log.size} bytes` : log.name;
  return make("section", {}, make("p", { class: "soft" }, said), log.shown ? make("pre", {}, log.text) : "");
}

function logs() {
  if (!told.logs.length) return [make("p", { class: "soft" }, "nothing")];
  return told.logs.map((log) => make("details", {}, make("summary", {}, `${log.name} (${log.size} bytes)`), printed(log)));
}

document.getElementById("main").append(
  make("h1", {}, `${run.flow} `, state(run.outcome ?? (run.ended === null ? "unfinished" : ""))),
  facts(), run.error ? make("pre", {}, run.error) : "",
  ...(told.tasks.length ? [make("h2", {}, "Graph"), ...graph()] : []),
  make("h2", {}, "Grid"), ...cells(), make("section", { id: "detail", "aria-live": "polite" }),
  make("h2", {}, "Critical path"), path(), make("h2", {}, "Times"), ...times(), make("h2", {}, "Printed"), ...logs());
