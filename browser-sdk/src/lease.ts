/** Who of several tabs is alive: each holds the lock of its writer, and loses it when it dies. */
export interface Leases {
  /** Resolves once held; what it gives lets go. */
  hold(name: string): Promise<() => void>;
  /** Runs the action under the lock, or gives `undefined` if somebody holds it. */
  ifFree<T>(name: string, action: () => Promise<T>): Promise<T | undefined>;
}

/**
 * Across the tabs of an origin by Web Locks; where a browser has none, as for a page over plain HTTP,
 * by heartbeats; outside of browsers within this process.
 */
export function leases(): Leases {
  const locks = globalThis.navigator?.locks;
  if (locks !== undefined) return new WebLeases(locks);
  if (globalThis.window?.localStorage === undefined) return inProcess;
  return new HeartbeatLeases(globalThis.window.localStorage, Date.now);
}

class WebLeases implements Leases {
  readonly #locks: LockManager;

  constructor(locks: LockManager) {
    this.#locks = locks;
  }

  hold(name: string): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const held = (): Promise<void> => new Promise((release) => resolve(release));
      this.#locks.request(name, held).catch(reject);
    });
  }

  async ifFree<T>(name: string, action: () => Promise<T>): Promise<T | undefined> {
    return await this.#locks.request(name, { ifAvailable: true }, (lock) =>
      lock === null ? undefined : action(),
    );
  }
}

const BEAT_EVERY_MS = 10_000;
/** A tab in the background may be let run only once a minute. */
const SILENT_MS = 180_000;

/** Each holder leaves word that it lives, in a storage that all tabs see. */
export class HeartbeatLeases implements Leases {
  readonly #storage: Storage;
  readonly #now: () => number;

  constructor(storage: Storage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  async hold(name: string): Promise<() => void> {
    const key = heartbeatKey(name);
    const beat = (): void => this.#storage.setItem(key, String(this.#now()));
    const end = (): void => this.#storage.removeItem(key);
    beat();
    const timer = setInterval(beat, BEAT_EVERY_MS);
    // A page that is left, as by a reload, lets the next one take over at once.
    globalThis.window?.addEventListener('pagehide', end);
    globalThis.window?.addEventListener('pageshow', beat);
    return () => {
      clearInterval(timer);
      globalThis.window?.removeEventListener('pagehide', end);
      globalThis.window?.removeEventListener('pageshow', beat);
      end();
    };
  }

  /** Two that find the same lease free may both run: what they do to a store is one transaction each. */
  async ifFree<T>(name: string, action: () => Promise<T>): Promise<T | undefined> {
    const key = heartbeatKey(name);
    const beatMs = Number(this.#storage.getItem(key) ?? 0);
    if (Math.abs(this.#now() - beatMs) < SILENT_MS) return undefined;
    const result = await action();
    this.#storage.removeItem(key);
    return result;
  }
}

function heartbeatKey(name: string): string {
  return `topgun lease ${name}`;
}

const names: Set<string> = new Set();

const inProcess: Leases = {
  async hold(name) {
    names.add(name);
    return () => names.delete(name);
  },
  async ifFree(name, action) {
    if (names.has(name)) return undefined;
    names.add(name);
    try {
      return await action();
    } finally {
      names.delete(name);
    }
  },
};
