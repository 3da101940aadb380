// How long a write in a page takes until those who subscribed to what it touches are called: local.mjs WHO PROFILE
// Prints the times in ms, and the CPU time of all processes of the browser, in us.
import { withPage } from './chromium.mjs';

const WARM_UP = 100;
const WRITES = 300;
const [who, profile] = process.argv.slice(2);

const figures = await withPage({ scenario: 'local', who, profile, port: 0 }, async ({ call }) => {
  await call('open');
  await call('prepare', WARM_UP);
  await call('write');
  await call('prepare', WRITES);
  return await call('write');
});
console.log(JSON.stringify(figures));
