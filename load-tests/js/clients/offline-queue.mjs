// Rows written in a page without a connection, each an operation; the page loaded again; then all delivered, where the
// contender has somebody to deliver to, which must allow pages of a port: offline-queue.mjs WHO PROFILE COUNT [URL PORT]
// Prints for both halves the seconds, the CPU time of all processes of the browser in us, and bytes delivered.
import { withPage } from './chromium.mjs';
import { sync } from './cold-sync/topgun.mjs';
import { proveRows } from './rows.mjs';

const [who, profile, countText, url = '', portText = '0'] = process.argv.slice(2);
const [count, port] = [Number(countText), Number(portText)];
const GIVES_UP_MS = 60_000;
const map = `queue-${process.pid}-${Date.now()}`;

setTimeout(() => {
  console.error(`${who} did not store or deliver in time`);
  process.exit(1);
}, GIVES_UP_MS).unref();

const figures = await withPage(
  { scenario: 'offline-queue', who, profile, port },
  async ({ load, call }) => {
    await call('open', url, map);
    const stored = await call('store', count);
    await load();
    if (url === '') {
      await call('proveStored', map, count);
      return { stored };
    }
    return { stored, delivered: await call('deliver', url, map) };
  },
);
if (url !== '') {
  const held = await sync(url, map);
  proveRows(count, held.size(), held.get);
}
console.log(JSON.stringify(figures));
process.exit(0);
