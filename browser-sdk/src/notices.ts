import type { Replica } from './replica.ts';

/** The longest a timer can wait. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Tells listeners what happened: once for everything that one frame or one turn of the application did. */
export class Notices {
  readonly #now: () => number;
  readonly #replicas: () => Iterable<Replica>;
  readonly #notifyOutbox: () => void;
  readonly #touched: Set<Replica> = new Set();
  #isOutboxTouched = false;
  #isComing = false;
  #isClosed = false;
  #expiryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(now: () => number, replicas: () => Iterable<Replica>, notifyOutbox: () => void) {
    this.#now = now;
    this.#replicas = replicas;
    this.#notifyOutbox = notifyOutbox;
  }

  touch(replica: Replica): void {
    this.#touched.add(replica);
    this.#come();
  }

  touchOutbox(): void {
    this.#isOutboxTouched = true;
    this.#come();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#expiryTimer);
  }

  #come(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    this.#isComing = false;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const replica of touched) replica.notify();
    this.#awaitExpiry();
    if (!this.#isOutboxTouched) return;
    this.#isOutboxTouched = false;
    this.#notifyOutbox();
  }

  #awaitExpiry(): void {
    clearTimeout(this.#expiryTimer);
    if (this.#isClosed) return;
    let next = 0;
    for (const { nextExpiryMs } of this.#replicas()) {
      if (nextExpiryMs !== 0 && (next === 0 || nextExpiryMs < next)) next = nextExpiryMs;
    }
    if (next === 0) return;
    const inMs = Math.min(TIMER_MAX_MS, Math.max(0, next - this.#now()));
    this.#expiryTimer = setTimeout(() => {
      for (const replica of this.#replicas()) replica.expire();
      this.#awaitExpiry();
    }, inMs);
  }
}

/** Calls every listener; what one throws neither stops the others nor goes unseen. */
export function callAll<T>(listeners: ReadonlySet<(event: T) => void>, event: T): void {
  for (const listener of [...listeners]) {
    try {
      listener(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
