import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridReplica, GridSession, type Step } from '../test/support/grid-session.ts';
import { mulberry32 } from '../test/support/mulberry32.ts';
import { digestsOf } from '../test/support/plain-digests.ts';
import type { Cell } from './cell.ts';
import { HybridClock } from './clock.ts';
import { deleteDelta, setDelta, updateDelta } from './delta.ts';
import { FOREVER } from './life.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { partitionOf } from './partition.ts';
import { PLAN, type RepairPlan } from './repair-plan.ts';
import { Replica } from './replica.ts';
import type { Slice } from './slice.ts';
import type { Position } from './store.ts';
import { Subscriptions } from './subscriptions.ts';
import { valueCell } from './value-cell.ts';

/*
 * A client of a cluster whose replicas are apart at times: whatever it is served from, and whenever that is exchanged,
 * the connection breaks or the page is loaded again, it ends with what the replica has that serves it. That goes
 * for the one whose position it states, too: so it states none that covers what it does not have.
 */

const MAP = 'm';
const PARTITION = partitionOf('k0');
/** Of one partition. */
const KEYS = Array.from({ length: 6_000 }, (_, i) => `k${i}`).filter(
  (key) => partitionOf(key) === PARTITION,
);

interface Case {
  readonly replicas: number;
  readonly keys: number;
  readonly events: number;
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  replicas: fc.integer({ min: 1, max: 3 }),
  keys: fc.constantFrom(1, 4, 7, KEYS.length),
  events: fc.integer({ min: 1, max: 60 }),
  seed: fc.integer(),
});

