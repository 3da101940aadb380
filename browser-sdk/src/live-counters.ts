import type { LiveCounters } from './api.ts';
import { countDelta } from './delta.ts';
import { live } from './live.ts';
import type { Replica } from './replica.ts';
import type { Writes } from './writes.ts';

/** The handle of a map of counters on its replica. */
export function liveCounters(replica: Replica, writes: Writes): LiveCounters {
  return live<number, Omit<LiveCounters, keyof ReturnType<typeof live>>>(replica, {
    get: (key) => (replica.get(key) ?? 0) as number,
    add: (key, by = 1) =>
      writes.submit(
        replica,
        key,
        (stamp, limits) => {
          const cell = replica.cell(key);
          const counter = cell?.kind === 'counter' ? cell : undefined;
          return countDelta(counter, by, stamp, limits, replica.closedShares);
        },
        by,
      ),
  });
}
