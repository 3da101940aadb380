import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeartbeatLeases } from './lease.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** As much of the browser's as leases use; all tabs share one. */
function sharedStorage(): Storage {
  const items = new Map<string, string>();
  const storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
  return storage as Storage;
}

describe('a lease by heartbeats', () => {
  it('is not free for another tab as long as its holder lives', async () => {
    const storage = sharedStorage();
    const [one, two] = [tab(storage), tab(storage)];
    const release = await one.hold('w');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await two.ifFree('w', async () => 'taken')).toBeUndefined();
    release();
    expect(await two.ifFree('w', async () => 'taken')).toBe('taken');
  });

  it('is free some minutes after its holder died', async () => {
    const storage = sharedStorage();
    await tab(storage).hold('w');
    vi.clearAllTimers();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await tab(storage).ifFree('w', async () => 'taken')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await tab(storage).ifFree('w', async () => 'taken')).toBe('taken');
  });
});

function tab(storage: Storage): HeartbeatLeases {
  return new HeartbeatLeases(storage, Date.now);
}
