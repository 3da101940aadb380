/** Who of several tabs is alive: each holds the lock of its writer, and loses it when it dies. */
export interface Leases {
  /** Resolves once held; what it gives lets go. */
  hold(name: string): Promise<() => void>;
  /** Runs the action under the lock, or gives `undefined` if somebody holds it. */
  ifFree<T>(name: string, action: () => Promise<T>): Promise<T | undefined>;
}

/** Across the tabs of an origin where the browser has Web Locks, else within this process. */
export function leases(): Leases {
  const locks = globalThis.navigator?.locks;
  return locks === undefined ? inProcess : new WebLeases(locks);
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
