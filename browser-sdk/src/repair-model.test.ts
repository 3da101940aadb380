import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridSlice } from '../test/support/grid-slice.ts';
import { mulberry32 } from '../test/support/mulberry32.ts';
import { digestsOf } from '../test/support/plain-digests.ts';
import { type Cell, merge } from './cell.ts';
import { HybridClock } from './clock.ts';
import { deleteDelta, setDelta, updateDelta } from './delta.ts';
import { FOREVER } from './life.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Fetch, Message, Pick } from './message.ts';
import { partitionOf } from './partition.ts';
import { PLAN, type RepairPlan } from './repair-plan.ts';
import { Replica } from './replica.ts';
import { Subscriptions } from './subscriptions.ts';

/*
 * Whatever a client and a server hold, whatever changes while they compare, and in whichever order answers
 * and changes arrive: at the end the client holds what the server does.
 */

const PARTITION = partitionOf('k0');
/** Of one partition. */
const KEYS = Array.from({ length: 40_000 }, (_, i) => `k${i}`).filter(
  (key) => partitionOf(key) === PARTITION,
);

interface Case {
  readonly keys: number;
  /** Of 100 keys: how many hold something else, only here, or only there. */
  readonly changed: number;
  readonly surplus: number;
  readonly missing: number;
  /** How many writes and frontiers come while they compare. */
  readonly live: number;
  /** Of what an answer may hold. */
  readonly most: number;
  readonly seed: number;
}

const cases = (liveMax: number): fc.Arbitrary<Case> =>
  fc.record({
    keys: fc.constantFrom(0, 5, 7, 8, 30, 80, KEYS.length),
    changed: fc.constantFrom(0, 2, 10, 50),
    surplus: fc.constantFrom(0, 2, 10, 100),
    missing: fc.constantFrom(0, 2, 10),
    live: fc.integer({ min: 0, max: liveMax }),
    most: fc.constantFrom(1, 5, 1_000),
    seed: fc.integer(),
  });

let stamps = 0;

/** Some delta, never the same twice. */
function delta(ms: number, random: (end: number) => number): Cell {
  const stamp = { ms, counter: stamps++ & 0xffff, writer: 'w' };
  const fields = { [`f${random(3)}`]: random(1_000) };
  const kind = random(6);
  if (kind === 0) return deleteDelta('fields', stamp);
  return kind < 3
    ? setDelta(fields, stamp, FOREVER, DEFAULT_LIMITS)
    : updateDelta(fields, stamp, DEFAULT_LIMITS);
}

/** What a run left: the two digests, and what was asked. */
interface Outcome {
  readonly own: string;
  readonly server: string;
  readonly status: string;
  readonly questions: readonly (Fetch | Pick)[];
}

