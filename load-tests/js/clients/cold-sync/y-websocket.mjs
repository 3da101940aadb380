import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import { Doc } from 'yjs';
import { rows } from '../rows.mjs';

const ROWS_AT_ONCE = 10_000;

function connect(url) {
  const doc = new Doc();
  const provider = new WebsocketProvider(url, 'rows', doc, {
    WebSocketPolyfill: WebSocket,
    disableBc: true,
  });
  return { doc, provider };
}

function synced(provider) {
  return new Promise((resolve) => {
    provider.on('sync', (isSynced) => isSynced && resolve());
  });
}

export async function fill(url, count) {
  const { doc, provider } = connect(url);
  await synced(provider);
  const map = doc.getMap('rows');
  let chunk = [];
  const put = () =>
    doc.transact(() => {
      for (const row of chunk) map.set(row.id, row);
    });
  for (const row of rows(count)) {
    chunk.push(row);
    if (chunk.length < ROWS_AT_ONCE) continue;
    put();
    chunk = [];
  }
  put();
  // Another client has them once the server has.
  for (let size = 0; size < count; ) size = (await sync(url)).size();
}

export async function sync(url) {
  const { doc, provider } = connect(url);
  await synced(provider);
  const map = doc.getMap('rows');
  return { size: () => map.size, get: (id) => map.get(id) };
}
