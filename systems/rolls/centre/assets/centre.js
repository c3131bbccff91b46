// The page: what is shown, and what its buttons do.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const lang = document.documentElement.lang;
  let places = [];
  let replaces = ""; // the refused claim that is being put right

  const node = (tag, text, attributes = {}) => {
    const e = document.createElement(tag);
    if (text) e.textContent = text;
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    return e;
  };
  const button = (text, act, more = {}) => {
    const b = node("button", text, { type: "button", class: "btn-link", ...more });
    b.addEventListener("click", act);
    return b;
  };
  const inLanguage = (p) => (lang === "ur" ? p.ur : p.en);
  const kinds = { waiting: "info", sent: "good", conflict: "warn", refused: "bad" };

  // What stands above: the network, what waits, and what hinders.
  async function status(officer, items, locked) {
    const waiting = items.filter((i) => i.state === "waiting").length;
    const others = items.filter((i) => i.state === "waiting" && officer && i.officer !== officer.id).length;
    const trouble = sending.trouble();
    const away = trouble === "offline" || !navigator.onLine;
    $("network").textContent = say(away ? "offline" : "online");
    $("network").className = "tag tag-" + (away ? "warn" : "good");
    $("waiting").textContent = say("waiting_count", { n: waiting });
    $("sign-in").hidden = locked || !(trouble === "session" || (!officer && !away));
    $("locked").hidden = !!officer;
    $("forbidden").hidden = trouble !== "forbidden";
    $("later").hidden = trouble !== "later";
    $("others").hidden = others === 0;
    $("others-text").textContent = say("others", { n: others });
    $("work").hidden = !officer;
    $("lock").hidden = !officer;
  }

  async function draw() {
    const officer = await store.officer();
    const items = (await store.all()).sort((a, b) => b.seq - a.seq);
    await status(officer, items, await store.get("locked"));
    places = (await store.get("places")) ?? [];
    usable();
    const lines = [];
    for (const item of items) {
      if (!officer || item.officer !== officer.id) continue;
      try {
        lines.push(await line(officer, item));
      } catch {
        lines.push(node("li", say("unreadable", { slip: item.slip }), { class: "queued" }));
      }
    }
    $("queue").replaceChildren(...lines);
    $("nothing").hidden = lines.length > 0;
  }

  // One claim of the queue, with what can be done about it.
  async function line(officer, item) {
    const claim = await store.unseal(officer, item.id, item.sealed);
    const answer = item.answer ? await store.unseal(officer, item.id, item.answer) : null;
    const li = node("li", "", { class: "queued", "data-state": item.state, "data-id": item.id });
    const head = node("p", "", { class: "queued-head" });
    head.append(node("b", item.number ?? item.slip, { class: "num" }), node("span", say("state_" + item.state), { class: "tag tag-" + kinds[item.state] }),
      node("span", say("form", { form: claim.form })), node("bdi", (lang === "ur" ? claim.claimant.name_ur : claim.claimant.name_en) || claim.claimant.name_en || claim.claimant.name_ur));
    if (item.number) head.append(node("span", item.slip, { class: "num aside" }));
    li.append(head);
    for (const p of [...(answer?.conflicts ?? []), ...(answer?.problems ?? [])]) li.append(node("p", inLanguage(p), { class: "queued-why" }));
    if (answer?.roll) li.append(beside(claim, answer.roll));
    const ways = node("div", "", { class: "ways" });
    if (item.state !== "refused") ways.append(button(say("slip"), () => slip(item, claim)));
    if (item.state === "refused") {
      ways.append(button(say("put_right"), async () => {
        filling.refill(claim);
        replaces = item.id; // it stays until the claim is taken in anew
        $("claim").scrollIntoView();
        $("cnic").focus();
      }));
    }
    if (item.state !== "waiting") {
      ways.append(button(say("remove"), async () => {
        if (item.state === "refused" && !confirm(say("remove_sure"))) return;
        await store.drop(item.id);
        await draw();
      }, { "aria-label": `${say("remove")} ${item.number ?? item.slip}` }));
    }
    li.append(ways);
    return li;
  }

  // What the form says beside what the roll says.
  function beside(claim, roll) {
    const card = claim.card ?? {};
    const wish = Object.fromEntries((claim.wishes ?? []).map((w) => [w.field, w.value]));
    const own = filling.like(claim.form) !== 16;
    const rows = [
      ["name_ur", own ? (wish.name_ur ?? claim.claimant.name_ur) : "", roll.name_ur], ["name_en", own ? (wish.name_en ?? claim.claimant.name_en) : "", roll.name_en],
      ["parent_ur", wish.parent_ur ?? card.parent_ur, roll.parent_ur], ["parent_en", wish.parent_en ?? card.parent_en, roll.parent_en],
      ["born", wish.born ?? card.born, roll.born], ["address_ur", wish.address_ur ?? card.address_ur, roll.address_ur], ["address_en", wish.address_en ?? card.address_en, roll.address_en],
      ["block", card.block ?? claim.against?.block, roll.block], ["serial", claim.against?.serial || "", roll.serial],
    ];
    const table = node("table", "", { class: "list beside" });
    table.append(node("caption", say("beside")));
    const top = node("tr");
    top.append(node("th", say("beside_what"), { scope: "col" }), node("th", say("beside_form"), { scope: "col" }), node("th", say("beside_roll"), { scope: "col" }));
    const head = node("thead");
    head.append(top);
    const body = node("tbody");
    for (const [what, form, has] of rows) {
      if (!form && !has) continue;
      const tr = node("tr");
      tr.append(node("th", say("field_" + what), { scope: "row" }));
      for (const [label, text] of [["beside_form", form], ["beside_roll", has]]) {
        const td = node("td");
        td.append(node("span", say(label), { class: "list-label" }), node("bdi", String(text || "–"), { class: "list-value" }));
        if (form && has && String(form) !== String(has)) td.classList.add("differs");
        tr.append(td);
      }
      body.append(tr);
    }
    table.append(head, body);
    return table;
  }

  // The slip: in large type, to be read out and printed.
  function slip(item, claim) {
    $("slip-number").textContent = item.number ?? item.slip;
    $("slip-kind").textContent = say(item.number ? "slip_final" : "slip_provisional");
    $("slip-form").textContent = say("form", { form: claim.form });
    $("slip-day").textContent = new Intl.DateTimeFormat(lang === "ur" ? "ur-PK-u-nu-latn" : "en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Karachi" }).format(new Date(claim.filled));
    const phone = claim.claimant.telephone !== "";
    const key = item.number ? (phone ? "slip_final_text" : "slip_final_plain") : (phone ? "slip_provisional_text" : "slip_provisional_plain");
    $("slip-text").textContent = say(key);
    if (!$("slip").open) $("slip").showModal();
  }

  async function take(event) {
    event.preventDefault();
    const officer = await store.officer();
    if (!officer) return draw();
    const errors = filling.check(places);
    if (errors.length > 0) return filling.showErrors(errors);
    const id = crypto.randomUUID();
    const claim = filling.gather(id);
    const seq = await store.nextNumber();
    const device = await store.device();
    const item = { id, seq, officer: officer.id, state: "waiting", slip: `P-${device.slice(0, 4).toUpperCase()}-${String(seq).padStart(3, "0")}`, sealed: await store.seal(officer, id, claim) };
    try {
      await store.keep(item);
    } catch {
      return filling.showErrors([["paper", say("full")]]);
    }
    if (replaces) await store.drop(replaces);
    replaces = "";
    filling.clear();
    await draw();
    slip(item, claim);
    await sending.flush(draw);
    // With network the number is there before the slip is put away.
    const sent = (await store.all()).find((one) => one.id === id);
    if (sent?.number && $("slip").open) slip(sent, claim);
  }

  // Where no area takes the form that is chosen, the first that one takes is chosen.
  function usable() {
    const taken = (n) => places.some((p) => !p.closed?.includes(n));
    if (places.length === 0 || taken(filling.number()) || filling.value("cnic")) return;
    const other = [...document.querySelectorAll("[name=form]")].find((radio) => taken(Number(radio.value)));
    if (!other) return;
    other.checked = true;
    filling.choose(filling.number());
  }

  // The area's name below its code, and whether the form is taken there.
  function named(input, hint) {
    const find = () => {
      const code = filling.digits(input.id);
      const p = places.find((one) => one.code === code);
      hint.textContent = p ? inLanguage(p) : "";
      if (p?.closed?.includes(filling.number())) hint.textContent += " · " + say("closed", { form: filling.number() });
    };
    input.addEventListener("input", find);
    $("claim").addEventListener("change", find);
  }

  function listen() {
    $("claim").addEventListener("submit", take);
    for (const radio of document.querySelectorAll("[name=form]")) radio.addEventListener("change", () => filling.choose(filling.number()));
    $("paper").addEventListener("change", () => filling.addPaper($("paper"), $("paper-what").value));
    $("send").addEventListener("click", () => sending.flush(draw));
    $("print").addEventListener("click", () => print());
    $("slip-close").addEventListener("click", () => $("slip").close());
    $("lock").addEventListener("click", async () => {
      await store.put("locked", true);
      await store.lock();
      filling.clear();
      replaces = "";
      try {
        await fetch("/sign-out", { method: "POST" });
      } catch { /* without network the session ends by itself, unused */ }
      await store.lock(); // what was being sent meanwhile may have asked for the key
      await draw();
    });
    $("unlock").addEventListener("click", async () => {
      await store.put("locked", false);
      await sending.flush(draw);
    });
    for (const id of ["block", "at_block"]) {
      const hint = node("p", "", { class: "form-hint", id: id + "-named", "aria-live": "polite" });
      $(id).after(hint);
      named($(id), hint);
    }
    addEventListener("online", () => sending.flush(draw));
    addEventListener("offline", draw);
    setInterval(() => sending.flush(draw), 30_000);
  }

  async function begin() {
    if (!globalThis.indexedDB || !globalThis.crypto?.subtle || !navigator.serviceWorker) {
      $("unable").hidden = false;
      return;
    }
    const registered = navigator.serviceWorker.register("/rolls/centre/worker.js", { scope: "/rolls/centre" }).catch((e) => console.error(e));
    navigator.storage?.persist?.();
    filling.choose(filling.number());
    listen();
    await draw();
    await sending.flush(draw);
    await registered;
    const worker = await navigator.serviceWorker.ready;
    worker.active?.postMessage("refresh");
  }

  navigator.serviceWorker?.addEventListener("message", (e) => {
    if (e.data !== "kept") return;
    document.documentElement.dataset.kept = "yes"; // the page opens without network now
    $("kept").hidden = false;
  });
  begin();
})();