async function run(it: Case, plan: RepairPlan): Promise<Outcome> {
  const random = mulberry32(it.seed);
  const grid = new GridSlice('m', PARTITION, []);
  const replica = new Replica('m', 'map', Date.now, () => {});
  for (const key of KEYS.slice(0, it.keys)) {
    const base = setDelta({ f0: 1, f1: random(9) }, stampAt(1), FOREVER, DEFAULT_LIMITS);
    const fate = random(100);
    const isMissing = fate < it.missing;
    const isSurplus = !isMissing && fate < it.missing + it.surplus;
    const isChanged = random(100) < it.changed;
    if (!isMissing) replica.confirm(PARTITION, key, base);
    if (!isSurplus) grid.write(key, isChanged ? merge(base, delta(2, random)) : base);
  }
  const asked: (Fetch | Pick)[] = [];
  const questions: (Fetch | Pick)[] = [];
  const answers: Message[] = [];
  const changes: Message[] = [];
  const subscriptions = new Subscriptions(
    new HybridClock(Date.now, 'me'),
    (messages) => {
      for (const message of messages) {
        if (message.type === 'FETCH' || message.type === 'PICK') questions.push(message);
        else answers.push(grid.digest(1, 0), { type: 'SYNCED', subId: 1 });
      }
    },
    plan,
  );
  replica.setStatus('local');
  subscriptions.add(replica);
  subscriptions.goLive();
  subscriptions.handle({ type: 'STORE', ref: 0, storeId: '00000000000000a1', incarnation: 1 });

  let live = it.live;
  const change = (): void => {
    live--;
    const place = { partition: PARTITION, ref: 0 };
    if (random(6) === 0) {
      // The client reads too slowly: what is on its way is let go, and forgotten before it is read again.
      changes.length = 0;
      answers.push(grid.digest(1, 0));
      return;
    }
    if (random(5) === 0) {
      grid.advanceFrontier(grid.frontierMs + random(2));
      const { seq, frontierMs } = grid;
      changes.push({ type: 'FRONTIER', ...place, seq, frontierMs });
      return;
    }
    const key = KEYS[random(Math.max(1, it.keys))] as string;
    const cell = delta(100 + random(9), random);
    grid.write(key, cell);
    const block = { entries: [{ map: 'm', key, cell }], newestMs: 0, newestCounter: 0 };
    changes.push({ type: 'DELTA', ...place, seq: grid.seq, block });
  };
  const steps: readonly (readonly [isPossible: () => boolean, step: () => void])[] = [
    [() => live > 0, change],
    [() => answers.length > 0, () => subscriptions.handle(answers.shift() as Message)],
    [() => changes.length > 0, () => subscriptions.handle(changes.shift() as Message)],
    [
      () => questions.length > 0,
      () => {
        const question = questions.shift() as Fetch | Pick;
        asked.push(question);
        answers.push(grid.answer(question, 1 + random(it.most)));
      },
    ],
  ];
  for (;;) {
    const possible = steps.filter(([isPossible]) => isPossible());
    if (possible.length === 0) break;
    possible[random(possible.length)]?.[1]();
    await Promise.resolve();
  }
  grid.advanceFrontier(grid.frontierMs);
  const { seq, frontierMs } = grid;
  subscriptions.handle({ type: 'FRONTIER', partition: PARTITION, ref: 0, seq, frontierMs });
  const own = replica.slices[PARTITION]?.cells ?? new Map();
  return {
    own: digestsOf(own, 0).toString(),
    server: digestsOf(grid.cells, 0).toString(),
    status: replica.status,
    questions: asked,
  };
}

function stampAt(ms: number): { ms: number; counter: number; writer: string } {
  return { ms, counter: stamps++ & 0xffff, writer: 'w' };
}

type Law = (plan: RepairPlan, numRuns: number) => Promise<void>;

const endsEqual: Law = async (plan, numRuns) => {
  const law = fc.asyncProperty(cases(30), async (it) => {
    const { own, server, status } = await run(it, plan);
    expect([own, status]).toEqual([server, 'synced']);
  });
  await fc.assert(law, { numRuns });
};

/** Needs no second pass when nothing changes meanwhile and cut digests do not collide. */
const isDoneAtOnce: Law = async (plan, numRuns) => {
  const law = fc.asyncProperty(cases(0), async (it) => {
    stamps = 0;
    const { own, server, questions } = await run(it, plan);
    expect(own).toBe(server);
    const digests = questions.filter((it) => it.type === 'FETCH' && it.buckets.length === 0);
    expect(digests.length).toBeLessThanOrEqual(1);
  });
  // A seed with which they do not.
  await fc.assert(law, { numRuns, seed: 1 });
};

/** So that 150 keys are many. */
const SMALL: RepairPlan = {
  ...PLAN,
  depthFor: (keys) => (keys < 8 ? 0 : keys < 40 ? 1 : 2),
  isFew: (cells) => cells <= 6,
};
const NARROW: RepairPlan = { ...SMALL, digestWidth: 1, keyWidth: 1 };

describe('a repair', () => {
  it(
    'ends with what the server has, whatever changes meanwhile',
    () => endsEqual(SMALL, 300),
    60_000,
  );
  it('ends so even if cut digests collide', () => endsEqual(NARROW, 300), 60_000);
  it('is done at once when nothing changes', () => isDoneAtOnce(SMALL, 200), 60_000);
});

describe('the model finds a repair that', () => {
  it.each<[string, Law, Partial<RepairPlan>]>([
    [
      'does not check whether it is done',
      endsEqual,
      { digestWidth: 1, keyWidth: 1, isRepaired: () => true },
    ],
    ['forgets to drop what the server does not have', isDoneAtOnce, { surplus: () => [] }],
    ['forgets to pick what it does not have', isDoneAtOnce, { missing: () => [] }],
  ])(
    '%s',
    async (_, law, wrong) => {
      await expect(law({ ...SMALL, ...wrong }, 1_000)).rejects.toThrow();
    },
    60_000,
  );
});
