// Keeps what never changes and one page that says that there is no connection. It never keeps a page that somebody read.
"use strict";
const kept = "toad-{{version}}", files = {{files}};
addEventListener("install", (e) => e.waitUntil(caches.open(kept).then((c) =>
  c.addAll(files.map((f) => new Request(f, { credentials: "omit", cache: "reload" })))).then(() => skipWaiting())));
addEventListener("activate", (e) => e.waitUntil(caches.keys().then((all) =>
  Promise.all(all.filter((k) => k !== kept).map((k) => caches.delete(k)))).then(() => clients.claim())));
addEventListener("fetch", (e) => {
  const r = e.request, u = new URL(r.url);
  if (r.method !== "GET" || u.origin !== location.origin) return;
  if (u.pathname.startsWith("/static/")) e.respondWith(caches.match(r, { ignoreVary: true }).then((c) => c || fetch(r)));
  else if (r.mode === "navigate") e.respondWith(fetch(r).catch(() => caches.match("/offline", { ignoreVary: true })));
});
