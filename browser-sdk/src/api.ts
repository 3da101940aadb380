import type { ErrorCode, TopGunError } from './error.ts';
import type { Stamp } from './stamp.ts';
import type { Store } from './store.ts';

/** How far the server has carried an operation: in memory, synced in a journal, synced on two nodes. */
export type AckLevel = 'applied' | 'persisted' | 'replicated';

/** A refusal, by the server or by the client itself. The write was rolled back. */
export interface Rejection {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly text: string;
}

export type LocalResult = { readonly ok: true } | Rejection;
export type ServerResult =
  | { readonly ok: true; readonly level: AckLevel; readonly stamp: Stamp }
  | Rejection;

/**
 * One write. It is visible in the map at once. Neither promise ever rejects, so both may be ignored.
 */
export interface Write {
  /** Unique within this client. */
  readonly id: number;
  /** Settles when the write is durable in this browser. */
  readonly local: Promise<LocalResult>;
  /** Settles when the server has it at the level wanted, or has refused it. */
  readonly server: Promise<ServerResult>;
}

/** `local`: what this browser has kept; `synced`: live, complete as of the last frame. */
export type MapStatus = 'loading' | 'local' | 'synced';

export interface Change<T> {
  readonly key: string;
  /** What the key holds now; `undefined` if it is gone. */
  readonly value: T | undefined;
}

/** What one frame, or one write of this client, did to a map. */
export interface ChangeBatch<T> {
  /** May be empty when only the status or the error changed. */
  readonly changes: readonly Change<T>[];
  readonly status: MapStatus;
}

export type Unsubscribe = () => void;

/** What live maps have in common. Values handed out are frozen; they are shared, not copied. */
export interface Live<T> {
  readonly name: string;
  readonly status: MapStatus;
  /** Why the server does not serve this map, if it does not. */
  readonly error: TopGunError | undefined;
  /** Entries that can be seen now. */
  readonly size: number;
  /** Resolves when what this browser has kept is loaded. */
  readonly loaded: Promise<void>;
  /** Resolves when the server has sent everything for the first time. */
  readonly synced: Promise<void>;
  /** In no order. */
  entries(): IterableIterator<[string, T]>;
  subscribe(listener: (batch: ChangeBatch<T>) => void): Unsubscribe;
}

export interface SetOptions {
  /** The entry reads as absent this many milliseconds from now. */
  readonly ttlMs?: number;
  /** The entry reads as absent once nobody has touched it, by `get` or `touch`, for this many milliseconds. */
  readonly maxIdleMs?: number;
}

/** A map from text to values. Plain objects merge field by field, other values as a whole. */
export interface LiveMap<T> extends Live<T> {
  /** Touches an entry that was set with `maxIdleMs`, now and then. */
  get(key: string): T | undefined;
  has(key: string): boolean;
  /** Replaces the whole entry. */
  set(key: string, value: T, options?: SetOptions): Write;
  /** Changes some fields of an object; a field that is `undefined` is removed. */
  update(key: string, fields: { readonly [K in keyof T]?: T[K] | undefined }): Write;
  delete(key: string): Write;
  /** Keeps an entry that was set with `maxIdleMs` from going idle. */
  touch(key: string): Write;
}

/** A map from text to sets of values: what is added concurrently stays, a remove takes what it has seen. */
export interface LiveOrMap<T> extends Live<readonly T[]> {
  /** Oldest first; empty if there are none. */
  get(key: string): readonly T[];
  add(key: string, value: T): Write;
  /** Removes every occurrence of the value that this client has seen. */
  remove(key: string, value: T): Write;
}

/** A map from text to counters, in which what all clients add counts, each time once. */
export interface LiveCounters extends Live<number> {
  /** 0 if nobody has counted there. */
  get(key: string): number;
  /** `by` is a whole number other than 0; less than 0 counts down. What is added and what is taken off stop at 2^53-1 each. */
  add(key: string, by?: number): Write;
}

export type ConnectionState =
  | 'closed'
  | 'connecting'
  | 'greeting'
  | 'live'
  | 'waiting'
  | 'paused'
  | 'failed';

export interface Connection {
  readonly state: ConnectionState;
  /** The server's clock minus this machine's; `undefined` before the first contact. */
  readonly clockOffsetMs: number | undefined;
  /** The node that was reached last. */
  readonly nodeId: string | undefined;
  /** What the server reported last, until the next contact; else what is wrong with the storage. */
  readonly error: TopGunError | undefined;
  subscribe(listener: (connection: Connection) => void): Unsubscribe;
  /** Closes the socket and stays offline until `resume()`. Maps and writes go on working. */
  pause(): void;
  resume(): void;
}

/** A write that the server has not confirmed yet. */
export interface OutboxItem {
  readonly id: number;
  readonly map: string;
  readonly key: string;
  readonly state: 'unsent' | 'in-flight';
  /** When it was written, ms since 1970. */
  readonly at: number;
}

/** A write that was refused and rolled back. */
export interface RejectedWrite {
  readonly item: OutboxItem;
  readonly rejection: Rejection;
  /** Made before this page was loaded, or by a tab that is gone: nobody holds its promises. */
  readonly isAdopted: boolean;
}

export interface Outbox {
  readonly size: number;
  list(): readonly OutboxItem[];
  subscribe(listener: (outbox: Outbox) => void): Unsubscribe;
  /** Tells of every write that leaves the outbox refused. */
  onRejected(listener: (write: RejectedWrite) => void): Unsubscribe;
}

/** As much of the browser's `WebSocket` as the client needs; the class of the npm package `ws` fits. */
export interface WebSocketLike {
  binaryType: string;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { code: number; reason: string }) => void,
  ): void;
}

export type WebSocketClass = new (url: string, protocol: string) => WebSocketLike;

export interface ClientOptions {
  /** Of a node, as `ws://127.0.0.1:8080/sync`; http(s) is taken for ws(s), the path `/` for `/sync`. */
  readonly url: string;
  /** Further nodes, tried in turn; behind them those that the node tells which was reached last. */
  readonly urls?: readonly string[];
  /** `auto` (the default): IndexedDB where there is one, else memory. */
  readonly storage?: 'auto' | 'memory' | Store;
  /** Tells apart several local replicas of one address, as two accounts. */
  readonly name?: string;
  /** What counts as done. Without it the server's default. */
  readonly ack?: AckLevel;
  readonly token?: string;
  /** Where there is no global one. */
  readonly WebSocket?: WebSocketClass;
  /** The wall clock, ms since 1970. */
  readonly now?: () => number;
}

export interface Client {
  readonly connection: Connection;
  readonly outbox: Outbox;
  /** Where this client keeps its data; known once the storage is open. */
  readonly storage: 'opening' | 'indexeddb' | 'memory' | 'custom';
  /** The same handle for the same name. It is live from the first call on. */
  getMap<T>(name: string): LiveMap<T>;
  getORMap<T>(name: string): LiveOrMap<T>;
  getCounters(name: string): LiveCounters;
  /** Saves what is in memory, closes the socket, settles every pending write as `CLOSED`. */
  close(): Promise<void>;
}
