import type { Block } from './block-codec.ts';
import type { HybridClock } from './clock.ts';
import { TopGunError } from './error.ts';
import type {
  Delta,
  Digest,
  ErrorMessage,
  Fetch,
  Frontier,
  Message,
  Pick,
  PositionGroup,
  Snapshot,
  Subscribe,
  Unknown,
} from './message.ts';
import { Receding } from './receding.ts';
import { type Question, Repair } from './repair.ts';
import { PLAN, type RepairPlan } from './repair-plan.ts';
import type { Replica } from './replica.ts';
import type { Position } from './store.ts';

interface Subscription {
  readonly subId: number;
  readonly replica: Replica;
  /** By partition; one that is done is gone. */
  readonly repairs: Map<number, Repair>;
  /** The server has sent every partition in which something changed. */
  isSent: boolean;
}

const SUBSCRIBES_PER_FRAME = 100;

/** Keeps the replicas live: asks for what they miss and merges what comes. */
export class Subscriptions {
  readonly #clock: HybridClock;
  readonly #send: (messages: readonly Message[]) => void;
  readonly #plan: RepairPlan;
  readonly #receding: Receding;
  readonly #subscriptions: Map<number, Subscription> = new Map();
  readonly #byMap: Map<string, Replica> = new Map();
  /** The stores that this connection has named. */
  readonly #stores: Map<number, { storeId: string; incarnation: number }> = new Map();
  /** What this connection has told of frontiers, by store and partition: what was read before may come behind. */
  readonly #frontiers: Map<string, number> = new Map();
  readonly #questions: (Fetch | Pick)[] = [];
  #isLive = false;

  constructor(
    clock: HybridClock,
    send: (messages: readonly Message[]) => void,
    plan: RepairPlan = PLAN,
  ) {
    this.#clock = clock;
    this.#send = send;
    this.#plan = plan;
    this.#receding = new Receding(clock.writer);
  }

  /** Takes in a replica whose kept cells are loaded. */
  add(replica: Replica): void {
    const subId = this.#subscriptions.size + 1;
    const subscription = { subId, replica, repairs: new Map(), isSent: false };
    this.#subscriptions.set(subId, subscription);
    this.#byMap.set(replica.name, replica);
    if (this.#isLive) this.#send([subscribe(subscription)]);
  }

  goLive(): void {
    this.#isLive = true;
    this.#stores.clear();
    this.#frontiers.clear();
    const messages = Array.from(this.#subscriptions.values(), subscribe);
    while (messages.length > 0) this.#send(messages.splice(0, SUBSCRIBES_PER_FRAME));
  }

  goOffline(): void {
    this.#isLive = false;
    this.#questions.length = 0;
    for (const subscription of this.#subscriptions.values()) {
      const { replica, repairs } = subscription;
      for (const repair of repairs.values()) repair.cancel();
      repairs.clear();
      for (const slice of replica.slices) slice.isCaughtUp = false;
      replica.setStatus('local', replica.error);
      subscription.isSent = false;
    }
  }

  close(): void {
    this.#receding.close();
  }

  handle(message: Message | Unknown): void {
    if ('block' in message) {
      this.#clock.observe(message.block.newestMs, message.block.newestCounter);
    }
    switch (message.type) {
      case 'STORE':
        this.#stores.set(message.ref, message);
        break;
      case 'SNAPSHOT':
        this.#onSnapshot(message);
        break;
      case 'DELTA':
        this.#onDelta(message);
        break;
      case 'SYNCED':
        this.#onSynced(message.subId);
        break;
      case 'DIGEST':
        this.#onDigest(message);
        break;
      case 'BUCKETS':
        this.#onAnswer(message, (repair) => repair.onBuckets(message));
        break;
      case 'KEYS':
        this.#onAnswer(message, (repair) => repair.onKeys(message));
        break;
      case 'CELLS':
        this.#onAnswer(message, (repair) => repair.onCells(message));
        break;
      case 'FRONTIER':
        this.#onFrontier(message);
        break;
      case 'ERROR':
        this.#onError(message);
    }
  }

  #onSnapshot({ subId, partition, ref, seq, more, block, frontierMs }: Snapshot): void {
    const subscription = this.#subscriptions.get(subId);
    if (subscription === undefined) return;
    const { replica } = subscription;
    const position = this.#position(ref, seq);
    // Also before, or what was removed and forgotten would outrank what is there now as another kind.
    if (!more) this.#prune(replica, partition, position, frontierMs);
    this.#merge(partition, block, position);
    if (!more) this.#reach(subscription, partition, position, frontierMs);
  }

  /** All up to the position is there, unless it is being repaired. */
  #reach(
    { replica, repairs }: Subscription,
    partition: number,
    position: Position,
    frontierMs?: number,
  ): void {
    this.#prune(replica, partition, position, frontierMs);
    const slice = replica.slices[partition];
    if (slice === undefined || repairs.has(partition)) return;
    // A position alone is not worth a rewrite of the slice; the first one is.
    if (slice.position === null) replica.dirty.add(partition);
    slice.position = position;
    slice.isCaughtUp = true;
  }

