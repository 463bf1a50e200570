"use strict";
// Filters, deep links, copy buttons. Texts go into the page as text, never as markup.
(() => {
  const CHUNK = 200;
  const root = document.documentElement;
  root.classList.add("has-js");
  const source = document.getElementById("data");
  if (!source) return;
  const { variants, rows: raw } = JSON.parse(source.textContent);
  const rows = raw.map((row, index) => {
    const [id, anchor, title, severity, word, level, group, on, message, change] = row;
    return {
      index, id, title, severity, word, level, group, message, change,
      anchor: anchor || id.replaceAll("#", ":"),
      on: on === "*" ? null : on,
      text: `${id}\n${title}\n${message}\n${word}`.toLowerCase(),
    };
  });
  const form = document.querySelector("form.tools");
  const status = document.getElementById("shown");
  const written = new Map();
  for (const element of document.querySelectorAll("[data-entry]")) written.set(Number(element.dataset.entry), element);
  let matching = new Set(rows.map((row) => row.index));

  const value = (name) => (form.elements[name] ? form.elements[name].value : "");
  const filtering = () => ["q", "group", "variant", "level", "change"].some((name) => value(name));

  function matches(row, words, variant) {
    return words.every((word) => row.text.includes(word))
      && (!value("group") || row.group === value("group"))
      && (variant === null || row.on === null || row.on.includes(variant))
      && (!value("level") || row.level === value("level"))
      && (!value("change") || row.change === value("change"));
  }

  function apply() {
    const words = value("q").toLowerCase().split(/\s+/).filter(Boolean);
    const variant = value("variant") === "" ? null : Number(value("variant"));
    matching = new Set(rows.filter((row) => matches(row, words, variant)).map((row) => row.index));
    for (const [index, element] of written) element.hidden = !matching.has(index);
    const counts = new Map();
    for (const index of matching) counts.set(rows[index].severity, (counts.get(rows[index].severity) || 0) + 1);
    for (const section of document.querySelectorAll("[data-section]")) {
      const count = counts.get(section.id) || 0;
      section.hidden = count === 0;
      section.querySelector(".count").textContent = count === 1 ? "1 case" : `${count} cases`;
    }
    for (const list of document.querySelectorAll("[data-lazy]")) fill(list);
    status.textContent = filtering() ? `${matching.size} of ${rows.length} shown` : "";
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function rowOf(row) {
    const made = element("div", `row is-${row.severity}`);
    made.id = row.anchor;
    made.append(element("span", "pill", row.word));
    const name = element("span", "name");
    name.append(element("span", "id", row.id), element("span", "title", row.title));
    made.append(name);
    if (row.on !== null && variants.length > 1) {
      const names = row.on.map((index) => variants[index]);
      const shown = names.slice(0, 4).join(", ") + (names.length > 4 ? ` and ${names.length - 4} more` : "");
      made.append(element("span", "where", shown));
    }
    if (row.message) made.append(element("span", "says", row.message));
    return made;
  }

  // Rows are made when somebody looks, a piece at a time.
  function fill(list, upTo) {
    const fold = list.closest("details.fold");
    if (fold && !fold.open && upTo === undefined) { list.replaceChildren(); return; }
    const all = rows.filter((row) => row.severity === list.dataset.lazy && matching.has(row.index) && !written.has(row.index));
    const count = Math.min(all.length, Math.max(CHUNK, upTo === undefined ? 0 : upTo));
    const box = element("div", "rows");
    for (const row of all.slice(0, count)) box.append(rowOf(row));
    list.replaceChildren(...(all.length ? [box] : []));
    if (count < all.length) {
      const more = element("button", "", `Show more (${all.length - count} left)`);
      more.type = "button";
      more.addEventListener("click", () => fill(list, count + CHUNK * 5));
      list.append(more);
    }
  }

  function reveal(anchor) {
    if (!anchor) return;
    const row = rows.find((one) => one.anchor === anchor);
    const there = document.getElementById(anchor);
    if (there && there.matches("[data-section]")) {
      const fold = there.querySelector("details.fold");
      if (fold) fold.open = true;
      return;
    }
    if (!row) return;
    if (!matching.has(row.index)) { form.reset(); apply(); }
    let target = written.get(row.index);
    if (!target) {
      const list = document.querySelector(`[data-lazy="${row.severity}"]`);
      if (!list) return;
      const fold = list.closest("details.fold");
      if (fold) fold.open = true;
      const among = rows.filter((one) => one.severity === row.severity && !written.has(one.index));
      fill(list, among.indexOf(row) + 1);
      target = document.getElementById(anchor);
    }
    if (!target) return;
    if (target.tagName === "DETAILS") target.open = true;
    target.scrollIntoView();
  }

  const here = () => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; } };

  async function copy(button) {
    const pre = button.parentElement.querySelector("pre");
    let done = false;
    try {
      await navigator.clipboard.writeText(pre.textContent);
      done = true;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(pre);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Press Ctrl-C";
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  }

  let pending = 0;
  form.addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(apply, 80); });
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  form.addEventListener("reset", () => setTimeout(apply));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) { copy(button); return; }
    const change = event.target.closest("[data-change]");
    if (change && form.elements.change) { form.elements.change.value = change.dataset.change; apply(); }
  });
  for (const fold of document.querySelectorAll("details.fold")) {
    fold.addEventListener("toggle", () => { const list = fold.querySelector("[data-lazy]"); if (list) fill(list); });
  }
  addEventListener("hashchange", () => reveal(here()));
  // Paper has nothing to click on.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.entry:not([open]), .summary-table details:not([open])")].slice(0, 300);
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; opened = []; });
  apply();
  reveal(here());
})();
