import type { Connection, ConnectionState, Unsubscribe } from './api.ts';
import type { HybridClock } from './clock.ts';
import type { TopGunError } from './error.ts';
import type { Link } from './link.ts';
import { Listeners } from './listeners.ts';
import type { Storage } from './storage.ts';

/** What an application sees of the connection. */
export class ConnectionView implements Connection {
  readonly #link: Link;
  readonly #clock: HybridClock;
  readonly #storage: Storage;
  readonly #listeners: Listeners<Connection> = new Listeners();
  #nodeId: string | undefined;
  #hasClock = false;
  #error: TopGunError | undefined;
  #storageError: TopGunError | undefined;

  constructor(link: Link, clock: HybridClock, storage: Storage) {
    this.#link = link;
    this.#clock = clock;
    this.#storage = storage;
  }

  get state(): ConnectionState {
    return this.#link.state;
  }

  get clockOffsetMs(): number | undefined {
    return this.#hasClock ? this.#clock.offsetMs : undefined;
  }

  get nodeId(): string | undefined {
    return this.#nodeId;
  }

  get error(): TopGunError | undefined {
    return this.#error ?? this.#storageError ?? this.#storage.failure;
  }

  subscribe(listener: (connection: Connection) => void): Unsubscribe {
    return this.#listeners.subscribe(listener);
  }

  pause(): void {
    this.#link.dispatch('pause');
  }

  resume(): void {
    this.#link.dispatch('resume');
  }

  /** The caller calls `changed` once it is ready for what a listener may do. */
  reached(nodeId: string): void {
    this.#nodeId = nodeId;
    this.#error = undefined;
  }

  fail(error: TopGunError): void {
    this.#error = error;
    this.changed();
  }

  /** Shown until saving works again; no contact with a server mends it. */
  failStorage(error: TopGunError | undefined): void {
    this.#storageError = error;
    this.changed();
  }

  /** Gives whether the offset changed. */
  correctClock(serverMs: number, roundTripMs: number): boolean {
    const isChanged = this.#clock.correct(serverMs, roundTripMs) || !this.#hasClock;
    this.#hasClock = true;
    return isChanged;
  }

  changed(): void {
    this.#listeners.tell(this);
  }
}
