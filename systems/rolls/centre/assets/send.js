// Sends what waits, in its order, one claim at a time: what has come in is known before
// the next one goes, and the same claim sent twice comes in once, by its id.
"use strict";

const sending = (() => {
  // What hinders: "" nothing, "offline", "session" sign in again, "other" the session is
  // another officer's, "forbidden", "later" the server could not.
  let trouble = "";
  let busy = false;

  class Trouble extends Error {
    constructor(kind) {
      super(kind);
      this.kind = kind;
    }
  }

  async function ask(path, body) {
    let response;
    try {
      response = await fetch(path, body === undefined ? { cache: "no-store" } : {
        method: "POST", cache: "no-store", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
    } catch {
      throw new Trouble("offline");
    }
    if (response.ok) {
      try {
        return await response.json();
      } catch {
        throw new Trouble("offline"); // cut off on the way, or a network's own page
      }
    }
    if (response.status === 401) throw new Trouble("session");
    if (response.status === 403) {
      let code = "";
      try {
        code = (await response.json()).code;
      } catch { /* no reason was given */ }
      throw new Trouble(code === "setup_first" || code === "confirm_first" ? "session" : "forbidden");
    }
    if (response.status === 413) throw new Trouble("large");
    throw new Trouble("later");
  }

  // Asks for the key of whoever has signed in, and for the electoral areas he works on.
  async function greet() {
    const given = await ask("/rolls/centre/device", { device: await store.device() });
    if (await store.get("locked")) throw new Trouble("");
    await store.unlock(given);
    const places = await ask("/rolls/centre/blocks");
    await store.put("places", places.blocks);
  }

  async function one(officer, item) {
    const claim = await store.unseal(officer, item.id, item.sealed);
    let result;
    try {
      const answer = await ask("/rolls/centre/claims", { claims: [claim] });
      result = answer.claims?.[0];
    } catch (e) {
      if (e.kind !== "large") throw e;
      result = { device: item.id, outcome: "refused", problems: [{ code: "large", en: say("large_en"), ur: say("large_ur") }] };
    }
    if (!result || result.device !== item.id || result.outcome === "failed") throw new Trouble("later");
    if (!["received", "conflict", "refused"].includes(result.outcome)) throw new Trouble("later");
    const done = { ...item, state: result.outcome === "received" ? "sent" : result.outcome, number: result.number, at: Date.now() };
    if (result.outcome !== "refused") {
      // The server has the documents now; what is left is what the slip and a conflict show.
      claim.documents = [];
      done.sealed = await store.seal(officer, item.id, claim);
    }
    done.answer = await store.seal(officer, item.id, result);
    await store.keep(done);
  }

  async function all(tell) {
    if (busy || await store.get("locked")) return;
    busy = true;
    try {
      const before = (await store.officer())?.id;
      await greet();
      trouble = "";
      const officer = await store.officer();
      const waiting = (await store.all()).filter((i) => i.state === "waiting").sort((a, b) => a.seq - b.seq);
      if (before && before !== officer.id && waiting.some((i) => i.officer === before)) trouble = "other";
      for (const item of waiting) {
        if (item.officer !== officer.id) continue;
        await one(officer, item);
        await tell();
      }
    } catch (e) {
      trouble = e.kind ?? "later";
      if (!e.kind) console.error(e);
    } finally {
      busy = false;
      await tell();
    }
  }

  // Two windows do not send at the same time.
  const flush = (tell) => (navigator.locks ? navigator.locks.request("display-centre-send", { ifAvailable: true }, (lock) => (lock ? all(tell) : undefined)) : all(tell));

  return { flush, trouble: () => trouble };
})();
