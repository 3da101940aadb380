import type {
  Client,
  ClientOptions,
  Connection,
  LiveCounters,
  LiveMap,
  LiveOrMap,
  Outbox,
  OutboxItem,
  RejectedWrite,
} from './api.ts';
import { Checkpoints } from './checkpoints.ts';
import { HybridClock } from './clock.ts';
import { ConnectionView } from './connection-view.ts';
import { TopGunError } from './error.ts';
import { DEFAULT_LIMITS, isMapName, type Limits } from './limits.ts';
import { Link } from './link.ts';
import { Listeners } from './listeners.ts';
import { liveCounters } from './live-counters.ts';
import { liveMap } from './live-map.ts';
import { liveOrMap } from './live-or-map.ts';
import { loadKept } from './loading.ts';
import {
  type Hello,
  type Level,
  type Message,
  PROTOCOL_VERSION,
  type Unknown,
  type Welcome,
} from './message.ts';
import { Notices } from './notices.ts';
import { ackLevel, LEVELS, newWriter, socketUrls, webSocketOf } from './options.ts';
import { PARTITIONS } from './partition.ts';
import { type MapKind, Replica } from './replica.ts';
import { Sender } from './sender.ts';
import { Storage } from './storage.ts';
import { Subscriptions } from './subscriptions.ts';
import { Writes } from './writes.ts';

const AGENT = 'topgun-client-js/0.1';
const ADOPT_EVERY_MS = 60_000;

/** A live, offline-first view of a grid's maps. Make one per page and keep it. */
export class TopGunClient implements Client {
  readonly outbox: Outbox;

