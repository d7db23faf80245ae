// What a screen can do beyond paper: colours, switches, sorting, searching, reading off a chart. The page says all it
// has to say without.
"use strict";
(() => {
  const root = document.documentElement;
  const japanese = root.lang === "ja";
  const word = (english, other) => (japanese ? other : english);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, properties = {}) => Object.assign(document.createElement(name), properties);

  // Light and dark: as the system has it, until somebody says otherwise.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.querySelector(".theme");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => {
    button.textContent = dark() ? word("Light", "明るい配色") : word("Dark", "暗い配色");
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    label();
  });
  system.addEventListener("change", label);
  label();

  // Of several pictures one is shown.
  for (const box of all("[data-switch]")) {
    const figures = all(":scope > figure", box);
    const choice = make("label", { className: "choice", textContent: box.dataset.switch + " " });
    const select = make("select");
    for (const figure of figures) select.append(new Option(figure.dataset.name));
    const show = () => figures.forEach((figure, i) => (figure.hidden = i !== select.selectedIndex));
    select.addEventListener("change", show);
    choice.append(select);
    box.prepend(choice);
    show();
  }

  // Long tables are sorted by their headers and searched.
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.key === undefined ? cell.textContent.trim() : Number(cell.dataset.key);
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    // What has no figure comes last.
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return a.localeCompare(b, root.lang, { numeric: true });
  };
  for (const box of all("[data-long]")) {
    const body = box.querySelector("tbody");
    const rows = [...body.rows];
    const heads = all("thead th", box);
    heads.forEach((head, column) => {
      const sorter = make("button", { type: "button" });
      sorter.append(...head.childNodes);
      head.append(sorter);
      sorter.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const order = rows.map((row) => [value(row, column), row]);
        order.sort((a, b) => (up ? 1 : -1) * compare(a[0], b[0]));
        body.append(...order.map((pair) => pair[1]));
      });
    });
    const search = box.querySelector(".search");
    const [input, told] = [search.querySelector("input"), search.querySelector("output")];
    search.hidden = false;
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((part) => text.includes(part));
        shown += row.hidden ? 0 : 1;
      }
      told.textContent = words.length ? word(`${shown} of ${rows.length}`, `${rows.length}件中${shown}件`) : "";
    });
  }

  // A chart with its figures beside it can be read off: by the mouse, by touch, and with the arrow keys.
  for (const figure of all("figure")) {
    const svg = figure.querySelector("svg[data-plot]");
    const table = figure.querySelector(".data table");
    if (!svg || !table) continue;
    const chart = figure.querySelector(".chart");
    const rows = [...table.tBodies[0].rows];
    const heads = all("thead th", table).map((head) => head.textContent.trim());
    const [left, right, top, bottom, low, high] = svg.dataset.plot.split(" ").map(Number);
    const box = svg.viewBox.baseVal;
    const places = rows.map((row) => left + ((Number(row.cells[0].dataset.key) - low) / (high - low)) * (right - left));
    const hair = make("div", { className: "hair", hidden: true });
    const readout = make("div", { className: "readout", hidden: true });
    readout.setAttribute("role", "status");
    chart.append(hair, readout);
    let at = -1;
    const show = (i) => {
      at = i;
      const scale = svg.clientWidth / box.width;
      const x = places[i] * scale;
      hair.style.cssText = `left:${x}px;top:${top * scale}px;height:${(bottom - top) * scale}px`;
      readout.replaceChildren(
        ...[...rows[i].cells].map((cell, c) =>
          make(c ? "span" : "b", { textContent: `${heads[c]}: ${cell.textContent.trim()}` }),
        ),
      );
      hair.hidden = readout.hidden = false;
      const flip = x + readout.offsetWidth + 16 > svg.clientWidth;
      readout.style.left = `${flip ? Math.max(0, x - readout.offsetWidth - 8) : x + 8}px`;
      readout.style.top = `${top * scale}px`;
    };
    const hide = () => (hair.hidden = readout.hidden = true);
    chart.addEventListener("pointermove", (event) => {
      const bounds = svg.getBoundingClientRect();
      const x = ((event.clientX - bounds.left) / bounds.width) * box.width;
      let nearest = 0;
      places.forEach((place, i) => {
        if (Math.abs(place - x) < Math.abs(places[nearest] - x)) nearest = i;
      });
      show(nearest);
    });
    chart.addEventListener("pointerleave", hide);
    const name = chart.getAttribute("aria-label");
    chart.setAttribute("aria-label", name + word("; the arrow keys read it off", "。矢印キーで数値を読み取る"));
    chart.addEventListener("blur", hide);
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") hide();
      if (!step) return;
      event.preventDefault();
      show(Math.min(rows.length - 1, Math.max(0, at + step)));
    });
  }
})();
