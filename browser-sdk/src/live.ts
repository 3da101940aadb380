import type { ChangeBatch, Live } from './api.ts';
import type { Replica } from './replica.ts';
import type { Value } from './value.ts';

/** Completes the handle of a replica by what all live maps have in common. */
export function live<V, M extends object>(replica: Replica, own: M): M & Live<V> {
  const common: Live<V> = {
    get name() {
      return replica.name;
    },
    get status() {
      return replica.status;
    },
    get error() {
      return replica.error;
    },
    get size() {
      return replica.size;
    },
    get loaded() {
      return replica.loaded.promise;
    },
    get synced() {
      return replica.synced.promise;
    },
    // What a replica holds is of the type that the application says it is.
    entries: () => replica.entries() as IterableIterator<[string, V]>,
    subscribe: (listener) =>
      replica.subscribe(listener as unknown as (batch: ChangeBatch<Value>) => void),
  };
  return Object.defineProperties(own, Object.getOwnPropertyDescriptors(common)) as M & Live<V>;
}
