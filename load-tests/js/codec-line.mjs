// One codec on one batch, there and back: codec-line.mjs ROWS_FILE CODEC MILLISECONDS; prints a line of JSON.
import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';

// A browser has no native add-ons.
process.env.CBOR_NATIVE_ACCELERATION_DISABLED = 'true';
process.env.MSGPACKR_NATIVE_ACCELERATION_DISABLED = 'true';
const { CODECS } = await import('./codecs.mjs');

const [file, name, milliseconds] = process.argv.slice(2);
const rows = JSON.parse(readFileSync(file, 'utf8'));
const codec = CODECS[name](rows);
const bytes = Uint8Array.from(codec.write()); // a codec's own buffer may be used again

/** Nanoseconds of processor time per call, behind a warm-up of the same length. */
function measure(work) {
  run(work);
  const { calls, nanos } = run(work);
  return nanos / calls;
}

function run(work) {
  const until = performance.now() + Number(milliseconds);
  const start = process.cpuUsage();
  let calls = 0;
  do {
    for (let i = 0; i < 50; i++) work();
    calls += 50;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(start);
  return { calls, nanos: (user + system) * 1000 };
}

const write = measure(() => codec.write());
const read = measure(() => codec.read(bytes));
deepStrictEqual(codec.rows(codec.read(codec.write())), rows);
console.log(JSON.stringify({ write, read, bytes: bytes.length }));
