import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridClock } from './clock.ts';
import { COUNTER_MAX, compareStamps } from './stamp.ts';

describe('the clock', () => {
  it('never gives a stamp twice, nor one that is not greater, whatever the wall clock does', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()));
    fc.assert(
      fc.property(steps, (walls) => {
        let wall = 0;
        const clock = new HybridClock(() => wall, 'w');
        let last = clock.next();
        for (const [ms, isSeen] of walls) {
          wall = ms;
          if (isSeen) clock.observe(ms, COUNTER_MAX);
          const next = clock.next();
          expect(compareStamps(next, last)).toBeGreaterThan(0);
          last = next;
        }
      }),
    );
  });

  it('borrows the next millisecond when the counter is full', () => {
    const clock = new HybridClock(() => 7, 'w');
    clock.observe(7, COUNTER_MAX);
    expect(clock.next()).toEqual({ ms: 8, counter: 0, writer: 'w' });
  });

  it('goes on behind what an earlier run gave out', () => {
    const clock = new HybridClock(() => 5, 'w');
    clock.resume(9);
    expect(clock.next().ms).toBe(10);
  });

  it('stays as it is while the server’s time is within what the round trip leaves open', () => {
    const clock = new HybridClock(() => 10_000, 'w');
    clock.correct(9_901, 200);
    clock.correct(9_999, 200);
    expect(clock.offsetMs).toBe(0);
    clock.correct(15_000, 200);
    expect(clock.offsetMs).toBe(5_100);
    clock.correct(14_950, 200);
    expect(clock.offsetMs).toBe(5_100);
  });

  it('follows the server, and goes back to what was observed when it was ahead', () => {
    const clock = new HybridClock(() => 1_000_000, 'w');
    clock.observe(400, 2);
    expect(clock.next().ms).toBe(1_000_000);
    clock.correct(300, 0);
    clock.rewind();
    expect(clock.next()).toEqual({ ms: 400, counter: 3, writer: 'w' });
  });
});
