"use strict";
// The table, its filters, and what its cells open. Texts go into the page as text, never as markup.
(() => {
  document.documentElement.classList.add("has-js");
  const source = document.getElementById("data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const SIGNS = { p: "✓", f: "✗", w: "!", o: "•", k: "k", i: "?", n: "–", x: "" };
  const WORDS = { p: "pass", f: "fails", w: "warns", o: "note", k: "known failure", i: "could not be judged", n: "not applicable", x: "not in the run" };
  const form = document.querySelector("form.tools");
  const status = document.getElementById("shown");
  const box = document.getElementById("matrix");
  const dialog = document.getElementById("dialog");
  const body = document.getElementById("dialog-body");
  const value = (name) => form.elements[name].value;
  data.rows.forEach((row, at) => {
    row.at = at;
    row.text = `${row.case}\n${row.title}\n${row.rules.join("\n")}`.toLowerCase();
  });
  // A page of many targets opens with one column of each; choosing a target shows all of its variants.
  const isFirst = data.columns.map((column, at) => data.columns.findIndex((one) => one.target === column.target) === at);

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // Over the chosen columns only.
  function differs(row, columns) {
    const seen = new Set();
    for (const index of columns) {
      const mark = row.marks[index];
      if ("inx".includes(mark)) continue;
      const note = row.notes[index] === undefined ? null : data.notes[row.notes[index]];
      seen.add(mark + (note && note.design ? note.design.split(" ")[0] : ""));
    }
    return seen.size > 1;
  }

  function cell(row, index) {
    const mark = row.marks[index];
    const made = element("td", `cell c-${mark}`);
    const note = row.notes[index];
    const column = data.columns[index];
    const inside = element(note === undefined ? "span" : "button", "", SIGNS[mark]);
    const label = `${WORDS[mark]}: ${column.software}, ${column.variant}`;
    inside.title = label;
    if (note !== undefined) {
      inside.type = "button";
      inside.setAttribute("aria-label", `${label}, ${row.case}`);
      inside.dataset.row = row.at;
      inside.dataset.column = index;
      if (mark === "p") made.classList.replace("c-p", "c-d");
    } else {
      made.setAttribute("aria-label", WORDS[mark]);
    }
    made.append(inside);
    return made;
  }

  function draw() {
    const words = value("q").toLowerCase().split(/\s+/).filter(Boolean);
    const columns = data.columns.map((_, index) => index)
      .filter((index) => (value("target") ? data.columns[index].target === value("target") : value("variants") !== "first" || isFirst[index]));
    const rows = data.rows.filter((row) => words.every((word) => row.text.includes(word))
      && (!value("group") || row.group === value("group"))
      && (!value("level") || row.level === value("level"))
      && (value("show") !== "differs" || differs(row, columns))
      && (value("show") !== "broken" || columns.some((index) => "fkwi".includes(row.marks[index]))));
    const table = element("table");
    const head = table.createTHead().insertRow();
    head.append(element("td"));
    for (const index of columns) {
      const column = data.columns[index];
      const th = element("th");
      th.scope = "col";
      th.title = `${column.software}, ${column.variant}`;
      const name = element("span", "", column.software);
      name.append(element("small", "", column.variant.replaceAll(",", ", ")));
      th.append(name);
      head.append(th);
    }
    const tbody = table.createTBody();
    for (const row of rows) {
      const line = element("tr");
      const th = element("th");
      th.scope = "row";
      const link = element("a", "", row.case);
      link.href = `#${row.case.replaceAll("#", ":")}`;
      link.title = row.title;
      th.append(link);
      line.append(th, ...columns.map((index) => cell(row, index)));
      tbody.append(line);
    }
    box.replaceChildren(rows.length ? table : element("p", "nothing", "No case is left by these filters."));
    status.textContent = `${rows.length} of ${data.rows.length} cases, ${columns.length} of ${data.columns.length} variants`;
  }

  function field(label, text, tone) {
    const made = element("div", "field");
    made.append(element("span", "label", label), element("span", `value${tone ? ` tone-${tone}` : ""}`, text));
    return made;
  }

  function lines(text) {
    const figure = element("figure", "copy");
    figure.append(element("pre", "", text));
    return figure;
  }

  function title(text) {
    const made = element("h3", "", text);
    made.id = "dialog-title";
    return made;
  }

  function showCase(row) {
    body.replaceChildren(title(row.case), element("p", "message", row.title), element("p", "why", row.why),
      field("weight", row.level), field("decides", row.rules.join(", ")), field("stands in", row.place),
      lines(`hardtack specs explain '${row.case}'`));
    if (!dialog.open) dialog.showModal();
  }

  function showCell(row, index) {
    const column = data.columns[index];
    const note = data.notes[row.notes[index]];
    body.replaceChildren(title(`${note.word}: ${row.case}`), element("p", "message", row.title),
      field("target", `${column.software}, ${column.variant}`));
    if (note.says) body.append(field("says", note.says));
    if (note.design) body.append(field("design", note.design));
    for (const [message, expected, actual] of note.broke || []) {
      body.append(element("h4", "", message), field("expected", expected), field("actual", actual, "bad"));
    }
    if (note.wire) body.append(lines(note.wire.join("\n")));
    const variant = column.variant === "default" ? "" : column.variant.split(",").map((one) => ` --variant '${one}'`).join("");
    body.append(element("p", "quiet", "Run it again:"),
      lines(`hardtack verify ${column.file}${variant} --filter '${row.case.split("@")[0]}'`));
    if (!dialog.open) dialog.showModal();
  }

  let pending = 0;
  form.addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(draw, 80); });
  form.addEventListener("submit", (event) => { event.preventDefault(); draw(); });
  form.addEventListener("reset", () => setTimeout(draw));
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-row]");
    if (button) showCell(data.rows[Number(button.dataset.row)], Number(button.dataset.column));
  });
  function reveal() {
    let anchor = "";
    try { anchor = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const row = data.rows.find((one) => one.case.replaceAll("#", ":") === anchor);
    if (row) showCase(row);
  }
  dialog.addEventListener("close", () => { if (location.hash.includes(":")) history.replaceState(null, "", location.pathname + location.search); });
  addEventListener("hashchange", reveal);
  draw();
  reveal();
})();
