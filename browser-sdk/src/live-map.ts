import type { LiveMap, SetOptions } from './api.ts';
import { type Cell, lifeOf } from './cell.ts';
import { deleteDelta, setDelta, touchDelta, updateDelta } from './delta.ts';
import { TopGunError } from './error.ts';
import { FOREVER, type Life } from './life.ts';
import { live } from './live.ts';
import type { Replica } from './replica.ts';
import { MS_MAX, type Stamp } from './stamp.ts';
import type { DeltaMaker, Writes } from './writes.ts';

/** Reading touches an entry once this part of its idle time has passed since the last touch. */
const TOUCH_AFTER = 0.25;

/** The handle of a map on its replica. */
export function liveMap<T>(replica: Replica, writes: Writes): LiveMap<T> {
  const touching =
    (key: string) =>
    (stamp: Stamp): Cell | null =>
      touchDelta(replica.cell(key), stamp.ms);
  return live<T, Omit<LiveMap<T>, keyof ReturnType<typeof live>>>(replica, {
    get: (key) => {
      const value = replica.get(key);
      if (value !== undefined && isToBeTouched(replica, key)) {
        writes.touch(replica, key, touching(key));
      }
      return value as T | undefined;
    },
    has: (key) => replica.get(key) !== undefined,
    set: (key, value, options = {}) =>
      writes.submit(replica, key, (stamp, limits) =>
        setDelta(value, stamp, lifeFrom(options, stamp), limits),
      ),
    update: (key, fields) =>
      writes.submit(replica, key, (stamp, limits) => updateDelta(fields, stamp, limits)),
    delete: (key) => {
      const make: DeltaMaker = (stamp) => {
        const kind = replica.cell(key)?.kind;
        return deleteDelta(kind === 'value' ? 'value' : 'fields', stamp);
      };
      // Of which kind the tombstone must be is known once what this browser kept is loaded.
      return replica.status === 'loading' && replica.cell(key) === undefined
        ? writes.submitWhenLoaded(replica, key, make)
        : writes.submit(replica, key, make);
    },
    touch: (key) =>
      replica.status === 'loading' && replica.cell(key) === undefined
        ? writes.submitWhenLoaded(replica, key, touching(key))
        : writes.submit(replica, key, touching(key)),
  });
}

function isToBeTouched(replica: Replica, key: string): boolean {
  const cell = replica.cell(key);
  if (cell === undefined) return false;
  const { idleMs, touchedMs } = lifeOf(cell);
  return idleMs !== 0 && replica.nowMs() >= touchedMs + idleMs * TOUCH_AFTER;
}

function lifeFrom({ ttlMs, maxIdleMs }: SetOptions, stamp: Stamp): Life {
  if (ttlMs === undefined && maxIdleMs === undefined) return FOREVER;
  const expiresMs = ttlMs === undefined ? 0 : stamp.ms + wholeMs('ttlMs', ttlMs);
  const idleMs = maxIdleMs === undefined ? 0 : wholeMs('maxIdleMs', maxIdleMs);
  if (expiresMs > MS_MAX) throw new TopGunError('INVALID_VALUE', 'ttlMs is too great');
  return { expiresMs, idleMs, touchedMs: idleMs === 0 ? 0 : stamp.ms };
}

function wholeMs(name: string, ms: number): number {
  const whole = Math.ceil(ms);
  if (typeof ms === 'number' && whole > 0 && whole <= MS_MAX) return whole;
  throw new TopGunError(
    'INVALID_VALUE',
    `${name} must be a number greater than 0 and less than 2^48`,
  );
}
