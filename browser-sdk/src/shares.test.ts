import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { action, CountingBench, type Ends } from '../test/support/counting-bench.ts';
import type { HybridClock } from './clock.ts';
import { counterCell } from './counter-cell.ts';
import { isSent, type PendingOp } from './outbox.ts';
import { Sender } from './sender.ts';
import type { Stamp } from './stamp.ts';

/*
 * Whatever happens between a client and a server, what is added to a counter counts once, and what is
 * refused not at all.
 */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function countsOnce(ends: Ends, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40, size: 'max' }), async (actions) => {
      const bench = new CountingBench(ends);
      for (const it of actions) await bench.run(it);
      await bench.run({ type: 'turnClock', aheadMs: 0 });
      await bench.run({ type: 'turnServerClock', aheadMs: 0 });
      await bench.run({ type: 'connect' });
      for (let round = 0; bench.outboxSize > 0; round++) {
        expect(round).toBeLessThan(500);
        await bench.run({ type: 'answer', fates: ['take'] });
        await bench.run({ type: 'wait', ms: 40_000 });
      }
      expect([bench.taken, bench.seen]).toEqual([bench.wanted, bench.wanted]);
    }),
    { numRuns },
  );
}

describe('what is added to a counter', () => {
  it('counts once, whatever is lost, refused, repeated, reloaded or stamped again', async () => {
    await countsOnce({ Sender }, 1_000);
  }, 60_000);
});

describe('that it counts once is not so', () => {
  beforeEach(() => {
    vi.resetModules();
  });

  afterEach(() => {
    vi.doUnmock('./shares.ts');
    vi.doUnmock('./restamping.ts');
  });

  it.each<[string, () => void]>([
    ['what follows something on its way is stamped anew without it', plantLeaving],
    ['what was refused stays in what was counted behind it', plantRefused],
    ['what is stamped anew counts what it held', plantHeld],
  ])(
    'when %s',
    async (_, plant) => {
      plant();
      const { Sender: Wrong } = await import('./sender.ts');
      await expect(countsOnce({ Sender: Wrong }, 5_000)).rejects.toThrow('Property failed');
    },
    60_000,
  );

  it('when a server whose clock stepped back refuses what it has', async () => {
    const ends = { Sender, judgesWhatItHas: true };
    await expect(countsOnce(ends, 5_000)).rejects.toThrow('Property failed');
  }, 60_000);
});

function plantLeaving(): void {
  vi.doMock('./restamping.ts', async (original) => {
    const { restampAll } = await original<typeof import('./restamping.ts')>();
    return {
      restampAll: (ops: readonly PendingOp[], clock: HybridClock, limitMs: number): PendingOp[] =>
        restampAll(
          ops.filter((op) => !isSent(op) && !op.mayBeTaken),
          clock,
          limitMs,
        ),
    };
  });
}

function plantRefused(): void {
  vi.doMock('./shares.ts', async (original) => ({
    ...(await original<typeof import('./shares.ts')>()),
    uncount: (): PendingOp[] => [],
  }));
}

function plantHeld(): void {
  vi.doMock('./shares.ts', async (original) => ({
    ...(await original<typeof import('./shares.ts')>()),
    Recount: class {
      move(op: PendingOp, stamp: Stamp): void {
        if (op.cell.kind === 'counter') {
          op.cell = counterCell(
            null,
            op.cell.shares.map((share) => ({ ...share, stamp })),
          );
        }
        op.stamp = stamp;
      }
    },
  }));
}
