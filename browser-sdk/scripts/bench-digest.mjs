// What it costs a client whose position is too old to find what differs: fills a map of a running node, then
// compares it with a replica that differs in 0, 1 and 10,000 keys:
// npm run bench:digest [-- --url http://127.0.0.1:8080/ --keys 1000000 --differences 0,1,10000 --token …]
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { blockOf, encodeBlock } from '../dist/block-codec.js';
import { HybridClock } from '../dist/clock.js';
import { FOREVER } from '../dist/life.js';
import { decodeFrame, encodeFrame } from '../dist/message-codec.js';
import { newWriter, socketUrls } from '../dist/options.js';
import { PARTITIONS, partitionOf } from '../dist/partition.js';
import { Replica } from '../dist/replica.js';
import { Subscriptions } from '../dist/subscriptions.js';
import { valueCell } from '../dist/value-cell.js';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080/' },
    keys: { type: 'string', default: '1000000' },
    differences: { type: 'string', default: '0,1,10000' },
    token: { type: 'string' },
  },
});
const KEYS = Number(values.keys);
const OPS_PER_FRAME = 1_000;
const FRAMES_IN_FLIGHT = 16;
/** No node has such a store, so no position in it is good. */
const NO_STORE = { storeId: 'ffffffffffffffff', incarnation: 1, seq: 1 };

const startMs = Date.now();
const map = `digest-${startMs.toString(36)}`;
const writer = newWriter();
const keyOf = (i) => `key-${i.toString(36)}`;

/** A value of 150 bytes. */
function cellOf(i) {
  const stamp = { ms: startMs - 60_000 + (i >> 16), counter: i & 0xffff, writer };
  return valueCell(stamp, `${i} `.padEnd(148, 'abcdefghij'), FOREVER);
}

/** A socket that has been welcomed; `onMessages` gets what each frame brings, its length, and how to answer. */
async function connect(onMessages) {
  const socket = new WebSocket(socketUrls({ url: values.url })[0], 'topgun.1');
  socket.binaryType = 'arraybuffer';
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', resolve);
  });
  const send = (messages) => {
    const frame = encodeFrame(messages);
    socket.send(frame);
    return frame.length;
  };
  const welcomed = new Promise((resolve) => {
    socket.on('message', (data) => {
      const messages = decodeFrame(new Uint8Array(data));
      for (const message of messages) {
        if (message.type === 'WELCOME') resolve();
        if (message.type === 'PING') send([{ type: 'PONG', id: message.id, clockMs: Date.now() }]);
        if (message.type === 'ERROR') throw new Error(`${message.code} ${message.text}`);
      }
      onMessages(messages, data.byteLength, send);
    });
  });
  const [minVersion, maxVersion, token] = [1, 1, values.token ?? null];
  const clockMs = Date.now();
  send([{ type: 'HELLO', minVersion, maxVersion, writer, token, clockMs, agent: 'bench' }]);
  await welcomed;
  return { send, close: () => socket.close() };
}

async function fill() {
  let acked = 0;
  let wake = () => {};
  const { send, close } = await connect((messages) => {
    for (const message of messages) {
      if (message.type !== 'ACK') continue;
      if (message.rejections.length > 0) throw new Error(JSON.stringify(message.rejections[0]));
      for (let i = 1; i < message.runs.length; i += 2) acked += message.runs[i];
    }
    wake();
  });
  for (let i = 0; i < KEYS; i += OPS_PER_FRAME) {
    while (i - acked >= OPS_PER_FRAME * FRAMES_IN_FLIGHT) {
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
    const count = Math.min(OPS_PER_FRAME, KEYS - i);
    const block = blockOf(
      Array.from({ length: count }, (_, j) => ({ map, key: keyOf(i + j), cell: cellOf(i + j) })),
    );
    send([{ type: 'OPS', level: 1, runs: [i, count], block }]);
  }
  while (acked < KEYS) {
    await new Promise((resolve) => {
      wake = resolve;
    });
  }
  close();
}

/** Makes some cells of the replica older than the server's; gives the least bytes in which those can be sent. */
function differ(replica, count) {
  const differing = [];
  for (let n = 0; n < count; n++) {
    const i = Math.floor((n * KEYS) / count + KEYS / count / 2);
    const cell = cellOf(i);
    differing.push({ map, key: keyOf(i), cell });
    const older = { ...cell, ms: cell.ms - 1, value: 'old' };
    replica.put(partitionOf(keyOf(i)), keyOf(i), older);
  }
  return count === 0 ? 0 : encodeBlock(differing).length;
}

async function compare(replica, differences) {
  const cellBytes = differ(replica, differences);
  for (const slice of replica.slices) slice.position = NO_STORE;
  const asked = new Array(PARTITIONS).fill(0);
  const bytes = new Array(PARTITIONS).fill(0);
  const total = { sent: 0, received: 0 };
  let synced = () => {};
  const done = new Promise((resolve) => {
    synced = resolve;
  });
  const count = (message) => {
    if (message.partition !== undefined) bytes[message.partition] += encodeFrame([message]).length;
  };
  let send = () => 0;
  const subscriptions = new Subscriptions(new HybridClock(Date.now, writer), (messages) => {
    total.sent += send(messages);
    for (const message of messages) {
      count(message);
      if (message.partition !== undefined) asked[message.partition]++;
    }
  });
  replica.setStatus('local');
  subscriptions.add(replica);
  const start = performance.now();
  const socket = await connect((messages, length, answer) => {
    send = answer;
    total.received += length;
    for (const message of messages) {
      count(message);
      if (message.type === 'WELCOME') subscriptions.goLive();
      else subscriptions.handle(message);
    }
    if (replica.status === 'synced') synced();
  });
  await done;
  const ms = performance.now() - start;
  subscriptions.goOffline();
  socket.close();
  const touched = Array.from(asked.keys()).filter((partition) => asked[partition] > 0);
  const perTouched = touched.map((partition) => bytes[partition]);
  const quiet = Array.from(asked.keys()).filter((partition) => asked[partition] === 0);
  console.log(
    JSON.stringify({
      differences,
      roundTrips: 1 + Math.max(...asked),
      partitionsTouched: touched.length,
      bytesOfAnUntouchedPartition: Math.max(0, ...quiet.map((partition) => bytes[partition])),
      bytesOfATouchedPartition: [Math.min(...perTouched), Math.max(...perTouched)],
      sent: total.sent,
      received: total.received,
      cellBytes,
      ratio: cellBytes === 0 ? null : (total.sent + total.received) / cellBytes,
      ms: Math.round(ms),
    }),
  );
}

function prove(replica) {
  for (let i = 0; i < KEYS; i++) {
    if (replica.get(keyOf(i)) !== cellOf(i).value) throw new Error(`${keyOf(i)} is wrong`);
  }
  if (replica.size !== KEYS) throw new Error(`${replica.size} keys`);
}

await fill();
console.log(`${KEYS} keys in ${map}`);
const replica = new Replica(map, 'map', Date.now, () => {});
for (let i = 0; i < KEYS; i++) replica.confirm(partitionOf(keyOf(i)), keyOf(i), cellOf(i));
for (const differences of values.differences.split(',').map(Number)) {
  await compare(replica, differences);
  prove(replica);
}
