import WebSocket from 'ws';
import { TopGunClient } from '../../../../browser-sdk/dist/index.js';
import { rows } from '../rows.mjs';

const MAP = 'rows';
const WRITES_AT_ONCE = 10_000;

function client(url) {
  return new TopGunClient({ url, storage: 'memory', WebSocket });
}

export async function fill(url, count) {
  const filler = client(url);
  const map = filler.getMap(MAP);
  let writes = [];
  const all = async () => {
    for (const result of await Promise.all(writes)) if (!result.ok) throw new Error(result.text);
    writes = [];
  };
  for (const row of rows(count)) {
    writes.push(map.set(row.id, row).server);
    if (writes.length === WRITES_AT_ONCE) await all();
  }
  await all();
  await filler.close();
}

export async function sync(url, name = MAP) {
  const map = client(url).getMap(name);
  await map.synced;
  return { size: () => map.size, get: (id) => map.get(id) };
}
