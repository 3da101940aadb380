// Decodes 171,000 cells of six short fields, as SNAPSHOT chunks of 1,000, and puts them into a replica; then asks for each.
import { blockOf } from '../dist/block-codec.js';
import { fieldsCell } from '../dist/fields-cell.js';
import { FOREVER } from '../dist/life.js';
import { decodeFrame, encodeFrame } from '../dist/message-codec.js';
import { partitionOf } from '../dist/partition.js';
import { Replica } from '../dist/replica.js';

const CELLS = 171_000;
const CHUNK = 1_000;
const NAMES = ['lat', 'lng', 'name', 'admin1', 'admin2', 'country'];

function city(i) {
  const stamp = { ms: 1_790_000_000_000 + (i >> 8), counter: i & 255, writer: 'importer01' };
  const values = [
    (i % 180) + 0.53176,
    (i % 90) + 1.56654,
    `Sant Julià ${i}`,
    `${i % 50}`,
    `${i % 999}`,
    'AD',
  ];
  return fieldsCell({ stamp, present: true, life: FOREVER }, NAMES, values, null);
}

const byPartition = new Map();
for (let i = 0; i < CELLS; i++) {
  const key = `city-${i}`;
  const partition = partitionOf(key);
  if (!byPartition.has(partition)) byPartition.set(partition, []);
  byPartition.get(partition).push({ map: 'cities', key, cell: city(i) });
}

const frames = [];
for (const [partition, entries] of byPartition) {
  for (let i = 0; i < entries.length; i += CHUNK) {
    const block = blockOf(entries.slice(i, i + CHUNK));
    const message = { type: 'SNAPSHOT', subId: 1, partition, ref: 0, seq: i, more: false, block };
    frames.push(encodeFrame([message]));
  }
}
const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);

for (let round = 0; round < 5; round++) {
  const replica = new Replica('cities', 'map', Date.now, () => {});
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (const frame of frames) {
    for (const message of decodeFrame(frame)) {
      for (const entry of message.block.entries) {
        replica.confirm(message.partition, entry.key, entry.cell);
      }
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - start;
  if (replica.size !== CELLS) throw new Error(`${replica.size} cells`);
  const asked = performance.now();
  let found = 0;
  for (const [, city] of replica.entries()) if (city.country === 'AD') found++;
  if (found !== CELLS) throw new Error(`${found} cities`);
  const askedMs = performance.now() - asked;
  console.log(
    `${ms.toFixed(0)} ms, ${((user + system) / 1000).toFixed(0)} ms of CPU, ${(bytes / CELLS).toFixed(1)} bytes a cell; all asked for in ${askedMs.toFixed(0)} ms`,
  );
}
