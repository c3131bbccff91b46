// Keeps the live part moving: one server-sent event a second. Tables arrive as
// markup drawn by the server; figures and the small plots are set here. When
// nothing comes for a while, the page says since when.
"use strict";

(() => {
  const SILENCE = 3500; // milliseconds without an event until the figures count as old
  const POINTS = 300;
  const WIDTH = 300, HEIGHT = 60;

  const live = document.querySelector("[data-events]");
  if (!live || !window.EventSource) return;
  const find = (selector, within = live) => within.querySelector(selector);

  function draw(svg, points) {
    const top = Math.max(...points, 1e-9);
    const x = WIDTH - (points.length - 1);
    const path = points.map((v, i) =>
      (i ? "L" : "M") + (x + i) + " " + (HEIGHT - 2 - v / top * (HEIGHT - 4)).toFixed(1));
    svg.querySelector(".line").setAttribute("d", points.length > 1 ? path.join("") : "");
  }

  const plots = {};
  for (const box of live.querySelectorAll("[data-figure]")) {
    const svg = find("svg", box);
    const points = svg.dataset.points.split(" ").filter(Boolean).map(Number);
    plots[box.dataset.figure] = { box, svg, points };
  }

  // set writes only what changed, so that a reader's selection and a screen
  // reader's place are left alone.
  function set(node, text) {
    if (node && node.textContent !== text) node.textContent = text;
  }

  const drawn = {};
  const ownTitle = live.hasAttribute("data-own-title");

  function show(e) {
    set(find("[data-at]"), e.at);
    set(find("[data-stale-at]"), e.at);
    set(find("[data-headline]"), e.headline);
    if (!ownTitle) document.title = e.headline + " · " + live.dataset.title;
    find("[data-strip]").className = "strip strip-" + e.state;
    for (const f of e.figures) {
      const plot = plots[f.key];
      if (!plot) continue;
      set(find("[data-value]", plot.box), f.value);
      set(find("[data-peak]", plot.box), f.peak);
      plot.points.push(f.last);
      if (plot.points.length > POINTS) plot.points.shift();
      draw(plot.svg, plot.points);
    }
    for (const part of ["binds", "refusals", "outcomes", "roll"]) {
      const box = find(`[data-part="${part}"]`);
      if (box && drawn[part] !== e[part]) {
        box.innerHTML = e[part];
        drawn[part] = e[part];
      }
    }
  }

  const stale = find("[data-stale]");
  let timer;
  function old() {
    live.classList.add("is-stale");
    stale.hidden = false;
    if (!ownTitle) document.title = stale.innerText.split("\n")[0].trim() + " · " + live.dataset.title;
  }
  function heard() {
    clearTimeout(timer);
    timer = setTimeout(old, SILENCE);
    live.classList.remove("is-stale");
    stale.hidden = true;
  }

  let source, last = 0;
  function open() {
    if (source) source.close();
    source = new EventSource(live.dataset.events);
    source.onmessage = (message) => {
      last = Date.now();
      heard();
      show(JSON.parse(message.data));
    };
    source.onerror = () => {
      // A closed source does not try again by itself.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 2000);
    };
  }
  // A page that slept in the background may hold a dead connection.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - last > SILENCE) open();
  });
  timer = setTimeout(old, SILENCE);
  open();
})();