class World {
  readonly #random: (end: number) => number;
  readonly #plan: RepairPlan;
  readonly #keys: readonly string[];
  readonly #replicas: readonly GridReplica[];
  #stamps = 0;
  #client: Replica;
  #subscriptions: Subscriptions;
  #session: GridSession | undefined;
  #kept: {
    readonly cells: readonly (readonly [string, Cell])[];
    readonly position: Position | null;
  };

  constructor(it: Case, plan: RepairPlan) {
    this.#random = mulberry32(it.seed);
    this.#plan = plan;
    this.#keys = KEYS.slice(0, it.keys);
    this.#replicas = Array.from(
      { length: it.replicas },
      (_, i) => new GridReplica(`00000000000000a${i}`, MAP, PARTITION),
    );
    this.#kept = { cells: [], position: null };
    for (const key of this.#keys) {
      if (this.#random(3) > 0) this.#any(this.#replicas).write(key, this.#delta());
    }
    [this.#client, this.#subscriptions] = this.#load();
  }

  async run(events: number): Promise<void> {
    for (let left = events; left > 0; left--) {
      this.#event();
      for (let steps = this.#random(8); steps > 0; steps--) await this.#step();
    }
    if (this.#session !== undefined) await this.#settle();
    this.#connect(this.#any(this.#replicas));
    await this.#settle();
    // To where it says that it is.
    this.#connectTo(this.#slice.position);
    await this.#settle();
    this.#reload();
    this.#connectTo(this.#slice.position);
    await this.#settle();
    this.#subscriptions.close();
  }

  get #slice(): Slice {
    return this.#client.slices[PARTITION] as Slice;
  }

  #event(): void {
    const replica = this.#any(this.#replicas);
    switch (this.#random(12)) {
      case 0:
        this.#connect(replica);
        return;
      case 1:
      case 2:
        if (replica !== this.#session?.source) this.#session?.switchTo(replica);
        return;
      case 3:
        this.#session?.letGo();
        return;
      case 4:
        this.#advanceFrontierOf(replica);
        return;
      case 5:
        replica.mergeFrom(this.#any(this.#replicas));
        return;
      case 6:
        this.#keep();
        return;
      case 7:
        this.#reload();
        this.#connect(replica);
        return;
      default:
        replica.write(this.#any(this.#keys), this.#delta());
    }
  }

  /** What is so old has reached every replica. */
  #advanceFrontierOf(replica: GridReplica): void {
    for (const to of this.#replicas) {
      for (const from of this.#replicas) to.mergeFrom(from);
    }
    replica.advanceFrontier(replica.slice.frontierMs + this.#random(6));
  }

  async #step(): Promise<boolean> {
    const steps: Step[] = this.#session?.steps ?? [];
    if (steps.length === 0) return false;
    this.#any(steps)();
    await Promise.resolve();
    return true;
  }

  async #settle(): Promise<void> {
    while (await this.#step()) {}
    const source = this.#session?.source;
    const theirs = digestsOf(source?.slice.cells ?? new Map(), 0).toString();
    expect([digestsOf(this.#slice.cells, 0).toString(), this.#client.status]).toEqual([
      theirs,
      'synced',
    ]);
    expect(this.#slice.position).toMatchObject({ storeId: source?.storeId });
    this.#keep();
  }

  #connect(replica: GridReplica): void {
    this.#session?.end();
    this.#subscriptions.goOffline();
    const session = new GridSession(
      replica,
      (message) => {
        if (session === this.#session) this.#subscriptions.handle(message);
      },
      this.#random,
    );
    this.#session = session;
    this.#subscriptions.goLive();
  }

  #connectTo(position: Position | null): void {
    const named = this.#replicas.find(({ storeId }) => storeId === position?.storeId);
    this.#connect(named ?? this.#any(this.#replicas));
  }

  /** As a checkpoint does: cells and position in one record, and nothing if no cell was changed. */
  #keep(): void {
    if (!this.#client.dirty.delete(PARTITION)) return;
    this.#kept = { cells: [...this.#slice.cells], position: this.#slice.position };
  }

  #reload(): void {
    this.#session?.end();
    this.#subscriptions.close();
    this.#session = undefined;
    [this.#client, this.#subscriptions] = this.#load();
  }

  #load(): [Replica, Subscriptions] {
    const client = new Replica(
      MAP,
      'map',
      () => 0,
      () => {},
    );
    const slice = client.slices[PARTITION] as Slice;
    for (const [key, cell] of this.#kept.cells) client.confirm(PARTITION, key, cell);
    slice.position = this.#kept.position;
    client.dirty.clear();
    client.setStatus('local');
    const subscriptions = new Subscriptions(
      new HybridClock(() => 0, 'me'),
      (messages) => {
        for (const message of messages) this.#session?.onMessage(message);
      },
      this.#plan,
    );
    subscriptions.add(client);
    return [client, subscriptions];
  }

  #any<T>(items: readonly T[]): T {
    return items[this.#random(items.length)] as T;
  }

  /** Some delta, never the same twice, mostly of fields. */
  #delta(): Cell {
    const frontierMs = Math.max(...this.#replicas.map(({ slice }) => slice.frontierMs));
    const stamp = { ms: frontierMs + 1 + this.#random(9), counter: this.#stamps++, writer: 'w' };
    const fields = { [`f${this.#random(3)}`]: this.#random(1_000) };
    const kind = this.#random(12);
    if (kind === 0) return valueCell(stamp, 1, FOREVER);
    if (kind < 4) return deleteDelta('fields', stamp);
    return kind < 8
      ? setDelta(fields, stamp, FOREVER, DEFAULT_LIMITS)
      : updateDelta(fields, stamp, DEFAULT_LIMITS);
  }
}

const endsAsItsSource = async (plan: RepairPlan, numRuns: number): Promise<void> => {
  const law = fc.asyncProperty(cases, async (it) => {
    await new World(it, plan).run(it.events);
  });
  await fc.assert(law, { numRuns });
};

/** So that few keys are many. */
const SMALL: RepairPlan = {
  ...PLAN,
  depthFor: (keys) => (keys < 4 ? 0 : 1),
  isFew: (cells) => cells <= 3,
};
const NARROW: RepairPlan = { ...SMALL, digestWidth: 1, keyWidth: 1 };

describe('a client of several stores', () => {
  it(
    'ends with what the last one has, and states no position that it has not',
    () => endsAsItsSource(SMALL, 1_000),
    60_000,
  );
  it('does so even if cut digests collide', () => endsAsItsSource(NARROW, 500), 120_000);
});
