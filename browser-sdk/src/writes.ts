import type { AckLevel, LocalResult, Rejection, ServerResult, Write } from './api.ts';
import type { Cell } from './cell.ts';
import type { HybridClock } from './clock.ts';
import { TopGunError } from './error.ts';
import { isKey, type Limits } from './limits.ts';
import type { Replica } from './replica.ts';
import type { Sender } from './sender.ts';
import type { Stamp } from './stamp.ts';

/** Makes the delta of a call, or null if there is nothing to change; throws a `TopGunError`. */
export type DeltaMaker = (stamp: Stamp, limits: Limits) => Cell | null;

/** Turns the calls of an application into operations; what is wrong becomes a typed result. */
export class Writes {
  readonly #clock: HybridClock;
  readonly #sender: Sender;
  readonly #limits: () => Limits;
  #isClosed = false;

  constructor(clock: HybridClock, sender: Sender, limits: () => Limits) {
    this.#clock = clock;
    this.#sender = sender;
    this.#limits = limits;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** `by` is what is added to a counter. */
  submit(replica: Replica, key: string, make: DeltaMaker, by = 0): Write {
    const id = this.#sender.nextId();
    return { id, ...this.#submit(id, replica, key, this.#clock.next(), make, by) };
  }

  /** What follows from reading an entry. */
  touch(replica: Replica, key: string, make: (stamp: Stamp) => Cell | null): void {
    if (this.#isClosed) return;
    const stamp = this.#clock.next();
    const cell = make(stamp);
    const id = this.#sender.nextId();
    if (cell !== null) this.#sender.touch({ id, map: replica.name, key, cell, stamp, by: 0 });
  }

  /** As `submit`, stamped now, but made once the kept cells are loaded. */
  submitWhenLoaded(replica: Replica, key: string, make: DeltaMaker): Write {
    const id = this.#sender.nextId();
    const stamp = this.#clock.next();
    const written = replica.loaded.promise.then(() =>
      this.#submit(id, replica, key, stamp, make, 0),
    );
    return {
      id,
      local: written.then((write) => write.local),
      server: written.then((write) => write.server),
    };
  }

  #submit(
    id: number,
    replica: Replica,
    key: string,
    stamp: Stamp,
    make: DeltaMaker,
    by: number,
  ): Omit<Write, 'id'> {
    if (this.#isClosed) return refused(new TopGunError('CLOSED', 'the client is closed'));
    try {
      const delta = this.#deltaOf(replica, key, stamp, make);
      if (delta === null) return nothingToDo(stamp);
      return this.#sender.submit({ id, map: replica.name, key, cell: delta, stamp, by });
    } catch (error) {
      if (error instanceof TopGunError) return refused(error);
      throw error;
    }
  }

  #deltaOf(replica: Replica, key: string, stamp: Stamp, make: DeltaMaker): Cell | null {
    const limits = this.#limits();
    if (!isKey(key, limits.keyBytesMax)) {
      throw new TopGunError('INVALID_KEY', `a key is a text of 1 to ${limits.keyBytesMax} bytes`);
    }
    const delta = made(make, stamp, limits);
    const kind = replica.cell(key)?.kind;
    if (delta !== null && kind !== undefined && kind !== delta.kind) {
      throw new TopGunError('KIND_MISMATCH', `the key holds a ${kind}, not a ${delta.kind}`);
    }
    return delta;
  }
}

/** What an application passes in may throw when it is read, as a getter or a proxy does. */
function made(make: DeltaMaker, stamp: Stamp, limits: Limits): Cell | null {
  try {
    return make(stamp, limits);
  } catch (error) {
    if (error instanceof TopGunError) throw error;
    throw new TopGunError('INVALID_VALUE', String(error));
  }
}

function refused(error: TopGunError): Omit<Write, 'id'> {
  const rejection: Rejection = { ok: false, code: error.code, text: error.message };
  return { local: Promise.resolve(rejection), server: Promise.resolve(rejection) };
}

/** As a remove of what is not there: done at every level without asking anybody. */
function nothingToDo(stamp: Stamp): Omit<Write, 'id'> {
  const local: LocalResult = { ok: true };
  const level: AckLevel = 'replicated';
  const server: ServerResult = { ok: true, level, stamp };
  return { local: Promise.resolve(local), server: Promise.resolve(server) };
}
