/**
 * Keeps this page, so that it opens with no network too. The page itself comes from the node whenever that answers;
 * its assets have their hash in their names and never change.
 */

/** The events that the library for pages does not declare. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const CACHE = 'topgun-page';
const ASSET = /(?:src|href)="(\/[^"]+)"/g;

/** Puts the page and what it names in the cache, and takes out what it no longer names. */
async function keep(page: Response): Promise<void> {
  if (!page.ok) return;
  const cache = await caches.open(CACHE);
  const html = await page.clone().text();
  const assets = Array.from(html.matchAll(ASSET), (match) => match[1] ?? '');
  const held = (await cache.keys()).map((request) => new URL(request.url).pathname);
  await cache.addAll(assets.filter((asset) => !held.includes(asset)));
  await cache.put('/', page);
  for (const path of held) if (path !== '/' && !assets.includes(path)) await cache.delete(path);
}

async function answer(event: FetchEvent): Promise<Response> {
  const cache = await caches.open(CACHE);
  if (event.request.mode !== 'navigate') {
    return (await cache.match(event.request)) ?? fetch(event.request);
  }
  try {
    const page = await fetch(event.request);
    event.waitUntil(keep(page.clone()));
    return page;
  } catch (unreachable) {
    const kept = await cache.match('/');
    if (kept === undefined) throw unreachable;
    return kept;
  }
}

addEventListener('install', (event) => {
  (event as ExtendableEvent).waitUntil(fetch('/').then(keep));
});

addEventListener('fetch', (event) => {
  const request = event as FetchEvent;
  const { pathname } = new URL(request.request.url);
  const page = request.request.mode === 'navigate' && pathname === '/';
  const asset = pathname.startsWith('/assets/') || pathname === '/favicon.svg';
  if (page || asset) request.respondWith(answer(request));
});
