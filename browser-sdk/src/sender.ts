import type { AckLevel, OutboxItem, Rejection, ServerResult, Write } from './api.ts';
import { blockOf } from './block-codec.ts';
import { encodeCanonical } from './cell-writer.ts';
import { TopGunError } from './error.ts';
import { type Ack, type Level, runsOf, type Welcome } from './message.ts';
import { type NewOp, pending } from './new-op.ts';
import { LEVELS } from './options.ts';
import { isSent, itemOf, OutboxState, type PendingOp } from './outbox.ts';
import { Postponed } from './postponed.ts';
import { restampAll } from './restamping.ts';
import { Saver } from './saver.ts';
import type { SenderSettings } from './sender-settings.ts';
import { contained, sharesOf, uncount } from './shares.ts';
import { nameOf } from './stamp.ts';
import type { Store, StoredOp } from './store.ts';
import { pendingOf } from './stored-op.ts';

/** Ids set aside for the operations of one adopted writer. */
const ADOPTED_IDS = 2 ** 30;
/** What a frame's other parts may take. */
const FRAME_MARGIN_BYTES = 4_096;

/** The outbox's shell: keeps each write until the server has it, and sends what is unsent. */
export class Sender {
  readonly #settings: SenderSettings;
  readonly #outbox: OutboxState = new OutboxState();
  readonly #saver: Saver;
  /** What was made by reading and is not confirmed, by map and key. */
  readonly #touches: Map<string, PendingOp> = new Map();
  readonly #postponed: Postponed = new Postponed(this.#outbox, () => this.flush());
  #nextId = 1;
  /** The level that counts as done; 0 while there is no connection. */
  #level: Level | 0 = 0;
  #highestLevel: Level = 1;

  constructor(settings: SenderSettings) {
    this.#settings = settings;
    this.#saver = new Saver(settings.store, (ops) => this.#onSaved(ops));
  }

  get outbox(): OutboxState {
    return this.#outbox;
  }

  nextId(): number {
    return this.#nextId++;
  }

