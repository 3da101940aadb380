// Fills a server, or is a client of it that has nothing and gets every row: cold-sync.mjs fill|sync WHO URL COUNT
// What a client prints: seconds from its making until it has all, bytes of its connections both ways, CPU in us.
import { subscribe } from 'node:diagnostics_channel';
import { proveRows } from './rows.mjs';

const GIVES_UP_MS = 120_000;
const [what, who, url, count] = process.argv.slice(2);

const sockets = [];
subscribe('net.client.socket', ({ socket }) => sockets.push(socket));
setTimeout(() => {
  console.error(`${who} did not ${what} in time`);
  process.exit(1);
}, GIVES_UP_MS).unref();

const contender = await import(`./cold-sync/${who}.mjs`);
if (what === 'fill') await contender.fill(url, Number(count));
else console.log(JSON.stringify(await measured()));
process.exit(0); // whatever its client still has open

async function measured() {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const held = await contender.sync(url);
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  const bytes = sockets.reduce((sum, it) => sum + it.bytesRead + it.bytesWritten, 0);
  proveRows(Number(count), await held.size(), held.get);
  return { seconds, bytes, cpuMicros: user + system };
}
