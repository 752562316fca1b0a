// The page's files at hand where the server does not answer. Before this stand VERSION and FILES, as the server has them.
// A file always comes from the server if it can; what the API says is never kept.

const CACHE = `resona-${VERSION}`;
const SHELL = new Set(FILES.map((name) => new URL(name, registration.scope).href));

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((name) => new Request(name, { cache: "no-cache" })))));
});

addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name.startsWith("resona-") && name !== CACHE));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const [file] = url.split(/[?#]/);
  if (method === "GET" && SHELL.has(file)) event.respondWith(fetch(event.request).catch(() => caches.match(file)));
});