  /** Shows the delta in its map, keeps it, sends it. */
  submit(made: NewOp): Omit<Write, 'id'> {
    const [op, write] = pending(made, this.#settings.writer, false);
    if (op.bytes.length > this.#opBytesMax) {
      const { code, text } = tooLarge(this.#opBytesMax);
      throw new TopGunError(code, text);
    }
    this.#take(op);
    this.#saver.save(op);
    return write;
  }

  /** As a write that nobody asked for, because an entry was read. Of several that wait the last one is kept. */
  touch(made: NewOp): void {
    const name = `${made.map} ${made.key}`;
    const waiting = this.#touches.get(name);
    if (waiting !== undefined && !isSent(waiting)) {
      waiting.cell = made.cell;
      waiting.stamp = made.stamp;
      this.#recut(waiting);
      return;
    }
    const [op] = pending(made, this.#settings.writer, true);
    if (op.bytes.length > this.#opBytesMax) return;
    this.#touches.set(name, op);
    this.#take(op);
    this.#saver.save(op);
  }

  /** Takes over the operations of a writer that is gone, as another tab or this page before a reload. */
  async adopt(store: Store, writer: string): Promise<void> {
    const { clock } = this.#settings;
    const firstId = this.#nextId;
    this.#nextId += ADOPTED_IDS;
    for (const stored of await store.adopt(writer, this.#settings.writer, firstId)) {
      const op = pendingOf(stored);
      if ('ok' in op) {
        this.#unreadable(stored, op);
        continue;
      }
      // A clock that was set back goes on behind what it has stamped already.
      clock.resume(op.stamp.ms);
      this.#take(op);
      this.#outbox.ready(op);
    }
    if (this.#level !== 0) this.#restampFuture(clock.nowMs());
    this.#settings.changed();
    this.flush();
  }

  goLive(welcome: Pick<Welcome, 'defaultLevel' | 'highestLevel' | 'serverMs'>): void {
    this.#level = this.#settings.ack ?? welcome.defaultLevel;
    this.#highestLevel = welcome.highestLevel;
    for (const op of [...this.#outbox.all()]) {
      if (op.bytes.length > this.#opBytesMax) this.#finish(op, false, tooLarge(this.#opBytesMax));
    }
    this.#repeatAccepted();
    this.#restampFuture(welcome.serverMs);
    this.flush();
  }

  get #opBytesMax(): number {
    return this.#settings.limits().frameBytesMax - FRAME_MARGIN_BYTES;
  }

  get #canReachLevel(): boolean {
    return this.#level <= this.#highestLevel;
  }

  goOffline(): void {
    this.#level = 0;
    this.#outbox.unsendAll();
    this.#settings.changed();
  }

  onAck(ack: Ack): void {
    const accepted = this.#outbox.inFlightIn(ack.runs);
    this.#accepted([...accepted, ...contained(accepted, this.#outbox.all())], ack.level);
    const fromFuture: PendingOp[] = [];
    const refused: Map<PendingOp, Rejection> = new Map();
    for (const { opId, code, text } of ack.rejections) {
      const op = this.#outbox.get(opId);
      if (op?.state !== 'in-flight') continue;
      op.mayBeTaken = code === 'NOT_PERSISTED' || code === 'OVERLOADED';
      if (op.mayBeTaken) {
        this.#postponed.backOff(op);
      } else if (code === 'FUTURE_STAMP') {
        this.#outbox.hold(op, 'postponed');
        fromFuture.push(op);
      } else {
        refused.set(op, { ok: false, code, text });
      }
    }
    if (refused.size > 0) this.#refuse(refused);
    if (fromFuture.length > 0) this.#correct(fromFuture, ack.serverMs);
    this.#postponed.release();
    this.#settings.changed();
    this.flush();
  }

  /** Sends what is unsent, in frames, as long as the server keeps up. */
  flush(): void {
    if (this.#level === 0) return;
    const opsMax = this.#settings.limits().opsPerFrameMax;
    const bytesMax = this.#opBytesMax;
    let hasSent = false;
    while (this.#outbox.inFlight < opsMax) {
      const batch = this.#outbox.nextBatch({ opsMax, bytesMax });
      if (batch.length === 0) break;
      const runs = runsOf(batch.map((op) => op.id));
      this.#settings.send([{ type: 'OPS', level: this.#level, runs, block: blockOf(batch) }]);
      hasSent = true;
    }
    if (hasSent) this.#settings.changed();
  }

  /** Settles what is pending. It stays in a durable store. */
  close(): void {
    this.#postponed.close();
    const closed: Rejection = { ok: false, code: 'CLOSED', text: 'the client was closed' };
    for (const op of this.#outbox.all()) {
      op.settleLocal(closed);
      op.settleServer(closed);
    }
  }

  /** Resolves when every write so far is stored, or could not be. */
  async saved(): Promise<void> {
    await this.#saver.saved();
  }

  #take(op: PendingOp): void {
    this.#outbox.add(op);
    this.#settings.replicaOf(op.map)?.addPending(op.key, op);
    this.#settings.changed();
  }

  /** One that cannot be read does not keep the others back. What a later version wrote stays for that. */
  #unreadable({ writer, id, map, key, at }: StoredOp, rejection: Rejection): void {
    if (rejection.code === 'UNKNOWN_KIND') return;
    this.#settings.settled({ writer, id });
    const item: OutboxItem = { id, map, key, at, state: 'unsent' };
    this.#settings.rejected({ item, rejection, isAdopted: true });
  }

  #onSaved(ops: readonly PendingOp[]): void {
    for (const op of ops) {
      if (op.state !== 'saving') continue;
      if (op.backsOff) this.#postponed.backOff(op);
      else this.#outbox.ready(op);
    }
    this.flush();
  }

  #accepted(ops: readonly PendingOp[], level: Level): void {
    if (level > this.#highestLevel) {
      // As in a cluster that a second node has joined.
      this.#highestLevel = level;
      this.#repeatAccepted();
    }
    if (level >= this.#level) {
      const name = LEVELS[level - 1] as AckLevel;
      for (const op of ops) this.#finish(op, true, { ok: true, level: name, stamp: op.stamp });
    } else if (this.#canReachLevel) {
      this.#postponed.repeat(ops);
    } else {
      for (const op of ops) this.#outbox.hold(op, 'accepted');
    }
  }

  /** Sends again what was taken below the level wanted, if this server can do better. */
  #repeatAccepted(): void {
    if (!this.#canReachLevel) return;
    for (const op of this.#outbox.all()) if (op.state === 'accepted') this.#outbox.ready(op);
  }

  /**
   * Rolls back what the server refused. What was counted waits for what was counted behind it and is on its
   * way, which holds it too: if that is taken, so is this.
   */
  #refuse(refused: ReadonlyMap<PendingOp, Rejection>): void {
    const coming = sharesOf(this.#outbox.all(), (op) => op.mayBeTaken);
    const gone: Set<PendingOp> = new Set();
    for (const [op, rejection] of refused) {
      if (op.by !== 0 && coming.has(nameOf(op.stamp))) this.#postponed.hold(op);
      else {
        gone.add(op);
        this.#finish(op, false, rejection);
      }
    }
    for (const op of uncount(gone, this.#outbox.all())) this.#recut(op);
  }

  #finish(op: PendingOp, isConfirmed: boolean, result: ServerResult): void {
    if (isConfirmed) this.#settings.clock.observe(op.stamp.ms, op.stamp.counter);
    this.#outbox.remove(op);
    if (op.isQuiet) this.#touches.delete(`${op.map} ${op.key}`);
    this.#settings.replicaOf(op.map)?.removePending(op.key, op, isConfirmed);
    this.#settings.settled(op);
    op.settleServer(result);
    if (result.ok || op.isQuiet) return;
    this.#settings.rejected({ item: itemOf(op), rejection: result, isAdopted: op.isAdopted });
  }

  /**
   * Learns the time from a refusal. What was refused waits all the same: it may name what a server whose
   * clock stepped back still takes for the future.
   */
  #correct(refused: readonly PendingOp[], serverMs: number): void {
    this.#settings.clock.correct(serverMs, 0);
    this.#restampFuture(serverMs);
    for (const op of refused) {
      if (op.state === 'saving') op.backsOff = true;
      else if (op.by !== 0) this.#postponed.hold(op);
      else this.#postponed.backOff(op);
    }
  }

  /** Stamps again what would be refused as from the future, and stores it before it is sent. */
  #restampFuture(serverMs: number): void {
    const limitMs = serverMs + this.#settings.limits().clockAheadMsMax;
    const { clock } = this.#settings;
    for (const op of restampAll([...this.#outbox.all()], clock, limitMs)) {
      this.#recut(op);
    }
  }

  /** Shows, stores and then sends an operation whose cell was changed. */
  #recut(op: PendingOp): void {
    this.#outbox.hold(op, 'saving');
    op.bytes = encodeCanonical(op.key, op.cell);
    this.#settings.replicaOf(op.map)?.refresh(op.key);
    this.#saver.save(op);
  }
}

function tooLarge(bytesMax: number): Rejection {
  return { ok: false, code: 'VALUE_TOO_LARGE', text: `an entry of more than ${bytesMax} bytes` };
}
