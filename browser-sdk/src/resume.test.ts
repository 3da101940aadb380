import { beforeEach, describe, expect, it } from 'vitest';
import { GridSlice } from '../test/support/grid-slice.ts';
import { blockOf } from './block-codec.ts';
import type { Cell } from './cell.ts';
import { HybridClock } from './clock.ts';
import { FOREVER } from './life.ts';
import type { Fetch, Message, Pick, Subscribe } from './message.ts';
import { partitionOf } from './partition.ts';
import { Replica } from './replica.ts';
import type { Slice } from './slice.ts';
import { Subscriptions } from './subscriptions.ts';
import { valueCell } from './value-cell.ts';

const MAP = 'm';
const PARTITION = partitionOf('k0');
/** Two keys of one partition. */
const [GONE = '', KEPT = ''] = Array.from({ length: 2_000 }, (_, i) => `k${i}`).filter(
  (key) => partitionOf(key) === PARTITION,
);

const value = (content: number, ms: number): Cell =>
  valueCell({ ms, counter: 0, writer: 'w' }, content, FOREVER);

let sent: Message[];
let replica: Replica;
let slice: Slice;
let subscriptions: Subscriptions;

beforeEach(() => {
  sent = [];
  replica = new Replica(
    MAP,
    'map',
    () => 50,
    () => {},
  );
  slice = replica.slices[PARTITION] as Slice;
  replica.setStatus('local');
  subscriptions = new Subscriptions(new HybridClock(() => 0, 'me'), (messages) => {
    sent.push(...messages);
  });
});

function goLive(): Subscribe {
  subscriptions.goOffline();
  subscriptions.goLive();
  subscriptions.handle({ type: 'STORE', ref: 0, storeId: '00000000000000a1', incarnation: 1 });
  return sent.at(-1) as Subscribe;
}

/** What is asked, once the questions of this turn are sent. */
async function asked(): Promise<Fetch | Pick> {
  await Promise.resolve();
  return sent.at(-1) as Fetch | Pick;
}

function snapshot(key: string, more: boolean): Message {
  const block = blockOf([{ map: MAP, key, cell: value(1, 10) }]);
  return { type: 'SNAPSHOT', subId: 1, partition: PARTITION, ref: 0, seq: 7, more, block };
}

function delta(key: string, seq: number): Message {
  const block = blockOf([{ map: MAP, key, cell: value(seq, 20) }]);
  return { type: 'DELTA', partition: PARTITION, ref: 0, seq, block };
}

describe('a position', () => {
  it('is asked for with none where nothing is held', () => {
    subscriptions.add(replica);
    expect(goLive().positions).toBeNull();
  });

  it('is one that nobody takes where something is held without, as a chunk of many', async () => {
    subscriptions.add(replica);
    goLive();
    subscriptions.handle(snapshot(GONE, true));
    // The connection breaks here, and the key is deleted and forgotten before the next one.
    const [group, ...others] = goLive().positions ?? [];
    expect([group?.seqs, others]).toEqual([[PARTITION, 0], []]);
    expect(group?.storeId).not.toBe('00000000000000a1');
    const server = new GridSlice(MAP, PARTITION, []);
    server.frontierMs = 10;
    subscriptions.handle(server.digest(1, 0));
    subscriptions.handle(server.answer(await asked(), 9));
    expect([replica.get(GONE), slice.position?.seq]).toEqual([undefined, server.seq]);
  });

  it('is given up when something comes from another store that it was not compared with', () => {
    subscriptions.add(replica);
    goLive();
    subscriptions.handle(snapshot(GONE, false));
    subscriptions.handle({ type: 'STORE', ref: 1, storeId: '00000000000000b1', incarnation: 1 });
    subscriptions.handle({ ...delta(KEPT, 30), ref: 1 } as Message);
    expect([replica.get(KEPT), slice.position]).toEqual([30, null]);
    subscriptions.handle({ ...delta(KEPT, 31), ref: 1 } as Message);
    expect([replica.get(KEPT), slice.position]).toEqual([31, null]);
    const [group] = goLive().positions ?? [];
    expect([group?.storeId, group?.seqs]).toEqual(['0000000000000000', [PARTITION, 0]]);
  });

  it('is of the store that serves it, while others go on being of another', async () => {
    subscriptions.add(replica);
    goLive();
    subscriptions.handle(snapshot(GONE, false));
    const far = partitionOf('far away');
    subscriptions.handle({
      ...snapshot(GONE, false),
      partition: far,
      block: blockOf([]),
    } as Message);
    subscriptions.handle({ type: 'STORE', ref: 1, storeId: '00000000000000b1', incarnation: 4 });
    const server = new GridSlice(MAP, PARTITION, slice.cells);
    server.ref = 1;
    subscriptions.handle(server.digest(1, 0));
    await Promise.resolve();
    expect(goLive().positions).toEqual([
      { storeId: '00000000000000b1', incarnation: 4, seqs: [PARTITION, server.seq] },
      { storeId: '00000000000000a1', incarnation: 1, seqs: [far, 7] },
    ]);
  });

  it('is of the store as it is now where nothing changed, and goes on from there', () => {
    subscriptions.add(replica);
    goLive();
    subscriptions.handle(snapshot(GONE, false));
    goLive();
    subscriptions.handle({ type: 'STORE', ref: 0, storeId: '00000000000000a1', incarnation: 5 });
    subscriptions.handle({ type: 'STORE', ref: 1, storeId: '00000000000000b1', incarnation: 6 });
    expect(slice.position?.incarnation).toBe(1);
    subscriptions.handle({ type: 'SYNCED', subId: 1 });
    expect(slice.position).toEqual({ storeId: '00000000000000a1', incarnation: 5, seq: 7 });
    subscriptions.handle(delta(KEPT, 8));
    expect(slice.position?.seq).toBe(8);
  });

  it('is none of a store that this connection has not named', () => {
    subscriptions.add(replica);
    goLive();
    slice.position = { storeId: '00000000000000b1', incarnation: 1, seq: 7 };
    subscriptions.handle({ type: 'SYNCED', subId: 1 });
    expect(slice.isCaughtUp).toBe(false);
  });

  it('is not moved by a chunk while it is repaired', () => {
    subscriptions.add(replica);
    goLive();
    replica.confirm(PARTITION, GONE, value(1, 10));
    subscriptions.handle(new GridSlice(MAP, PARTITION, []).digest(1, 0));
    subscriptions.handle(snapshot(KEPT, false));
    expect([slice.position, replica.get(KEPT)]).toEqual([null, 1]);
  });

  it('is not moved by live changes while it is repaired', async () => {
    subscriptions.add(replica);
    goLive();
    subscriptions.handle(snapshot(GONE, false));
    expect(slice.position?.seq).toBe(7);
    // As to a slow reader, of whom the server let changes go that it has forgotten by now.
    const server = new GridSlice(MAP, PARTITION, []);
    subscriptions.handle(server.digest(1, 0));
    subscriptions.handle(delta(KEPT, server.seq + 1));
    expect(slice.position?.seq).toBe(7);
    subscriptions.handle(server.answer(await asked(), 9));
    expect(slice.position?.seq).toBe(server.seq);
    expect([replica.get(GONE), replica.get(KEPT)]).toEqual([undefined, server.seq + 1]);
    subscriptions.handle(delta(KEPT, server.seq + 2));
    expect(slice.position?.seq).toBe(server.seq + 2);
  });
});
