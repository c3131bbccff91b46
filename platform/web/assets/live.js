// Keeps the parts of a page moving. An element with data-live names a stream of
// server-sent events; each event is JSON, and its "parts" are markup, drawn by the
// server, for the elements whose data-part has that name. When nothing comes for a
// while, the page says so.
"use strict";

(() => {
  const SILENCE = 40000; // milliseconds; the server says something every 15 seconds

  for (const live of document.querySelectorAll("[data-live]")) {
    if (!window.EventSource) return;
    const stale = live.querySelector("[data-live-stale]");
    const drawn = {};
    let source, timer, last = 0;

    function old() {
      live.classList.add("live-old");
      if (stale) stale.hidden = false;
    }
    function heard() {
      last = Date.now();
      clearTimeout(timer);
      timer = setTimeout(old, Number(live.dataset.liveSilence) || SILENCE);
      live.classList.remove("live-old");
      if (stale) stale.hidden = true;
    }
    function show(event) {
      for (const [name, markup] of Object.entries(event.parts ?? {})) {
        // What did not change is left alone: a reader's selection, a screen reader's place.
        if (drawn[name] === markup) continue;
        drawn[name] = markup;
        const box = live.querySelector(`[data-part="${CSS.escape(name)}"]`);
        if (box) box.innerHTML = markup;
      }
    }
    function open() {
      if (source) source.close();
      source = new EventSource(live.dataset.live);
      source.onmessage = (message) => {
        heard();
        show(JSON.parse(message.data));
      };
      source.addEventListener("beat", heard);
      source.onerror = () => {
        // A closed source does not try again by itself.
        if (source.readyState === EventSource.CLOSED) setTimeout(open, 2000);
      };
    }
    // A page that slept in the background may hold a dead connection.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && Date.now() - last > SILENCE) open();
    });
    heard();
    open();
  }
})();
