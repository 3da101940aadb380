// Our merge beside Yjs' Y.Map and a plain Map, in one process; prints a line of JSON.
import { deepStrictEqual, strictEqual } from 'node:assert';
import * as Y from 'yjs';
import { blockOf } from '../../browser-sdk/dist/block-codec.js';
import { FOREVER } from '../../browser-sdk/dist/life.js';
import { decodeFrame, encodeFrame } from '../../browser-sdk/dist/message-codec.js';
import { partitionOf } from '../../browser-sdk/dist/partition.js';
import { Replica } from '../../browser-sdk/dist/replica.js';
import { valueCell } from '../../browser-sdk/dist/value-cell.js';

const KEYS = 5_000;
const WRITES = 20_000;
const ENTRIES = 50_000;
/** A round takes milliseconds: until here compiling shows in them. */
const WARM_UP = 20;
const ROUNDS = 21;
const WRITER = '9f86d081884c7d65';
const MS = 1_790_000_000_000;

/** In one piece, as a text that was read or typed; V8 keeps what was put together in pieces. */
const flat = (text) => Buffer.from(text).toString('latin1');
const keyOf = (i) => flat(`customer/${i}`);
const valueOf = (i) => flat(`value number ${String(i).padStart(7, '0')}`);

// The same writes for all: a key out of KEYS, a text of 20 characters.
let seed = 271;
const random = (bound) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((seed / 2 ** 32) * bound);
};
const writes = Array.from({ length: WRITES }, (_, i) => {
  const key = keyOf(random(KEYS));
  // A message has the partition.
  return { i, key, value: valueOf(i), partition: partitionOf(key) };
});
const last = new Map(writes.map(({ key, value }) => [key, value]));

const cellOf = (value, i) =>
  valueCell({ ms: MS + (i >> 8), counter: i & 255, writer: WRITER }, value, FOREVER);

const newReplica = () => new Replica('customers', 'map', () => MS, () => {});

/** The processor time of some work, in ns for each of `count`. What others left behind is collected before. */
function timed(count, work) {
  global.gc({ type: 'minor' });
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / count;
}

/** Applies every item of a line; gives the time of one. */
const each = (items, work) =>
  timed(items.length, () => {
    for (const item of items) work(item);
  });

/** As Yjs makes its item when it is set, the cell is made here. */
const merge = (replica) => {
  for (const { partition, key, value, i } of writes) replica.confirm(partition, key, cellOf(value, i));
};
const digests = ({ slices }) => slices.map(({ cells }) => cells.digests(0));

function mergeOurs() {
  const replica = newReplica();
  const nanos = timed(WRITES, () => merge(replica));
  strictEqual(replica.size, last.size);
  for (const [key, value] of last) strictEqual(replica.get(key), value);
  return { replica, nanos };
}

/** The same, and then what a client pays that is asked for the digests of all it holds. */
function mergeAndDigest() {
  const replica = newReplica();
  return timed(WRITES, () => {
    merge(replica);
    digests(replica);
  });
}

/** Per entry: all of them, then once more when one in a hundred has changed. */
function digestOurs(replica) {
  const first = timed(replica.size, () => digests(replica));
  for (let i = 0; i < WRITES; i += 400) {
    const { partition, key } = writes[i];
    replica.confirm(partition, key, cellOf('changed', WRITES + i));
  }
  let again;
  const nanos = timed(replica.size, () => {
    again = digests(replica);
  });
  const other = newReplica();
  replica.slices.forEach(({ cells }, partition) => {
    for (const [key, cell] of cells) other.confirm(partition, key, cell);
  });
  deepStrictEqual(again, digests(other));
  return { first, again: nanos };
}

function mergeYjs() {
  const map = new Y.Doc().getMap('customers');
  const nanos = each(writes, ({ key, value }) => map.set(key, value));
  for (const [key, value] of last) strictEqual(map.get(key), value);
  return nanos;
}

function setMap() {
  const map = new Map();
  const nanos = each(writes, ({ key, value }) => map.set(key, value));
  for (const [key, value] of last) strictEqual(map.get(key), value);
  return nanos;
}

const frames = writes.map(({ partition, key, value, i }) => {
  const block = blockOf([{ map: 'customers', key, cell: cellOf(value, i) }]);
  return encodeFrame([{ type: 'DELTA', partition, ref: 0, seq: i, block }]);
});

function applyOurs() {
  const replica = newReplica();
  const nanos = each(frames, (frame) => {
    for (const { partition, block } of decodeFrame(frame)) {
      for (const { key, cell } of block.entries) replica.confirm(partition, key, cell);
    }
  });
  for (const [key, value] of last) strictEqual(replica.get(key), value);
  return nanos;
}

const updates = [];
{
  const doc = new Y.Doc();
  doc.on('update', (update) => updates.push(update));
  for (const { key, value } of writes) doc.getMap('customers').set(key, value);
}

function applyYjs() {
  const doc = new Y.Doc();
  const nanos = each(updates, (update) => Y.applyUpdate(doc, update));
  for (const [key, value] of last) strictEqual(doc.getMap('customers').get(key), value);
  return nanos;
}

/** Heap that what is made keeps, per entry, the keys' and the values' texts included. */
function heapOf(make) {
  global.gc();
  const before = process.memoryUsage().heapUsed;
  const kept = make();
  global.gc();
  const bytes = (process.memoryUsage().heapUsed - before) / ENTRIES;
  strictEqual(kept.size, ENTRIES);
  return bytes;
}

function fill(put) {
  for (let i = 0; i < ENTRIES; i++) put(keyOf(i), valueOf(i), i);
}

function filled() {
  const replica = newReplica();
  fill((key, value, i) => replica.confirm(partitionOf(key), key, cellOf(value, i)));
  return replica;
}

const bytes = {
  topgun: heapOf(filled),
  digested: heapOf(() => {
    const replica = filled();
    digests(replica);
    return replica;
  }),
  yjs: heapOf(() => {
    const map = new Y.Doc().getMap('customers');
    fill((key, value) => map.set(key, value));
    return map;
  }),
  map: heapOf(() => {
    const map = new Map();
    fill((key, value) => map.set(key, value));
    return map;
  }),
};

/** In turns. */
const figures = {
  merge: { topgun: [], digested: [], yjs: [], map: [] },
  apply: { topgun: [], yjs: [] },
  digest: { first: [], again: [] },
};
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  const { replica, nanos } = mergeOurs();
  figures.merge.topgun.push(nanos);
  const { first, again } = digestOurs(replica);
  figures.digest.first.push(first);
  figures.digest.again.push(again);
  figures.merge.yjs.push(mergeYjs());
  figures.merge.digested.push(mergeAndDigest());
  figures.merge.map.push(setMap());
  figures.apply.topgun.push(applyOurs());
  figures.apply.yjs.push(applyYjs());
}
const median = (all) => all.slice(WARM_UP).sort((a, b) => a - b)[ROUNDS >> 1];
const medians = (lines) =>
  Object.fromEntries(Object.entries(lines).map(([line, all]) => [line, median(all)]));
const { merge: set, apply, digest } = figures;
console.log(
  JSON.stringify({ merge: medians(set), apply: medians(apply), digest: medians(digest), bytes }),
);
