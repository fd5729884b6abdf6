// The page: what the API tells, drawn anew every few seconds. All text goes in as text (textContent), never as HTML.
"use strict";

const EVERY = 3000;
const GRID = 20; // runs in the grid of a flow
const PAGE = 50; // runs in a list, and by how many it grows
const OUTCOMES = ["succeeded", "recovered", "failed", "blocked", "skipped", "running"];
let token = sessionStorage.getItem("token") || "";
let timer = 0;
let drawn = 0; // which drawing is the latest: an older answer that comes late is left out
let listed = PAGE; // how many runs are listed

async function ask(path, body) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(`api/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail || `HTTP ${answer.status}`);
  return found;
}

function say(text) {
  const message = document.getElementById("message");
  message.textContent = text;
  message.hidden = !text;
}

async function act(path, body, then) {
  try {
    const found = await ask(path, body);
    say("");
    if (then) location.hash = then(found);
    delete document.getElementById("main").dataset.place; // what was typed is done with
    await draw();
  } catch (error) {
    say(error.message);
  }
}

const part = encodeURIComponent;
const time = (seconds) => (seconds === null ? "" : new Date(seconds * 1000).toLocaleString());
const moment = (iso) => make("time", { datetime: iso, title: iso }, iso.replace("T", " ").replace(/\.\d+/, "")); // no fractions
const purpose = (run) => (run.partition === null ? moment(run.at) : run.partition);
const took = (run) => (run.began === null ? "" : `${((run.ended ?? Date.now() / 1000) - run.began).toFixed(1)} s`);
const toRun = (run) => make("a", { href: `#run/${run.id}` }, run.id);
const toFlow = (name) => make("a", { href: `#flow/${part(name)}` }, name);

function table(names, rows) {
  return make("div", { class: "wide" }, make("table", {}, heads(...names), make("tbody", {}, rows)));
}

function runs(found, ofOne) {
  const row = (run) => make("tr", {},
    make("td", {}, toRun(run)), make("td", {}, state(run.state)), ofOne ? [] : make("td", { class: "text" }, toFlow(run.flow)),
    make("td", {}, purpose(run)), make("td", {}, run.trigger), make("td", { class: "number" }, took(run)));
  const names = ["run", "state", ...(ofOne ? [] : ["flow"]), "for", "by", "took"];
  const more = () => { listed += PAGE; draw(); };
  return make("section", { id: "runs" },
    found.runs.length ? table(names, found.runs.map(row)) : make("p", { class: "soft" }, "none yet"),
    found.next && listed < 500 ? make("button", { id: "more", onclick: more }, "Show older ones") : "");
}

async function home() {
  const [flows, latest, assets, questions] = await Promise.all([
    ask("flows"), ask(`runs?limit=${listed}`), ask("assets"), ask("questions"),
  ]);
  const row = (flow) => make("tr", {},
    make("td", { class: "text" }, toFlow(flow.name)), make("td", { class: "text" }, flow.doc),
    make("td", { class: "text" }, [...flow.schedules, ...flow.events].join(", ")), make("td", {}, flow.upcoming ? moment(flow.upcoming) : ""));
  return [
    make("h2", {}, "Flows"), table(["flow", "", "when", "next"], flows.map(row)),
    ...(questions.length ? [make("h2", {}, "Questions"), ...questions.map(questionForm)] : []),
    ...(assets.length ? [make("h2", {}, "Assets"), assetTable(assets)] : []),
    make("h2", {}, "Runs"), runs(latest, false),
  ];
}

function questionForm(one) {
  const name = one.task + (one.index.length ? `[${one.index.join(",")}]` : "");
  const say_ = (yes) => (event) => {
    event.preventDefault();
    const by = event.target.form.elements.by.value.trim();
    if (by) act(`runs/${part(one.run)}/answers`, { task: one.task, index: one.index, yes, by });
    else say("Who answers? Write your name beside it.");
  };
  return make("form", { class: "question" },
    make("p", {}, toRun({ id: one.run }), ` ${one.flow}, ${name}: `, make("strong", {}, one.text),
      one.by.length ? ` (${one.by.join(", ")})` : ""),
    field("by", "who answers", one.by[0] ?? "your name"),
    make("button", { onclick: say_(true) }, "Yes"), make("button", { onclick: say_(false) }, "No"));
}

function assetTable(assets) {
  const row = (asset) => make("tr", {},
    make("td", {}, asset.name), make("td", {}, asset.freshness ?? ""),
    make("td", {}, asset.is_late ? state("late") : asset.written ? "" : "never written"),
    make("td", {}, asset.written ?? ""), make("td", {}, asset.run ? toRun({ id: asset.run }) : ""));
  const found = table(["asset", "freshness", "", "written", "by"], assets.map(row));
  found.id = "assets";
  return found;
}

async function flowPage(name) {
  const [flow, latest] = await Promise.all([ask(`flows/${part(name)}`), ask(`runs?flow=${part(name)}&limit=${listed}`)]);
  const some = latest.runs.filter((run) => run.began !== null).slice(0, GRID).reverse();
  const details = await Promise.all(some.map((run) => ask(`runs/${run.id}`)));
  return [
    make("h2", {}, flow.name), make("p", {}, flow.doc),
    make("p", { class: "soft" }, [...flow.schedules, ...flow.events].join(", "), ...(flow.upcoming ? ["; next ", moment(flow.upcoming)] : [])),
    startForm(flow), flow.is_partitioned || flow.schedules.length ? backfillForm(flow) : "",
    ...(details.length ? [make("h2", {}, "Tasks of the last runs"), grid(flow, details)] : []),
    make("h2", {}, "Runs"), runs(latest, true),
  ];
}

function field(name, label, hint) {
  return make("label", {}, label, make("input", { name, placeholder: hint, autocomplete: "off" }));
}

function read(said, type) {
  if (type === "str" || type.startsWith("enum")) return said;
  try { return JSON.parse(said); } catch { return said; }
}

function startForm(flow) {
  const fields = flow.params.map((one) => field(`p:${one.name}`, `${one.name}: ${one.type}`, one.is_required ? "needed" : "default"));
  const given = (form) => Object.fromEntries(flow.params
    .map((one) => [one.name, form.elements[`p:${one.name}`].value, one.type])
    .filter(([, said]) => said !== "").map(([name, said, type]) => [name, read(said, type)]));
  const extra = flow.is_partitioned ? [field("partition", "partition", "the last one")] : [];
  return make("form", { id: "start", onsubmit(event) {
    event.preventDefault();
    const partition = event.target.elements.partition?.value || null;
    act(`flows/${part(flow.name)}/runs`, { params: given(event.target), partition }, (run) => `run/${run.id}`);
  } }, fields, extra, make("button", {}, "Start a run"));
}

function backfillForm(flow) {
  return make("form", { id: "backfill", onsubmit(event) {
    event.preventDefault();
    const from = event.target.elements;
    act(`flows/${part(flow.name)}/backfills`, {
      from: from.from.value || null, to: from.to.value || null, parallel: Number(from.parallel.value) || null,
    });
  } }, field("from", "from", "2024-01-01"), field("to", "to", "2024-01-31"), field("parallel", "at once", "1"),
  make("button", {}, "Backfill"));
}

function grid(flow, details) {
  const outcome = (detail, task) => {
    const all = detail.instances.filter((one) => one.task === task).map((one) => one.outcome ?? "running");
    return ["failed", "running", "blocked", "recovered", "succeeded", "skipped"].find((one) => all.includes(one)) ?? "";
  };
  const cell = (detail, task) => {
    const found = outcome(detail, task);
    return make("td", {}, make("a", { href: `#run/${detail.run.id}`, class: `cell ${found}`,
      title: `${detail.run.id} ${task}: ${found || "not begun"}`, "aria-label": `${task}: ${found || "not begun"}` }));
  };
  const rows = flow.tasks.map((task) => make("tr", {}, make("th", { scope: "row" }, task), details.map((one) => cell(one, task))));
  const above = heads("", ...details.map((one) => short(one.run.partition ?? one.run.at)));
  const legend = OUTCOMES.map((one) => make("span", { class: "legend" }, make("i", { class: `cell ${one}` }), one));
  return make("div", {}, make("p", { class: "soft" }, legend),
    make("div", { class: "wide" }, make("table", { class: "grid", id: "grid" }, above, make("tbody", {}, rows))));
}

// The day of an instant or a window, or what a partition is called.
const short = (said) => (/^\d{4}-\d{2}-\d{2}/.test(said) ? said.slice(5, 10) : said.slice(0, 12));

async function runPage(identity) {
  const found = await ask(`runs/${part(identity)}`);
  const run = found.run;
  const is_over = run.ended !== null;
  return [
    make("h2", {}, run.id, " ", state(run.state)),
    make("p", {}, toFlow(run.flow), " for ", purpose(run), ` by ${run.trigger}; began ${time(run.began)}, took ${took(run)}`),
    run.parent ? make("p", {}, "a task of run ", toRun({ id: run.parent })) : "",
    found.children.length ? make("p", {}, "has started ", found.children.map((id) => [toRun({ id }), " "]).flat()) : "",
    run.error ? make("pre", {}, run.error) : "",
    Object.keys(run.params).length ? make("p", { class: "soft" }, JSON.stringify(run.params)) : "",
    is_over ? "" : make("button", { id: "stop", onclick: () => act(`runs/${run.id}/cancel`, {}) }, "Stop"),
    is_over && run.state !== "succeeded"
      ? make("button", { id: "resume", onclick: () => act(`runs/${run.id}/resume`, {}) }, "Go on") : "",
    ...found.questions.map(questionForm),
    make("h2", {}, "Tasks"), gantt(run, found.instances),
    make("h2", {}, "Printed"), await printed(run, found.logs),
  ];
}

function gantt(run, instances) {
  const end = Math.max(run.ended ?? Date.now() / 1000, run.began + 0.001);
  const share = (seconds) => `${(100 * Math.min(Math.max(seconds, 0), end - run.began)) / (end - run.began)}%`;
  const bar = (one, attempt) => {
    const failed = attempt.message !== null;
    const found = make("div", { class: `bar ${failed ? "failed" : one.outcome ?? "running"}`, title: `attempt ${attempt.number}` });
    found.style.left = `min(${share(attempt.start - run.began)}, 100% - 3px)`; // as wide as a bar is at least
    found.style.width = share((attempt.end ?? end) - attempt.start);
    return found;
  };
  const name = (one) => one.task + (one.index.length ? `[${one.index.join(",")}]` : "");
  const row = (one) => make("tr", {},
    make("td", { class: "text" }, name(one)), make("td", {}, state(one.outcome ?? "running")),
    make("td", {}, make("div", { class: "gantt" }, one.attempts.map((attempt) => bar(one, attempt)))),
    make("td", { class: "number" }, one.attempts.length), make("td", { class: "text" }, one.message ?? one.value ?? ""));
  const rows = instances.map(row);
  const found = table(["task", "outcome", "when", "attempts", "value or error"], rows);
  found.id = "gantt";
  return found;
}

async function printed(run, logs) {
  if (!logs.length) return make("p", { class: "soft" }, "nothing");
  const one = async (log) => {
    const begin = Math.max(0, log.size - 16384); // the end of a long one
    const piece = await ask(`runs/${run.id}/logs/${part(log.name)}?offset=${begin}`);
    return make("section", {}, make("p", { class: "soft" }, `${log.name}${begin ? `, from byte ${begin}` : ""}`), make("pre", {}, piece.text));
  };
  return make("div", { id: "logs" }, await Promise.all(logs.slice(0, 50).map(one)));
}

function tokenForm() {
  return make("form", { onsubmit(event) {
    event.preventDefault();
    token = event.target.elements.token.value.trim();
    sessionStorage.setItem("token", token);
    draw();
  } }, field("token", "token, as the server printed it", ""), make("button", {}, "Open"));
}

async function draw() {
  clearTimeout(timer);
  const mine = ++drawn;
  const main = document.getElementById("main");
  const [kind, name] = location.hash.slice(1).split("/").map(decodeURIComponent);
  try {
    const page = !token ? [tokenForm()] : await (kind === "flow" ? flowPage(name) : kind === "run" ? runPage(name) : home());
    const isBusy = main.contains(document.activeElement) && document.activeElement.matches("input");
    const hasText = [...main.querySelectorAll("input")].some((input) => input.value);
    const isSame = main.dataset.place === location.hash;
    if (mine !== drawn) return;
    const next = make("main", {}, ...page);
    // what somebody is typing is left alone; what is still so stays, with what is marked or scrolled in it
    if (!(isSame && (isBusy || hasText || main.innerHTML === next.innerHTML))) {
      main.replaceChildren(...next.childNodes);
      main.dataset.place = location.hash;
    }
    if (token) await health();
  } catch (error) {
    say(error.message);
    if (/token/.test(error.message)) { token = ""; main.replaceChildren(tokenForm()); return; }
  }
  timer = setTimeout(draw, EVERY);
}

async function health() {
  const found = await ask("health");
  const said = `${found.going} going on, ${found.queued} waiting`;
  document.getElementById("health").textContent = [said, ...found.late, ...found.problems.slice(-1)].join("; ");
  const mistakes = document.getElementById("mistakes");
  mistakes.hidden = !found.mistakes;
  mistakes.lastElementChild.textContent = found.mistakes ?? "";
}

function begin() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    token = given;
    sessionStorage.setItem("token", token);
    history.replaceState(null, "", location.pathname); // not into bookmarks
  }
  addEventListener("hashchange", () => { say(""); listed = PAGE; draw(); });
  draw();
}

begin();
