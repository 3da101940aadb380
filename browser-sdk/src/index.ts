export type {
  AckLevel,
  Change,
  ChangeBatch,
  Client,
  ClientOptions,
  Connection,
  ConnectionState,
  LiveCounters,
  LiveMap,
  LiveOrMap,
  LocalResult,
  MapStatus,
  Outbox,
  OutboxItem,
  RejectedWrite,
  Rejection,
  ServerResult,
  SetOptions,
  Unsubscribe,
  WebSocketClass,
  WebSocketLike,
  Write,
} from './api.ts';
export { TopGunClient } from './client.ts';
export { type ErrorCode, TopGunError } from './error.ts';
export { IndexedDbStore } from './indexeddb-store.ts';
export { MemoryStore } from './memory-store.ts';
export type { Stamp } from './stamp.ts';
export type { Checkpoint, OpName, Position, Store, StoredOp, StoredSlice } from './store.ts';
export type { Value } from './value.ts';