  #onDelta({ partition, ref, seq, block }: Delta): void {
    const position = this.#position(ref, seq);
    this.#merge(partition, block, position);
    this.#moveTo(partition, position);
  }

  /** A slice that is not caught up may lack what keeps an old cell: it is pruned once it is. */
  #onFrontier({ partition, ref, seq, frontierMs }: Frontier): void {
    const position = this.#position(ref, seq);
    this.#frontiers.set(`${position.storeId} ${partition}`, frontierMs);
    for (const { replica, repairs } of this.#subscriptions.values()) {
      repairs.get(partition)?.overtake();
      if (replica.slices[partition]?.isCaughtUp) replica.prune(partition, frontierMs);
    }
    this.#moveTo(partition, position);
  }

  /** Prunes at the frontier that came with what was read, or at a later one of its store that overtook it. */
  #prune(replica: Replica, partition: number, store?: Position | null, frontierMs = 0): void {
    const ms = Math.max(frontierMs, this.#frontiers.get(`${store?.storeId} ${partition}`) ?? 0);
    if (ms > 0) replica.prune(partition, ms);
  }

  #moveTo(partition: number, position: Position): void {
    for (const { replica } of this.#subscriptions.values()) {
      const slice = replica.slices[partition];
      if (slice?.isCaughtUp && isBehind(slice.position, position)) slice.position = position;
    }
  }

  #onSynced(subId: number): void {
    const subscription = this.#subscriptions.get(subId);
    if (subscription === undefined) return;
    subscription.isSent = true;
    const { replica, repairs } = subscription;
    // What nothing was sent of is as it was left, and its store as it is now.
    for (const { storeId, incarnation } of this.#stores.values()) {
      replica.slices.forEach(({ position, isCaughtUp }, partition) => {
        if (isCaughtUp || position?.storeId !== storeId || repairs.has(partition)) return;
        this.#reach(subscription, partition, { storeId, incarnation, seq: position.seq });
      });
    }
    settle(subscription);
  }

  #onDigest(message: Digest): void {
    const { subId, partition } = message;
    const subscription = this.#subscriptions.get(subId);
    if (subscription === undefined) return;
    const { replica, repairs } = subscription;
    if (!repairs.has(partition)) {
      repairs.set(partition, new Repair(replica, subId, partition, this.#plan, this.#receding));
    }
    const position = this.#position(message.ref, message.seq);
    this.#onAnswer(message, (repair) => repair.onDigest(message, position));
  }

  #onAnswer(
    { subId, partition }: { readonly subId: number; readonly partition: number },
    answer: (repair: Repair) => Question,
  ): void {
    const subscription = this.#subscriptions.get(subId);
    const repair = subscription?.repairs.get(partition);
    if (subscription === undefined || repair === undefined) return;
    const question = answer(repair);
    if (question !== null) this.#ask(question);
    if (!repair.done) return;
    const { replica, repairs } = subscription;
    repairs.delete(partition);
    this.#prune(replica, partition, replica.slices[partition]?.position);
    settle(subscription);
  }

  /** Sends in one frame what is asked about the partitions of one frame. */
  #ask(question: Fetch | Pick): void {
    this.#questions.push(question);
    if (this.#questions.length > 1) return;
    queueMicrotask(() => this.#send(this.#questions.splice(0)));
  }

  #onError(message: ErrorMessage): void {
    const subscription = this.#subscriptions.get(message.about ?? -1);
    subscription?.replica.setStatus('local', new TopGunError(message.code, message.text));
  }

  #merge(partition: number, block: Block, { storeId }: Position): void {
    let name = '';
    let replica: Replica | undefined;
    for (const entry of block.entries) {
      if (entry.map !== name) {
        name = entry.map;
        replica = this.#byMap.get(name);
        const slice = replica?.slices[partition];
        // What comes from another store, before that is compared, may be more than the one of the position has.
        if (slice?.position && slice.position.storeId !== storeId) {
          slice.position = null;
          slice.isCaughtUp = false;
        }
      }
      replica?.confirm(partition, entry.key, entry.cell);
    }
  }

  #position(ref: number, seq: number): Position {
    const store = this.#stores.get(ref);
    if (store === undefined) throw new TopGunError('MALFORMED', 'a store that was never named');
    return { storeId: store.storeId, incarnation: store.incarnation, seq };
  }
}

function settle(subscription: Subscription): void {
  if (!subscription.isSent || subscription.repairs.size > 0) return;
  subscription.replica.setStatus('synced');
}

function isBehind(position: Position | null, other: Position): boolean {
  if (position === null) return true;
  if (position.storeId !== other.storeId) return false;
  return (position.incarnation - other.incarnation || position.seq - other.seq) < 0;
}

function subscribe({ subId, replica }: Subscription): Subscribe {
  return { type: 'SUBSCRIBE', subId, maps: [replica.name], positions: positionsOf(replica) };
}

/** Of no store: whoever is asked from there answers by digests. */
const NOWHERE: Position = { storeId: '0000000000000000', incarnation: 0, seq: 0 };

/** Who held cells and asked from none would keep those that were removed and forgotten meanwhile. */
function positionsOf(replica: Replica): readonly PositionGroup[] | null {
  const groups: Map<string, PositionGroup & { readonly seqs: number[] }> = new Map();
  replica.slices.forEach((slice, partition) => {
    if (slice.position === null && slice.cells.size === 0) return;
    const { storeId, incarnation, seq } = slice.position ?? NOWHERE;
    const name = `${storeId} ${incarnation}`;
    const group = groups.get(name) ?? { storeId, incarnation, seqs: [] };
    groups.set(name, group);
    group.seqs.push(partition, seq);
  });
  return groups.size === 0 ? null : [...groups.values()];
}
