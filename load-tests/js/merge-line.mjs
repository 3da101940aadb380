// Our merge beside Yjs' Y.Map and a plain Map, in one process; prints a line of JSON.
import { strictEqual } from 'node:assert';
import * as Y from 'yjs';
import { blockOf } from '../../browser-sdk/dist/block-codec.js';
import { digestsOf } from '../../browser-sdk/dist/digest.js';
import { decodeFrame, encodeFrame } from '../../browser-sdk/dist/message-codec.js';
import { FOREVER } from '../../browser-sdk/dist/life.js';
import { partitionOf } from '../../browser-sdk/dist/partition.js';
import { Replica } from '../../browser-sdk/dist/replica.js';

const KEYS = 5_000;
const WRITES = 20_000;
const ENTRIES = 50_000;
/** A round takes milliseconds: until here compiling shows in them. */
const WARM_UP = 20;
const ROUNDS = 21;
const WRITER = '9f86d081884c7d65';
const MS = 1_790_000_000_000;

// The same writes for all: a key out of KEYS, a text of 20 characters, a stamp.
let seed = 271;
const random = (bound) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((seed / 2 ** 32) * bound);
};
const writes = Array.from({ length: WRITES }, (_, i) => ({
  key: `customer/${random(KEYS)}`,
  value: `value number ${String(i).padStart(7, '0')}`,
}));
for (const [i, write] of writes.entries()) {
  write.cell = cellOf(write.value, i);
  write.partition = partitionOf(write.key); // a message has it
}
const last = new Map(writes.map(({ key, value }) => [key, value]));

function cellOf(value, i) {
  const stamp = { ms: MS + (i >> 8), counter: i & 255, writer: WRITER };
  return { kind: 'value', stamp, value, life: FOREVER };
}

const newReplica = () => new Replica('customers', 'map', () => MS, () => {});

/** Applies every write of a line; gives the processor time of one in ns. */
function timed(items, work) {
  const start = process.cpuUsage();
  for (const item of items) work(item);
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / items.length;
}

function setOurs() {
  const replica = newReplica();
  const nanos = timed(writes, ({ partition, key, cell }) => replica.confirm(partition, key, cell));
  strictEqual(replica.size, last.size);
  for (const [key, value] of last) strictEqual(replica.get(key), value);
  return { replica, nanos };
}

/** What a client pays that is asked for the digests of all it holds: per entry, not per write. */
function digestOurs(replica) {
  const nanos = timed(replica.slices, ({ cells }) => digestsOf(cells, 0));
  return (nanos * replica.slices.length) / replica.size;
}

function setYjs() {
  const doc = new Y.Doc();
  const map = doc.getMap('customers');
  const nanos = timed(writes, ({ key, value }) => map.set(key, value));
  for (const [key, value] of last) strictEqual(map.get(key), value);
  return nanos;
}

function setMap() {
  const map = new Map();
  const nanos = timed(writes, ({ key, value }) => map.set(key, value));
  for (const [key, value] of last) strictEqual(map.get(key), value);
  return nanos;
}

const frames = writes.map(({ partition, key, cell }, seq) => {
  const block = blockOf([{ map: 'customers', key, cell }]);
  return encodeFrame([{ type: 'DELTA', partition, ref: 0, seq, block }]);
});

function applyOurs() {
  const replica = newReplica();
  const nanos = timed(frames, (frame) => {
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
  const nanos = timed(updates, (update) => Y.applyUpdate(doc, update));
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

const entry = (i) => [`customer/${i}`, `value number ${String(i).padStart(7, '0')}`];

function fill(put) {
  for (let i = 0; i < ENTRIES; i++) put(...entry(i), i);
}

const bytes = {
  topgun: heapOf(() => {
    const replica = newReplica();
    fill((key, value, i) => replica.confirm(partitionOf(key), key, cellOf(value, i)));
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
const figures = { set: { topgun: [], yjs: [], map: [] }, apply: { topgun: [], yjs: [] }, digest: { topgun: [] } };
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  const { replica, nanos } = setOurs();
  figures.set.topgun.push(nanos);
  figures.digest.topgun.push(digestOurs(replica));
  figures.set.yjs.push(setYjs());
  figures.set.map.push(setMap());
  figures.apply.topgun.push(applyOurs());
  figures.apply.yjs.push(applyYjs());
}
const median = (all) => all.slice(WARM_UP).sort((a, b) => a - b)[ROUNDS >> 1];
const medians = (lines) =>
  Object.fromEntries(Object.entries(lines).map(([line, all]) => [line, median(all)]));
const { set, apply, digest } = figures;
console.log(
  JSON.stringify({ set: medians(set), apply: medians(apply), digest: medians(digest), bytes }),
);
