// What scripts of flowc's pages make them of. All text goes in as text (textContent), never as HTML.
"use strict";

function make(name, given = {}, ...children) {
  return fill(document.createElement(name), given, children);
}

function fill(found, given, children) {
  for (const [key, value] of Object.entries(given)) {
    if (key.startsWith("on")) found[key] = value;
    else if (value !== null && value !== false && value !== undefined) found.setAttribute(key, value);
  }
  found.append(...children.flat(Infinity).map((child) => (child instanceof Node ? child : String(child ?? ""))));
  return found;
}

const state = (said) => make("span", { class: `state ${said}` }, said);
const heads = (...names) => make("thead", {}, make("tr", {}, names.map((name) => make("th", { scope: "col" }, name))));
