// Answers for the network when there is none: the page in both languages with what it is
// made of. What is asked of the server itself is never answered from here.
"use strict";

const cacheName = "display-centre-1";
const pages = ["/rolls/centre?lang=en", "/rolls/centre?lang=ur"];
const isPage = (url) => url.pathname === "/rolls/centre";

// Keeps a page and every file that it, or a style sheet of it, names.
async function keep(cache, page, response) {
  const files = new Set();
  const html = await response.clone().text();
  await cache.put(page, response);
  for (const m of html.matchAll(/(?:href|src)="(\/(?:assets\/|rolls\/centre\/app\.)[^"]+)"/g)) files.add(m[1].replaceAll("&amp;", "&"));
  for (const file of [...files]) {
    if (!file.endsWith(".css")) continue;
    const sheet = await fetched(cache, file);
    for (const m of (await sheet.text()).matchAll(/url\("([^":]+)"\)/g)) files.add(new URL(m[1], new URL(file, location.href)).pathname);
  }
  for (const file of files) await fetched(cache, file);
  return files;
}

// A file from what is kept, or fetched and kept: its address changes with its content.
async function fetched(cache, file) {
  const have = await cache.match(file);
  if (have) return have;
  const response = await fetch(file);
  if (response.ok) await cache.put(file, response.clone());
  return response;
}

// Takes both pages anew. Whoever is not signed in any more gets another page, which is not
// kept: the old one stays.
async function refresh() {
  const cache = await caches.open(cacheName);
  const used = new Set(pages);
  for (const page of pages) {
    const response = await fetch(page, { cache: "no-store", headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected) throw new Error("the page was not given");
    for (const file of await keep(cache, page, response)) used.add(file);
  }
  for (const request of await cache.keys()) {
    const url = new URL(request.url);
    if (!used.has(url.pathname + url.search) && !used.has(url.pathname)) await cache.delete(request);
  }
}

async function tell() {
  for (const client of await clients.matchAll({ includeUncontrolled: true })) client.postMessage("kept");
}

addEventListener("install", (event) => event.waitUntil(skipWaiting()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => {
  if (event.data === "refresh") event.waitUntil(refresh().then(tell, async () => {
    const cache = await caches.open(cacheName);
    if (await cache.match(pages[0])) await tell();
  }));
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && isPage(url)) {
    event.respondWith(fetch(event.request).catch(async () => {
      const cache = await caches.open(cacheName);
      const lang = url.searchParams.get("lang") === "en" ? "en" : "ur";
      return (await cache.match(`/rolls/centre?lang=${lang}`)) ?? Response.error();
    }));
  } else if (url.pathname.startsWith("/assets/") || url.pathname === "/rolls/centre/app.webmanifest") {
    event.respondWith(caches.match(event.request).then((have) => have ?? fetch(event.request)));
  }
});