  readonly #options: ClientOptions;
  readonly #clock: HybridClock;
  readonly #link: Link;
  readonly #connection: ConnectionView;
  readonly #storage: Storage;
  readonly #notices: Notices;
  readonly #checkpoints: Checkpoints;
  readonly #subscriptions: Subscriptions;
  readonly #sender: Sender;
  readonly #writes: Writes;
  readonly #replicas: Map<string, Replica> = new Map();
  readonly #handles: Map<Replica, unknown> = new Map();
  readonly #outboxListeners: Listeners<Outbox> = new Listeners();
  readonly #rejectedListeners: Listeners<RejectedWrite> = new Listeners();
  readonly #ack: Level | undefined;
  #limits: Limits = DEFAULT_LIMITS;
  #adoptTimer: ReturnType<typeof setInterval> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ClientOptions) {
    const urls = socketUrls(options);
    this.#ack = ackLevel(options);
    this.#options = options;
    this.#clock = new HybridClock(options.now ?? Date.now, newWriter());
    this.#link = new Link(
      {
        urls,
        WebSocket: webSocketOf(options),
        hello: () => this.#hello(),
        limits: () => this.#limits,
        now: options.now ?? Date.now,
      },
      {
        onState: () => this.#connection.changed(),
        onLive: (welcome, roundTripMs) => this.#goLive(welcome, roundTripMs),
        onMessages: (messages) => this.#handle(messages),
        onPong: (serverMs, roundTripMs) => {
          if (this.#connection.correctClock(serverMs, roundTripMs)) this.#connection.changed();
        },
        onUnsend: () => this.#goOffline(),
        onError: (error) => this.#connection.fail(error),
      },
    );
    this.#storage = new Storage(
      options.storage,
      `topgun ${urls[0]} ${options.name ?? ''}`,
      this.#clock.writer,
      (highWaterMs) => this.#clock.resume(highWaterMs),
      (error) => this.#connection.failStorage(error),
    );
    this.#connection = new ConnectionView(this.#link, this.#clock, this.#storage);
    this.#notices = new Notices(
      () => this.#clock.nowMs(),
      () => this.#replicas.values(),
      () => this.#outboxListeners.tell(this.outbox),
    );
    const send = (messages: readonly Message[]): void => this.#link.send(messages);
    this.#checkpoints = new Checkpoints({
      store: this.#storage.store,
      replicas: () => this.#replicas.values(),
      clock: this.#clock,
      keepsCells: () => this.#storage.isLasting,
      isLive: () => this.#link.state === 'live',
      onError: (error) => this.#connection.failStorage(error),
    });
    this.#subscriptions = new Subscriptions(this.#clock, send);
    this.#sender = new Sender({
      writer: this.#clock.writer,
      clock: this.#clock,
      store: this.#storage.store,
      ack: this.#ack,
      limits: () => this.#limits,
      replicaOf: (map) => this.#replicas.get(map),
      send,
      settled: (op) => this.#checkpoints.settle(op),
      rejected: (write) => this.#rejectedListeners.tell(write),
      changed: () => this.#notices.touchOutbox(),
    });
    this.#writes = new Writes(this.#clock, this.#sender, () => this.#limits);
    this.outbox = this.#makeOutbox();
    this.#listenToPage('addEventListener');
    this.#adoptTimer = setInterval(() => this.#adopt(), ADOPT_EVERY_MS);
    this.#adopt();
    this.#link.dispatch('open');
  }

  get connection(): Connection {
    return this.#connection;
  }

  get storage(): Client['storage'] {
    return this.#storage.kind;
  }

  getMap<T>(name: string): LiveMap<T> {
    return this.#open(name, 'map', liveMap<T>);
  }

  getORMap<T>(name: string): LiveOrMap<T> {
    return this.#open(name, 'or-map', liveOrMap<T>);
  }

  getCounters(name: string): LiveCounters {
    return this.#open(name, 'counters', liveCounters);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#writes.close();
    this.#listenToPage('removeEventListener');
    clearInterval(this.#adoptTimer);
    this.#notices.close();
    this.#subscriptions.close();
    this.#link.dispatch('close');
    await this.#storage.store;
    await this.#sender.saved();
    this.#sender.close();
    await this.#checkpoints.save(true);
    this.#checkpoints.stop();
    await this.#storage.close();
  }

  #hello(): Hello {
    return {
      type: 'HELLO',
      minVersion: PROTOCOL_VERSION,
      maxVersion: PROTOCOL_VERSION,
      writer: this.#clock.writer,
      token: this.#options.token ?? null,
      clockMs: this.#clock.nowMs(),
      agent: AGENT,
    };
  }

  /** Takes over the outboxes of tabs that are gone. */
  #adopt(): void {
    void this.#storage.adoptFrom((store, writer) => this.#sender.adopt(store, writer));
  }

  /** There is one handle for a replica, of one kind. */
  #open<H>(name: string, kind: MapKind, make: (replica: Replica, writes: Writes) => H): H {
    const replica = this.#replica(name, kind);
    const handle = this.#handles.get(replica) ?? make(replica, this.#writes);
    this.#handles.set(replica, handle);
    return handle as H;
  }

  #replica(name: string, kind: MapKind): Replica {
    const known = this.#replicas.get(name);
    if (known?.kind === kind) return known;
    if (known !== undefined) {
      throw new TopGunError('KIND_MISMATCH', `${name} is in use as another kind of map`);
    }
    if (!isMapName(name, this.#limits)) {
      throw new TopGunError('INVALID_MAP_NAME', `${JSON.stringify(name)} does not name a map`);
    }
    const replica = new Replica(
      name,
      kind,
      () => this.#clock.nowMs(),
      (touched) => this.#notices.touch(touched),
    );
    this.#replicas.set(name, replica);
    for (const op of this.#sender.outbox.all()) {
      if (op.map === name) replica.addPending(op.key, op);
    }
    void this.#load(replica);
    return replica;
  }

  /** Fills a new replica with what this browser has kept, then asks for what it misses. */
  async #load(replica: Replica): Promise<void> {
    const store = await this.#storage.store;
    try {
      await loadKept(store, replica, this.#clock);
    } catch (error) {
      // What cannot be read is asked for again, as it has no position.
      this.#connection.failStorage(new TopGunError('STORAGE_FAILED', String(error)));
    }
    replica.setStatus('local');
    this.#subscriptions.add(replica);
  }

  #goLive(welcome: Welcome, roundTripMs: number): void {
    if (welcome.partitions !== PARTITIONS) {
      this.#connection.fail(
        new TopGunError('VERSION', `${welcome.partitions} partitions are not supported`),
      );
      this.#link.dispatch('pause');
      return;
    }
    this.#limits = { ...DEFAULT_LIMITS, ...welcome.limits };
    this.#connection.reached(welcome.nodeId);
    this.#connection.correctClock(welcome.serverMs, roundTripMs);
    this.#subscriptions.goLive();
    this.#sender.goLive(welcome);
    this.#adopt();
    if (this.#ack !== undefined && this.#ack > welcome.highestLevel) {
      const highest = LEVELS[welcome.highestLevel - 1];
      const text = `this server gets no further than ${highest}`;
      this.#connection.fail(new TopGunError('INVALID_OPTION', text));
    } else {
      this.#connection.changed();
    }
  }

  #goOffline(): void {
    this.#subscriptions.goOffline();
    this.#sender.goOffline();
  }

  #handle(messages: readonly (Message | Unknown)[]): void {
    for (const message of messages) {
      if (message.type === 'ACK') this.#sender.onAck(message);
      else this.#subscriptions.handle(message);
      if (message.type === 'ERROR' && message.about === null) {
        this.#connection.fail(new TopGunError(message.code, message.text));
      }
    }
    for (const { dirty } of this.#replicas.values()) {
      if (dirty.size > 0) this.#checkpoints.touch();
    }
  }

  #makeOutbox(): Outbox {
    const state = this.#sender.outbox;
    return {
      get size() {
        return state.size;
      },
      list: (): readonly OutboxItem[] => state.list(),
      subscribe: (listener) => this.#outboxListeners.subscribe(listener),
      onRejected: (listener) => this.#rejectedListeners.subscribe(listener),
    };
  }

  readonly #onOnline = (): void => this.#link.dispatch('retry');
  readonly #onHidden = (): void => void this.#checkpoints.save(true);

  #listenToPage(action: 'addEventListener' | 'removeEventListener'): void {
    globalThis.window?.[action]('online', this.#onOnline);
    globalThis.window?.[action]('pagehide', this.#onHidden);
  }
}
