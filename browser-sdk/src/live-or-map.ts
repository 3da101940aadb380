import type { LiveOrMap } from './api.ts';
import { addDelta, removeDelta } from './delta.ts';
import { live } from './live.ts';
import type { Replica } from './replica.ts';
import type { DeltaMaker, Writes } from './writes.ts';

const NONE: readonly never[] = Object.freeze([]);

/** The handle of an OR-Map on its replica. */
export function liveOrMap<T>(replica: Replica, writes: Writes): LiveOrMap<T> {
  return live<readonly T[], Omit<LiveOrMap<T>, keyof ReturnType<typeof live>>>(replica, {
    get: (key) => (replica.get(key) ?? NONE) as readonly T[],
    add: (key, value) =>
      writes.submit(replica, key, (stamp, limits) => addDelta(value, stamp, limits)),
    remove: (key, value) => {
      const make: DeltaMaker = (stamp, limits) => {
        const cell = replica.cell(key);
        return removeDelta(cell?.kind === 'or' ? cell : undefined, value, stamp, limits);
      };
      return replica.status === 'loading'
        ? writes.submitWhenLoaded(replica, key, make)
        : writes.submit(replica, key, make);
    },
  });
}
