import type { Block } from './block-codec.ts';
import type { WireCode } from './error.ts';

/** Version of the protocol; no other is spoken. */
export const PROTOCOL_VERSION = 3;

/** The messages of PROTOCOL section 4. `Level`: 1 applied, 2 persisted, 3 replicated. */
export type Level = 1 | 2 | 3;

/** The positions that share a store: `seqs` is partition, seq, partition, seq, … */
export interface PositionGroup {
  readonly storeId: string;
  readonly incarnation: number;
  readonly seqs: readonly number[];
}

export interface OpRejection {
  readonly opId: number;
  readonly code: WireCode;
  readonly text: string;
}

export interface Hello {
  readonly type: 'HELLO';
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly writer: string;
  readonly token: string | null;
  readonly clockMs: number;
  readonly agent: string;
}

export interface Ops {
  readonly type: 'OPS';
  readonly level: Level;
  /** first, count, first, count, …: the ids of the block's cells. */
  readonly runs: readonly number[];
  readonly block: Block;
}

export interface Subscribe {
  readonly type: 'SUBSCRIBE';
  readonly subId: number;
  readonly maps: readonly string[];
  readonly positions: readonly PositionGroup[] | null;
}

export interface UnsubscribeMessage {
  readonly type: 'UNSUBSCRIBE';
  readonly subId: number;
}

export interface Fetch {
  readonly type: 'FETCH';
  readonly subId: number;
  readonly map: string;
  readonly partition: number;
  readonly depth: number;
  readonly buckets: readonly number[];
  /** How much of each digest is wanted, 1 to 8 bytes. */
  readonly width?: number;
}

/** What the digests of a bucket's cells begin with, one behind the other, ascending. */
export interface Prefixes {
  readonly bucket: number;
  readonly prefixes: Uint8Array;
}

export interface Pick {
  readonly type: 'PICK';
  readonly subId: number;
  readonly map: string;
  readonly partition: number;
  readonly depth: number;
  readonly width: number;
  readonly prefixes: readonly Prefixes[];
}

export interface Ping {
  readonly type: 'PING';
  readonly id: number;
}

export interface Pong {
  readonly type: 'PONG';
  readonly id: number;
  readonly clockMs: number;
}

export interface Welcome {
  readonly type: 'WELCOME';
  readonly version: number;
  readonly serverMs: number;
  readonly nodeId: string;
  readonly partitions: number;
  readonly defaultLevel: Level;
  readonly highestLevel: Level;
  readonly limits: { readonly [name: string]: number };
}

export interface StoreMessage {
  readonly type: 'STORE';
  readonly ref: number;
  readonly storeId: string;
  readonly incarnation: number;
}

export interface Ack {
  readonly type: 'ACK';
  readonly level: Level;
  readonly runs: readonly number[];
  readonly rejections: readonly OpRejection[];
  readonly serverMs: number;
}

export interface Snapshot {
  readonly type: 'SNAPSHOT';
  readonly subId: number;
  readonly partition: number;
  readonly ref: number;
  readonly seq: number;
  readonly more: boolean;
  readonly block: Block;
  /** Of the last chunk. */
  readonly frontierMs?: number;
}

export interface Synced {
  readonly type: 'SYNCED';
  readonly subId: number;
}

export interface Delta {
  readonly type: 'DELTA';
  readonly partition: number;
  readonly ref: number;
  readonly seq: number;
  readonly block: Block;
}

export interface Digest {
  readonly type: 'DIGEST';
  readonly subId: number;
  readonly map: string;
  readonly partition: number;
  readonly ref: number;
  readonly seq: number;
  readonly depth: number;
  readonly digests: Uint8Array;
  readonly frontierMs?: number;
}

export interface Buckets {
  readonly type: 'BUCKETS';
  readonly subId: number;
  readonly map: string;
  readonly partition: number;
  readonly depth: number;
  readonly buckets: readonly number[];
  readonly block: Block;
}

export interface Frontier {
  readonly type: 'FRONTIER';
  readonly partition: number;
  readonly ref: number;
  readonly seq: number;
  readonly frontierMs: number;
}

export interface Keys {
  readonly type: 'KEYS';
  readonly subId: number;
  readonly map: string;
  readonly partition: number;
  readonly depth: number;
  readonly width: number;
  readonly prefixes: readonly Prefixes[];
}

export interface Cells {
  readonly type: 'CELLS';
  readonly subId: number;
  readonly map: string;
  readonly partition: number;
  readonly depth: number;
  readonly width: number;
  readonly prefixes: readonly Prefixes[];
  readonly block: Block;
}

/** The addresses of the cluster's nodes, in place of those told before. */
export interface Nodes {
  readonly type: 'NODES';
  readonly urls: readonly string[];
}

export interface ErrorMessage {
  readonly type: 'ERROR';
  readonly code: WireCode;
  readonly text: string;
  readonly about: number | null;
}

export type ClientMessage =
  | Hello
  | Ops
  | Subscribe
  | UnsubscribeMessage
  | Fetch
  | Pick
  | Ping
  | Pong;
export type ServerMessage =
  | Welcome
  | StoreMessage
  | Ack
  | Snapshot
  | Synced
  | Delta
  | Digest
  | Buckets
  | Frontier
  | Keys
  | Cells
  | Nodes
  | ErrorMessage
  | Ping
  | Pong;
export type Message = ClientMessage | ServerMessage;

/** A message of a type that this version does not know. */
export interface Unknown {
  readonly type: 'UNKNOWN';
  readonly typeId: number;
}

/** Ids as `runs`. */
export function runsOf(ids: readonly number[]): number[] {
  const runs: number[] = [];
  for (const id of ids) {
    const last = runs.length - 2;
    if (last >= 0 && (runs[last] as number) + (runs[last + 1] as number) === id) {
      runs[last + 1] = (runs[last + 1] as number) + 1;
    } else {
      runs.push(id, 1);
    }
  }
  return runs;
}
