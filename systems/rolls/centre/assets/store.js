// Keeps what a display centre has taken in until it is sent: in the browser's own
// database, each claim sealed under the key that the officer's session has given.
"use strict";

const store = (() => {
  const bytes = (text) => new TextEncoder().encode(text);

  const open = new Promise((resolve, reject) => {
    const request = indexedDB.open("display-centre", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("meta");
      request.result.createObjectStore("queue", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // One act on one of the two stores. When it resolves, what was written is on the disk.
  async function run(name, mode, act) {
    const db = await open;
    return new Promise((resolve, reject) => {
      const tx = db.transaction(name, mode, { durability: "strict" });
      const request = act(tx.objectStore(name));
      tx.oncomplete = () => resolve(request?.result);
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  }

  const get = (key) => run("meta", "readonly", (s) => s.get(key));
  const put = (key, value) => run("meta", "readwrite", (s) => s.put(value, key));

  // The device's own id, made once.
  async function device() {
    let id = await get("device");
    if (!id) {
      id = crypto.randomUUID();
      await put("device", id);
    }
    return id;
  }

  // The next number of a provisional slip, never given twice on this device.
  async function nextNumber() {
    const db = await open;
    return new Promise((resolve, reject) => {
      const tx = db.transaction("meta", "readwrite", { durability: "strict" });
      const meta = tx.objectStore("meta");
      let n;
      meta.get("counter").onsuccess = (e) => {
        n = (e.target.result ?? 0) + 1;
        meta.put(n, "counter");
      };
      tx.oncomplete = () => resolve(n);
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  }

  // Keeps the key that the server gave. Scripts can use it and cannot read it.
  async function unlock(given) {
    const raw = Uint8Array.from(atob(given.key), (c) => c.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    raw.fill(0);
    await put("officer", { id: given.officer, key, until: Date.now() + given.hours * 3600_000 });
  }

  // Who may open the queue: the officer whose key is there and not too old, or null.
  async function officer() {
    const o = await get("officer");
    if (!o) return null;
    if (Date.now() > o.until) {
      await lock();
      return null;
    }
    return o;
  }

  const lock = () => run("meta", "readwrite", (s) => s.delete("officer"));

  async function seal(o, id, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(id) }, o.key, bytes(JSON.stringify(value)));
    return { iv, data };
  }

  async function unseal(o, id, sealed) {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: bytes(id) }, o.key, sealed.data);
    return JSON.parse(new TextDecoder().decode(plain));
  }

  return {
    get, put, device, nextNumber, unlock, lock, officer, seal, unseal,
    all: () => run("queue", "readonly", (s) => s.getAll()),
    item: (id) => run("queue", "readonly", (s) => s.get(id)),
    keep: (item) => run("queue", "readwrite", (s) => s.put(item)),
    drop: (id) => run("queue", "readwrite", (s) => s.delete(id)),
  };
})();
